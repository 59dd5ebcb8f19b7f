"""A question for partners and its answer; field names are those of the published JSON, so no face renames anything."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, is_dataclass, replace
from datetime import date
from typing import Any, Literal

from matchmaker.domain.policies import Policy
from matchmaker.domain.verdicts import (
    ClauseNote,
    Eligibility,
    ReasonNote,
    RulesNote,
    Safeguards,
    SafeguardsNote,
    Terms,
    Withheld,
)

Channel = Literal["bridged", "discovery"]
Band = Literal["strong", "good", "exploratory"]

MAX_K = 200


@dataclass(frozen=True, slots=True)
class CallDocument:
    """A call as it was written: the name it was asked for by, and its text (YAML or JSON)."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class UnderCall:
    """The rules under which partners are sought.

    `team` is the team so far as its JSON document (None: the seeker alone). `seeker_role` and `sought_role` are words
    of the call; None takes the one that serves best. `only_helpful` leaves out whoever would not bring the team nearer
    to what the call asks for.
    """

    document: CallDocument
    team: dict[str, Any] | None = None
    seeker_role: str | None = None
    sought_role: str | None = None
    only_helpful: bool = False


@dataclass(frozen=True, slots=True)
class MatchRequest:
    """Who or what partners are sought for.

    `text` is the need in words, `researcher` the seeker's id as it stands in the index; at least one is given. With
    both, the text says what is sought and the seeker what is left out (own country, organisation, past co-authors).
    `home` is the country to leave out when only a text is given. Countries are alpha-2. `k` is in 1..200. `terms` is
    what the seeker declares about publication, data and rights, as its document; with `require_compatible` whoever
    declared terms that cannot be agreed is left out.
    """

    text: str | None = None
    researcher: str | None = None
    k: int = 20
    countries: tuple[str, ...] = ()
    not_countries: tuple[str, ...] = ()
    home: str | None = None
    include_known: bool = False
    include_unknown_country: bool = False
    strict: bool = False
    as_of: date | None = None
    policy: Policy = field(default_factory=Policy)
    call: UnderCall | None = None
    terms: dict[str, Any] | None = None
    require_compatible: bool = False


@dataclass(frozen=True, slots=True)
class InstitutionRef:
    """Where somebody would join from."""

    id: str | None
    name: str | None
    type: str | None


@dataclass(frozen=True, slots=True)
class ResearcherRef:
    """A person as every answer shows them. `thin` marks two or fewer texts to go by."""

    id: str
    orcid: str | None
    name: str
    country: str | None
    institution: InstitutionRef
    home: Literal["country", "international", "unknown"]
    other_countries: tuple[str, ...]
    works: int
    last_year: int | None
    thin: bool


@dataclass(frozen=True, slots=True)
class Contribution:
    """One visible part of a score: points = value × weight, value in [0, 1]."""

    feature: str
    value: float
    weight: float
    points: float


@dataclass(frozen=True, slots=True)
class WorkRef:
    """A work or a statement of interests named as evidence; `language` is ISO 639-1 where the source says it."""

    id: str
    title: str
    year: int | None
    kind: Literal["work", "interest"] = "work"
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A text of theirs, the text of yours it is closest to (None for a query in words), and the terms both use."""

    work: WorkRef
    matched: WorkRef | None
    similarity: float
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conflicts:
    """Ties to the seeker that a reader must know of. `shares_secondary_country`: homes differ, other posts meet."""

    coauthor: bool = False
    organisation: bool = False
    shares_secondary_country: bool = False


@dataclass(frozen=True, slots=True)
class FairnessNote:
    """The equity step for one person: `moved` is places gained (positive) or given (negative)."""

    group: str
    rank_before: int
    moved: int
    because: str | None


@dataclass(frozen=True, slots=True)
class MatchResult:
    """One suggested partner. `via` names common co-authors of a bridged match, `path` those between on the shortest way
    over co-authors to a discovery, from the seeker's side; empty where there is none of up to five steps.

    `lift` says how many times as often as a random eligible pair people with this score began to work together, and
    `lift_labels` on how many known pairs that rests; None where it was not, or not well enough, calibrated.
    """

    rank: int
    score: float
    band: Band
    lift: float | None
    channel: Channel
    researcher: ResearcherRef
    contributions: tuple[Contribution, ...]
    evidence: tuple[Evidence, ...]
    shared_topics: tuple[str, ...]
    complementary_topics: tuple[str, ...]
    eligibility: Eligibility
    safeguards: Safeguards
    terms: Terms
    conflicts: Conflicts
    fairness: FairnessNote
    via: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    lift_labels: int | None = None


@dataclass(frozen=True, slots=True)
class StepCount:
    """How many people entered a filter (`in`) and how many came out of it."""

    step: str
    entered: int
    left: int


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Why fewer than k were found: `step` let the smallest share through, and lifting `relaxes` would help most."""

    reason: str
    cheapest_relaxation: str | None
    step: str
    relaxes: str | None


@dataclass(frozen=True, slots=True)
class MatchMeta:
    """What was asked of which index, what each filter removed, and how long each step took (milliseconds)."""

    run_id: str
    generation: str
    count: int
    eligible: int
    k: int
    reference_date: date
    seeker: ResearcherRef | None
    call: str | None
    policy: dict[str, Any]
    took_ms: dict[str, float]
    filter_counts: tuple[StepCount, ...]
    shortfall: Shortfall | None
    rules: RulesNote | None = None
    safeguards: SafeguardsNote | None = None
    role: str = "researcher"
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MatchAnswer:
    """A ranked list with everything needed to explain it.

    `withheld`, and the reasons in `safeguards`, are told to officers only and are no part of the published JSON of
    anybody else.
    """

    meta: MatchMeta
    results: tuple[MatchResult, ...]
    withheld: tuple[Withheld, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The published JSON: lists for tuples, ISO dates, `filter_counts` keyed by step in order."""
        raw: dict[str, Any] = plain(replace(self, withheld=()))
        del raw["withheld"]
        raw["meta"]["filter_counts"] = {c.step: {"in": c.entered, "out": c.left} for c in self.meta.filter_counts}
        return raw


@dataclass(frozen=True, slots=True)
class SharingNote:
    """What making several lists together did, against each list by score alone.

    `promised` is how many lists everybody relevant was promised (None without a guarantee), `relieved` how many people
    a cap took out of lists, `short` how many places stayed empty although there had been somebody for them. `gini` (0:
    everybody in as many lists) and `coverage` (the part in any list) are over the `people` fetched for at least one
    list; `ndcg` compares each list with that of the same seeker by score.
    """

    cap: int | None
    guarantee: str | None
    promised: int | None
    relieved: int
    short: int
    people: int
    lists: int
    most_lists: int
    most_lists_before: int
    gini: float
    gini_before: float
    coverage: float
    coverage_before: float
    ndcg_mean: float
    ndcg_lowest: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Absence:
    """Why somebody is not in a list: the filter that removed them, or the rank they have beyond its end."""

    researcher: ResearcherRef
    run_id: str
    step: str
    reason: str
    rank: int | None = None
    score: float | None = None
    last_shown_score: float | None = None
    clauses: tuple[ClauseNote, ...] = ()
    reasons: tuple[ReasonNote, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The published JSON of `why-not`."""
        answer: dict[str, Any] = plain(self)
        return answer


def plain(value: Any) -> Any:
    """JSON values of any of the above: dicts for dataclasses, lists for tuples, ISO dates."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
