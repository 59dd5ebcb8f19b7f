"""The verdict on a team, and what one more partner would change.

*ineligible*: a clause fails that no further partner can repair. *incomplete*: one can. *review*: something is not
known, or a paper is missing. *eligible*: all clauses are met. Partners who may join but not be paid are listed beside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final, Literal

from matchmaker.domain.calls import Call
from matchmaker.domain.teams import Partner, Team
from matchmaker.rules.clauses import Scene, result
from matchmaker.rules.findings import ClauseResult
from matchmaker.rules.rulebook import Rulebook, rulebook
from matchmaker.rules.wording import number

Result = Literal["eligible", "incomplete", "review", "ineligible"]
Effect = Literal["blocked", "helps", "useful", "no help"]

# From the best to the worst.
RESULTS: Final[tuple[Result, ...]] = ("eligible", "review", "incomplete", "ineligible")


@dataclass(frozen=True, slots=True)
class TeamVerdict:
    """What a call says about a team; `unfunded` are the organisations that may join and are not paid."""

    result: Result
    call: str
    reference_date: date
    clauses: tuple[ClauseResult, ...]
    unfunded: tuple[str, ...]
    set_versions: Mapping[str, str]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CandidateEffect:
    """What a candidate would do for a team.

    `blocked` with the clauses they would break; `helps` with those whose deficit shrinks; `useful` where the team lacks
    nothing; else `no help`. `sentences` say it per clause.
    """

    effect: Effect
    clauses: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()


def judge(call: Call | Rulebook, team: Team, at: date | None = None) -> TeamVerdict:
    """The verdict on `team` on the call's reference date, or on the day `at`.

    Give a `Rulebook` to judge many teams for one call on one day (`at` is then not used).
    """
    book = call if isinstance(call, Rulebook) else rulebook(call, at)
    scene = Scene(tuple(book.seat(partner) for partner in team.partners), team.project, book)
    results = tuple(result(clause, scene) for clause in book.call.clauses)
    return TeamVerdict(
        overall(results),
        book.call.id,
        book.reference,
        results,
        _unfunded(results),
        book.set_versions,
        _notes(scene),
    )


def overall(results: tuple[ClauseResult, ...]) -> Result:
    """The result of a team from its clauses: ineligible, else incomplete, else review, else eligible."""
    binding = {each.status for each in results if each.effect == "ineligible"}
    if "fail" in binding:
        return "ineligible"
    if "open" in binding:
        return "incomplete"
    unknown = any(each.status == "unknown" for each in results if each.effect != "advice")
    lacking = any(each.status in ("fail", "open") for each in results if each.effect == "evidence")
    return "review" if unknown or lacking else "eligible"


def _unfunded(results: tuple[ClauseResult, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(org for each in results if each.effect == "unfunded" for org in each.finding.partners))


def _notes(scene: Scene) -> tuple[str, ...]:
    """Why organisations could not be placed, each once."""
    unplaced = (seat for seat in scene.seats if seat.standing.kind == "unknown")
    return tuple(dict.fromkeys(f"{seat.partner.org.id}: {seat.standing.reason}" for seat in unplaced))


def deficits(verdict: TeamVerdict) -> dict[str, Fraction]:
    """What is missing per binding clause: partners, countries or an amount; clauses that lack nothing are absent."""
    binding = (each for each in verdict.clauses if each.effect == "ineligible" and each.status in ("open", "unknown"))
    return {each.id: each.finding.need for each in binding if each.finding.need > 0}


def candidate_effect(call: Call | Rulebook, team: Team, candidate: Partner, at: date | None = None) -> CandidateEffect:
    """What `candidate`, joining through the organisation, role and wish for funding given, would do for the team."""
    book = call if isinstance(call, Rulebook) else rulebook(call, at)
    before = judge(book, team)
    after = judge(book, Team((*team.partners, candidate), team.project))
    changes = [(old, new) for old, new in zip(before.clauses, after.clauses, strict=True) if old.effect == "ineligible"]
    broken = [new for old, new in changes if new.status == "fail" and old.status != "fail"]
    if broken:
        return _effect("blocked", broken)
    helped = [new for old, new in changes if shrinks(old, new)]
    if helped:
        return _effect("helps", helped)
    complete = before.result in ("eligible", "review")
    return CandidateEffect("useful" if complete else "no help")


def shrinks(old: ClauseResult, new: ClauseResult) -> bool:
    """Whether what a clause lacks for certain has become less."""
    if old.status not in ("open", "unknown") or new.status == "fail":
        return False
    return new.finding.need < old.finding.need or (old.status == "open" and new.status == "pass")


def said_of(each: ClauseResult) -> str:
    """What was found, and what is still needed."""
    return f"{each.finding.detail} ({each.id}){_still(each)}"


def _effect(effect: Effect, clauses: list[ClauseResult]) -> CandidateEffect:
    return CandidateEffect(effect, tuple(each.id for each in clauses), tuple(map(said_of, clauses)))


def _still(each: ClauseResult) -> str:
    return f"; still needs {number(each.finding.need)}" if each.finding.need and each.status != "fail" else ""
