"""A small team for a call, to start from and to change: invented organisations, chosen by the rules of the call."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from matchmaker.domain.calls import AnyClause, Call, Group, Statement, TimeSince
from matchmaker.domain.teams import Org, Partner, Person, Project, Team
from matchmaker.rules.rulebook import Rulebook
from matchmaker.rules.team import candidate_effect
from matchmaker.rules.vocabulary import COORDINATOR, flags_of, roles_of, words_of

_LARGEST: Final = 4
_PER_SET: Final = 4
_YEARS_SINCE_DOCTORATE: Final = 5


def example_team(book: Rulebook) -> dict[str, Any]:
    """A team document (as `check-team` takes it) of one to four partners; it need not meet every rule.

    Partners are added as long as one of the kinds that the call's words suggest brings the team nearer to what is asked
    for. Equal calls give equal teams.
    """
    call = book.call
    options, chosen = list(_options(call, book)), list[Partner]()
    while len(chosen) < _LARGEST and (best := _next(book, chosen, options)):
        chosen.append(best)
    told: dict[str, Any] = {"partners": [_document(partner) for partner in chosen or options[:2]]}
    statements = [clause.key for clause in _parts(call.clauses) if isinstance(clause, Statement)]
    return told | ({"project": {"statements": dict.fromkeys(statements, True)}} if statements else {})


def _next(book: Rulebook, chosen: list[Partner], options: list[Partner]) -> Partner | None:
    """The first kind of partner that helps: no organisation twice, and one coordinator."""
    taken = {partner.org.id for partner in chosen}
    led = any(partner.role == COORDINATOR for partner in chosen)
    team = Team(tuple(chosen), Project())
    free = (each for each in options if each.org.id not in taken and not (led and each.role == COORDINATOR))
    return next((each for each in free if candidate_effect(book, team, each).effect == "helps"), None)


def _options(call: Call, book: Rulebook) -> Iterator[Partner]:
    """Kinds of partners that the roles, sets, types and flags of a call suggest; the plainest first."""
    people = {clause.who for clause in _parts(call.clauses) if isinstance(clause, TimeSince)}
    named = sorted(words_of(call, "org_id"))
    types = sorted(words_of(call, "org_type") | {"university"}, key=lambda each: each != "university")
    for flags in ({}, dict.fromkeys(sorted(flags_of(call)), True)):
        for role in (COORDINATOR, *roles_of(call)[:-1]):
            person = Person(events={"phd_defence": _doctorate(book)}) if role in people else None
            for code in _countries(book):
                for kind in types:
                    for org_id in (f"{kind.replace('_', '-')}-{code.lower()}", *named):
                        sme = True if kind == "company" else None
                        org = Org(org_id, code, kind, gep=True, sme=sme, flags=dict[str, bool | None](flags))
                        yield Partner(org, role, True, person=person)


def _countries(book: Rulebook) -> list[str]:
    """Some certain members of every set, in turns, so that the first ones are from different sets."""
    some = [[code for code in sorted(places.members) if len(code) == 2] for places in book.sets.values()]
    spread = [codes[:: max(1, len(codes) // _PER_SET)][:_PER_SET] for codes in some]
    return list(dict.fromkeys(code for turn in range(_PER_SET) for codes in spread for code in codes[turn : turn + 1]))


def _document(partner: Partner) -> dict[str, Any]:
    org = partner.org
    told: dict[str, Any] = {"id": org.id, "country": org.country, "type": org.type, "gep": True}
    told |= {"sme": True} if org.sme else {}
    told |= {"flags": dict(org.flags)} if org.flags else {}
    events = {} if partner.person is None else {"person": {"phd": partner.person.events["phd_defence"].isoformat()}}
    return {"org": told, "role": partner.role, "funded": True, **events}


def _doctorate(book: Rulebook) -> date:
    return book.reference.replace(year=book.reference.year - _YEARS_SINCE_DOCTORATE, month=1, day=15)


def _parts(clauses: tuple[AnyClause, ...]) -> Iterator[AnyClause]:
    for clause in clauses:
        yield from _parts(clause.clauses) if isinstance(clause, Group) else (clause,)
