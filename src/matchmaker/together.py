"""Several questions answered together, so that the same few people are not suggested to everyone."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from matchmaker.asking import Clock, Question, Stopwatch, asked
from matchmaker.domain.matches import MatchRequest, SharingNote
from matchmaker.domain.policies import Sharing
from matchmaker.errors import InputError, NothingToMatchError
from matchmaker.fairness.caps import capped
from matchmaker.fairness.pools import Pools, pools_best_first, price, spread
from matchmaker.fairness.twosided import fairrec
from matchmaker.matching.corpus import Corpus
from matchmaker.matching.pool import Candidate
from matchmaker.recommend import Picked, Recommendation, chosen, explained
from matchmaker.verdicts.everything import Now, nothing_loaded

MOST_LISTS = 100
MOST_PLACES = 2_000
_PLACES = 4


@dataclass(frozen=True, slots=True)
class Together:
    """Answers in the order of the questions, and what sharing did to them."""

    found: tuple[Recommendation, ...]
    sharing: SharingNote


@dataclass(frozen=True)
class _Asked:
    """A question with its whole pool, best score first, what of it is left, the rank of each of those in the whole, and
    how many of them are relevant."""

    question: Question
    whole: tuple[Sequence[Candidate], int]
    pool: Sequence[Candidate]
    ranks: Sequence[int]
    relevant: int
    watch: Stopwatch

    def only(self, people: Collection[int]) -> _Asked:
        """With no more of the pool than these."""
        kept = [place for place, candidate in enumerate(self.pool) if candidate.person in people]
        near = sum(place < self.relevant for place in kept)
        pool, ranks = [self.pool[place] for place in kept], [self.ranks[place] for place in kept]
        return replace(self, pool=pool, ranks=ranks, relevant=near)

    @cached_property
    def picked(self) -> Picked:
        """Who is shown of what is left."""
        step = chosen(self.question, self.pool, self.relevant)
        return Picked(self.pool, step, self.ranks, self.whole)

    def not_relevant(self) -> set[int]:
        """Those who only fill places for which nobody else is left."""
        return {candidate.person for candidate in self.pool[self.relevant :]}


def recommend_together(
    corpus: Corpus, requests: Sequence[MatchRequest], run_ids: Sequence[str], sharing: Sharing, *,
    now: Now | None = None, clock: Clock = time.perf_counter,
) -> Together:  # fmt: skip
    """One list for each request, made together as `sharing` says; then each list's own equity step.

    With a cap nobody is in more lists than that: those who rank them highest keep them (deferred acceptance), and the
    equity step moves only people who still have room. With a guarantee the people of each list are settled by FairRec
    and the equity step only orders them. Without either, every list is what `recommend` gives. Raises InputError for
    both at once, for requests of different lengths, for none, and for more than 100; else as `recommend`.
    """
    _check(requests, sharing)
    given = now or nothing_loaded(corpus)
    everybody = [_pool(corpus, request, given, (clock, number)) for number, request in enumerate(requests, 1)]
    near = pools_best_first(*_ids_and_scores(everybody, relevant_only=True))
    k, settled = requests[0].k, everybody
    relieved, promised = 0, None
    notes: tuple[str, ...] = ()
    if sharing.cap is not None:
        kept = capped(near, k, sharing.cap)
        settled, relieved = _within(everybody, kept.lists, sharing.cap), len(kept.relieved)
    elif sharing.guarantee is not None:
        dealt = fairrec(near, k, sharing.guarantee, best_first=True)
        promised, notes = dealt.promised, dealt.notes
        if promised:
            pairs = zip(everybody, dealt.lists, strict=True)
            settled = [each.only({*people, *each.not_relevant()}) for each, people in pairs]
    found = tuple(
        explained(each.question, each.picked, run_id, each.watch) for each, run_id in zip(settled, run_ids, strict=True)
    )
    return Together(found, _told(sharing, everybody, found, (promised, relieved, notes)))


def _check(requests: Sequence[MatchRequest], sharing: Sharing) -> None:
    if not 1 <= len(requests) <= MOST_LISTS:
        raise InputError(f"{len(requests)} questions at once", hint=f"ask 1 to {MOST_LISTS}")
    if (places := sum(request.k for request in requests)) > MOST_PLACES:
        raise InputError(
            f"{places} places at once", hint=f"ask for {MOST_PLACES} in all at most: fewer lists, or shorter"
        )
    if sharing.cap is not None and sharing.guarantee is not None:
        raise InputError("a cap and a guarantee were both given", hint="give one of them")
    if sharing != Sharing() and len({request.k for request in requests}) > 1:
        raise InputError("lists that share people are of one length", hint="give every question the same k")


def _pool(corpus: Corpus, request: MatchRequest, now: Now, clock_and_number: tuple[Clock, int]) -> _Asked:
    clock, number = clock_and_number
    watch = Stopwatch(clock)
    try:
        question = asked(corpus, request, now, watch)
    except (InputError, NothingToMatchError) as error:
        raise type(error)(f"question {number}: {error.message}", hint=error.hint) from error
    with watch.step("retrieve"):
        pool = question.nearest(request.k)
    relevant = question.relevant(pool)
    return _Asked(question, (pool, relevant), pool, range(1, len(pool) + 1), relevant, watch)


def _ids_and_scores(asked: Sequence[_Asked], relevant_only: bool) -> tuple[list[list[int]], list[list[float]]]:
    pools = [each.pool[: each.relevant if relevant_only else len(each.pool)] for each in asked]
    return [[c.person for c in pool] for pool in pools], [[c.score for c in pool] for pool in pools]


def _within(everybody: Sequence[_Asked], lists: Sequence[Sequence[int]], cap: int) -> list[_Asked]:
    """Each pool without whoever is in `cap` other lists already, one after the other, counting what each step takes."""
    taken = Counter(person for people in lists for person in people)
    settled = []
    for each, people in zip(everybody, lists, strict=True):
        taken.subtract(people)
        room = each.only({candidate.person for candidate in each.pool if taken[candidate.person] < cap})
        taken.update(room.pool[place].person for place in room.picked.step.order)
        settled.append(room)
    return settled


def _told(
    sharing: Sharing, everybody: Sequence[_Asked], found: Sequence[Recommendation],
    what: tuple[int | None, int, tuple[str, ...]],
) -> SharingNote:  # fmt: skip
    """Spread and price of the lists as they are, against each list by score alone."""
    promised, relieved, notes = what
    pools = pools_best_first(*_ids_and_scores(everybody, relevant_only=False))
    lists = [_entries(pools, seeker, each) for seeker, each in enumerate(found)]
    k = everybody[0].question.request.k
    short = sum(min(k, len(each.pool)) - len(one.people) for each, one in zip(everybody, found, strict=True))
    before, after, cost = spread(pools, pools.best(k)), spread(pools, lists), price(pools, lists, k)
    return SharingNote(
        cap=sharing.cap,
        guarantee=None if sharing.guarantee is None else str(sharing.guarantee),
        promised=promised, relieved=relieved, short=short, people=len(pools.ids), lists=len(found),
        most_lists=max(after.exposure.values(), default=0), most_lists_before=max(before.exposure.values(), default=0),
        gini=round(after.gini, _PLACES), gini_before=round(before.gini, _PLACES),
        coverage=round(after.coverage, _PLACES), coverage_before=round(before.coverage, _PLACES),
        ndcg_mean=round(cost.mean, _PLACES), ndcg_lowest=round(cost.lowest, _PLACES),
        notes=notes,
    )  # fmt: skip


def _entries(pools: Pools[int], seeker: int, found: Recommendation) -> list[int]:
    corpus_ids = {pools.ids[pools.candidates[entry]]: entry for entry in pools.entries(seeker)}
    return [corpus_ids[person] for person in found.people]
