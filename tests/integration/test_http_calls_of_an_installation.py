"""Calls of an installation over HTTP: read from its own folder like any other, and a faulty one is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from tests.integration.asked_over_http import OWN, TEAM

from matchmaker.rules.language import preset_ids
from matchmaker_api import Matchmaker


@pytest.fixture
def folder(demo: Matchmaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of calls of an installation, empty; the index stays the shared one."""
    calls = tmp_path / "calls"
    calls.mkdir()
    monkeypatch.setattr(demo, "data", tmp_path)
    return calls


def call_file(call_id: str) -> str:
    return OWN.replace("own-call", call_id)


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
