"""How many, at least and at most: counts and shares as intervals over what is not known, with exact fractions.

`lo` counts what is certain, `hi` adds all that is undecided. Entities of one group fill one place, so countries are
counted by a maximum matching between groups and countries (augmenting paths; Kuhn 1955).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from matchmaker.domain.conditions import Counted, Predicate
from matchmaker.domain.teams import Partner
from matchmaker.rules.predicates import conjunction, disjunction, negation, sector, truth
from matchmaker.rules.rulebook import Rulebook, Seat, Standing

SECTORS = ("academic", "non_academic")


@dataclass(frozen=True, slots=True)
class Interval:
    """Certainly at least `lo`, certainly at most `hi`."""

    lo: int
    hi: int


@dataclass(frozen=True, slots=True)
class Weighed:
    """Something with an amount (None: not stated), whether it is in the base, and whether it is in the part of it."""

    key: str
    amount: Fraction | None
    among: bool | None
    of: bool | None = True


def counts(seat: Seat, book: Rulebook) -> bool | None:
    """Whether the call counts this partner at all: its role, and who is excluded from counting."""
    counting = book.call.counting
    if counting.roles is not None and seat.partner.role not in counting.roles:
        return False
    return True if counting.exclude is None else negation(truth(counting.exclude, seat, book))


def counted_as(predicate: Predicate | None, seat: Seat, book: Rulebook) -> bool | None:
    """Whether the partner is counted and the predicate holds for it."""
    return conjunction((counts(seat, book), truth(predicate, seat, book)))


def tally(counted: Counted, seats: Sequence[Seat], book: Rulebook) -> Interval:
    """How many entities, persons, countries, disciplines or sectors there are."""
    found = [(seat, value) for seat in seats if (value := counted_as(counted.where, seat, book)) is not False]
    if counted.of == "countries":
        return _countries(found, counted.where, units(seats, book), book)
    if counted.of in ("disciplines", "sectors"):
        return _words(found, counted.of)
    name = units(seats, book) if counted.of == "entities" else persons(seats)
    return Interval(
        len({name[id(seat)] for seat, value in found if value}),
        len({name[id(seat)] for seat, _ in found}),
    )


def units(seats: Sequence[Seat], book: Rulebook) -> dict[int, str]:
    """What each seat counts as: its organisation, or the group that owns it where the call asks for independence."""
    owner = {seat.partner.org.id: seat.partner.org.group for seat in seats if seat.partner.org.group}
    if not book.call.counting.independent:
        owner = {}
    return {id(seat): f"group {group}" if (group := owner.get(_id(seat))) else _id(seat) for seat in seats}


def _id(seat: Seat) -> str:
    return seat.partner.org.id


def persons(seats: Sequence[Seat]) -> dict[int, str]:
    """One person per place in the team, unless the same person is named twice."""
    named = {id(seat): seat.partner.person.id for seat in seats if seat.partner.person and seat.partner.person.id}
    return {id(seat): f"person {named.get(id(seat)) or number}" for number, seat in enumerate(seats)}


def _words(found: Sequence[tuple[Seat, bool | None]], of: str) -> Interval:
    certain, possible, blank = set[str](), set[str](), 0
    for seat, value in found:
        words = _disciplines(seat.partner) if of == "disciplines" else _sectors(seat.partner)
        certain |= words if value else set()
        possible |= words
        blank += not words
    most = len(possible) + blank
    surely = any(value for _, value in found)
    return Interval(max(len(certain), int(surely)), min(most, len(SECTORS)) if of == "sectors" else most)


def _disciplines(partner: Partner) -> set[str]:
    return set(partner.disciplines or ())


def _sectors(partner: Partner) -> set[str]:
    word = sector(partner.org)
    return {word} if word else set()


def _countries(
    found: Sequence[tuple[Seat, bool | None]], where: Predicate | None, unit: Mapping[int, str], book: Rulebook
) -> Interval:
    certain: dict[str, set[str]] = {}
    possible: dict[str, set[str]] = {}
    taken = {seat.standing.key for seat, _ in found if seat.standing.key is not None}
    for seat, value in found:
        key, name = seat.standing.key, unit[id(seat)]
        if key is not None:
            possible.setdefault(name, set()).add(key)
            if value:
                certain.setdefault(name, set()).add(key)
        elif seat.standing.kind == "unknown":
            possible.setdefault(name, set()).update(_possible(seat, where, taken, len(found), book))
    somewhere = any(value and seat.standing.kind == "unknown" for seat, value in found)
    return Interval(max(matching(certain), int(somewhere)), matching(possible))


def _possible(seat: Seat, where: Predicate | None, taken: set[str], fresh: int, book: Rulebook) -> set[str]:
    """The countries a partner may turn out to be in: of those not yet taken, as many as could ever matter."""
    found: set[str] = set()
    for code in (*sorted(taken), *(code for code in book.countries if code not in taken)):
        if len(found - taken) >= fresh:
            break
        if code in taken and code.startswith("*"):
            continue
        if truth(where, replace(seat, standing=Standing("country", code)), book) is not False:
            found.add(code)
    return found


def matching(edges: Mapping[str, Iterable[str]]) -> int:
    """The largest number of units that can each have a country of their own."""
    holder: dict[str, str] = {}

    def placed(unit: str, tried: set[str]) -> bool:
        for key in sorted(edges[unit]):
            if key not in tried:
                tried.add(key)
                if key not in holder or placed(holder[key], tried):
                    holder[key] = unit
                    return True
        return False

    return sum(placed(unit, set()) for unit in sorted(edges))


def share(items: Sequence[Weighed]) -> tuple[Fraction, Fraction, Fraction, Fraction] | None:
    """Smallest and largest share of `of` in the base, then part and base at the smallest; None where not known.

    Not known is a share with an amount that is not stated, or whose base may be nothing.
    """
    present = [item for item in items if item.among is not False]
    if any(item.amount is None for item in present):
        return None
    low, high = (extreme(present, upward) for upward in (False, True))
    certain = sum((item.amount or Fraction(0) for item in present if item.among), Fraction(0))
    if not certain or not low[1] or not high[1]:
        return None
    return low[0] / low[1], high[0] / high[1], low[0], low[1]


def extreme(items: Sequence[Weighed], upward: bool) -> tuple[Fraction, Fraction]:
    """Part and base where everything undecided is decided so that the share is largest, or smallest."""
    part, base = Fraction(0), Fraction(0)
    for item in items:
        amount = item.amount or Fraction(0)
        inside = item.of is not False if upward else item.of is True
        # What may be left out of the base is left out where it would pull the share the other way.
        if item.among is None and inside is not upward:
            continue
        base += amount
        part += amount if inside else 0
    return part, base


def top_share(items: Sequence[Weighed], floating: Sequence[Weighed]) -> tuple[Fraction, Fraction, str] | None:
    """Smallest and largest value of the largest share of one key, and that key; `floating` may belong to any key.

    None where an amount is not stated or there may be nothing to share.
    """
    present = [item for item in (*items, *floating) if item.among is not False]
    if any(item.amount is None for item in present):
        return None
    if not sum((item.amount or Fraction(0) for item in present if item.among), Fraction(0)):
        return None
    loose = {id(item) for item in floating}
    certain, undecided = _amount(present, True), _amount(present, None)
    bounds = []
    for key in sorted({item.key for item in present}):
        own = [item for item in present if item.key == key]
        # Only what is loose may turn out to be this key's too.
        perhaps = own + [item for item in present if id(item) in loose and item.key != key]
        low = _amount(own, True) / (certain + undecided - _amount(own, None))
        high = (_amount(perhaps, True) + _amount(perhaps, None)) / (certain + _amount(perhaps, None))
        bounds.append((high, low, key))
    highest, _, key = max(bounds)
    return max(low for _, low, _ in bounds), highest, key


def _amount(items: Sequence[Weighed], among: bool | None) -> Fraction:
    """The amounts of the items that are in the base for certain (True) or undecided (None), together."""
    return sum((item.amount or Fraction(0) for item in items if item.among is among), Fraction(0))


def by_country(seats: Sequence[Seat], among: Predicate | None, of: Predicate | None, book: Rulebook) -> list[Weighed]:
    """One item per country that is or may be in the base; a partner without a known country is an undecided one."""
    keyed: dict[str, list[Seat]] = {}
    for number, seat in enumerate(seats):
        if seat.standing.kind != "nowhere":
            keyed.setdefault(seat.standing.key or f"?{number}", []).append(seat)
    return [_country(key, group, among, of, book) for key, group in keyed.items()]


def _country(key: str, group: Sequence[Seat], among: Predicate | None, of: Predicate | None, book: Rulebook) -> Weighed:
    items = [Weighed(key, Fraction(1), counted_as(among, seat, book), truth(of, seat, book)) for seat in group]
    one = as_one(items)
    # Where the country is not known it may be one that is there already, so that the base does not grow.
    return replace(one, among=None) if key.startswith("?") and one.among else one


def as_one(items: Sequence[Weighed]) -> Weighed:
    """Several partners as the one country or entity they are: in the base with any of them, and in the part too."""
    inside = disjunction(item.among for item in items)
    matches = {item.of for item in items}
    part = disjunction(conjunction((item.among, item.of)) for item in items)
    return replace(items[0], among=inside, of=matches.pop() if len(matches) == 1 else part)
