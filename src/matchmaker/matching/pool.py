"""The nearest of the admitted, scored: what the equity step chooses from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matchmaker.domain.matches import Contribution
from matchmaker.matching import scoring
from matchmaker.matching.arrays import BoolArray, IntArray
from matchmaker.matching.retrieval import Found
from matchmaker.matching.signals import Nearness

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
    """Somebody of the pool: their row, the value of each feature in the order of the weights, and their score."""

    person: int
    values: tuple[float, ...]
    score: float
    weighing: Weighing

    @cached_property
    def parts(self) -> tuple[Contribution, ...]:
        """The parts of the score, as they are explained."""
        return scoring.contributions(self.values, self.weighing.weights, self.weighing.conflict(self.person))

    @property
    def merit(self) -> float:
        """The score before anything was taken off for terms."""
        return scoring.score(tuple(part for part in self.parts if part.feature != scoring.TERMS))


def best_scored(near: Nearness, admitted: BoolArray, weighing: Weighing, k: int) -> list[Candidate]:
    """At least ten times the best k of the admitted (all, if fewer), best score first, ties by researcher id.

    The nearest by words, by meaning and, where they count, by focus and by co-authors are scored, and more of them
    until nobody left out could be among the first k: somebody left out is no nearer than the last one fetched in any of
    these ways, and has at best full points for the rest (the threshold algorithm of Fagin et al. 2003,
    doi:10.1016/S0022-0000(03)00026-6).
    """
    wanted, everybody = max(_SMALLEST, _PER_PLACE * k), int(admitted.sum())
    size = wanted
    while True:
        fetched = min(size, everybody)
        ways = ["words", "meaning", *(name for name in ("focus", "acquaintance") if weighing.weights.get(name))]
        found = {name: near.first(name, admitted, fetched) for name in ways}
        rows = np.unique(np.concatenate([each.rows for each in found.values()])).astype(np.int32)
        pool = scored(near, rows, weighing)[: max(wanted, size)]
        if len(rows) >= everybody or pool[min(k, len(pool)) - 1].score >= _bound(near, found, weighing):
            return pool
        size *= 4


def scored(near: Nearness, rows: IntArray, weighing: Weighing) -> list[Candidate]:
    """`rows` scored, best first, ties by row."""
    table = scoring.values(near.signals(rows, weighing.weights), weighing.weights)
    totals = np.round(scoring.points(table, weighing.weights).sum(axis=1), scoring.DECIMALS)
    candidates = [
        Candidate(person, tuple(values), total, weighing)
        for person, values, total in zip(rows.tolist(), table.tolist(), totals.tolist(), strict=True)
    ]
    if weighing.weights.get(scoring.TERMS):
        candidates = [Candidate(c.person, c.values, scoring.score(c.parts), weighing) for c in candidates]
    return sorted(candidates, key=lambda candidate: (-candidate.score, candidate.person))


def _bound(near: Nearness, found: Mapping[str, Found], weighing: Weighing) -> float:
    """The most that somebody who was not fetched can score."""
    rows = np.array([each.rows[-1] for each in found.values()], dtype=np.int32)
    last = near.signals(rows, found)
    named = {name: float(scoring.FEATURES[name](last)[place]) for place, name in enumerate(found)}
    weights = weighing.weights.items()
    most = sum(weight * named.get(name, 1.0) for name, weight in weights if name != scoring.TERMS)
    return most + scoring.ROUNDING
