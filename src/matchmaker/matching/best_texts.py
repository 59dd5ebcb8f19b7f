"""How the likenesses of somebody's texts become one: the nearest count most, the next ones less and less."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.arrays import FloatArray


@dataclass(frozen=True)
class BestTexts:
    """A weighted mean over the nearest texts of a person, up to `places` of them.

    Each weighs `each_next`, in (0, 1], of the one before. One that is missing counts `missing`, in [0, 1], of the
    person's own best: without it, everybody who signed only the one nearest paper would stand before those who wrote
    several near ones; counted as nothing, people at the beginning would be nowhere.
    """

    places: int
    each_next: float
    missing: float

    @cached_property
    def shares(self) -> NDArray[np.float64]:
        """What each place counts, nearest first, adding up to 1: shape (places,)."""
        weights = self.each_next ** np.arange(self.places, dtype=np.float64)
        shares: NDArray[np.float64] = weights / weights.sum()
        return shares

    def of_one(self, likeness: FloatArray) -> float:
        """Of one person with at least one text, whose likenesses are `likeness`."""
        return float(self.of_runs(np.array([0, len(likeness)]), likeness)[0])

    def of_runs(self, indptr: NDArray[np.int64], likeness: FloatArray) -> FloatArray:
        """Of each run `likeness[indptr[i]:indptr[i + 1]]`: shape (len(indptr) - 1,), 0 for an empty run.

        Never above the best of a run.
        """
        counts = np.diff(indptr)
        owner = np.repeat(np.arange(len(counts)), counts)
        # One key orders runs, and the nearest first within each; far apart enough that no two runs overlap.
        apart = 2 * float(np.abs(likeness).max(initial=0)) + 1
        nearest_first = likeness[np.argsort(owner * apart - likeness, kind="stable")].astype(np.float64)
        place = np.arange(len(owner)) - np.repeat(indptr[:-1], counts)
        counted = np.append(self.shares, 0.0)[np.minimum(place, self.places)]
        there = np.bincount(owner, nearest_first * counted, minlength=len(counts))
        best = np.zeros(len(counts))
        best[counts > 0] = nearest_first[indptr[:-1][counts > 0]]
        not_there = np.append(1 - np.append(0.0, np.cumsum(self.shares)[:-1]), 0.0)[np.minimum(counts, self.places)]
        # A best below nothing is not made better by having no second.
        added: FloatArray = (there + not_there * np.minimum(best * self.missing, best)).astype(np.float32)
        return added


# Measured: docs/decisions/0020.
OF_A_PERSON: Final = BestTexts(places=12, each_next=0.65, missing=0.6)
