"""Small indexes of works for audits of balance: `an_index(signed(2020, "ana:KE bo:DE+US cy"))`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import pyarrow as pa
from hypothesis import strategies as st
from tests.world import institutions_table, people_table

from matchmaker.matching.corpus import Corpus, Tables

AS_OF = date(2022, 12, 31)
INCOME = {"MW": "L", "KE": "LM", "IN": "LM", "BR": "UM", "DE": "H", "US": "H", "VE": "unknown"}


@dataclass(frozen=True)
class Work:
    """One work: `by_line` are (person, countries, organisations) in order."""

    year: int
    by_line: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]
    title: str = "A title"
    topics: tuple[str, ...] = ()
    kind: str = "work"


def signed(year: int, by_line: str, title: str = "A title", topics: tuple[str, ...] = ()) -> Work:
    """A work from its by-line: names with the countries after a colon, joined by +; `ana@lab` names an organisation."""
    names = []
    for entry in by_line.split():
        name, _, countries = entry.partition(":")
        person, _, organisation = name.partition("@")
        names.append((person, tuple(filter(None, countries.split("+"))), (organisation,) if organisation else ()))
    return Work(year, tuple(names), title, topics)


def an_index(*works: Work, institutions: dict[str, str | None] | None = None, as_of: date = AS_OF) -> Corpus:
    """An index with these works, in this order; people are named like their ids."""
    people = sorted({person for work in works for person, _, _ in work.by_line})
    number = {person: row for row, person in enumerate(people)}
    rows = [(w, place, entry) for w, work in enumerate(works) for place, entry in enumerate(work.by_line)]
    authorships = pa.table(
        {
            "person": pa.array([number[person] for _, _, (person, _, _) in rows], pa.int32()),
            "text": pa.array([w for w, _, _ in rows], pa.int32()),
            "position": pa.array([place for _, place, _ in rows], pa.int32()),
            "institutions": pa.array([list(each) for _, _, (_, _, each) in rows], pa.list_(pa.string())),
            "countries": pa.array([list(each) for _, _, (_, each, _) in rows], pa.list_(pa.string())),
        }
    )
    tables = Tables(
        people_table(*people), _texts(works), authorships, pa.table({}), institutions_table(**(institutions or {})),
        pa.table({}),
    )  # fmt: skip
    nothing = cast(Any, None)
    return Corpus("g", as_of, tables, *[nothing] * 10)  # only tables are looked at


def _texts(works: tuple[Work, ...]) -> pa.Table:
    return pa.table(
        {
            "id": pa.array([f"w{i}" for i in range(len(works))], pa.string()),
            "title": pa.array([work.title for work in works], pa.string()),
            "year": pa.array([work.year for work in works], pa.int32()),
            "published": pa.array([date(work.year, 12, 31) for work in works], pa.date32()),
            "kind": pa.array([work.kind for work in works], pa.string()),
            "topics": pa.array([list(work.topics) for work in works], pa.list_(pa.string())),
        }
    )


_entries = st.lists(
    st.tuples(
        st.sampled_from("abcdef"), st.lists(st.sampled_from(sorted(INCOME)), max_size=2, unique=True).map(tuple),
        st.just(()),
    ),
    min_size=1, max_size=4, unique_by=lambda entry: entry[0],
).map(tuple)  # fmt: skip


def worlds(first: int = 2008, last: int = 2022, most: int = 30) -> st.SearchStrategy[list[Work]]:
    """Some works of six people in seven countries."""
    works = st.builds(Work, st.integers(first, last), _entries)
    return st.lists(works, min_size=1, max_size=most)


_moving = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.sampled_from([("KE",), ("DE",), ("KE",), ("DE",), ("IN",), ("DE", "KE"), ()]),
        st.just(()),
    ),
    min_size=1, max_size=2, unique_by=lambda entry: entry[0],
).map(tuple)  # fmt: skip


def movers() -> st.SearchStrategy[list[Work]]:
    """Many works of three people who go to and fro between three countries."""
    return st.lists(st.builds(Work, st.integers(2008, 2022), _moving), min_size=25, max_size=70)
