"""Promises about the ranking as they stand in the TOML files beside this one, and the people in them as a table."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
LAST_YEAR = 2025  # of who nothing is said about; the invented world around them ends in 2026
EARLIER_BY = 10
SEEKER_COUNTRY, CANDIDATE_COUNTRY = "PT", "KE"

_KEYS = frozenset({"says", "sought", "seeker", "better", "worse", "holds", "because"})
_PERSON_KEYS = frozenset({"wrote", "last_year", "earlier"})


@dataclass(frozen=True)
class Writer:
    """A person who is nothing but what they wrote: `wrote` in `last_year`, `earlier` ten years before."""

    wrote: tuple[str, ...]
    last_year: int = LAST_YEAR
    earlier: tuple[str, ...] = ()

    def dated(self) -> Iterator[tuple[int, str]]:
        """Year and text of each."""
        yield from ((self.last_year, text) for text in self.wrote)
        yield from ((self.last_year - EARLIER_BY, text) for text in self.earlier)


@dataclass(frozen=True)
class Promise:
    """`better` comes before `worse` for the words `sought`, or for the texts of `seeker`; one of the two is given.

    Where it does not hold today, `because` says why.
    """

    id: str
    says: str
    better: Writer
    worse: Writer
    sought: str | None = None
    seeker: Writer | None = None
    holds: bool = True
    because: str = ""

    def people(self) -> Iterator[tuple[str, Writer, str]]:
        """Id, texts and country of everybody in it; both candidates work in one country, abroad for the seeker."""
        yield f"{self.id}/better", self.better, CANDIDATE_COUNTRY
        yield f"{self.id}/worse", self.worse, CANDIDATE_COUNTRY
        if self.seeker:
            yield f"{self.id}/seeker", self.seeker, SEEKER_COUNTRY


def promises(folder: Path = FOLDER) -> list[Promise]:
    """Every promise of every TOML file of a folder. Raises ValueError naming file and promise for a slip of the pen."""
    return [
        _promise(f"{path.stem}-{number}", table)
        for path in sorted(folder.glob("*.toml"))
        for number, table in enumerate(tomllib.loads(path.read_text(encoding="utf-8"))["promise"], start=1)
    ]


def _promise(name: str, table: Mapping[str, Any]) -> Promise:
    _only(table, _KEYS, name)
    if missing := sorted({"says", "better", "worse"} - table.keys()):
        raise ValueError(f"{name} lacks {', '.join(missing)}")
    if ("sought" in table) == ("seeker" in table):
        raise ValueError(f"{name} needs either sought (words) or seeker (a person), and not both")
    if table.get("holds", True) == bool(table.get("because")):
        raise ValueError(f"{name}: a promise with holds = false says why under because, any other one has neither")
    people = {role: _writer(f"{name}, {role}", table[role]) for role in ("better", "worse", "seeker") if role in table}
    return Promise(
        name, table["says"], **people, sought=table.get("sought"),
        holds=table.get("holds", True), because=table.get("because", ""),
    )  # fmt: skip


def _writer(where: str, table: Mapping[str, Any]) -> Writer:
    _only(table, _PERSON_KEYS, where)
    if not table.get("wrote"):
        raise ValueError(f'{where} wrote nothing: give wrote = ["…"]')
    return Writer(tuple(table["wrote"]), table.get("last_year", LAST_YEAR), tuple(table.get("earlier", ())))


def _only(table: Mapping[str, Any], known: frozenset[str], where: str) -> None:
    if unknown := sorted(table.keys() - known):
        raise ValueError(f"{where}: unknown {', '.join(unknown)}; known are {', '.join(sorted(known))}")


def write_table(path: Path, found: Sequence[Promise]) -> Path:
    """Everybody in these promises as a table that `matchmaker ingest csv` reads."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["researcher_id", "name", "country", "title", "year", "url"])
        for promise in found:
            for person, writer, country in promise.people():
                for number, (year, text) in enumerate(writer.dated()):
                    # An address of its own: two people who wrote the same words did not write them together.
                    rows.writerow([person, person, country, text, year, f"https://promise.invalid/{person}/{number}"])
    return path
