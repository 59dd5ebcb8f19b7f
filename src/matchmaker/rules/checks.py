"""The binding clauses of a call as functions from counters to statuses, in step with `rules.clauses`.

A clause becomes a check that gives the status which `clauses.found` would give to the team with its further partners.
Rules about money become bounds on amounts that a further partner may state freely (`rules.money`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from matchmaker.domain.calls import (
    AnyClause,
    Count,
    Each,
    Group,
    NoneOf,
    ProjectField,
    Residence,
    RoleHeld,
    Share,
    TimeSince,
    TopShare,
)
from matchmaker.domain.conditions import Combination, Condition, Counted, ProjectIs
from matchmaker.rules.clauses import found, may_turn, weighed
from matchmaker.rules.counting import counted_as
from matchmaker.rules.findings import Status, bounded, together
from matchmaker.rules.gauges import Ledger, Pair, host_role
from matchmaker.rules.people import holders
from matchmaker.rules.predicates import conjunction, disjunction, negation, truth
from matchmaker.rules.rulebook import Seat

Values = Sequence[Pair]
Check = Callable[[Values], Status]
Applies = Callable[[Values], bool | None]
MONEY = ("budget", "requested", "person_months")


@dataclass(frozen=True, slots=True)
class MoneyRule:
    """A rule about amounts, which binds where `applies` is true."""

    clause: Share | TopShare | ProjectField
    applies: Applies


@dataclass(frozen=True, slots=True)
class Binding:
    """A binding clause: its check, what it asks of amounts besides, and the counters it looks at.

    `lacks` is a number of further partners below which it cannot be met.
    """

    id: str
    check: Check
    money: MoneyRule | None
    lacks: Callable[[Values], int]
    gauges: frozenset[int]


def binding(clause: AnyClause, ledger: Ledger) -> Binding:
    """The clause with its check; its counters are added to the ledger."""
    ledger.used.clear()
    applies = _applies(clause.when, ledger)
    money = _money(clause, ledger, applies)
    check = _check(clause, ledger, applies, None if money is None else _somebody(money, ledger))
    return Binding(clause.id, check, money, _lacks(clause, ledger), frozenset(ledger.used))


def _check(clause: AnyClause, ledger: Ledger, applies: Applies, inner: Check | None = None) -> Check:
    inner = inner or _inner(clause, ledger)
    may_end = clause.when is not None and may_turn(clause.when, to=False)

    def check(values: Values) -> Status:
        holds = applies(values)
        if holds is False:
            return "n/a"
        status = inner(values)
        if holds is None and status in ("fail", "open"):
            return "unknown"
        if status == "fail" and may_end:
            return "open"
        return clause.on_unknown if status == "unknown" and clause.on_unknown != "review" else status

    return check


def _applies(condition: Condition | None, ledger: Ledger) -> Applies:
    match condition:
        case Counted():
            status = _count(condition, ledger, wanted=True)
            return lambda values: {"pass": True, "unknown": None}.get(status(values), False)
        case ProjectIs(name, eq):
            value = getattr(ledger.scene.project, name)
            known = None if value is None else bool(value == eq)
            return lambda _: known
        case Combination(how, parts):
            return _combined(how, [_applies(part, ledger) for part in parts])
    return lambda _: True


def _combined(how: Literal["all", "any", "not"], parts: Sequence[Applies]) -> Applies:
    if how == "not":
        return lambda values: negation(parts[0](values))
    joined = conjunction if how == "all" else disjunction
    return lambda values: joined(part(values) for part in parts)


def _inner(clause: AnyClause, ledger: Ledger) -> Check:
    match clause:
        case Count():
            return _count(clause.counted, ledger)
        case Share() if clause.measure not in MONEY:
            return _share(clause, ledger)
        case Each() | NoneOf() | RoleHeld():
            return _partners(clause, ledger)
        case TimeSince() | Residence():
            return _persons(clause, ledger)
        case Group():
            parts = [_check(part, ledger, _applies(part.when, ledger)) for part in clause.clauses]
            return lambda values: together(clause.how, (part(values) for part in parts))
        case Share() | TopShare() | ProjectField() if _money(clause, ledger, lambda _: True):
            ledger.unsettled.append(f"{clause.id} is about money, inside a group of clauses")
    # What the project states, and shares of what is not stated, stay as they are, whoever joins.
    status = found(replace(clause, when=None, on_unknown="review"), ledger.scene).status
    return lambda _: status


def _exact(value: int | None) -> Fraction | None:
    return None if value is None else Fraction(value)


def _count(counted: Counted, ledger: Ledger, wanted: bool = False) -> Check:
    low, high, place = _exact(counted.min), _exact(counted.max), ledger.counted(counted, wanted)
    return lambda values: bounded(Fraction(values[place][0]), Fraction(values[place][1]), low, high)


def _share(clause: Share, ledger: Ledger) -> Check:
    """A share of entities, persons or countries, from its part and base at both ends of what is not known."""
    part, base, present = (ledger.ratio(clause, what) for what in ("part", "base", "present"))

    def check(values: Values) -> Status:
        if not values[present][1]:
            return "open"
        (least, most), (lower, upper) = values[part], values[base]
        if not lower or not upper:
            return "unknown"
        status = bounded(Fraction(least, lower), Fraction(most, upper), clause.min, clause.max)
        return "open" if status == "fail" else status

    return check


def _money(clause: AnyClause, ledger: Ledger, applies: Applies) -> MoneyRule | None:
    """The rule about amounts that the clause is, None where it is none or some amount in the team is not stated."""
    scene = ledger.scene
    if isinstance(clause, ProjectField):
        parts = [getattr(seat.partner, clause.field, None) for seat in scene.seats]
        stated = getattr(scene.project, clause.field) is not None or None in parts
        return None if stated or clause.field not in MONEY else MoneyRule(clause, applies)
    if not isinstance(clause, Share | TopShare) or clause.measure not in MONEY:
        return None
    blank = any(item.amount is None for item in weighed(clause, scene) if item.among is not False)
    return None if blank else MoneyRule(clause, applies)


def _somebody(rule: MoneyRule, ledger: Ledger) -> Check:
    """Whether there is anybody whose money is counted; the amounts are looked at apart."""
    clause = rule.clause
    if isinstance(clause, ProjectField):
        return lambda _: "pass"
    book, among = ledger.scene.book, clause.among
    place = ledger.holding(("among", among), lambda seat: counted_as(among, seat, book), 1, wanted=True)
    return lambda values: "pass" if values[place][1] else "open"


def _nobody(place: int) -> Check:
    return lambda values: bounded(Fraction(values[place][0]), Fraction(values[place][1]), None, Fraction(0))


def _partners(clause: Each | NoneOf | RoleHeld, ledger: Ledger) -> Check:
    book = ledger.scene.book
    match clause:
        case NoneOf(where=where):
            return _nobody(ledger.holding(("none", where), lambda seat: truth(where, seat, book)))
        case Each(must=must, where=where):

            def breaks(seat: Seat) -> bool | None:
                return conjunction((truth(where, seat, book), negation(truth(must, seat, book))))

            return _nobody(ledger.holding(("each", where, must), breaks))
    return _role(clause, ledger)


def _role(clause: RoleHeld, ledger: Ledger) -> Check:
    book = ledger.scene.book
    held = ledger.role(clause.role, max(clause.min, clause.max or 0))

    def breaks(seat: Seat) -> bool | None:
        return negation(truth(clause.must, seat, book)) if holders(clause.role, [seat]) else False

    broken = _nobody(ledger.holding(("role", clause.role, clause.must), breaks))
    low, high = Fraction(clause.min), _exact(clause.max)

    def check(values: Values) -> Status:
        size = Fraction(values[held][0])
        return together("all_of", (bounded(size, size, low, high), broken(values)))

    return check


def _persons(clause: TimeSince | Residence, ledger: Ledger) -> Check:
    held = [ledger.role(clause.who, 1)]
    if isinstance(clause, Residence):
        host = host_role(clause)
        held.append(ledger.holding(("seat", host), lambda seat: seat.partner.role == host, 1, wanted=True))
    broken = _nobody(ledger.outside(replace(clause, when=None)))
    return lambda values: broken(values) if all(values[place][0] for place in held) else "open"


def _lacks(clause: AnyClause, ledger: Ledger) -> Callable[[Values], int]:
    if clause.when is not None:
        return lambda _: 0
    if isinstance(clause, Count) and clause.counted.min is not None:
        low, place = clause.counted.min, ledger.counted(clause.counted)
        return lambda values: low - values[place][1]
    if isinstance(clause, Share) and clause.measure not in MONEY and clause.min is not None:
        least, part, base = clause.min, ledger.ratio(clause, "part"), ledger.ratio(clause, "base")
        # A country that is in the base already may come to be in the part; nobody else leaves the base as it is.
        grows = 1 if clause.measure == "countries" or least == 1 else 1 - least
        return lambda values: math.ceil((least * values[base][1] - values[part][1]) / grows)
    return lambda _: 0
