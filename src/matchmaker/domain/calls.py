"""A funder's call as data: named sets of countries, how places and members are counted, and the clauses of its rules.

Only shapes; `rules.language` reads and checks them, `rules.clauses` evaluates them. All are frozen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Literal

from matchmaker.domain.conditions import Condition, Counted, Predicate, SetTerm, When

Effect = Literal["ineligible", "unfunded", "evidence", "advice"]
OnUnknown = Literal["review", "fail", "pass"]
Territories = Literal["iso", "sovereign", "he"]
International = Literal["iero", "io", "eu_body"]
Treatment = Literal["distinct", "hq", "none", "review"]
Measure = Literal["entities", "countries", "persons", "budget", "requested", "person_months"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """What every clause has: its name, its words, what follows when it is not met, and when it applies."""

    id: str
    text: str = ""
    source: str = ""
    effect: Effect = "ineligible"
    on_unknown: OnUnknown = "review"
    when: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Count(Clause):
    """Between `min` and `max` entities, countries, persons, disciplines or sectors."""

    counted: Counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Share(Clause):
    """The part `of` the measure, `among` some partners, within inclusive bounds in [0, 1]."""

    measure: Measure
    of: Predicate
    among: Predicate | None = None
    min: Fraction | None = None
    max: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TopShare(Clause):
    """No entity or country has more than `max`, in [0, 1], of the measure."""

    measure: Measure
    by: Literal["entity", "country"]
    max: Fraction
    among: Predicate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Each(Clause):
    """Every partner `where` … `must` …."""

    must: Predicate
    where: Predicate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoneOf(Clause):
    """No partner `where` …."""

    where: Predicate


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleHeld(Clause):
    """Somebody has the role, at least `min` and at most `max` partners, and each of them `must` …."""

    role: str
    must: Predicate
    min: int = 1
    max: int | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    """A reason for which time is not counted, and its limits; `when` names a flag that must be set."""

    kind: str
    months_per_child: Fraction | None = None
    min_days: int | None = None
    max_months: Fraction | None = None
    when: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeSince(Clause):
    """Years from an event in a person's career to a date; extensions count against the maximum only."""

    who: str
    event: Literal["phd_defence", "phd_award", "first_independent_position"]
    at: When = "reference"
    min_years: Fraction | None = None
    max_years: Fraction | None = None
    extensions: tuple[Extension, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Residence(Clause):
    """At most `max_months` in the host country (or organisation) in the `window_months` before a date."""

    who: str
    place: Literal["host_country", "host_country_or_org", "third_country_host"]
    max_months: Fraction
    window_months: int
    at: When = "reference"
    ignore: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectField(Clause):
    """A number of the project within inclusive bounds."""

    field: str
    min: Fraction | None = None
    max: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HostProject(Clause):
    """Something that must be true of the running project that is joined, declared as a flag of the project."""

    field: str
    must: Predicate


@dataclass(frozen=True, slots=True, kw_only=True)
class Novelty(Clause):
    """At most `max` joint publications in the window; declared with the project, else unknown."""

    field: str
    window_years: Fraction
    max: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement(Clause):
    """A declaration that must be on paper."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Clause):
    """Clauses of which any, or all, are to be met."""

    how: Literal["any_of", "all_of"]
    clauses: tuple[AnyClause, ...]


AnyClause = (
    Count
    | Share
    | TopShare
    | Each
    | NoneOf
    | RoleHeld
    | TimeSince
    | Residence
    | ProjectField
    | HostProject
    | Novelty
    | Statement
    | Group
)

TYPE_OF: dict[type[Clause], str] = {
    Count: "count", Share: "share", TopShare: "top_share", Each: "each", NoneOf: "none", RoleHeld: "role",
    TimeSince: "time_since", Residence: "residence", ProjectField: "project", HostProject: "host_project",
    Novelty: "novelty", Statement: "statement",
}  # fmt: skip


def type_of(clause: AnyClause) -> str:
    """The word of the call language for the kind of a clause."""
    return clause.how if isinstance(clause, Group) else TYPE_OF[type(clause)]


@dataclass(frozen=True, slots=True)
class InternationalRule:
    """How organisations without a country are placed: as one more member of the set `member_of`, at their seat, …."""

    match: International
    treatment: Treatment
    member_of: str | None = None


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the rules were read, when, and how sure we are; `illustrative` calls have an invented part."""

    source: str
    retrieved: date
    confidence: Literal["high", "medium", "low"]
    illustrative: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Counting:
    """Who is counted: roles (None: all), one per group where `independent`, and not those in `exclude`."""

    roles: frozenset[str] | None = None
    independent: bool = False
    exclude: Predicate | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """The rules of one call; `dates` has at least `reference`, which drives windows and versions of sets."""

    id: str
    title: str
    funder: str
    provenance: Provenance
    dates: Mapping[When, date]
    clauses: tuple[AnyClause, ...]
    programme: str = ""
    topics: tuple[str, ...] = ()
    sets: Mapping[str, SetTerm] = field(default_factory=dict)
    territories: Territories = "iso"
    international: tuple[InternationalRule, ...] = ()
    counting: Counting = field(default_factory=Counting)
