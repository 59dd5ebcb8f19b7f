"""Who may join, in words, and as partners that can be judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from matchmaker.domain.teams import Partner, Person
from matchmaker.rules.joining import Joiner, Joiners
from matchmaker.rules.newcomers import FURTHER
from matchmaker.rules.rulebook import Standing
from matchmaker.rules.searching import Found

_SHOWN = 3


def partners(found: Found) -> tuple[Partner, ...]:
    """Those found as partners, each through an organisation of its own where none is named, with their amounts."""
    return tuple(
        _partner(joiner, code, amounts, number)
        for number, ((joiner, code), amounts) in enumerate(zip(found.chosen, found.amounts, strict=True), 1)
    )


def _partner(joiner: Joiner, code: str, amounts: Mapping[str, Fraction], number: int) -> Partner:
    partner = joiner.seat.partner
    stated = replace(
        partner,
        budget=amounts.get("budget"),
        requested=amounts.get("requested"),
        person_months=amounts.get("person_months"),
    )
    if joiner.only_at is not None:
        return stated
    name = f"{FURTHER} {number}" if partner.org.id == FURTHER else partner.org.id
    return replace(stated, org=replace(partner.org, id=name, country=code or None))


def words(found: Found, known: Joiners, team: frozenset[str]) -> tuple[str, ...]:
    """`2 beneficiaries in MS (AT, BE, …), each in a country new to the team`; `team` are the countries it has."""
    said = Counter(_said(joiner, code, known, team) for joiner, code in found.chosen)
    return tuple(
        f"{times} {_plural(role, times)}{about}{_apart(new, times)}" for (role, about, new), times in said.items()
    )


def _said(joiner: Joiner, code: str, known: Joiners, team: frozenset[str]) -> tuple[str, str, bool]:
    """Role, traits and place, and whether it matters that the country is new to the team."""
    traits = ", ".join(_traits(joiner))
    codes = known.pools[joiner.pool]
    new = joiner.by_country and bool(codes) and code not in team
    here = code in team and (joiner.by_country or joiner.only_at is not None)
    there = [code] if here else [each for each in codes if not (new and each in team)]
    shown = ", ".join(there[:_SHOWN]) + (", …" if len(there) > _SHOWN else "")
    where = f"{_sets(joiner, known)} ({shown})" if codes else " from an international organisation"
    return joiner.seat.partner.role, f"{f' ({traits})' if traits else ''}{where}", new


def _sets(joiner: Joiner, known: Joiners) -> str:
    standing = Standing("country", known.pools[joiner.pool][0])
    inside = [name for name in known.sets if known.book.holds(name, standing)]
    if inside:
        return f" in {' and '.join(inside)}"
    return f" outside {' and '.join(known.sets)}" if known.sets else " in any country"


def _apart(new: bool, times: int) -> str:
    return f", {'each ' if times > 1 else ''}in a country new to the team" if new else ""


def _traits(joiner: Joiner) -> Iterator[str]:
    partner = joiner.seat.partner
    if partner.org.id != FURTHER:
        yield partner.org.id
    if joiner.types:
        yield " or ".join(_plain(word) for word in joiner.types)
    if partner.org.sme:
        yield "small or medium enterprise"
    if partner.funded is False:
        yield "asking for no funding"
    yield from (_plain(name) for name in partner.org.flags)
    if partner.disciplines:
        yield " and ".join(_plain(word) for word in partner.disciplines)
    if partner.person and joiner.by_person:
        yield from _about(partner.person)


def _about(person: Person) -> Iterator[str]:
    """One day and one citizenship that serve; others may as well."""
    yield from (f"{_plain(event)} in {day.year}" for event, day in person.events.items() if event != "phd_award")
    if person.citizenship:
        yield f"citizen of {' and '.join(person.citizenship)}"
    if not person.events and not person.citizenship:
        yield "with a person named"


def _plain(word: str) -> str:
    return word.replace("_", " ")


def _plural(role: str, times: int) -> str:
    word = _plain(role)
    if times == 1:
        return word
    return f"{word.removesuffix('y')}ies" if word.endswith("y") else f"{word}s"
