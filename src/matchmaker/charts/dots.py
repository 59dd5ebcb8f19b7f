"""The form that most figures share: groups down the side, a mark for each figure, a line for its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from matchmaker.charts.palette import GREY, INK
from matchmaker.domain.reports import Interval

LONGEST: Final = 40  # rows in one picture; the table has all of them
_LANE: Final = 11  # pixels


@dataclass(frozen=True, slots=True)
class Mark:
    """How one kind of figure is drawn: `lane` 0 is the upper line of a group's row."""

    name: str
    colour: str
    shape: str
    lane: int = 0


@dataclass(frozen=True, slots=True)
class Scale:
    """What runs along the picture: a title, a d3 number format, and lines to compare with.

    `joined` names two marks to put a line between, `bars` draws a bar from 0 to each mark, and `labelled` writes the
    names of the groups beside it; `from_zero` is for linear and root scales.
    """

    title: str
    format: str = ".0%"
    kind: Literal["linear", "sqrt", "log"] = "linear"
    lines: tuple[float, ...] = ()
    joined: tuple[str, ...] = ()
    bars: bool = False
    labelled: bool = True
    from_zero: bool = True
    width: int = 460


Record = dict[str, Any]


def record(group: str, mark: Mark, interval: Interval) -> Record | None:
    """One figure of one group as the picture's data have it; None for one that is not there to draw."""
    if interval.value is None:
        return None
    ends = {} if interval.low is None or interval.high is None else {"low": interval.low, "high": interval.high}
    return {"group": group, "mark": mark.name, "lane": mark.lane, "value": interval.value, **ends}


def dot_plot(
    records: Sequence[Record], said: Mapping[str, str], marks: Sequence[Mark], order: Sequence[str], scale: Scale
) -> Any:
    """An Altair chart: marks and intervals by group, in `order`; `said` stands in the row of a group without any."""
    import altair as alt

    listed = set(order)
    chart = alt.Chart({"values": [each for each in records if each["group"] in listed]})
    lanes = list(range(max(mark.lane for mark in marks) + 1))
    place: dict[str, Any] = {"y": _side(order, scale), "yOffset": alt.YOffset("lane:O", scale=alt.Scale(domain=lanes))}
    look = {"color": _look(alt.Color, marks, "colour"), "shape": _look(alt.Shape, marks, "shape")}
    layers = [
        *_lines(scale),
        *([_bars(chart, place, scale).encode(color=look["color"])] if scale.bars else []),
        *([_joins(chart, place, scale)] if scale.joined else []),
        chart.transform_filter("isValid(datum.low)").mark_rule().encode(
            **place, x=_along(scale, "low"), x2="high:Q", color=look["color"]
        ),
        chart.mark_point().encode(**place, **look, x=_along(scale)),
        _texts({group: said[group] for group in order if group in said}, place["y"]),
    ]  # fmt: skip
    return alt.layer(*layers).properties(width=scale.width, height=max(len(order), 1) * (len(lanes) * _LANE + 11))


def _along(scale: Scale, field: str = "value") -> Any:
    import altair as alt

    axis = alt.Axis(format=scale.format, tickCount=6, labelOverlap="greedy", labelSeparation=6)
    zero = alt.Undefined if scale.kind == "log" else scale.from_zero
    return alt.X(f"{field}:Q", title=scale.title, axis=axis, scale=alt.Scale(type=scale.kind, nice=True, zero=zero))


def _side(order: Sequence[str], scale: Scale) -> Any:
    import altair as alt

    axis = alt.Axis(labels=scale.labelled, ticks=scale.labelled)
    bands = alt.Scale(domain=list(order), paddingInner=0.35, paddingOuter=0.2)
    return alt.Y("group:N", title=None, sort=None, scale=bands, axis=axis)


def _look(channel: Any, marks: Sequence[Mark], part: str) -> Any:
    import altair as alt

    scale = alt.Scale(domain=[mark.name for mark in marks], range=[getattr(mark, part) for mark in marks])
    return channel("mark:N", scale=scale)


def _bars(chart: Any, place: dict[str, Any], scale: Scale) -> Any:
    return chart.mark_bar(size=7, opacity=0.3).encode(**place, x=_along(scale))


def _joins(chart: Any, place: dict[str, Any], scale: Scale) -> Any:
    import altair as alt

    joined = chart.transform_filter(alt.FieldOneOfPredicate("mark", list(scale.joined)))
    return joined.mark_line(color=GREY, strokeWidth=1).encode(
        **place, x=_along(scale), detail="group:N", order="lane:Q"
    )


def _lines(scale: Scale) -> list[Any]:
    import altair as alt

    if not scale.lines:
        return []
    lines = alt.Chart({"values": [{"line": line} for line in scale.lines]})
    return [lines.mark_rule(color=GREY, strokeDash=[4, 3], strokeWidth=1.5).encode(x="line:Q")]


def _texts(said: Mapping[str, str], side: Any) -> Any:
    import altair as alt

    texts = alt.Chart({"values": [{"group": group, "text": text} for group, text in said.items()]})
    return texts.mark_text(align="left", dx=6, color=INK).encode(y=side, x=alt.value(0), text="text:N")


def cut(rows: int) -> str:
    """What to say where there are more rows than a picture holds."""
    return f"The picture shows the first {LONGEST} of {rows} rows; the table has all." if rows > LONGEST else ""
