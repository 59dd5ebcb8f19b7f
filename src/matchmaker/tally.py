"""What a list has to leave behind for an audit: how many of which group were left at each step, and who was shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

import numpy as np

from matchmaker.asking import Question
from matchmaker.domain.events import Counts, EquityOutcome, ListEvent, ShownPeople
from matchmaker.domain.matches import MatchResult
from matchmaker.fairness.outcome import largest_fall
from matchmaker.fairness.step import EquityStep
from matchmaker.groups import Census, Grouping
from matchmaker.matching.admission import HELD_BACK
from matchmaker.matching.pool import Candidate
from matchmaker.measures.ranking import ndcg

_CROSSED = ("pool", "eligible", "relevant")


@dataclass(frozen=True, slots=True)
class Fetched:
    """Everybody fetched for a list, best score first, and how many of them are relevant."""

    pool: Sequence[Candidate]
    relevant: int


def list_event(
    question: Question, run_id: str, fetched: Fetched, done: EquityOutcome, results: Sequence[MatchResult]
) -> ListEvent:
    """The event of one list. Those shown stand in it by id and the day alone is set: whoever logs it knows better."""
    census = question.census
    everybody = np.array([candidate.person for candidate in fetched.pool], dtype=np.int32)
    shown = np.array([question.corpus.person_number(result.researcher.id) for result in results], dtype=np.int32)
    tallies = _tallies(question, everybody, fetched.relevant, shown)
    return ListEvent(
        at=datetime.combine(question.now.today, time(), UTC),
        run_id=run_id, role="researcher", direction="text" if question.sought.by_text else "person",
        call=None if question.verdicts.rules is None else question.verdicts.rules.call.id,
        generation=question.corpus.generation, k=question.request.k,
        seeker=_groups_of(census, question.seeker), home=_home(question),
        stages={stage: census.counted(tally) for stage, tally in tallies.items()},
        crossed={stage: census.crossed(tallies[stage]) for stage in _CROSSED},
        filters=_filters(question),
        shown=_shown(census, shown, results),
        by_score=_groups_among(census, everybody[: len(results)]),
        relevance=_relevance(census, fetched.pool[: fetched.relevant]),
        equity=done,
    )  # fmt: skip


def _tallies(question: Question, fetched: Any, relevant: int, shown: Any) -> dict[str, Any]:
    census, filters = question.census, question.admission.filters
    eligible = np.logical_and.reduce([passes for name, passes in filters if name != HELD_BACK])
    return {
        "pool": census.tally(question.corpus.can_be_compared),
        "eligible": census.tally(eligible),
        "not_blocked": census.tally(question.admission.admitted),
        "ranked": census.tally(fetched),
        # Whoever fills a place that nobody relevant was left for was chosen from, too.
        "relevant": census.tally(np.union1d(fetched[:relevant], shown)),
        "shown": census.tally(shown),
    }


def _filters(question: Question) -> tuple[tuple[str, Counts], ...]:
    filters = question.admission.filters
    left = question.census.after_each([passes for _, passes in filters])
    names = ("index", *(name for name, _ in filters))
    return tuple((name, question.census.counted(tally)) for name, tally in zip(names, left, strict=True))


def removed_by_step(question: Question, grouping: Grouping, group: str) -> dict[str, int]:
    """How many of one group each filter removed, those that removed nobody left out."""
    inside = grouping.of_person == grouping.names.index(group) if group in grouping.names else None
    if inside is None:
        return {}
    left, removed = inside.copy(), {}
    for step, passes in question.admission.filters:
        if count := int((left & ~passes).sum()):
            removed[step] = count
        left &= passes
    return removed


def outcome(
    question: Question, step: EquityStep, scores: Sequence[float], results: Sequence[MatchResult]
) -> EquityOutcome:
    """What the equity step was told, and what the list costs against the order by score of everybody fetched.

    `scores` are those of everybody fetched, best first. Where the list had the whole pool, that is the step's own
    price; where other lists made with it took people, their part of the price is in it.
    """
    ranks = [result.fairness.rank_before for result in results]
    equity, shares = question.request.policy.equity, step.shares[0]
    return EquityOutcome(
        attribute=equity.aim.attribute,
        method=equity.method,
        target={} if shares is None else {group: str(share) for group, share in shares.items()},
        source=step.source,
        set_by=equity.set_by,
        why=equity.why,
        ndcg=ndcg([result.score for result in results], scores),
        ndcg_floor=equity.ndcg_floor,
        held=step.held,
        floors_met=step.floors_met,
        largest_fall=largest_fall(ranks),
        unmet=dict(step.unmet[0]),
        spared=tuple(group for group in equity.aim.spared if group in (shares or {})),
    )


def _shown(census: Census, people: Any, results: Sequence[MatchResult]) -> ShownPeople:
    return ShownPeople(
        people=tuple(result.researcher.id for result in results),
        countries=tuple(result.researcher.country or "" for result in results),
        scores=tuple(result.score for result in results),
        rank_before=tuple(result.fairness.rank_before for result in results),
        groups=_groups_among(census, people),
    )


def _groups_of(census: Census, person: int | None) -> dict[str, str]:
    return {} if person is None else {each.attribute: each.of(person) for each in census.groupings}


def _groups_among(census: Census, people: Any) -> dict[str, tuple[str, ...]]:
    return {each.attribute: each.among(people) for each in census.groupings}


def _home(question: Question) -> str:
    if question.request.home is not None:
        return question.request.home
    return "" if question.seeker is None else str(question.corpus.country[question.seeker])


def _relevance(census: Census, relevant: Sequence[Candidate]) -> Mapping[str, Mapping[str, float]]:
    people = np.array([candidate.person for candidate in relevant], dtype=np.int32)
    scores = np.array([candidate.score for candidate in relevant])
    return {each.attribute: _means(each, people, scores) for each in census.groupings}


def _means(grouping: Grouping, people: Any, scores: Any) -> dict[str, float]:
    code = grouping.of_person[people]
    counted = np.bincount(code, minlength=len(grouping.names))
    totals = np.bincount(code, weights=scores, minlength=len(grouping.names))
    return {
        name: round(float(total / count), 6)
        for name, total, count in zip(grouping.names, totals, counted, strict=True) if count
    }  # fmt: skip
