"""The HTTP service: what the library says, unchanged; every error in one shape; nothing that leaks."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.openapi.models import Example
from fastapi.testclient import TestClient
from pydantic import TypeAdapter

from matchmaker import errors
from matchmaker.domain.matches import MatchResult
from matchmaker_api import Matchmaker
from matchmaker_api.http import examples, problems, schemas
from matchmaker_api.http.app import create_app, described
from matchmaker_api.http.envelope import CSP, MAX_BODY
from matchmaker_api.http.openapi import document
from matchmaker_api.http.problems import KINDS, TABLE
from matchmaker_api.http.schemas_calls import CALL_TEXT, TEAM
from matchmaker_api.policies import policy_of
from matchmaker_api.state.database import STATE
from matchmaker_api.state.keys import KeyStore

TEXT = "Groundwater recharge and drought in semi-arid catchments"
SOMEBODY = "https://demo.invalid/people/P00001"


@pytest.fixture(scope="module")
def client(demo: Matchmaker) -> Iterator[TestClient]:
    with TestClient(create_app(demo), raise_server_exceptions=False) as client:
        yield client


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


# ---- errors ------------------------------------------------------------------------------------------------


def all_errors() -> list[type[errors.MatchmakerError]]:
    found: list[type[errors.MatchmakerError]] = []
    waiting = [errors.MatchmakerError]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        found.append(kind)
    return [kind for kind in found if kind.__module__ == errors.__name__]


@pytest.mark.parametrize("error", all_errors(), ids=lambda error: error.__name__)
def test_every_kind_of_error_has_its_state_and_a_page(
    client: TestClient, demo: Matchmaker, monkeypatch: pytest.MonkeyPatch, error: type[errors.MatchmakerError]
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise error("what happened", hint="what to do")

    monkeypatch.setattr(Matchmaker, "match", fails)
    sent = client.post("/v1/match", json={"text": TEXT})
    told = sent.json()
    assert sent.status_code == told["status"] == _documented_status(error)
    assert (told["detail"], told["hint"], told["instance"]) == ("what happened", "what to do", "/v1/match")
    assert sent.headers["content-type"] == "application/problem+json"
    assert told["title"] in client.get(told["type"]).text


def _documented_status(error: type[errors.MatchmakerError]) -> int:
    """The state that the tree of errors names for a class, or for the nearest class above it; 500 for the root."""
    lines = (errors.__doc__ or "").splitlines()
    for kind in error.__mro__:
        line = next((line for line in lines if f" {kind.__name__} " in line and "HTTP" in line), "")
        if line:
            return int(line.partition("HTTP ")[2].rstrip(")"))
    return 500


def test_every_error_but_the_root_stands_in_the_table() -> None:
    assert set(all_errors()) - set(TABLE) == {errors.MatchmakerError}


def test_an_unexpected_error_tells_neither_the_client_nor_the_log_what_was_asked(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError("the secret words of the question")

    monkeypatch.setattr(Matchmaker, "match", fails)
    with caplog.at_level(logging.DEBUG):
        sent = client.post("/v1/match", json={"text": "my secret project"}, headers={"X-Request-ID": "known-id-1"})
    assert (sent.status_code, sent.json()["type"]) == (500, "/problems/unexpected")
    assert "secret" not in sent.text + caplog.text
    assert "Zero" not in sent.text
    assert "request known-id-1 failed: ZeroDivisionError at " in caplog.text
    assert sent.headers["content-security-policy"] == CSP


BAD_BODIES: dict[str, tuple[Any, str]] = {
    "nothing to look for": ({}, ""),
    "a misspelt key": ({"text": TEXT, "contries": ["KE"]}, "/contries"),
    "a misspelt key of the policy": ({"text": TEXT, "policy": {"equty": {}}}, "/policy/equty"),
    "k too large": ({"text": TEXT, "k": 201}, "/k"),
    "k zero": ({"text": TEXT, "k": 0}, "/k"),
    "k as text": ({"text": TEXT, "k": "5"}, "/k"),
    "k as a fraction": ({"text": TEXT, "k": 5.5}, "/k"),
    "a call as a number": ({"text": TEXT, "call": 7}, "/call"),
    "a team that is no object": ({"text": TEXT, "call": "he-ria", "team": []}, "/team"),
    "two seekers": ({"researcher": SOMEBODY, "orcid": "0000-0009-9000-0528"}, ""),
    "an empty text": ({"text": "  "}, "/text"),
    "a text that is too long": ({"text": "x" * 20_001}, "/text"),
    "countries that are no list": ({"text": TEXT, "countries": "KE"}, "/countries"),
    "a number for a country": ({"text": TEXT, "countries": ["KE", 5]}, "/countries/1"),
    "a date that is none": ({"text": TEXT, "as_of": "2026-13-01"}, "/as_of"),
    "a date as a number": ({"text": TEXT, "as_of": 86400}, "/as_of"),
    "a switch as text": ({"text": TEXT, "include_known": "yes"}, "/include_known"),
    "an unknown target": ({"text": TEXT, "policy": {"equity": {"target": "fair"}}}, "/policy/equity/target"),
    "a weight above 1": ({"text": TEXT, "policy": {"weights": {"recency": 1.5}}}, "/policy/weights/recency"),
    "a list": ([1, 2], ""),
}


@pytest.mark.parametrize("why", BAD_BODIES)
def test_a_wrong_value_is_refused_and_pointed_to(client: TestClient, why: str) -> None:
    body, pointer = BAD_BODIES[why]
    sent = client.post("/v1/match", json=body)
    assert (sent.status_code, sent.json()["type"]) == (422, "/problems/invalid-request")
    assert pointer in [error["pointer"] for error in sent.json()["errors"]]
    assert all(error["message"] for error in sent.json()["errors"])


@pytest.mark.parametrize(
    "body",
    [b"{", b"", b"[" * 60_000, b'{"text": "x", "policy": {"weights": {"recency": NaN}}}', b"\xff\xfe", b"null",
     b'{"text": "\\ud800 lone"}', b'{"text": "x", "k": 1e999}', b'{"text": "x", "k": -Infinity}'],
    ids=["cut", "empty", "deep", "NaN", "not UTF-8", "null", "lone surrogate", "1e999", "Infinity"],
)  # fmt: skip
def test_broken_json_is_a_problem_document_and_never_a_failure(client: TestClient, body: bytes) -> None:
    sent = client.post("/v1/match", content=body, headers={"Content-Type": "application/json"})
    assert sent.status_code in (400, 422)
    assert sent.headers["content-type"] == "application/problem+json"
    assert sent.json()["type"] in {kind.address for kind in KINDS.values()}


def test_a_wrong_value_is_not_repeated_in_the_answer(client: TestClient) -> None:
    assert "secret" not in client.post("/v1/match", json={"text": TEXT, "k": "my secret"}).text


def test_unknown_parameters_of_a_page_are_refused(client: TestClient) -> None:
    sent = client.get("/v1/researchers", params={"perpage": 5})
    assert (sent.status_code, sent.json()["errors"][0]["pointer"]) == (422, "/perpage")
    assert client.get("/v1/researchers", params={"per-page": 201}).status_code == 422
    assert client.get("/v1/researchers", params={"cursor": "bm90IG91cnM="}).status_code == 422


@pytest.mark.parametrize("length_is_said", [True, False], ids=["announced", "chunked"])
@pytest.mark.parametrize("address", ["/v1/match", "/match"])
def test_a_body_over_the_limit_is_refused(client: TestClient, length_is_said: bool, address: str) -> None:
    body = b" " * (MAX_BODY + 1)
    content: Any = body if length_is_said else iter([body[:40_000], body[40_000:]])
    kind = "application/json" if address == "/v1/match" else "application/x-www-form-urlencoded"
    sent = client.post(address, content=content, headers={"Content-Type": kind})
    assert (sent.status_code, sent.json()["type"]) == (413, "/problems/too-large")
    assert sent.headers["content-type"] == "application/problem+json"


def test_no_such_path_and_no_such_method_are_problem_documents(client: TestClient) -> None:
    assert client.get("/v1/nothing").json()["type"] == "/problems/no-such-address"
    sent = client.delete("/v1/match")
    assert (sent.status_code, sent.json()["type"], sent.headers["allow"]) == (405, "/problems/wrong-method", "POST")


def test_an_unknown_person_run_set_and_country_are_told_apart(client: TestClient) -> None:
    assert client.post("/v1/match", json={"researcher": "https://demo.invalid/people/P99999"}).status_code == 404
    assert client.get("/v1/researchers/P00001").status_code == 404  # a bare last segment is not guessed
    assert client.get("/v1/runs/" + "0" * 32).status_code == 404
    assert client.get("/v1/sets/everybody").status_code == 422
    sent = client.post("/v1/match", json={"text": TEXT, "countries": ["Atlantis"]})
    assert (sent.status_code, sent.json()["type"]) == (422, "/problems/unknown-place")


def test_nothing_in_common_with_the_index_is_its_own_problem(client: TestClient) -> None:
    assert client.post("/v1/match", json={"text": "xyzzy qwrtp"}).json()["type"] == "/problems/nothing-to-match"


def test_programs_get_json_and_browsers_get_a_page_that_says_the_same(client: TestClient) -> None:
    told = client.get("/runs/none").json()
    page = client.get("/runs/none", headers={"Accept": "text/html,*/*;q=0.8"})
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert told["title"] in page.text
    assert client.get("/v1/runs/none", headers={"Accept": "text/html"}).json()["status"] == 404


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


def test_every_kind_of_problem_says_what_it_means_and_what_to_do() -> None:
    assert all(kind.title and kind.meaning and kind.remedy for kind in problems.KINDS.values())
    assert resources.files("matchmaker_api.http").joinpath("examples.json").is_file()
