"""Calls, teams and verdicts in a real browser, with JavaScript switched off."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.steps import ask_here, check_team, press

from matchmaker.rules.language import preset, preset_ids
from matchmaker.rules.team import judge
from matchmaker.rules.teams import team_of
from matchmaker.rules.wording import sentence
from matchmaker_api import Matchmaker

pytestmark = pytest.mark.browser

SOMEBODY = "https://demo.invalid/people/P00001"
HOSTILE = "<img src=x onerror=alert(1)>\"'&{{ 7 * 7 }}"
TEAM = {"partners": [{"org": {"id": "a", "country": "DE", "type": "university"}, "role": "coordinator"},
                     {"org": {"id": "b", "country": "TW", "type": "company"}, "funded": True}]}  # fmt: skip


def test_a_call_is_found_by_a_word_and_read_rule_by_rule(page: Page, address: str) -> None:
    page.goto(address + "/calls")
    expect(page.locator(".card")).to_have_count(len(preset_ids()))
    page.get_by_label("Words").fill("horizon innovation")
    page.get_by_role("button", name="Look").click()
    page.get_by_role("link", name=preset("he-ria").title).click()
    for clause in preset("he-ria").clauses:
        expect(page.locator(".rules")).to_contain_text(sentence(clause))
        expect(page.locator(".rules")).to_contain_text(clause.id)
    page.locator("summary", has_text="MS:").first.click()
    expect(page.get_by_text("Austria (AT), Belgium (BE)").first).to_be_visible()
    expect(page.locator(".source")).to_contain_text("schema: rcp-call/1")


def test_the_example_team_of_a_call_gets_the_verdict_of_the_library(page: Page, address: str) -> None:
    page.goto(address + "/calls/he-ria/team")
    given = json.loads(page.locator("#team").input_value())
    check_team(page)
    verdict = judge(preset("he-ria"), team_of(given))
    expect(page.locator(".verdict .badge").first).to_contain_text(verdict.result)
    expect(page.locator(".check")).to_have_count(len(verdict.clauses))
    expect(page.locator(".verdict")).to_contain_text("Nothing here is legal advice")
    assert json.loads(page.locator("#team").input_value()) == given


def test_a_verdict_names_what_is_lacking_who_is_not_paid_and_the_dates_of_its_tables(page: Page, address: str) -> None:
    page.goto(address + "/calls/he-ria/team")
    page.locator("#team").fill(json.dumps(TEAM))
    page.locator("#at").fill("2026-12-01")
    check_team(page)
    verdict = page.locator(".verdict")
    expect(verdict).to_contain_text("not complete yet")
    expect(verdict).to_contain_text("not met yet (still needs 2)")
    expect(verdict).to_contain_text("May join but not be paid: b.")
    expect(verdict).to_contain_text("eu_members, table of")
    expect(verdict.locator("time", has_text="2026-12-01")).to_be_visible()


def test_no_mark_speaks_by_its_colour_alone(page: Page, address: str) -> None:
    page.goto(address + "/calls/he-ria/team")
    page.locator("#team").fill(json.dumps(TEAM))
    check_team(page)
    for check in page.locator(".check").all():
        assert (check.locator("strong").text_content() or "").strip() in ("met", "not met", "not met yet", "not known")
        assert check.locator(".mark").get_attribute("aria-hidden") == "true"


@pytest.mark.parametrize(
    ("typed", "said"),
    [("{", "not JSON"), ('{"partners": [{"org": {"contry": "DE"}}]}', "partners[0].org"), ("[]", "a mapping")],
    ids=["cut", "misspelt", "a list"],
)
def test_a_team_that_cannot_be_read_is_kept_and_the_mistake_is_named_beside_it(
    page: Page, address: str, typed: str, said: str
) -> None:
    page.goto(address + "/calls/he-ria/team")
    page.locator("#team").fill(typed)
    check_team(page)
    expect(page.get_by_role("alert")).to_contain_text(said)
    expect(page.locator("#team")).to_have_value(typed)
    expect(page.locator("#team")).to_have_attribute("aria-invalid", "true")
    described = (page.locator("#team").get_attribute("aria-describedby") or "").split()
    expect(page.locator(f"#{described[-1]}")).to_contain_text(said)


def test_a_call_file_is_corrected_until_it_is_one(page: Page, address: str) -> None:
    page.goto(address + "/calls/he-ria")
    right = page.locator(".source").text_content() or ""
    page.goto(address + "/calls/check")
    wrong = right.replace("type: count", "type: cuont", 1)
    page.locator("#file").fill(wrong)
    page.get_by_role("button", name="Check this file").click()
    for said in ("clauses[0].type", "cuont", "share", "statement"):
        expect(page.get_by_role("alert")).to_contain_text(said)
    expect(page.locator("#file")).to_have_value(wrong)
    page.locator("#file").fill(right)
    page.get_by_role("button", name="Check this file").click()
    expect(page.locator(".rules > li")).to_have_count(len(preset("he-ria").clauses))
    expect(page.locator("#file")).to_have_value(right)


def test_from_a_call_to_a_list_under_its_rules_and_to_the_reasons(page: Page, address: str, demo: Matchmaker) -> None:
    page.goto(address + "/calls/he-ria")
    press(page, "Find partners for this call")
    expect(page.locator("#call")).to_have_value("he-ria")
    ask_here(page, researcher=SOMEBODY, k="4")
    meta = demo.runs.get(page.url.rpartition("/")[2]).answer["meta"]
    expect(page.locator(".verdict")).to_contain_text("Under the rules of " + preset("he-ria").title)
    expect(page.locator(".verdict time").first).to_have_text(meta["rules"]["reference_date"])
    expect(page.locator("#call")).to_have_value("he-ria")
    expect(page.locator(".card").first.locator(".badges")).to_contain_text(re.compile("helps|may join"))
    page.locator(".card").first.get_by_role("link", name=re.compile("^Why ")).click()
    expect(page.get_by_role("heading", name="Rules of the call")).to_be_visible()
    expect(page.locator(".check")).to_have_count(len(preset("he-ria").clauses))


def test_a_team_given_with_a_question_is_kept_in_the_form(page: Page, address: str) -> None:
    page.goto(address + "/?call=he-ria")
    page.get_by_text("Your team so far").click()
    page.locator("#team").fill("{")
    ask_here(page, researcher=SOMEBODY)
    expect(page.locator("#team-wrong")).to_contain_text("not JSON")
    expect(page.locator("#team")).to_have_value("{")
    page.locator("#team").fill(json.dumps(TEAM))
    press(page, "Find partners")
    expect(page.locator(".verdict")).to_contain_text("2 partners")
    assert json.loads(page.locator("#team").input_value()) == TEAM


def test_a_call_of_the_installation_is_in_the_list_and_a_broken_one_is_named(
    page: Page, address: str, demo: Matchmaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = tmp_path / "calls"
    calls.mkdir()
    about = {"source": HOSTILE, "retrieved": "2026-11-22", "confidence": "low", "illustrative": True}
    call = {"schema": "rcp-call/1", "id": "own", "title": HOSTILE, "funder": HOSTILE, "provenance": about,
            "dates": {"reference": "2026-11-22"},
            "clauses": [{"id": "two", "type": "count", "of": "countries", "min": 2, "text": HOSTILE}]}  # fmt: skip
    (calls / "own.json").write_text(json.dumps(call), encoding="utf-8")
    (calls / "broken.yaml").write_text("schema: none", encoding="utf-8")
    monkeypatch.setattr(demo, "data", tmp_path)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    page.goto(address + "/calls")
    expect(page.locator(".problem")).to_contain_text("calls/broken.yaml")
    page.get_by_role("link", name=HOSTILE).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
    expect(page.get_by_text("of this installation")).to_be_visible()
    expect(page.get_by_text("check it against the funder’s text")).to_be_visible()
    page.get_by_role("link", name="Check a team").click()
    check_team(page)
    assert page.locator("script, img[src=x]").count() == 0
    assert dialogs == []
