"""Groups that measures are told by: whom a ranking serves, and whom it finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from matchmaker.evaluation.splits import PeopleSplit, Split
from matchmaker.groups import grouping
from matchmaker.matching.arrays import IntArray

# Fewer queries than this say nothing of a worst group.
WORST_OF_AT_LEAST: Final = 30
_TEXTS: Final = ("1-2 texts", "3-4 texts", "5-9 texts", "10 texts or more")
_FROM: Final = (3, 5, 10)


@dataclass(frozen=True, eq=False)
class Stratum:
    """A way to group: `group[i]` is a number into `names`, of each right answer (`of_answers`) or of each query."""

    name: str
    names: tuple[str, ...]
    group: IntArray
    of_answers: bool


def strata(split: Split) -> Sequence[Stratum]:
    """By income group of who asks and of who is found, by how much who is found has written (quartiles among the
    candidates), and by thinness of the profiles of both."""
    corpus = split.corpus
    income = grouping(corpus, "income_group", {})
    found = split.candidates[split.truth.candidate]
    works = corpus.n_texts
    quartiles = np.quantile(works[split.candidates], [0.25, 0.5, 0.75])
    told = [
        Stratum("income group found", income.names, income.of_person[found], True),
        Stratum("popularity quartile found", ("Q1", "Q2", "Q3", "Q4"), _between(quartiles, works[found]), True),
        Stratum("thinness found", _TEXTS, _thinness(works[found]), True),
    ]
    if isinstance(split, PeopleSplit):
        asks = income.of_person[split.queries]
        told.insert(0, Stratum("income group asking", income.names, asks, False))
        told.append(Stratum("thinness asking", _TEXTS, _thinness(works[split.queries]), False))
    return told


def _between(edges: np.ndarray[tuple[int], np.dtype[np.float64]], values: IntArray) -> IntArray:
    return np.searchsorted(edges, values, side="left").astype(np.int32)


def _thinness(texts: IntArray) -> IntArray:
    return np.searchsorted(_FROM, texts, side="right").astype(np.int32)
