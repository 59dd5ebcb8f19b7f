"""Predicates on a partner in three values: true, false, and None for "not known" (Kleene's strong logic)."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from matchmaker.domain.conditions import (
    AllOf,
    AnyOf,
    Citizenship,
    Fact,
    Flag,
    InSet,
    Not,
    OneOf,
    Predicate,
    YearsSincePhd,
)
from matchmaker.domain.teams import Org, Partner
from matchmaker.places.resolve import resolve
from matchmaker.rules.rulebook import Rulebook, Seat
from matchmaker.rules.windows import months_of_breaks, years_since

ACADEMIC = frozenset({"university", "research_org", "infrastructure"})
# Hospitals teach and treat, and "other" says nothing: neither sector can be taken for granted.
EITHER_SECTOR = frozenset({"hospital", "other"})


def negation(value: bool | None) -> bool | None:
    """Not; unknown stays unknown."""
    return None if value is None else not value


def conjunction(values: Iterable[bool | None]) -> bool | None:
    """And: false if any is false, else unknown if any is unknown."""
    known = list(values)
    return False if False in known else None if None in known else True


def disjunction(values: Iterable[bool | None]) -> bool | None:
    """Or: true if any is true, else unknown if any is unknown."""
    known = list(values)
    return True if True in known else None if None in known else False


def truth(predicate: Predicate | None, seat: Seat, book: Rulebook) -> bool | None:
    """Whether the predicate holds for the partner; no predicate holds for everybody."""
    match predicate:
        case None:
            return True
        case AllOf(parts):
            return conjunction(truth(part, seat, book) for part in parts)
        case AnyOf(parts):
            return disjunction(truth(part, seat, book) for part in parts)
        case Not(part):
            return negation(truth(part, seat, book))
        case InSet("country", name, negated):
            inside = book.holds(name, seat.standing)
            return negation(inside) if negated else inside
        case _:
            return _fact(predicate, seat.partner, book)


def _fact(predicate: Predicate, partner: Partner, book: Rulebook) -> bool | None:
    match predicate:
        case InSet():
            return _controlled(predicate, partner.org, book)
        case Citizenship():
            return _citizen(predicate, partner, book)
        case OneOf(field, words):
            return _one_of(field, words, partner)
        case Fact(field, value):
            known = {"sme": sme(partner.org), "gep": partner.org.gep, "funded": partner.funded}[field]
            return None if known is None else known is value
        case Flag(name):
            return flag(name, partner)
        case YearsSincePhd():
            return _years(predicate, partner, book)
    raise AssertionError(predicate)  # the reader knows no other


def sme(org: Org) -> bool | None:
    """Whether it is a small or medium enterprise; what is no company is none, whatever else is known."""
    return org.sme if org.type in (None, "company") else False


def sector(org: Org) -> str | None:
    """`academic` or `non_academic`; None where the type does not say."""
    if org.iero or org.type in ACADEMIC:
        return "academic"
    return None if org.type is None or org.type in EITHER_SECTOR else "non_academic"


def flag(name: str, partner: Partner) -> bool | None:
    """A flag of the partner, else of its organisation; not mentioned is not set, null is not known."""
    return partner.flags.get(name, partner.org.flags.get(name, False))


def _controlled(predicate: InSet, org: Org, book: Rulebook) -> bool | None:
    if org.control is None:
        return None
    held = (book.holds_code(predicate.name, country) for country in org.control)
    return conjunction(negation(inside) if predicate.negated else inside for inside in held)


def _citizen(predicate: Citizenship, partner: Partner, book: Rulebook) -> bool | None:
    declared = partner.person.citizenship if partner.person else None
    if not declared:
        return None
    # As anybody writes a country; a citizenship that no table knows is not known, never "no".
    codes = [resolve(text).code for text in declared]
    parts: list[bool | None] = []
    if predicate.any_in:
        parts.append(disjunction(book.sets[predicate.any_in].holds(code) for code in codes))
    if predicate.none_in:
        parts.append(negation(disjunction(book.sets[predicate.none_in].holds(code) for code in codes)))
    return conjunction(parts)


def _one_of(field: str, words: tuple[str, ...], partner: Partner) -> bool | None:
    if field == "discipline":
        known = partner.disciplines
        return None if known is None else bool(set(known) & set(words))
    values = {"org_type": partner.org.type, "role": partner.role, "org_id": partner.org.id}
    word = sector(partner.org) if field == "sector" else values[field]
    return None if word is None else word in words


def _years(predicate: YearsSincePhd, partner: Partner, book: Rulebook) -> bool | None:
    events = partner.person.events if partner.person else {}
    doctorate = events.get("phd_defence") or events.get("phd_award")
    if doctorate is None or partner.person is None:
        return None
    years = years_since(doctorate, book.reference)
    counted = years - months_of_breaks(partner.person.breaks) / 12 if predicate.extensions else years
    above = predicate.min is None or years >= predicate.min
    return above and (predicate.max is None or max(counted, Fraction(0)) <= predicate.max)
