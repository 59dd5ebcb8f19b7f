"""Where people are lost on the way, by group: from everybody who can be compared to those shown, and beyond."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal

from matchmaker.charts import wording
from matchmaker.charts.dots import Mark, Record, Scale, dot_plot, record
from matchmaker.charts.figure import Figure, Row, Words, drawn
from matchmaker.charts.palette import INK, SERIES, SHAPES, STEPS
from matchmaker.domain.reports import Funnel, FunnelStep, Interval, StagePass

FINDING_BELOW: Final = 0.8
_COLUMNS: Final = ("Step", "Group", "Left", "Passed", "Against the best", "Note")

Part = Literal["stages", "filters"]


def funnel(report: Funnel, below: int, part: Part = "stages") -> Figure:
    """People left after each step and each group's pass rate against the group that passed best.

    `part` chooses the stages that every list has, or each filter alone. Up to five groups are drawn with intervals;
    more become a grid of rates.
    """
    steps = report.stages if part == "stages" else report.filters
    groups = tuple(dict.fromkeys(each.group for step in steps for each in step.groups))
    names = {group: wording.group_name(report.attribute, group) for group in groups}
    seen = {each.group for step in steps for each in step.groups if not each.withheld}
    plot = _dotted(steps, names, seen, below) if len(seen) <= len(SERIES) else _grid(steps, names, below)
    rows = [_row(step, each, names, below) for step in steps for each in step.groups]
    kind = "stages of every list" if part == "stages" else "each filter alone"
    title = f"Who is left after {kind}, by {wording.attribute_name(report.attribute)}"
    return drawn(plot, Words(title, _lowest(steps, names), _all_withheld(names, seen, below)), _COLUMNS, rows)


def _dotted(steps: Sequence[FunnelStep], names: dict[str, str], seen: set[str], below: int) -> Any:
    import altair as alt

    told = {group: name for group, name in names.items() if group in seen} or dict([*names.items()][:1])
    marks = {
        group: Mark(name, SERIES[number], SHAPES[number], number) for number, (group, name) in enumerate(told.items())
    }
    order = [wording.step_name(step.step) for step in steps]
    left = Scale("people left (log scale)", "~s", "log", width=215)
    best = Scale("pass rate against the best group", ".1f", lines=(FINDING_BELOW, 1.0), labelled=False, width=215)
    said = _said(steps, below)
    panels = (
        dot_plot(_records(steps, marks, "left"), said, list(marks.values()), order, left),
        dot_plot(_records(steps, marks, "attrition"), {}, list(marks.values()), order, best),
    )
    return alt.hconcat(*panels, spacing=18).resolve_scale(color="shared", shape="shared")


def _records(steps: Sequence[FunnelStep], marks: dict[str, Mark], what: str) -> list[Record]:
    found = []
    for step, each in ((one, group) for one in steps for group in one.groups if not group.withheld):
        interval = each.attrition if what == "attrition" else Interval(each.left)
        point = record(wording.step_name(step.step), marks[each.group], interval)
        # A scale by powers of ten has no place for nobody; the table says 0.
        if point is not None and (what == "attrition" or point["value"] > 0):
            found.append(point)
    return found


def _all_withheld(names: dict[str, str], seen: set[str], below: int) -> str:
    hidden = ", ".join(name for group, name in names.items() if group not in seen)
    return f"Withheld at every step ({wording.withheld(below)}): {hidden}." if hidden else ""


def _said(steps: Sequence[FunnelStep], below: int) -> dict[str, str]:
    return {
        wording.step_name(step.step): wording.withheld(below)
        for step in steps
        if step.groups and all(each.withheld for each in step.groups)
    }


def _grid(steps: Sequence[FunnelStep], names: dict[str, str], below: int) -> Any:
    """Groups down, steps along, each cell with its rate against the best group; darker is lower."""
    import altair as alt

    cells = [_cell(step, each, names, below) for step in steps for each in step.groups]
    order = [wording.step_name(step.step) for step in steps]
    turned = alt.Axis(orient="top", labelAngle=-40, labelLimit=260)
    x = alt.X("step:N", title=None, sort=None, scale=alt.Scale(domain=order), axis=turned)
    y = alt.Y("group:N", title=None, sort=None, scale=alt.Scale(domain=list(names.values())))
    fill = alt.Fill(
        "value:Q", scale=alt.Scale(type="threshold", domain=[0.25, 0.5, FINDING_BELOW, 0.95], range=list(STEPS[::-1])),
        legend=alt.Legend(title="against the best group", format=".2f"),
    )  # fmt: skip
    ink = alt.Color("ink:N", scale=None)
    table = alt.Chart({"values": cells})
    size = {"width": 58 * len(order), "height": 24 * len(names)}
    layers = (
        table.transform_filter("isValid(datum.value)")
        .mark_rect(stroke=INK, strokeWidth=0.5)
        .encode(x=x, y=y, fill=fill),
        table.mark_text().encode(x=x, y=y, text="text:N", color=ink),
    )
    return alt.layer(*layers).properties(**size)


def _cell(step: FunnelStep, each: StagePass, names: dict[str, str], below: int) -> dict[str, Any]:
    value = None if each.withheld else each.attrition.value
    dark = value is not None and value < 0.5
    text = wording.withheld(below) if each.withheld else wording.ratio(value)
    ink = INK if value is None else "#ffffff" if dark else "#000000"
    return {"step": wording.step_name(step.step), "group": names[each.group], "value": value, "text": text, "ink": ink}


def _row(step: FunnelStep, each: StagePass, names: dict[str, str], below: int) -> Row:
    head = (wording.step_name(step.step), names[each.group])
    note = wording.printable(each.note)
    if each.withheld:
        return (*head, *[wording.withheld(below)] * 3, note)
    figures = (wording.count(each.left), wording.percent_with(each.passed), wording.ratio_with(each.attrition))
    return (*head, *figures, note)


def _lowest(steps: Sequence[FunnelStep], names: dict[str, str]) -> str:
    rates = [
        (each.attrition.value, step.step, each.group)
        for step in steps
        for each in step.groups
        if not each.withheld and each.attrition.value is not None
    ]
    if not rates:
        return "No step has figures that can be shown."
    value, step, group = min(rates)
    lowest = f"The lowest pass rate is at “{wording.step_name(step)}”: {names[group]}, {wording.ratio(value)}"
    return f"{len(steps)} steps, {len(names)} groups. {lowest} of the rate of the group that passed best."
