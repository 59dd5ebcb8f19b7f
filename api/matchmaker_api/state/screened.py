"""What the lists say about all organisations of an index, worked out once and kept: `DATA/screening/<key>-<gen>.json`.

The key is made of everything the result rests on: the versions of the list files, the screening program itself and its
thresholds. So another list, or another version of the program, is another file, and a kept one is never out of date.
Files are readable by this account alone, and checked by their digest when they are read.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import resources
from importlib.metadata import version
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final, cast

from matchmaker.errors import MatchmakerError
from matchmaker.files import canonical_json, sha256
from matchmaker.safeguards.lists import Lists
from matchmaker.safeguards.many import screen_many
from matchmaker.safeguards.names import LOGGED, POSSIBLE
from matchmaker.safeguards.records import Entry, Finding, Organisation, Strength
from matchmaker_api.state import private

Findings = dict[str, tuple[Finding, ...]]
_KEPT: Final = 4
_PROGRAM: Final = ("matchmaker.safeguards", "matchmaker.places", "matchmaker.domain")
_log = logging.getLogger("matchmaker_api.state")


def screened(
    data: Path, generation: str, organisations: Sequence[Organisation], lists: Lists
) -> Mapping[str, tuple[Finding, ...]]:
    """Organisation id → its findings, strongest first; ids without any are not in it.

    Read from `data` where it is kept, else worked out and kept. A damaged file, or a folder that cannot be written, is
    said on the log and costs the work again; the result is the same.
    """
    entries = lists.entries
    if not entries:
        return {}
    path = data / "screening" / f"{_key(lists)}-{generation[:16]}.json"
    about = {"generation": generation, "organisations": _digest_of(organisations), "entries": len(entries)}
    if (kept := _read(path, about, entries)) is not None:
        return kept
    started = time.monotonic()
    found = dict(sorted(screen_many(organisations, entries).items()))
    _log.info(
        "screened %d organisations against %d entries in %.1f s: %d have findings",
        len(organisations), len(entries), time.monotonic() - started, len(found),
    )  # fmt: skip
    _keep(path, about, found, entries)
    return found


def _key(lists: Lists) -> str:
    rests_on = {
        "lists": [[file.file, file.version, file.format, len(file.entries)] for file in lists.files],
        "program": _program(),
        "thresholds": {"possible": POSSIBLE, "logged": LOGGED},
    }
    return sha256(canonical_json(rests_on))[:16]


@cache
def _program() -> str:
    """Digest of the rooms that screen, code and tables, and of the library that compares names."""
    files = [file for package in _PROGRAM for file in _files(resources.files(package))]
    told = {name: sha256(content) for name, content in files}
    libraries = {name: version(name) for name in ("anyascii", "rapidfuzz")}
    return sha256(canonical_json({**told, **libraries}))


def _files(folder: Traversable, path: str = "") -> list[tuple[str, bytes]]:
    found = []
    for entry in folder.iterdir():
        name = f"{path}/{entry.name}"
        if entry.is_dir():
            found += _files(entry, name)
        elif name.endswith((".py", ".csv", ".toml")):
            found.append((name, entry.read_bytes()))
    return found


def _digest_of(organisations: Sequence[Organisation]) -> str:
    rows = (
        (o.id, o.name, o.aliases, o.country, o.subdivision, o.address, o.ror, o.lei, o.tax_id) for o in organisations
    )
    return sha256(json.dumps(list(rows), ensure_ascii=True).encode())


def _read(path: Path, about: dict[str, Any], entries: Sequence[Entry]) -> Findings | None:
    """What is kept in `path`; None where nothing is, or nothing that can be relied on."""
    try:
        body, newline, digest = path.read_bytes().rpartition(b"\n")
        if not newline or sha256(body) != digest.decode("ascii", "replace"):
            raise ValueError("its bytes differ from what was written")
        kept = json.loads(body)
        if kept["about"] != about:
            raise ValueError("it was made for other organisations")
        return {known: tuple(_finding(each, entries) for each in rows) for known, rows in kept["findings"].items()}
    except FileNotFoundError:
        return None
    except (OSError, ValueError, LookupError, TypeError) as error:
        _log.warning("%s is not used and will be made again: %s", path, error)
        return None


def _keep(path: Path, about: dict[str, Any], found: Findings, entries: Sequence[Entry]) -> None:
    number = {id(entry): place for place, entry in enumerate(entries)}
    rows = {
        known: [_row(finding, number[id(finding.entry)]) for finding in findings] for known, findings in found.items()
    }
    body = canonical_json({"about": about, "findings": rows})
    try:
        private.replace(private.folder(path.parent) / path.name, body + b"\n" + sha256(body).encode())
        _clear(path)
    except MatchmakerError as error:
        _log.warning("what the lists say is not kept, and is worked out again next time: %s", error.message)


def _clear(newest: Path) -> None:
    """Leave the newest few: lists change daily, and each change makes a file."""
    others = sorted(newest.parent.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)[_KEPT:]
    for path in set(others) - {newest}:
        with suppress(FileNotFoundError):
            path.unlink()


def _row(finding: Finding, entry: int) -> list[Any]:
    return [finding.strength, entry, finding.entry.entry_id, finding.evidence, finding.score, finding.current]


def _finding(row: list[Any], entries: Sequence[Entry]) -> Finding:
    strength, place, entry_id, evidence, score, current = row
    if entries[place].entry_id != entry_id:
        raise ValueError(f"entry {place} is another one")
    return Finding(cast("Strength", strength), entries[place], evidence, score, current)
