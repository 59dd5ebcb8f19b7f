"""The pages in a real browser, with JavaScript switched off, as people meet them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pyarrow as pa
import pytest
from playwright.sync_api import Page, expect
from tests.browser.steps import ask, ask_here, check_team, press

from matchmaker_api import Matchmaker

pytestmark = pytest.mark.browser

TEXT = "Groundwater recharge, drought and irrigation in semi-arid catchments"
SOMEBODY = "https://demo.invalid/people/P00001"
HOSTILE = "<script>document.title='owned'</script><img src=x onerror=alert(1)> & \"quotes\" {{ 7 * 7 }}"


def test_a_question_leads_to_a_list_and_its_reasons_without_any_script(page: Page, address: str) -> None:
    ask(page, address, researcher=SOMEBODY, k="5")
    assert re.fullmatch(rf"{address}/runs/[0-9a-f]{{32}}", page.url)
    expect(page.locator(".card")).to_have_count(5)
    first = page.locator(".card").first
    expect(first.locator(".country")).to_be_visible()
    expect(first).to_contain_text("not screened")
    first.get_by_role("link", name=re.compile("^Why ")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Why ")
    expect(page.get_by_role("heading", name="Side by side")).to_be_visible()
    page.get_by_role("link", name="The list").click()
    expect(page.locator(".card")).to_have_count(5)


def test_the_parts_shown_for_a_score_sum_to_it(page: Page, address: str) -> None:
    ask(page, address, researcher=SOMEBODY, k="3")
    page.goto(page.url + "/why/2")
    points = [float(cell) for cell in page.locator("tbody .num:last-child").all_text_contents()]
    assert sum(points) == pytest.approx(float(page.locator("tfoot .num").text_content() or ""), abs=0.0011)


def test_every_picture_has_a_name_and_the_numbers_of_its_table(page: Page, address: str, demo: Matchmaker) -> None:
    ask(page, address, text=TEXT)
    run = demo.runs.get(page.url.rpartition("/")[2])
    for picture in page.locator("svg").all():
        assert picture.get_attribute("role") == "img"
        assert picture.get_attribute("aria-label") or picture.locator("title").text_content()
    page.locator("figure summary").first.click()
    rows = page.locator("figure").first.locator("tbody tr")
    told = [row.locator("td").first.text_content() for row in rows.all()]
    assert told == [f"{count['out']:,}" for count in run.answer["meta"]["filter_counts"].values()]


def test_an_empty_list_names_the_filter_and_asks_again_without_it(page: Page, address: str) -> None:
    ask(page, address, researcher=SOMEBODY, countries="Monaco, Liechtenstein", k="4")
    expect(page.locator(".problem")).to_contain_text("“in a wanted country” took out the last")
    expect(page.locator("#countries")).to_have_value("Monaco, Liechtenstein")
    page.get_by_role("button", name="Ask again that way").click()
    expect(page.locator(".card")).to_have_count(4)
    expect(page.locator("#researcher")).to_have_value(SOMEBODY)


def test_a_wrong_field_is_named_beside_it_and_what_was_typed_is_kept(page: Page, address: str) -> None:
    ask(page, address, text=TEXT, countries="Kenya, Atlantis")
    expect(page.get_by_role("alert")).to_contain_text("Atlantis")
    expect(page.locator("#countries")).to_have_attribute("aria-invalid", "true")
    described = (page.locator("#countries").get_attribute("aria-describedby") or "").split()
    expect(page.locator(f"#{described[-1]}")).to_contain_text("Atlantis")
    expect(page.locator("#text")).to_have_value(TEXT)


def test_an_empty_form_says_what_is_missing(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Find partners").click()
    expect(page.get_by_role("alert")).to_contain_text("nothing to look for")


def test_somebody_missing_gets_a_reason(page: Page, address: str) -> None:
    ask(page, address, researcher=SOMEBODY, k="1")
    page.locator("#missing").fill(SOMEBODY)
    page.get_by_role("button", name="Ask why not").click()
    expect(page.locator(".big")).to_contain_text("is the seeker")
    page.get_by_role("link", name="What is held about").click()
    expect(page.get_by_role("heading", name="Works and statements")).to_be_visible()


def walk(page: Page, address: str) -> Iterator[str]:
    """Every kind of page, one after the other."""
    for path in ("/", "/?call=he-ria", "/about", "/docs", "/problems", "/problems/not-found", "/nothing", "/calls",
                 "/calls?words=xyzzy", "/calls/check", "/calls/he-ria", "/calls/ukri-ispf-oda", "/calls/he-ria/team",
                 "/people/" + SOMEBODY):  # fmt: skip
        page.goto(address + path)
        yield path
    ask(page, address, text=TEXT + " " + "Donaudampfschifffahrt" * 8, k="30")
    yield "results"
    list_address = page.url
    page.goto(list_address + "/why/1")
    yield "why"
    page.goto(list_address + "/why-not?researcher=" + SOMEBODY)
    yield "why not"
    ask(page, address, researcher=SOMEBODY, countries="Monaco")
    yield "nobody"
    page.goto(address + "/calls/he-ria/team")
    check_team(page)
    yield "a verdict on a team"
    page.locator("#team").fill("{")
    check_team(page)
    yield "a team that cannot be read"
    page.goto(address + "/calls/he-ria")
    press(page, "Change it and check it")
    yield "a call file that is well formed"
    page.locator("#file").fill("schema: rcp-call/1")
    press(page, "Check this file")
    yield "a call file with a mistake"
    page.goto(address + "/?call=he-ria")
    ask_here(page, researcher=SOMEBODY, k="3")
    yield "results under a call"
    page.goto(page.url + "/why/1")
    yield "why under a call"


def test_no_page_scrolls_sideways_at_320_pixels(page: Page, address: str) -> None:
    for name in walk(page, address):
        # Scrolling to the far right moves a page only if there is something to see there.
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 320, f"{name} is {wide} pixels wide"


def test_every_page_has_one_heading_landmarks_and_named_fields(page: Page, address: str) -> None:
    for name in walk(page, address):
        assert page.locator("h1").count() == 1, name
        for landmark in ("header", "main", "footer", "nav[aria-label]"):
            assert page.locator(landmark).count() >= 1, (name, landmark)
        assert page.locator("html[lang]").count() == 1
        fields = "input:not([type=hidden]), select, textarea"
        assert page.eval_on_selector_all(fields, "all => all.every(one => one.labels.length === 1)"), name
        ids = page.eval_on_selector_all("[id]", "all => all.map(one => one.id)")
        assert len(ids) == len(set(ids)), name


def test_no_request_leaves_the_origin_and_no_page_holds_script_or_inline_style(
    page: Page, address: str, asked_for: list[str]
) -> None:
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    for name in walk(page, address):
        source = page.content()
        assert not re.search(r"<script|\sstyle=|\son\w+=\"|javascript:", source), name
        assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", source), name
    # A page that breaks its own content security policy says so here; a 404 and a 422 page are meant to be.
    assert [text for text in refused if "status of 4" not in text] == []
    assert asked_for
    assert {seen for seen in asked_for if not seen.startswith(address + "/")} == set()


def test_the_keyboard_reaches_the_content_first(page: Page, address: str) -> None:
    page.goto(address)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")


def test_small_targets_are_at_least_24_pixels_high(page: Page, address: str) -> None:
    ask(page, address, researcher=SOMEBODY, k="3")
    for target in page.locator("button, summary, nav a, .action, .flag input, select, input[type=text]").all():
        box = target.bounding_box()
        assert box is None or box["height"] >= 24


def test_hostile_words_in_titles_names_and_questions_are_shown_as_words(
    page: Page, address: str, demo: Matchmaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = demo.corpus.tables
    hostile = pa.array([HOSTILE] * tables.texts.num_rows)
    texts = tables.texts.set_column(tables.texts.column_names.index("title"), "title", hostile)
    names = pa.array([HOSTILE] * tables.people.num_rows)
    people = tables.people.set_column(tables.people.column_names.index("name"), "name", names)
    monkeypatch.setattr(demo, "corpus", replace(demo.corpus, tables=replace(tables, texts=texts, people=people)))
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    ask(page, address, text=f"{HOSTILE} groundwater recharge aquifer storage catchments")
    for path in ("", "/why/1", "/why-not?researcher=" + SOMEBODY):
        if path:
            page.goto(page.url.partition("/why")[0] + path)
        expect(page.get_by_text("<script>document.title").first).to_be_attached()
        assert page.locator("script, img[src=x]").count() == 0
        assert "owned" not in page.title().partition("<")[0]
    page.goto(f"{address}/people/{SOMEBODY}")
    expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
    assert dialogs == []
