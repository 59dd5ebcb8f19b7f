"""FairRankTune's DetConstSort. (Its other re-ranker, EpsilonGreedy, swaps at random and knows no target.)"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd
from FairRankTune.Rankers import DETCONSTSORT  # type: ignore[import-not-found]

from tests.benchmarks.peers.answering import Pool, Prepared, Task, drive


def methods(task: Task) -> Mapping[str, Prepared]:
    """DetConstSort on data frames made before the clock starts."""
    shares = {group: float(share) for group, share in task.target.items()}

    def const_sort(pool: Pool) -> Callable[[], Sequence[int]]:
        ranking, scores = pd.DataFrame(range(len(pool.groups))), pd.DataFrame(pool.scores)
        group_of = dict(enumerate(pool.groups))

        def first_k() -> list[int]:
            reranked: pd.DataFrame = DETCONSTSORT(ranking, group_of, scores, shares, task.k)[0]
            return reranked[0].tolist()

        return first_k

    return {"DETCONSTSORT": const_sort}


if __name__ == "__main__":
    drive(methods, ["FairRankTune", "pandas", "numpy"])
