"""How near is near: nearness read against that of people who did work together."""

from __future__ import annotations

import numpy as np

from matchmaker.domain.matches import Band
from matchmaker.matching.arrays import FloatArray, IntArray
from matchmaker.matching.best_texts import OF_A_PERSON
from matchmaker.matching.corpus import Corpus
from matchmaker.matching.learnt import FEWEST_CASES, SCALED, Direction
from matchmaker.matching.profiles import FADING_YEARS, RECENCY_YEARS
from matchmaker.matching.retrieval import faded


def band(nearness: float, cases: FloatArray) -> Band:
    """strong: at least as near as the median of people who did work together; good: as their lower quartile.

    `cases` is the nearness of each known case, measured in the same way (Learnt.nearness); under 30 of them a quartile
    says nothing, and every match is called exploratory.
    """
    if len(cases) < FEWEST_CASES:
        return "exploratory"
    lower, median = np.quantile(cases, [0.25, 0.5])
    return "strong" if nearness >= median else "good" if nearness >= lower else "exploratory"


def known_cases(corpus: Corpus, rng: np.random.Generator, cases: int = 2_000) -> dict[Direction, FloatArray]:
    """Cosines of known cases for both directions, one column for each of `learnt.SCALED`: each case without the work
    that made it one.

    "text": a work, as it would have asked on the day it came out, against its own author's other texts; what came out
    later counts as of that day. "person": two co-authors, each without the works they share.
    """
    works = np.flatnonzero((np.diff(corpus.text_people.indptr) > 0) & ~corpus.is_interest).astype(np.int32)
    drawn = rng.choice(works, size=min(cases, len(works)), replace=False)
    to_text: list[tuple[float, ...]] = []
    to_person: list[tuple[float, ...]] = []
    for work in drawn.tolist():
        people = corpus.text_people.of(work)
        author = int(rng.choice(people))
        others = _without(corpus.person_texts.of(author), np.array([work], dtype=np.int32))
        if len(others):
            to_text.append(_to_text(corpus, work, others))
        if len(people) > 1:
            one, two = rng.choice(people, size=2, replace=False)
            to_person.extend(_apart(corpus, int(one), int(two)))
    return {"text": _table(to_text, "text"), "person": _table(to_person, "person")}


def _table(rows: list[tuple[float, ...]], direction: Direction) -> FloatArray:
    return np.array(rows, dtype=np.float32).reshape(-1, len(SCALED[direction]))


def _to_text(corpus: Corpus, work: int, others: IntArray) -> tuple[float, ...]:
    """Cosines of a work with texts of one of its authors, which are as much older as they were when it came out."""
    older = np.maximum(corpus.ages(others) - corpus.ages(np.array([work], dtype=np.int32)), np.float32(0))
    fading = np.exp(-older / np.float32(FADING_YEARS))
    words = faded(corpus.text_words[others] @ corpus.text_words[work].toarray()[0], fading)
    meaning = faded(corpus.text_vectors[others] @ corpus.text_vectors[work], fading)
    centroid = np.exp(-older / np.float32(RECENCY_YEARS)) @ corpus.text_vectors[others]
    focus = _cosine(centroid, corpus.text_vectors[work])
    return OF_A_PERSON.of_one(words), OF_A_PERSON.of_one(meaning), focus


def _apart(corpus: Corpus, one: int, two: int) -> list[tuple[float, ...]]:
    """Cosines of two co-authors without their shared works; empty when one of them has no other work."""
    shared = np.intersect1d(corpus.person_texts.of(one), corpus.person_texts.of(two))
    sides = [_without(corpus.person_texts.of(person), shared) for person in (one, two)]
    if not all(len(side) for side in sides):
        return []
    by_words = _cosine(*(corpus.text_weight[side] @ corpus.text_words[side] for side in sides))
    return [(by_words, _cosine(*(corpus.text_weight[side] @ corpus.text_vectors[side] for side in sides)))]


def _cosine(one: FloatArray, two: FloatArray) -> float:
    lengths = float(np.linalg.norm(one) * np.linalg.norm(two))
    return float(one @ two) / lengths if lengths else 0.0


def _without(rows: IntArray, removed: IntArray) -> IntArray:
    return rows[~np.isin(rows, removed)]
