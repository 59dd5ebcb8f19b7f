"""The lists a deployer loads, read from a folder: every file with its date and version, every skipped row counted.

No list ships with matchmaker. What counts as loaded, missing or stale is said here and nowhere else.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from matchmaker.errors import SourceError
from matchmaker.safeguards.formats import BY_DESIGN, FORMATS
from matchmaker.safeguards.policy import max_age_days
from matchmaker.safeguards.records import Entry, ListFile
from matchmaker.safeguards.rows import (
    AGAIN,
    Unread,
    begins_like_lines,
    csv_rows,
    first_character,
    header_of,
    json_array,
    json_lines,
)
from matchmaker.safeguards.rows import looks_like_lines as ftm_lines

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_KNOWN: Final = (
    "OpenSanctions targets.simple.csv, FollowTheMoney lines, Consolidated Screening List CSV or JSON, local CSV"
)
_SUFFIXES: Final = {".csv", ".json", ".jsonl"}
_LOCAL_COLUMNS: Final = {"decision", "reason", "owner", "expires"}


@dataclass(frozen=True, slots=True)
class Lists:
    """All files of a folder, in the order of their names, and the names of what is no list; folders end with `/`."""

    files: tuple[ListFile, ...]
    passed_over: tuple[str, ...] = ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries of all files."""
        return tuple(entry for file in self.files for entry in file.entries)

    @property
    def notes(self) -> tuple[str, ...]:
        """What lies in the folder and was not read, to be shown to whoever runs the service; no gap."""
        return tuple(f"{name} is no list and was passed over" for name in self.passed_over)

    def gaps(self, at: date, required: frozenset[str] = frozenset()) -> tuple[str, ...]:
        """Why a screening on the day `at` cannot count as one; empty when everything is there.

        Nothing loaded, a file that is too old, of a later day or not read to the last row, a required list missing.
        The deployer's own entries alone are no screening. Rows about what is not screened, such as persons, are no gap.
        """
        loaded = {entry.list_id for entry in self.entries if entry.holds(at)}
        none = "no screening list but your own is loaded" if loaded else "no screening list is loaded"
        gaps = [] if loaded - {"LOCAL"} else [none]
        gaps += [gap for file in self.files for gap in _gaps_of(file, at)]
        return (*gaps, *(f"{list_id} is required and not loaded" for list_id in sorted(required - loaded)))


def _gaps_of(file: ListFile, at: date) -> Iterator[str]:
    """Why one file does not count in full on that day."""
    if file.is_stale(at):
        yield f"{file.file} of {file.dated} is older than {file.max_age_days} days"
    # The rows of one's own list end one by one, so the day of the file says nothing.
    if file.format != "local" and file.dated > at:
        yield f"{file.file} is dated {file.dated}, which is later than today"
    faulty = sum(count for reason, count in file.skipped.items() if reason not in BY_DESIGN)
    # A list of others that is empty was cut off, or has other words than those that are known here.
    if not file.entries and (file.read or file.format != "local"):
        yield f"{file.file} has no entry that could be read"
    elif faulty:
        yield f"{faulty:,} of {file.read:,} rows of {file.file} could not be read"


def load_folder(folder: Path) -> Lists:
    """Read every `.csv`, `.json` and `.jsonl` file in `folder`, be its suffix in small or capital letters.

    Raises SourceError for a folder that cannot be read, a file of no known format, and a file that is cut off.
    """
    if not folder.is_dir():
        raise SourceError(f"{folder} is no folder of screening lists", hint="name the folder your lists lie in")
    try:
        held = sorted(folder.iterdir())
    except OSError as error:
        raise SourceError(f"{folder} cannot be read: {error.strerror}", hint="check that it may be read") from error
    # A link that leads nowhere is taken for a file, so that a list behind it is missed aloud.
    files = [path for path in held if path.is_file() or (path.is_symlink() and not path.exists())]
    lists = [path for path in files if path.suffix.lower() in _SUFFIXES]
    packed = [path.name for path in files if path.suffix.lower() in {".gz", ".zip", ".xz"}]
    if packed:
        raise SourceError(f"{folder / packed[0]} is packed", hint="unpack it, or take it out of the folder")
    passed_over = tuple(f"{path.name}/" if path.is_dir() else path.name for path in held if path not in lists)
    return Lists(tuple(map(load_file, lists)), passed_over)


def load_file(path: Path) -> ListFile:
    """Read one list; its format is found by its header or first line.

    The date is that in the file's name (`csl-2026-11-20.csv`), else the newest `last_seen` of its rows, else the day
    the file was last modified; the version is the beginning of the SHA-256 of its bytes.
    """
    kind, rows = _recognised(path)
    reading = _Reading(kind)
    for row in rows:
        reading.take(row)
    dated, dated_by = _dated(path, reading.last_seen)
    version = _version(path)
    entries = tuple(replace(entry, version=version, dated=dated) for entry in reading.entries)
    age = max_age_days(frozenset(entry.family for entry in entries))
    return ListFile(path.name, kind, version, dated, dated_by, entries, reading.read, reading.skipped, age)


class _Reading:
    """What has been read of one file so far."""

    def __init__(self, kind: str) -> None:
        self.parse = FORMATS[kind]
        self.entries: list[Entry] = []
        self.skipped: Counter[str] = Counter()
        self.read = 0
        self.last_seen: date | None = None

    def take(self, row: dict[str, Any] | Unread) -> None:
        self.read += 1
        found = row.reason if isinstance(row, Unread) else self.parse(row)
        if isinstance(found, str):
            self.skipped["bad_ror" if found.endswith("is not a ROR id") else found] += 1
        else:
            self.entries += found
        if isinstance(row, dict):
            self._note_date(row.get("last_seen"))

    def _note_date(self, last_seen: Any) -> None:
        text = last_seen[:10] if isinstance(last_seen, str) else ""
        if (seen := _day(text)) and (self.last_seen is None or seen > self.last_seen):
            self.last_seen = seen


def _recognised(path: Path) -> tuple[str, Iterable[dict[str, Any] | Unread]]:
    suffix = path.suffix.lower()
    if suffix == ".csv":
        return _csv_format(path), csv_rows(path)
    if suffix == ".jsonl" or ftm_lines(path):
        return "ftm", json_lines(path)
    if begins_like_lines(path):
        raise SourceError(f"{path} begins like FollowTheMoney lines and is cut off or damaged", hint=AGAIN)
    if first_character(path) in ("[", "{"):
        return "csl", json_array(path)
    raise SourceError(f"{path} is no list that can be read", hint=f"formats: {_KNOWN}")


def _csv_format(path: Path) -> str:
    header = header_of(path)
    if {"id", "schema", "name"} <= header:
        return "opensanctions"
    if {"source", "name"} <= header and header & {"alt_names", "entity_number", "source_list_url"}:
        return "csl"
    if header >= _LOCAL_COLUMNS and header & {"ror", "name"}:
        return "local"
    seen = ", ".join(sorted(header))[:200]
    raise SourceError(f"{path} has columns of no known list: {seen}", hint=f"formats: {_KNOWN}")


def _dated(path: Path, last_seen: date | None) -> tuple[date, str]:
    named = [day for text in _DATE.findall(path.name) if (day := _day(text))]
    if named:
        return named[-1], "file name"
    if last_seen is not None:
        return last_seen, "last_seen"
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).date(), "modified"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _version(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:12]
