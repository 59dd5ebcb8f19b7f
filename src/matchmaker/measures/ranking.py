"""How good a ranking is: discounted gain, after Järvelin & Kekäläinen (2002), doi:10.1145/582415.582418."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from matchmaker.errors import InputError


def position_weights(n: int) -> NDArray[np.float64]:
    """Attention at ranks 1 to n, shape (n,): 1 / log2(1 + rank), from 1.0 at the top downwards.

    Raises InputError for a negative n.
    """
    if n < 0:
        raise InputError(f"a ranking cannot have {n} places", hint="n is 0 or more")
    return 1.0 / np.log2(np.arange(2, n + 2, dtype=np.float64))


def dcg(scores: Sequence[float]) -> float:
    """Discounted cumulative gain Σ scores[r - 1] / log2(1 + r); the score itself is the gain. 0.0 for no scores.

    Raises InputError for a negative or non-finite score, which is no gain.
    """
    gains = _gains(scores)
    return float(gains @ position_weights(len(gains)))


def ndcg(order_scores: Sequence[float], ideal_scores: Sequence[float]) -> float:
    """Gain of a list against the best list of the same length from `ideal_scores`, in [0, 1].

    `order_scores` are the scores in the order shown, `ideal_scores` those of everybody who could have been shown, in
    any order. 1.0 where there is nothing to gain. Raises InputError for negative or non-finite scores, and for a list
    that is longer than the pool it was drawn from.
    """
    if len(order_scores) > len(ideal_scores):
        sizes = f"{len(order_scores)} places from a pool of {len(ideal_scores)}"
        raise InputError(f"a list cannot have {sizes}", hint="ideal_scores holds the scores of the whole pool")
    # Laid out as the list itself, so that the list by score has exactly 1.
    best = np.ascontiguousarray(np.sort(_gains(ideal_scores))[::-1][: len(order_scores)])
    ideal = float(best @ position_weights(len(best)))
    return dcg(order_scores) / ideal if ideal > 0 else 1.0


def largest_fall(before: Sequence[Hashable], after: Sequence[Hashable]) -> int:
    """The most places that anybody of a list moved down, 0 or more.

    Only the first len(after) places of `before` were shown and can fall. Whoever is left out of `after` fell to the
    place behind its end, or further: the least that can be said.
    """
    rank_after = {candidate: rank for rank, candidate in enumerate(after, 1)}
    gone = len(after) + 1
    falls = [rank_after.get(candidate, gone) - rank for rank, candidate in enumerate(before[: len(after)], 1)]
    return max(0, *falls) if falls else 0


def _gains(scores: Sequence[float]) -> NDArray[np.float64]:
    gains = np.asarray(scores, dtype=np.float64)
    if not (np.isfinite(gains) & (gains >= 0)).all():
        raise InputError("a score is negative or not a number", hint="relevance scores are 0 or more")
    return gains
