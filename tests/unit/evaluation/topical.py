"""A world of four topics that a reader tells apart at once, as a Parquet file of works."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

CUTOFF, UNTIL = 2018, 2020
OF_A_TOPIC = 6
WORDS = {
    "malaria": "malaria mosquito parasite bednet insecticide vector transmission fever larvae village",
    "perovskite": "perovskite solar cell halide photovoltaic tandem silicon efficiency bandgap layer",
    "poetry": "poetry manuscript verse medieval rhyme ballad scribe metre archive philology",
    "glacier": "glacier ice moraine meltwater crevasse snowline alpine calving sediment retreat",
}
COUNTRIES = ("DE", "KE", "US", "BR", "IN", "FR")
PEOPLE = OF_A_TOPIC * len(WORDS)
Work = dict[str, Any]


def person(number: int) -> str:
    """An id; six people in a row are of one topic."""
    return f"p{number:02}"


def topic_of(number: int) -> str:
    """What a person works on."""
    return list(WORDS)[number // OF_A_TOPIC]


def a_work(year: int, number: int, people: Sequence[int], abstract: bool = True) -> Work:
    """A work in words of the first author's topic."""
    rng = random.Random(f"{year} {number} {people}")
    words = WORDS[topic_of(people[0])].split()
    return {
        "work_id": f"w{year}-{number}",
        "title": " ".join(rng.sample(words, 3)).capitalize(),
        "abstract": " ".join(rng.choices(words, k=14)) + "." if abstract else None,
        "year": year,
        "authors": [
            {"author_id": person(who), "name": f"Person {who}", "institution": f"University {who}",
             "countries": [COUNTRIES[who % len(COUNTRIES)]]}
            for who in people
        ],
    }  # fmt: skip


def pairs_before() -> list[tuple[int, int]]:
    """Who wrote together up to the cut-off: rings of six, but of glaciers only three couples who know nobody else."""
    rings = [
        (first + place, first + (place + 1) % OF_A_TOPIC)
        for first in range(0, PEOPLE - OF_A_TOPIC, OF_A_TOPIC)
        for place in range(OF_A_TOPIC)
    ]
    return [*rings, *((first, first + 1) for first in range(PEOPLE - OF_A_TOPIC, PEOPLE, 2))]


def pairs_after() -> list[tuple[int, int]]:
    """Who met later: everybody with whom in their topic they had not written."""
    known = set(pairs_before())
    return [
        (first + one, first + two)
        for first in range(0, PEOPLE, OF_A_TOPIC)
        for one in range(OF_A_TOPIC)
        for two in range(one + 1, OF_A_TOPIC)
        if not {(first + one, first + two), (first + two, first + one)} & known
    ]


def works() -> list[Work]:
    """Three works of each pair before the cut-off, one of each pair after it."""
    before = [a_work(2012 + 2 * turn, number, pair) for number, pair in enumerate(pairs_before()) for turn in range(3)]
    return [*before, *(a_work(CUTOFF + 1, number, pair) for number, pair in enumerate(pairs_after()))]


def write(path: Path, some: Sequence[Work]) -> Path:
    """A Parquet file of works."""
    pq.write_table(pa.Table.from_pylist(list(some)), path)
    return path
