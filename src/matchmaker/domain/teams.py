"""A team that applies to a call: partners, the organisations through which they join, and the project.

`None` is everywhere "not known", which is never the same as "no". Money is in the call's currency.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

ORG_TYPES = (
    "university", "research_org", "hospital", "company", "public_body", "ngo", "international_organisation",
    "infrastructure", "other",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Org:
    """A legal entity. `country` is as written by the user; `group` its ultimate owner, `control` who controls it."""

    id: str
    country: str | None = None
    type: str | None = None
    name: str = ""
    sme: bool | None = None
    group: str | None = None
    control: tuple[str, ...] | None = None
    gep: bool | None = None
    iero: bool | None = None
    io: bool | None = None
    eu_body: bool | None = None
    hq: str | None = None
    subdivision: str | None = None
    flags: dict[str, bool | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stay:
    """Time spent or employed somewhere, from `start` up to and without `end` (None: still there)."""

    start: date
    end: date | None = None
    country: str | None = None
    employer_country: str | None = None
    org: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Break:
    """Time that a call may choose not to count: `months`, or the days from `start` up to and without `end`.

    Where neither is given only the event was declared.
    """

    kind: str
    months: Fraction | None = None
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """What a person declared for the rules of a call, and nothing else."""

    id: str | None = None
    events: dict[str, date] = field(default_factory=dict)
    breaks: tuple[Break, ...] = ()
    stays: tuple[Stay, ...] | None = None
    citizenship: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Partner:
    """One place in the team. `role` is beneficiary where nothing else is said."""

    org: Org
    role: str = "beneficiary"
    funded: bool | None = None
    budget: Fraction | None = None
    requested: Fraction | None = None
    person_months: Fraction | None = None
    disciplines: tuple[str, ...] | None = None
    flags: dict[str, bool | None] = field(default_factory=dict)
    person: Person | None = None


@dataclass(frozen=True, slots=True)
class Project:
    """What is known of the project as a whole."""

    duration_months: Fraction | None = None
    person_months: Fraction | None = None
    requested: Fraction | None = None
    budget: Fraction | None = None
    variant: str | None = None
    copublications: int | None = None
    statements: dict[str, bool | None] = field(default_factory=dict)
    flags: dict[str, bool | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Team:
    """Partners in any order, and their project."""

    partners: tuple[Partner, ...]
    project: Project = field(default_factory=Project)
