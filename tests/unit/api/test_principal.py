"""Promises about who is asking: a key gives its role, no key that of a visitor, and a bad key nothing at all."""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from fastapi import Depends
from fastapi.testclient import TestClient

from matchmaker.errors import InputError
from matchmaker_api import Matchmaker
from matchmaker_api.http.app import create_app
from matchmaker_api.http.principal import Asker, Principal, require
from matchmaker_api.state.database import STATE
from matchmaker_api.state.keys import KeyStore


@pytest.fixture(scope="module")
def client(demo: Matchmaker) -> Iterator[TestClient]:
    app = create_app(demo)

    def who(asker: Asker) -> dict[str, Any]:
        return {"role": asker.role, "key_id": asker.key_id}

    def reasons(asker: Annotated[Principal, Depends(require("safeguard_reasons"))]) -> dict[str, Any]:
        return {"seen_by": asker.role}

    app.add_api_route("/v1/who", who, methods=["GET", "POST"])
    app.add_api_route("/v1/reasons", reasons)
    app.add_api_route("/reasons", reasons)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def keys(demo: Matchmaker) -> KeyStore:
    return KeyStore(demo.data / STATE)


@pytest.fixture(scope="module")
def officer(keys: KeyStore) -> str:
    return keys.create("research_security_officer")[1]


@pytest.fixture(scope="module")
def staff(keys: KeyStore) -> str:
    return keys.create("programme_staff")[1]


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def basic(key: str, user: str = "anybody") -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{key}".encode()).decode()}


def test_who_shows_no_key_is_a_researcher(client: TestClient) -> None:
    assert client.get("/v1/who").json() == {"role": "researcher", "key_id": None}


@pytest.mark.parametrize("user", ["", "anybody", "Jürgen"])
def test_a_key_gives_its_role_either_way(client: TestClient, officer: str, user: str) -> None:
    expected = {"role": "research_security_officer", "key_id": officer.split("_")[1]}
    for headers in (bearer(officer), basic(officer, user), {"Authorization": f"bearer  {officer}"}):
        assert client.get("/v1/who", headers=headers).json() == expected


BAD = {
    "another scheme": "Digest {key}",
    "no scheme": "{key}",
    "nothing": "",
    "only a scheme": "Bearer",
    "cut off": "Bearer {cut}",
    "another key": "Bearer mm_00000000_" + "A" * 43,
    "a key as the user name": "Basic {as_user}",
    "no base64": "Basic ###",
    "no text": "Basic /////w==",
    "two keys": "Bearer {key}, Bearer {key}",
}


@pytest.mark.parametrize("what", sorted(BAD))
def test_a_key_that_does_not_hold_is_refused_and_never_taken_for_none(
    client: TestClient, officer: str, what: str
) -> None:
    as_user = base64.b64encode(f"{officer}:".encode()).decode()
    given = BAD[what].format(key=officer, cut=officer[:-1], as_user=as_user)
    answer = client.get("/v1/who", headers={"Authorization": given})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic ") and "Bearer " in answer.headers["WWW-Authenticate"]
    told = answer.json()
    assert (told["type"], told["status"]) == ("/problems/unauthorised", 401)
    assert officer not in answer.text


def test_two_headers_are_refused(client: TestClient, officer: str, staff: str) -> None:
    answer = client.get("/v1/who", headers=[*bearer(officer).items(), *bearer(staff).items()])
    assert answer.status_code == 401


def test_a_revoked_key_is_refused_at_once(client: TestClient, keys: KeyStore) -> None:
    key, shown = keys.create("operator")
    assert client.get("/v1/who", headers=bearer(shown)).status_code == 200
    keys.revoke(key.id)
    assert client.get("/v1/who", headers=bearer(shown)).status_code == 401


def test_a_key_in_the_address_opens_nothing(client: TestClient, officer: str) -> None:
    for address in (f"/v1/reasons?key={officer}", f"/v1/reasons?access_token={officer}"):
        assert client.get(address).status_code == 401


def test_what_only_some_may_see_asks_for_a_key_then_for_the_role(client: TestClient, officer: str, staff: str) -> None:
    asked = client.get("/v1/reasons")
    assert (asked.status_code, asked.json()["type"]) == (401, "/problems/unauthorised")
    refused = client.get("/v1/reasons", headers=bearer(staff))
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/refused")
    assert "programme_staff" in refused.json()["detail"] and "research_security_officer" in refused.json()["hint"]
    assert client.get("/v1/reasons", headers=bearer(officer)).json() == {"seen_by": "research_security_officer"}


def test_a_browser_is_asked_for_a_password_with_a_page(client: TestClient, officer: str) -> None:
    asked = client.get("/reasons", headers={"Accept": "text/html"})
    assert asked.status_code == 401 and asked.headers["WWW-Authenticate"].startswith("Basic ")
    assert "text/html" in asked.headers["Content-Type"] and "key" in asked.text
    assert client.get("/reasons", headers={"Accept": "text/html"} | basic(officer)).status_code == 200


def test_the_kind_of_problem_has_its_page(client: TestClient) -> None:
    page = client.get("/problems/unauthorised", headers={"Accept": "text/html"})
    assert page.status_code == 200 and "keys create" in page.text


@pytest.mark.parametrize(
    ("site", "status"), [("cross-site", 403), ("same-site", 403), ("same-origin", 200), ("none", 200)]
)
def test_another_site_cannot_send_a_form_in_the_name_of_an_officer(
    client: TestClient, officer: str, site: str, status: int
) -> None:
    assert client.post("/v1/who", headers=basic(officer) | {"Sec-Fetch-Site": site}).status_code == status
    assert client.get("/v1/who", headers=basic(officer) | {"Sec-Fetch-Site": site}).status_code == 200


def test_answers_to_key_holders_are_not_kept_by_anybody(client: TestClient, officer: str) -> None:
    assert client.get("/v1/reasons", headers=bearer(officer)).headers["Cache-Control"] == "private, no-store"


def test_no_key_is_logged(client: TestClient, officer: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        for key in (officer, officer[:-1] + "~"):
            client.get("/v1/reasons", headers=bearer(key))
    assert officer[12:40] not in caplog.text


def test_a_door_for_a_right_that_does_not_exist_cannot_be_made() -> None:
    with pytest.raises(InputError):
        require("safeguard_reason")


def test_whoever_asks_is_not_part_of_the_published_contract(client: TestClient) -> None:
    told = client.get("/openapi.json").text
    assert "Principal" not in told and "key_id" not in told
