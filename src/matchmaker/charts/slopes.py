"""Before and after the equity step: ranks of one list, shares of groups."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from matchmaker.charts import wording
from matchmaker.charts.figure import Figure, Row, Words, drawn
from matchmaker.charts.palette import BLUE, GREY, INK, VERMILION
from matchmaker.domain.reports import AttributeExposure

_DIRECTIONS: Final = ("more seen", "less seen", "as before")
_BEFORE, _AFTER = "by score", "as shown"
_LINE: Final = 17  # pixels between two labels


@dataclass(frozen=True, slots=True)
class Move:
    """One person of a list: what to call them, and their rank (from 1) before and after the equity step."""

    label: str
    before: int
    after: int


def ranks(moves: Sequence[Move]) -> Figure:
    """Who moved where in one list; rank 1 is on top."""
    lines = [(wording.printable(move.label), float(move.before), float(move.after)) for move in moves]
    rows = [(wording.printable(move.label), str(move.before), str(move.after)) for move in moves]
    height = _LINE * max((max(move.before, move.after) for move in moves), default=1)
    plot = _plot(lines, "rank", height, upwards=False, told=wording.count)
    up, down = (sum(sign * (m.before - m.after) > 0 for m in moves) for sign in (1, -1))
    told = f"{len(moves)} people: {up} stand higher than by score, {down} lower."
    return drawn(plot, Words("Ranks before and after the equity step", told), ("Person", "By score", "As shown"), rows)


def shares(attribute: AttributeExposure, below: int) -> Figure:
    """Each group's share of attention in the order by score and as shown."""
    names = {each.group: wording.group_name(attribute.attribute, each.group) for each in attribute.groups}
    lines = [
        (names[each.group], each.before.value, each.exposure.value)
        for each in attribute.groups
        if not each.withheld and each.before.value is not None and each.exposure.value is not None
    ]
    rows: list[Row] = [
        (names[each.group], *[wording.withheld(below)] * 2)
        if each.withheld
        else (names[each.group], wording.percent(each.before.value), wording.percent(each.exposure.value))
        for each in attribute.groups
    ]
    of = wording.attribute_name(attribute.attribute)
    height = max(260, _LINE * len(lines))
    plot = _plot(lines, "share of attention", height, upwards=True, told=wording.percent)
    moved = max(lines, key=lambda line: abs(line[2] - line[1]), default=None)
    told = "No group has figures that can be shown."
    if moved is not None:
        change = f"from {wording.percent(moved[1])} to {wording.percent(moved[2])}"
        told = f"{len(names)} groups. The largest change: {moved[0]}, {change} of the attention."
    title = f"Shares of attention before and after the equity step, by {of}"
    return drawn(plot, Words(title, told), (wording.started(of), "By score", "As shown"), rows)


def _plot(
    lines: Sequence[tuple[str, float, float]], title: str, height: int, upwards: bool, told: Callable[[float], str]
) -> Any:
    import altair as alt

    records = [
        {"label": label, "side": side, "value": value, "way": _way(before, after, upwards)}
        for label, before, after in lines
        for side, value in ((_BEFORE, before), (_AFTER, after))
    ]
    axis = alt.Axis(labelAngle=0, orient="top", offset=14, domain=False, ticks=False)
    x = alt.X("side:N", title=None, sort=None, scale=alt.Scale(domain=[_BEFORE, _AFTER]), axis=axis)
    y = alt.Y("value:Q", title=title, axis=None, scale=alt.Scale(zero=upwards, nice=False, reverse=not upwards))
    line = alt.Legend(symbolType="stroke", columns=3)
    ways = list(_DIRECTIONS)
    colour = alt.Color("way:N", scale=alt.Scale(domain=ways, range=[BLUE, VERMILION, GREY]), legend=line)
    dash = alt.StrokeDash("way:N", scale=alt.Scale(domain=ways, range=[[1, 0], [6, 3], [2, 2]]), legend=line)
    lined = alt.Chart({"values": records}).mark_line(point={"size": 45}, strokeWidth=2)
    layers: list[Any] = [lined.encode(x=x, y=y, color=colour, strokeDash=dash, detail="label:N")]
    for side in (_BEFORE, _AFTER):
        texts = _labels([each for each in records if each["side"] == side], height, told, named=side == _AFTER)
        ends = alt.Chart({"values": texts}).encode(x=x, y=alt.Y("at:Q"), text="text:N")
        beside: Any = {"align": "left", "dx": 9} if side == _AFTER else {"align": "right", "dx": -9}
        layers.append(ends.mark_text(**beside, color=INK))
    return alt.layer(*layers).properties(width=300, height=height)


def _way(before: float, after: float, upwards: bool) -> str:
    gained = after - before if upwards else before - after
    return _DIRECTIONS[0] if gained > 0 else _DIRECTIONS[1] if gained < 0 else _DIRECTIONS[2]


def _labels(
    ends: Sequence[dict[str, Any]], height: int, told: Callable[[float], str], named: bool
) -> list[dict[str, Any]]:
    """The texts at one side, moved apart where they would be written over each other."""
    ranked = sorted(ends, key=lambda each: each["value"])
    span = (ranked[-1]["value"] if ranked else 1.0) or 1.0
    step, at, placed = span * _LINE / height, float("-inf"), []
    for each in ranked:
        at = max(each["value"], at + step)
        text = f"{told(each['value'])} {each['label']}" if named else told(each["value"])
        placed.append({"side": each["side"], "at": at, "text": text})
    return placed
