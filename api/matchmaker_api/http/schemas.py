"""The shapes on the wire. What comes in is checked strictly; what goes out is what the library says, unchanged."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from matchmaker.domain.matches import MAX_K, InstitutionRef, MatchResult, ResearcherRef, Shortfall
from matchmaker.domain.policies import Combination, EquityTarget, RerankMethod
from matchmaker.domain.research import Home, Text
from matchmaker.domain.verdicts import ClauseNote, ReasonNote, RulesNote, SafeguardsNote
from matchmaker.matching.questions import MAX_TEXT

CLOSED = ConfigDict(extra="forbid", allow_inf_nan=False, str_strip_whitespace=True)
_Switch = Annotated[bool, Field(strict=True)]
_Share = Annotated[float, Field(ge=0, le=1)]
# Long enough for the longest official name of a country.
_Country = Annotated[str, Field(min_length=2, max_length=120)]
_Countries = Annotated[list[_Country], Field(max_length=260)]
_Id = Annotated[str, Field(min_length=1, max_length=500)]
_CallId = Annotated[str, Field(min_length=2, max_length=64)]
_Word = Annotated[str, Field(min_length=1, max_length=64)]


def _iso_text(given: object) -> object:
    # Numbers would be read as seconds since 1970.
    if isinstance(given, str) and not _ISO_DAY.fullmatch(given):
        raise ValueError("write the day as YYYY-MM-DD")
    if isinstance(given, int | float):
        raise ValueError("write the day as YYYY-MM-DD")
    return given


def _told(what: str) -> Any:
    """A value that may be left out, and what it is."""
    return Field(None, description=what)


_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
Day = Annotated[date, BeforeValidator(_iso_text)]


class WeightsIn(BaseModel):
    """Weights of the visible parts of a score; each 0 to 1, together 1."""

    model_config = CLOSED
    words: _Share | None = None
    meaning: _Share | None = None
    focus: _Share | None = None
    acquaintance: _Share | None = None
    complementarity: _Share | None = None
    recency: _Share | None = None
    thinness: _Share | None = None
    terms: Annotated[float, Field(ge=0, le=0.1)] | None = None


class AimIn(BaseModel):
    """Who should be seen, by one attribute. Shares are exact: "3/10" or 0.3."""

    model_config = CLOSED
    attribute: _Word | None = None
    target: EquityTarget | None = None
    shares: dict[_Word, str | float] | None = None
    pool_part: str | float | None = None
    no_floor_for: Annotated[list[_Word], Field(max_length=30)] | None = None


class EquityIn(AimIn):
    """Who should be seen: which groups, which target, at what price, who decided it and why."""

    also: Annotated[list[AimIn], Field(max_length=2)] | None = None
    combine: Combination | None = None
    method: RerankMethod | None = None
    ceilings: _Switch | None = None
    alpha: Annotated[float, Field(ge=0.001, le=0.25)] | None = None
    relevance_floor: _Share | None = None
    ndcg_floor: _Share | None = None
    set_by: Annotated[str, Field(max_length=200)] | None = None
    why: Annotated[str, Field(max_length=1000)] | None = None


class PolicyIn(BaseModel):
    """Everything about a ranking that somebody decides; what is left out keeps its default."""

    model_config = CLOSED
    name: Annotated[str, Field(max_length=100)] | None = None
    weights: WeightsIn | None = None
    equity: EquityIn | None = None


class MatchIn(BaseModel):
    """A question for partners: a text, a researcher (id or ORCID), or a text and a researcher."""

    model_config = CLOSED
    text: Annotated[str, Field(min_length=1, max_length=MAX_TEXT)] | None = _told("what is sought, in words")
    researcher: _Id | None = _told("the seeker: an id of the index, an OpenAlex id or an ORCID")
    orcid: _Id | None = _told("the seeker by ORCID, in any spelling")
    k: Annotated[int, Field(strict=True, ge=1, le=MAX_K, description="how many people")] = 20
    countries: _Countries = Field([], description="only people from these; codes or names")
    not_countries: _Countries = Field([], description="nobody from these; codes or names")
    home: _Country | None = _told("the country to leave out where no seeker is named; code or name")
    include_known: _Switch = Field(False, description="past co-authors too")
    include_unknown_country: _Switch = Field(False, description="people whose country is to be confirmed too")
    strict: _Switch = Field(False, description="nobody with any further post in the seeker's countries")
    policy: PolicyIn | None = _told("weights and equity target; what is left out keeps its default")
    as_of: Day | None = _told("what was known on this day, up to the date of the index")
    call: _CallId | None = _told("the id of a call whose rules apply; see GET /v1/calls")
    team: dict[str, Any] | None = _told("the team so far, as for check-team; without it, the seeker's organisation")
    seeker_role: _Word | None = _told("the role of the seeker in the team; without it, the one that serves best")
    sought_role: _Word | None = _told("the role a partner is sought for; without it, the one that serves best")
    only_helpful: _Switch = Field(False, description="only people who bring the team nearer to what the call asks for")
    terms: dict[str, Any] | None = _told("what you declare about publication, data and rights")
    require_compatible: _Switch = Field(False, description="nobody whose declared terms cannot be agreed with yours")
    filters: str | None = _told("not part of this version; use countries, not_countries and the switches")

    @field_validator("filters")
    @classmethod
    def _no_filters_yet(cls, given: str | None) -> str | None:
        if given is not None:
            raise ValueError("filters are not part of this version; use countries, not_countries and the switches")
        return given

    @model_validator(mode="after")
    def _can_be_meant(self) -> MatchIn:
        if self.text is None and self.researcher is None and self.orcid is None:
            raise ValueError("nothing to look for: give a text, a researcher or an orcid")
        if self.researcher is not None and self.orcid is not None:
            raise ValueError("give researcher or orcid, not both; they could be two people")
        return self


class PageIn(BaseModel):
    """Which page of people: `filter` is `key:value,key:value`, with `!` for not and `|` for or."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    per_page: Annotated[int, Field(alias="per-page", ge=1, le=200)] = 25
    cursor: Annotated[str, Field(max_length=500)] = "*"
    filter: Annotated[str, Field(max_length=2000)] = ""


class AtIn(BaseModel):
    """The day a set is asked for; the date of the index where none is given."""

    model_config = ConfigDict(extra="forbid")
    at: Day | None = None


class Count(BaseModel):
    """People who entered a filter and who came out of it."""

    model_config = ConfigDict(extra="forbid", serialize_by_alias=True)
    entered: Annotated[int, Field(alias="in")]
    left: Annotated[int, Field(alias="out")]


class MetaOut(BaseModel):
    """What was asked of which index, what each filter removed, and how long each step took (milliseconds)."""

    model_config = ConfigDict(extra="forbid")
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
    filter_counts: dict[str, Count]
    shortfall: Shortfall | None
    rules: RulesNote | None
    safeguards: SafeguardsNote | None
    role: str
    notes: list[str]


class MatchOut(BaseModel):
    """A ranked list with everything needed to explain it."""

    model_config = ConfigDict(extra="forbid")
    meta: MetaOut
    results: list[MatchResult]


class RunOut(MatchOut):
    """An answer as it was given, with the question and the time (UTC)."""

    created: str
    request: dict[str, Any]


class AbsenceOut(BaseModel):
    """Why somebody is not in a list: the filter that removed them, or the rank they have beyond its end."""

    model_config = ConfigDict(extra="forbid")
    researcher: ResearcherRef
    run_id: str
    step: str
    reason: str
    rank: int | None
    score: float | None
    last_shown_score: float | None
    clauses: list[ClauseNote]
    reasons: list[ReasonNote]


class PageMeta(BaseModel):
    """Where a page stands; `next_cursor` is null on the last."""

    model_config = ConfigDict(extra="forbid")
    count: int
    per_page: int
    next_cursor: str | None
    generation: str


class ResearchersOut(BaseModel):
    """A page of people."""

    model_config = ConfigDict(extra="forbid")
    meta: PageMeta
    results: list[ResearcherRef]


class ProfileOut(BaseModel):
    """A person with their texts, newest first."""

    model_config = ConfigDict(extra="forbid")
    id: str
    orcid: str | None
    name: str
    country: str | None
    institution: InstitutionRef
    home: Home
    other_countries: list[str]
    works: int
    last_year: int | None
    thin: bool
    texts: list[Text]


class PlaceOut(BaseModel):
    """What a code or name was found to mean, and the income group on the date of the index."""

    model_config = ConfigDict(extra="forbid")
    input: str
    code: str | None
    name: str
    kind: Literal["country", "territory", "organisation", "unknown"]
    subdivision: str | None
    note: str
    could_be: list[str]
    border: str | None
    income_group: str | None
    income_table: str


class SetOut(BaseModel):
    """The countries of a named set on a day."""

    model_config = ConfigDict(extra="forbid")
    ref: str
    codes: list[str]
    version: str
    at: date
    note: str
    uncertain: list[str]


class Ready(BaseModel):
    """The index that is served. It was verified byte for byte, and its probes were answered, before it was opened."""

    model_config = ConfigDict(extra="forbid")
    status: Literal["ready"]
    generation: str
    as_of: date
    encoder: str
    counts: dict[str, int]
    probes: Literal["passed when opened"]


class Alive(BaseModel):
    """The process answers."""

    status: Literal["ok"]


class Version(BaseModel):
    """What is running."""

    name: str
    version: str
    api: Literal["v1"]
    generation: str
