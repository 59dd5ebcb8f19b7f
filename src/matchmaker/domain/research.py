"""People, works and organisations as the rest of the program speaks of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Home = Literal["country", "international", "unknown"]


@dataclass(frozen=True, slots=True)
class Institution:
    """An organisation; `country` is ISO 3166-1 alpha-2 (or XK), None when unknown or international."""

    id: str
    name: str
    country: str | None
    type: str | None = None
    ror: str | None = None


@dataclass(frozen=True, slots=True)
class Researcher:
    """A person as of a date; the country is that of the organisation through which they would join.

    `home` tells a known country from an international organisation (cross-border to everybody) and from unknown.
    `other_countries` are further countries of current affiliations. `thin` marks two or fewer texts to go by.
    """

    id: str
    name: str
    orcid: str | None
    country: str | None
    home: Home
    institution: Institution | None
    other_countries: tuple[str, ...]
    works: int
    last_year: int | None
    thin: bool


@dataclass(frozen=True, slots=True)
class Text:
    """One work, or a person's own statement of interests (`kind`), as evidence shows it."""

    id: str
    title: str
    year: int | None
    kind: Literal["work", "interest"] = "work"
    url: str | None = None
    language: str | None = None


# ---- rows of a snapshot: what every source is turned into --------------------------------------------------


@dataclass(frozen=True, slots=True)
class InstitutionRow:
    """`institution_id` is a full URL (OpenAlex, ROR) or `name:<folded name>` where a source has names only."""

    institution_id: str
    name: str
    country: str | None = None
    type: str | None = None
    ror: str | None = None


@dataclass(frozen=True, slots=True)
class AffiliationRow:
    """Where a person is (or was) employed, as declared by them or stated by a source about them.

    `kind` is primary, secondary, visiting or honorary; `basis` is declared (by the person or their office)
    or source (a bibliographic database). Open `start` or `end` means unknown or still running.
    """

    institution_id: str | None
    country: str | None
    kind: Literal["primary", "secondary", "visiting", "honorary"] = "primary"
    start: date | None = None
    end: date | None = None
    basis: Literal["declared", "source"] = "declared"


@dataclass(frozen=True, slots=True)
class AuthorshipRow:
    """One name of a by-line. `countries` holds only what was observed on this work, the joining one first."""

    researcher_id: str
    name: str
    orcid: str | None = None
    institution_ids: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One work. `published` is 31 December of `year` where only the year is known, so that nothing looks ahead."""

    work_id: str
    title: str
    abstract: str | None
    year: int
    published: date
    language: str | None
    topics: tuple[str, ...]
    url: str | None
    source: str
    authors: tuple[AuthorshipRow, ...]


@dataclass(frozen=True, slots=True)
class ResearcherRow:
    """What a source says about a person beside their works."""

    researcher_id: str
    name: str
    orcid: str | None = None
    interests: str | None = None
    affiliations: tuple[AffiliationRow, ...] = ()
    source: str = ""
