from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.unit.rules.parties import party, team
from typer.testing import CliRunner

from matchmaker.domain.calls import Call
from matchmaker.errors import InputError
from matchmaker.rules.annexes import AnnexedVerdict, judge_with_annexes
from matchmaker.rules.language import preset, read_call
from matchmaker.rules.team import RESULTS, judge
from matchmaker_api.cli.calls import app

ANNEX = """
schema: rcp-call/1
id: annex
title: What one agency asks of those it pays
funder: an agency
provenance: {source: written for a test, retrieved: 2026-11-22, confidence: high, illustrative: true}
dates: {reference: 2026-11-22}
clauses:
"""
UNIVERSITIES = ANNEX + "  - {id: universities, type: each, must: {org_type: [university]}}"
FIRST_GRANT = ANNEX + "  - {id: first, type: count, of: entities, where: {flag: first_grant}, min: 1}"
BUDGET = ANNEX + "  - {id: most, type: project, field: requested, max: 100}"
PLAN = ANNEX + "  - {id: plan, type: each, must: {gep: true}, effect: evidence}"
THREE = [party("DE"), party("FR"), party("ES")]


def annexed(*partners: dict[str, Any], project: dict[str, Any] | None = None, **annexes: str) -> AnnexedVerdict:
    read: dict[str, Call] = {key.replace("_", "-"): read_call(text, f"{key}.yaml") for key, text in annexes.items()}
    return judge_with_annexes(preset("he-ria"), team(*partners, **(project or {})), read)


def test_without_annexes_the_verdict_is_that_of_the_call() -> None:
    found = annexed(*THREE)
    assert (found.result, found.annexes, found.notes) == ("eligible", (), ())
    assert found.verdict == judge(preset("he-ria"), team(*THREE))


def test_an_annex_is_judged_for_every_partner_placed_there_and_for_nobody_else() -> None:
    firm = party("DE", id="firm", type="company")
    found = annexed(*THREE, firm, DE=UNIVERSITIES)
    assert [(each.partner, each.verdict.result) for each in found.annexes] == [
        ("org-DE", "eligible"),
        ("firm", "ineligible"),
    ]
    assert (found.result, found.verdict.result) == ("ineligible", "eligible")
    assert annexed(*THREE, firm, FR=UNIVERSITIES).result == "eligible"


def test_a_country_may_be_written_in_the_ways_of_a_call_and_counts_as_the_call_counts_it() -> None:
    overseas = party("GP", id="antilles", type="company")
    assert [each.partner for each in annexed(*THREE, overseas, FRA=UNIVERSITIES).annexes] == ["org-FR", "antilles"]


def test_what_a_partner_lacks_by_itself_makes_the_team_incomplete() -> None:
    found = annexed(*THREE, ES=FIRST_GRANT)
    assert (found.result, found.annexes[0].verdict.clauses[0].status) == ("incomplete", "open")
    helped = annexed(party("DE", flags={"first_grant": True}), party("FR"), party("ES"), ES=FIRST_GRANT)
    assert helped.result == "incomplete"  # another partner does not help with one's own funder


def test_money_is_the_partners_own_and_not_the_projects() -> None:
    partners = [party(code, requested=90) for code in ("DE", "FR", "ES")]
    assert annexed(*partners, project={"requested": 270}, DE=BUDGET).result == "eligible"
    partners[0]["requested"] = 110
    assert annexed(*partners, project={"requested": 290}, DE=BUDGET).result == "ineligible"
    partners[0].pop("requested")
    assert annexed(*partners, DE=BUDGET).result == "review"


def test_an_annex_may_be_for_one_organisation() -> None:
    found = annexed(*THREE, org_DE=PLAN, DE=FIRST_GRANT)
    assert [each.key for each in found.annexes] == ["org-DE", "DE"]
    assert (found.annexes[0].verdict.result, found.result) == ("eligible", "incomplete")


def test_where_the_country_is_not_known_an_annex_may_apply_and_that_is_a_review() -> None:
    found = annexed(*THREE, party(None, id="somewhere", gep=True), DE=UNIVERSITIES)
    assert found.result == "review"
    assert [note for note in found.notes if "somewhere" in note]


def test_the_worst_result_is_that_of_the_team() -> None:
    texts = {"eligible": UNIVERSITIES, "review": BUDGET, "incomplete": FIRST_GRANT}
    for one, text in texts.items():
        for other, second in texts.items():
            found = annexed(*THREE, DE=text, FR=second)
            assert found.result == max(one, other, key=RESULTS.index)  # type: ignore[arg-type]


def test_an_annex_of_nobody_is_said_and_one_of_nothing_is_refused() -> None:
    assert annexed(*THREE, JP=FIRST_GRANT).notes == ("the annex of JP was not used: no partner is placed there",)
    with pytest.raises(InputError, match="'nobody' is no organisation of the team and no country") as caught:
        annexed(*THREE, nobody=FIRST_GRANT)
    assert "org-DE" in caught.value.hint
    with pytest.raises(InputError, match="two annexes are for GR: EL and GR"):
        annexed(*THREE, EL=PLAN, GR=PLAN)


def test_annexes_are_named_on_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "de.yaml").write_text(FIRST_GRANT, encoding="utf-8")
    file = tmp_path / "team.json"
    file.write_text(json.dumps({"partners": THREE}), encoding="utf-8")

    def asked(*words: str) -> Any:
        return CliRunner().invoke(app, ["check-team", "he-ria", "--team", str(file), *words])

    found = json.loads(asked("--annex", f"DE={tmp_path / 'de.yaml'}", "--annex", "FR=he-csa").stdout)
    assert found["result"] == "incomplete"
    assert [(each["partner"], each["call"], each["result"]) for each in found["annexes"]] == [
        ("org-DE", "annex", "incomplete"), ("org-FR", "he-csa", "eligible"),
    ]  # fmt: skip
    assert found["annexes"][0]["clauses"][0]["status"] == "open"
    shown = asked("--annex", f"DE={tmp_path / 'de.yaml'}", "--format", "table").stderr
    assert "org-DE under annex: incomplete: first" in shown
    for wrong in ("DE", "=de.yaml", "DE="):
        assert isinstance(asked("--annex", wrong).exception, InputError)
    assert "two annexes are given" in str(asked("--annex", "DE=he-csa", "--annex", "DE=he-ria").exception)
