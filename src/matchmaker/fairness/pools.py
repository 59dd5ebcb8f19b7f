"""Many lists at once: whom each seeker may be shown, how the places spread over the candidates, and what that cost.

A pair that is not in the pools is not allowed (ineligible, domestic, blocked, below the threshold of relevance), and
nothing built on the pools can make it.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from matchmaker.errors import InputError, NothingToMatchError
from matchmaker.measures.concentration import coverage, gini
from matchmaker.measures.ranking import dcg

Id = TypeVar("Id", bound=Hashable)
Lists = Sequence[Sequence[int]]
"""Per seeker, the entries of the pools that are shown, in the order shown."""


@dataclass(frozen=True, slots=True, eq=False)
class Pools(Generic[Id]):
    """For each of m seekers, the candidates they may be shown, best first.

    `ids` names the n candidates whom at least one seeker may be shown. The pool of seeker s is the entries `starts[s]`
    up to `starts[s + 1]` of `candidates` (positions in `ids`) and `scores` (0 or more). `starts` has shape (m + 1,),
    the other two one value per allowed pair. Made by `pools_best_first` and `pools_of_matrix`, which check all this.
    """

    ids: tuple[Id, ...]
    starts: NDArray[np.int64]
    candidates: NDArray[np.int64]
    scores: NDArray[np.float64]

    @property
    def seekers(self) -> int:
        """How many seekers there are, m."""
        return len(self.starts) - 1

    @property
    def sizes(self) -> NDArray[np.int64]:
        """How many candidates each seeker may be shown, shape (m,)."""
        return np.diff(self.starts)

    def best(self, k: int) -> list[list[int]]:
        """The unconstrained lists: the first min(k, allowed) entries of each pool."""
        return [list(range(start, min(start + k, end))) for start, end in self._bounds()]

    def entries(self, seeker: int) -> range:
        """The entries of one seeker's pool, best first."""
        return range(int(self.starts[seeker]), int(self.starts[seeker + 1]))

    def named(self, lists: Lists) -> tuple[tuple[Id, ...], ...]:
        """Lists of entries as lists of ids."""
        candidates = self.candidates.tolist()
        return tuple(tuple(self.ids[candidates[entry]] for entry in shown) for shown in lists)

    def _bounds(self) -> list[tuple[int, int]]:
        return list(zip(self.starts[:-1].tolist(), self.starts[1:].tolist(), strict=True))


def pools_best_first(ids: Sequence[Sequence[Id]], scores: Sequence[Sequence[float]]) -> Pools[Id]:
    """Pools from what a search gives back: per seeker the ids of the allowed candidates and their scores, best first.

    Equal scores keep the order given. Raises InputError for lengths that differ, a candidate who is twice in a pool,
    scores that rise, are negative or no number; NothingToMatchError where no seeker has anybody.
    """
    _same_lengths([len(pool) for pool in ids], [len(pool) for pool in scores])
    place: dict[Id, int] = {}
    candidates = [place.setdefault(candidate, len(place)) for pool in ids for candidate in pool]
    for seeker, pool in enumerate(ids):
        if len(set(pool)) < len(pool):
            raise InputError(f"the pool of seeker {seeker} holds a candidate twice", hint="give every candidate once")
    flat = np.array([score for pool in scores for score in pool], dtype=np.float64)
    starts = np.cumsum([0, *(len(pool) for pool in ids)], dtype=np.int64)
    return _checked(Pools(tuple(place), starts, np.array(candidates, dtype=np.int64), flat))


def pools_of_matrix(relevance: NDArray[np.float64], allowed: NDArray[np.bool_] | None = None) -> Pools[int]:
    """Pools from a whole table: `relevance` of shape (m, n), 0 or more, NaN where the pair is not allowed.

    `allowed`, of the same shape, forbids further pairs where it is False. Candidates are named by their column, equal
    scores go by column. Raises InputError for another shape or scores that are negative or infinite;
    NothingToMatchError where no pair is allowed.
    """
    if relevance.ndim != 2 or (allowed is not None and allowed.shape != relevance.shape):
        shapes = f"{relevance.shape}" if allowed is None else f"{relevance.shape} and {allowed.shape}"
        raise InputError(f"relevance and mask have shape {shapes}", hint="give one row per seeker, one column each")
    may = ~np.isnan(relevance) if allowed is None else ~np.isnan(relevance) & allowed
    columns = [np.flatnonzero(row) for row in may]
    best = [found[np.argsort(-row[found], kind="stable")] for row, found in zip(relevance, columns, strict=True)]
    scores = [row[found] for row, found in zip(relevance, best, strict=True)]
    named, candidates = np.unique(np.concatenate([*best, np.empty(0, dtype=np.int64)]), return_inverse=True)
    starts = np.cumsum([0, *map(len, best)], dtype=np.int64)
    flat = np.concatenate([*scores, np.empty(0)])
    return _checked(Pools(tuple(named.tolist()), starts, candidates.astype(np.int64), flat))


@dataclass(frozen=True, slots=True)
class Spread(Generic[Id]):
    """How the places of many lists spread over the candidates.

    `exposure` counts the lists each of the n candidates is in, those in none too. `gini` of these counts is 0 where
    all are in as many lists; `coverage` in [0, 1] is the share of candidates in at least one list.
    """

    exposure: Mapping[Id, int]
    gini: float
    coverage: float


@dataclass(frozen=True, slots=True)
class Price:
    """What a change of many lists cost their seekers, as gain kept of the unconstrained list of the same seeker.

    `ndcg[s]` is the discounted gain of seeker s's list over that of their first min(k, allowed) candidates, in [0, 1];
    a place left empty gains nothing. None for a seeker who may be shown nobody; these are not in `mean` and `lowest`.
    """

    ndcg: tuple[float | None, ...]
    mean: float
    lowest: float


def spread(pools: Pools[Id], lists: Lists) -> Spread[Id]:
    """Exposure, Gini and coverage of these lists."""
    counts = exposure(pools, lists)
    by_id = dict(zip(pools.ids, counts.tolist(), strict=True))
    return Spread(by_id, gini(counts), coverage(counts))


def exposure(pools: Pools[Id], lists: Lists) -> NDArray[np.int64]:
    """In how many of these lists each candidate is, shape (n,)."""
    shown = np.array([entry for entries in lists for entry in entries], dtype=np.int64)
    return np.bincount(pools.candidates[shown], minlength=len(pools.ids))


def price(pools: Pools[Id], lists: Lists, k: int) -> Price:
    """What these lists cost each seeker against their first k candidates."""
    kept = [_kept(pools.scores[shown], pools.scores[best]) for shown, best in zip(lists, pools.best(k), strict=True)]
    known = [share for share in kept if share is not None]
    return Price(tuple(kept), float(np.mean(known)), min(known))


def check_length(k: int) -> None:
    """Raise InputError for a list length below 1."""
    if k < 1:
        raise InputError(f"a list of {k} places", hint="k is 1 or more")


def told_if_nobody(pools: Pools[Id]) -> tuple[str, ...]:
    """A sentence on the seekers who may be shown nobody, if there are any."""
    nobody = int(np.count_nonzero(pools.sizes == 0))
    return (f"{nobody} of {pools.seekers} seekers may be shown nobody; their lists are empty",) if nobody else ()


def _kept(shown: NDArray[np.float64], best: NDArray[np.float64]) -> float | None:
    if not len(best):
        return None
    ideal = dcg(best.tolist())
    return dcg(shown.tolist()) / ideal if ideal > 0 else 1.0


def _same_lengths(ids: list[int], scores: list[int]) -> None:
    if ids != scores:
        raise InputError("pools of ids and of scores differ in length", hint="give one score per candidate")


def _checked(pools: Pools[Id]) -> Pools[Id]:
    if not len(pools.candidates):
        raise NothingToMatchError("no seeker may be shown anybody", hint="loosen the filters or add candidates")
    if not (np.isfinite(pools.scores) & (pools.scores >= 0)).all():
        raise InputError("a relevance score is negative or not a number", hint="scores are finite and 0 or more")
    rises = np.flatnonzero(np.diff(pools.scores) > 0) + 1
    within = rises[~np.isin(rises, pools.starts)]
    if len(within):
        seeker = int(np.searchsorted(pools.starts, within[0], side="right")) - 1
        raise InputError(f"the scores of seeker {seeker} rise down the list", hint="give every pool best first")
    return pools
