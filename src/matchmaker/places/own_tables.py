"""Dated sets of countries that a deployer keeps beside those of the package: `own.<name>` in a call.

A folder with one file `<name>.csv` per set, and a `SOURCES.toml` that says of each what it is, as for the tables of the
package. The header of a file is `alpha2,from,to`: a code is a member from the day `from` (empty: always) up to and
without the day `to` (empty: no end is known). Codes are those of `places.codes`. Anything else is refused with file and
line, never skipped.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

from matchmaker.errors import InputError, SourceError
from matchmaker.places.codes import QUOTE, one_code
from matchmaker.places.members import Members
from matchmaker.places.reading import Table

PREFIX = "own."
SOURCES = "SOURCES.toml"
_HEADER = ["alpha2", "from", "to"]
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,62}")
_LARGEST_BYTES = 1_000_000
_KEYS = tuple(each.name for each in fields(Table) if each.name != "name")
_TYPES: dict[str, type] = {"title": str, "vintage": date, "source": str, "confidence": str, "max_age_days": int}


@dataclass(frozen=True, slots=True)
class Membership:
    """A code and the days on which it is a member: from `start`, up to and without `end` (None: not limited)."""

    code: str
    start: date | None = None
    end: date | None = None

    def holds(self, at: date) -> bool:
        """Whether the code is a member on the day."""
        return (self.start is None or self.start <= at) and (self.end is None or at < self.end)


@dataclass(frozen=True, slots=True)
class OwnTable:
    """One table: what it is, and who was a member when."""

    about: Table
    memberships: tuple[Membership, ...]


@dataclass(frozen=True, slots=True)
class OwnTables:
    """The tables of a deployer by the name a call refers to them with (`own.partners`); none where none are given."""

    tables: Mapping[str, OwnTable] = field(default_factory=dict)

    def members_on(self, ref: str, at: date) -> tuple[Members, Table]:
        """As `sets.members_on`. Raises InputError for a set that is not there; the hint lists those that are."""
        if ref not in self.tables:
            there = ", ".join(sorted(self.tables)) or "none; give a data folder with a folder `tables`"
            raise InputError(f"there is no country set {ref[:80]!r}", hint=f"sets of your own: {there}")
        table = self.tables[ref]
        return Members(frozenset(each.code for each in table.memberships if each.holds(at))), table.about


NO_TABLES = OwnTables()


def is_own(ref: str) -> bool:
    """Whether a reference is written as one to a deployer's table, whether or not there is one."""
    return ref.startswith(PREFIX) and _NAME.fullmatch(ref.removeprefix(PREFIX)) is not None


def own_tables(folder: Path) -> OwnTables:
    """All tables of a folder; other files than `*.csv` and `SOURCES.toml` are not looked at.

    Raises SourceError where the folder or a file cannot be read, InputError with file and line for a row that is not
    well formed or stands twice, for a table without an entry in `SOURCES.toml`, and for an entry without a table.
    """
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix.casefold() == ".csv")
    except OSError as error:
        raise SourceError(f"cannot read {folder}: {error.strerror}", hint="check the path") from error
    about = _sources(folder / SOURCES) if files or (folder / SOURCES).exists() else {}
    names = {_name(path): path for path in files}
    for name in sorted(about.keys() - names.keys()):
        raise InputError(f"{folder / SOURCES}: there is no file {name}.csv", hint="remove the entry or add the file")
    for name in sorted(names.keys() - about.keys()):
        raise InputError(f"{folder / SOURCES}: {name} is missing", hint=f"add [{name}] with {', '.join(_KEYS)}")
    return OwnTables({f"{PREFIX}{name}": OwnTable(about[name], _read(path)) for name, path in names.items()})


def _name(path: Path) -> str:
    if path.suffix != ".csv" or not _NAME.fullmatch(path.stem):
        raise InputError(
            f"{path}: no call can refer to this name", hint="name it like partner_states.csv: a-z, 0-9, _ and -"
        )
    return path.stem


def _sources(path: Path) -> dict[str, Table]:
    try:
        entries = tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError as error:
        raise InputError(
            f"{path} is not TOML: {error}", hint="one [name] per table, as docs/reference/calls.md shows"
        ) from error
    return {name: _described(name, entry, path) for name, entry in entries.items()}


def _described(name: str, entry: Any, path: Path) -> Table:
    where = f"{path}: [{name}]"
    hint = f"keys: {', '.join(_KEYS)}"
    if not isinstance(entry, dict):
        raise InputError(f"{where} is no table", hint=hint)
    for key in entry:
        if key not in _KEYS:
            raise InputError(f"{where}: unknown key {key!r}", hint=hint)
    for key in _KEYS:
        if key not in entry:
            raise InputError(f"{where}: {key} is missing", hint=hint)
        value, kind = entry[key], _TYPES[key]
        if not isinstance(value, kind) or isinstance(value, bool | datetime) or value in ("", 0):
            raise InputError(f"{where}: {key} is {str(value)[:80]!r}", hint=_ALLOWED[key])
    if entry["confidence"] not in ("high", "medium", "low") or entry["max_age_days"] < 1:
        raise InputError(
            f"{where}: confidence or max_age_days is not allowed",
            hint=f"{_ALLOWED['confidence']}; {_ALLOWED['max_age_days']}",
        )
    return Table(name=f"{PREFIX}{name}", **entry)


_ALLOWED = {
    "title": "a text in quotes", "vintage": "a day without quotes, like 2026-11-22", "source": "a text in quotes",
    "confidence": 'confidence is "high", "medium" or "low"', "max_age_days": "max_age_days is a whole number from 1",
}  # fmt: skip


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise InputError(f"{path} is larger than {_LARGEST_BYTES} bytes", hint="no set of countries needs as much")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text", hint="save it as UTF-8") from error
    except OSError as error:
        raise SourceError(
            f"cannot read {path}: {error.strerror}", hint=f"a folder of tables has a {SOURCES}"
        ) from error


def _read(path: Path) -> tuple[Membership, ...]:
    found: dict[Membership, int] = {}
    for line, cells in _rows(path):
        where = f"line {line}"
        code = _code(cells[0].strip(), str(path), where)
        start, end = (_day(cell.strip(), f"{path}: {where}") for cell in cells[1:])
        if start and end and end <= start:
            raise InputError(
                f"{path}: {where} ends before it begins", hint="`to` is the first day on which it is no member"
            )
        new = Membership(code, start, end)
        twice = next((old for old in found if old.code == code and _overlap(old, new)), None)
        if twice is not None:
            raise InputError(
                f"{path}: {where}: {code} is there already in line {found[twice]}", hint="write every day once"
            )
        found[new] = line
    return tuple(found)


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(_text(path).splitlines(), strict=True)
    try:
        header = next(reader, [])
        if header != _HEADER:
            raise InputError(
                f"{path}: line 1 is {','.join(header)[:80]!r}", hint=f"the header is {','.join(_HEADER)}, with commas"
            )
        for cells in reader:
            if len(cells) != len(_HEADER):
                raise InputError(
                    f"{path}: line {reader.line_num} has {len(cells)} cells, not {len(_HEADER)}",
                    hint="code,from,to: days may be empty, commas not left out",
                )
            yield reader.line_num, cells
    except csv.Error as error:
        raise InputError(f"{path}: line {reader.line_num}: {error}", hint="see docs/reference/calls.md") from error


def _code(text: str, file: str, where: str) -> str:
    if text.casefold() in ("true", "false"):
        raise InputError(f"{file}: {where}: {text} is no code: it was read as true or false, not as text", hint=QUOTE)
    if not text:
        raise InputError(
            f"{file}: {where} has no code", hint="was it NA (Namibia)? some tools take NA for a missing value"
        )
    return one_code(text, file, where)


def _day(text: str, where: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InputError(
            f"{where}: {text[:80]!r} is no day", hint="write it like 2026-11-22, or leave it empty"
        ) from error


def _overlap(one: Membership, other: Membership) -> bool:
    first, second = ((each.start or date.min, each.end or date.max) for each in (one, other))
    return first[0] < second[1] and second[0] < first[1]
