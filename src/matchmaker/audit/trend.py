"""Attention by group from period to period, and whether it drifts away from the pool."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matchmaker.audit.attention import Attention
from matchmaker.audit.disclosure import Disclosure, Strata
from matchmaker.audit.resampling import ROWS, Ints, Numbers, interval
from matchmaker.audit.use import Use
from matchmaker.domain.reports import Interval, Period
from matchmaker.measures.quotients import quotient

# Months where there are about three of them, weeks where there are three, else days.
_MONTHS_FROM: Final = 80
_WEEKS_FROM: Final = 21


@dataclass(frozen=True, slots=True)
class Drift:
    """How far a group's attention per head of the pool moved away from 1 between the halves of a period.

    `before` and `after` are attention share / pool share of the first and the second half of the periods, `apart` how
    much further the second is from 1, as a difference of |logarithms|; above 0 it got worse.
    """

    group: str
    before: float
    after: float
    apart: Interval


def periods(use: Use) -> Strata:
    """The period of each list: a month, a week (ISO 8601) or a day, after how many days there are."""
    days = use.reading.days()
    name = _naming(int(np.ptp(days)) + 1 if len(days) else 0)
    unique, of_list = np.unique(days, return_inverse=True)
    names, of_day = np.unique(np.array([name(date.fromordinal(day)) for day in unique.tolist()]), return_inverse=True)
    attributes = tuple(each.table.name for each in use.one_way())
    return Strata(of_day[of_list].astype(np.int64), tuple(str(each) for each in names), attributes)


def trend(use: Use, each: Attention, strata: Strata, hidden: Disclosure) -> tuple[Period, ...]:
    """Attention by period and group; a period in which no list carried the attribute is left out."""
    lists, exposure = _of_lists(each)
    names = [str(label) for label in each.table.labels]
    period, rows = strata.of_list[lists], use.reading.rows()[lists]
    sums = use.resamples.sums(_by_row(exposure, period, rows, len(strata.names)))
    counts = use.resamples.sums(_by_row(np.ones((len(lists), 1)), period, rows, len(strata.names)))
    found = []
    for number in np.flatnonzero(counts[0]).tolist():
        shares = quotient(sums[:, number * len(names) : (number + 1) * len(names)], counts[:, number : number + 1])
        table = strata.table(each.table.name, number)
        in_period = int(counts[0, number])
        of_group = {
            name: Interval(None) if hidden.hides(table, name) else interval(shares[:, column], in_period)
            for column, name in enumerate(names)
        }
        found.append(Period(strata.names[number], in_period, dict(sorted(of_group.items()))))
    return tuple(found)


def drifts(use: Use, each: Attention, strata: Strata, hidden: Disclosure) -> list[Drift]:
    """The drift of each group that is not withheld, where both halves have lists with a pool."""
    lists, exposure = _of_lists(each)
    pool = _wide(each.pool_of, len(each.table.labels))
    has_pool = ~np.isnan(pool).any(axis=1) if len(pool) else np.zeros(0, dtype=np.bool_)
    period = strata.of_list[lists][has_pool]
    half = (period >= (len(strata.names) + 1) // 2).astype(np.int64)
    if len(strata.names) < 2 or len(np.unique(half)) < 2:
        return []
    rows = use.reading.rows()[lists][has_pool]
    width = len(each.table.labels)
    seen = use.resamples.sums(_by_row(exposure[has_pool], half, rows, 2))
    there = use.resamples.sums(_by_row(pool[has_pool], half, rows, 2))
    ratio = quotient(seen, there)
    with np.errstate(divide="ignore"):
        away = np.abs(np.log(ratio))
    fewest = int(np.bincount(half).min())
    return [
        Drift(str(name), float(ratio[0, g]), float(ratio[0, g + width]),
              interval(away[:, g + width] - _finite(away[:, g]), fewest))
        for g, name in enumerate(each.table.labels)
        if not hidden.hides(each.table.name, str(name)) and np.isfinite(ratio[0, [g, g + width]]).all()
    ]  # fmt: skip


def _finite(values: Numbers) -> Numbers:
    return np.where(np.isfinite(values), values, np.nan)


def _of_lists(each: Attention) -> tuple[Ints, Numbers]:
    lists = np.concatenate([np.empty(0, np.int64), *each.lists])
    return lists, _wide(each.exposure_of, len(each.table.labels))


def _wide(parts: list[NDArray[np.float32]], width: int) -> Numbers:
    padded = [np.pad(part, ((0, 0), (0, width - part.shape[1]))) for part in parts]
    return np.concatenate([np.empty((0, width)), *padded])


def _by_row(values: Numbers, stratum: Ints, rows: Ints, strata: int) -> Numbers:
    """Sums of `values` (lists, columns) by row of resampling and stratum: shape (ROWS, strata × columns)."""
    columns = values.shape[1]
    sums = np.zeros((ROWS * strata, columns))
    for column in range(columns):
        sums[:, column] = np.bincount(rows * strata + stratum, values[:, column], minlength=ROWS * strata)
    return sums.reshape(ROWS, strata * columns)


def _naming(days: int) -> Callable[[date], str]:
    if days >= _MONTHS_FROM:
        return lambda day: day.strftime("%Y-%m")
    if days >= _WEEKS_FROM:
        return lambda day: day.strftime("%G-W%V")
    return lambda day: day.isoformat()
