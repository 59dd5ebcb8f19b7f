"""Many organisations against the lists, by two processes where that is quicker."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from itertools import chain, zip_longest
from typing import Final

from matchmaker.safeguards.names import POSSIBLE
from matchmaker.safeguards.records import Entry, Finding, Organisation
from matchmaker.safeguards.screening import Screen, Screened

PAYS_FROM: Final = 20_000  # organisations; below, starting a process and sending it the lists costs more than it saves
# Not multiprocessing: it would run the caller's main module again, or copy a process that has threads.
_PATIENCE: Final = 3600  # seconds; a process that hangs must not hold what waits for it
_OTHER: Final = (sys.executable, "-P", "-c", "from matchmaker.safeguards.many import answer; answer()")
_TOLD: Final = tuple(field.name for field in fields(Organisation))
_log = logging.getLogger("matchmaker.safeguards")


def screen_many(organisations: Iterable[Organisation], entries: Sequence[Entry]) -> dict[str, tuple[Finding, ...]]:
    """Id → findings, strongest first, of the organisations that have any besides log lines; in the order given.

    The same as `Screen(entries).screen` one by one. Ids are taken to be different.
    """
    given = list(organisations)
    found = zip(given, screen_each(given, entries), strict=True)
    return {organisation.id: screened.findings for organisation, screened in found if screened.findings}


def screen_each(
    organisations: Sequence[Organisation], entries: Sequence[Entry], possible: float = POSSIBLE
) -> Iterator[Screened]:
    """What `Screen(entries, possible)` finds for each organisation, in order; log lines are counted and not kept."""
    if len(organisations) < PAYS_FROM or _cores() < 2:
        return iter(_screened(organisations, entries, possible))
    return _by_two(organisations, entries, possible)


def answer() -> None:
    """What the second process does: read its share from standard input, write what it found to standard output."""
    asked = json.load(sys.stdin)
    entries = [
        Entry(list_id, entry_id, name, tuple(aliases), frozenset(countries), frozenset(identifiers))
        for list_id, entry_id, name, aliases, countries, identifiers in asked["entries"]
    ]
    organisations = [Organisation(**{**told, "aliases": tuple(told["aliases"])}) for told in asked["organisations"]]
    # Entries are named by their number: the first process knows them, and there are many findings to one.
    numbers = {id(entry): number for number, entry in enumerate(entries)}
    found = [
        [
            screened.log_lines,
            [[numbers[id(each.entry)], each.strength, each.evidence, each.score] for each in screened.findings],
        ]
        for screened in _screened(organisations, entries, asked["possible"])
    ]
    json.dump(found, sys.stdout)


def _screened(organisations: Iterable[Organisation], entries: Sequence[Entry], possible: float) -> list[Screened]:
    screen = Screen(entries, possible)
    return [replace(screen.screen(organisation), logged=()) for organisation in organisations]


def _by_two(organisations: Sequence[Organisation], entries: Sequence[Entry], possible: float) -> Iterator[Screened]:
    here, there = organisations[::2], organisations[1::2]
    with ThreadPoolExecutor(1) as waiting:
        sent = waiting.submit(_elsewhere, there, entries, possible)
        own = _screened(here, entries, possible)
    other = sent.result()
    both = chain.from_iterable(zip_longest(own, _screened(there, entries, possible) if other is None else other))
    return (screened for screened in both if screened is not None)


def _elsewhere(there: Sequence[Organisation], entries: Sequence[Entry], possible: float) -> list[Screened] | None:
    """What the second process found; None when it failed, which is said on the log and only costs time."""
    asked = {
        "possible": possible,
        "organisations": [{name: getattr(each, name) for name in _TOLD} for each in there],
        "entries": [
            [each.list_id, each.entry_id, each.name, each.aliases, list(each.countries), list(each.identifiers)]
            for each in entries
        ],
    }
    try:
        done = subprocess.run(  # noqa: S603 - no word of it is given
            _OTHER, input=json.dumps(asked).encode(), capture_output=True, check=True, timeout=_PATIENCE
        )
        found = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        said = getattr(error, "stderr", b"") or b""
        _log.warning("the second process failed, one does all: %s %s", error, said.decode(errors="replace")[-500:])
        return None
    return [
        Screened(
            tuple(Finding(strength, entries[at], evidence, score) for at, strength, evidence, score in findings),
            (),
            log_lines,
        )
        for log_lines, findings in found
    ]


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
