"""The nearest of the admitted, scored: what the equity step chooses from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from matchmaker.domain.matches import Contribution
from matchmaker.matching import scoring
from matchmaker.matching.arrays import BoolArray
from matchmaker.matching.corpus import Corpus
from matchmaker.matching.explanation import Sought
from matchmaker.matching.profiles import Profile
from matchmaker.matching.retrieval import Found, TextSearch

# Enough that the equity step has somebody to choose from in every group.
_PER_PLACE = 10
_SMALLEST = 200


def _no_conflict(_person: int) -> float:
    return 0.0


@dataclass(frozen=True)
class Weighing:
    """How a score is made: the weights that count, and how much of a person's declared terms stands in the way."""

    weights: Mapping[str, float]
    conflict: Callable[[int], float] = _no_conflict


@dataclass(frozen=True)
class Candidate:
    """Somebody of the pool: their row, how near they are, the parts of their score and its sum."""

    person: int
    similarity: float
    parts: tuple[Contribution, ...]
    score: float


def best_scored(corpus: Corpus, sought: Sought, admitted: BoolArray, weighing: Weighing, k: int) -> list[Candidate]:
    """At least ten times the best k of the admitted (all, if fewer), best score first, ties by researcher id.

    The nearest are fetched and scored, and more of them until nobody left out could be among the first k: somebody
    left out is no nearer than the last one fetched, and has at best full points for all but relevance.
    """
    size, everybody = max(_SMALLEST, _PER_PLACE * k), int(admitted.sum())
    while True:
        pool = _scored(corpus, _nearest(corpus, sought, admitted, min(size, everybody)), weighing)
        if len(pool) >= everybody:
            return pool
        furthest = max(0.0, min(candidate.similarity for candidate in pool))
        relevance = weighing.weights["relevance"]
        if pool[k - 1].score >= relevance * furthest + (1.0 - relevance):
            return pool
        size *= 4


def _nearest(corpus: Corpus, sought: Sought, admitted: BoolArray, k: int) -> Found:
    if not sought.by_text:
        return corpus.search_people.nearest(sought.vector, admitted, k)
    search = TextSearch(corpus.search_texts, corpus.text_vectors, corpus.person_texts, corpus.text_people)
    return search.people(sought.vector, admitted, k)


def _scored(corpus: Corpus, found: Found, weighing: Weighing) -> list[Candidate]:
    candidates = []
    for person, near in zip(found.rows.tolist(), found.similarity.tolist(), strict=True):
        profile, conflict = _profile(corpus, person), weighing.conflict(person)
        parts = scoring.contributions(profile, near, weighing.weights, conflict)
        candidates.append(Candidate(person, near, parts, scoring.score(parts)))
    return sorted(candidates, key=lambda candidate: (-candidate.score, candidate.person))


def _profile(corpus: Corpus, person: int) -> Profile:
    texts = corpus.person_texts.of(person)
    works = texts[~corpus.is_interest[texts]]
    return Profile(texts, float(corpus.ages(works).min()) if len(works) else None)
