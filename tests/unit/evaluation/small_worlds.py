"""Worlds small enough to be gone through by hand: as lists of papers, and as the corpus and later works they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, cast

import numpy as np
import pyarrow as pa
from hypothesis import strategies as st
from tests.world import affiliations_table, authorships_table, institutions_table, people_table, texts_table

from matchmaker.evaluation.later import Later, later_works
from matchmaker.evaluation.splits import Split
from matchmaker.matching.arrays import BoolArray
from matchmaker.matching.corpus import Corpus, Tables
from matchmaker.matching.dating import standing_at
from matchmaker.places.resolve import border_key
from matchmaker.sources.snapshot import Snapshot

PEOPLE = 8
CUTOFF, UNTIL = 2015, 2017
COUNTRIES = ("DE", "KE", "US", "PR", "GB")  # PR counts as US


@dataclass(frozen=True)
class Paper:
    """A work of a year; `authors` are (person, country or "")."""

    year: int
    authors: tuple[tuple[int, str], ...]
    abstract: bool = True

    @property
    def people(self) -> set[int]:
        return {person for person, _ in self.authors}


def world(seed: int, people: int = PEOPLE) -> list[Paper]:
    """Papers drawn with a seed: each person's own, some joint ones before the cut-off, more after it and after the end.

    Drawn so that most worlds hold every kind of pair: those who had met, who share a country, who are abroad.
    """
    rng = np.random.default_rng(seed)
    home = rng.choice(["", *COUNTRIES, *COUNTRIES], people)

    def some(n: int, years: tuple[int, int], most: int) -> list[Paper]:
        return [
            Paper(
                int(rng.integers(*years)), tuple((int(who), _stated(rng, home[who])) for who in by), rng.random() < 0.8
            )
            for by in (rng.choice(people, int(rng.integers(1, most + 1)), replace=False) for _ in range(n))
        ]

    return [*some(2 * people, (2010, CUTOFF + 1), 2), *some(10, (CUTOFF + 1, UNTIL + 1), 4), *after(seed)]


def after(seed: int) -> list[Paper]:
    """Papers after the end, drawn with a seed."""
    rng = np.random.default_rng([seed, 1])
    pairs = (rng.choice(PEOPLE, 2, replace=False) for _ in range(int(rng.integers(0, 5))))
    return [Paper(UNTIL + 1, tuple((int(who), str(rng.choice(COUNTRIES))) for who in by)) for by in pairs]


def _stated(rng: np.random.Generator, home: str) -> str:
    """Mostly where they are at home, now and then elsewhere, or nothing."""
    return str(rng.choice([home, home, home, home, "", *COUNTRIES[:2]]))


seeds = st.integers(0, 2**32)
worlds = seeds.map(world)


def person(number: int) -> str:
    """The id of a person; alphabetical order is numerical order."""
    return f"p{number:02}"


def corpus_of(some: Sequence[Paper], cutoff: int = CUTOFF, people: int = PEOPLE) -> tuple[Corpus, BoolArray]:
    """The corpus of the papers up to a year, without words and vectors; and which of its texts have an abstract."""
    known = [paper for paper in some if paper.year <= cutoff]
    rows = [
        (who, text, [country] if country else [], [])
        for text, paper in enumerate(known)
        for who, country in paper.authors
    ]
    tables = Tables(
        people=people_table(*(person(number) for number in range(people))),
        texts=texts_table(*(date(paper.year, 12, 31) for paper in known)),
        authorships=authorships_table(*rows),
        affiliations=affiliations_table(),
        institutions=institutions_table(),
        standing=pa.table({}),
    )
    as_of = date(cutoff, 12, 31)
    tables = Tables(**{**_fields(tables), "standing": standing_at(tables, as_of)})
    given: dict[str, Any] = {**dict.fromkeys(each.name for each in fields(Corpus)), "as_of": as_of, "tables": tables}
    return Corpus(**given), np.array([paper.abstract for paper in known], dtype=np.bool_)


def _fields(tables: Tables) -> dict[str, pa.Table]:
    return {each.name: getattr(tables, each.name) for each in fields(tables)}


@dataclass(frozen=True)
class AllPapers:
    """What `later_works` reads of a snapshot."""

    some: Sequence[Paper]

    def works(self, columns: Sequence[str]) -> pa.Table:
        names = [f"w{number:03}" for number in range(len(self.some))]
        table = pa.table(
            {
                "work_id": pa.array(names, pa.string()),
                "title": pa.array([f"Title of {name}" for name in names], pa.string()),
                "abstract": pa.array(
                    [
                        f"Abstract of {name}" if paper.abstract else None
                        for name, paper in zip(names, self.some, strict=True)
                    ],
                    pa.string(),
                ),
                "published": pa.array([date(paper.year, 12, 31) for paper in self.some], pa.date32()),
            }
        )
        return table.select(list(columns))

    def authorships(self) -> pa.Table:
        rows = [(f"w{number:03}", person(who)) for number, paper in enumerate(self.some) for who, _ in paper.authors]
        works, people = zip(*rows, strict=True) if rows else ((), ())
        return pa.table({"work_id": pa.array(works, pa.string()), "researcher_id": pa.array(people, pa.string())})


def later_of(some: Sequence[Paper], corpus: Corpus, until: int = UNTIL) -> Later:
    """What the papers say after the corpus's date."""
    return later_works(cast(Snapshot, AllPapers(some)), corpus, date(until, 12, 31))


# ---- the same, slowly ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Plain:
    """What a slow reading says of the papers up to a year: countries and abstracts by person, who wrote together."""

    countries: dict[int, set[str]]
    abstracts: dict[int, int]
    together: set[frozenset[int]]

    def candidates(self, fewest: int) -> list[int]:
        return [who for who in range(PEOPLE) if self.abstracts[who] >= fewest and self.countries[who]]

    def may_meet(self, one: int, two: int) -> bool:
        apart = not self.countries[one] & self.countries[two]
        return one != two and apart and frozenset((one, two)) not in self.together

    def share_a_coauthor(self, one: int, two: int) -> bool:
        return any(
            frozenset((one, other)) in self.together and frozenset((two, other)) in self.together
            for other in range(PEOPLE)
            if other not in (one, two)
        )


def plainly(some: Sequence[Paper], cutoff: int = CUTOFF) -> Plain:
    """Gone through paper by paper."""
    known = [paper for paper in some if paper.year <= cutoff]
    countries: dict[int, set[str]] = {}
    for who in range(PEOPLE):
        stated = [(paper.year, code) for paper in known for each, code in paper.authors if each == who and code]
        latest = max((year for year, _ in stated), default=0)
        countries[who] = {border_key(code) for year, code in stated if year == latest}
    return Plain(
        countries,
        {who: sum(paper.abstract for paper in known if who in paper.people) for who in range(PEOPLE)},
        {frozenset((a, b)) for paper in known for a in paper.people for b in paper.people if a != b},
    )


# ---- a split of given rights -----------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Given(Split):
    """A split whose bars and introductions are given, both of shape (queries, candidates)."""

    bars: BoolArray = field(default_factory=lambda: np.zeros((0, 0), dtype=np.bool_))
    known: BoolArray = field(default_factory=lambda: np.zeros((0, 0), dtype=np.bool_))

    def barred(self, query: int) -> BoolArray:
        return self.bars[query]

    def introduced(self, query: int) -> BoolArray:
        return self.known[query]
