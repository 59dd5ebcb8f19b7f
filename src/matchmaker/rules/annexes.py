"""Rules that a partner's own funder adds: a second call, judged for that partner alone; the worst result counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from matchmaker.domain.calls import Call
from matchmaker.domain.teams import Partner, Team
from matchmaker.errors import InputError
from matchmaker.places.own_tables import NO_TABLES, OwnTables
from matchmaker.places.resolve import resolve
from matchmaker.rules.rulebook import Rulebook, rulebook
from matchmaker.rules.team import RESULTS, Result, TeamVerdict, judge

Annexes = Mapping[str, Call | Rulebook]


@dataclass(frozen=True, slots=True)
class AnnexVerdict:
    """What the annex under `key` says of one partner, named by its organisation."""

    key: str
    partner: str
    verdict: TeamVerdict


@dataclass(frozen=True, slots=True)
class AnnexedVerdict:
    """The worst of the call's own verdict and those of the annexes; `notes` say where an annex could not be applied."""

    result: Result
    verdict: TeamVerdict
    annexes: tuple[AnnexVerdict, ...]
    notes: tuple[str, ...] = ()


def judge_with_annexes(
    call: Call | Rulebook, team: Team, annexes: Annexes, at: date | None = None, own: OwnTables = NO_TABLES
) -> AnnexedVerdict:
    """The verdict on `team`, with the annexes of funders by country (of all partners placed there) or organisation.

    An annex sees a team of that partner alone. Of the project it sees what holds for everybody; money and person-months
    are the partner's own. Where something is open there, the partner lacks it by itself: the team is incomplete. A
    partner whose country is not known makes a review, because some annex may be theirs.
    Raises InputError for a key that is neither an organisation of the team nor a country.
    """
    book = call if isinstance(call, Rulebook) else rulebook(call, at, own)
    by_id, by_country = _sorted(annexes, team, book)
    books = {key: each if isinstance(each, Rulebook) else rulebook(each, at, own) for key, each in annexes.items()}
    found: list[AnnexVerdict] = []
    notes: list[str] = []
    for partner in team.partners:
        standing = book.seat(partner).standing
        if standing.kind == "unknown" and by_country:
            notes.append(f"{partner.org.id}: the country is not known, so an annex may apply that was not judged")
        keys = (by_id.get(partner.org.id), by_country.get(standing.key or "") if standing.kind == "country" else None)
        found += (_alone(key, partner, team, books[key]) for key in keys if key is not None)
    notes += _unused(annexes, found)
    verdict = judge(book, team)
    unplaced: list[Result] = ["review"] if any("may apply" in note for note in notes) else []
    results = [verdict.result, *(each.verdict.result for each in found), *unplaced]
    return AnnexedVerdict(max(results, key=RESULTS.index), verdict, tuple(found), tuple(notes))


def _sorted(annexes: Annexes, team: Team, book: Rulebook) -> tuple[dict[str, str], dict[str, str]]:
    """The keys by organisation, and by the country they count as in the call."""
    ids = {partner.org.id for partner in team.partners}
    by_id, by_country = {}, dict[str, str]()
    for key in annexes:
        if key in ids:
            by_id[key] = key
            continue
        country = book.placed(key, None).key if resolve(key).code else None
        if country is None:
            hint = f"give a country code, or one of {', '.join(sorted(ids)) or 'no partners'}"
            raise InputError(f"{key[:80]!r} is no organisation of the team and no country", hint=hint)
        if country in by_country:
            both = f"{by_country[country]} and {key}"
            raise InputError(f"two annexes are for {country}: {both}", hint="give one per country")
        by_country[country] = key
    return by_id, by_country


def _alone(key: str, partner: Partner, team: Team, book: Rulebook) -> AnnexVerdict:
    project = replace(team.project, requested=None, budget=None, person_months=None)
    return AnnexVerdict(key, partner.org.id, judge(book, Team((partner,), project)))


def _unused(annexes: Annexes, found: list[AnnexVerdict]) -> Iterator[str]:
    for key in sorted(annexes.keys() - {each.key for each in found}):
        yield f"the annex of {key} was not used: no partner is placed there"
