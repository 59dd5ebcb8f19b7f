"""What targets cost: nDCG and broken floors of each method, on lists in which some groups score lower.

    python -m tests.benchmarks.tradeoff [--lists 200] [--seed 1]

Pools of 200, lists of 20, four income groups of 55, 25, 15 and 5 %, and a target of the same shares. A score is the
logistic function of a normal draw, from which a number of standard deviations is taken for every group but `H`. That
takes the gap as a fact about the candidates; where it is a fault of the scores, the true cost is smaller.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from matchmaker.fairness.reranking import METHODS, Way, rerank
from matchmaker.measures.representation import infeasible_count

MEMBERS = {"H": 110, "UM": 50, "LM": 30, "L": 10}
TARGET = {group: Fraction(count, 200) for group, count in MEMBERS.items()}
K = 20
GAPS_SD = (0.5, 1.0)
WAYS = {**{method: Way(method) for method in METHODS}, "exact, with ceilings": Way("exact", ceilings=True)}


@dataclass(frozen=True)
class Cost:
    """Means over the lists: nDCG@20, pairs of a prefix and a group below its floor, lists with one or more of them,
    and the share of places that groups other than `H` have."""

    ndcg: float
    violations: float
    lists_with_violations: float
    protected: float


def draws(gap_sd: float, n_lists: int, seed: int) -> Iterator[tuple[list[str], list[float]]]:
    """Groups and scores, in (0, 1), of `n_lists` pools of 200 in the order of the draw."""
    rng = np.random.default_rng(seed)
    everybody = np.repeat(list(MEMBERS), list(MEMBERS.values()))
    for _ in range(n_lists):
        groups = rng.permutation(everybody)
        raw = rng.normal(size=len(groups)) - gap_sd * (groups != "H")
        yield groups.tolist(), (1 / (1 + np.exp(-raw))).tolist()


def cost(way: Way | None, gap_sd: float, n_lists: int, seed: int) -> Cost:
    """What a way costs and breaks; None is the order by score."""
    rows = []
    for groups, scores in draws(gap_sd, n_lists, seed):
        result = rerank(groups, scores, TARGET if way else None, K, way or "floors")
        shown = [groups[i] for i in result.order]
        broken = infeasible_count(shown, TARGET)
        rows.append((result.ndcg, broken, broken > 0, sum(group != "H" for group in shown) / K))
    return Cost(*np.mean(rows, axis=0).tolist())


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lists", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    print("| gap | method | nDCG@20 | violations per list | lists with one | share of the protected |")
    print("|---|---|---|---|---|---|")
    for gap in GAPS_SD:
        for name, way in {"none": None, **WAYS}.items():
            c = cost(way, gap, asked.lists, asked.seed)
            found = f"{c.ndcg:.4f} | {c.violations:.2f} | {c.lists_with_violations:.1%} | {c.protected:.2f}"
            print(f"| {gap} SD | {name} | {found} |")


if __name__ == "__main__":
    _main()
