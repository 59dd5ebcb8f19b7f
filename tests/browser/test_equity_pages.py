"""Who is seen, as programme staff read it on a telephone and on paper, and the strip over every list."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.steps import ask, press, served, signed_in

from matchmaker_api import Matchmaker, connect
from matchmaker_api.state.database import STATE
from matchmaker_api.state.keys import KeyStore

pytestmark = pytest.mark.browser

LISTS = 40


@pytest.fixture(scope="module")
def used(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matchmaker]:
    """The demo after forty people have asked."""
    data = tmp_path_factory.mktemp("equity") / "data"
    shutil.copytree(demo_data, data, ignore=shutil.ignore_patterns("state.db*", "audit", "screening"))
    with connect(data) as matchmaker:
        corpus = matchmaker.corpus
        for person in np.flatnonzero((corpus.home == "country") & (corpus.n_texts > 1))[:LISTS].tolist():
            matchmaker.match(researcher=corpus.researcher(person).id, k=10)
        yield matchmaker


@pytest.fixture(scope="module")
def used_address(used: Matchmaker) -> Iterator[str]:
    with served(used) as there:
        yield there


@pytest.fixture
def staff(browser: Browser, used: Matchmaker) -> Iterator[Page]:
    with signed_in(browser, used, "programme_staff") as page:
        yield page


@pytest.mark.parametrize("kind", ["exposure", "funnel", "balance"])
def test_a_report_is_chosen_read_and_kept_without_any_script(
    staff: Page, used_address: str, kind: str, tmp_path: Path
) -> None:
    asked_for: list[str] = []
    staff.on("request", lambda request: asked_for.append(request.url))
    staff.goto(used_address + "/equity")
    staff.locator("#kind").select_option(kind)
    press(staff, "Show the report")
    expect(staff.locator(".report")).to_be_visible()
    expect(staff.locator(".report")).to_contain_text("40")
    assert staff.locator("h1").count() == 1
    assert staff.evaluate("document.documentElement.scrollWidth") <= 320
    ids = staff.eval_on_selector_all("[id]", "all => all.map(one => one.id)")
    assert len(ids) == len(set(ids))
    for picture in staff.locator("svg[role=img]").all():
        assert picture.get_attribute("aria-label") or picture.get_attribute("aria-labelledby")
    assert {address.partition("/equity")[0].partition("/static")[0] for address in asked_for} == {used_address}
    with staff.expect_download() as kept:
        staff.get_by_role("link", name="This report as one file").click()
    file = tmp_path / "report.html"
    kept.value.save_as(file)
    asked_for.clear()
    staff.goto(file.as_uri())
    expect(staff.get_by_role("heading", level=1)).to_have_count(1)
    assert asked_for == [file.as_uri()], "it loads nothing"
    assert staff.pdf()[:5] == b"%PDF-"


def test_the_strip_over_a_list_says_who_gets_its_attention_and_what_the_target_cost(
    page: Page, used_address: str
) -> None:
    ask(page, used_address, text="insecticide resistance and malaria treatment", k="20")
    strip = page.locator(".strip")
    expect(strip.locator("svg")).to_have_attribute("role", "img")
    shares = [float(part) for part in strip.locator(".legend").inner_text().replace("%", " ").split() if _number(part)]
    assert sum(shares) == pytest.approx(100, abs=1)
    expect(strip).to_contain_text("nDCG")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_equity_asks_for_a_key_and_tells_a_researcher_that_it_is_for_staff(
    page: Page, used_address: str, used: Matchmaker
) -> None:
    assert page.request.get(used_address + "/equity", headers={"Accept": "text/html"}).status == 401
    _, key = KeyStore(used.data / STATE).create("researcher", "a test")
    refused = page.request.get(
        used_address + "/equity?kind=exposure", headers={"Authorization": f"Bearer {key}", "Accept": "text/html"}
    )
    assert refused.status == 403 and "programme_staff" in refused.text()


def _number(word: str) -> bool:
    return word.replace(".", "", 1).isdigit()
