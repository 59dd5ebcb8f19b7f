"""A call and declared terms: every face says the same, and what cannot be told again is said."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.integration.verdicts.steps import NOON, TEXT, on_the_command_line

from matchmaker.errors import InputError, NotFoundError
from matchmaker_api.assemble import Matchmaker
from matchmaker_api.http.app import create_app

TEAM = {"partners": [{"org": {"id": code, "country": code, "type": "university"}} for code in ("GB", "NO", "IS")]}


def settled(answer: dict[str, Any]) -> dict[str, Any]:
    """What does not differ from run to run."""
    meta = {key: value for key, value in answer["meta"].items() if key not in ("run_id", "took_ms")}
    return {"meta": meta, "results": answer["results"]}


def test_every_face_gives_the_same_answer_under_a_call(data: Path, opened: Matchmaker, tmp_path: Path) -> None:
    team = tmp_path / "team.json"
    team.write_text(json.dumps(TEAM), encoding="utf-8")
    in_python = opened.match(TEXT, home="DE", k=10, call="he-ria", team=TEAM, only_helpful=True).as_dict()
    body = {"text": TEXT, "home": "DE", "k": 10, "call": "he-ria", "team": TEAM, "only_helpful": True}
    over_http = TestClient(create_app(opened)).post("/v1/match", json=body).json()
    said = on_the_command_line(
        "match", TEXT, "--home", "DE", "-k", "10", "--call", "he-ria", "--team", str(team), "--only-helpful", "--json",
        "--data", str(data),
    )  # fmt: skip
    assert said.exit_code == 0, said.stderr
    assert settled(in_python) == settled(over_http)
    shell = settled(json.loads(said.stdout))
    # The command runs by the clock of the machine, so what hangs on the day of the screening may differ.
    assert [r["eligibility"] for r in shell["results"]] == [r["eligibility"] for r in over_http["results"]]
    assert (
        "under he-ria" in said.stderr
        and "not legal advice" in said.stderr
        and "further partners needed at least: 1" in said.stderr
    )
    assert {r["eligibility"]["effect"] for r in over_http["results"]} <= {"helps", "may help"}
    assert over_http["meta"]["rules"]["team"]["result"] == "incomplete"


def test_why_tells_rules_safeguards_and_terms(data: Path, opened: Matchmaker) -> None:
    run = opened.match(TEXT, home="DE", k=10, call="he-ria").meta.run_id
    said = on_the_command_line("why", run, "1", "--format", "table", "--data", str(data))
    assert "Under the call" in said.stdout and "min-countries" in said.stdout
    assert "Safeguards:" in said.stdout and "Terms:" in said.stdout


def test_a_call_in_a_file_is_read_and_a_wrong_one_is_refused_with_its_place(data: Path, tmp_path: Path) -> None:
    call = tmp_path / "mine.yaml"
    call.write_text(
        "schema: rcp-call/1\nid: mine\ntitle: Mine\nfunder: Us\n"
        "provenance: {source: us, retrieved: 2026-11-22, confidence: high, illustrative: true}\n"
        "dates: {reference: 2026-11-22}\nsets: {EAST: {codes: [KE, TZ, UG]}}\n"
        "clauses: [{id: only-east, type: each, must: {country: {in: EAST}}}]\n",
        encoding="utf-8",
    )
    words = ("match", TEXT, "--home", "KE", "--call", str(call), "--json", "--data", str(data))
    answer = json.loads(on_the_command_line(*words).stdout)
    assert {r["researcher"]["country"] for r in answer["results"]} <= {
        "TZ",
        "UG",
        None,
    }  # an organisation without a country is to be reviewed
    assert answer["meta"]["filter_counts"]["rules"]["out"] < answer["meta"]["filter_counts"]["rules"]["in"]
    call.write_text(call.read_text(encoding="utf-8").replace("must:", "mustt:"), encoding="utf-8")
    wrong = on_the_command_line(*words)
    assert isinstance(wrong.exception, InputError) and "mustt" in wrong.exception.message


def test_a_call_that_nobody_knows_is_not_found(opened: Matchmaker) -> None:
    with pytest.raises(NotFoundError, match="no call"):
        opened.match(TEXT, call="he-riaa")
    client = TestClient(create_app(opened))
    assert client.post("/v1/match", json={"text": TEXT, "call": "../etc/passwd.yaml"}).status_code == 404
    assert client.post("/v1/match", json={"text": TEXT, "team": TEAM}).status_code == 422


def test_declared_terms_are_a_checklist_and_compatible_ones_can_be_asked_for(opened: Matchmaker) -> None:
    own = {"publication": {"must_publish": True}}
    found = opened.match(TEXT, home="DE", k=50, terms=own)
    against = [r.result for r in found if r.result.terms.outcome == "incompatible"]
    assert against and against[0].terms.rules[0].id == "P1"
    left = opened.match(TEXT, home="DE", k=50, terms=own, require_compatible=True)
    assert not [r for r in left if r.result.terms.outcome == "incompatible"]
    away = opened.why_not(left.meta.run_id, against[0].researcher.id)
    assert away.step == "terms"


def test_why_not_answers_for_the_list_that_was_given(opened: Matchmaker) -> None:
    """The team's people are not kept, so the rules cannot be asked again as they were; that is said."""
    person = {"phd": "2005-01-01", "citizenship": ["DE"]}
    team = {"partners": [{"org": {"id": "o", "country": "DE"}, "role": "host", "person": person}]}
    answer = opened.match(TEXT, call="erc-stg-2027", team=team)
    assert not len(answer)
    somebody = opened.match(TEXT)[0].result.researcher.id
    told = opened.why_not(answer.meta.run_id, somebody)
    assert "what the team file said of people was not kept" in told.reason


def test_terms_for_nobody_are_told_when_the_service_starts(data: Path, tmp_path: Path) -> None:
    copy = tmp_path / "terms"
    shutil.copytree(data, copy)
    terms = (copy / "terms" / "third.yaml").read_text(encoding="utf-8")
    (copy / "terms" / "fourth.yaml").write_text(
        "for: https://ror.org/05gq02987\n" + terms.partition("\n")[2], encoding="utf-8"
    )
    with Matchmaker(copy, now=lambda: NOON) as matchmaker:
        assert any("https://ror.org/05gq02987" in note for note in matchmaker.prepare())


def test_what_a_team_says_of_its_people_is_not_kept(opened: Matchmaker) -> None:
    team = {"partners": [{"org": {"id": "o", "country": "DE"}, "role": "fellow", "person": {"citizenship": ["KE"],
             "phd": "2020-01-01", "stays": [{"country": "DE", "from": "2025-01-01"}]}}]}  # fmt: skip
    run = opened.match(TEXT, call="msca-pf-ef", team=team).meta.run_id
    kept = opened.runs.get(run)
    assert "citizenship" not in json.dumps(kept.request)
    histories = [
        each for each in kept.answer["meta"]["rules"]["team"]["clauses"] if each["type"] in ("residence", "time_since")
    ]
    assert histories and not any(each["detail"] for each in histories)


def test_a_call_of_the_installation_rests_on_its_own_table_of_countries(data: Path, tmp_path: Path) -> None:
    copy = tmp_path / "own"
    shutil.copytree(data, copy)
    (copy / "tables").mkdir()
    (copy / "tables" / "east.csv").write_text(
        "alpha2,from,to\nKE,,\nUG,2020-01-01,\nTZ,,2020-01-01\n", encoding="utf-8"
    )
    (copy / "tables" / "SOURCES.toml").write_text(
        '[east]\ntitle = "Ours"\nvintage = 2026-11-01\nsource = "us"\nconfidence = "high"\nmax_age_days = 365\n',
        encoding="utf-8",
    )
    (copy / "calls").mkdir()
    (copy / "calls" / "mine.yaml").write_text(
        "schema: rcp-call/1\nid: mine\ntitle: Mine\nfunder: Us\n"
        "provenance: {source: us, retrieved: 2026-11-22, confidence: high, illustrative: true}\n"
        "dates: {reference: 2026-11-22}\nsets: {EAST: {ref: own.east}}\n"
        "clauses: [{id: only-east, type: each, must: {country: {in: EAST}}}]\n",
        encoding="utf-8",
    )
    with Matchmaker(copy, now=lambda: NOON) as matchmaker:
        answer = matchmaker.match(TEXT, home="KE", k=200, call="mine")
        told = TestClient(create_app(matchmaker)).get("/v1/sets/own.east", params={"at": "2019-06-01"}).json()
    assert {shown.result.researcher.country for shown in answer} == {"UG", None}
    assert answer.meta.rules.set_versions == {"own.east": "own.east@2026-11-01"}
    assert (told["codes"], told["version"]) == (["KE", "TZ"], "own.east@2026-11-01")
    said = on_the_command_line("place", "set", "own.east", "--at", "2026-11-22", "--json", "--data", str(copy))
    assert json.loads(said.stdout)["codes"] == ["KE", "UG"]
