"""Calls over HTTP: the same rules and the same verdicts as the library and the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import TypeAdapter

from matchmaker.rules.language import preset, preset_ids
from matchmaker.rules.rulebook import rulebook
from matchmaker.rules.wording import sentence
from matchmaker_api import Matchmaker
from matchmaker_api.calling import check_team
from matchmaker_api.example_team import example_team
from matchmaker_api.http import schemas_calls as schemas
from matchmaker_api.http.app import create_app, described
from matchmaker_api.http.problems import KINDS

OWN = """schema: rcp-call/1
id: own-call
title: A call of our own
funder: A foundation
provenance: {source: a letter, retrieved: 2026-11-22, confidence: high, illustrative: false}
dates: {reference: 2026-11-22}
clauses:
  - {id: two, type: count, of: countries, min: 2}
"""
TEAM: dict[str, Any] = {"partners": [
    {"org": {"id": "a", "country": "DE", "type": "university"}, "role": "coordinator", "funded": True},
    {"org": {"id": "b", "country": "KE"}},
]}  # fmt: skip


@pytest.fixture
def folder(demo: Matchmaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of calls of an installation, empty; the index stays the shared one."""
    calls = tmp_path / "calls"
    calls.mkdir()
    monkeypatch.setattr(demo, "data", tmp_path)
    return calls


@pytest.fixture(scope="module")
def client(demo: Matchmaker) -> Iterator[TestClient]:
    with TestClient(create_app(demo), raise_server_exceptions=False) as client:
        yield client


def call_file(call_id: str) -> str:
    return OWN.replace("own-call", call_id)


# ---- the list ----------------------------------------------------------------------------------------------


def test_every_call_of_the_package_is_listed_with_its_source_and_how_sure_it_is(client: TestClient) -> None:
    told = client.get("/v1/calls").json()
    assert [row["id"] for row in told["results"]] == list(preset_ids())
    assert told["meta"]["count"] == len(told["results"])
    assert told["meta"]["next_cursor"] is None
    for row in told["results"]:
        about = preset(row["id"]).provenance
        assert (row["source"], row["confidence"], row["illustrative"], row["retrieved"]) == (
            about.source, about.confidence, about.illustrative, about.retrieved.isoformat()
        )  # fmt: skip


def test_calls_are_found_by_every_word_and_by_funder(client: TestClient) -> None:
    found = client.get("/v1/calls", params={"search": "HORIZON innovation"}).json()["results"]
    assert "he-ria" in [row["id"] for row in found]
    assert client.get("/v1/calls", params={"search": "horizon xyzzy"}).json()["results"] == []
    found = client.get("/v1/calls", params={"funder": "cost association"}).json()["results"]
    assert [row["id"] for row in found] == ["cost-oc"]


@pytest.mark.parametrize("address", ["/v1/calls?serch=x", "/v1/calls/he-ria?day=2026-01-01"])
def test_unknown_parameters_are_refused(client: TestClient, address: str) -> None:
    sent = client.get(address)
    assert (sent.status_code, sent.json()["type"]) == (422, "/problems/invalid-request")


# ---- one call ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("call_id", preset_ids())
def test_a_call_is_told_with_every_rule_as_its_sentence_and_its_sets_as_they_are_evaluated(
    client: TestClient, call_id: str
) -> None:
    told, call = client.get(f"/v1/calls/{call_id}").json(), preset(call_id)
    assert [rule["sentence"] for rule in told["rules"]] == [sentence(clause) for clause in call.clauses]
    assert [rule["id"] for rule in told["rules"]] == [clause.id for clause in call.clauses]
    book = rulebook(call)
    assert {each["name"]: each["codes"] for each in told["sets"]} == {
        name: sorted(places.members) for name, places in book.sets.items()
    }
    assert told["set_versions"] == book.set_versions
    assert f"id: {call_id}\n" in told["yaml"]
    assert told["dates"]["reference"] == call.dates["reference"].isoformat()


def test_the_sets_of_a_call_can_be_asked_for_on_another_day(client: TestClient) -> None:
    told = client.get("/v1/calls/he-ria", params={"at": "2019-06-30"}).json()
    assert told["dates"]["reference"] == "2019-06-30"
    now = client.get("/v1/calls/he-ria").json()
    assert now["dates"]["reference"] == now["reference"]


def test_no_call_is_a_problem_that_lists_all(client: TestClient) -> None:
    for sent in (client.get("/v1/calls/he-rai"), client.post("/v1/calls/he-rai/check-team", json=TEAM)):
        assert (sent.status_code, sent.json()["type"]) == (404, "/problems/not-found")
        assert "he-ria" in sent.json()["hint"]


@pytest.mark.parametrize("name", ["..%2f..%2fpyproject.yaml", "pyproject.yaml", "%2fetc%2fpasswd.json", "x" * 65])
def test_an_id_is_never_taken_for_a_path(client: TestClient, name: str) -> None:
    assert client.get(f"/v1/calls/{name}").status_code in (404, 422)


# ---- a team ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("call_id", preset_ids())
def test_a_team_is_judged_as_the_command_line_judges_it(client: TestClient, call_id: str) -> None:
    for team in (TEAM, example_team(rulebook(preset(call_id)))):
        sent = client.post(f"/v1/calls/{call_id}/check-team", json=team)
        assert sent.status_code == 200
        assert sent.json() == json.loads(json.dumps(check_team(preset(call_id), json.loads(json.dumps(team)))))


def test_a_team_is_judged_on_the_day_asked_for(client: TestClient) -> None:
    sent = client.post("/v1/calls/he-ria/check-team", params={"at": "2027-01-01"}, json=TEAM)
    assert sent.json()["reference_date"] == "2027-01-01"


BAD_TEAMS: dict[str, Any] = {
    "no partners": ({}, "partners"), "a misspelt key": ({**TEAM, "porject": {}}, "porject"),
    "a misspelt key of an organisation": ({"partners": [{"org": {"contry": "DE"}}]}, "partners[0].org"),
    "a type there is not": ({"partners": [{"org": {"type": "uni"}}]}, "partners[0].org.type"),
    "Norway read as false": ({"partners": [{"org": {"country": False}}]}, "NO"),
    "a number that is none": ({"partners": [{"org": {"id": "a"}, "budget": "much"}]}, "partners[0].budget"),
    "no person at all": ({"partners": 5}, "partners"), "a list": ([], "body"), "a text": ("he-ria", "body"),
}  # fmt: skip


@pytest.mark.parametrize("why", sorted(BAD_TEAMS))
def test_a_team_that_is_not_well_formed_is_refused_with_the_place(client: TestClient, why: str) -> None:
    team, place = BAD_TEAMS[why]
    sent = client.post("/v1/calls/he-ria/check-team", json=team)
    assert (sent.status_code, sent.json()["type"]) == (422, "/problems/invalid-request")
    assert place in sent.json()["detail"] + sent.json().get("hint", "")


@pytest.mark.parametrize("depth", [50, 200, 300, 900, 2000, 20_000])
@pytest.mark.parametrize("pair", [("[", "]"), ('{"a":', "}")], ids=["lists", "mappings"])
def test_deep_nesting_is_a_problem_document_and_never_a_failure(
    client: TestClient, depth: int, pair: tuple[str, str]
) -> None:
    deep = pair[0] * depth + "1" + pair[1] * depth
    for path, body in (
        ("he-ria/check-team", f'{{"partners": {deep}}}'), ("he-ria/check-team", f'{{"partners": [{{"org": {deep}}}]}}'),
        ("he-ria/check-team", f'{{"more": {deep}}}'), ("validate", json.dumps({"text": deep[:50_000]})),
    ):  # fmt: skip
        sent = client.post(f"/v1/calls/{path}", content=body, headers={"Content-Type": "application/json"})
        assert sent.status_code in ((200, 422) if path == "validate" else (400, 422)), sent.text
        assert sent.status_code == 200 or sent.json()["type"] in {kind.address for kind in KINDS.values()}


# ---- a call file -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("call_id", preset_ids())
def test_every_call_of_the_package_is_found_well_formed(client: TestClient, call_id: str) -> None:
    shown = client.get(f"/v1/calls/{call_id}").json()
    told = client.post("/v1/calls/validate", json={"text": shown["yaml"]}).json()
    assert told["valid"] is True
    assert told["rules"] == shown["rules"]
    assert told["call"] == {key: shown[key] for key in told["call"]}


MANY_SETS = "sets:\n" + "".join(f"  s{i}: {{name: s{i - 1}}}\n" for i in range(1, 1900))
MISTAKES = {
    "an unknown type": (OWN.replace("count,", "cuont,"), "clauses[0].type", "'cuont'", "share"),
    "an unknown key": (OWN + "extra: 1\n", "the document", "'extra'", "clauses"),
    "a missing key": (OWN.replace("title: A call of our own\n", ""), "the document", "'title'", "required"),
    "no date": (OWN.replace("{reference: 2026-11-22}", "{reference: soon}"), "dates.reference", "'soon'", "2026-11-22"),
    "a set there is not": (OWN + "sets: {S: {ref: wb.X}}\n", "sets.S.ref", "'wb.X'", "wb.L"),
    "Norway read as false": (OWN + "sets: {S: {codes: [SE, NO]}}\n", "sets.S.codes[1]", "false", '"NO"'),
    "no YAML": (OWN + "  - [\n", "line 10, column 1", "not YAML", ""),
    "too many sets": (OWN + MANY_SETS, "sets", "1899", "200"),
    "nothing": ("", "the document", "nothing", "schema"),
}  # fmt: skip


@pytest.mark.parametrize("why", sorted(MISTAKES))
def test_what_is_wrong_with_a_call_file_is_said_with_its_place_and_what_is_allowed(
    client: TestClient, why: str
) -> None:
    text, where, what, allowed = MISTAKES[why]
    sent = client.post("/v1/calls/validate", json={"text": text})
    assert (sent.status_code, sent.json()["valid"]) == (200, False)
    (error,) = sent.json()["errors"]
    assert error["where"] == where
    assert what in error["what"]
    assert allowed in error["hint"]


def test_a_text_that_is_too_long_or_missing_is_a_malformed_request(client: TestClient) -> None:
    for body, pointer in (({"text": "x" * 50_001}, "/text"), ({}, "/text"), ({"text": "x", "file": "y"}, "/file")):
        sent = client.post("/v1/calls/validate", json=body)
        assert (sent.status_code, sent.json()["errors"][0]["pointer"]) == (422, pointer)


# ---- calls of an installation ------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["json", "yaml", "yml"])
def test_a_call_file_in_the_data_folder_is_a_call_like_any_other(client: TestClient, folder: Path, suffix: str) -> None:
    text = OWN if suffix != "json" else json.dumps(
        {"schema": "rcp-call/1", "id": "own-call", "title": "T", "funder": "F", "dates": {"reference": "2026-11-22"},
         "provenance": {"source": "s", "retrieved": "2026-11-22", "confidence": "low", "illustrative": True},
         "clauses": [{"id": "two", "type": "count", "of": "countries", "min": 2}]}
    )  # fmt: skip
    (folder / f"any-name.{suffix}").write_text(text, encoding="utf-8")
    assert "own-call" in [row["id"] for row in client.get("/v1/calls").json()["results"]]
    told = client.get("/v1/calls/own-call").json()
    assert (told["own"], told["file"], told["yaml"]) == (True, f"any-name.{suffix}", text)
    assert client.post("/v1/calls/own-call/check-team", json=TEAM).json()["result"] == "eligible"


def test_a_changed_file_is_read_again_and_a_removed_one_is_gone(client: TestClient, folder: Path) -> None:
    file = folder / "own.yaml"
    file.write_text(OWN, encoding="utf-8")
    assert client.get("/v1/calls/own-call").json()["title"] == "A call of our own"
    file.write_text(OWN.replace("of our own", "that was changed"), encoding="utf-8")
    assert client.get("/v1/calls/own-call").json()["title"] == "A call that was changed"
    file.unlink()
    assert client.get("/v1/calls/own-call").status_code == 404


def test_a_file_that_cannot_be_used_is_named_and_takes_nothing_else_with_it(client: TestClient, folder: Path) -> None:
    (folder / "good.yaml").write_text(OWN, encoding="utf-8")
    (folder / "bad.yaml").write_text(OWN.replace("count,", "cuont,").replace("own-call", "bad-one"), encoding="utf-8")
    (folder / "bytes.yaml").write_bytes(b"\xff\xfe")
    (folder / "notes.txt").write_text("no call", encoding="utf-8")
    told = client.get("/v1/calls").json()
    assert len(told["results"]) == len(preset_ids()) + 1
    assert [note.partition(" ")[0] for note in told["meta"]["notes"]] == ["calls/bad.yaml", "calls/bytes.yaml"]
    assert "clauses[0].type" in told["meta"]["notes"][0]
    assert "calls/bad.yaml" in client.get("/v1/calls/bad-one").json()["hint"]


def test_an_id_that_a_call_of_the_package_has_is_an_error_and_neither_is_used(client: TestClient, folder: Path) -> None:
    (folder / "mine.yaml").write_text(call_file("he-ria"), encoding="utf-8")
    told = client.get("/v1/calls").json()
    assert "he-ria" not in [row["id"] for row in told["results"]]
    assert "calls/mine.yaml" in told["meta"]["notes"][0]
    sent = client.get("/v1/calls/he-ria")
    assert (sent.status_code, sent.json()["type"]) == (422, "/problems/invalid-request")
    assert "calls/mine.yaml" in sent.json()["detail"]
    assert client.get("/v1/calls/he-csa").status_code == 200


def test_two_files_that_claim_one_id_are_both_refused(client: TestClient, folder: Path) -> None:
    for name in ("a.yaml", "b.yml"):
        (folder / name).write_text(OWN, encoding="utf-8")
    assert len(client.get("/v1/calls").json()["meta"]["notes"]) == 2
    assert client.get("/v1/calls/own-call").status_code == 422


def test_a_word_of_the_addresses_is_no_id(client: TestClient, folder: Path) -> None:
    (folder / "a.yaml").write_text(call_file("check"), encoding="utf-8")
    assert "a word of this program" in client.get("/v1/calls").json()["meta"]["notes"][0]


OWN_SET = OWN.replace("clauses:", "sets: {P: {ref: own.partners}}\nclauses:").replace(
    "min: 2}", "where: {country: {in: P}}, min: 2}"
)
SOURCES = """[partners]
title = "Partner states"
vintage = 2026-11-01
source = "our statutes"
confidence = "high"
max_age_days = 400
"""


def test_a_call_may_rest_on_a_table_of_the_installation(client: TestClient, folder: Path) -> None:
    (folder / "own.yaml").write_text(OWN_SET, encoding="utf-8")
    tables = folder.parent / "tables"
    tables.mkdir()
    (tables / "partners.csv").write_text("alpha2,from,to\nDE,,\nKE,2020-01-01,\n", encoding="utf-8")
    (tables / "SOURCES.toml").write_text(SOURCES, encoding="utf-8")
    (places,) = client.get("/v1/calls/own-call").json()["sets"]
    assert (places["codes"], places["versions"]) == (["DE", "KE"], {"own.partners": "own.partners@2026-11-01"})
    assert client.post("/v1/calls/own-call/check-team", json=TEAM).json()["result"] == "eligible"
    assert client.post("/v1/calls/validate", json={"text": OWN_SET}).json()["valid"] is True
    assert client.get("/calls/own-call/team").status_code == 200


def test_a_table_that_is_missing_or_broken_is_named_without_the_place_of_the_folder(
    client: TestClient, folder: Path
) -> None:
    (folder / "own.yaml").write_text(OWN_SET, encoding="utf-8")
    (error,) = client.post("/v1/calls/validate", json={"text": OWN_SET}).json()["errors"]
    assert "own.partners" in error["what"]
    tables = folder.parent / "tables"
    tables.mkdir()
    (tables / "partners.csv").write_text("alpha2,from,to\nDE,,\nZZ,,\n", encoding="utf-8")
    (tables / "SOURCES.toml").write_text(SOURCES, encoding="utf-8")
    sent = client.get("/v1/calls/own-call")
    assert sent.status_code == 422
    assert "partners.csv: line 3" in sent.json()["detail"]
    assert str(folder.parent) not in sent.text
    assert client.get("/v1/calls/he-ria").status_code == 200


# ---- what is documented ------------------------------------------------------------------------------------


def test_the_shapes_that_are_documented_are_the_shapes_that_are_sent(client: TestClient) -> None:
    sent = [
        (schemas.CallsOut, client.get("/v1/calls")), (schemas.CallOut, client.get("/v1/calls/ukri-ispf-oda")),
        (schemas.TeamVerdictOut, client.post("/v1/calls/he-ria/check-team", json=TEAM)),
        (schemas.CallCheckOut, client.post("/v1/calls/validate", json={"text": OWN})),
        (schemas.CallCheckOut, client.post("/v1/calls/validate", json={"text": "x"})),
    ]  # fmt: skip
    for model, answer in sent:
        adapter = TypeAdapter[Any](model)
        told = json.loads(adapter.dump_json(adapter.validate_json(answer.content), exclude_unset=True))
        assert told == answer.json(), model.__name__


def test_the_operations_have_stable_names_and_requests_that_are_answered(client: TestClient) -> None:
    paths = described().openapi()["paths"]
    names = {(method, path): told["operationId"] for path, methods in paths.items() for method, told in methods.items()}
    assert names["get", "/v1/calls"] == "calls"
    assert names["get", "/v1/calls/{call}"] == "call"
    assert names["post", "/v1/calls/{call}/check-team"] == "check_team"
    assert names["post", "/v1/calls/validate"] == "validate_call"
    for example in schemas.TEAM.values():
        assert client.post("/v1/calls/he-ria/check-team", json=example["value"]).status_code == 200
    found = [
        client.post("/v1/calls/validate", json=each["value"]).json()["valid"] for each in schemas.CALL_TEXT.values()
    ]
    assert found == [True, False]
