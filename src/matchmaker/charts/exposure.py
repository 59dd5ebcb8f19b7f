"""Who is seen: attention against the pool, attention per head, and how both change over time."""

from __future__ import annotations

from typing import Final

from matchmaker.charts import wording
from matchmaker.charts.dots import LONGEST, Mark, Record, Scale, cut, dot_plot, record
from matchmaker.charts.figure import Figure, Row, Words, drawn
from matchmaker.charts.palette import BAR, BLUE, DIAMOND, DISC, GREEN, GREY, POINTER, PURPLE, VERMILION
from matchmaker.domain.reports import AttributeExposure, GroupExposure, Interval

_BEFORE: Final = Mark("attention in the order by score", VERMILION, DISC, 0)
_POOL: Final = Mark("share of the pool", GREY, BAR, 1)
_TARGET: Final = Mark("declared target", PURPLE, POINTER, 1)
_AFTER: Final = Mark("attention as shown", BLUE, DIAMOND, 2)

_PARITY: Final = Mark("per head", BLUE, DIAMOND, 0)
_TREATMENT: Final = Mark("per head and unit of relevance", VERMILION, DISC, 1)
_IMPACT: Final = Mark("expected use per head and unit of relevance", GREEN, "square", 2)
BAND: Final = (0.8, 1.25)


def attention(attribute: AttributeExposure, below: int) -> Figure:
    """Attention of each group before and after the equity step, with 95 % intervals, against pool and target.

    `below` is the number of people under which a cell is withheld. At most 40 groups are drawn; all are in the table.
    """
    of = wording.attribute_name(attribute.attribute)
    names = {each.group: wording.group_name(attribute.attribute, each.group) for each in attribute.groups}
    said = {names[each.group]: wording.withheld(below) for each in attribute.groups if each.withheld}
    records = [found for each in attribute.groups for found in _attention_records(names[each.group], each)]
    order = list(names.values())[:LONGEST]
    scale = Scale("share", joined=(_BEFORE.name, _AFTER.name))
    marks = [mark for mark in (_BEFORE, _AFTER, _POOL, _TARGET) if any(r["mark"] == mark.name for r in records)]
    plot = dot_plot(records, said, marks or [_AFTER], order, scale)
    columns = (wording.started(of), "Pool", "Attention, by score", "Attention, as shown", "Target", "Note")
    rows = [_attention_row(names[each.group], each, below) for each in attribute.groups]
    note = " ".join(filter(None, (wording.printable(attribute.note), cut(len(names)))))
    title = f"Attention against the pool, by {of}"
    return drawn(plot, Words(title, _furthest(attribute), note), columns, rows)


def per_head(attribute: AttributeExposure, below: int) -> Figure:
    """Attention per head of each group against the group with most heads: parity, treatment and impact."""
    of = wording.attribute_name(attribute.attribute)
    names = {each.group: wording.group_name(attribute.attribute, each.group) for each in attribute.groups}
    said = {names[each.group]: wording.withheld(below) for each in attribute.groups if each.withheld}
    records = [
        found
        for each in attribute.groups
        for mark, interval in ((_PARITY, each.parity), (_TREATMENT, each.treatment), (_IMPACT, each.impact))
        if not each.withheld and (found := record(names[each.group], mark, interval)) is not None
    ]
    marks = (_PARITY, _TREATMENT, _IMPACT)
    scale = Scale("against the largest group (1 = alike)", "~g", "sqrt", (BAND[0], 1.0, BAND[1]), from_zero=False)
    plot = dot_plot(records, said, marks, list(names.values())[:LONGEST], scale)
    columns = (wording.started(of), "Per head", "… per unit of relevance", "Expected use", "Note")
    rows = [_per_head_row(names[each.group], each, below) for each in attribute.groups]
    title = f"Attention per head against the largest group, by {of}"
    return drawn(plot, Words(title, _outside_band(attribute), cut(len(names))), columns, rows)


def trend(attribute: AttributeExposure, below: int) -> Figure:
    """Attention of each group by period with 95 % intervals, one small picture a group."""
    import altair as alt

    of = wording.attribute_name(attribute.attribute)
    names = {each.group: wording.group_name(attribute.attribute, each.group) for each in attribute.groups}
    shown = {each.group for each in attribute.groups if not each.withheld}
    records = [
        {**found, "period": period.period}
        for period in attribute.trend
        for group, interval in period.exposure.items()
        if group in shown
        # A period without a figure is a gap in the line, not a line across it.
        for found in (record(names[group], _AFTER, interval) or {"group": names[group], "value": None},)
    ]
    periods = [period.period for period in attribute.trend]
    x = alt.X("period:O", title=None, sort=None, scale=alt.Scale(domain=periods), axis=alt.Axis(labelOverlap=True))
    share = alt.Axis(format=".0%", tickCount=4)
    y = alt.Y("value:Q", title=None, axis=share)
    layers = alt.layer(
        alt.Chart().transform_filter("isValid(datum.low)").mark_rule(color=BLUE, strokeWidth=1.5).encode(
            x=x, y=alt.Y("low:Q", title=None, axis=share), y2="high:Q"
        ),
        alt.Chart().mark_line(color=BLUE, strokeWidth=1.5).encode(x=x, y=y),
        alt.Chart().mark_point(color=BLUE, shape=DIAMOND, size=60).encode(x=x, y=y),
        data={"values": records},
    ).properties(width=165, height=95)  # fmt: skip
    present = [name for group, name in names.items() if group in shown][:LONGEST]
    plot = layers.facet(alt.Facet("group:N", title=None, sort=present), columns=3).resolve_scale(y="independent")
    columns = (wording.started(of), "Period", "Lists", "Attention")
    rows = [
        (name, each.period, wording.count(each.lists), _period_cell(each.exposure.get(group), group in shown, below))
        for group, name in names.items()
        for each in attribute.trend
    ]
    title = f"Attention by period, by {of}"
    note = " ".join(filter(None, ("Each small picture has its own scale.", cut(len(present)))))
    told = f"{len(periods)} periods from {periods[0]} to {periods[-1]}." if periods else "No period has enough lists."
    return drawn(plot, Words(title, told, note), columns, rows)


def _attention_records(name: str, group: GroupExposure) -> list[Record]:
    if group.withheld:
        return []
    figures = (
        (_BEFORE, group.before), (_AFTER, group.exposure),
        (_POOL, Interval(group.pool_share)), (_TARGET, Interval(group.target)),
    )  # fmt: skip
    return [found for mark, interval in figures if (found := record(name, mark, interval)) is not None]


def _attention_row(name: str, group: GroupExposure, below: int) -> Row:
    target = "none" if group.target is None else wording.percent(group.target)
    if group.withheld:
        hidden = wording.withheld(below)
        return (name, hidden, hidden, hidden, target, wording.printable(group.note))
    before, after = wording.percent_with(group.before), wording.percent_with(group.exposure)
    return (name, wording.percent(group.pool_share), before, after, target, wording.printable(group.note))


def _per_head_row(name: str, group: GroupExposure, below: int) -> Row:
    if group.withheld:
        return (name, *[wording.withheld(below)] * 3, wording.printable(group.note))
    figures = (group.parity, group.treatment, group.impact)
    return (name, *(wording.ratio_with(each) for each in figures), wording.printable(group.note))


def _period_cell(interval: Interval | None, shown: bool, below: int) -> str:
    if interval is None:
        return wording.NOT_COMPUTED
    return wording.percent_with(interval) if shown and interval.value is not None else wording.withheld(below)


def _furthest(attribute: AttributeExposure) -> str:
    """One sentence: which group has least against its share of the pool, and which most."""
    gaps = {
        each.group: (each.exposure.value, each.pool_share)
        for each in attribute.groups
        if not each.withheld and each.exposure.value is not None and each.pool_share is not None
    }
    if not gaps:
        return "No group has figures that can be shown."
    ranked = sorted(gaps, key=lambda group: gaps[group][0] - gaps[group][1])
    told = [
        f"{wording.group_name(attribute.attribute, group)} with {wording.percent(gaps[group][0])} of the attention "
        f"and {wording.percent(gaps[group][1])} of the pool"
        for group in (ranked[0], ranked[-1])
    ]
    return f"{len(attribute.groups)} groups. Lowest against its share: {told[0]}. Highest: {told[1]}."


def _outside_band(attribute: AttributeExposure) -> str:
    values = {each.group: each.parity.value for each in attribute.groups if not each.withheld}
    outside = [group for group, value in values.items() if value is not None and not BAND[0] <= value <= BAND[1]]
    names = ", ".join(wording.group_name(attribute.attribute, group) for group in outside) or "none"
    return f"Attention per head outside {BAND[0]} to {BAND[1]} of that of the largest group: {names}."
