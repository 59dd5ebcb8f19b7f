"""The PyPI package `reranking`: four re-rankers after Geyik et al. (2019). It takes the groups in order of score."""

from __future__ import annotations

from collections.abc import Mapping

from reranking import rerank  # type: ignore[import-not-found]

from tests.benchmarks.peers.answering import Prepared, Task, drive


def methods(task: Task) -> Mapping[str, Prepared]:
    """Its four algorithms. `det_const_sort` may give more than k; the first k count."""
    shares = {group: float(share) for group, share in task.target.items()}

    def by(algorithm: str) -> Prepared:
        return lambda pool: lambda: rerank(pool.groups, shares, k_max=task.k, algorithm=algorithm)[: task.k]

    return {name: by(name) for name in ("det_greedy", "det_cons", "det_relaxed", "det_const_sort")}


if __name__ == "__main__":
    drive(methods, ["reranking", "pandas", "numpy"])
