"""What one table adds up over the lists: who got which share of each list, and who could have.

Every list counts once: shares are taken within a list and then averaged over lists, so exposure and pool are compared
list by list, whatever the size of either.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matchmaker.audit.naming import Table, counted, means
from matchmaker.audit.reading import Along, Batch
from matchmaker.audit.resampling import Ints, Numbers, Sums
from matchmaker.measures.awrf import awrf
from matchmaker.measures.quotients import shares_of

_NOBODY: Final[Mapping[str, int]] = {}
_NO_MEANS: Final[Mapping[str, float]] = {}
_STAGES: Final = {"index": "pool", "eligible": "eligible", "pool": "relevant"}  # as reports call them, as logs do


class Attention:
    """Sums over the lists of one table.

    `shares` has, by measure, the sum over lists of each group's share; `over` how many lists each measure has. Of
    single lists are kept which they are (`lists`) and, for one attribute, exposure and pool (`exposure_of`, `pool_of`).
    """

    def __init__(self, table: Table) -> None:
        self.table = table
        self.shares: dict[str, Sums] = {}
        self.over: dict[str, Sums] = {}
        self.pool_people: Numbers = np.zeros(0)
        self.most_in_pool: Numbers = np.zeros(0)
        self.largest_eligible = 0.0
        self.lists: list[Ints] = []
        self.exposure_of: list[NDArray[np.float32]] = []
        self.pool_of: list[NDArray[np.float32]] = []

    def add(self, batch: Batch, face_groups: Ints, order_groups: Ints) -> None:
        """Add the lists of a batch that carry the table's attributes and show somebody."""
        stages = {name: self._counts(batch, stage) for name, stage in _STAGES.items()}
        relevance = [event.relevance.get(self.table.name, _NO_MEANS) for event in batch.events]
        merit = means(relevance, self.table.labels)
        carried = _carrying(batch, face_groups)
        if not len(carried):
            return
        pool = self._wide(stages["pool"])[carried]
        self._count_heads(pool)
        exposure = self._exposure(batch, face_groups, order_groups, carried, shares_of(pool))
        self.largest_eligible = max(self.largest_eligible, float(stages["eligible"][carried].sum(axis=1).max()))
        for name in ("index", "eligible"):
            self._add(name, batch.rows[carried], shares_of(self._wide(stages[name])[carried]))
        self._add_merit(batch.rows[carried], exposure, shares_of(pool), self._wide(merit, np.nan)[carried])
        if not self.table.is_crossed:
            self.lists.append(batch.first + carried)
            self.exposure_of.append(exposure.astype(np.float32))
            self.pool_of.append(shares_of(pool).astype(np.float32))

    def _exposure(self, batch: Batch, face_groups: Ints, order_groups: Ints, carried: Ints, pool: Numbers) -> Numbers:
        rows = batch.rows[carried]
        exposure = self._within(batch, batch.places, face_groups, batch.places.attention)[carried]
        use = self._within(batch, batch.places, face_groups, batch.places.attention * batch.scores)[carried]
        places = self._within(batch, batch.places, face_groups, np.ones(len(batch.places.keys)))[carried]
        before = shares_of(self._within(batch, batch.by_score, order_groups, batch.by_score.attention)[carried])
        has_pool = _complete(pool)
        self._add("exposure", rows, exposure)
        self._add("shown", rows, shares_of(places))
        self._add("before", rows, before)
        self._add("pool", rows, pool)
        self._add("exposure_with_pool", rows, np.where(has_pool[:, None], exposure, np.nan))
        self._add("use", rows, np.where(has_pool[:, None], shares_of(use), np.nan))
        self._add("awrf", rows, _closeness(exposure, pool))
        self._add("awrf_before", rows, _closeness(before, pool))
        return exposure

    def _add_merit(self, rows: Ints, exposure: Numbers, pool: Numbers, relevance: Numbers) -> None:
        """Each group's share of the relevance of the pool: people × their mean. Needs the mean of every group there."""
        merit = shares_of(np.where(pool > 0, pool * relevance, 0.0))
        known = _complete(merit) & _complete(pool)
        self._add("merit", rows[known], merit[known])
        self._add("exposure_with_merit", rows[known], exposure[known])

    def _add(self, measure: str, rows: Ints, values: Numbers) -> None:
        known = _complete(values)
        self.shares.setdefault(measure, Sums()).add(rows[known], values[known])
        self.over.setdefault(measure, Sums()).add(rows[known], np.ones((int(known.sum()), 1)))

    def _within(self, batch: Batch, along: Along, groups: Ints, weights: Numbers) -> Numbers:
        """`weights` of the places of each group in each list, shape (lists, groups)."""
        width, of_place = len(self.table.labels), groups[along.keys]
        known = of_place >= 0
        cells = along.of_list[known] * width + of_place[known]
        lists = len(batch.events)
        return np.bincount(cells, weights[known], minlength=lists * width).reshape(lists, width).astype(np.float64)

    def _counts(self, batch: Batch, stage: str) -> Numbers:
        name, counts = self.table.name, batch.crossed if self.table.is_crossed else batch.stages
        return counted([each.get(name, _NOBODY) for each in counts[stage]], self.table.labels)

    def _count_heads(self, pool: Numbers) -> None:
        width = pool.shape[1]
        self.pool_people = np.pad(self.pool_people, (0, width - len(self.pool_people))) + pool.sum(axis=0)
        self.most_in_pool = np.maximum(np.pad(self.most_in_pool, (0, width - len(self.most_in_pool))), pool.max(axis=0))

    def _wide(self, values: Numbers, absent: float = 0.0) -> Numbers:
        missing = len(self.table.labels) - values.shape[1]
        return np.pad(values, ((0, 0), (0, missing)), constant_values=absent)


def _carrying(batch: Batch, face_groups: Ints) -> Ints:
    known = face_groups[batch.places.keys] >= 0
    return np.flatnonzero(np.bincount(batch.places.of_list[known], minlength=len(batch.events)))


def _complete(values: Numbers) -> NDArray[np.bool_]:
    """Lists, one row each, that have every value."""
    return np.asarray(~np.isnan(values).any(axis=1), np.bool_)


def _closeness(exposure: Numbers, pool: Numbers) -> Numbers:
    """AWRF against the pool of each list, shape (lists, 1); nan where a list has no exposure or no pool."""
    known = _complete(pool) & _complete(exposure)
    close = np.full((len(pool), 1), np.nan)
    if known.any():
        close[known, 0] = awrf(exposure[known], pool[known])
    return close
