"""How near is near: similarities read against those of people who did work together."""

from __future__ import annotations

import numpy as np

from matchmaker.domain.matches import Band
from matchmaker.matching.arrays import FloatArray, IntArray
from matchmaker.matching.corpus import Corpus
from matchmaker.matching.encoding import unit_rows
from matchmaker.matching.profiles import RECENCY_YEARS
from matchmaker.matching.retrieval import BEST_TEXTS, MISSING_TEXT_SHARE

# With fewer known cases than this a quartile says nothing, and every match is called exploratory.
FEWEST_CASES = 30


def band(similarity: float, yardstick: FloatArray) -> Band:
    """strong: at least as near as the median of people who did work together; good: as their lower quartile."""
    if len(yardstick) < FEWEST_CASES:
        return "exploratory"
    lower, median = np.quantile(yardstick, [0.25, 0.5])
    return "strong" if similarity >= median else "good" if similarity >= lower else "exploratory"


def yardsticks(corpus: Corpus, rng: np.random.Generator, cases: int = 2_000) -> dict[str, FloatArray]:
    """Sorted similarities of known cases for both directions, each case without the work that made it one.

    "text": a work against its own author's other texts (mean of the best three). "person": two co-authors, each
    without the works they share.
    """
    works = np.flatnonzero(np.diff(corpus.text_people.indptr) > 0).astype(np.int32)
    drawn = rng.choice(works, size=min(cases, len(works)), replace=False)
    to_text: list[float] = []
    to_person: list[float] = []
    for work in drawn.tolist():
        people = corpus.text_people.of(work)
        author = int(rng.choice(people))
        others = _without(corpus.person_texts.of(author), np.array([work], dtype=np.int32))
        if len(others):
            to_text.append(_best_mean(corpus.text_vectors[others] @ corpus.text_vectors[work]))
        if len(people) > 1:
            one, two = rng.choice(people, size=2, replace=False)
            to_person.extend(_apart(corpus, int(one), int(two)))
    return {
        "text": np.sort(np.array(to_text, dtype=np.float32)),
        "person": np.sort(np.array(to_person, dtype=np.float32)),
    }


def _apart(corpus: Corpus, one: int, two: int) -> list[float]:
    """Similarity of two co-authors without their shared works; empty when one of them has no other work."""
    shared = np.intersect1d(corpus.person_texts.of(one), corpus.person_texts.of(two))
    sides = [_without(corpus.person_texts.of(person), shared) for person in (one, two)]
    if not all(len(side) for side in sides):
        return []
    return [float(_centroid(corpus, sides[0]) @ _centroid(corpus, sides[1]))]


def _centroid(corpus: Corpus, texts: IntArray) -> FloatArray:
    weight = np.exp(-corpus.ages(texts) / np.float32(RECENCY_YEARS))
    row: FloatArray = unit_rows((weight @ corpus.text_vectors[texts])[np.newaxis, :])[0]
    return row


def _best_mean(similarity: FloatArray) -> float:
    best = np.sort(similarity)[::-1][:BEST_TEXTS]
    missing = BEST_TEXTS - len(best)
    return float((best.sum() + missing * MISSING_TEXT_SHARE * best[0]) / BEST_TEXTS)


def _without(rows: IntArray, removed: IntArray) -> IntArray:
    return rows[~np.isin(rows, removed)]
