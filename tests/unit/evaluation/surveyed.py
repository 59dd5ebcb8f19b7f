"""An invented survey: three topics, four people, their papers and what they say they know."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from matchmaker.evaluation.gold import GoldResult, gold_standard, scored
from matchmaker.evaluation.survey import COLUMNS, PAPERS, PROFILES, RATINGS, Survey
from matchmaker.matching.encoding import Encoder, TfidfSvdEncoder
from matchmaker.matching.lexicon import Lexicon

TOPICS = {
    "malaria": "malaria mosquitoes insecticides vector transmission parasite resistance larvae bednets villages",
    "perovskite": "perovskite solar cells halide efficiency photovoltaic stability layers tandem silicon",
    "poetry": "poetry manuscripts metre medieval verse scribes rhyme ballads archives philology",
}
RATED_PER_TOPIC = 2

Paper = tuple[str, str | None, str | None, int | None]
Rows = Sequence[tuple[str, ...]]


@dataclass(frozen=True)
class Content:
    """What is written into a folder."""

    papers: Sequence[Paper]
    profiles: Rows
    ratings: Rows


def paper(topic: str, number: int) -> Paper:
    """A paper of a topic's words, some of them, in an order of its own."""
    rng = random.Random(f"{topic} {number}")
    words = TOPICS[topic].split()
    title = " ".join(rng.sample(words, 3)).capitalize()
    abstract = " ".join(rng.choices(words, k=12)) + " observed across seasons."
    return (f"{topic}-{number}", title, abstract if number % 5 else None, 2010 + number)


def world() -> Content:
    """42 papers of three topics, four participants of eight papers each: three of one topic, "NA" of poetry as well."""
    papers = [paper(topic, number) for topic in TOPICS for number in range(14)]
    wrote = {"m": ("malaria", 0), "p": ("perovskite", 0), "v": ("poetry", 0), "NA": ("poetry", 4)}
    profiles = [
        (person, f"{topic}-{number}", "2015")
        for person, (topic, first) in wrote.items()
        for number in range(first, first + 8)
    ]
    ratings = [
        (person, f"{topic}-{12 + number}", ("5" if number else "4") if topic == own else ("1.5" if number else "1"))
        for person, (own, _) in wrote.items()
        for topic in TOPICS
        for number in range(RATED_PER_TOPIC)
    ]
    return Content(papers, profiles, ratings)


def write(folder: Path, content: Content) -> Path:
    folder.mkdir(exist_ok=True)
    columns = [list(column) for column in zip(*content.papers, strict=True)] or [[], [], [], []]
    kinds = (pa.string(), pa.string(), pa.string(), pa.int32())
    pq.write_table(
        pa.table({n: pa.array(c, k) for n, c, k in zip(COLUMNS[PAPERS], columns, kinds, strict=True)}), folder / PAPERS
    )
    for name, rows in ((PROFILES, content.profiles), (RATINGS, content.ratings)):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([COLUMNS[name], *rows])
    return folder


def small_encoder(lexicon: Lexicon, texts: Sequence[str]) -> Encoder:
    return TfidfSvdEncoder.fit(lexicon, texts, dimension=6)


def run(folder: Path, seed: int = 3) -> GoldResult:
    return gold_standard(folder, small_encoder, seed)


def scores_of(survey: Survey, encoder: Encoder | None = None) -> dict[str, dict[tuple[str, int], float]]:
    """system → (participant, row of the paper) → score."""
    found = scored(survey, small_encoder if encoder is None else lambda *_: encoder)
    return {
        name: {
            (person.id, int(row)): float(score)
            for person, scores in zip(survey.participants, tables, strict=True)
            for row, score in zip(person.rated, scores, strict=True)
        }
        for name, tables in found.scores.items()
    }
