"""Is somebody who writes in English found by a question in another language?

    python -m tests.reality.languages [--encoder NAME] [--papers FILE] [--most N]

The 24 English abstracts of tests/golden/parallel_abstracts.toml are put among others as texts of a person each: among
the invented world, or among N works of a Parquet file of real ones (as `matchmaker ingest works` reads it). Each person
is then asked for with the translations of their abstract, as a need in words. Printed is a Markdown table by language:
how often the right person comes first or among the first ten, the mean of 1 / rank, their mean score, and that score as
a part of what the English abstract itself gets. A text of which the index knows no word at all counts as not found.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from matchmaker.asking import Stopwatch, asked
from matchmaker.domain.matches import MatchRequest
from matchmaker.errors import NothingToMatchError
from matchmaker.matching.corpus import Corpus
from matchmaker.sources.ingest import IngestOptions, ingest
from matchmaker.sources.snapshot import Snapshot
from matchmaker.verdicts.everything import nothing_loaded
from matchmaker_api import connect
from matchmaker_index import generations
from matchmaker_index.building import build
from matchmaker_index.recipe import Recipe

ABSTRACTS = Path(__file__).parents[1] / "golden" / "parallel_abstracts.toml"
LANGUAGES: Mapping[str, str] = {
    "en": "English", "fr": "French", "es": "Spanish", "pt": "Portuguese", "de": "German",
}  # fmt: skip
COUNTRY = "KE"
SEED = 7


@dataclass(frozen=True)
class Among:
    """What the abstracts are put among: works of a Parquet file, `most` of them, or the invented world."""

    papers: Path | None = None
    most: int = 5_000
    people: int = 300


@dataclass(frozen=True)
class Found:
    """Where the right person came, 1 being first and inf not found, and their score; one entry per abstract."""

    ranks: tuple[float, ...]
    scores: tuple[float, ...]

    def within(self, places: int) -> float:
        """The part of abstracts whose person is among so many first."""
        return float(np.mean(np.array(self.ranks) <= places))

    @property
    def reciprocal(self) -> float:
        """Mean of 1 / rank, in [0, 1]."""
        return float(np.mean(1 / np.array(self.ranks)))


def abstracts() -> list[dict[str, str]]:
    """Every abstract with its name, its field and its text by language, each text on one line."""
    table = tomllib.loads(ABSTRACTS.read_text(encoding="utf-8"))["abstract"]
    return [{key: " ".join(text.split()) for key, text in abstract.items()} for abstract in table]


@contextmanager
def indexed(folder: Path, encoder: str, among: Among) -> Iterator[Corpus]:
    """An index of the English abstracts and what they are put among."""
    data = folder / "data"
    if among.papers is None:
        ingest("demo", [], data, options=IngestOptions(seed=SEED, people=among.people))
    else:
        ingest("works", [_drawn(among.papers, among.most, folder / "drawn.parquet")], data)
    latest = date.fromisoformat(Snapshot.open(data).manifest["latest_published"])
    ingest("csv", [_people(folder / "people.csv", latest.year - 1)], data)
    generations.publish(data, build(data, Recipe(encoder=encoder)).digest)
    with connect(data) as matchmaker:
        yield matchmaker.corpus


def _drawn(papers: Path, most: int, target: Path) -> Path:
    """`most` of the works, drawn without looking."""
    table = pq.read_table(papers)
    rows = np.random.default_rng(SEED).choice(table.num_rows, size=min(most, table.num_rows), replace=False)
    pq.write_table(table.take(pa.array(np.sort(rows))), target)
    return target


def _people(path: Path, year: int) -> Path:
    """A table of one person for each abstract, who wrote it in English."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["researcher_id", "name", "country", "abstract", "year"])
        rows.writerows([each["name"], each["name"], COUNTRY, each["en"], year] for each in abstracts())
    return path


def found(corpus: Corpus, language: str) -> Found:
    """Where everybody comes when asked for in a language."""
    places = [_place(corpus, each["name"], each[language]) for each in abstracts()]
    ranks, scores = zip(*places, strict=True)
    return Found(ranks, scores)


def _place(corpus: Corpus, name: str, text: str) -> tuple[float, float]:
    """Rank and score of a person for a need in words, among all who may be suggested."""
    try:
        question = asked(corpus, MatchRequest(text=text), nothing_loaded(corpus), Stopwatch(time.perf_counter))
    except NothingToMatchError:
        return np.inf, 0.0
    person = corpus.person_number(name)
    everybody = question.nearest(int(question.admission.admitted.sum()))
    return next((rank, each.score) for rank, each in enumerate(everybody, start=1) if each.person == person)


def table(corpus: Corpus) -> str:
    """The Markdown table of one index."""
    lines = ["| asked in | recall@1 | recall@10 | MRR | mean score | of English |", "|---|--:|--:|--:|--:|--:|"]
    english = np.array(found(corpus, "en").scores)
    for language, name in LANGUAGES.items():
        here = found(corpus, language)
        part = float(np.mean(np.array(here.scores) / english))
        lines.append(
            f"| {name} | {here.within(1):.2f} | {here.within(10):.2f} | {here.reciprocal:.2f} "
            f"| {np.mean(here.scores):.2f} | {part:.0%} |"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    """Build, ask and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.reality.languages", description="Questions by language.")
    parser.add_argument("--encoder", default=Recipe().encoder, help="as `matchmaker encoders` names it")
    parser.add_argument("--papers", type=Path, help="a Parquet file of works to put the abstracts among")
    parser.add_argument("--most", type=int, default=Among.most, help="how many of these works")
    given = parser.parse_args(arguments)
    with (
        tempfile.TemporaryDirectory() as folder,
        indexed(Path(folder), given.encoder, Among(given.papers, given.most)) as corpus,
    ):
        others = corpus.n_people - len(abstracts())
        print(f"{given.encoder}, 24 people among {others} others, {corpus.tables.texts.num_rows} texts\n")
        print(table(corpus))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
