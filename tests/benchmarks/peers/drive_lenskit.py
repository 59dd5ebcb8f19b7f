"""LensKit's FA*IR, for one protected group. It is trained once, before the clock starts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from lenskit.data import DatasetBuilder, ItemList  # type: ignore[import-not-found]
from lenskit.reranking.fair import FAIRReranker, FAIRRerankerConfig  # type: ignore[import-not-found]

from tests.benchmarks.peers.answering import Pool, Prepared, Task, drive


def methods(task: Task) -> Mapping[str, Prepared]:
    """FA*IR where there is one protected group; nothing otherwise."""
    if not task.binary:
        return {}
    (protected,) = task.protected
    reranker = _trained(task, protected)

    def fair(pool: Pool) -> Callable[[], Sequence[int]]:
        ids = [2 * i + (group == protected) for i, group in enumerate(pool.groups)]
        items = ItemList(item_ids=ids, scores=pool.scores, ordered=True)
        return lambda: [item // 2 for item in reranker(items).ids().tolist()]

    return {"FA*IR": fair}


def _trained(task: Task, protected: str) -> FAIRReranker:
    # One catalogue for all pools: candidate i is the item 2i + 1 in a pool where they are protected, else 2i.
    builder = DatasetBuilder()
    ids = list(range(2 * max(len(pool.groups) for pool in task.lists)))
    builder.add_entities("item", ids)
    builder.add_scalar_attribute("item", "protected", ids, [item % 2 == 1 for item in ids])
    reranker = FAIRReranker(FAIRRerankerConfig(n=task.k, p=float(task.target[protected]), alpha=task.alpha))
    reranker.train(builder.build())
    return reranker


if __name__ == "__main__":
    drive(methods, ["lenskit", "torch", "scipy", "numpy"])
