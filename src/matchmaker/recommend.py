"""The whole way from a question to a ranked, explained list; the only module that knows the order of the steps."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from matchmaker.domain.matches import (
    MAX_K,
    Absence,
    Eligibility,
    FairnessNote,
    MatchAnswer,
    MatchMeta,
    MatchRequest,
    MatchResult,
    Safeguards,
    Shortfall,
    StepCount,
    Terms,
)
from matchmaker.errors import InputError, NothingToMatchError
from matchmaker.fairness.reranking import Reranked, rerank
from matchmaker.fairness.targets import Target, target_named
from matchmaker.matching import admission, bands, explanation, ties
from matchmaker.matching.admission import REASONS, Admission
from matchmaker.matching.corpus import Corpus
from matchmaker.matching.dating import at_date
from matchmaker.matching.explanation import Sought
from matchmaker.matching.pool import Candidate, best_scored
from matchmaker.places.resolve import border_key
from matchmaker.places.sets import income_group, income_vintage

MAX_TEXT = 20_000
_WORDS_SHOWN = 8
Clock = Callable[[], float]


@dataclass(frozen=True)
class _Question:
    """A request settled against a corpus: who asks (a row, if anybody), what is sought, who is admitted."""

    request: MatchRequest
    corpus: Corpus
    seeker: int | None
    sought: Sought
    admission: Admission

    @property
    def direction(self) -> str:
        return "text" if self.sought.by_text else "person"

    def nearest(self, k: int) -> list[Candidate]:
        """At least the best k of the admitted (all, if fewer), best score first."""
        return best_scored(self.corpus, self.sought, self.admission.admitted, self.request.policy.weights, k)


@dataclass
class _Stopwatch:
    clock: Clock
    took: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        begun = self.clock()
        yield
        self.took[name] = round((self.clock() - begun) * 1000, 3)


def recommend(corpus: Corpus, request: MatchRequest, *, run_id: str, clock: Clock = time.perf_counter) -> MatchAnswer:
    """Ranked partners across borders, with every reason. Equal request and generation give equal results.

    Raises InputError for a request that cannot be meant, NotFoundError for an unknown seeker and NothingToMatchError
    where there is nothing to compare with.
    """
    watch = _Stopwatch(clock)
    question = _asked(corpus, request, watch)
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
    return MatchAnswer(
        _meta(question, run_id, (len(pool), len(order)), _policy(question, seen, target, groups[:relevant]), watch),
        results,
    )


def absence(corpus: Corpus, request: MatchRequest, researcher: str, *, run_id: str) -> Absence:
    """Why a person is not in the list this request gives: the filter that removed them, or the rank they have."""
    question = _asked(corpus, request, _Stopwatch(time.perf_counter))
    person = question.corpus.person_number(researcher)
    who = explanation.reference(question.corpus, person)
    refusal = question.admission.refusal(person)
    if refusal is not None:
        return Absence(who, run_id, refusal, f"{who.name} {REASONS[refusal]}")
    shown = recommend(corpus, request, run_id=run_id).results
    if any(result.researcher.id == who.id for result in shown):
        raise InputError(f"{who.id} is in this list", hint="`matchmaker why RUN RANK` explains somebody who is shown")
    everybody = question.nearest(int(question.admission.admitted.sum()))
    rank = next(i for i, candidate in enumerate(everybody, start=1) if candidate.person == person)
    reason = f"{who.name} is number {rank} of {len(everybody)} by score, and the list shows {len(shown)}"
    if rank <= len(shown):
        reason += "; the equity step moved others up so that their groups hold their share"
    return Absence(who, run_id, "shown", reason, rank, everybody[rank - 1].score, shown[-1].score if shown else None)


def _asked(corpus: Corpus, request: MatchRequest, watch: _Stopwatch) -> _Question:
    with watch.step("prepare"):
        _check(request)
        corpus = at_date(corpus, request.as_of)
        seeker = None if request.researcher is None else corpus.person_number(request.researcher)
    with watch.step("encode"):
        sought = _sought(corpus, request, seeker)
    with watch.step("filter"):
        admitted = admission.admit(corpus, request, seeker)
    return _Question(request, corpus, seeker, sought, admitted)


def _check(request: MatchRequest) -> None:
    if request.text is None and request.researcher is None:
        raise InputError("nothing to look for", hint="give a text (a call, an abstract, a question) or a researcher")
    if request.text is not None and any("\ud800" <= letter <= "\udfff" for letter in request.text):
        raise InputError("the text is not valid UTF-8", hint="save or send it in UTF-8")
    if request.text is not None and not 0 < len(request.text.strip()) <= MAX_TEXT:
        raise InputError(
            f"the text has {len(request.text)} characters; allowed are 1 to {MAX_TEXT}",
            hint="an abstract or the scope of a call is enough",
        )
    if not 1 <= request.k <= MAX_K:
        raise InputError(f"k is {request.k}; allowed are 1 to {MAX_K}", hint="ask for fewer and narrow the countries")


def _sought(corpus: Corpus, request: MatchRequest, seeker: int | None) -> Sought:
    if request.text is not None:
        sought = explanation.sought_in_words(corpus, request.text)
        what, hint = "no word of this text is known to the index", "use the words of titles and abstracts"
    else:
        assert seeker is not None  # _check saw to it
        sought = explanation.sought_by_person(corpus, seeker)
        what = f"{request.researcher} has no text up to {corpus.as_of} to compare with"
        hint = "give a text that says what is sought"
    if not sought.vector.any():
        raise NothingToMatchError(what, hint=hint)
    return sought


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
        eligibility=Eligibility(), safeguards=Safeguards(), terms=Terms(),
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
        reference_date=corpus.as_of, call=None, policy=policy, took_ms=watch.took,
        seeker=None if question.seeker is None else explanation.reference(corpus, question.seeker),
        filter_counts=(*admitted.counts(), StepCount("ranked", eligible, ranked), StepCount("shown", ranked, count)),
        shortfall=_shortfall(request, admitted, count), notes=_notes(question),
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
    return {"name": policy.name, "weights": policy.weights.as_dict(), "equity": equity}


def _shortfall(request: MatchRequest, admitted: Admission, count: int) -> Shortfall | None:
    if count >= request.k:
        return None
    narrowest = admitted.narrowest()
    relaxes, advice = admitted.best_to_lift() or (None, None)
    reason = (
        f"{count} of {request.k}: only {int(admitted.admitted.sum())} people are admitted; the filter {narrowest!r} "
        "let the smallest share through"
    )
    return Shortfall(reason, advice, narrowest, relaxes)


def _notes(question: _Question) -> tuple[str, ...]:
    notes = ["safeguards: no screening list is loaded, so nobody was screened"]
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
