"""A small team for a call, to start from and to change: invented organisations that meet the call's conditions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from matchmaker.domain.matches import plain
from matchmaker.domain.teams import Org, Partner, Team
from matchmaker.rules.completion import completion
from matchmaker.rules.rulebook import Rulebook
from matchmaker.rules.team import judge
from matchmaker.rules.vocabulary import COORDINATOR

_SAID: Final = ("gep", "sme", "iero", "io", "eu_body", "hq", "subdivision", "group", "control")


def example_team(book: Rulebook) -> dict[str, Any]:
    """A team document (as `check-team` takes it): a smallest team that lacks no partner, else a single university.

    What the call asks for on paper, or of the project, may still be missing. Equal calls give equal teams.
    """
    found = completion(book, Team(())).partners
    partners = [_named(partner, number) for number, partner in enumerate(found, 1)]
    partners = partners or [Partner(Org("university-1", next(iter(book.countries), None), "university"), funded=True)]
    return {"partners": [_document(partner) for partner in _led(partners, book)]}


def _named(partner: Partner, number: int) -> Partner:
    """With a name for an organisation that is any of its kind; one that the call itself names keeps its own."""
    org = partner.org
    if " " not in org.id:
        return partner
    return replace(
        partner, org=replace(org, id=f"{org.type or 'organisation'}-{(org.country or 'x').lower()}-{number}")
    )


def _led(partners: list[Partner], book: Rulebook) -> list[Partner]:
    """With the first as coordinator, where nobody is and the verdict stays the same."""
    if any(partner.role == COORDINATOR for partner in partners):
        return partners
    led = [replace(partners[0], role=COORDINATOR), *partners[1:]]
    same = judge(book, Team(tuple(led))).result == judge(book, Team(tuple(partners))).result
    return led if same else partners


def _document(partner: Partner) -> dict[str, Any]:
    org = partner.org
    told: dict[str, Any] = {"id": org.id, "country": org.country, "type": org.type}
    told |= {key: getattr(org, key) for key in _SAID if getattr(org, key) is not None}
    told |= {"flags": org.flags} if org.flags else {}
    written: dict[str, Any] = {"org": told, "role": partner.role, "funded": partner.funded}
    written |= {"flags": partner.flags} if partner.flags else {}
    written |= {"discipline": partner.disciplines} if partner.disciplines else {}
    written |= {"person": _person(partner)} if partner.person is not None else {}
    document: dict[str, Any] = plain(written)
    return document


def _person(partner: Partner) -> dict[str, Any]:
    who = partner.person
    assert who is not None
    return {**who.events, **({"citizenship": who.citizenship} if who.citizenship else {})}
