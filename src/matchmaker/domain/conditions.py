"""What the clauses of a call are made of: terms of country sets, predicates on a partner, conditions on a team."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

When = Literal["opens", "deadline", "reference", "project_start", "project_end"]


@dataclass(frozen=True, slots=True)
class Codes:
    """Countries (alpha-2, XK) and parts of countries (ISO 3166-2), written out."""

    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Ref:
    """A set of `places` as it is on one of the call's dates."""

    ref: str
    at: When = "reference"


@dataclass(frozen=True, slots=True)
class Named:
    """Another set of the same call."""

    name: str


@dataclass(frozen=True, slots=True)
class Combined:
    """`union` and `intersect` of one or more terms; `minus` of exactly two."""

    how: Literal["union", "intersect", "minus"]
    terms: tuple[SetTerm, ...]


SetTerm = Codes | Ref | Named | Combined


@dataclass(frozen=True, slots=True)
class InSet:
    """Whether the country (or every controlling country) of a partner is in a set; `negated` for `not_in`."""

    field: Literal["country", "control"]
    name: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Citizenship:
    """Whether any, or none, of the declared citizenships is in a set."""

    any_in: str | None = None
    none_in: str | None = None


@dataclass(frozen=True, slots=True)
class OneOf:
    """Whether a word of the partner is among the allowed words."""

    field: Literal["org_type", "role", "discipline", "org_id", "sector"]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """Whether a yes-or-no fact of the partner has this value."""

    field: Literal["sme", "gep", "funded"]
    value: bool


@dataclass(frozen=True, slots=True)
class Flag:
    """Whether a flag is set on the partner or its organisation; a flag that is not mentioned is not set."""

    name: str


@dataclass(frozen=True, slots=True)
class YearsSincePhd:
    """Years from the doctorate to the reference date; `extensions` lets declared breaks count against the maximum."""

    min: Fraction | None = None
    max: Fraction | None = None
    extensions: bool = False


@dataclass(frozen=True, slots=True)
class AllOf:
    """All parts hold."""

    parts: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Predicate


Predicate = InSet | Citizenship | OneOf | Fact | Flag | YearsSincePhd | AllOf | AnyOf | Not


@dataclass(frozen=True, slots=True)
class Counted:
    """A condition on the team: that many partners (or countries, …) are there."""

    of: Literal["entities", "countries", "persons", "disciplines", "sectors"]
    where: Predicate | None = None
    min: int | None = None
    max: int | None = None


@dataclass(frozen=True, slots=True)
class ProjectIs:
    """A condition on the project: a field equals a value."""

    field: str
    eq: str | int | bool


@dataclass(frozen=True, slots=True)
class Combination:
    """All, any or not of conditions on the team."""

    how: Literal["all", "any", "not"]
    parts: tuple[Condition, ...]


Condition = Counted | ProjectIs | Combination
