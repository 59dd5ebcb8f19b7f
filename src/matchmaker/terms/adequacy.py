"""Where personal data may go without more ado: adequacy decisions, seen from the European Economic Area."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from matchmaker.errors import SourceError
from matchmaker.places.reading import Table
from matchmaker.places.sets import country_set

_EFTA_IN_EEA = frozenset({"IS", "LI", "NO"})
_REINSTALL = "the table travels with the package: install matchmaker again"


@dataclass(frozen=True, slots=True)
class Adequacy:
    """Whether data may leave `origins` for other places as they move within: yes for `adequate`, no one knows for
    `unsure` (decisions for a part of the organisations there, or not verified). `version` names the table.
    """

    origins: frozenset[str]
    adequate: frozenset[str]
    unsure: frozenset[str] = frozenset()
    version: str = "as stated by the deployer"

    def covers(self, origin: str, destination: str) -> bool | None:
        """Whether `destination` is adequate for data from `origin` (alpha-2 codes); None where we do not know."""
        if origin not in self.origins or destination in self.unsure:
            return None
        return destination in self.origins | self.adequate


def eu_adequacy(at: date) -> Adequacy:
    """The decisions of the European Commission as they apply in the EEA on the day `at`.

    On a day for which the table is too old to rest on, every other place is unsure: nothing is found adequate or not.
    """
    about = source("adequacy")
    union = country_set("eu_members", at)
    held = {row["alpha2"]: row["extent"] for row in _rows()}
    whole = frozenset(code for code, extent in held.items() if extent == "whole")
    origins = (union.codes - union.uncertain) | _EFTA_IN_EEA
    if about.is_stale(at):
        return Adequacy(frozenset(), frozenset(), frozenset(), f"{about.version}, too old on {at}")
    return Adequacy(origins, whole, (frozenset(held) - whole) | union.uncertain, about.version)


@cache
def source(name: str) -> Table:
    """Title, vintage, source, confidence and age limit of one of the tables of this room."""
    entries = tomllib.loads(packaged("SOURCES.toml"))
    return Table(name=name, **entries[name])


def packaged(file: str) -> str:
    """The text of a table of this room. Raises SourceError if it is not there."""
    try:
        return (resources.files("matchmaker.terms") / "tables" / file).read_text(encoding="utf-8")
    except OSError as error:
        raise SourceError(f"cannot read the package's table {file}: {error}", hint=_REINSTALL) from error


@cache
def _rows() -> tuple[dict[str, str], ...]:
    return tuple(csv.DictReader(packaged("adequacy.csv").splitlines(), strict=True))
