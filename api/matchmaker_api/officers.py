"""What of an answer is for officers only, and what is left of it for everybody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from matchmaker.domain.matches import MatchAnswer, MatchResult, StepCount, plain
from matchmaker.domain.verdicts import ClauseNote, Withheld
from matchmaker.matching.admission import HELD_BACK
from matchmaker.safeguards.names import POSSIBLE
from matchmaker.safeguards.topics import threshold_for
from matchmaker.verdicts.screening import Judged, as_seen_by_seekers
from matchmaker_api.access import may
from matchmaker_api.sensitive import without_sensitive_groups
from matchmaker_api.state.safeguard_log import Decided

_PLAIN = frozenset({"allow", "not_screened"})
_OF_PEOPLE = frozenset({"time_since", "residence"})


def seen_by(role: str, answer: MatchAnswer) -> MatchAnswer:
    """The answer as this role may see it."""
    answer = without_sensitive_groups(role, answer)
    if may(role, "safeguard_reasons"):
        return replace(answer, meta=replace(answer.meta, role=role))
    results = tuple(replace(each, safeguards=as_seen_by_seekers(each.safeguards)) for each in answer.results)
    counts = _uncounted(answer.meta.filter_counts)
    meta = replace(answer.meta, role=role, filter_counts=counts, policy=_untold(answer.meta.policy))
    return replace(answer, meta=meta, results=results, withheld=())


def kept(answer: MatchAnswer) -> MatchAnswer:
    """The answer as a run keeps it: without what clauses found out from the history of people in a team."""
    rules = answer.meta.rules
    if rules is None:
        return answer
    team = replace(rules.team, clauses=_without_histories(rules.team.clauses))
    results = tuple(
        replace(each, eligibility=replace(each.eligibility, clauses=_without_histories(each.eligibility.clauses)))
        for each in answer.results
    )
    return replace(answer, meta=replace(answer.meta, rules=replace(rules, team=team)), results=results)


def _without_histories(clauses: tuple[ClauseNote, ...]) -> tuple[ClauseNote, ...]:
    return tuple(replace(each, detail="") if each.type in _OF_PEOPLE else each for each in clauses)


def _uncounted(steps: tuple[StepCount, ...]) -> tuple[StepCount, ...]:
    """The steps without the one of safeguards, whose people go with the step before: how many are held back is for
    officers, down to the one person of a country."""
    told: list[StepCount] = []
    for step in steps:
        if step.step == HELD_BACK:
            told[-1] = replace(told[-1], left=step.left)
        else:
            told.append(step)
    return tuple(told)


def _untold(policy: dict[str, Any]) -> dict[str, Any]:
    """The policy without how many of a group the safeguards removed: they go with the filter before."""
    equity = policy["equity"]
    also = [_aim_untold(aim) for aim in equity["also"]]
    return {**policy, "equity": {**_aim_untold(equity), "also": also}}


def _aim_untold(aim: dict[str, Any]) -> dict[str, Any]:
    return {**aim, "unmet_because": {group: _merged(cause) for group, cause in aim["unmet_because"].items()}}


def _merged(cause: dict[str, Any]) -> dict[str, Any]:
    """Where safeguards removed anybody, nothing is said of single filters: the rest of a sum would tell how many."""
    if HELD_BACK not in cause["removed"]:
        return cause
    return {**cause, "removed": {"before_ranking": sum(cause["removed"].values())}}


def screening_of(answer: MatchAnswer) -> dict[str, Any]:
    """What officers may ask for later: what the screening rested on, who was held back, who needs a look."""
    about = plain(answer.meta.safeguards)
    return {
        "at": about["at"],
        "gaps": about["gaps"],
        "lists": about["lists"],
        "topics": about["topics"],
        "organisations": [_organisation(each) for each in answer.withheld],
        "shown": [_shown(each) for each in answer.results if each.safeguards.decision not in _PLAIN],
    }


def decided(judged: Sequence[Judged], encoder_id: str) -> list[Decided]:
    """Decisions as the log takes them, with the thresholds they rest on."""
    line = threshold_for(encoder_id)
    thresholds = {"name_possible": POSSIBLE} | ({} if line is None else {"topic": line})
    return [Decided(each.organisation, each.case, each.decision, thresholds, each.person) for each in judged]


def _organisation(each: Withheld) -> dict[str, Any]:
    row: dict[str, Any] = plain(each)
    return row


def _shown(each: MatchResult) -> dict[str, Any]:
    told = plain(each.safeguards)
    return {
        "rank": each.rank,
        "researcher": each.researcher.id,
        "institution": each.researcher.institution.name,
        "decision": told["decision"],
        "reasons": told["reasons"],
        "conditions": told["conditions"],
        "safeguards": told,
    }
