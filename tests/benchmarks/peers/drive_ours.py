"""Ours: every method of METHODS, through `rerank`, with its checks and its report inside the clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from matchmaker.fairness.reranking import METHODS, Way, rerank
from tests.benchmarks.peers.answering import Pool, Prepared, Task, drive


def methods(task: Task) -> Mapping[str, Prepared]:
    """All of METHODS as it is today."""

    def by(method: str) -> Prepared:
        way = Way(method, protected=task.protected, alpha=task.alpha) if method == "fair-star" else Way(method)
        return lambda pool: lambda: rerank(pool.groups, pool.scores, task.target, task.k, way).order

    def by_score(pool: Pool) -> Callable[[], Sequence[int]]:
        return lambda: rerank(pool.groups, pool.scores, None, task.k).order

    return {"by score": by_score, **{method: by(method) for method in METHODS}}


if __name__ == "__main__":
    drive(methods, ["matchmaker", "numpy"])
