"""How sure a figure is: 95 % intervals from drawing whole lists again.

The bootstrap of Efron (1979), doi:10.1214/aos/1176344552, by query: lists are drawn with replacement as often as there
are lists, 1,000 times, and the interval reaches from the 2.5th to the 97.5th percentile of the figures so obtained.
Where lists hang together (all lists of one seeker, of one call), whole clusters are drawn (Davison & Hinkley 1997,
Bootstrap Methods and their Application, section 3.8). Every list counts once for each time it was drawn, so any figure
made of sums over lists can be had without touching single lists again: figures are functions of column sums.

On fewer than 30 lists (or clusters) there is no interval; nor where a resample has no answer, such as a group that some
resamples miss altogether. Both ends are then None.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matchmaker.errors import InputError
from matchmaker.measures.quotients import quotient

RESAMPLES = 1_000
FEWEST_LISTS = 30
PERCENTILES = (2.5, 97.5)
# About how many draws are held at a time: 16 MB of them, and as much again for how often each list was drawn.
_DRAWS_AT_A_TIME = 2_000_000

# Sums over lists, shape (..., columns) → figures, shape (..., figures), nan where there is no answer.
Statistic = Callable[[NDArray[np.float64]], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure (None where it is undefined), the ends of its 95 % interval (None where there is none), and the number
    of lists, or clusters of lists, that it rests on."""

    value: float | None
    low: float | None
    high: float | None
    units: int


def bootstrap(
    rows: ArrayLike,
    statistic: Statistic,
    rng: np.random.Generator,
    clusters: ArrayLike | None = None,
    resamples: int = RESAMPLES,
) -> tuple[Estimate, ...]:
    """An estimate for each figure that `statistic` makes of the column sums of `rows`.

    `rows` has shape (lists, columns), finite; `clusters`, shape (lists,), names the cluster of each list (any values
    that can be sorted). 100,000 lists of 30 columns take seconds. Raises InputError for rows that are no table or not
    finite, for clusters of another length, and for fewer than one resample.
    """
    units = _units(_table(rows, "rows"), clusters, resamples)
    return _estimates(units, statistic, rng, resamples)


def mean_intervals(
    values: ArrayLike, rng: np.random.Generator, clusters: ArrayLike | None = None, resamples: int = RESAMPLES
) -> tuple[Estimate, ...]:
    """The mean of each column of `values`, shape (lists, columns), over the lists that have a value (nan: has none).

    `units` counts those lists, or the clusters with at least one of them; on fewer than 30 there is no interval.
    Raises InputError like `bootstrap`, except for nan.
    """
    given = _table(values, "values", nan_allowed=True)
    present = ~np.isnan(given)
    return ratio_intervals(np.where(present, given, 0.0), present, rng, clusters, resamples)


def ratio_intervals(
    numerators: ArrayLike,
    denominators: ArrayLike,
    rng: np.random.Generator,
    clusters: ArrayLike | None = None,
    resamples: int = RESAMPLES,
) -> tuple[Estimate, ...]:
    """Σ numerators / Σ denominators over lists, column by column; both have shape (lists, columns).

    `units` counts the lists (or clusters) whose denominator is not 0; on fewer than 30 there is no interval. Raises
    InputError like `bootstrap`, and for shapes that differ.
    """
    tops, bottoms = _table(numerators, "numerators"), _table(denominators, "denominators")
    if tops.shape != bottoms.shape:
        raise InputError(f"numerators {tops.shape} and denominators {bottoms.shape}", hint="give one of each")
    columns = tops.shape[1]
    units = _units(np.hstack([tops, bottoms]), clusters, resamples)
    telling = np.count_nonzero(units[:, columns:], axis=0)
    found = _estimates(units, lambda sums: quotient(sums[..., :columns], sums[..., columns:]), rng, resamples)
    return tuple(_resting_on(int(count), estimate) for count, estimate in zip(telling, found, strict=True))


def paired_intervals(
    before: ArrayLike,
    after: ArrayLike,
    statistic: Statistic,
    rng: np.random.Generator,
    clusters: ArrayLike | None = None,
) -> tuple[Estimate, ...]:
    """`statistic` of `after` minus `statistic` of `before`, where row i of both is the same list in two versions.

    Both versions of a list are drawn together, so what they share does not widen the interval. Raises InputError like
    `bootstrap`, and for shapes that differ.
    """
    first, second = _table(before, "before"), _table(after, "after")
    if first.shape != second.shape:
        raise InputError(f"before {first.shape} and after {second.shape}", hint="give both versions of each list")
    columns = first.shape[1]
    rows = np.hstack([first, second])
    return bootstrap(rows, lambda sums: statistic(sums[..., columns:]) - statistic(sums[..., :columns]), rng, clusters)


def resampled_sums(units: NDArray[np.float64], rng: np.random.Generator, resamples: int) -> NDArray[np.float64]:
    """Column sums over n rows drawn with replacement from the n rows of `units`: shape (resamples, columns)."""
    sums = np.zeros((resamples, units.shape[1]))
    start = 0
    for times in _times_drawn(len(units), rng, resamples):
        sums += times @ units[start : start + times.shape[1]]
        start += times.shape[1]
    return sums


def _times_drawn(n: int, rng: np.random.Generator, resamples: int) -> Iterator[NDArray[np.float64]]:
    """How often each of n rows is drawn in each resample, shape (resamples, some rows), until all rows had their turn.

    A resample's n draws fall on a block of rows by a binomial of those still to fall, and evenly within the block,
    which is drawing n rows one by one. Blocks of rows keep memory small, and products that the processor is quick at:
    long thin ones make the threads of a linear algebra library wait for each other.
    """
    block = max(1, _DRAWS_AT_A_TIME // resamples)
    to_fall = np.full(resamples, n)
    for start in range(0, n, block):
        rows = min(block, n - start)
        here = rng.binomial(to_fall, rows / (n - start))
        to_fall -= here
        draws = rng.integers(0, rows, size=int(here.sum()))
        draws += np.repeat(rows * np.arange(resamples), here)
        yield np.bincount(draws, minlength=resamples * rows).reshape(resamples, rows).astype(np.float64)


def _estimates(
    units: NDArray[np.float64], statistic: Statistic, rng: np.random.Generator, resamples: int
) -> tuple[Estimate, ...]:
    values = np.atleast_1d(statistic(units.sum(axis=0)))
    ends = np.full((2, len(values)), np.nan)
    if len(units) >= FEWEST_LISTS:
        figures = statistic(resampled_sums(units, rng, resamples)).reshape(resamples, len(values))
        answered = np.isfinite(figures).all(axis=0)
        ends[:, answered] = np.percentile(figures[:, answered], PERCENTILES, axis=0)
    return tuple(
        Estimate(_or_none(value), _or_none(low), _or_none(high), len(units))
        for value, low, high in zip(values, *ends, strict=True)
    )


def _resting_on(units: int, estimate: Estimate) -> Estimate:
    enough = units >= FEWEST_LISTS
    return Estimate(estimate.value, estimate.low if enough else None, estimate.high if enough else None, units)


def _or_none(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _table(values: ArrayLike, what: str, nan_allowed: bool = False) -> NDArray[np.float64]:
    table = np.asarray(values, np.float64)
    if table.ndim != 2:
        raise InputError(
            f"{what} of shape {table.shape}", hint=f"{what} has one row per list and one column per figure"
        )
    good = np.isfinite(table) | (np.isnan(table) if nan_allowed else False)
    if not good.all():
        row = int(np.argwhere(~good)[0, 0])
        raise InputError(f"row {row} of {what} holds {table[row]}", hint="give finite numbers")
    return table


def _units(table: NDArray[np.float64], clusters: ArrayLike | None, resamples: int) -> NDArray[np.float64]:
    """The rows to draw from: lists, or the sums over each cluster of lists."""
    if resamples < 1:
        raise InputError(f"{resamples} resamples were asked for", hint="resamples is 1 or more; 1,000 is usual")
    if clusters is None:
        return table
    names = np.asarray(clusters)
    if names.shape != table.shape[:1]:
        raise InputError(f"clusters of shape {names.shape} for {len(table)} lists", hint="name one cluster per list")
    _, numbers = np.unique(names, return_inverse=True)
    sums = np.zeros((int(numbers.max(initial=-1)) + 1, table.shape[1]))
    np.add.at(sums, numbers, table)
    return sums
