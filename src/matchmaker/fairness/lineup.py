"""The candidates of one list, by group and by score."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.errors import InputError

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Lineup:
    """n candidates of G groups, ready to be placed.

    `names` are the groups of the pool and those asked about, sorted. `group[i]` is the position in `names` of the group
    of candidate i, shape (n,). `by_score` are the candidates, best first, ties by input order; `rank[i]` is the place
    of candidate i in it, from 0. `queues[g]` are the candidates of group g, best first, and `members[g]` their number.
    """

    names: tuple[str, ...]
    group: Counts
    scores: NDArray[np.float64]
    by_score: list[int]
    rank: list[int]
    queues: tuple[list[int], ...]
    members: Counts


def line_up(groups: Sequence[str], scores: Sequence[float], asked_about: Collection[str] = ()) -> Lineup:
    """The candidates in order; `groups[i]` and `scores[i]` (0 or more) belong to candidate i.

    Raises InputError where the lengths differ and for a score that is negative or not a number.
    """
    if len(groups) != len(scores):
        raise InputError(f"{len(groups)} groups and {len(scores)} scores", hint="give one of each per candidate")
    gains = np.asarray(scores, dtype=np.float64)
    if not (np.isfinite(gains) & (gains >= 0)).all():
        raise InputError("a score is negative or not a number", hint="relevance scores are 0 or more")
    names = tuple(sorted({*groups, *asked_about}))
    position = {name: g for g, name in enumerate(names)}
    group = np.fromiter((position[name] for name in groups), dtype=np.int64, count=len(groups))
    by_score = np.argsort(-gains, kind="stable")
    members = np.bincount(group, minlength=len(names)).astype(np.int64)
    together = by_score[np.argsort(group[by_score], kind="stable")]
    queues = tuple(queue.tolist() for queue in np.split(together, np.cumsum(members)[:-1])) if names else ()
    rank = np.empty(len(groups), dtype=np.int64)
    rank[by_score] = np.arange(len(groups))
    return Lineup(names, group, gains, by_score.tolist(), rank.tolist(), queues, members)


def check_length(k: int) -> None:
    """Raise InputError for a list without places."""
    if k < 1:
        raise InputError(f"a list of {k} places was asked for", hint="k is 1 or more")


def held_counts(lineup: Lineup, order: Sequence[int]) -> Counts:
    """counts[i, g]: how many of group g the first i + 1 places of `order` hold, shape (len(order), G)."""
    shown = lineup.group[np.asarray(order, dtype=np.int64)]
    return np.cumsum(shown[:, None] == np.arange(len(lineup.names)), axis=0, dtype=np.int64)
