"""Errors over HTTP: every one in one shape, pointed to where it stands, and nothing in it that leaks."""

from __future__ import annotations

import logging
from importlib import resources
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.integration.asked_over_http import SOMEBODY, TEXT

from matchmaker import errors
from matchmaker_api import Matchmaker
from matchmaker_api.http import problems
from matchmaker_api.http.envelope import CSP, MAX_BODY
from matchmaker_api.http.problems import KINDS, TABLE


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


def test_every_kind_of_problem_says_what_it_means_and_what_to_do() -> None:
    assert all(kind.title and kind.meaning and kind.remedy for kind in problems.KINDS.values())
    assert resources.files("matchmaker_api.http").joinpath("examples.json").is_file()
