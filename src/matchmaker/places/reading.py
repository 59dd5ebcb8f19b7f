"""The reference tables that travel with the package: read once, checked, never guessed at."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, Literal, cast

from matchmaker.errors import InputError, SourceError

Row = dict[str, str]
Confidence = Literal["high", "medium", "low"]

# Tables of which Namibia is a row, and those in which a row may have no alpha-2 code.
_WITH_NAMIBIA = {"african_union", "dac_oda", "he_auto_funded_third", "iso3166", "m49", "wb_income"}
_WITHOUT_CODES = {"subdivisions"}
_NAMIBIA = "some tool took the code NA for a missing value; read and write it as text"
_REINSTALL = "the table travels with the package: install matchmaker again"


@dataclass(frozen=True, slots=True)
class Table:
    """What is known about one table: `vintage` is the day its facts were true, `max_age_days` how long it holds."""

    name: str
    title: str
    vintage: date
    source: str
    confidence: Confidence
    max_age_days: int

    @property
    def version(self) -> str:
        """`name@vintage`, as it is stored beside every answer that rests on this table."""
        return f"{self.name}@{self.vintage.isoformat()}"

    def is_stale(self, at: date) -> bool:
        """Whether a decision on the day `at` should no longer rest on this table alone."""
        return (at - self.vintage).days > self.max_age_days

    def too_old(self, at: date) -> str:
        """Why a decision on the day `at` should not rest on this table alone; empty where it may."""
        return f"the table of {self.vintage} is older than {self.max_age_days} days" if self.is_stale(at) else ""


@cache
def rows(name: str) -> tuple[Row, ...]:
    """All rows of `tables/<name>.csv` as text. Nothing is read as missing: `NA` stays Namibia.

    Raises SourceError for a table that is not there, whose rows do not fit its header, or that has lost Namibia on the
    way (what a reader that takes `NA` for "missing" does): a row without its code, or no row where there must be one.
    """
    read = _parsed(name, _text(f"{name}.csv"))
    codes = [row["alpha2"] for row in read if "alpha2" in row]
    if name in _WITH_NAMIBIA and "NA" not in codes:
        raise SourceError(f"table {name} has no row for Namibia (NA)", hint=_NAMIBIA)
    if name not in _WITHOUT_CODES and "" in codes:
        raise SourceError(f"table {name}: line {codes.index('') + 2} has no code; was it NA, Namibia?", hint=_NAMIBIA)
    return read


@cache
def tables() -> dict[str, Table]:
    """Title, vintage, source, confidence and age limit of every table, from `tables/SOURCES.toml`."""
    return {name: _described(name, entry) for name, entry in tomllib.loads(_text("SOURCES.toml")).items()}


def table(name: str) -> Table:
    """What is known about the table `name`. Raises InputError for a name that no table has."""
    if name not in tables():
        raise InputError(f"there is no table {name!r}", hint=f"tables: {', '.join(sorted(tables()))}")
    return tables()[name]


def _text(file: str) -> str:
    path = resources.files("matchmaker.places") / "tables" / file
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise SourceError(f"cannot read the package's table {file}: {error}", hint=_REINSTALL) from error


def _parsed(name: str, text: str) -> tuple[Row, ...]:
    reader = csv.DictReader(text.splitlines(), restkey="", restval=None, strict=True)
    read = tuple(cast("Row", row) for row in reader)
    crooked = [number for number, row in enumerate(read, 2) if "" in row or None in row.values()]
    if crooked:
        raise SourceError(f"table {name}: line {crooked[0]} does not fit the header", hint=_REINSTALL)
    return read


def _described(name: str, entry: dict[str, Any]) -> Table:
    try:
        return Table(name=name, **entry)
    except TypeError as error:
        raise SourceError(f"SOURCES.toml, table {name}: {error}", hint=_REINSTALL) from error
