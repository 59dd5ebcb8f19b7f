"""What rules, safeguards and terms say about a suggested partner, and what that rests on; names as in the JSON."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class ClauseNote:
    """What one clause of a call says: `text` is the rule in words, `detail` what was found."""

    id: str
    type: str
    status: Literal["pass", "fail", "open", "unknown", "n/a"]
    effect: Literal["ineligible", "unfunded", "evidence", "advice"]
    text: str
    detail: str


@dataclass(frozen=True, slots=True)
class Eligibility:
    """What a call's rules say of the team with this person in it; without a call there are no clauses to fail.

    `effect` is what they would do for the team: `helps` (the clauses named shrink what is lacking), `may help` (if what
    is not known turns out well), `useful` (nothing is lacking), `no help`, `sets back` (something that is met would be
    lacking). `role` is the one they would join in. `funded`: whether they may be paid there; None where that is not
    known or no call was given.
    """

    status: Literal["eligible", "incomplete", "review", "ineligible"] = "eligible"
    clauses: tuple[ClauseNote, ...] = ()
    effect: Literal["helps", "may help", "useful", "no help", "sets back"] | None = None
    helps: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()
    role: str | None = None
    funded: bool | None = None


@dataclass(frozen=True, slots=True)
class ConditionNote:
    """What would have to be done before working together, and by whom."""

    code: str
    text: str
    owner_role: str
    due: str


@dataclass(frozen=True, slots=True)
class ReasonNote:
    """A rule of the safeguards that fired, with the list or table it rests on; for officers only."""

    rule: str
    outcome: str
    text: str
    evidence: str
    list: str
    entry: str
    version: str
    date: dt.date | None


@dataclass(frozen=True, slots=True)
class Safeguards:
    """Whether somebody must look; `not_screened` as long as no screening list counts.

    `state` says it without an accusation, and `tier` is the highest tier of data access until somebody decides.
    `reasons` is empty for everybody but the officers of research security and export control.
    """

    decision: Literal["allow", "allow_with_conditions", "needs_review", "block", "not_screened"] = "not_screened"
    state: str = "available"
    tier: str = "T1"
    conditions: tuple[ConditionNote, ...] = ()
    reasons: tuple[ReasonNote, ...] = ()


@dataclass(frozen=True, slots=True)
class TermNote:
    """What one of the rules on terms found; `asker` is whose wish was held against the other (first: the seeker)."""

    id: str
    outcome: Literal["compatible", "negotiable", "incompatible", "unknown"]
    text: str
    asker: Literal["first", "second", "both"]
    with_call: bool


@dataclass(frozen=True, slots=True)
class TermCondition:
    """What would have to be agreed."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Terms:
    """Whether declared terms agree; unknown as long as nobody declared any, and unknown lowers no rank."""

    outcome: Literal["compatible", "negotiable", "incompatible", "unknown"] = "unknown"
    score: float | None = None
    rules: tuple[TermNote, ...] = ()
    conditions: tuple[TermCondition, ...] = ()


@dataclass(frozen=True, slots=True)
class TeamNote:
    """The team so far under the call."""

    result: Literal["eligible", "incomplete", "review", "ineligible"]
    partners: int
    clauses: tuple[ClauseNote, ...]
    unfunded: tuple[str, ...]
    completion: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class RulesNote:
    """The call whose rules were applied: where they were read, how sure that is, on which day and tables they rest."""

    call: str
    title: str
    funder: str
    confidence: Literal["high", "medium", "low"]
    illustrative: bool
    source: str
    retrieved: dt.date
    reference_date: dt.date
    set_versions: dict[str, str]
    seeker_role: str | None
    roles: tuple[str, ...]
    team: TeamNote
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListNote:
    """A screening list that is loaded."""

    file: str
    version: str
    date: dt.date
    stale: bool


@dataclass(frozen=True, slots=True)
class TopicNote:
    """A sensitive technology area that the question belongs to, and the words that speak for it."""

    list: str
    code: str
    area: str
    tier: str
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SafeguardsNote:
    """What the safeguards rested on, on the day `at`; `gaps` say why a screening does not count as one."""

    at: dt.date
    gaps: tuple[str, ...]
    lists: tuple[ListNote, ...]
    topics: tuple[TopicNote, ...]
    topics_note: str = ""


@dataclass(frozen=True, slots=True)
class Withheld:
    """People who may not be suggested, by organisation (None: everybody of the country), and why; for officers only."""

    id: str | None
    name: str | None
    country: str | None
    people: int
    decision: str
    reasons: tuple[ReasonNote, ...]
