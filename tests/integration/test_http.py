"""The HTTP service: what the library says, unchanged, page by page, with headers that keep it safe."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.openapi.models import Example
from fastapi.testclient import TestClient
from pydantic import TypeAdapter
from tests.integration.asked_over_http import SOMEBODY, TEXT

from matchmaker.domain.matches import MatchResult
from matchmaker_api import Matchmaker
from matchmaker_api.http import examples, schemas
from matchmaker_api.http.app import described
from matchmaker_api.http.envelope import CSP
from matchmaker_api.http.openapi import document
from matchmaker_api.http.schemas_calls import CALL_TEXT, TEAM
from matchmaker_api.policies import policy_of
from matchmaker_api.state.database import STATE
from matchmaker_api.state.keys import KeyStore


@pytest.fixture(scope="module")
def answer(client: TestClient) -> dict[str, Any]:
    told: dict[str, Any] = client.post("/v1/match", json={"researcher": SOMEBODY, "k": 5}).json()
    return told


def value_of(example: Example) -> Any:
    """What an example sends."""
    return example["value"]


def without_run(told: dict[str, Any]) -> dict[str, Any]:
    """An answer without its run id and times, which differ from one question to the next."""
    return {**told, "meta": {key: value for key, value in told["meta"].items() if key not in ("run_id", "took_ms")}}


# ---- what the library says ---------------------------------------------------------------------------------


@pytest.mark.parametrize("example", examples.MATCH, ids=str)
def test_every_example_of_a_question_is_answered_as_the_library_answers_it(
    client: TestClient, demo: Matchmaker, example: str
) -> None:
    body = dict(value_of(examples.MATCH[example]))
    over_http = client.post("/v1/match", json=body)
    assert over_http.status_code == 200
    policy = demo.runs.get(over_http.json()["meta"]["run_id"]).request["policy"]
    body.pop("policy", None)
    given: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in body.items()}
    given |= {"researcher": given.pop("orcid")} if "orcid" in given else {}
    in_python = demo.match(**given, policy=policy_of(policy)).as_dict()
    assert without_run(over_http.json()) == without_run(json.loads(json.dumps(in_python)))


def test_a_run_is_shown_as_it_was_given_with_its_question(client: TestClient, answer: dict[str, Any]) -> None:
    kept = client.get(f"/v1/runs/{answer['meta']['run_id']}").json()
    assert {key: kept[key] for key in ("meta", "results")} == answer
    assert kept["request"]["researcher"] == SOMEBODY


def test_the_reasons_of_a_rank_are_those_of_the_list(client: TestClient, answer: dict[str, Any]) -> None:
    run = answer["meta"]["run_id"]
    assert client.get(f"/v1/runs/{run}/why/2").json() == answer["results"][1]
    assert client.get(f"/v1/runs/{run}/why/6").status_code == 404


def test_absence_is_explained_for_an_encoded_and_for_a_plain_id(client: TestClient, answer: dict[str, Any]) -> None:
    address = f"/v1/runs/{answer['meta']['run_id']}/why-not/"
    told = client.get(address + quote(SOMEBODY, safe=""))
    assert told.json()["step"] == "not_the_seeker"
    assert client.get(address + SOMEBODY).json() == told.json()


def test_the_shapes_that_are_documented_are_the_shapes_that_are_sent(
    client: TestClient, answer: dict[str, Any]
) -> None:
    run = answer["meta"]["run_id"]
    for model, address in (
        (schemas.RunOut, f"/v1/runs/{run}"), (MatchResult, f"/v1/runs/{run}/why/1"),
        (schemas.AbsenceOut, f"/v1/runs/{run}/why-not/{SOMEBODY}"), (schemas.ResearchersOut, "/v1/researchers"),
        (schemas.ProfileOut, f"/v1/researchers/{SOMEBODY}"), (schemas.PlaceOut, "/v1/places/Namibia"),
        (schemas.SetOut, "/v1/sets/wb.L"), (schemas.Ready, "/readyz"), (schemas.Version, "/v1/version"),
    ):  # fmt: skip
        sent = client.get(address)
        adapter = TypeAdapter[Any](model)
        assert json.loads(adapter.dump_json(adapter.validate_json(sent.content), by_alias=True)) == sent.json(), address


# What each operation that takes a body is asked.
BODIES = {
    "match": examples.MATCH["text"], "match_batch": examples.BATCH["cap"], "check_team": TEAM["two partners"],
    "validate_call": CALL_TEXT["a call"], **dict.fromkeys(
        ("audit_exposure", "audit_funnel", "audit_balance"), examples.AUDIT["everything"]),
}  # fmt: skip


def test_every_documented_answer_has_the_keys_of_a_real_one(
    client: TestClient, demo: Matchmaker, answer: dict[str, Any]
) -> None:
    addresses = {"run_id": answer["meta"]["run_id"], "rank": 1, "researcher": quote(SOMEBODY, safe=""),
                 "code": "KE", "ref": "wb.L", "call": "he-ria"}  # fmt: skip
    keys = {
        role: KeyStore(demo.data / STATE).create(role)[1] for role in ("research_security_officer", "programme_staff")
    }
    for path, methods in described().openapi()["paths"].items():
        for method, told in methods.items():
            example = told["responses"]["200"]["content"]["application/json"]["example"]
            body = value_of(BODIES[told["operationId"]]) if method == "post" else None
            key = keys["programme_staff" if "audit" in path else "research_security_officer"]
            headers = {"Authorization": f"Bearer {key}"}
            sent = client.request(method.upper(), path.format(**addresses), json=body, headers=headers)
            assert sent.status_code == 200, path
            assert example.keys() == sent.json().keys(), path
            if "results" in example:
                assert example["results"][0].keys() == sent.json()["results"][0].keys()
                assert example["meta"].keys() == sent.json()["meta"].keys()


def test_every_documented_parameter_has_an_example_that_is_answered(client: TestClient, answer: dict[str, Any]) -> None:
    for example in examples.RESEARCHER.values():
        assert client.get("/v1/researchers/" + quote(value_of(example), safe="")).status_code == 200
    for example in examples.PLACE.values():
        assert client.get("/v1/places/" + value_of(example)).status_code == 200
    for example in examples.SET.values():
        assert client.get("/v1/sets/" + value_of(example)).status_code == 200


def test_the_frozen_contract_is_what_the_code_describes() -> None:
    frozen = Path("api/openapi.json").read_text(encoding="utf-8")
    again = "run `python -m matchmaker_api.http.openapi > api/openapi.json` and read the difference"
    assert frozen == document(), again


# ---- browsing ----------------------------------------------------------------------------------------------


def test_pages_of_people_follow_one_another_without_gap_or_repetition(client: TestClient, demo: Matchmaker) -> None:
    seen, cursor = [], "*"
    while cursor:
        page = client.get("/v1/researchers", params={"per-page": 150, "cursor": cursor}).json()
        seen += [person["id"] for person in page["results"]]
        cursor = page["meta"]["next_cursor"]
    assert seen == demo.corpus.tables.people["id"].to_pylist()


def test_na_is_namibia(client: TestClient) -> None:
    assert client.get("/v1/places/NA").json()["name"] == "Namibia"
    found = client.get("/v1/researchers", params={"filter": "country_code:na"}).json()
    assert {person["country"] for person in found["results"]} == {"NA"}


def test_a_union_is_no_country_and_an_ambiguous_code_is_refused(client: TestClient) -> None:
    assert client.get("/v1/places/EU").json()["code"] is None
    assert client.get("/v1/places/KS").json()["type"] == "/problems/unknown-place"


def test_health_says_which_index_is_served(client: TestClient, demo: Matchmaker) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz").json()
    assert (ready["generation"], ready["as_of"]) == (demo.corpus.generation, demo.corpus.as_of.isoformat())
    assert ready["counts"]["people"] == demo.corpus.n_people


# ---- headers -----------------------------------------------------------------------------------------------

EVERY_ADDRESS = ("/", "/about", "/docs", "/problems", "/problems/not-found", "/nothing", "/healthz", "/openapi.json",
                 "/static/site.css", "/static/nothing", "/v1/researchers", "/v1/places/KE", "/people/x")  # fmt: skip


@pytest.mark.parametrize("address", EVERY_ADDRESS)
def test_every_answer_carries_the_safe_headers(client: TestClient, address: str) -> None:
    headers = client.get(address).headers
    assert headers["content-security-policy"] == CSP
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"]
    assert "unsafe" not in CSP
    assert "script-src" not in CSP
    assert CSP.startswith("default-src 'none'")


def test_answers_about_people_are_not_to_be_stored(client: TestClient, answer: dict[str, Any]) -> None:
    run = answer["meta"]["run_id"]
    for address in ("/v1/researchers", f"/v1/runs/{run}", f"/runs/{run}", f"/runs/{run}/why/1", f"/people/{SOMEBODY}"):
        assert client.get(address).headers["cache-control"] == "private, no-store"
    assert client.post("/v1/match", json={"text": TEXT}).headers["cache-control"] == "private, no-store"


def test_a_harmless_request_id_is_kept_and_any_other_replaced(client: TestClient) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": "abc-12345"}).headers["x-request-id"] == "abc-12345"
    for given in ("short", "x" * 65, "with space", "line%0Abreak"):
        assert len(client.get("/healthz", headers={"X-Request-ID": given}).headers["x-request-id"]) == 32
    assert client.get("/v1/none", headers={"X-Request-ID": "abc-12345"}).json()["request_id"] == "abc-12345"


def test_the_pages_of_the_framework_that_phone_out_are_not_served(client: TestClient) -> None:
    assert client.get("/redoc").status_code == 404
    assert "jsdelivr" not in client.get("/docs").text
    assert "POST /v1/match" in client.get("/docs").text


def test_static_files_can_be_asked_for_by_etag(client: TestClient) -> None:
    tag = client.get("/static/site.css").headers["etag"]
    assert client.get("/static/site.css", headers={"If-None-Match": tag}).status_code == 304
