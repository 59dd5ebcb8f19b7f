"""The whole way from a question to a ranked, explained list; the only module that knows the order of the steps."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from matchmaker.domain.matches import (
    Absence,
    FairnessNote,
    MatchAnswer,
    MatchMeta,
    MatchRequest,
    MatchResult,
    Shortfall,
    StepCount,
)
from matchmaker.errors import InputError
from matchmaker.fairness.reranking import Reranked, rerank
from matchmaker.fairness.targets import Target, target_named
from matchmaker.matching import admission, bands, explanation, questions, ties
from matchmaker.matching.admission import REASONS, Admission
from matchmaker.matching.corpus import Corpus
from matchmaker.matching.dating import at_date
from matchmaker.matching.explanation import Sought
from matchmaker.matching.pool import Candidate, Weighing, best_scored
from matchmaker.places.resolve import border_key
from matchmaker.places.sets import income_group, income_vintage
from matchmaker.verdicts.everything import Now, Verdicts, nothing_loaded
from matchmaker.verdicts.screening import Judged

_WORDS_SHOWN = 8
Clock = Callable[[], float]


@dataclass(frozen=True)
class _Question:
    """A request settled against a corpus: who asks (a row, if anybody), what is sought, who is admitted."""

    request: MatchRequest
    corpus: Corpus
    seeker: int | None
    sought: Sought
    verdicts: Verdicts
    admission: Admission

    @property
    def direction(self) -> str:
        return "text" if self.sought.by_text else "person"

    def nearest(self, k: int) -> list[Candidate]:
        """At least the best k of the admitted (all, if fewer), best score first."""
        weighing = Weighing(_weights(self.request), self.verdicts.agreement.conflict)
        return best_scored(self.corpus, self.sought, self.admission.admitted, weighing, k)


@dataclass
class _Stopwatch:
    clock: Clock
    took: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        begun = self.clock()
        yield
        self.took[name] = round((self.clock() - begun) * 1000, 3)


@dataclass(frozen=True, slots=True)
class Recommendation:
    """An answer, and the decisions of safeguards behind it that are not plain approval: of those shown and withheld."""

    answer: MatchAnswer
    judged: tuple[Judged, ...]


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
    """As `recommend`, with what a log of safeguards has to hold."""
    watch = _Stopwatch(clock)
    question = _asked(corpus, request, now or nothing_loaded(corpus), watch)
    with watch.step("retrieve"):
        pool = question.nearest(request.k)
    with watch.step("rerank"):
        groups = [_income_group(question, candidate.person) for candidate in pool]
        relevant = _relevant(request, pool)
        seen, target, order = _seen(request, pool, groups, relevant)
    with watch.step("explain"):
        results = tuple(
            _result(question, pool[i], _equity_note(seen, groups[i], i, rank), rank)
            for rank, i in enumerate(order, start=1)
        )
    policy = _policy(question, seen, target, groups[:relevant])
    meta = _meta(question, run_id, (len(pool), len(order)), policy, watch)
    held_back = question.admission.removed_by(admission.HELD_BACK)
    return Recommendation(
        MatchAnswer(meta, results, question.verdicts.watch.withheld(held_back)),
        question.verdicts.judged([pool[i].person for i in order], held_back),
    )


def absence(
    corpus: Corpus, request: MatchRequest, researcher: str, *, run_id: str, now: Now | None = None,
    listed: Sequence[tuple[str, float]] | None = None,
) -> Absence:  # fmt: skip
    """Why a person is not in the list this request gives: the filter that removed them, or the rank they have.

    `listed` are the ids and scores of the list that was given, best place first; asked for again where it is None.
    """
    given = now or nothing_loaded(corpus)
    question = _asked(corpus, request, given, _Stopwatch(time.perf_counter))
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


def _asked(corpus: Corpus, request: MatchRequest, now: Now, watch: _Stopwatch) -> _Question:
    with watch.step("prepare"):
        questions.check(request)
        corpus = at_date(corpus, request.as_of)
        seeker = None if request.researcher is None else corpus.person_number(request.researcher)
    with watch.step("encode"):
        sought = questions.sought(corpus, request, seeker)
    with watch.step("verdicts"):
        verdicts = Verdicts(corpus, request, seeker, sought, now)
        removed = verdicts.filters()
    with watch.step("filter"):
        admitted = admission.admit(corpus, request, seeker, removed)
    return _Question(request, corpus, seeker, sought, verdicts, admitted)


def _weights(request: MatchRequest) -> dict[str, float]:
    return request.policy.weights.as_dict(terms_declared=request.terms is not None)


def _income_group(question: _Question, person: int) -> str:
    """That of the joining country; of the sovereign, for a territory that the World Bank does not class."""
    country, day = str(question.corpus.country[person]), question.corpus.as_of
    if not country:
        return "unknown"
    own = income_group(country, day)
    return own if own != "unknown" else income_group(border_key(country), day)


def _relevant(request: MatchRequest, pool: list[Candidate]) -> int:
    """How many of the pool are near enough to be chosen from; settled by score alone, before groups are looked at."""
    line = request.policy.equity.relevance_floor * pool[0].score if pool else 0.0
    return sum(candidate.score >= line for candidate in pool)


def _seen(
    request: MatchRequest, pool: list[Candidate], groups: list[str], relevant: int
) -> tuple[Reranked, Target | None, list[int]]:
    """The equity step. Whoever is not relevant is never moved up, but fills places for which nobody else is left."""
    equity = request.policy.equity
    target = target_named(equity.target, groups[:relevant], equity.attribute)
    scores = [candidate.score for candidate in pool[:relevant]]
    k = max(1, min(request.k, relevant))
    seen = rerank(groups[:relevant], scores, target, k, equity.method, equity.no_floor_for)
    rest = range(relevant, min(request.k, len(pool)))
    return seen, target, [*seen.order, *rest]


def _equity_note(seen: Reranked, group: str, place: int, rank: int) -> FairnessNote:
    because = seen.because[rank - 1] if rank <= len(seen.order) else ""
    return FairnessNote(group, place + 1, place + 1 - rank, because or None)


def _result(question: _Question, candidate: Candidate, note: FairnessNote, rank: int) -> MatchResult:
    corpus, person, seeker = question.corpus, candidate.person, question.seeker
    shared, complementary = explanation.topics(corpus, question.sought, person)
    via = ties.common_coauthors(corpus, seeker, person)
    return MatchResult(
        rank=rank, score=candidate.score, lift=None,
        band=bands.band(candidate.similarity, corpus.yardstick[question.direction]),
        channel="bridged" if via else "discovery", via=via,
        researcher=explanation.reference(corpus, person), contributions=candidate.parts,
        evidence=explanation.evidence(corpus, question.sought, person),
        shared_topics=shared, complementary_topics=complementary,
        eligibility=question.verdicts.eligibility(person), safeguards=question.verdicts.safeguards(person),
        terms=question.verdicts.agreement.of(person),
        conflicts=ties.conflicts(corpus, seeker, person),
        fairness=note,
    )  # fmt: skip


def _meta(
    question: _Question, run_id: str, ranked_and_shown: tuple[int, int], policy: dict[str, Any], watch: _Stopwatch
) -> MatchMeta:
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


def _policy(question: _Question, seen: Reranked, target: Target | None, pool: list[str]) -> dict[str, Any]:
    """What was decided by people rather than measured, and what the equity step did and cost.

    `pool` counts the groups of those near enough to be chosen from.
    """
    policy = question.request.policy
    equity = asdict(policy.equity) | {
        "shares": None if target is None else {group: str(share) for group, share in target.shares.items()},
        "pool": dict(sorted(Counter(pool).items())),
        "income_table": income_vintage(question.corpus.as_of),
        "ndcg": seen.ndcg,
        "unmet": dict(seen.shortfall),
    }
    return {"name": policy.name, "weights": _weights(question.request), "equity": equity}


def _shortfall(question: _Question, count: int) -> Shortfall | None:
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


def _notes(question: _Question) -> tuple[str, ...]:
    notes = [f"safeguards: not screened, because {gap}" for gap in question.verdicts.watch.gaps]
    if faults := question.verdicts.agreement.left_out:
        notes.append(f"terms: {faults} declarations could not be read and count for nothing")
    if question.seeker is None and question.request.home is None:
        notes.append("no seeker and no home country given, so no country was left out; name one with home")
    unknown, spoken = question.corpus.unknown_words(question.request.text or "")
    if unknown:
        few = ", ".join(unknown[:_WORDS_SHOWN]) + (", …" if len(unknown) > _WORDS_SHOWN else "")
        notes.append(f"{len(unknown)} of {spoken} words are not known to this index and count for nothing: {few}")
    international = question.seeker is not None and question.corpus.home[question.seeker] == "international"
    if international and question.request.home is None:
        notes.append("the seeker belongs to an international organisation, so every country counts as abroad")
    return tuple(notes)
