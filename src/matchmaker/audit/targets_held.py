"""Declared targets against what came of them, and what they cost.

Targets that somebody sets stay apart by their shares; those taken from each list's pool (and any that change from list
to list) are held together, with the mean of their shares.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from matchmaker.audit.floors_held import Prefixes, floors_of
from matchmaker.audit.naming import Labels, Table
from matchmaker.audit.reading import Batch
from matchmaker.audit.resampling import Ints, Numbers, Sums
from matchmaker.domain.events import EquityOutcome

_TAKEN_FROM_EACH_LIST: Final = ("pool", "uniform")
# More different targets than this under one rule are no declarations but a rule that changes from list to list.
_MOST_TARGETS: Final = 12

Family = tuple[str, str, str, str]
Shares = tuple[tuple[str, str], ...]
Key = tuple[Family, Shares, str]


_FINEST: Final = 10**15


@dataclass
class Held:
    """Sums over the lists of one target, by group: its share, places, attention, and lists below its floor."""

    target: Numbers = field(default_factory=lambda: np.zeros(0))
    shown: Numbers = field(default_factory=lambda: np.zeros(0))
    exposure: Numbers = field(default_factory=lambda: np.zeros(0))
    below: Numbers = field(default_factory=lambda: np.zeros(0))
    unmet: Numbers = field(default_factory=lambda: np.zeros(0))
    lists: int = 0

    def add(self, other: Held) -> None:
        """Take in what another has."""
        for name in ("target", "shown", "exposure", "below", "unmet"):
            setattr(self, name, _sum(getattr(self, name), getattr(other, name)))
        self.lists += other.lists


@dataclass(frozen=True, slots=True)
class Costs:
    """One entry per list with a target: its number, its target's number, and what the equity step cost it."""

    lists: Ints
    keys: Ints
    ndcg: Numbers
    held: Numbers
    floors_met: Numbers
    largest_fall: Ints
    changed: Numbers


class Targets:
    """What the lists with a target add up to. `without_table` lists had one for an attribute they do not carry."""

    def __init__(self) -> None:
        self.keys = Labels()
        self.held: dict[int, Held] = {}
        self.prefixes: dict[str, Sums] = {}
        self.shares: dict[str, Sums] = {}
        self.without_table = 0
        self._parsed: dict[str, tuple[int, int]] = {}
        self._known: dict[Family, set[Shares]] = {}
        self._costs: list[Costs] = []

    def add(self, batch: Batch, tables: Mapping[str, Table], groups: Mapping[str, tuple[Ints, Ints]]) -> None:
        """Add the lists of a batch that had a target and showed somebody; `groups` are of faces and of orders."""
        sizes = np.bincount(batch.places.of_list, minlength=len(batch.events))
        by_attribute: dict[str, list[int]] = {}
        for number, event in enumerate(batch.events):
            if event.equity.target and sizes[number]:
                by_attribute.setdefault(event.equity.attribute, []).append(number)
        for attribute, numbers in by_attribute.items():
            if attribute in tables and attribute in batch.events[numbers[0]].shown.groups:
                self._add(batch, tables[attribute], groups[attribute], np.array(numbers))
            else:
                self.without_table += len(numbers)

    def costs(self) -> Costs:
        """Of all lists with a target, in the order read."""
        none = np.zeros(0)
        empty = Costs(none.astype(np.int64), none.astype(np.int64), none, none, none, none.astype(np.int64), none)
        parts = [empty, *self._costs]
        return Costs(*(np.concatenate([getattr(part, name) for part in parts]) for name in Costs.__slots__))

    def families(self) -> dict[tuple[Family, Shares, str], list[int]]:
        """Declared target → the numbers of its keys; those that change from list to list are one."""
        found: dict[Key, list[int]] = {}
        for key, number in self.keys.items():
            family, shares, why = cast(Key, key)
            one = (family, (), "") if len(self._known[family]) > _MOST_TARGETS or not shares else (family, shares, why)
            found.setdefault(one, []).append(number)
        return found

    def whys(self, numbers: Sequence[int]) -> list[str]:
        """The different reasons given for some keys."""
        names = list(self.keys)
        return sorted({cast(Key, names[number])[2] for number in numbers})

    def _add(self, batch: Batch, table: Table, groups: tuple[Ints, Ints], numbers: Ints) -> None:
        outcomes = [batch.events[number].equity for number in numbers]
        keys = np.array([self.keys[self._key(outcome)] for outcome in outcomes], dtype=np.int64)
        tops, bottoms = self._fractions([outcome.target for outcome in outcomes], table.labels)
        shown = Prefixes.of(batch.places, groups[0], numbers, len(table.labels))
        before = Prefixes.of(batch.by_score, groups[1], numbers, len(table.labels))
        self._add_held(keys, (tops, bottoms), shown, outcomes, table.labels)
        rows = batch.rows[numbers]
        self.shares.setdefault(table.name, Sums()).add(rows, np.hstack([np.ones((len(rows), 1)), tops / bottoms]))
        floored = np.where(_spared(outcomes, table.labels), 0, tops)
        figures = [*shown.against((tops, floored), bottoms), *before.against((tops, floored), bottoms)]
        self.prefixes.setdefault(table.name, Sums()).add(rows, np.column_stack(figures))
        self._costs.append(_costs_of(outcomes, _changed(batch, numbers), batch.first + numbers, keys))

    def _add_held(
        self, keys: Ints, shares: tuple[Ints, Ints], shown: Prefixes, outcomes: Sequence[EquityOutcome], labels: Labels
    ) -> None:
        tops, bottoms = shares
        floored = np.where(_spared(outcomes, labels), 0, tops)
        below = (shown.counts < floors_of(floored, bottoms, shown.sizes)).astype(np.float64)
        unmet = _unmet(outcomes, labels)
        places = shown.counts / shown.sizes[:, None]
        for key in np.unique(keys).tolist():
            mine = keys == key
            target, places_of, exposure, under, lacking = (
                each[mine].sum(axis=0) for each in (tops / bottoms, places, shown.exposure, below, unmet)
            )
            one = Held(target, places_of, exposure, under, lacking, int(mine.sum()))
            self.held.setdefault(key, Held()).add(one)

    def _key(self, equity: EquityOutcome) -> Key:
        family = (equity.attribute, equity.method, equity.source, equity.set_by)
        known = self._known.setdefault(family, set())
        if equity.source in _TAKEN_FROM_EACH_LIST or len(known) > _MOST_TARGETS:
            return family, (), equity.why
        shares = tuple(sorted(equity.target.items()))
        known.add(shares)
        return family, shares, equity.why

    def _fractions(self, targets: Sequence[Mapping[str, str]], labels: Labels) -> tuple[Ints, Ints]:
        """Numerators and denominators, shape (lists, groups); groups without a share have 0/1."""
        for target in targets:
            labels.of(list(target))
        tops = np.zeros((len(targets), len(labels)), dtype=np.int64)
        bottoms = np.ones_like(tops)
        for number, target in enumerate(targets):
            for group, text in target.items():
                tops[number, labels[group]], bottoms[number, labels[group]] = self._fraction(text)
        return tops, bottoms

    def _fraction(self, text: str) -> tuple[int, int]:
        if text not in self._parsed:
            share = Fraction(text)
            # Floors multiply by places in 64 bits; shares as fine as this are told apart by no list.
            fine = share if share.denominator < _FINEST else share.limit_denominator(_FINEST)
            self._parsed[text] = fine.as_integer_ratio()
        return self._parsed[text]


def _spared(outcomes: Sequence[EquityOutcome], labels: Labels) -> NDArray[np.bool_]:
    """Which groups had a share and no floor, shape (lists, groups)."""
    rows = [[str(label) in each.spared for label in labels] for each in outcomes]
    return np.array(rows, dtype=np.bool_).reshape(len(outcomes), len(labels))


def _changed(batch: Batch, numbers: Ints) -> Numbers:
    ranks = [batch.events[number].shown.rank_before for number in numbers]
    return np.array([each != tuple(range(1, len(each) + 1)) for each in ranks], dtype=np.float64)


def _unmet(outcomes: Sequence[EquityOutcome], labels: Labels) -> Numbers:
    unmet = np.zeros((len(outcomes), len(labels)))
    for number, outcome in enumerate(outcomes):
        for group, places in outcome.unmet.items():
            if group in labels:
                unmet[number, labels[group]] = places > 0
    return unmet


def _costs_of(outcomes: Sequence[EquityOutcome], changed: Numbers, lists: Ints, keys: Ints) -> Costs:
    return Costs(
        lists,
        keys,
        np.array([each.ndcg for each in outcomes], dtype=np.float64),
        np.array([each.held for each in outcomes], dtype=np.float64),
        np.array([each.floors_met for each in outcomes], dtype=np.float64),
        np.array([each.largest_fall for each in outcomes], dtype=np.int64),
        changed,
    )


def _sum(one: Numbers, other: Numbers) -> Numbers:
    width = max(len(one), len(other))
    return np.pad(one, (0, width - len(one))) + np.pad(other, (0, width - len(other)))
