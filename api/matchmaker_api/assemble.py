"""Settings → index → Matchmaker. Every face begins here, so that all say the same."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Unpack

import numpy as np

from matchmaker.audit.balance import Holdings
from matchmaker.audit.price_curve import PriceCurve, price_curve
from matchmaker.domain.events import ListEvent
from matchmaker.domain.matches import Absence, MatchRequest
from matchmaker.domain.policies import Sharing
from matchmaker.errors import GenerationGoneError, InputError, NotFoundError, RefusedError
from matchmaker.matching.corpus import Corpus
from matchmaker.matching.dating import at_date
from matchmaker.recommend import Recommendation, absence, recommend_in_full
from matchmaker.sources.snapshot import FOLDER, Snapshot
from matchmaker.together import recommend_together
from matchmaker.verdicts.agreement import knows
from matchmaker.verdicts.everything import Now
from matchmaker_api import asking, declarations, officers, policies, replaying, requests
from matchmaker_api.access import VISITOR, may
from matchmaker_api.answers import Answer, ManyAnswers
from matchmaker_api.asking import Wanted
from matchmaker_api.kept_audits import Audits
from matchmaker_api.replaying import Replay
from matchmaker_api.state.decision_log import DecisionLog, answer_digest
from matchmaker_api.state.runs import Run, RunStore
from matchmaker_api.state.safeguard_log import Actor, SafeguardLog
from matchmaker_api.surroundings import Surroundings
from matchmaker_index import generations
from matchmaker_index.opening import opened
from matchmaker_index.verify import manifest_of

Clock = Callable[[], datetime]
_DATES_KEPT = 2
VISITING = Actor(VISITOR)


def connect(data: str | Path) -> Matchmaker:
    """Open the published index of a data folder. Use it as a context manager, or call `close()`.

    Raises NoIndexError, DamagedIndexError or StaleIndexError.
    """
    return Matchmaker(Path(data))


class Matchmaker:
    """One opened generation, and the memory of what was asked of it."""

    def __init__(self, data: Path, now: Clock = lambda: datetime.now(UTC)) -> None:
        self.data = data
        self._now = now
        self._leases = ExitStack()
        digest = generations.current(data)
        self._leases.enter_context(generations.pinned(data, digest))
        self.corpus: Corpus = opened(generations.folder_of(data, digest))
        self.runs = RunStore(data / "state.db")
        self._surroundings = Surroundings(data)
        self._safeguards = SafeguardLog(data, now)
        self._decisions = DecisionLog(data)
        self.audits = Audits(data, self.holdings, digest)
        self._making = Lock()
        self._earlier: dict[date, Corpus] = {}
        self._other: dict[str, Corpus] = {}

    def match(self, text: str | None = None, *, actor: Actor = VISITING, **wanted: Unpack[Wanted]) -> Answer:
        """Ranked partners for a text, a researcher (id, OpenAlex id or ORCID in any spelling) or both.

        What may be `wanted` beside the text stands at `asking.Wanted`. Reasons of safeguards are told only to an
        `actor` whose role may see them. Raises InputError, UnknownPlaceError, NotFoundError, NothingToMatchError.
        """
        return self.answer(asking.request_of(self.data, self.corpus, text, **wanted), actor)

    def _now_for(self, corpus: Corpus) -> Now:
        return Now(self._surroundings.setting(corpus), self.today(), corpus)

    def prepare(self) -> tuple[str, ...]:
        """Load lists and screen the index before anybody asks; what nobody has said about this installation.

        Raises InputError or SourceError for lists, terms or settings that cannot be used.
        """
        setting = self._surroundings.setting(self.corpus)
        unknown = [name for name in sorted(setting.declared.by_id) if not knows(self.corpus, name)]
        notes = [f"terms are declared for {name}, whom this index does not know" for name in unknown]
        strangers = sum(
            not len(self.corpus.people_named(person)) for said in setting.declared_groups.values() for person in said
        )
        if strangers:
            notes.append(f"{strangers} rows of {declarations.FILE} are of people whom this index does not know")
        return (*self._surroundings.notes, *notes)

    def today(self) -> date:
        """The day by this instance's clock, UTC."""
        return self._now().date()

    def answer(self, request: MatchRequest, actor: Actor = VISITING) -> Answer:
        """Answer a request and remember it. What was decided is logged first: else there is no answer."""
        now = self._now_for(self.corpus)
        found = recommend_in_full(self._dated(request.as_of), request, run_id=uuid.uuid4().hex, now=now)
        return self._remembered(actor, now, [(request, found)])[0]

    def _remembered(
        self, actor: Actor, now: Now, found: Sequence[tuple[MatchRequest, Recommendation]],
        sharing: Sharing | None = None,
    ) -> list[Answer]:  # fmt: skip
        """Log lists, keep them as runs, and give them as this actor may see them."""
        runs = [self._run(request, each, sharing) for request, each in found]
        judged = [decision for _, each in found for decision in each.judged]
        self._safeguards.decided(actor, now.setting.lists, officers.decided(judged, self.corpus.encoder.id))
        at, encoder = self._now(), self.corpus.encoder.id
        self._decisions.given(
            actor,
            [
                replaying.given(replace(each.event, at=at), run, encoder, now.setting.declared_groups)
                for run, (_, each) in zip(runs, found, strict=True)
            ],
        )
        for run, (_, each) in zip(runs, found, strict=True):
            self.runs.save(run, officers.screening_of(each.answer))
        return [Answer(officers.seen_by(actor.role, each.answer)) for _, each in found]

    def _run(self, request: MatchRequest, found: Recommendation, sharing: Sharing | None) -> Run:
        created = self._now().strftime("%Y-%m-%dT%H:%M:%SZ")
        public = officers.kept(officers.seen_by(VISITING.role, found.answer)).as_dict()
        return Run(
            found.answer.meta.run_id, created, self.corpus.generation, requests.as_stored(request, sharing), public
        )

    def match_many(
        self, questions: Sequence[Mapping[str, Any]], *, cap: int | None = None,
        guarantee: Fraction | str | float | None = None, actor: Actor = VISITING,
    ) -> ManyAnswers:  # fmt: skip
        """Lists for several questions, made together so that the same few people are not suggested to everyone.

        Each question is what `match` takes, `text` among it. With `cap` nobody is in more lists than that; with
        `guarantee` in (0, 1] everybody relevant to somebody is promised ⌊guarantee · lists · k / people⌋ lists. Raises
        InputError naming the question, else what `match` raises.
        """
        asked = [asking.numbered(number, self.data, self.corpus, each) for number, each in enumerate(questions, 1)]
        return self.answer_many(asked, asking.sharing_of(cap, guarantee), actor)

    def answer_many(self, asked: Sequence[MatchRequest], sharing: Sharing, actor: Actor = VISITING) -> ManyAnswers:
        """Answer requests together and remember each as a run of its own."""
        if any(request.as_of != asked[0].as_of for request in asked):
            raise InputError("the questions are as of different days", hint="ask those of each day together")
        now = self._now_for(self.corpus)
        corpus = self._dated(asked[0].as_of) if asked else self.corpus
        found = recommend_together(corpus, asked, [uuid.uuid4().hex for _ in asked], sharing, now=now)
        answers = self._remembered(actor, now, list(zip(asked, found.found, strict=True)), sharing)
        return ManyAnswers(tuple(answers), found.sharing)

    def decisions(self) -> Iterator[ListEvent]:
        """Every list that was logged, oldest first; the chain is checked on the way. Raises StateError."""
        return self._decisions.events(self._decisions.chain.head())

    def replay(self, run_id: str, record: Mapping[str, Any] | None = None) -> Replay:
        """Ask a run's question again and hold the list against its record of the decision log, byte for byte.

        The record is looked up where it is not given. Raises NotFoundError for a run or a record that is not there and
        for a list that was made together with others, GenerationGoneError where its index is not kept.
        """
        run = self.runs.get(run_id)
        replaying.is_alone(run)
        record = record or self._decisions.record_of_run(run_id)
        corpus = self._generation(run.generation)
        now = replace(self._now_for(corpus), today=date.fromisoformat(run.created[:10]))
        again = recommend_in_full(corpus, requests.as_asked(run.request), run_id=run_id, now=now)
        public = officers.kept(officers.seen_by(VISITING.role, again.answer)).as_dict()
        resting = replaying.rests_on(public["meta"], now.setting.declared_groups)
        told = requests.what_changed(run.request, run.answer["meta"], now.setting).strip()
        changed = told or replaying.known_changes(record, resting, corpus.encoder.id)
        return replaying.replayed(run, record, answer_digest(public), changed)

    def holdings(self) -> Holdings:
        """The opened index, and the snapshot it was built from where that is still kept."""
        digest = manifest_of(generations.folder_of(self.data, self.corpus.generation))["snapshot"]
        is_kept = (self.data / FOLDER / digest).is_dir()
        return Holdings(self.corpus, Snapshot.open(self.data, digest) if is_kept else None)

    def price_curve(self, run_ids: Sequence[str], questions: int, seed: int = 0) -> PriceCurve:
        """Ask up to `questions` of these runs' questions again, under more and less of the installation's target."""
        rng = np.random.default_rng(seed)
        drawn = rng.choice(np.array(run_ids, dtype=object), min(questions, len(run_ids)), replace=False).tolist()
        asked = [requests.as_asked(run.request) for run in map(self.runs.find, drawn) if run is not None]
        equity = policies.installed_policy(self.data).equity
        return price_curve(self.corpus, asked, equity, self._now_for(self.corpus))

    def why(self, run_id: str, rank: int, actor: Actor = VISITING) -> dict[str, Any]:
        """One result of a run, as it was given; to an officer with the reasons of safeguards. Raises NotFoundError."""
        results = self.runs.get(run_id).answer["results"]
        if not 1 <= rank <= len(results):
            known = f"it has ranks 1 to {len(results)}" if results else "its list is empty; `meta.shortfall` says why"
            raise NotFoundError(f"run {run_id} has no rank {rank}", hint=known)
        result: dict[str, Any] = results[rank - 1]
        if may(actor.role, "safeguard_reasons"):
            shown = {each["rank"]: each for each in self.withheld(run_id, actor)["shown"]}
            result = {**result, "safeguards": shown[rank]["safeguards"]} if rank in shown else result
        return result

    def withheld(self, run_id: str, actor: Actor) -> dict[str, Any]:
        """What only officers may see of a run: who was held back and who needs a look, and why; the look is logged.

        Raises RefusedError for other roles, NotFoundError for a run that is not there or was not screened.
        """
        if not may(actor.role, "safeguard_reasons"):
            raise RefusedError(f"the role {actor.role} sees no reasons of safeguards", hint="ask a security officer")
        kept = self.runs.screening(run_id)
        if kept is None:
            raise NotFoundError(
                f"nothing was screened for run {run_id}", hint="it is older than the safeguards; ask again"
            )
        self._safeguards.looked(actor, "safeguard_reasons", run_id)
        return {"run_id": run_id, **kept}

    def why_not(self, run_id: str, researcher: str, actor: Actor = VISITING) -> Absence:
        """Why somebody is not in a run's list. Raises GenerationGoneError when the run's index is no longer kept."""
        run = self.runs.get(run_id)
        corpus = self._generation(run.generation)
        now = self._now_for(corpus)
        found = absence(
            corpus, requests.as_asked(run.request), requests.researcher_id(corpus, researcher), run_id=run_id, now=now,
            listed=[(each["researcher"]["id"], each["score"]) for each in run.answer["results"]],
        )  # fmt: skip
        found = replace(
            found, reason=found.reason + requests.what_changed(run.request, run.answer["meta"], now.setting)
        )
        if not may(actor.role, "safeguard_reasons"):
            return replace(found, reasons=())
        self._safeguards.looked(actor, "safeguard_reasons", run_id)
        return found

    def _generation(self, digest: str) -> Corpus:
        if digest == self.corpus.generation:
            return self.corpus
        if digest not in generations.digests(self.data):
            raise GenerationGoneError(
                f"the run belongs to index {digest[:12]}, which is no longer kept",
                hint="ask again; the answer may differ",
            )
        with self._making:
            if digest not in self._other:
                self._other = {digest: opened(generations.folder_of(self.data, digest))}
            return self._other[digest]

    def _dated(self, as_of: date | None) -> Corpus:
        """The corpus of a date. The last two asked for are kept and made one at a time: each costs seconds."""
        if as_of is None or as_of == self.corpus.as_of:
            return self.corpus
        with self._making:
            if as_of not in self._earlier:
                if len(self._earlier) >= _DATES_KEPT:
                    self._earlier.pop(next(iter(self._earlier)))
                self._earlier[as_of] = at_date(self.corpus, as_of)
            return self._earlier[as_of]

    def close(self) -> None:
        """Give back the lease on the generation."""
        self._leases.close()

    def __enter__(self) -> Matchmaker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
