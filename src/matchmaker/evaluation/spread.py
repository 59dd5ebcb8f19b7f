"""Whom the first places go to: exposure beside quality."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matchmaker.evaluation.splits import Split
from matchmaker.groups import grouping
from matchmaker.matching.arrays import IntArray
from matchmaker.measures.browsing import attention_weights
from matchmaker.measures.concentration import coverage, gini


@dataclass(frozen=True)
class Spread:
    """Over the first `places` of all lists: the share of candidates in any (`coverage`), the Gini index of attention
    among all candidates, the mean of ln(works) of who is shown, and the share of attention of each income group beside
    its share of the candidates."""

    places: int
    coverage: float
    gini: float
    mean_log_works: float
    income: Mapping[str, tuple[float, float]]


def spread(split: Split, top: IntArray) -> Spread:
    """`top` holds the first candidates of each query, best first, shape (queries, places), -1 for an empty place."""
    shown = top >= 0
    attention = np.broadcast_to(attention_weights(top.shape[1]), top.shape)
    given = np.bincount(top[shown], weights=attention[shown], minlength=len(split.candidates))
    income = grouping(split.corpus, "income_group", {})
    group = income.of_person[split.candidates]
    seen = np.bincount(group, weights=given, minlength=len(income.names)) / given.sum()
    there = np.bincount(group, minlength=len(income.names)) / len(group)
    works = np.log(np.maximum(split.corpus.n_texts[split.candidates], 1))
    return Spread(
        places=top.shape[1],
        coverage=coverage(given),
        gini=gini(given),
        mean_log_works=float(works[top[shown]].mean()),
        income={
            name: (float(part), float(share))
            for name, part, share in zip(income.names, seen, there, strict=True)
            if share > 0
        },
    )
