"""What officers see of the safeguards, and what nobody else does: real lists, a real key, a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.steps import ask, served

from matchmaker.matching.corpus import Corpus
from matchmaker_api import Matchmaker
from matchmaker_api.state.database import STATE
from matchmaker_api.state.keys import KeyStore

pytestmark = pytest.mark.browser

TEXT = "insecticide resistance and malaria treatment"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ROR = "https://ror.org/0aaaaaa00"
HEAD = "ror,name,country,decision,reason,owner,expires\n"


@pytest.fixture(scope="module")
def guarded(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matchmaker]:
    """The demo with a list of the installation's own: one organisation is blocked, one is to be looked at."""
    data = tmp_path_factory.mktemp("officers") / "data"
    shutil.copytree(demo_data, data)
    with Matchmaker(data) as matchmaker:
        people = [shown.result.researcher for shown in matchmaker.match(TEXT, home="DE", k=50)]
    found = {who.institution.id: who for who in people if who.institution.name and who.country}
    first, second, *_ = found.values()
    (data / "lists").mkdir()
    (data / "lists" / "ours-2026-11-20.csv").write_text(
        f'{HEAD}{ROR},"{first.institution.name}",{first.country},block,agreement ended,research office,2027-06-30\n'
        f',"{second.institution.name}",{second.country},needs_review,under discussion,research office,2027-06-30\n',
        encoding="utf-8",
    )
    with Matchmaker(data, now=lambda: NOON) as matchmaker:
        matchmaker.corpus = _with_number(matchmaker.corpus, str(first.institution.id))
        yield matchmaker


def _with_number(corpus: Corpus, institution: str) -> Corpus:
    """The corpus with a ROR number for one organisation: a name alone blocks nobody."""
    table = corpus.tables.institutions
    numbers = pa.array([ROR if each == institution else None for each in table["id"].to_pylist()], pa.string())
    table = table.set_column(table.column_names.index("ror"), "ror", numbers)
    return replace(corpus, tables=replace(corpus.tables, institutions=table))


@pytest.fixture(scope="module")
def guarded_address(guarded: Matchmaker) -> Iterator[str]:
    with served(guarded) as there:
        yield there


@pytest.fixture
def officer(browser: Browser, guarded: Matchmaker) -> Iterator[Page]:
    """A page of somebody who gave the key of a security officer when the browser asked for a password."""
    _, key = KeyStore(guarded.data / STATE).create("research_security_officer", "a test")
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 320, "height": 800},
        http_credentials={"username": "any", "password": key},
    )  # fmt: skip
    yield context.new_page()
    context.close()


def test_seekers_see_a_state_that_accuses_nobody(page: Page, guarded_address: str) -> None:
    ask(page, guarded_address, text=TEXT, k="20")
    expect(page.locator(".badge", has_text="contact through your research office").first).to_be_visible()
    for secret in ("under discussion", "agreement ended", "LOCAL", "ours-2026-11-20.csv,", "G12"):
        assert secret not in page.locator(".results").inner_text()
    for rank in range(1, 21):
        page.goto(f"{page.url.partition('/why')[0]}/why/{rank}")
        for secret in ("under discussion", "agreement ended", "G12"):
            assert secret not in page.content()


def test_officers_see_who_was_withheld_and_who_needs_a_look_with_every_reason(
    page: Page, officer: Page, guarded_address: str
) -> None:
    ask(page, guarded_address, text=TEXT, k="20")
    officer.goto(page.url + "/safeguards")
    expect(officer.get_by_role("heading", level=1)).to_contain_text("What the safeguards withheld")
    withheld = officer.locator("#organisations-title ~ .entry").all()
    assert withheld and all("agreement ended" in (entry.text_content() or "") for entry in withheld)
    for said in ("agreement ended", "under discussion", "ours-2026-11-20.csv", "2026-11-20", "G12"):
        expect(officer.locator("main")).to_contain_text(said)
    assert officer.evaluate("document.documentElement.scrollWidth") <= 320
    assert officer.locator("h1").count() == 1
    ids = officer.eval_on_selector_all("[id]", "all => all.map(one => one.id)")
    assert len(ids) == len(set(ids))
    officer.locator("#shown-title ~ .entry a").first.click()
    expect(officer.get_by_role("heading", name="Safeguards")).to_be_visible()
    expect(officer.locator("main")).to_contain_text("under discussion")


def test_a_key_that_does_not_hold_is_refused_and_is_no_visitor(browser: Browser, guarded_address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    sent = context.request.get(guarded_address + "/v1/calls", headers={"Authorization": "Bearer mm_wrong"})
    assert sent.status == 200  # calls are for everybody, whatever is shown
    sent = context.request.get(guarded_address + "/runs/" + "0" * 32 + "/safeguards",
                               headers={"Authorization": "Bearer mm_wrong"})  # fmt: skip
    assert sent.status == 401
    context.close()
