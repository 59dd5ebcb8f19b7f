"""Who leads, who moves, who is written about, and whether suggestions go both ways."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from matchmaker.charts import wording
from matchmaker.charts.dots import LONGEST, Mark, Record, Scale, cut, dot_plot, record
from matchmaker.charts.figure import Figure, Row, Words, drawn
from matchmaker.charts.palette import BLUE, DIAMOND, DISC, VERMILION
from matchmaker.domain.balance import Flow, Leadership, Mobility, Parachute
from matchmaker.domain.reports import Interval

_LED: Final = Mark("led: first or last author", BLUE, DIAMOND, 0)
_MIDDLE: Final = Mark("only names between", VERMILION, DISC, 1)
_OUT: Final = Mark("moved away", VERMILION, DISC, 0)
_IN: Final = Mark("moved in", BLUE, DIAMOND, 1)
_THERE: Final = Mark("suggestions from the first to the second", BLUE, DIAMOND, 0)
_BACK: Final = Mark("and back", VERMILION, DISC, 1)
_WITHOUT: Final = Mark("works without an author affiliated there", BLUE, DIAMOND)


def leadership(groups: Sequence[Leadership], below: int) -> Figure:
    """The part of joint works that each group of countries leads, and where it has only names between."""
    names = {each.group: wording.place_name(each.group) for each in groups}
    records = [
        found
        for each in groups
        for mark, value in ((_LED, each.led), (_MIDDLE, each.only_middle))
        if not each.withheld and (found := record(names[each.group], mark, value)) is not None
    ]
    said = {names[each.group]: wording.withheld(below) for each in groups if each.withheld}
    scale = Scale("share of joint works", bars=True)
    plot = dot_plot(records, said, (_LED, _MIDDLE), list(names.values())[:LONGEST], scale)
    rows = [
        (names[each.group], *([wording.withheld(below)] * 3), wording.printable(each.note))
        if each.withheld
        else (
            names[each.group], wording.count(each.eligible), wording.percent_with(each.led),
            wording.percent_with(each.only_middle), wording.printable(each.note),
        )
        for each in groups
    ]  # fmt: skip
    columns = ("Countries", "Joint works", "Led", "Only names between", "Note")
    told = _extremes([(names[each.group], each.led) for each in groups if not each.withheld], "of its joint works led")
    return drawn(plot, Words("Who leads joint works", told, cut(len(groups))), columns, rows)


def studied(countries: Sequence[Parachute], below: int) -> Figure:
    """The part of works about a country that have no author affiliated there."""
    names = {each.country: wording.place_name(each.country) for each in countries}
    records = [
        found
        for each in countries
        if not each.withheld and (found := record(names[each.country], _WITHOUT, each.without_local_author)) is not None
    ]
    said = {names[each.country]: wording.withheld(below) for each in countries if each.withheld}
    scale = Scale("share of works about the country", bars=True)
    plot = dot_plot(records, said, (_WITHOUT,), list(names.values())[:LONGEST], scale)
    rows = [
        (names[each.country], *([wording.withheld(below)] * 2), wording.printable(each.note))
        if each.withheld
        else (
            names[each.country], wording.count(each.about), wording.percent_with(each.without_local_author),
            wording.printable(each.note),
        )
        for each in countries
    ]  # fmt: skip
    columns = ("Country", "Works about it", "Without an author there", "Note")
    figures = [(names[each.country], each.without_local_author) for each in countries if not each.withheld]
    told = _extremes(figures, "of the works about it without an author there")
    return drawn(plot, Words("Works about a country without an author there", told, cut(len(countries))), columns, rows)


def mobility(groups: Sequence[Mobility], below: int) -> Figure:
    """People whose country of by-lines changed: how many moved away and how many moved in."""
    names = {each.group: wording.place_name(each.group) for each in groups}
    records: list[Record] = [
        found
        for each in groups
        for mark, people in ((_OUT, each.outflow), (_IN, each.inflow))
        if not each.withheld and (found := record(names[each.group], mark, Interval(people))) is not None
    ]
    said = {names[each.group]: wording.withheld(below) for each in groups if each.withheld}
    scale = Scale("people", "~s", "sqrt", joined=(_OUT.name, _IN.name))
    plot = dot_plot(records, said, (_OUT, _IN), list(names.values())[:LONGEST], scale)
    columns = ("From or to", "Stock", "Away", "In", "Net rate", "Balanced", "Returned", "Circulating", "Note")
    rows = [_mobility_row(names[each.group], each, below) for each in groups]
    known = [each for each in groups if not each.withheld and each.net_rate is not None]
    told = "No group has figures that can be shown."
    if known:
        lowest = min(known, key=lambda each: each.net_rate or 0.0)
        told = f"{len(groups)} groups. Lowest net rate: {names[lowest.group]}, {wording.percent(lowest.net_rate)}."
    return drawn(plot, Words("People who moved", told, cut(len(groups))), columns, rows)


def flows(pairs: Sequence[Flow], below: int) -> Figure:
    """The pairs of countries with most suggestions, and how many go back. The table has the pairs that are drawn."""
    top = sorted(pairs, key=lambda pair: (pair.withheld, -(pair.share or 0.0), pair.seekers, pair.shown))[:LONGEST]
    names = [f"{wording.country_name(pair.seekers)} → {wording.country_name(pair.shown)}" for pair in top]
    records = [
        found
        for name, pair in zip(names, top, strict=True)
        for mark, share in ((_THERE, pair.share), (_BACK, pair.back))
        if not pair.withheld and (found := record(name, mark, Interval(share))) is not None
    ]
    said = {name: wording.withheld(below) for name, pair in zip(names, top, strict=True) if pair.withheld}
    plot = dot_plot(records, said, (_THERE, _BACK), names, Scale("share of suggestions", ".1%", bars=True))
    rows: list[Row] = [
        (name, *[wording.withheld(below)] * 3)
        if pair.withheld
        else (name, wording.count(pair.lists), wording.percent(pair.share), wording.percent(pair.back))
        for name, pair in zip(names, top, strict=True)
    ]
    told = f"{len(pairs)} pairs of countries. Most suggestions: {names[0]}." if names else "No pair of countries."
    note = f"The first {LONGEST} of {len(pairs)} pairs; the JSON report has all." if len(pairs) > LONGEST else ""
    columns = ("Seekers → people shown", "Lists", "Share of suggestions", "And back")
    return drawn(plot, Words("Suggestions between countries", told, note), columns, rows)


def _mobility_row(name: str, group: Mobility, below: int) -> Row:
    note = wording.printable(group.note)
    if group.withheld:
        return (name, *[wording.withheld(below)] * 7, note)
    counts = (wording.count(each) for each in (group.stock, group.outflow, group.inflow))
    rates = (wording.percent(group.net_rate), wording.ratio(group.balanced))
    parts = (wording.percent_with(each) for each in (group.returned, group.circulating))
    return (name, *counts, *rates, *parts, note)


def _extremes(figures: Sequence[tuple[str, Interval]], what: str) -> str:
    known = sorted((interval.value, name) for name, interval in figures if interval.value is not None)
    if not known:
        return "No row has figures that can be shown."
    (least, lowest), (most, highest) = known[0], known[-1]
    return f"From {lowest} ({wording.percent(least)}) to {highest} ({wording.percent(most)}) {what}."
