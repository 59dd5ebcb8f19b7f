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
from tests.browser.steps import ask, served, signed_in

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
    # Others may have written there already; only the index is shared.
    shutil.copytree(demo_data, data, ignore=shutil.ignore_patterns("state.db*", "audit", "screening"))
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
    with signed_in(browser, guarded, "research_security_officer") as page:
        yield page


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
    expect(officer.get_by_role("heading", name="Reasons of the safeguards")).to_be_visible()
    expect(officer.locator("main")).to_contain_text("under discussion")


def test_reasons_are_for_officers_with_a_key_and_are_not_to_be_stored(
    page: Page, guarded_address: str, guarded: Matchmaker
) -> None:
    ask(page, guarded_address, text=TEXT, k="20")
    there = page.url + "/safeguards"
    for headers in ({}, {"Authorization": "Bearer mm_wrong"}):
        refused = page.request.get(there, headers={**headers, "Accept": "text/html"})
        assert refused.status == 401
        assert "Basic" in refused.headers["www-authenticate"]
        assert "agreement ended" not in refused.text()
    keys = KeyStore(guarded.data / STATE)
    for role, status in (("programme_staff", 403), ("research_security_officer", 200)):
        _, key = keys.create(role, "a test")
        told = page.request.get(there, headers={"Authorization": f"Bearer {key}", "Accept": "text/html"})
        assert (told.status, told.headers["cache-control"]) == (status, "private, no-store")
        assert ("agreement ended" in told.text()) is (status == 200)
