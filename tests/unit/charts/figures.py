"""Every figure there is, and what its specification holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.unit.report import reports

from matchmaker.charts import balance, exposure, funnel, price, slopes, wording, world
from matchmaker.charts.figure import Figure
from matchmaker.domain.reports import Interval

CURVE = [("none", 0.967, 1.0), ("half", 0.98, 0.994), ("pool", 0.991, 0.987), ("uniform", 0.994, 0.96)]
MOVES = [slopes.Move("Ana", 1, 1), slopes.Move("Ben <b>", 4, 2), slopes.Move("Cai", 2, 3), slopes.Move("Dia", 9, 4)]


@cache
def figures() -> dict[str, Figure]:
    """One of each, by name."""
    seen, lost, balanced = reports.exposure(), reports.funnels(), reports.balance()
    income, region, _ = seen.attributes
    return {
        "attention": exposure.attention(income, 10),
        "attention of many": exposure.attention(region, 10),
        "attention of hostile names": exposure.attention(reports.hostile().attributes[0], 10),
        "attention of one": exposure.attention(reports.one_group().attributes[0], 10),
        "per head": exposure.per_head(income, 10),
        "trend": exposure.trend(income, 10),
        "funnel": funnel.funnel(lost.funnels[0], 10),
        "filters": funnel.funnel(lost.funnels[0], 10, "filters"),
        "funnel of many": funnel.funnel(lost.funnels[1], 10),
        "relevance kept": price.relevance_kept(seen.price),
        "trade-off": price.trade_off(CURVE, "pool", "AWRF"),
        "shares": slopes.shares(income, 10),
        "ranks": slopes.ranks(MOVES),
        "world": world.world(seen.countries, 10),
        "leadership": balance.leadership(balanced.leadership, 10),
        "studied": balance.studied(balanced.parachute, 10),
        "mobility": balance.mobility(balanced.mobility, 10),
        "flows": balance.flows(balanced.flows, 10),
    }


@dataclass(frozen=True)
class Twin:
    """Which columns of a figure's table hold which marks, and how their figures are written."""

    columns: dict[int, str]
    written: Any


TWINS = {
    "attention": Twin(
        {
            1: "share of the pool",
            2: "attention in the order by score",
            3: "attention as shown",
            4: "declared target",
        },
        wording.percent_with,
    ),
    "per head": Twin(
        {1: "per head", 2: "per head and unit of relevance", 3: "expected use per head and unit of relevance"},
        wording.ratio_with,
    ),
    "leadership": Twin({2: "led: first or last author", 3: "only names between"}, wording.percent_with),
    "studied": Twin({2: "works without an author affiliated there"}, wording.percent_with),
    "mobility": Twin({2: "moved away", 3: "moved in"}, lambda each: wording.count(each.value)),
    "flows": Twin({2: "suggestions from the first to the second", 3: "and back"}, wording.percent_with),
}
TWINS["attention of many"] = TWINS["attention of one"] = TWINS["attention"]
TWINS["attention of hostile names"] = TWINS["attention"]


def records(figure: Figure) -> Iterator[dict[str, Any]]:
    """All data that a specification holds, one after the other; of the map, the properties of its shapes."""
    for values in figure.spec["datasets"].values():
        if isinstance(values, dict):
            yield from (shape["properties"] for shape in values["objects"]["countries"]["geometries"])
        else:
            yield from ({**each, **each.get("properties", {})} for each in values)


def interval(record: dict[str, Any]) -> Interval:
    """The figure of one record."""
    return Interval(record["value"], record.get("low"), record.get("high"))


def is_figure(cell: str) -> bool:
    """Whether a cell of a table holds a figure."""
    return cell not in {"none", wording.NOT_COMPUTED, wording.withheld(10), ""}
