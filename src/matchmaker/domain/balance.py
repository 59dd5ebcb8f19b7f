"""What an audit says of who leads, who moves, who is studied and who is suggested to whom; names as in the JSON."""

from __future__ import annotations

from dataclasses import dataclass, field

from matchmaker.domain.reports import AuditMeta, Finding, Interval


@dataclass(frozen=True, slots=True)
class Leadership:
    """Who leads joint works with a group of countries: first or last author there (`led`), or only names between.

    `eligible` counts works with at least one author of the group and at least one of another group; works of fields
    that order names by alphabet are left out and counted in `BalanceReport.left_out`. `by_chance` is the share that
    would be `only_middle` if the names of each work stood in random order.
    """

    group: str
    eligible: int | None
    led: Interval
    only_middle: Interval
    withheld: bool = False
    note: str = ""
    by_chance: float | None = None


@dataclass(frozen=True, slots=True)
class Parachute:
    """Works about a country without any author affiliated there, after names of countries in titles and abstracts.

    `country` may be an income group, for all its countries. A signal to look into: a name is not a study there.
    """

    country: str
    about: int | None
    without_local_author: Interval
    withheld: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Mobility:
    """People whose country of by-lines changed; `group` is an income group or a country. `net_rate` is (in − out) /
    stock, `balanced` 1 − |out − in| / (out + in), `returned` the part of leavers back within five years, `circulating`
    the part who still publish with the origin."""

    group: str
    stock: int | None
    outflow: int | None
    inflow: int | None
    net_rate: float | None
    balanced: float | None
    returned: Interval
    circulating: Interval
    withheld: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """Suggestions from seekers of one country to people of another, and back. `shown` may be "unknown" (country), or
    "other": all that are too small to show alone."""

    seekers: str
    shown: str
    lists: int | None
    share: float | None
    back: float | None
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class BalanceReport:
    """`audit balance`: who leads, who moves, who is studied, and whether suggestions go both ways.

    `window` has the first and last year of works; `left_out` what each part could not count: part → reason → number.
    """

    meta: AuditMeta
    window: tuple[int, int]
    leadership: tuple[Leadership, ...]
    parachute: tuple[Parachute, ...]
    mobility: tuple[Mobility, ...]
    flows: tuple[Flow, ...]
    one_way_share: Interval
    reciprocity: Interval
    findings: tuple[Finding, ...]
    left_out: dict[str, dict[str, int]] = field(default_factory=dict)
