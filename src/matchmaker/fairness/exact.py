"""The order with the highest gain among all that hold floors, and if asked ceilings: a dynamic programme.

After the constrained ranking maximisation of Celis, Straszak & Vishnoi (2018), arXiv:1704.06840, over disjoint groups.
Within a group the better score goes first, so a list is a path through the counts of each group that were placed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from matchmaker.errors import InputError
from matchmaker.fairness.lineup import Counts, Lineup, check_length, line_up
from matchmaker.fairness.quotas import Shares, ceiling_table, check_part
from matchmaker.measures.ranking import position_weights
from matchmaker.measures.representation import floor_at

MOST_GROUPS = 4
MOST_STATES = 40_000_000
# Two ways to go on whose gains differ by less than this part are equally good: the better score goes first.
_SAME = 1e-12

_Gains = NDArray[np.float64]


def exact(groups: Sequence[str], scores: Sequence[float], target: Shares, k: int) -> list[int]:
    """Indices of min(k, n) candidates: no order that holds min(⌊p · i⌋, members) at every prefix i has a higher DCG.

    The discount is 1 / log2(1 + rank), the gain the score. `target` may be a part of a target: shares of 0 or more,
    together at most 1. Groups without a share have no floor. Raises InputError for more than four groups that have a
    share and members, for other shares, for scores that are negative or no number, and for k below 1.
    """
    return _exact(groups, scores, target, k, ceilings=False)


def exact_within_ceilings(groups: Sequence[str], scores: Sequence[float], target: Shares, k: int) -> list[int]:
    """As `exact`, and no prefix i holds more than ⌈q(i)⌉ of a group, q being its water-filled quota.

    Groups that ran out are capped at their members, and the others share what is left in proportion to the target; of
    a part t of a target the ceilings are ⌈t · q(i) + (1 - t) · i⌉. Floors and ceilings can always be held together: a
    fractional flow exists, hence one in whole numbers (see `ceiling_table`).
    """
    return _exact(groups, scores, target, k, ceilings=True)


def ceilings_of(lineup: Lineup, shares: Shares, length: int) -> Counts:
    """ceilings[i, g]: the most of group g in the first i + 1 places, shape (length, G).

    Groups without a share have one ceiling together; each of them is given the whole of it.
    """
    columns = _columns(lineup, shares)
    table = ceiling_table([c.share for c in columns], [len(c.queue) for c in columns], length)
    answer = np.zeros((length, len(lineup.names)), dtype=np.int64)
    for column, most in zip(columns, table[1:].T, strict=True):
        answer[:, list(column.groups)] = most[:, None]
    return answer


@dataclass(frozen=True, slots=True)
class _Column:
    """One dimension of the counts: a group with a share, or all groups without one, whose members form one queue."""

    groups: tuple[int, ...]
    share: Fraction
    queue: list[int]


@dataclass(frozen=True, slots=True, eq=False)
class _Problem:
    """Lists of L places from C columns.

    After i places, low[i, c] to high[i, c] of each column can belong to a best list, shape (L + 1, C). gains[c, j] is
    the score of the (j + 1)-th of a column, 0 past its end, shape (C, L + 2). The count of the column `tied` follows
    from those of the others, `free`.
    """

    low: Counts
    high: Counts
    gains: _Gains
    discounts: _Gains
    free: tuple[int, ...]
    tied: int

    def counts_of_tied(self, i: int) -> Counts:
        """What is left of i places for the tied column, by the counts of the free ones, from low[i] to high[i]."""
        axes = [np.arange(self.low[i, c], self.high[i, c] + 1) for c in self.free]
        taken = sum(
            (axis.reshape(-1, *[1] * (len(axes) - n - 1)) for n, axis in enumerate(axes)), np.zeros((), np.int64)
        )
        return np.asarray(i - taken, dtype=np.int64)


def _exact(groups: Sequence[str], scores: Sequence[float], target: Shares, k: int, *, ceilings: bool) -> list[int]:
    check_length(k)
    check_part(target)
    lineup, length = line_up(groups, scores, target), min(k, len(groups))
    columns = _columns(lineup, target)
    with_share = sum(bool(column.share and column.queue) for column in columns)
    if with_share > MOST_GROUPS:
        raise InputError(
            f"the method 'exact' takes up to {MOST_GROUPS} groups with a share, and here are {with_share}",
            hint="use the method 'floors', as exact as this one without ceilings, or 'detconstsort'",
        )
    if not length:
        return []
    problem = _problem(lineup, columns, length, ceilings_of(lineup, target, length) if ceilings else None)
    return _walk(lineup, [column.queue for column in columns], problem, _gains_to_come(problem))


def _columns(lineup: Lineup, shares: Shares) -> list[_Column]:
    numbered = [(g, shares.get(name, Fraction(0))) for g, name in enumerate(lineup.names)]
    columns = [_Column((g,), share, lineup.queues[g]) for g, share in numbered if share]
    others = tuple(g for g, share in numbered if not share)
    queue = sorted((i for g in others for i in lineup.queues[g]), key=lineup.rank.__getitem__)
    return [*columns, _Column(others, Fraction(0), queue)] if queue else columns


def _problem(lineup: Lineup, columns: list[_Column], length: int, ceilings: Counts | None) -> _Problem:
    members = np.array([len(column.queue) for column in columns], dtype=np.int64)
    floors = np.zeros((length + 1, len(columns)), dtype=np.int64)
    for c, column in enumerate(columns):
        floors[:, c] = [floor_at(column.share, i) for i in range(length + 1)]
    low = np.minimum(floors, members)
    high = np.zeros_like(low)
    if ceilings is None:
        # Whoever is neither among the best i nor needed by a floor can give way to one of the best i: some best list
        # holds no more of a group than the larger of the two.
        high[1:] = _among_the_best(lineup, columns, length)
        high = np.maximum(high, low[-1])
    else:
        high[1:] = ceilings[:, [column.groups[0] for column in columns]]
    places = np.arange(length + 1)[:, None]
    high = np.minimum(np.minimum(high, members), places - (low.sum(axis=1, keepdims=True) - low))
    low = np.maximum(low, places - (high.sum(axis=1, keepdims=True) - high))
    gains = np.zeros((len(columns), length + 2))
    for c, column in enumerate(columns):
        first = column.queue[:length]
        gains[c, : len(first)] = lineup.scores[first]
    tied = int((high - low).sum(axis=0).argmax())
    free = tuple(c for c in range(len(columns)) if c != tied)
    return _Problem(low, high, gains, position_weights(length), free, tied)


def _among_the_best(lineup: Lineup, columns: list[_Column], length: int) -> Counts:
    column_of = np.zeros(len(lineup.names), dtype=np.int64)
    for c, column in enumerate(columns):
        column_of[list(column.groups)] = c
    best = column_of[lineup.group[lineup.by_score[:length]]]
    return np.cumsum(best[:, None] == np.arange(len(columns)), axis=0, dtype=np.int64)


def _gains_to_come(problem: _Problem) -> list[_Gains]:
    """By number of places given, and by the counts of the free columns: the most that the other places can gain.

    -inf where the floors and ceilings cannot be held from there. Raises InputError beyond 40 million states.
    """
    free = list(problem.free)
    widths = (problem.high - problem.low + 1)[:, free]
    if (states := int(widths.prod(axis=1).sum())) > MOST_STATES:
        raise InputError(
            f"the method 'exact' would have to compare {states} states",
            hint="use the method 'floors', as exact as this one without ceilings, or a shorter list",
        )
    length = len(problem.discounts)
    after = _possible(problem, length, np.zeros(tuple(widths[length])))
    values = [after]
    for i in range(length - 1, -1, -1):
        after = _possible(problem, i, _best_next(problem, i, after))
        values.append(after)
    return values[::-1]


def _possible(problem: _Problem, i: int, values: _Gains) -> _Gains:
    tied = problem.counts_of_tied(i)
    held = (tied >= problem.low[i, problem.tied]) & (tied <= problem.high[i, problem.tied])
    return np.where(held, values, -np.inf)


def _best_next(problem: _Problem, i: int, after: _Gains) -> _Gains:
    """The most that can be gained from place i + 1 on, whoever gets it, if `after` is what comes after it."""
    low, high, discount = problem.low[i], problem.high[i], problem.discounts[i]
    free = list(problem.free)
    # `after` runs from low[i + 1] to high[i + 1]; `reach` is what can be reached from here, low[i] to high[i] + 1.
    first, last = np.maximum(low, problem.low[i + 1])[free], np.minimum(high + 1, problem.high[i + 1])[free] + 1
    reach = np.full(tuple(high[free] - low[free] + 2), -np.inf)
    into = tuple(slice(a, max(a, b)) for a, b in zip(first - low[free], last - low[free], strict=True))
    start = problem.low[i + 1][free]
    reach[into] = after[tuple(slice(a, max(a, b)) for a, b in zip(first - start, last - start, strict=True))]
    stay = (slice(None, -1),) * len(free)
    tied = np.clip(problem.counts_of_tied(i), 0, problem.gains.shape[1] - 1)
    best = reach[stay] + problem.gains[problem.tied][tied] * discount
    for axis, c in enumerate(free):
        gains = problem.gains[c, low[c] : high[c] + 1].reshape(-1, *[1] * (len(free) - axis - 1))
        best = np.maximum(best, reach[(*stay[:axis], slice(1, None), *stay[axis + 1 :])] + gains * discount)
    return np.asarray(best)


def _walk(lineup: Lineup, queues: list[list[int]], problem: _Problem, values: list[_Gains]) -> list[int]:
    """The path of the highest gain; of equally good ways to go on the one with the better score, then input order."""
    if values[0].max() == -np.inf:
        raise InputError("the floors and ceilings cannot be held together", hint="leave the ceilings out")
    counts = [0] * len(queues)
    order: list[int] = []
    for i, discount in enumerate(problem.discounts.tolist(), 1):
        ways = []
        low, after = problem.low[i], values[i]
        for c, queue in enumerate(queues):
            counts[c] += 1
            spot = tuple(int(counts[f] - low[f]) for f in problem.free)
            if counts[c] <= len(queue) and all(0 <= at < size for at, size in zip(spot, after.shape, strict=True)):
                candidate = queue[counts[c] - 1]
                ways.append((float(after[spot] + lineup.scores[candidate] * discount), lineup.rank[candidate], c))
            counts[c] -= 1
        most = max(gain for gain, _, _ in ways)
        _, rank, c = min((way for way in ways if way[0] >= most - _SAME * most), key=lambda way: way[1])
        counts[c] += 1
        order.append(lineup.by_score[rank])
    return order
