"""Is one ranking better than another: paired intervals drawn by publication, and Holm's correction over many.

Queries that became right through the same publication are not independent, so publications are drawn, not queries. A
query counts in a draw as much as the publications behind it were drawn: 1/n for each of its n publications.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matchmaker.evaluation.splits import Split
from matchmaker.measures.intervals import resampled_sums

RESAMPLES: Final = 10_000
_PERCENTILES: Final = (2.5, 97.5)
Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Difference:
    """The mean difference per query with the ends of its 95 % interval, the share of draws on the other side of zero
    twice (two-sided p), and p after Holm's correction; `queries` had a value in both, `publications` were drawn."""

    value: float
    low: float
    high: float
    p: float
    p_holm: float
    queries: int
    publications: int


def differences(
    split: Split, ours: Values, theirs: Mapping[str, Values], rng: np.random.Generator, resamples: int = RESAMPLES
) -> dict[str, Difference]:
    """`ours` minus each of `theirs`, all of shape (queries,) with nan for queries that have no value."""
    found = {name: _difference(split, ours - values, rng, resamples) for name, values in theirs.items()}
    corrected = holm({name: each.p for name, each in found.items()})
    return {
        name: Difference(d.value, d.low, d.high, d.p, corrected[name], d.queries, d.publications)
        for name, d in found.items()
    }


def interval(split: Split, values: Values, rng: np.random.Generator, resamples: int = 1_000) -> tuple[float, float]:
    """The 95 % interval of the mean of `values`, shape (queries,), nan left out; (nan, nan) for none."""
    found = _difference(split, values, rng, resamples)
    return found.low, found.high


def holm(p: Mapping[str, float]) -> dict[str, float]:
    """p-values corrected for being several (Holm 1979): the smallest times n, the next times n - 1, never falling."""
    corrected, highest = {}, 0.0
    for place, name in enumerate(sorted(p, key=lambda each: p[each])):
        highest = max(highest, min(1.0, p[name] * (len(p) - place)))
        corrected[name] = highest
    return corrected


def _difference(split: Split, values: Values, rng: np.random.Generator, resamples: int) -> Difference:
    present = ~np.isnan(values)
    if not present.any():
        return Difference(*(float("nan"),) * 5, queries=0, publications=0)
    units = _by_publication(split, np.where(present, values, 0.0), present)
    sums = resampled_sums(units, rng, resamples)
    means = sums[:, 0] / np.where(sums[:, 1] > 0, sums[:, 1], np.nan)
    means = means[np.isfinite(means)]
    low, high = np.percentile(means, _PERCENTILES)
    # With one draw more on each side: no finite number of draws proves a p of zero.
    below, above = (np.sum(means <= 0) + 1) / (len(means) + 1), (np.sum(means >= 0) + 1) / (len(means) + 1)
    p = min(1.0, 2 * min(below, above))
    return Difference(float(values[present].mean()), float(low), float(high), p, p, int(present.sum()), len(units))


def _by_publication(split: Split, values: Values, present: NDArray[np.bool_]) -> Values:
    """Each publication's share of the queries it made right: columns Σ value × share and Σ share."""
    pairs = np.unique(np.stack([split.truth.query, split.truth.work]), axis=1)
    pairs = pairs[:, present[pairs[0]]]
    share = 1.0 / np.bincount(pairs[0], minlength=len(values))[pairs[0]]
    _, work = np.unique(pairs[1], return_inverse=True)
    table = np.zeros((int(work.max()) + 1, 2))
    np.add.at(table, work, np.column_stack([share * values[pairs[0]], share]))
    return table
