"""The page: one file that loads nothing, in order, and every picture with its table."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from itertools import pairwise

import pytest
from tests.unit.report import reports
from tests.unit.report.pages import Element, Page, parsed

from matchmaker.report import faces
from matchmaker.report.faces import Report

MADE: dict[str, Callable[[], Report]] = {
    "exposure": reports.exposure,
    "funnel": reports.funnels,
    "balance": reports.balance,
    "bare": reports.bare,
    "one group": reports.one_group,
    "hostile": reports.hostile,
}
NAMES = sorted(MADE)


@cache
def _html(name: str) -> str:
    return faces.html(MADE[name]())


def _page(name: str) -> Page:
    return parsed(_html(name))


def _everything(page: Page) -> list[Element]:
    def inside(element: Element) -> list[Element]:
        children = [each for each in element.children if isinstance(each, Element)]
        return [found for each in children for found in [each, *inside(each)]]

    return inside(page.root)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_loaded_and_nothing_runs(name: str) -> None:
    page = _page(name)
    for element in _everything(page):
        assert element.kind not in {"script", "link", "img", "iframe", "object", "embed", "use", "image", "base"}
        for key, value in element.attributes.items():
            assert not key.startswith("on") and key not in {"src", "srcset", "xlink:href", "style"}
            if key == "href":
                assert (value or "").startswith("#")
    assert not re.search(r"https?:|@import|url\((?!#)", _html(name))
    policy = next(each for each in page.root.all("meta") if each.attributes.get("http-equiv"))
    assert policy.attributes["content"] == "default-src 'none'; style-src 'unsafe-inline'"


@pytest.mark.parametrize("name", NAMES)
def test_headings_are_in_order_and_there_is_one_title(name: str) -> None:
    page = _page(name)
    levels = [int(each.kind[1]) for each in page.root.all("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert page.root.all("h1")[0].text == page.root.all("title")[0].text


@pytest.mark.parametrize("name", NAMES)
def test_a_page_has_a_language_landmarks_and_a_way_past_them(name: str) -> None:
    page = _page(name)
    assert page.root.all("html")[0].attributes["lang"] == "en"
    for kind in ("header", "nav", "main", "footer"):
        assert len(page.root.all(kind)) == 1
    first = page.root.all("a")[0]
    assert first.attributes == {"class": "skip", "href": "#report"}
    ids = [each.attributes["id"] for each in _everything(page) if "id" in each.attributes]
    assert len(ids) == len(set(ids))
    assert {(each.attributes["href"] or "")[1:] for each in page.root.all("a")} <= set(ids)


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_has_a_picture_a_caption_and_a_table_twin(name: str) -> None:
    for figure in _page(name).figures:
        (picture,), (caption,), (twin,) = figure.all("svg"), figure.all("figcaption"), figure.all("details")
        assert picture.attributes["role"] == "img" and picture.attributes["aria-label"]
        assert caption.text.startswith(picture.attributes["aria-label"] or "?")
        (table,) = twin.all("table")
        assert table.all("caption")[0].text == picture.attributes["aria-label"]
        heads = [(each.attributes.get("scope"), each.text) for each in table.all("th")]
        assert all(scope in {"col", "row"} and text for scope, text in heads)


def test_a_report_tells_first_what_to_look_at_and_then_what_it_rests_on() -> None:
    titles = [each.text for each in _page("exposure").root.all("h2")]
    assert titles == [
        "What to look at", "What this report rests on", "Declared targets and what came of them",
        "What the targets cost", "Exposure by attribute", "Over time", "Two attributes at once", "By country",
        "Spread over single people",
    ]  # fmt: skip
    parts = [each.text for each in _page("exposure").root.all("h3")]
    assert parts[:3] == ["What is withheld", "How it was computed", "What it cannot see"]


def test_texts_of_others_stay_text() -> None:
    html = _html("hostile")
    assert "<script" not in html and "&lt;script&gt;alert" in html
    assert "\x00" not in html
    cells = [cell for table in _page("hostile").tables for row in table for cell in row]
    assert any(cell.startswith("<script>alert('1')</script> | \"board\"") for cell in cells)


def test_withheld_rows_are_counted() -> None:
    assert re.search(r"\b6 rows are withheld here", _html("exposure"))
    assert re.search(r"\b0 rows are withheld here", _html("bare"))


def test_columns_of_figures_stand_to_the_right_and_words_do_not() -> None:
    table = next(t for t in _page("exposure").root.all("table") if t.all("caption")[0].text == "Attention by country")
    assert [each.attributes.get("class") for each in table.all("tr")[1].all("th", "td")] == [None, "num", "num"]


def test_the_sheet_prints_tables_that_are_closed_on_the_screen() -> None:
    html = _html("balance")
    printed = html[html.index("@media print") :]
    assert "details::details-content" in printed and "thead { display: table-header-group; }" in printed
    assert "size: A4" in html and "light-dark(" in html
