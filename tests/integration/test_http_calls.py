"""Calls over HTTP: the same rules and the same verdicts as the library and the command line."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import TypeAdapter
from tests.integration.asked_over_http import OWN, TEAM

from matchmaker.rules.language import preset, preset_ids
from matchmaker.rules.rulebook import rulebook
from matchmaker.rules.wording import sentence
from matchmaker_api.calling import check_team
from matchmaker_api.example_team import example_team
from matchmaker_api.http import schemas_calls as schemas
from matchmaker_api.http.app import described
from matchmaker_api.http.problems import KINDS

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
