"""Sums over lists, kept apart in rows, so that intervals come from drawing rows again (Efron 1979,
doi:10.1214/aos/1176344552).

A list goes to one of `ROWS` rows by a digest of its run, whatever the order in which lists are read. Up to some hundred
lists nearly each has a row of its own; of many, a row is a random handful, which leaves the variance of sums what it is
and needs the same memory for a hundred lists and for a million.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matchmaker.domain.reports import Interval
from matchmaker.measures.intervals import FEWEST_LISTS, PERCENTILES, RESAMPLES

ROWS: Final = 4096
# An interval of a ratio that is undefined in more than this part of the resamples would flatter it.
_UNDEFINED_AT_MOST: Final = 0.05

Numbers = NDArray[np.float64]
Ints = NDArray[np.int64]


def rows_of(runs: Iterable[str]) -> Ints:
    """The row of each run id, shape (n,), in [0, ROWS)."""
    return np.array([int.from_bytes(blake2b(run.encode(), digest_size=8).digest()) % ROWS for run in runs], np.int64)


class Sums:
    """Sums over lists by row, shape (ROWS, columns); columns may join later."""

    def __init__(self) -> None:
        self.by_row: Numbers = np.zeros((ROWS, 0))

    def add(self, rows: Ints, values: Numbers) -> None:
        """Add one row of `values`, shape (lists, columns), for each list."""
        if not len(rows):
            return
        self._widen(values.shape[1])
        order = np.argsort(rows, kind="stable")
        starts = np.flatnonzero(np.diff(rows[order], prepend=-1))
        self.by_row[rows[order][starts], : values.shape[1]] += np.add.reduceat(values[order], starts, axis=0)

    def wide(self, columns: int) -> Numbers:
        """The sums with at least so many columns."""
        self._widen(columns)
        return self.by_row

    def _widen(self, columns: int) -> None:
        missing = columns - self.by_row.shape[1]
        if missing > 0:
            self.by_row = np.pad(self.by_row, ((0, 0), (0, missing)))


class Resamples:
    """Draws of the rows that hold lists, with replacement: the same draws for every figure of a report."""

    def __init__(self, lists_by_row: Numbers, seed: int) -> None:
        self._held = np.flatnonzero(lists_by_row)
        n = len(self._held)
        drawn = np.random.default_rng(seed).integers(0, max(n, 1), (RESAMPLES, n))
        flat = (np.arange(RESAMPLES)[:, None] * n + drawn).ravel()
        self._times = np.bincount(flat, minlength=RESAMPLES * n).reshape(RESAMPLES, n).astype(np.float64)

    def sums(self, by_row: Numbers) -> Numbers:
        """Total first, then one resample each: shape (1 + RESAMPLES, columns)."""
        held = by_row[self._held]
        return np.concatenate([held.sum(axis=0, keepdims=True), self._times @ held])


def value_of(drawn: Numbers) -> float | None:
    """One figure without its interval."""
    return float(drawn[0]) if np.isfinite(drawn[0]) else None


def interval(drawn: Numbers, lists: float) -> Interval:
    """The interval of one figure: `drawn[0]` is its value, the others those of the resamples, nan where undefined."""
    if not np.isfinite(drawn[0]):
        return Interval(None)
    value = float(drawn[0])
    known = drawn[1:][np.isfinite(drawn[1:])]
    if lists < FEWEST_LISTS or len(known) < (1 - _UNDEFINED_AT_MOST) * (len(drawn) - 1):
        return Interval(value)
    low, high = np.percentile(known, PERCENTILES)
    return Interval(value, float(low), float(high))


def intervals(drawn: Numbers, lists: float) -> list[Interval]:
    """One interval per column of `drawn`, shape (1 + RESAMPLES, columns)."""
    return [interval(drawn[:, column], lists) for column in range(drawn.shape[1])]
