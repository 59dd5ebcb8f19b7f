"""Exact ranks of the right answers among everybody who could have been suggested, and the measures made of them.

Never ranked against a sample of wrong answers: sampled measures put systems in another order (Krichene & Rendle 2020,
doi:10.1145/3394486.3403226).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matchmaker.errors import InputError
from matchmaker.evaluation.splits import Split
from matchmaker.matching.arrays import BoolArray, IntArray

# Rows of Split.queries → scores, shape (len(rows), candidates); higher is better, all finite.
Scorer = Callable[[IntArray], NDArray[np.floating]]
Values = NDArray[np.float64]
Progress = Callable[[int, int], None]

BATCH: Final = 32
MEASURES: Final = ("recall@10", "recall@50", "recall@100", "recall@200", "ndcg@10", "ndcg@50", "mrr")


@dataclass(frozen=True, eq=False)
class Ranks:
    """For each right answer of a split: its rank in the whole list, whether a common co-author could have introduced
    it, and its rank among those whom nobody could introduce (0 where it is not one of them). `top` are the first
    `len(top[0])` candidates of each query, -1 where fewer may be suggested."""

    whole: IntArray
    introduced: BoolArray
    channel: IntArray
    top: IntArray


def ranked(split: Split, scorer: Scorer, depth: int = 50, progress: Progress = lambda done, total: None) -> Ranks:
    """Rank everybody for every query; ties by candidate row, as the service breaks them.

    Raises InputError for scores of another shape or not finite: a baseline that fails must not look weak.
    """
    truth, n = split.truth, len(split.queries)
    starts = np.searchsorted(truth.query, np.arange(n + 1))
    whole, channel = np.zeros(len(truth.query), dtype=np.int32), np.zeros(len(truth.query), dtype=np.int32)
    introduced = np.zeros(len(truth.query), dtype=np.bool_)
    top = np.empty((n, min(depth, len(split.candidates))), dtype=np.int32)
    for begin in range(0, n, BATCH):
        rows = np.arange(begin, min(begin + BATCH, n), dtype=np.int32)
        scores = _checked(scorer(rows), (len(rows), len(split.candidates)))
        for row, given in zip(rows.tolist(), scores, strict=True):
            mine = slice(starts[row], starts[row + 1])
            right = truth.candidate[mine]
            score = np.where(split.barred(row), -np.inf, given)
            known = split.introduced(row)
            whole[mine] = _rank(score, right)
            introduced[mine] = known[right]
            alone = np.where(known, -np.inf, score)
            channel[mine] = np.where(known[right], 0, _rank(alone, right))
            top[row] = _first(score, top.shape[1])
        progress(int(rows[-1]) + 1, n)
    return Ranks(whole, introduced, channel, top)


def _checked(scores: NDArray[np.floating], shape: tuple[int, int]) -> Values:
    if scores.shape != shape or not np.isfinite(scores).all():
        raise InputError(
            f"a scorer gave scores of shape {scores.shape}, {int((~np.isfinite(scores)).sum())} of them not finite",
            hint=f"one finite score per query and candidate: {shape}",
        )
    return scores.astype(np.float64)


def _rank(score: Values, right: IntArray) -> IntArray:
    """1 + how many have more, or as much and a lower row number."""
    mine = score[right]
    more = (score[np.newaxis, :] > mine[:, np.newaxis]).sum(axis=1)
    tied = (score[np.newaxis, :] == mine[:, np.newaxis]) & (np.arange(len(score)) < right[:, np.newaxis])
    ranks: IntArray = (1 + more + tied.sum(axis=1)).astype(np.int32)
    return ranks


def _first(score: Values, depth: int) -> IntArray:
    rows = np.flatnonzero(score > -np.inf)
    if len(rows) > depth:
        # Everything tied with the last place must be seen before the tie is broken by row number.
        rows = rows[score[rows] >= np.partition(score[rows], len(rows) - depth)[len(rows) - depth]]
    best = rows[np.lexsort((rows, -score[rows]))][:depth]
    first: IntArray = np.full(depth, -1, dtype=np.int32)
    first[: len(best)] = best
    return first


def measured(split: Split, ranks: IntArray, chosen: BoolArray | None = None) -> Values:
    """Every measure for every query, shape (queries, len(MEASURES)); nan for queries without a right answer chosen.

    `ranks` has one row per right answer, `chosen` says which of them count (all, if not given). recall@k is the share
    of a query's right answers among its first k, ndcg@k takes their gains (Järvelin & Kekäläinen 2002), mrr is one over
    the rank of the first.
    """
    truth, n = split.truth, len(split.queries)
    kept = np.ones(len(ranks), dtype=np.bool_) if chosen is None else chosen
    query, rank, gain = truth.query[kept], ranks[kept].astype(np.int64), truth.gain[kept]
    count = np.bincount(query, minlength=n).astype(np.float64)
    columns = [_recall(query, rank, n, count, k) for k in (10, 50, 100, 200)]
    columns += [_ndcg(query, rank, gain, n, k) for k in (10, 50)]
    first = np.full(n, np.inf)
    np.minimum.at(first, query, rank)
    table = np.column_stack([*columns, 1 / first])
    table[count == 0] = np.nan
    return table


def _recall(query: IntArray, rank: NDArray[np.int64], n: int, count: Values, k: int) -> Values:
    found = np.bincount(query, weights=rank <= k, minlength=n)
    share: Values = np.divide(found, count, out=np.full(n, np.nan), where=count > 0)
    return share


def _ndcg(query: IntArray, rank: NDArray[np.int64], gain: Values, n: int, k: int) -> Values:
    got = np.bincount(query, weights=np.where(rank <= k, gain / np.log2(1 + rank), 0.0), minlength=n)
    # The best order puts the highest gains first.
    order = np.lexsort((-gain, query))
    place = np.arange(len(query)) - np.searchsorted(query[order], query[order]) + 1
    best = np.bincount(query[order], weights=np.where(place <= k, gain[order] / np.log2(1 + place), 0.0), minlength=n)
    share: Values = np.divide(got, best, out=np.full(n, np.nan), where=best > 0)
    return share
