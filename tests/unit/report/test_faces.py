"""Three faces of one report say the same figures, and none says what is withheld."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from tests.unit.charts.figures import CURVE
from tests.unit.report import reports
from tests.unit.report.pages import Page, parsed

from matchmaker.charts import wording
from matchmaker.domain.reports import Interval
from matchmaker.errors import InputError
from matchmaker.report import faces
from matchmaker.report.faces import Report

REPORTS: dict[str, Report] = {
    "exposure": reports.exposure(),
    "funnel": reports.funnels(),
    "balance": reports.balance(),
    "bare": reports.bare(),
    "one group": reports.one_group(),
    "hostile": reports.hostile(),
}
NAMES = sorted(REPORTS)
SECRET = 0.334567891
_SPREAD = reports.exposure().spread


@cache
def _page(name: str) -> str:
    return faces.html(REPORTS[name])


@cache
def _text(name: str) -> str:
    return faces.markdown(REPORTS[name])


def _tables_of(text: str) -> list[list[tuple[str, ...]]]:
    """The tables of a Markdown text as rows of cells, escapes undone."""
    blocks = re.findall(r"(?:^\|.*\|$\n?)+", text, re.MULTILINE)
    return [[_cells(line) for line in block.splitlines() if not line.startswith("| ---")] for block in blocks]


def _cells(line: str) -> tuple[str, ...]:
    cells = re.split(r"(?<!\\) \| ", line.removeprefix("| ").removesuffix(" |"))
    return tuple(_read(cell).strip() for cell in cells)


def _read(cell: str) -> str:
    text = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", cell)  # a backslash before anything else is a backslash
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


@pytest.mark.parametrize("name", NAMES)
def test_page_and_text_have_the_same_tables(name: str) -> None:
    page = parsed(_page(name))
    in_page: list[list[tuple[str, ...]]] = [
        [tuple(cell.strip() for cell in row) for row in table] for table in page.tables
    ]
    facts: list[list[tuple[str, ...]]] = [[("What", "Figure"), *pairs] for pairs in page.facts]
    in_text = _tables_of(_text(name))
    assert sorted(in_page + facts) == sorted(in_text)
    assert len(in_text) >= 1


def _numbers(data: Any) -> Iterator[tuple[str, float]]:
    """Every figure of the JSON under the name of its field."""
    if isinstance(data, dict):
        for key, value in data.items():
            if isinstance(value, int | float) and not isinstance(value, bool):
                yield key, value
            yield from _numbers(value)
    if isinstance(data, list):
        for value in data:
            yield from _numbers(value)


@pytest.mark.parametrize("name", ["exposure", "funnel", "balance", "one group"])
def test_every_figure_of_the_data_is_on_the_page(name: str) -> None:
    data = faces.as_json(REPORTS[name])
    # Findings bring their figures in their sentences, and bounds of the method stand in prose.
    for left_out in ("findings", "crossed", "funnels" if name == "funnel" else ""):
        data.pop(left_out, None)
    texts = set(re.findall(r"−?\d[\d,]*(?:\.\d+)?", parsed(_page(name)).text))
    for key, value in _numbers(data):
        if key not in {"acts", "floors_met", "window"}:
            ends = f"{100 * value:.1f}".replace("-", "−")
            forms = {wording.count(value), wording.ratio(value), wording.quality(value), ends}
            assert forms & texts, (key, value)


def test_the_data_are_the_fields_of_the_report() -> None:
    data = faces.as_json(reports.exposure())
    assert data["attributes"][0]["groups"][0]["exposure"] == {"value": 0.036, "low": 0.036 * 0.88, "high": 0.036 * 1.12}
    assert data["meta"]["kind"] == "exposure" and data["countries"][0]["country"] == "NA"
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert "curve" not in data


def test_the_curve_is_in_all_three() -> None:
    report = _small(attributes=(), countries=(), targets=())
    page = parsed(faces.html(report, CURVE, "pool"))
    text, data = faces.markdown(report, CURVE, "pool"), faces.as_json(report, CURVE, "pool")
    table = next(table for table in page.tables if table[0][0] == "Setting")
    assert table in _tables_of(text)
    assert [(each["label"], each["awrf"], each["ndcg"]) for each in data["curve"]] == CURVE
    assert [each["label"] for each in data["curve"] if each["chosen"]] == ["pool"]
    assert {row[0]: row[2] for row in table[1:]} == {label: f"{ndcg:.3f}" for label, _, ndcg in CURVE}


def _small(**other: Any) -> Any:
    """A report of exposure by income group only."""
    return reports.exposure(**{"attributes": reports.exposure().attributes[:1], "crossed": (), **other})


def _leaky(report: Any) -> Any:
    """A report of exposure in which figures were forgotten in what is withheld."""
    secret = Interval(SECRET, SECRET, SECRET)
    income = report.attributes[0]
    hidden = replace(income.groups[-1], people=4321, pool_share=SECRET, exposure=secret, before=secret, parity=secret)
    trend = tuple(replace(each, exposure={**each.exposure, "unknown": secret}) for each in income.trend)
    held = {**report.targets[0].held, "unknown": {"target": 0.07, "shown": SECRET, "exposure": SECRET, "below": SECRET}}
    return replace(
        report,
        attributes=(replace(income, groups=(*income.groups[:-1], hidden), trend=trend), *report.attributes[1:]),
        targets=(replace(report.targets[0], held=held),),
        countries=tuple(
            replace(each, people=4321, exposure=SECRET) if each.withheld else each for each in report.countries
        ),
    )


def test_what_is_withheld_leaves_by_no_face() -> None:
    report = _leaky(_small())
    for face in (faces.html(report), faces.markdown(report), json.dumps(faces.as_json(report))):
        assert not re.search(r"0\.33456|\b33\.5\u00a0%|4,?321", face)
    held = faces.as_json(report)["targets"][0]["held"]["unknown"]
    assert held == {"target": 0.07, "shown": None, "exposure": None, "below": None}
    assert "| unknown | 7.0\u00a0% | n < 10 | n < 10 | n < 10 |" in faces.markdown(report)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_is_no_figure_is_refused_by_every_face(value: float) -> None:
    report = reports.exposure(spread=replace(reports.exposure().spread, gini=value))
    for face in (faces.html, faces.markdown, faces.as_json):
        with pytest.raises(InputError, match=r"ExposureReport\.spread\.gini"):
            face(report)


def test_a_report_without_lists_says_so_everywhere() -> None:
    page, text = _page("bare"), _text("bare")
    for said in ("no list", "No target was declared", "too few lists", "That is no proof"):
        assert said in page and said in text
    assert parsed(page).figures == []


def test_texts_of_others_become_no_markup_of_the_text() -> None:
    text = _text("hostile")
    assert "<script" not in text and "](javascript" not in text.replace("\\]", "")
    assert not any(line.startswith(("# end", "> ", "```")) for line in text.splitlines())
    assert [line for line in text.splitlines() if line.startswith("# ")] == ["# Who is seen: report of exposure"]


def test_the_report_of_the_largest_kind_is_small() -> None:
    assert len(_page("exposure").encode()) < 1_500_000


def test_pages_are_the_same_twice() -> None:
    assert faces.html(reports.balance()) == _page("balance")


def test_a_page_is_read_as_it_is_meant() -> None:
    page: Page = parsed("<main><table><caption>c</caption><tr><th>a<td>1</table><dl><dt>x<dd>y</dl></main>")
    assert page.tables == [[("a", "1")]] and page.facts == [[("x", "y")]] and page.captions == ["c"]


@pytest.mark.parametrize("start", ["# x", "- x", "+ x", "1. x", "1) x", "> x", "=== x", "* x", "| x | y |", "``` x"])
def test_no_text_opens_a_block_of_markdown(start: str) -> None:
    text = faces.markdown(
        replace(reports.bare(), meta=reports.meta(notes=(start,)), spread=replace(_SPREAD, note=start))
    )
    lines = [line for line in text.splitlines() if line.removeprefix("- ").endswith(("x", "x \\| y \\|"))]
    assert len(lines) == 2 and not any(line.removeprefix("- ").startswith(start) for line in lines)
    assert lines[0].startswith("- ") and lines[1] == lines[0].removeprefix("- ")


def test_figures_are_not_escaped() -> None:
    assert "| Concentration by country (HHI) | 0.083 |" in _text("exposure")
