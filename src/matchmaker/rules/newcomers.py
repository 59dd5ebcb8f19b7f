"""Everybody who could join a team, as far as a call can tell them apart.

A newcomer is a partner of whom all is known, through an organisation that is new to the team and in no group with
anybody in it. What the binding clauses of a call do not ask about is left as it is with most partners.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import combinations, pairwise, product
from math import prod
from typing import Any, TypeVar

from matchmaker.domain.calls import AnyClause, Residence, RoleHeld, TimeSince
from matchmaker.domain.conditions import Citizenship, Fact, Flag, InSet, OneOf, YearsSincePhd
from matchmaker.domain.teams import ORG_TYPES, Org, Partner, Person, Stay, Team
from matchmaker.rules.gauges import host_role
from matchmaker.rules.people import AT_THE_HOST
from matchmaker.rules.predicates import sector
from matchmaker.rules.rulebook import Rulebook, Seat, Standing
from matchmaker.rules.windows import DAYS_PER_YEAR

T = TypeVar("T")

# What an organisation of which only the kind is known is called.
FURTHER = "further partner"
# More combinations of what a call asks about are not looked through.
MOST_KINDS = 5_000
# A stay that ended before any window begins.
_LONG_AGO = (Stay(date(1900, 1, 1), date(1900, 1, 2), country="AQ"),)


@dataclass(frozen=True, slots=True)
class Place:
    """Countries that the binding clauses cannot tell apart; of an international organisation each is its own place.

    `certain` is False where the membership of these countries in some set is not certain.
    """

    codes: tuple[str, ...]
    standing: Standing
    kind: str = "country"
    certain: bool = True


class Asked:
    """What some clauses of a call ask about partners."""

    def __init__(self, book: Rulebook, clauses: Iterable[AnyClause], team: Team) -> None:
        self.book, self.team = book, team
        exclude = book.call.counting.exclude
        self._parts = [*_parts(tuple(clauses)), *_parts(exclude)]

    def places(self) -> tuple[Place, ...]:
        """All places, the certain ones first."""
        return self._places

    @cached_property
    def _places(self) -> tuple[Place, ...]:
        names = self.sets("country")
        told_apart = self._lived_in()
        by_class: dict[tuple[Any, ...], list[str]] = {}
        for code in self.book.countries:
            standing = Standing("country", code)
            inside = tuple(self.book.holds(name, standing) for name in names)
            by_class.setdefault((*inside, code if code in told_apart else None), []).append(code)
        places = [
            Place(tuple(codes), Standing("country", codes[0]), certain=None not in key[:-1])
            for key, codes in by_class.items()
        ]
        return tuple(sorted([*places, *self._international()], key=lambda place: not place.certain))

    def partners(self, place: Place) -> Iterator[Partner]:
        """One partner of every kind at a place, the plainest first."""
        first = place.codes[0] if place.codes else None
        for org_id, type_, sme, flags, gep, control in product(*self._of_orgs):
            if sme and type_ != "company":
                continue
            org = Org(
                org_id or FURTHER, first, type_, sme=sme, control=control, gep=gep, flags=dict.fromkeys(flags, True)
            )
            known = next((each.org for each in self.team.partners if each.org.id == org_id), None)
            org = known or _of_kind(org, place.kind)
            for role, funded, disciplines, person in product(*self._of_partners):
                yield Partner(org, role, funded, disciplines=disciplines, person=person)

    @cached_property
    def _of_orgs(self) -> tuple[list[Any], ...]:
        words = [part.words for part in self._found(OneOf) if part.field == "org_id"]
        ids = sorted({word for each in words for word in each})
        return ([None, *ids], self._types(), self._facts("sme", [False, True], None), self._flags(),
                self._facts("gep", [True, False], True), self._control())  # fmt: skip

    @cached_property
    def _of_partners(self) -> tuple[list[Any], ...]:
        return self._roles(), self._facts("funded", [True, False], True), self._disciplines(), self._people()

    @property
    def persons(self) -> int:
        """How many kinds of persons may come with an organisation; they change fastest among the partners."""
        return len(self._of_partners[-1])

    @property
    def kinds(self) -> int:
        """How many combinations there are at all places."""
        return len(self.places()) * prod(len(each) for each in (*self._of_orgs, *self._of_partners))

    def _found(self, kind: type[Any]) -> list[Any]:
        return [part for part in self._parts if isinstance(part, kind)]

    def sets(self, field: str) -> tuple[str, ...]:
        """The sets that a `country` or `control` is compared with."""
        return tuple(sorted({part.name for part in self._found(InSet) if part.field == field}))

    def _words(self, field: str) -> list[tuple[str, ...]]:
        return sorted({part.words for part in self._found(OneOf) if part.field == field})

    def _facts(self, field: str, values: list[bool], usual: bool | None) -> list[bool | None]:
        return [*values] if any(part.field == field for part in self._found(Fact)) else [usual]

    def _flags(self) -> list[tuple[str, ...]]:
        names = sorted({part.name for part in self._found(Flag)})
        return [chosen for size in range(len(names) + 1) for chosen in combinations(names, size)]

    def _types(self) -> list[str]:
        return _one_of_each(ORG_TYPES, self._type_class)

    def _type_class(self, word: str) -> tuple[Any, ...]:
        company = any(part.field == "sme" for part in self._found(Fact)) and word == "company"
        kind = sector(Org("", type=word)) if self._words("sector") else None
        return (*(word in words for words in self._words("org_type")), kind, company)

    def words_of_types(self, first: Iterable[str]) -> tuple[str, ...]:
        """All types that the clauses cannot tell from those given, empty where these are all types."""
        seen = {self._type_class(word) for word in first}
        alike = tuple(word for word in ORG_TYPES if self._type_class(word) in seen)
        return () if len(alike) == len(ORG_TYPES) else alike

    def _roles(self) -> list[str]:
        counted = self.book.call.counting.roles
        named = {word for words in self._words("role") for word in words} | (counted or set())
        held = {part.role for part in self._found(RoleHeld)} | {part.who for part in self._found(TimeSince)}
        held |= {role for part in self._found(Residence) for role in (part.who, host_role(part))}
        asked = self._words("role")

        def seen(role: str) -> tuple[Any, ...]:
            return (
                counted is None or role in counted,
                *(role in words for words in asked),
                role if role in held else "",
            )

        return _one_of_each(
            ("beneficiary", "associated", *sorted(named | held), *(AT_THE_HOST & held and ("host",))), seen
        )

    def _disciplines(self) -> list[tuple[str, ...]]:
        asked = self._words("discipline")
        words = sorted({word for each in asked for word in each})
        chosen = [each for size in range(len(words) + 1) for each in combinations(words, size)]
        return _one_of_each(chosen, lambda each: tuple(bool(set(each) & set(words)) for words in asked))

    def _control(self) -> list[tuple[str, ...] | None]:
        names = self.sets("control")
        if not names:
            return [None]

        def seen(code: str) -> tuple[Any, ...]:
            return tuple(self.book.holds(name, Standing("country", code)) for name in names)

        return self._one_or_two(_one_of_each(self.book.countries, seen))

    def _people(self) -> list[Person | None]:
        dates = self._dates(("phd_defence", "phd_award"))
        starts = self._dates(("first_independent_position",))
        citizens = self._citizens()
        roles = {part.role for part in self._found(RoleHeld)} | {part.who for part in self._found(TimeSince)}
        roles |= {part.who for part in self._found(Residence)}
        if not (roles & AT_THE_HOST or dates or starts or citizens):
            return [None]
        people: list[Person | None] = [
            Person(events=_events(award, start), stays=_LONG_AGO, citizenship=citizen)
            for award, start, citizen in product(_or_none(dates), _or_none(starts), _or_none(citizens))
        ]
        return [*people, None]

    def _citizens(self) -> list[tuple[str, ...]]:
        names = sorted({name for part in self._found(Citizenship) for name in (part.any_in, part.none_in) if name})
        if not names:
            return []
        seen = _one_of_each(self.book.countries, lambda code: tuple(self.book.sets[name].holds(code) for name in names))
        return self._one_or_two(seen)

    def _one_or_two(self, codes: list[str]) -> list[Any]:
        return [(code,) for code in codes] + list(combinations(codes, 2))

    def _dates(self, events: tuple[str, ...]) -> list[date]:
        """A day between every two days that the call tells apart, the latest first."""
        limits = {_before(part.at if part else None, years, self.book)
                  for part, years in self._years(events)}  # fmt: skip
        if not limits:
            return []
        ordered = sorted(limits)
        between = [one + (other - one) / 2 for one, other in pairwise(ordered)]
        return [*reversed(between), ordered[0] - timedelta(days=200), ordered[-1] + timedelta(days=200)]

    def _years(self, events: tuple[str, ...]) -> Iterator[tuple[TimeSince | None, Any]]:
        for part in self._found(TimeSince):
            if part.event in events:
                yield from ((part, years) for years in (part.min_years, part.max_years, 0) if years is not None)
        if "phd_defence" in events:
            for each in self._found(YearsSincePhd):
                yield from ((None, years) for years in (each.min, each.max, 0) if years is not None)

    def _lived_in(self) -> frozenset[str | None]:
        """Countries that a clause about residence tells apart: where the people of the team have been."""
        if not self._found(Residence):
            return frozenset()
        stays = [stay for each in self.team.partners if each.person for stay in each.person.stays or ()]
        texts = {text for stay in stays for text in (stay.country, stay.employer_country) if text}
        return frozenset(self.book.placed(text, None).key for text in texts)

    def _international(self) -> Iterator[Place]:
        for rule in self.book.call.international:
            org = _of_kind(Org(FURTHER), rule.match)
            if self.book.rule_for(org) == rule and rule.treatment in ("distinct", "none"):
                yield Place((), self.book.seat(Partner(org)).standing, rule.match)


def seated(partner: Partner, place: Place, book: Rulebook) -> Seat:
    """The partner at the place; an organisation that is in the team already stays where it is."""
    return Seat(partner, place.standing) if partner.org.id == FURTHER and place.codes else book.seat(partner)


def _of_kind(org: Org, kind: str) -> Org:
    """The organisation as an international one of this kind; such an organisation has no country."""
    if kind == "country":
        return org
    return replace(org, country=None, iero=kind == "iero", io=kind == "io", eu_body=kind == "eu_body")


def _or_none(values: Sequence[T]) -> Sequence[T | None]:
    return values or (None,)


def _events(award: date | None, start: date | None) -> dict[str, date]:
    days = {"phd_defence": award, "phd_award": award, "first_independent_position": start}
    return {name: day for name, day in days.items() if day is not None}


def _before(when: Any, years: Any, book: Rulebook) -> date:
    return book.dates[when or "reference"] - timedelta(days=int(years * DAYS_PER_YEAR))


def _one_of_each(values: Iterable[T], seen: Callable[[T], Hashable]) -> list[T]:
    """The first of the values that look alike."""
    first: dict[Hashable, T] = {}
    for value in values:
        first.setdefault(seen(value), value)
    return list(first.values())


def _parts(value: Any) -> Iterator[Any]:
    """Every record inside a clause or predicate, itself among them."""
    if is_dataclass(value) and not isinstance(value, type):
        yield value
        value = tuple(getattr(value, field.name) for field in fields(value))
    if isinstance(value, tuple):
        for item in value:
            yield from _parts(item)
