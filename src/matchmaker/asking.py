"""A request settled against a corpus: who asks, what is sought, who may be suggested, what the verdicts are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

from matchmaker.domain.matches import MatchRequest
from matchmaker.fairness.step import relevant_count
from matchmaker.groups import Census, census
from matchmaker.matching import admission, questions
from matchmaker.matching.admission import Admission
from matchmaker.matching.arrays import FloatArray
from matchmaker.matching.corpus import Corpus
from matchmaker.matching.dating import at_date
from matchmaker.matching.learnt import Direction
from matchmaker.matching.pool import Candidate, Weighing, best_scored
from matchmaker.matching.scoring import of_anybody
from matchmaker.matching.signals import Nearness, Sought
from matchmaker.verdicts.everything import Now, Verdicts

Clock = Callable[[], float]


@dataclass(frozen=True)
class Question:
    """A request settled against a corpus: who asks (a row, if anybody), what is sought, who is admitted."""

    request: MatchRequest
    corpus: Corpus
    seeker: int | None
    sought: Sought
    verdicts: Verdicts
    admission: Admission
    now: Now

    @property
    def direction(self) -> Direction:
        """Whether texts or people are compared."""
        return self.sought.direction

    @property
    def census(self) -> Census:
        """Who is in which group; scoring never sees it."""
        equity = self.request.policy.equity
        return census(
            self.corpus, self.now.setting.declared_groups, (aim.attribute for aim in (equity.aim, *equity.also))
        )

    @property
    def weights(self) -> dict[str, float]:
        """The weights that count."""
        learnt = self.corpus.learnt.weights[self.direction]
        return self.request.policy.weights.counting(learnt, terms_declared=self.request.terms is not None)

    def relevant(self, pool: Sequence[Candidate]) -> int:
        """How many of a pool, best score first, are near enough for the equity step, before groups are looked at."""
        scores = [candidate.score for candidate in pool]
        return relevant_count(self.request.policy.equity, scores, of_anybody(self.weights))

    @cached_property
    def yardstick(self) -> FloatArray:
        """How near known cases are, by the weights that count, sorted."""
        return self.corpus.learnt.nearness(self.direction, self.weights)

    @cached_property
    def near(self) -> Nearness:
        """How near everybody is to what is sought."""
        return Nearness(self.corpus, self.sought)

    def nearest(self, k: int) -> list[Candidate]:
        """At least the best k of the admitted (all, if fewer), best score first."""
        weighing = Weighing(self.weights, self.verdicts.agreement.conflict)
        return best_scored(self.near, self.admission.admitted, weighing, k)


@dataclass
class Stopwatch:
    """How long each step took, in milliseconds."""

    clock: Clock
    took: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time what is done inside."""
        begun = self.clock()
        yield
        self.took[name] = round((self.clock() - begun) * 1000, 3)


def asked(corpus: Corpus, request: MatchRequest, now: Now, watch: Stopwatch) -> Question:
    """Settle a request. Raises InputError, NotFoundError or NothingToMatchError for what cannot be meant."""
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
    return Question(request, corpus, seeker, sought, verdicts, admitted, now)
