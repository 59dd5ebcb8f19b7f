"""Every figure: a picture with a name, a table with the same figures, and nothing from elsewhere."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from tests.unit.charts.figures import CURVE, MOVES, TWINS, figures, interval, is_figure, records
from tests.unit.report import reports

from matchmaker.charts import balance, exposure, funnel, palette, price, slopes, wording, world
from matchmaker.domain.reports import GroupExposure, Interval, StagePass
from matchmaker.errors import InputError

SVG = "{http://www.w3.org/2000/svg}"
NAMES = sorted(figures())
LARGEST = 250_000
SECRET = 0.123456789


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_is_one_image_with_a_name_and_a_description(name: str) -> None:
    figure = figures()[name]
    root = ET.fromstring(figure.svg)
    title, described = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert root.get("role") == "img" and root.get("aria-label") == figure.title != ""
    assert title is not None and title.text == figure.title
    assert described is not None and described.text == figure.description != ""
    assert root.get("aria-describedby") == described.get("id")


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_loads_nothing_runs_nothing_and_is_small(name: str) -> None:
    svg = figures()[name].svg
    kinds = {element.tag.removeprefix(SVG) for element in ET.fromstring(svg).iter()}
    drawn = {
        "svg",
        "title",
        "desc",
        "defs",
        "pattern",
        "clipPath",
        "linearGradient",
        "stop",
        "g",
        "path",
        "rect",
        "line",
    }
    assert kinds <= drawn | {"text"}
    assert re.findall(r"\bhref|https?://(?!www\.w3\.org/2000/svg\")|\son\w+=|url\((?!#)", svg) == []
    assert len(svg.encode()) < LARGEST


def test_ids_are_unique_over_all_figures_and_every_reference_is_met() -> None:
    texts = [figure.svg for figure in figures().values()]
    ids = Counter(found for svg in texts for found in re.findall(r'\bid="([^"]+)"', svg))
    assert set(ids.values()) == {1}
    for svg in texts:
        assert set(re.findall(r"url\(#([^)]+)\)", svg)) <= set(re.findall(r'\bid="([^"]+)"', svg))


def test_equal_figures_are_equal_bytes() -> None:
    once, again = (exposure.attention(reports.attribute(), 10) for _ in range(2))
    assert once.svg == again.svg and once == again


@pytest.mark.parametrize("name", sorted(TWINS))
def test_the_table_holds_what_is_drawn_and_nothing_else(name: str) -> None:
    figure, twin = figures()[name], TWINS[name]
    drawn = {(each["group"], each["mark"]): twin.written(interval(each)) for each in records(figure) if "mark" in each}
    told = {
        (row[0], mark): row[column]
        for row in figure.rows
        for column, mark in twin.columns.items()
        if is_figure(row[column])
    }
    assert drawn == told and drawn


@pytest.mark.parametrize("name", ["funnel", "filters"])
def test_the_table_of_a_funnel_holds_what_is_drawn(name: str) -> None:
    drawn = Counter(
        (
            each["group"],
            each["mark"],
            wording.ratio_with(interval(each)) if "low" in each else wording.count(each["value"]),
        )
        for each in records(figures()[name])
        if "mark" in each
    )
    rows = [row for row in figures()[name].rows if is_figure(row[2])]
    assert drawn == Counter([(row[0], row[1], row[column]) for row in rows for column in (2, 4)])


def test_the_grid_of_a_funnel_of_many_groups_says_what_its_table_says() -> None:
    figure = figures()["funnel of many"]
    drawn = {(each["step"], each["group"]): each["text"] for each in records(figure)}
    assert drawn == {(row[0], row[1]): row[4].partition(" [")[0] for row in figure.rows}


def test_the_table_of_a_trend_holds_what_is_drawn_and_a_withheld_period_is_a_gap() -> None:
    figure = figures()["trend"]
    drawn = {
        (each["group"], each["period"]): wording.withheld(10)
        if each["value"] is None
        else wording.percent_with(interval(each))
        for each in records(figure)
    }
    told = {(row[0], row[1]): row[3] for row in figure.rows}
    assert drawn == {key: cell for key, cell in told.items() if key[0] != "unknown"}
    assert drawn["upper middle income", "2026-02"] == "n < 10"
    assert {told["unknown", f"2026-0{month}"] for month in range(1, 7)} == {"n < 10"}


def test_the_tables_of_slopes_hold_what_is_drawn() -> None:
    for name, written in (("shares", wording.percent), ("ranks", wording.count)):
        figure = figures()[name]
        drawn = {(e["label"], e["side"]): written(e["value"]) for e in records(figure) if "label" in e}
        told = {(row[0], side): row[at] for row in figure.rows for at, side in ((1, "by score"), (2, "as shown"))}
        assert drawn == {key: cell for key, cell in told.items() if is_figure(cell)}
    ways = {each["label"]: each["way"] for each in records(figures()["ranks"]) if "label" in each}
    assert ways == {"Ana": "as before", "Ben <b>": "more seen", "Cai": "less seen", "Dia": "more seen"}
    assert len(MOVES) == len(figures()["ranks"].rows)


def test_the_table_of_a_trade_off_marks_the_chosen_point() -> None:
    figure = figures()["trade-off"]
    drawn = [(e["label"], wording.quality(e["parity"]), wording.quality(e["ndcg"]), e["mark"]) for e in records(figure)]
    assert drawn == [(*row[:3], "chosen" if row[3] else "possible") for row in figure.rows]
    assert [row[0] for row in figure.rows if row[3]] == ["pool"]


def test_a_chosen_point_that_is_not_there_is_refused() -> None:
    with pytest.raises(InputError, match="'best'"):
        price.trade_off(CURVE, "best", "AWRF")
    with pytest.raises(InputError):
        price.trade_off([*CURVE, CURVE[0]], "pool", "AWRF")


def test_the_price_says_mean_quantiles_and_lowest() -> None:
    figure = figures()["relevance kept"]
    drawn = {each["group"]: wording.quality_with(interval(each)) for each in records(figure) if "mark" in each}
    assert drawn == {row[0]: row[1] for row in figure.rows}
    assert drawn["mean"] == "0.987 [0.985, 0.989]" and drawn["lowest"] == "0.951"


def _leaky(group: GroupExposure) -> GroupExposure:
    """A withheld group whose figures were forgotten in it."""
    secret = Interval(SECRET, SECRET, SECRET)
    return replace(
        group, people=123, pool_people=SECRET, index_share=SECRET, eligible_share=SECRET, pool_share=SECRET,
        shown_share=SECRET, exposure=secret, before=secret, parity=secret, treatment=secret, impact=secret,
    )  # fmt: skip


def test_a_withheld_cell_is_never_drawn_or_told_even_where_figures_were_forgotten_in_it() -> None:
    secret = Interval(SECRET, SECRET, SECRET)
    income = reports.attribute(trend=reports.trend())
    leaky = replace(
        income,
        groups=(*income.groups[:-1], _leaky(income.groups[-1])),
        trend=tuple(replace(each, exposure={**each.exposure, "unknown": secret}) for each in income.trend),
    )
    one = reports.funnel()
    hidden = StagePass("unknown", SECRET, secret, secret, True)
    steps = tuple(replace(step, groups=(*step.groups[:-1], hidden)) for step in one.stages)
    both = reports.balance()
    made = [
        exposure.attention(leaky, 10),
        exposure.per_head(leaky, 10),
        exposure.trend(leaky, 10),
        slopes.shares(leaky, 10),
        funnel.funnel(replace(one, stages=steps), 10),
        funnel.funnel(replace(reports.funnels().funnels[1], stages=steps), 10),
        world.world(_told(reports.countries(), people=SECRET, exposure=SECRET), 10),
        balance.leadership(_told(both.leadership, eligible=SECRET, led=secret, only_middle=secret), 10),
        balance.studied(_told(both.parachute, about=SECRET, without_local_author=secret), 10),
        balance.mobility(_told(both.mobility, stock=SECRET, outflow=SECRET, inflow=SECRET, net_rate=SECRET), 10),
        balance.flows(_told(both.flows, lists=SECRET, share=SECRET, back=SECRET), 10),
    ]
    for figure in made:
        everything = json.dumps([figure.spec["datasets"], figure.svg, figure.rows, figure.description])
        assert "0.123456" not in everything, figure.title
        hidden_rows = [row for row in figure.rows if "n < 10" in row]
        words = re.sub(r"2026-\d\d|39\d|n < 10|fewer than 10", "", str(hidden_rows))
        assert hidden_rows and not re.search(r"\d", words), figure.title


def _told(rows: Sequence[Any], **secrets: Any) -> list[Any]:
    """The same rows, but with figures forgotten in those that are withheld."""
    return [replace(each, **secrets) if each.withheld else each for each in rows]


def test_hostile_names_stay_text() -> None:
    figure = figures()["attention of hostile names"]
    assert "<script" not in figure.svg and "&lt;script" in figure.svg
    assert "\x00" not in figure.svg and "\n" not in figure.rows[0][0]


def test_a_withheld_group_keeps_its_row_and_says_so_in_the_picture() -> None:
    figure = figures()["attention"]
    assert {"group": "unknown", "text": "n < 10"} in list(records(figure))
    assert ">n &lt; 10</text>" in figure.svg


def test_more_groups_than_fit_are_in_the_table_and_the_cut_is_told() -> None:
    many = tuple(reports.group(f"group {at}", 0.01, 0.01, 0.01) for at in range(60))
    figure = exposure.attention(reports.attribute("organisation_type", many), 10)
    assert len(figure.rows) == 60 and len({each["group"] for each in records(figure)}) == 40
    assert "first 40 of 60" in figure.note


def test_no_two_marks_differ_by_colour_alone() -> None:
    for figure in figures().values():
        looks = re.findall(
            r'"color": ({"field": "mark".*?}}), "shape": ({"field": "mark".*?}})', json.dumps(figure.spec)
        )
        for colour, shape in looks:
            colours, shapes = (json.loads(each)["scale"]["range"] for each in (colour, shape))
            assert len(set(shapes)) == len(shapes) == len(set(colours))
    assert len(set(palette.SHAPES)) == len(palette.SHAPES) >= len(palette.SERIES)


def test_matchmaker_is_imported_without_the_drawing_libraries() -> None:
    code = "import sys, matchmaker.report.faces; print({'altair', 'vl_convert'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "set()"
