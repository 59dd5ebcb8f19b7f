"""Questions of a past day, asked again: whom they should have found, and others who could have been suggested."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.evaluation import ours
from matchmaker.evaluation.splits import Split
from matchmaker.matching.arrays import BoolArray, IntArray
from matchmaker.matching.signals import Sought

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Asked:
    """One question asked again, with some of those who could have been suggested, one row each.

    `values` are those of the features, shape (n, features); `right` says who was right, `introduced` who could be
    introduced, `control` who was drawn at random, as many as were right in each channel, and `other` who was drawn at
    random from everybody else. `people` says who they are, and `eligible` how many could have been suggested, with an
    introduction and without.
    """

    values: Values
    right: BoolArray
    introduced: BoolArray
    control: BoolArray
    other: BoolArray
    people: IntArray
    eligible: tuple[int, int]


def asked_again(
    split: Split, row: int, sought: Sought, weights: Mapping[str, float], rng: np.random.Generator, others: int = 0
) -> Asked:
    """One question of a split: everybody who was right, controls for them, and `others`, all drawn from everybody who
    could have been suggested."""
    values = ours.values_of(split.corpus, sought, split.candidates, weights)
    able, introduced = ~split.barred(row), split.introduced(row)
    right = np.zeros(len(able), dtype=np.bool_)
    right[split.truth.candidate[split.truth.query == row]] = True
    control, other = np.zeros_like(right), np.zeros_like(right)
    for channel in (introduced, ~introduced):
        control[_some(channel & able & ~right, int((right & channel).sum()), rng)] = True
    other[_some(able & ~right, others, rng)] = True
    kept = np.flatnonzero((right | control | other) & able)
    return Asked(
        values[kept], right[kept], introduced[kept], control[kept], other[kept], split.candidates[kept],
        (int((able & introduced).sum()), int((able & ~introduced).sum())),
    )  # fmt: skip


def _some(among: BoolArray, most: int, rng: np.random.Generator) -> NDArray[np.int64]:
    rows = np.flatnonzero(among)
    return rng.choice(rows, min(most, len(rows)), replace=False)
