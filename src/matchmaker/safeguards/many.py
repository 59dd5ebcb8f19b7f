"""Many organisations against the lists, by two processes where that is quicker."""

from __future__ import annotations

import logging
import os
import pickle
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import chain, zip_longest
from typing import Final

from matchmaker.safeguards.names import POSSIBLE
from matchmaker.safeguards.records import Entry, Finding, Organisation
from matchmaker.safeguards.screening import Screen, Screened

PAYS_FROM: Final = 20_000  # organisations; below, starting a process and sending it the lists costs more than it saves
# Not multiprocessing: it would run the caller's main module again, or copy a process that has threads.
_OTHER: Final = (sys.executable, "-c", "from matchmaker.safeguards.many import answer; answer()")
_log = logging.getLogger("matchmaker.safeguards")


def screen_many(organisations: Iterable[Organisation], entries: Sequence[Entry]) -> dict[str, tuple[Finding, ...]]:
    """Id → findings, strongest first, of the organisations that have any besides log lines; in the order given.

    The same as `Screen(entries).screen` one by one. An id that is given twice keeps the findings of the last one.
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
    organisations, entries, possible = pickle.load(sys.stdin.buffer)  # noqa: S301 - written by this program
    numbers = {id(entry): number for number, entry in enumerate(entries)}
    # Entries are named by their number: they are known to the first process, and there are many findings to one.
    found = [
        (
            screened.log_lines,
            [(numbers[id(finding.entry)], replace(finding, entry=_NONE)) for finding in screened.findings],
        )
        for screened in _screened(organisations, entries, possible)
    ]
    pickle.dump(found, sys.stdout.buffer)


_NONE: Final = Entry("", "", "")


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
    try:
        asked = pickle.dumps((there, tuple(entries), possible))
        done = subprocess.run(_OTHER, input=asked, capture_output=True, check=True)  # noqa: S603 - no word of it is given
        found = pickle.loads(done.stdout)  # noqa: S301 - written by this program
    except (OSError, subprocess.SubprocessError, pickle.UnpicklingError, EOFError) as error:
        said = getattr(error, "stderr", b"") or b""
        _log.warning("the second process failed, one does all: %s %s", error, said.decode(errors="replace")[-500:])
        return None
    return [
        Screened(tuple(replace(finding, entry=entries[number]) for number, finding in findings), (), log_lines)
        for log_lines, findings in found
    ]


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
