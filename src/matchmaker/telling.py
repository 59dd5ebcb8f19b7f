"""From what was found to the published answer: each result with its reasons, and what the whole list rests on."""

from __future__ import annotations

from collections import Counter
from typing import Any

from matchmaker.asking import Question, Stopwatch
from matchmaker.domain.events import EquityOutcome
from matchmaker.domain.matches import Channel, FairnessNote, MatchMeta, MatchResult, Shortfall, StepCount
from matchmaker.domain.policies import Aim
from matchmaker.fairness.step import EquityStep
from matchmaker.groups import grouping
from matchmaker.matching import bands, explanation, ties
from matchmaker.matching.calibration import CALIBRATED_BY, Lift
from matchmaker.matching.learnt import ANY_CHANNEL, SCALED
from matchmaker.matching.pool import Candidate
from matchmaker.measures.representation import floor_at
from matchmaker.places.sets import income_vintage
from matchmaker.tally import removed_by_step

_WORDS_SHOWN = 8


def result(question: Question, candidate: Candidate, note: FairnessNote, rank: int) -> MatchResult:
    """One suggested partner with every reason."""
    corpus, person, seeker = question.corpus, candidate.person, question.seeker
    shared, complementary = explanation.topics(corpus, question.sought, person)
    via = ties.common_coauthors(corpus, seeker, person)
    between = () if via else question.near.walk.way(corpus, person)
    lift = _lift(question, candidate, "bridged" if via else "discovery")
    return MatchResult(
        rank=rank, score=candidate.score,
        lift=None if lift is None else round(lift.times, 1), lift_labels=None if lift is None else lift.labels,
        band=bands.band(question.near.of_person(person, question.weights), question.yardstick),
        channel="bridged" if via else "discovery", via=via,
        path=tuple(corpus.researcher(each).name for each in between),
        researcher=explanation.reference(corpus, person), contributions=candidate.parts,
        evidence=explanation.evidence(corpus, question.sought, person),
        shared_topics=shared, complementary_topics=complementary,
        eligibility=question.verdicts.eligibility(person), safeguards=question.verdicts.safeguards(person),
        terms=question.verdicts.agreement.of(person),
        conflicts=ties.conflicts(corpus, seeker, person),
        fairness=note,
    )  # fmt: skip


def _lift(question: Question, candidate: Candidate, channel: Channel) -> Lift | None:
    """None where nothing was calibrated: for this channel, this group, or the weights of this question."""
    corpus, direction = question.corpus, question.direction
    found = corpus.learnt.calibrations.get((direction, channel if direction == "person" else ANY_CHANNEL))
    if found is None or question.request.policy.weights.merit is not None:
        return None
    group = grouping(corpus, CALIBRATED_BY, question.now.setting.declared_groups).of(candidate.person)
    return found.lift(candidate.merit, group)


def meta(
    question: Question, run_id: str, ranked_and_shown: tuple[int, int], policy: dict[str, Any], watch: Stopwatch
) -> MatchMeta:
    """What was asked of which index, what each filter removed, and what was decided by people."""
    corpus, request, admitted = question.corpus, question.request, question.admission
    eligible, (ranked, count) = int(admitted.admitted.sum()), ranked_and_shown
    return MatchMeta(
        run_id=run_id, generation=corpus.generation, count=count, eligible=eligible, k=request.k,
        reference_date=corpus.as_of, policy=policy, took_ms=watch.took,
        call=None if question.verdicts.rules is None else question.verdicts.rules.call.id,
        seeker=None if question.seeker is None else explanation.reference(corpus, question.seeker),
        filter_counts=(*admitted.counts(), StepCount("ranked", eligible, ranked), StepCount("shown", ranked, count)),
        shortfall=_shortfall(question, count), notes=_notes(question),
        rules=None if question.verdicts.rules is None else question.verdicts.rules.note(),
        safeguards=question.verdicts.watch.note(),
    )  # fmt: skip


def policy(question: Question, step: EquityStep, done: EquityOutcome) -> dict[str, Any]:
    """What was decided by people rather than measured, and what the equity step did and cost."""
    chosen = question.request.policy
    equity = {
        "combine": chosen.equity.combine, "method": chosen.equity.method, "ceilings": chosen.equity.ceilings,
        "alpha": chosen.equity.alpha, "relevance_floor": chosen.equity.relevance_floor,
        "ndcg_floor": chosen.equity.ndcg_floor, "set_by": chosen.equity.set_by, "why": chosen.equity.why,
        **_aim(question, step, chosen.equity.aim, 0),
        "also": [_aim(question, step, aim, number) for number, aim in enumerate(chosen.equity.also, 1)],
        "income_table": income_vintage(question.corpus.as_of),
        "ndcg": done.ndcg, "ndcg_of_target": step.ndcg_of_target, "held": step.held,
        "largest_fall": done.largest_fall, "floors_met": done.floors_met, "notes": list(step.notes),
    }  # fmt: skip
    return {"name": chosen.name, "weights": question.weights, "equity": equity}


def _aim(question: Question, step: EquityStep, aim: Aim, number: int) -> dict[str, Any]:
    """One attribute: the target as exact fractions, the groups of those near enough to be chosen from (`pool`), and the
    places that nobody could fill, with what became of the people of that group."""
    shares, unmet = step.shares[number], step.unmet[number]
    return {
        "attribute": aim.attribute,
        "target": aim.target,
        "pool_part": str(aim.pool_part),
        "no_floor_for": list(aim.spared),
        "shares": None if shares is None else {group: str(share) for group, share in shares.items()},
        "pool": dict(step.pool[number]),
        "unmet": dict(unmet),
        "below": _below(step, aim, number),
        "unmet_because": {group: _because(question, step, aim, (group, number)) for group in unmet},
    }


def _below(step: EquityStep, aim: Aim, number: int) -> dict[str, dict[str, int]]:
    """Groups with fewer places in the list than their floor asks for: how many it asks for, how many they have."""
    shares, places = step.shares[number], len(step.because)
    asked = {} if shares is None else {g: floor_at(share, places) for g, share in shares.items() if g not in aim.spared}
    shown = Counter(step.of_everybody[number][place] for place in step.order[:places])
    return {g: {"asked": most, "shown": shown[g]} for g, most in asked.items() if shown[g] < most}


def _because(question: Question, step: EquityStep, aim: Aim, which: tuple[str, int]) -> dict[str, Any]:
    """Why a group's places are empty: how many of it are relevant, were admitted, and were removed by which filter."""
    group, number = which
    groups = grouping(question.corpus, aim.attribute, question.now.setting.declared_groups)
    admitted = groups.of_person[question.admission.admitted]
    inside = int((admitted == groups.names.index(group)).sum()) if group in groups.names else 0
    removed = removed_by_step(question, groups, group)
    return {"relevant": step.pool[number].get(group, 0), "admitted": inside, "removed": removed}


def _shortfall(question: Question, count: int) -> Shortfall | None:
    admitted, k = question.admission, question.request.k
    if count >= k:
        return None
    narrowest = admitted.narrowest()
    relaxes, advice = admitted.best_to_lift() or (None, None)
    reason = (
        f"{count} of {k}: only {int(admitted.admitted.sum())} people are admitted; the filter {narrowest!r} "
        "let the smallest share through"
    )
    if question.verdicts.team_cannot_be_repaired:
        reason += "; the team itself is ineligible under the call, and no further partner changes that"
    return Shortfall(reason, advice, narrowest, relaxes)


def _notes(question: Question) -> tuple[str, ...]:
    notes = [f"safeguards: not screened, because {gap}" for gap in question.verdicts.watch.gaps]
    if faults := question.verdicts.agreement.left_out:
        notes.append(f"terms: {faults} declarations could not be read and count for nothing")
    if question.seeker is None and question.request.home is None:
        notes.append("no seeker and no home country given, so no country was left out; name one with home")
    if question.near.by_rank:
        named = ", ".join(name for name in SCALED["text"] if question.weights.get(name))
        notes.append(
            f"counted by rank (reciprocal rank fusion), as this index was built to do: {named}; how far the first is "
            "ahead of the second does not count"
        )
    unknown, spoken = question.corpus.unknown_words(question.request.text or "")
    if unknown:
        few = ", ".join(unknown[:_WORDS_SHOWN]) + (", …" if len(unknown) > _WORDS_SHOWN else "")
        notes.append(f"{len(unknown)} of {spoken} words are not known to this index and count for nothing: {few}")
    international = question.seeker is not None and question.corpus.home[question.seeker] == "international"
    if international and question.request.home is None:
        notes.append("the seeker belongs to an international organisation, so every country counts as abroad")
    return tuple(notes)
