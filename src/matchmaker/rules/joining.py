"""Newcomers as what they add to the counters of a team: those who add the same are one joiner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from matchmaker.domain.calls import ProjectField, Share
from matchmaker.rules.checks import Binding, MoneyRule
from matchmaker.rules.counting import counted_as
from matchmaker.rules.gauges import Ledger, Pair
from matchmaker.rules.newcomers import Asked, Place, seated
from matchmaker.rules.predicates import truth
from matchmaker.rules.rulebook import Rulebook, Seat

Sign = tuple[bool | None, ...]  # whether the money of a partner is in the base, and in the part, of every money rule


@dataclass(frozen=True, slots=True)
class Joiner:
    """A newcomer, the pool of countries it may come from, and what it adds; `only_at` where its country is settled.

    `by_country` says whether it adds to a counter of countries, `by_person` whether it would add something else if
    nobody were named. `plain` is 0 for the plainest kind at its place, larger
    for others. `types` are the types of organisations that add the same, empty where every type does.
    """

    seat: Seat
    pool: int
    adds: tuple[Pair, ...]
    sign: Sign
    only_at: str | None = None
    types: tuple[str, ...] = ()
    plain: int = 0
    by_country: bool = False
    by_person: bool = False


@dataclass(frozen=True, slots=True)
class Joiners:
    """All joiners, and the countries of each pool; a pool without countries is of international organisations.

    `rules` are the money rules in the order of the joiners' signs, `sets` the sets the pools are told apart by.
    """

    joiners: tuple[Joiner, ...]
    pools: tuple[tuple[str, ...], ...]
    doubtful: frozenset[int]
    rules: tuple[MoneyRule, ...]
    sets: tuple[str, ...]
    book: Rulebook

    def certain(self) -> Joiners:
        """Without those whose country's membership in some set is not certain."""
        kept = tuple(each for each in self.joiners if each.pool not in self.doubtful)
        return replace(self, joiners=kept, doubtful=frozenset()) if self.doubtful else self


def joiners(asked: Asked, ledger: Ledger, bindings: Sequence[Binding], blocked: bool = False) -> Joiners:
    """Everybody who could join, as what they add; who adds nothing that can help is left out.

    Those with whom some binding would fail are left out too, unless `blocked` asks for them.
    """
    pools: dict[tuple[object, ...], list[Place]] = {}
    members: dict[tuple[object, ...], list[Joiner]] = {}
    for place in asked.places():
        there = _at(place, asked, ledger, bindings, blocked)
        key = (place.kind, place.certain, *((each.adds, each.sign, each.only_at, each.plain) for each in there))
        pools.setdefault(key, []).append(place)
        members.setdefault(key, there)
    numbered = [replace(each, pool=number) for number, key in enumerate(pools) for each in members[key]]
    return Joiners(
        # Of partners that serve as well the plainest is named, and of these one in a set that the call speaks of.
        tuple(sorted(numbered, key=lambda each: (each.plain, -_inside(each.seat, asked)))),
        tuple(tuple(sorted(code for place in places for code in place.codes)) for places in pools.values()),
        frozenset(number for number, key in enumerate(pools) if key[1] is False),
        tuple(each.money for each in bindings if each.money is not None),
        asked.sets("country"),
        asked.book,
    )


def _inside(seat: Seat, asked: Asked) -> int:
    return sum(asked.book.holds(name, seat.standing) is True for name in asked.sets("country"))


def _at(place: Place, asked: Asked, ledger: Ledger, bindings: Sequence[Binding], blocked: bool) -> list[Joiner]:
    first: dict[tuple[object, ...], Joiner] = {}
    types: dict[tuple[object, ...], dict[str, None]] = {}
    anybody: set[tuple[object, ...]] = set()
    ids = {seat.partner.org.id: seat.standing.key for seat in ledger.scene.seats}
    for number, partner in enumerate(asked.partners(place)):
        seat = seated(partner, place, asked.book)
        only_at = ids.get(partner.org.id)
        if partner.org.id in ids and (only_at is None or only_at not in place.codes):
            continue
        adds = tuple(gauge.adds(seat) for gauge in ledger.gauges)
        sign = _sign(seat, bindings, asked.book)
        key = (adds, sign, only_at)
        if key not in first and _helps(adds, sign, ledger) and (blocked or not _fails(adds, ledger, bindings)):
            first[key] = Joiner(seat, 0, adds, sign, only_at, plain=number)
        types.setdefault(key, {})[partner.org.type or ""] = None
        if partner.person is None:
            anybody.add((*key, number // asked.persons))
    return [
        replace(
            each,
            types=asked.words_of_types(types[key]),
            by_country=_by_country(each, ledger),
            by_person=(*key, each.plain // asked.persons) not in anybody,
        )
        for key, each in first.items()
    ]


def _by_country(joiner: Joiner, ledger: Ledger) -> bool:
    return any(gauge.left and add[1] for gauge, add in zip(ledger.gauges, joiner.adds, strict=True))


def _helps(adds: Sequence[Pair], sign: Sign, ledger: Ledger) -> bool:
    pays = any(value is not False for value in sign[::2])
    return pays or any(gauge.wanted and add[1] for gauge, add in zip(ledger.gauges, adds, strict=True))


def _fails(adds: Sequence[Pair], ledger: Ledger, bindings: Sequence[Binding]) -> bool:
    # In which country they are may still matter, so counters of countries stay as they are.
    values = [
        gauge.start if gauge.left else (gauge.start[0] + add[0], gauge.start[1] + add[1])
        for gauge, add in zip(ledger.gauges, adds, strict=True)
    ]
    return any(each.check(values) == "fail" for each in bindings)


def _sign(seat: Seat, bindings: Sequence[Binding], book: Rulebook) -> Sign:
    """How the money of the partner counts under every money rule of the bindings."""
    signs: list[bool | None] = []
    for each in bindings:
        if each.money is not None:
            clause = each.money.clause
            signs.append(True if isinstance(clause, ProjectField) else counted_as(clause.among, seat, book))
            signs.append(truth(clause.of, seat, book) if isinstance(clause, Share) else True)
    return tuple(signs)
