"""The shapes of calls on the wire: their lists, their rules, the verdict on a team, the check of a text."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final, Literal

from fastapi.openapi.models import Example
from pydantic import BaseModel, ConfigDict, Field

from matchmaker.domain.calls import Effect, OnUnknown
from matchmaker.rules.findings import Status
from matchmaker.rules.team import Result
from matchmaker_api.call_description import LONGEST_TEXT

_Closed = ConfigDict(extra="forbid")
_Confidence = Literal["high", "medium", "low"]

CALL: Final[dict[str, Example]] = {"id": {"value": "he-ria"}}
_MEMBERS: Final = [
    {"org": {"id": "a", "country": "DE", "type": "university", "gep": True}, "role": "coordinator", "funded": True},
    {"org": {"id": "b", "country": "KE", "type": "university"}, "role": "beneficiary", "funded": True},
]
TEAM: Final[dict[str, Example]] = {
    "two partners": {"summary": "A team that lacks two countries", "value": {"partners": _MEMBERS}},
}
_TEXT: Final = """schema: rcp-call/1
id: two-countries
title: Two countries
funder: A foundation
provenance: {source: its web page, retrieved: 2026-11-22, confidence: high, illustrative: false}
dates: {reference: 2026-11-22}
clauses:
  - {id: two, type: count, of: countries, min: 2}
"""
CALL_TEXT: Final[dict[str, Example]] = {
    "a call": {"summary": "A call of one rule", "value": {"text": _TEXT}},
    "a mistake": {"summary": "A kind of rule that there is not", "value": {"text": _TEXT.replace("count,", "cuont,")}},
}


class CallsIn(BaseModel):
    """Which calls: those in which every word of `search` stands, and of one funder, named in full."""

    model_config = _Closed
    search: Annotated[str, Field(max_length=200)] = ""
    funder: Annotated[str, Field(max_length=200)] = ""


class TeamIn(BaseModel):
    """A team: its partners, and what is known of the project. What is left out or null is not known."""

    # Read and checked by the same code as a team file, which names the place of a mistake and the words allowed there.
    model_config = ConfigDict(extra="allow")
    partners: Any = Field(None, description="[{org: {id, country, type, …}, role, funded, budget, person, flags, …}]")
    project: Any = Field(None, description="{duration_months, requested, budget, variant, statements, flags, …}")

    def document(self) -> dict[str, Any]:
        """The team as it was sent."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class CallTextIn(BaseModel):
    """A call file to be checked."""

    model_config = _Closed
    text: Annotated[str, Field(max_length=LONGEST_TEXT, description="the text of the file: YAML or JSON")]


class CallRow(BaseModel):
    """A call in a list. `clauses` is their number; `illustrative` calls have an invented part."""

    model_config = _Closed
    id: str
    title: str
    funder: str
    programme: str
    clauses: int
    reference: date
    confidence: _Confidence
    illustrative: bool
    retrieved: date
    source: str


class CallsMeta(BaseModel):
    """How many; all are on one page. `notes` name files of this installation that cannot be used, with the reason."""

    model_config = _Closed
    count: int
    next_cursor: str | None
    generation: str
    notes: list[str]


class CallsOut(BaseModel):
    """Calls by id."""

    model_config = _Closed
    meta: CallsMeta
    results: list[CallRow]


class RuleOut(BaseModel):
    """A clause: `sentence` is made from the rule itself, `text` is what its author wrote beside it."""

    model_config = _Closed
    id: str
    type: str
    effect: Effect
    on_unknown: OnUnknown
    sentence: str
    text: str
    source: str


class CallSetOut(BaseModel):
    """A set of countries of a call on a day: certain members, uncertain ones with the reasons, versions of tables."""

    model_config = _Closed
    name: str
    codes: list[str]
    uncertain: list[str]
    reasons: list[str]
    versions: dict[str, str]


class ProvenanceOut(BaseModel):
    """Where the rules of a call were read, when, and how sure that is."""

    model_config = _Closed
    source: str
    retrieved: date
    confidence: _Confidence
    illustrative: bool
    note: str


class CallOut(CallRow):
    """A call with its rules as sentences, its sets, and the text of its file."""

    topics: list[str]
    own: bool
    file: str
    provenance: ProvenanceOut
    dates: dict[str, date]
    counting: list[str]
    rules: list[RuleOut]
    sets: list[CallSetOut]
    set_versions: dict[str, str]
    yaml: str


class ClauseOut(BaseModel):
    """How a team stands to one clause; `need` is what is missing at least, `lo` and `hi` bound what was counted."""

    model_config = _Closed
    id: str
    type: str
    status: Status
    effect: Effect
    lo: int | float | None
    hi: int | float | None
    need: int | float | None
    text: str
    detail: str


class CompletionOut(BaseModel):
    """Whether further partners could complete the team: how many at least, an example, or what cannot be met."""

    model_config = _Closed
    state: Literal["complete", "completable", "dead", "undecided"]
    further: int | None
    example: list[str]
    collides: list[str]
    exact: bool
    reason: str


class TeamVerdictOut(BaseModel):
    """What a call says about a team. `unfunded` may join and are not paid; `notes` say who could not be placed."""

    model_config = _Closed
    result: Result
    call: str
    reference_date: date
    clauses: list[ClauseOut]
    unfunded: list[str]
    set_versions: dict[str, str]
    notes: list[str]
    completion: CompletionOut


class CallMistake(BaseModel):
    """What is wrong with a call file, where, and what is allowed there."""

    model_config = _Closed
    where: str
    what: str
    hint: str


class CallCheckOut(BaseModel):
    """Whether a text is a call: then `call` and `rules`, else `errors`."""

    model_config = _Closed
    valid: bool
    call: CallRow | None = None
    rules: list[RuleOut] | None = None
    errors: list[CallMistake] | None = None
