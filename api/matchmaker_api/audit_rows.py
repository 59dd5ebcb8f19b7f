"""Reports of audits as flat rows, for tables and CSV; what is withheld is None in every column."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from matchmaker.charts import wording
from matchmaker.domain.balance import BalanceReport
from matchmaker.domain.reports import AttributeExposure, ExposureReport, Funnel, FunnelReport, GroupExposure, Interval

Row = dict[str, Any]
_PLACES = 4


def exposure(report: ExposureReport) -> list[Row]:
    """One row for each group of each attribute, single and crossed."""
    return [_seen(each, group) for each in (*report.attributes, *report.crossed) for group in each.groups]


def funnel(report: FunnelReport) -> list[Row]:
    """One row for each group at each stage, then at each filter."""
    return [row for each in report.funnels for row in _lost(each)]


def balance(report: BalanceReport) -> list[Row]:
    """One row for each figure with an interval: leadership, parachute ratios, returns."""
    rows = [_figure("led works", each.group, each.eligible, each.led, each.note) for each in report.leadership]
    rows += [_figure("only in the middle", e.group, e.eligible, e.only_middle, e.note) for e in report.leadership]
    rows += [_figure("no local author", e.country, e.about, e.without_local_author, e.note) for e in report.parachute]
    rows += [_figure("returned", each.group, each.outflow, each.returned, each.note) for each in report.mobility]
    rows.append(_figure("suggestions one way", "all", None, report.one_way_share, ""))
    rows.append(_figure("reciprocity", "all", None, report.reciprocity, ""))
    return rows


def exposure_table(report: ExposureReport) -> list[Row]:
    """What fits a terminal of 80 columns: single attributes, in words and percent."""
    return [
        {
            "who": f"{wording.attribute_name(each.attribute)}: {wording.group_name(each.attribute, group.group)}",
            "of the pool": _cell(group, wording.percent(group.pool_share)),
            "of the attention": _cell(group, wording.percent_with(group.exposure)),
            "by score": _cell(group, wording.percent(group.before.value)),
            "target": _cell(group, "" if group.target is None else wording.percent(group.target)),
        }
        for each in report.attributes for group in each.groups
    ]  # fmt: skip


def funnel_table(report: FunnelReport) -> list[Row]:
    """What fits a terminal of 80 columns: stages only, with the part that passed and that part against the best."""
    return [
        {
            "who": f"{wording.attribute_name(each.attribute)}: {wording.group_name(each.attribute, group.group)}",
            "step": wording.step_name(step.step),
            "left": "withheld" if group.withheld else wording.count(group.left),
            "passed": "" if group.withheld else wording.percent(group.passed.value),
            "against the best": "" if group.withheld else wording.ratio_with(group.attrition),
        }
        for each in report.funnels for step in each.stages for group in step.groups
    ]  # fmt: skip


def _cell(group: GroupExposure, text: str) -> str:
    return "withheld" if group.withheld else text


def _seen(about: AttributeExposure, group: GroupExposure) -> Row:
    return {
        "attribute": about.attribute, "group": group.group, "people": group.people, "pool": _short(group.pool_share),
        "attention": _short(group.exposure.value), "low": _short(group.exposure.low),
        "high": _short(group.exposure.high), "before": _short(group.before.value), "target": _short(group.target),
        "per head": _short(group.parity.value), "note": "withheld" if group.withheld else group.note,
    }  # fmt: skip


def _lost(funnel: Funnel) -> Iterator[Row]:
    for kind, steps in (("stage", funnel.stages), ("filter", funnel.filters)):
        for step in steps:
            for group in step.groups:
                yield {
                    "attribute": funnel.attribute, "kind": kind, "step": step.step, "group": group.group,
                    "left": _short(group.left), "passed": _short(group.passed.value),
                    "against best": _short(group.attrition.value), "low": _short(group.attrition.low),
                    "high": _short(group.attrition.high), "note": "withheld" if group.withheld else group.note,
                }  # fmt: skip


def _figure(what: str, group: str, count: int | None, found: Interval, note: str) -> Row:
    return {
        "what": what, "group": group, "count": count, "value": _short(found.value), "low": _short(found.low),
        "high": _short(found.high), "note": note,
    }  # fmt: skip


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, _PLACES)
