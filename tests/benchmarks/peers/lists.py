"""The lists that everybody is asked about: four income groups, and the same people as two groups."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from tests.benchmarks.peers.answering import Pool, Task

TARGET = {"H": Fraction(11, 20), "UM": Fraction(1, 4), "LM": Fraction(3, 20), "L": Fraction(1, 20)}
K = 20
ALPHA = 0.1
GAPS_SD = (0.5, 1.0)
SEED = 20261127


@dataclass(frozen=True)
class Setting:
    """A heading for the table, and what is asked."""

    heading: str
    task: Task


def settings(n_lists: int) -> list[Setting]:
    """Both gaps, with four groups and with two."""
    found = []
    for gap in GAPS_SD:
        pools = draws(gap, n_lists, SEED)
        four = Task(K, TARGET, frozenset(TARGET) - {"H"}, ALPHA, pools)
        found.append(Setting(f"four income groups 55/25/15/5 %, scores of all but H lowered by {gap} SD", four))
        half = Fraction(1, 2)
        two = Task(K, {"H": half, "not H": half}, frozenset({"not H"}), ALPHA, [as_two_groups(p) for p in pools])
        found.append(Setting(f"the same lists as two groups 50/50 %, protected: all but H, {gap} SD", two))
    return found


def as_two_groups(pool: Pool) -> Pool:
    """High-income and everybody else."""
    return Pool(["H" if group == "H" else "not H" for group in pool.groups], pool.scores)


def draws(gap_sd: float, n_lists: int, seed: int) -> list[Pool]:
    """Pools of 200, best score first."""
    rng = np.random.default_rng(seed)
    names = list(TARGET)
    shares = [float(share) for share in TARGET.values()]
    pools = []
    for _ in range(n_lists):
        groups = rng.choice(names, size=200, p=shares)
        raw = rng.normal(size=200) - gap_sd * (groups != "H")
        scores = np.clip(0.5 + raw / 8, 0, 1)
        order = np.argsort(-scores, kind="stable")
        pools.append(Pool([str(g) for g in groups[order]], scores[order].tolist()))
    return pools
