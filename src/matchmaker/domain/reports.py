"""What an audit says, for people and programs; field names are those of the published JSON.

Wherever a value is None although its row is there, it was withheld or cannot be computed, and `note` says why. Shares
lie in [0, 1]. `low` and `high` are the ends of a 95 % interval from resampling lists; None where there are too few.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with the ends of its 95 % interval."""

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class AuditMeta:
    """What an audit rests on.

    `start` and `end` are days (YYYY-MM-DD, inclusive) of the first and last list, `lists` how many were read, `people`
    how many different people were shown. `records` says how many records of the log held, and up to which head.
    """

    kind: Literal["exposure", "funnel", "balance"]
    start: str | None
    end: str | None
    lists: int
    people: int
    generations: tuple[str, ...]
    log: dict[str, Any]
    browsing: str
    withheld_below: int
    fewest_lists: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupExposure:
    """How one group was seen.

    `people` is how many different people of it were shown and `pool_people` how many there were to be shown in the
    average list (both None where withheld). `pool_share` is the share of the relevant, `eligible_share` of the
    eligible, `index_share` of everybody who could be compared. `shown_share` is the share of places, `exposure` the
    share of attention, `before` the share of attention in the order by score. Shares are taken
    within each list and averaged over lists. `parity` is attention per head against the group with most heads among
    those known and published, `treatment` the same per unit of relevance, `impact` with expected use in place of
    attention. `target` is the mean share that was set, None without one. A group that nobody was shown of stands as 0.
    """

    group: str
    people: int | None
    pool_people: float | None
    index_share: float | None
    eligible_share: float | None
    pool_share: float | None
    shown_share: float | None
    exposure: Interval
    before: Interval
    parity: Interval
    treatment: Interval
    impact: Interval
    target: float | None
    withheld: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """One period of a trend: `exposure` maps each group to its share of attention (None where withheld)."""

    period: str
    lists: int
    exposure: dict[str, Interval]


@dataclass(frozen=True, slots=True)
class AttributeExposure:
    """Everything about one attribute, or about two crossed (`attribute` is then "income_group×profile").

    `awrf` in [0.307, 1] compares attention with the pool, `awrf_before` in the order by score; both, like NDKL, are
    means over lists, and no list of some places can match its pool, so read them against each other; `ndkl` and
    `infeasible` (prefixes below a floor, mean per list) compare with the declared target where there is one.
    """

    attribute: str
    groups: tuple[GroupExposure, ...]
    awrf: Interval
    awrf_before: Interval
    ndkl: Interval
    ndkl_before: Interval
    infeasible: float | None
    infeasible_before: float | None
    trend: tuple[Period, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class DeclaredTarget:
    """A target somebody declared, held against what came of it.

    `held` maps each group to {"target", "shown", "exposure", "below"}: its share, the shares of places and attention
    over the lists under this target, and the part of those lists in which its floor was not held at the end.
    """

    attribute: str
    source: str
    set_by: str
    why: str
    method: str
    lists: int
    ndcg: Interval
    lowest_ndcg: float
    largest_fall: int
    floors_met: float
    part_held: float
    held: dict[str, dict[str, float | None]]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Spread:
    """How attention spreads over single people: Gini, the part of the pool that was shown at all, the share of the
    most shown hundredth."""

    gini: float | None
    coverage: float | None
    top_share: float | None
    most_lists: int | None
    country_hhi: float | None
    effective_countries: float | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Price:
    """What the equity step cost over all lists that had a target: nDCG against the order by score, and falls."""

    lists: int
    ndcg: Interval
    lowest_ndcg: float | None
    quantiles: dict[str, float]
    largest_fall: int | None
    changed: float | None


@dataclass(frozen=True, slots=True)
class Country:
    """One row of the map: lists in which somebody there was shown, share of attention, share of the pool shown from.

    Counts of people below ten are withheld.
    """

    country: str
    people: int | None
    exposure: float | None
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a reader should look at: `text` is one sentence with its figures."""

    text: str
    attribute: str
    group: str
    measure: str
    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class ExposureReport:
    """`audit exposure`: who is seen."""

    meta: AuditMeta
    attributes: tuple[AttributeExposure, ...]
    crossed: tuple[AttributeExposure, ...]
    targets: tuple[DeclaredTarget, ...]
    price: Price
    spread: Spread
    countries: tuple[Country, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class StagePass:
    """One group at one stage: how many were left, which part of those at the stage before, and that part against the
    group that passed best (`attrition`; below 0.8 with an interval below 1 is a finding)."""

    group: str
    left: float | None
    passed: Interval
    attrition: Interval
    withheld: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """One stage or filter; `acts` is how many lists had it."""

    step: str
    acts: int
    groups: tuple[StagePass, ...]


@dataclass(frozen=True, slots=True)
class Funnel:
    """The funnel of one attribute: the stages every list has (and outcomes, where loaded), then each filter alone."""

    attribute: str
    stages: tuple[FunnelStep, ...]
    filters: tuple[FunnelStep, ...]


@dataclass(frozen=True, slots=True)
class FunnelReport:
    """`audit funnel`: where people are lost on the way, by group."""

    meta: AuditMeta
    funnels: tuple[Funnel, ...]
    findings: tuple[Finding, ...]
