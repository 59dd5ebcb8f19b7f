"""The lists that everybody is asked about: four income groups, and the same people as two groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from tests.benchmarks.peers.answering import Pool, Task
from tests.benchmarks.tradeoff import GAPS_SD, TARGET, K, draws

ALPHA = 0.1
SEED = 1


@dataclass(frozen=True)
class Setting:
    """A heading for the table, and what is asked."""

    heading: str
    task: Task


def settings(n_lists: int) -> list[Setting]:
    """Both gaps, with four groups and with two."""
    found = []
    for gap in GAPS_SD:
        pools = [best_first(groups, scores) for groups, scores in draws(gap, n_lists, SEED)]
        four = Task(K, TARGET, frozenset(TARGET) - {"H"}, ALPHA, pools)
        found.append(Setting(f"four income groups 55/25/15/5 %, scores of all but H lowered by {gap} SD", four))
        half = Fraction(1, 2)
        two = Task(K, {"H": half, "not H": half}, frozenset({"not H"}), ALPHA, [as_two_groups(p) for p in pools])
        found.append(Setting(f"the same lists as two groups 50/50 %, protected: all but H, {gap} SD", two))
    return found


def as_two_groups(pool: Pool) -> Pool:
    """High-income and everybody else."""
    return Pool(["H" if group == "H" else "not H" for group in pool.groups], pool.scores)


def best_first(groups: Sequence[str], scores: Sequence[float]) -> Pool:
    """A pool in order of score, which is what the peers ask for."""
    order = sorted(range(len(groups)), key=lambda i: -scores[i])
    return Pool([groups[i] for i in order], [scores[i] for i in order])
