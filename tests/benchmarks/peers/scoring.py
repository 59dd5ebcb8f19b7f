"""What is measured on every order, the same for us and for the peers: floors, the FA*IR test, cost, exposure."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from matchmaker.measures.exposure import exposure_share
from matchmaker.measures.intervals import mean_intervals
from matchmaker.measures.ranking import ndcg
from matchmaker.measures.representation import floor_at
from tests.benchmarks.peers.answering import Answer, Pool, Task

RESAMPLES = 1_000
SEED = 1


@dataclass(frozen=True)
class Scores:
    """One method on one setting. Shares are of the lists that came back whole.

    `unanswered` counts lists without an order, or with one that is no list of k different candidates; `why` is the
    first reason. `broken` is the share of lists in which a floor is broken at some prefix, `broken_prefixes` the mean
    number of such prefixes. `fails_test` is the share of lists that fail the adjusted FA*IR test (None for several
    groups). `ndcg_low` and `ndcg_high` bound the mean at 95 % (bootstrap over lists; None for fewer than 30 lists).
    `milliseconds` is the median per list, of processor time in the peer's own process.
    """

    method: str
    lists: int
    unanswered: int
    why: str
    broken: float | None = None
    broken_prefixes: float | None = None
    fails_test: float | None = None
    ndcg: float | None = None
    ndcg_low: float | None = None
    ndcg_high: float | None = None
    exposure: float | None = None
    milliseconds: float | None = None


def broken_prefixes(shown: Sequence[str], pool: Sequence[str], target: Mapping[str, Fraction]) -> int:
    """Number of prefixes i of `shown` with fewer than min(⌊p · i⌋, members in the pool) of some group.

    Such floors can always be held together: they sum to i at most.
    """
    members, seen = Counter(pool), Counter[str]()
    broken = 0
    for i, group in enumerate(shown, 1):
        seen[group] += 1
        broken += any(seen[g] < min(floor_at(share, i), members[g]) for g, share in target.items())
    return broken


def fails_table(shown: Sequence[str], pool: Sequence[str], protected: str, table: Sequence[int]) -> bool:
    """Whether a prefix i holds fewer protected than `table[i - 1]` asks for, or than the pool has."""
    members, seen = list(pool).count(protected), 0
    for needed, group in zip(table, shown, strict=True):
        seen += group == protected
        if seen < min(needed, members):
            return True
    return False


def fault(order: Sequence[int] | None, task: Task, pool: Pool) -> str:
    """Why an order is no list of k different candidates of the pool, "" where it is one."""
    if order is None:
        return "no order"
    if len(order) != min(task.k, len(pool.groups)):
        return f"{len(order)} places for {task.k}"
    if len(set(order)) != len(order) or not set(order) <= set(range(len(pool.groups))):
        return "somebody twice, or somebody from outside the pool"
    return ""


def scored(method: str, answer: Answer, task: Task, table: Sequence[int] | None) -> Scores:
    """Everything about one method's answer; `table` is the FA*IR table for the protected group, if there is one."""
    faults = [fault(order, task, pool) for order, pool in zip(answer.orders, task.lists, strict=True)]
    whole = [
        (order, pool)
        for order, pool, wrong in zip(answer.orders, task.lists, faults, strict=True)
        if order is not None and not wrong
    ]
    lost = len(faults) - len(whole)
    why = next(iter(answer.errors), "") or next(filter(None, faults), "")
    if not whole:
        return Scores(method, len(faults), lost, why)
    shown = [[pool.groups[i] for i in order] for order, pool in whole]
    broken = [broken_prefixes(groups, pool.groups, task.target) for groups, (_, pool) in zip(shown, whole, strict=True)]
    costs = [ndcg([pool.scores[i] for i in order], pool.scores) for order, pool in whole]
    (mean,) = mean_intervals(np.array(costs)[:, None], np.random.default_rng(SEED), resamples=RESAMPLES)
    return Scores(
        method, len(faults), lost, why,
        broken=statistics.fmean(b > 0 for b in broken),
        broken_prefixes=statistics.fmean(broken),
        fails_test=_share_failing(shown, whole, task, table),
        ndcg=mean.value, ndcg_low=mean.low, ndcg_high=mean.high,
        exposure=statistics.fmean(_exposure(groups, task) for groups in shown),
        milliseconds=statistics.median(answer.seconds) * 1e3,
    )  # fmt: skip


def _exposure(groups: Sequence[str], task: Task) -> float:
    return sum(exposure_share(groups, group) for group in task.protected)


def _share_failing(
    shown: list[list[str]], whole: list[tuple[list[int], Pool]], task: Task, table: Sequence[int] | None
) -> float | None:
    if table is None:
        return None
    (protected,) = task.protected
    return statistics.fmean(
        fails_table(groups, pool.groups, protected, table) for groups, (_, pool) in zip(shown, whole, strict=True)
    )
