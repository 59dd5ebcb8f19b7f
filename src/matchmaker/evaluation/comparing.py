"""Is one ranking better than another: paired intervals drawn by publication, and Holm's correction over many.

Queries that became right through the same publication are not independent, so publications are drawn, not queries. A
query counts in a draw as much as the publications behind it were drawn: 1/n for each of its n publications. On fewer
than 30 publications there is no interval and no p, as everywhere in this house (measures.intervals).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matchmaker.evaluation.splits import Split
from matchmaker.measures.intervals import FEWEST_LISTS, PERCENTILES, resampled_sums

RESAMPLES: Final = 10_000
_NAN: Final = float("nan")
Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Difference:
    """The mean difference per query with the ends of its 95 % interval, twice the share of draws on the other side of
    zero (two-sided p), and p after Holm's correction; `queries` had a value in both, `publications` were drawn. What
    there is not is nan."""

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
    """`ours` minus each of `theirs`, all of shape (queries,) with nan for queries that have no value.

    The right answers of `split` are those the values were made of, so that only publications behind them are drawn.
    """
    found = _differences(split, {name: ours - values for name, values in theirs.items()}, rng, resamples)
    corrected = holm({name: each.p for name, each in found.items()})
    return {
        name: Difference(d.value, d.low, d.high, d.p, corrected[name], d.queries, d.publications)
        for name, d in found.items()
    }


def intervals(
    split: Split, values: Mapping[str, Values], rng: np.random.Generator, resamples: int = 1_000
) -> dict[str, tuple[float, float]]:
    """The 95 % interval of the mean of each of `values`, all of shape (queries,), nan left out; (nan, nan) where there
    is none."""
    return {name: (each.low, each.high) for name, each in _differences(split, values, rng, resamples).items()}


def holm(p: Mapping[str, float]) -> dict[str, float]:
    """p-values corrected for being several (Holm 1979): the smallest times n, the next times n - 1, never falling.

    nan stays nan and is not counted.
    """
    known = sorted((name for name in p if not np.isnan(p[name])), key=lambda name: p[name])
    corrected, highest = dict(p), 0.0
    for place, name in enumerate(known):
        highest = max(highest, min(1.0, p[name] * (len(known) - place)))
        corrected[name] = highest
    return corrected


def _differences(
    split: Split, values: Mapping[str, Values], rng: np.random.Generator, resamples: int
) -> dict[str, Difference]:
    """Each of `values` against zero. Those that have a value for the same queries are drawn together: drawing is what
    takes time."""
    alike: dict[bytes, list[str]] = {}
    for name, each in values.items():
        alike.setdefault(np.isnan(each).tobytes(), []).append(name)
    found: dict[str, Difference] = {}
    for names in alike.values():
        found |= _drawn_together(split, {name: values[name] for name in names}, rng, resamples)
    return {name: found[name] for name in values}


def _drawn_together(
    split: Split, values: Mapping[str, Values], rng: np.random.Generator, resamples: int
) -> dict[str, Difference]:
    table = np.column_stack(list(values.values()))
    present = ~np.isnan(table[:, 0])
    if not present.any():
        return {name: Difference(_NAN, _NAN, _NAN, _NAN, _NAN, queries=0, publications=0) for name in values}
    units = _by_publication(split, np.where(present[:, np.newaxis], table, 0.0), present)
    mean, queries = table[present].mean(axis=0), int(present.sum())
    if len(units) < FEWEST_LISTS:
        lacking = (_NAN, _NAN, _NAN, _NAN, queries, len(units))
        return {name: Difference(float(value), *lacking) for name, value in zip(values, mean, strict=True)}
    sums = resampled_sums(units, rng, resamples)
    return {
        name: _against_zero(float(value), means, queries, len(units))
        for name, value, means in zip(values, mean, (sums[:, :-1] / sums[:, -1:]).T, strict=True)
    }


def _against_zero(value: float, means: Values, queries: int, publications: int) -> Difference:
    low, high = np.percentile(means, PERCENTILES)
    # With one draw more on each side: no finite number of draws proves a p of zero.
    below, above = (np.sum(means <= 0) + 1) / (len(means) + 1), (np.sum(means >= 0) + 1) / (len(means) + 1)
    p = min(1.0, 2 * float(min(below, above)))
    return Difference(value, float(low), float(high), p, p, queries, publications)


def _by_publication(split: Split, table: Values, present: NDArray[np.bool_]) -> Values:
    """Each publication's share of the queries it made right: Σ value × share for each column, then Σ share."""
    pairs = np.unique(np.stack([split.truth.query, split.truth.work]), axis=1)
    pairs = pairs[:, present[pairs[0]]]
    share = 1.0 / np.bincount(pairs[0], minlength=len(table))[pairs[0]]
    _, work = np.unique(pairs[1], return_inverse=True)
    units = np.zeros((int(work.max()) + 1, table.shape[1] + 1))
    np.add.at(units, work, np.column_stack([share[:, np.newaxis] * table[pairs[0]], share]))
    return units
