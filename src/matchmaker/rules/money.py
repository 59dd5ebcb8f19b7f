"""The bounds that rules about money set to the amounts which further partners may state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from matchmaker.domain.calls import ProjectField, Share, TopShare
from matchmaker.rules.amounts import Bound, feasible
from matchmaker.rules.checks import MONEY, MoneyRule, Values
from matchmaker.rules.clauses import Scene, by_key, weighed
from matchmaker.rules.counting import Weighed, counted_as, extreme
from matchmaker.rules.predicates import truth
from matchmaker.rules.rulebook import Seat

Amounts = dict[str, dict[int, Fraction]]  # by measure and chair: what the partners of a chair have together
_ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Chair:
    """Further partners of one kind in one country: how one of them sits there, and how many they are."""

    seat: Seat
    country: str
    size: int


def settled(rules: Sequence[MoneyRule], values: Values, chairs: Sequence[Chair], scene: Scene) -> Amounts | None:
    """Amounts with which no rule fails, None where there are none.

    Partners that are alike may have equal amounts: the bounds are linear, so the mean of all ways to swap theirs meets
    them as well.
    """
    bounds: dict[str, list[Bound]] = {measure: [] for measure in MONEY}
    for rule in rules:
        if rule.applies(values):
            clause = rule.clause
            measure = clause.field if isinstance(clause, ProjectField) else clause.measure
            bounds[measure] += _bounds(clause, chairs, scene)
    found = {measure: feasible(asked) for measure, asked in bounds.items() if asked}
    return None if None in found.values() else {measure: each for measure, each in found.items() if each is not None}


def _bounds(clause: Share | TopShare | ProjectField, chairs: Sequence[Chair], scene: Scene) -> Iterator[Bound]:
    match clause:
        case Share():
            return _of_share(clause, chairs, scene)
        case TopShare():
            return _of_top_share(clause, chairs, scene)
    return _of_sum(clause, chairs, scene)


def _of_share(clause: Share, chairs: Sequence[Chair], scene: Scene) -> Iterator[Bound]:
    """At its largest the share is not below the minimum, at its smallest not above the maximum."""
    book = scene.book
    there = [item for item in weighed(clause, scene, clause.of) if item.among is not False]
    new = [
        Weighed("", _ONE, counted_as(clause.among, chair.seat, book), truth(clause.of, chair.seat, book))
        for chair in chairs
    ]
    new = [item if item.among is not False else Weighed("", Fraction(0), False) for item in new]
    for bound, upward, sign in ((clause.min, True, 1), (clause.max, False, -1)):
        if bound is not None:
            part, base = extreme(there, upward)
            each = [extreme([item] if item.amount else [], upward) for item in new]
            coefficients = {name: sign * (bound * by[1] - by[0]) for name, by in enumerate(each)}
            yield Bound(coefficients, sign * (part - bound * base))


def _of_top_share(clause: TopShare, chairs: Sequence[Chair], scene: Scene) -> Iterator[Bound]:
    """No key has for certain more than its part, whatever is not known."""
    items, floating = by_key(clause, scene)
    there = [item for item in (*items, *floating) if item.among is not False]
    among = [counted_as(clause.among, chair.seat, scene.book) for chair in chairs]
    counted = [name for name, value in enumerate(among) if value is not False]
    whole = sum((item.amount or Fraction(0) for item in there), Fraction(0))
    keys = {item.key for item in there}
    shared = {chairs[name].country for name in counted} if clause.by == "country" else set()
    for key in sorted(keys | {country for country in shared if country}):
        own = [item for item in there if item.key == key]
        certain = sum((item.amount or Fraction(0) for item in own if item.among), Fraction(0))
        perhaps = sum((item.amount or Fraction(0) for item in own if item.among is None), Fraction(0))
        at = {name for name in counted if clause.by == "country" and chairs[name].country == key}
        yield Bound({name: _times(name in at, among[name], _ONE, clause.max) for name in counted},
                    clause.max * (whole - perhaps) - certain)  # fmt: skip
    for alone in counted:
        if clause.by == "entity" or not chairs[alone].country:
            part = Fraction(1, chairs[alone].size)
            yield Bound({name: _times(name == alone, among[name], part, clause.max) for name in counted},
                        clause.max * whole)  # fmt: skip


def _times(own: bool, among: bool | None, part: Fraction, cap: Fraction) -> Fraction:
    if among is None:
        # What may be left out of the base is in it only where it is somebody else's.
        return -cap * (1 - part) if own else -cap
    return part - cap if own else -cap


def _of_sum(clause: ProjectField, chairs: Sequence[Chair], scene: Scene) -> Iterator[Bound]:
    total = sum((getattr(seat.partner, clause.field) for seat in scene.seats), Fraction(0))
    names = range(len(chairs))
    if clause.min is not None and (chairs or scene.seats):
        yield Bound(dict.fromkeys(names, -_ONE), total - clause.min)
    if clause.max is not None:
        yield Bound(dict.fromkeys(names, _ONE), clause.max - total)
