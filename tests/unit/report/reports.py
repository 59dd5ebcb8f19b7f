"""Reports made by hand: a full one of each kind, and the awkward ones."""

from __future__ import annotations

from typing import Any, Literal

from matchmaker.domain.balance import BalanceReport, Flow, Leadership, Mobility, Parachute
from matchmaker.domain.reports import (
    AttributeExposure,
    AuditMeta,
    Country,
    DeclaredTarget,
    ExposureReport,
    Finding,
    Funnel,
    FunnelReport,
    FunnelStep,
    GroupExposure,
    Interval,
    Period,
    Price,
    Spread,
    StagePass,
)

HOSTILE = "<script>alert('1')</script> | \"board\" & [x](javascript:alert(1)) `y`\n\x00# end"
NONE = Interval(None)
INCOMES = {"L": 0.04, "LM": 0.12, "UM": 0.22, "H": 0.615}
REGIONS = (
    "Northern Africa", "Sub-Saharan Africa", "Latin America and the Caribbean", "Northern America", "Central Asia",
    "Eastern Asia", "South-eastern Asia", "Southern Asia", "Western Asia", "Eastern Europe", "Northern Europe",
    "Southern Europe", "Western Europe", "Australia and New Zealand", "Melanesia", "Micronesia", "Polynesia",
)  # fmt: skip
Kind = Literal["exposure", "funnel", "balance"]


def around(value: float, part: float = 0.12) -> Interval:
    """A value with ends a part of it away."""
    return Interval(value, value * (1 - part), value * (1 + part))


def meta(kind: Kind = "exposure", **other: Any) -> AuditMeta:
    """What an audit of 2,417 lists rests on."""
    usual: dict[str, Any] = {
        "start": "2026-01-01", "end": "2026-06-30", "lists": 2417, "people": 1893, "generations": ("a1b2c3", "d4e5f6"),
        "log": {"records": 5210, "head": "9f" * 32, "checked": True}, "browsing": "1 / log2(1 + rank)",
        "withheld_below": 10, "fewest_lists": 30, "notes": ("17 lists before the log was kept are not in it.",),
    }  # fmt: skip
    return AuditMeta(kind=kind, **(usual | other))


def group(name: str, pool: float, before: float, after: float, target: float | None = None) -> GroupExposure:
    """A group with figures everywhere."""
    return GroupExposure(
        name, round(1893 * pool), 412.0 * pool, pool * 0.9, pool * 1.05, pool, after * 0.97, around(after),
        around(before), around(after / pool), around(after / pool * 1.1), around(after / pool * 0.9), target,
    )  # fmt: skip


def hidden(name: str, note: str = "fewer than 10 people were shown") -> GroupExposure:
    """A group of which nothing may be told."""
    return GroupExposure(name, None, None, None, None, None, None, NONE, NONE, NONE, NONE, NONE, None, True, note)


def attribute(name: str = "income_group", groups: tuple[GroupExposure, ...] | None = None, **other: Any) -> Any:
    """An attribute; without groups, income groups of which one is withheld."""
    if groups is None:
        shares = {"L": (0.015, 0.036), "LM": (0.08, 0.11), "UM": (0.2, 0.21), "H": (0.7, 0.64)}
        known = (group(each, INCOMES[each], *shares[each], INCOMES[each]) for each in INCOMES)
        groups = (*known, hidden("unknown"))
    usual: dict[str, Any] = {
        "awrf": Interval(0.991, 0.985, 0.995), "awrf_before": Interval(0.967, 0.961, 0.974),
        "ndkl": Interval(0.051, 0.042, 0.06), "ndkl_before": Interval(0.103, 0.094, 0.113),
        "infeasible": 0.21, "infeasible_before": 3.42, "trend": (), "note": "",
    }  # fmt: skip
    return AttributeExposure(name, groups, **(usual | other))


def trend() -> tuple[Period, ...]:
    """Six months; in the second, one group is withheld."""
    return tuple(
        Period(
            f"2026-0{month}", 390 + month,
            {
                "L": around(0.03 + 0.002 * month), "LM": Interval(0.1 + 0.001 * month),
                "UM": NONE if month == 2 else around(0.2 + 0.005 * month), "H": around(0.66 - 0.008 * month),
                "unknown": NONE,
            },
        )
        for month in range(1, 7)
    )  # fmt: skip


def regions() -> AttributeExposure:
    """Many groups, two of them withheld."""
    known = (
        group(name, 0.01 + 0.006 * at, 0.008 + 0.007 * at, 0.01 + 0.0062 * at) for at, name in enumerate(REGIONS[:-2])
    )
    made: AttributeExposure = attribute("region", (*known, *(hidden(name) for name in REGIONS[-2:])))
    return made


def crossed() -> AttributeExposure:
    """Income group by profile."""
    known = tuple(
        group(f"{income}×{profile}", share * part, share * part * 0.8, share * part * 1.1)
        for income, share in INCOMES.items()
        for profile, part in (("thin", 0.3), ("full", 0.7))
        if (income, profile) != ("L", "thin")
    )
    made: AttributeExposure = attribute("income_group×profile", (hidden("L×thin"), *known))
    return made


def target(**other: Any) -> DeclaredTarget:
    """A target of the pool's shares that was held."""
    held = {
        "L": {"target": 0.04, "shown": 0.039, "exposure": 0.036, "below": 0.02},
        "H": {"target": 0.615, "shown": 0.6, "exposure": 0.64, "below": None},
        "unknown": {"target": None, "shown": None, "exposure": None, "below": None},
    }
    usual: dict[str, Any] = {
        "attribute": "income_group", "source": "pool", "set_by": "board of the programme",
        "why": "who is seen should be who is there", "method": "floors", "lists": 2200,
        "ndcg": Interval(0.987, 0.985, 0.989), "lowest_ndcg": 0.951, "largest_fall": 9,
        "floors_met": 0.982, "part_held": 0.991, "held": held, "note": "",
    }  # fmt: skip
    return DeclaredTarget(**(usual | other))


def countries() -> tuple[Country, ...]:
    """Namibia, Kosovo, small islands, a withheld one, and somebody whose country is not known."""
    known = {
        "NA": 0.012,
        "XK": 0.004,
        "MT": 0.006,
        "SG": 0.021,
        "DE": 0.14,
        "US": 0.22,
        "KE": 0.03,
        "BR": 0.055,
        "": 0.01,
    }
    return (
        *(Country(code, 20 + at, share) for at, (code, share) in enumerate(known.items())),
        Country("TV", None, None, True), Country("BT", None, None, True),
    )  # fmt: skip


def exposure(**other: Any) -> ExposureReport:
    """A full report of exposure."""
    finding = Finding(
        "Low income: 0.90 of the attention per head of high income.", "income_group", "L", "parity", 0.9, 0.8, 0.98
    )
    quantiles = {"0.05": 0.957, "0.25": 0.981, "0.5": 0.99, "0.75": 0.997, "0.95": 1.0}
    profiles = (group("full", 0.8, 0.9, 0.88), group("thin", 0.2, 0.1, 0.12))
    usual: dict[str, Any] = {
        "meta": meta(), "attributes": (attribute(trend=trend()), regions(), attribute("profile", profiles)),
        "crossed": (crossed(),), "targets": (target(),),
        "price": Price(2200, Interval(0.987, 0.985, 0.989), 0.951, quantiles, 9, 0.64),
        "spread": Spread(0.612, 0.43, 0.11, 212, 0.083, 12.1), "countries": countries(), "findings": (finding,),
    }  # fmt: skip
    return ExposureReport(**(usual | other))


def bare() -> ExposureReport:
    """A period without a single list."""
    nothing = meta(start=None, end=None, lists=0, people=0, generations=(), log={"records": 0}, notes=())
    spread = Spread(None, None, None, None, None, None, "no list")
    return ExposureReport(nothing, (), (), (), Price(0, NONE, None, {}, None, None), spread, (), ())


def one_group() -> ExposureReport:
    """Everybody is in one group, and there are too few lists for an interval."""
    alone = GroupExposure("unknown", 40, 40.0, 1.0, 1.0, 1.0, 1.0, Interval(1.0), Interval(1.0), NONE, NONE, NONE, None)
    only = attribute("career_stage", (alone,), ndkl=NONE, ndkl_before=NONE, infeasible=None, infeasible_before=None)
    return exposure(attributes=(only,), crossed=(), targets=(), findings=(), countries=())


def hostile() -> ExposureReport:
    """Texts of others that try to be more than text."""
    groups = (group(HOSTILE, 0.5, 0.4, 0.45, 0.5), group("education", 0.5, 0.6, 0.55, 0.5))
    held = {HOSTILE: {"target": 0.5, "shown": 0.4, "exposure": 0.4, "below": 0.3}}
    long = "The board of the programme, after hearing everybody who wished to be heard. " * 12
    return exposure(
        meta=meta(notes=(HOSTILE,), browsing=HOSTILE),
        attributes=(attribute("organisation_type", groups, note=HOSTILE),),
        crossed=(), countries=(Country(HOSTILE, 12, 0.2), *countries()),
        targets=(target(attribute="organisation_type", set_by=HOSTILE, why=long, held=held),),
        findings=(Finding(HOSTILE, HOSTILE, HOSTILE, HOSTILE, 0.5),),
    )  # fmt: skip


_STAGES = {
    "pool": 1.0, "eligible": 0.6, "not_blocked": 0.99, "ranked": 0.15, "relevant": 0.4, "shown": 0.35,
    "contacted": 0.2, "funded": 0.3,
}  # fmt: skip


def funnel(groups: tuple[str, ...] = ("L", "LM", "UM", "H"), of: str = "income_group", last: str = "unknown") -> Funnel:
    """Every stage and two filters; the last group is withheld everywhere."""
    left = {name: 40000.0 * (at + 1) for at, name in enumerate(groups)}
    steps = []
    for name, rate in _STAGES.items():
        passes = []
        for at, each in enumerate(groups):
            against = 0.55 + 0.45 * (at + 1) / len(groups)
            left[each] *= rate * against
            passes.append(StagePass(each, left[each], around(rate * against), around(against)))
        steps.append(FunnelStep(name, 2417, (*passes, StagePass(last, None, NONE, NONE, True, "fewer than 10 people"))))
    filters = tuple(FunnelStep(name, 812, steps[1].groups) for name in ("own_country", "thin_profile"))
    return Funnel(of, tuple(steps), filters)


def funnels() -> FunnelReport:
    """A report of two funnels, one with more groups than there are colours."""
    finding = Finding(
        "Low income pass “eligible” at 0.66 of the best rate.", "income_group", "L", "attrition", 0.66, 0.6, 0.72
    )
    both = (funnel(), funnel(REGIONS[:-1], "region", REGIONS[-1]))
    return FunnelReport(meta("funnel"), both, (finding,))


def balance() -> BalanceReport:
    """A full report of balance."""
    finding = Finding(
        "Low income countries lead 21.0 % of their joint works.", "income_group", "L", "led", 0.21, 0.17, 0.25
    )
    return BalanceReport(
        meta("balance", lists=812), (2021, 2025),
        leadership=(
            Leadership("L", 210, around(0.21), around(0.6)), Leadership("LM", 1240, around(0.33), around(0.48)),
            Leadership("UM", 3100, Interval(0.52), Interval(0.3)),
            Leadership("unknown", None, NONE, NONE, True, "fewer than 10 works"),
        ),
        parachute=(
            Parachute("NA", 44, around(0.41)), Parachute("KE", 310, around(0.22)), Parachute("TV", None, NONE, True),
        ),
        mobility=(
            Mobility("L", 900, 120, 31, -0.0989, 0.411, around(0.2), around(0.55)),
            Mobility("H", 9000, 410, 520, 0.0122, 0.882, NONE, NONE),
            Mobility("UM", None, None, None, None, None, NONE, NONE, True, "fewer than 10 people"),
        ),
        flows=(
            Flow("KE", "DE", 120, 0.021, 0.0042), Flow("NA", "US", 44, 0.008, 0.001),
            Flow("TV", "FJ", None, None, None, True),
        ),
        one_way_share=Interval(0.61, 0.57, 0.65), reciprocity=around(0.39, 0.05), findings=(finding,),
    )  # fmt: skip
