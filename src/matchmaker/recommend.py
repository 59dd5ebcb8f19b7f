"""The whole way from a question to a ranked, explained list; the only module that knows the order of the steps."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from matchmaker import telling
from matchmaker.asking import Clock, Question, Stopwatch, asked
from matchmaker.domain.events import ListEvent
from matchmaker.domain.matches import Absence, FairnessNote, MatchAnswer, MatchRequest
from matchmaker.errors import InputError
from matchmaker.fairness.step import EquityStep, equity_step
from matchmaker.groups import grouping
from matchmaker.matching import admission, explanation
from matchmaker.matching.admission import REASONS
from matchmaker.matching.corpus import Corpus
from matchmaker.matching.pool import Candidate
from matchmaker.tally import Fetched, list_event, outcome
from matchmaker.verdicts.everything import Now, nothing_loaded
from matchmaker.verdicts.screening import Judged


@dataclass(frozen=True, slots=True)
class Recommendation:
    """An answer, the rows of those shown, and what logs have to hold: the decisions of safeguards behind it that are
    not plain approval (of those shown and withheld), and how many of which group were left at each step."""

    answer: MatchAnswer
    people: tuple[int, ...]
    judged: tuple[Judged, ...]
    event: ListEvent


def recommend(
    corpus: Corpus, request: MatchRequest, *, run_id: str, now: Now | None = None, clock: Clock = time.perf_counter
) -> MatchAnswer:
    """Ranked partners across borders, with every reason. Equal request, corpus and `now`: equal results.

    `now` is what the installation brings; not given, nothing is loaded and today is the day of the corpus. Safeguards
    are told in full; who may see what is for the caller to decide. Raises InputError for a request that cannot be
    meant, NotFoundError for an unknown seeker and NothingToMatchError where there is nothing to compare with.
    """
    return recommend_in_full(corpus, request, run_id=run_id, now=now, clock=clock).answer


def recommend_in_full(
    corpus: Corpus, request: MatchRequest, *, run_id: str, now: Now | None = None, clock: Clock = time.perf_counter
) -> Recommendation:
    """As `recommend`, with what the logs have to hold."""
    watch = Stopwatch(clock)
    question = asked(corpus, request, now or nothing_loaded(corpus), watch)
    with watch.step("retrieve"):
        pool = question.nearest(request.k)
    with watch.step("rerank"):
        picked = Picked(pool, chosen(question, pool), range(1, len(pool) + 1))
    return explained(question, picked, run_id, watch)


def chosen(question: Question, pool: Sequence[Candidate], relevant: int | None = None) -> EquityStep:
    """The equity step on a pool, best score first; on a part of one, with how many of it are relevant in the whole."""
    equity = question.request.policy.equity
    people = [candidate.person for candidate in pool]
    groups = [
        grouping(question.corpus, aim.attribute, question.now.setting.declared_groups).among(people)
        for aim in (equity.aim, *equity.also)
    ]
    scores = [candidate.score for candidate in pool]
    near = question.relevant(pool) if relevant is None else relevant
    return equity_step(equity, scores, groups, question.request.k, near)


@dataclass(frozen=True, slots=True)
class Picked:
    """Who is shown: an equity step on a pool, and the rank by score that each of it has among all admitted.

    `whole` is everybody fetched, best score first, and how many of them are relevant, where the pool is only a part
    that is left to this list; None where it is all of them.
    """

    pool: Sequence[Candidate]
    step: EquityStep
    ranks: Sequence[int]
    whole: tuple[Sequence[Candidate], int] | None = None


def explained(question: Question, picked: Picked, run_id: str, watch: Stopwatch) -> Recommendation:
    """The answer and what logs need of it, once it is settled who is shown."""
    pool, step = picked.pool, picked.step
    with watch.step("explain"):
        results = tuple(
            telling.result(question, pool[i], _equity_note(picked, i, rank), rank)
            for rank, i in enumerate(step.order, start=1)
        )
    everybody, relevant = picked.whole or (pool, step.relevant)
    with watch.step("tally"):
        done = outcome(question, step, [everybody[place].score for place in range(len(everybody))], results)
        event = list_event(question, run_id, Fetched(everybody, relevant), done, results)
    policy = telling.policy(question, step, done)
    meta = telling.meta(question, run_id, (len(everybody), len(results)), policy, watch)
    held_back = question.admission.removed_by(admission.HELD_BACK)
    people = [pool[i].person for i in step.order]
    return Recommendation(
        MatchAnswer(meta, results, question.verdicts.watch.withheld(held_back)),
        tuple(people),
        question.verdicts.judged(people, held_back),
        event,
    )


def absence(
    corpus: Corpus, request: MatchRequest, researcher: str, *, run_id: str, now: Now | None = None,
    listed: Sequence[tuple[str, float]] | None = None,
) -> Absence:  # fmt: skip
    """Why a person is not in the list this request gives: the filter that removed them, or the rank they have.

    `listed` are the ids and scores of the list that was given, best place first; asked for again where it is None.
    """
    given = now or nothing_loaded(corpus)
    question = asked(corpus, request, given, Stopwatch(time.perf_counter))
    person = question.corpus.person_number(researcher)
    who = explanation.reference(question.corpus, person)
    if listed is None:
        again = recommend(corpus, request, run_id=run_id, now=given).results
        listed = [(result.researcher.id, result.score) for result in again]
    if any(shown == who.id for shown, _ in listed):
        raise InputError(f"{who.id} is in this list", hint="`matchmaker why RUN RANK` explains somebody who is shown")
    refusal = question.admission.refusal(person)
    if refusal is not None:
        clauses, reasons = question.verdicts.against(person, refusal)
        return Absence(who, run_id, refusal, f"{who.name} {REASONS[refusal]}", clauses=clauses, reasons=reasons)
    everybody = question.nearest(int(question.admission.admitted.sum()))
    rank = next(i for i, candidate in enumerate(everybody, start=1) if candidate.person == person)
    reason = f"{who.name} is number {rank} of {len(everybody)} by score, and the list shows {len(listed)}"
    if rank <= len(listed):
        reason += "; the equity step moved others up so that their groups hold their share"
    return Absence(who, run_id, "shown", reason, rank, everybody[rank - 1].score, listed[-1][1] if listed else None)


def _equity_note(picked: Picked, place: int, rank: int) -> FairnessNote:
    step, before = picked.step, picked.ranks[place]
    because = step.because[rank - 1] if rank <= len(step.because) else ""
    if before != place + 1:
        gone = before - place - 1
        shared = f"{gone} nearer {'person is' if gone == 1 else 'people are'} left to other lists made with this one"
        because = f"{because}; {shared}" if because else shared
    return FairnessNote(step.groups[place], before, before - rank, because or None)
