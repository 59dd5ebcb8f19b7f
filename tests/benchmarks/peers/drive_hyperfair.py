"""hyperfair's re-ranker, for one protected group: its test compares with the pool and takes no target.

The significance adjusted for many tests is simulated, once for each size of the protected group, before the clock
starts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from hyperfair.mc_algo import compute_adjusted_alpha, re_rank  # type: ignore[import-not-found]

from tests.benchmarks.peers.answering import Pool, Prepared, Task, drive

SIMULATIONS = 2_000
SEED = 1


def methods(task: Task) -> Mapping[str, Prepared]:
    """`re_rank` where there is one protected group; nothing otherwise."""
    if not task.binary:
        return {}
    (protected,) = task.protected
    levels: dict[tuple[int, int], float] = {}

    def hypergeometric(pool: Pool) -> Callable[[], Sequence[int]]:
        flags = np.array([int(group == protected) for group in pool.groups])
        ids, size = np.arange(len(flags)), (len(flags), int(flags.sum()))
        if size not in levels:
            levels[size] = _adjusted(*size, task)
        return lambda: re_rank(flags, ids, levels[size], task.k)[1][: task.k]

    return {"re_rank": hypergeometric}


def _adjusted(n: int, n_protected: int, task: Task) -> float:
    found, _ = compute_adjusted_alpha(n, n_protected, task.alpha, task.k, n_exp=SIMULATIONS, seed=SEED)
    return float(found[task.k]["adjusted alpha"])


if __name__ == "__main__":
    drive(methods, ["hyperfair", "scipy", "numpy"])
