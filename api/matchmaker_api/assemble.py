"""Settings → index → Matchmaker. Every face begins here, so that all say the same."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any

from matchmaker.domain.matches import Absence, CallDocument, MatchAnswer, MatchRequest, MatchResult, plain
from matchmaker.domain.policies import Policy
from matchmaker.errors import GenerationGoneError, NotFoundError, RefusedError
from matchmaker.matching.corpus import Corpus
from matchmaker.matching.dating import at_date
from matchmaker.recommend import absence, recommend_in_full
from matchmaker.verdicts.agreement import knows
from matchmaker.verdicts.everything import Now
from matchmaker_api import officers, requests
from matchmaker_api.access import VISITOR, may
from matchmaker_api.state.runs import Run, RunStore
from matchmaker_api.state.safeguard_log import Actor, SafeguardLog
from matchmaker_api.surroundings import Surroundings
from matchmaker_api.wording import flat_row, why_lines
from matchmaker_index import generations
from matchmaker_index.opening import opened

if TYPE_CHECKING:
    import pandas as pd

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
        self._making = Lock()
        self._earlier: dict[date, Corpus] = {}
        self._other: dict[str, Corpus] = {}

    def match(
        self, text: str | None = None, *, researcher: str | None = None, k: int = 20,
        countries: str | Sequence[str] = (), not_countries: str | Sequence[str] = (), home: str | None = None,
        include_known: bool = False, include_unknown_country: bool = False, strict: bool = False,
        as_of: date | str | None = None, policy: Policy | dict[str, Any] | None = None,
        call: str | CallDocument | None = None, team: dict[str, Any] | None = None, seeker_role: str | None = None,
        sought_role: str | None = None, only_helpful: bool = False, terms: dict[str, Any] | None = None,
        require_compatible: bool = False, actor: Actor = VISITING,
    ) -> Answer:  # fmt: skip
        """Ranked partners for a text, a researcher (id, OpenAlex id or ORCID in any spelling) or both.

        Countries may be codes or names, `as_of` a date or "YYYY-MM-DD", `policy` a Policy or its table. `call` is the
        id of a call (or its document), whose rules then say who may join `team` (its JSON document; without one, the
        seeker's own organisation) and in which role; `only_helpful` leaves out whoever brings it no nearer. `terms` is
        what the seeker declares. Reasons of safeguards are told only to an `actor` whose role may see them. Raises
        InputError, UnknownPlaceError, NotFoundError, NothingToMatchError.
        """
        document = requests.call_document(self.data, call) if isinstance(call, str) else call
        request = MatchRequest(
            text=requests.text_of(text), k=requests.whole_number(k),
            researcher=None if researcher is None else requests.researcher_id(self.corpus, researcher),
            countries=requests.countries(countries), not_countries=requests.countries(not_countries),
            home=None if home is None else requests.countries(home)[0], include_known=include_known,
            include_unknown_country=include_unknown_country, strict=strict, as_of=requests.day_of(as_of),
            policy=requests.policy_of(policy or {}) if not isinstance(policy, Policy) else policy,
            call=requests.under_call(
                document, team=team, seeker_role=seeker_role, sought_role=sought_role, only_helpful=only_helpful
            ),
            terms=terms, require_compatible=require_compatible,
        )  # fmt: skip
        return self.answer(request, actor)

    def _now_for(self, corpus: Corpus) -> Now:
        return Now(self._surroundings.setting(corpus), self.today(), corpus)

    def prepare(self) -> tuple[str, ...]:
        """Load lists and screen the index before anybody asks; what nobody has said about this installation.

        Raises InputError or SourceError for lists, terms or settings that cannot be used.
        """
        setting = self._surroundings.setting(self.corpus)
        unknown = [name for name in sorted(setting.declared.by_id) if not knows(self.corpus, name)]
        notes = [f"terms are declared for {name}, whom this index does not know" for name in unknown]
        return (*self._surroundings.notes, *notes)

    def today(self) -> date:
        """The day by this instance's clock, UTC."""
        return self._now().date()

    def answer(self, request: MatchRequest, actor: Actor = VISITING) -> Answer:
        """Answer a request and remember it. What safeguards decided is logged first: else there is no answer."""
        now = self._now_for(self.corpus)
        found = recommend_in_full(self._dated(request.as_of), request, run_id=uuid.uuid4().hex, now=now)
        self._safeguards.decided(actor, now.setting.lists, officers.decided(found.judged, self.corpus.encoder.id))
        created = self._now().strftime("%Y-%m-%dT%H:%M:%SZ")
        public = officers.kept(officers.seen_by(VISITING.role, found.answer)).as_dict()
        run = Run(found.answer.meta.run_id, created, self.corpus.generation, requests.as_stored(request), public)
        self.runs.save(run, officers.screening_of(found.answer))
        return Answer(officers.seen_by(actor.role, found.answer))

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


@dataclass(frozen=True, slots=True)
class Shown:
    """One result, for notebooks and scripts."""

    result: MatchResult

    def why(self) -> str:
        """The reasons in plain sentences."""
        return "\n".join(why_lines(plain(self.result)))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.result, name)


@dataclass(frozen=True, slots=True)
class Answer:
    """A ranked list, for notebooks and scripts: index it, iterate it, or turn it into a data frame."""

    answer: MatchAnswer

    @property
    def meta(self) -> Any:
        """What was asked and what each filter removed."""
        return self.answer.meta

    def as_dict(self) -> dict[str, Any]:
        """The published JSON."""
        return self.answer.as_dict()

    def to_frame(self) -> pd.DataFrame:
        """One row per result."""
        import pandas as pd

        return pd.DataFrame([flat_row(row) for row in self.as_dict()["results"]])

    def __len__(self) -> int:
        return len(self.answer.results)

    def __getitem__(self, place: int) -> Shown:
        return Shown(self.answer.results[place])

    def __iter__(self) -> Iterator[Shown]:
        return (Shown(result) for result in self.answer.results)

    def _repr_html_(self) -> str:
        """The list as a plain table."""
        html: str = self.to_frame().to_html(index=False, escape=True)
        return html
