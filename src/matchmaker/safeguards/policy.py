"""The tables of this room: which lists exist and what a match on each may do, technology areas, words of names."""

from __future__ import annotations

import csv
import tomllib
from datetime import date
from functools import cache
from importlib import resources
from typing import Final, cast

from matchmaker.errors import InputError, SourceError
from matchmaker.places.reading import Row, Table
from matchmaker.safeguards.records import Family

# The first part of a list's id says who issues it. Bundles, advisory and local lists have no issuer that binds anyone.
_ISSUERS: Final = frozenset({"UN", "US", "EU", "UK", "CA", "AU", "JP", "CN"})
_FAMILIES: Final[dict[str, Family]] = {
    "sanction": "sanction", "export_control": "export_control", "research_security": "research_security",
    "investment": "investment", "countermeasure": "countermeasure", "advisory": "advisory", "local": "local",
}  # fmt: skip
_SANCTION_DAYS: Final = 7
_OTHER_DAYS: Final = 90


@cache
def rows(name: str) -> tuple[Row, ...]:
    """All rows of `tables/<name>.csv` as text. Raises SourceError for a table that is not there or does not fit."""
    read = tuple(csv.DictReader(_text(f"{name}.csv").splitlines(), restkey="", restval=None, strict=True))
    if any("" in row or None in row.values() for row in read):
        raise SourceError(f"table {name} does not fit its header", hint="install matchmaker again")
    return cast("tuple[Row, ...]", read)


@cache
def tables() -> dict[str, Table]:
    """Title, vintage, source, confidence and age limit of every table of this room."""
    return {name: Table(name=name, **entry) for name, entry in tomllib.loads(_text("SOURCES.toml")).items()}


@cache
def known_lists() -> tuple[str, ...]:
    """Ids of the lists that the policy table describes, in its order."""
    return tuple(row["list_id"] for row in rows("screening_lists"))


@cache
def family(list_id: str) -> Family:
    """The family of a list; `unclassified` for bundles and for lists the policy table does not describe."""
    found = {row["list_id"]: row["family"] for row in rows("screening_lists")}
    return _FAMILIES.get(found.get(list_id, ""), "unclassified")


def issuer(list_id: str) -> str:
    """Who issues the list: UN, US, EU, UK, CA, AU, JP, CN, or empty when nobody is bound by it."""
    prefix = list_id.partition("_")[0]
    return prefix if prefix in _ISSUERS else ""


def list_of(given: str) -> str:
    """The list id for a dataset or source as a bundle names it; `OPENSANCTIONS` when that name is not known.

    `Entity List (EL) - Bureau of Industry and Security` is read by what stands in its brackets.
    """
    name = given.strip().casefold()
    bracketed = name.partition("(")[2].partition(")")[0]
    return _list_names().get(name) or _list_names().get(bracketed) or "OPENSANCTIONS"


def max_age_days(families: frozenset[Family]) -> int:
    """How many days a file with entries of these families counts as current: 7 where sanctions are in it, else 90."""
    return _SANCTION_DAYS if families & {"sanction", "unclassified"} else _OTHER_DAYS


def jurisdictions(given: frozenset[str]) -> frozenset[str]:
    """Jurisdictions as the tables write them. Raises InputError for one that no table knows."""
    written = frozenset("UK" if code == "GB" else code for code in given)
    if unknown := written - _ISSUERS:
        hint = f"jurisdictions: {', '.join(sorted(_ISSUERS))}"
        raise InputError(f"no list or regime belongs to {', '.join(sorted(unknown))}", hint=hint)
    return written


def stale_tables(at: date, *names: str) -> tuple[str, ...]:
    """Versions of those tables of this room that are too old on the day `at`."""
    return tuple(tables()[name].version for name in names if tables()[name].is_stale(at))


@cache
def _list_names() -> dict[str, str]:
    return {row["given"]: row["list_id"] for row in rows("list_names")}


def _text(file: str) -> str:
    try:
        return (resources.files("matchmaker.safeguards") / "tables" / file).read_text(encoding="utf-8")
    except OSError as error:
        raise SourceError(
            f"cannot read the package's table {file}: {error}", hint="install matchmaker again"
        ) from error
