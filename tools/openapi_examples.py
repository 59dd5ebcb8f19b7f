"""Answer every documented operation once from the invented world, and keep the answers as the examples of the API.

Run by `make docs`. Ids, times and durations that differ from run to run are replaced, so that equal code gives equal
examples.
"""

from __future__ import annotations

import json
import sys
import tempfile
import uuid
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

from fastapi.testclient import TestClient

from matchmaker.sources.ingest import IngestOptions, ingest
from matchmaker_api.assemble import Matchmaker
from matchmaker_api.http import examples
from matchmaker_api.http.app import create_app
from matchmaker_api.http.schemas_calls import CALL_TEXT, TEAM
from matchmaker_api.state.database import STATE
from matchmaker_api.state.keys import KeyStore
from matchmaker_index import generations
from matchmaker_index.building import build
from matchmaker_index.recipe import Recipe

WHEN = datetime(2026, 7, 1, 9, 30, tzinfo=UTC)
SOMEBODY = "https://demo.invalid/people/P00001"
RUN, GENERATION = "0" * 31 + "1", "0" * 64
# A list that an installation keeps for itself; its only entry is an invented organisation.
LOCAL_LIST = (
    "ror,name,country,decision,reason,owner,expires\n"
    ",{name},{country},block,agreement ended,research office,2027-06-30\n"
)


def main(target: Path) -> None:
    """Write the examples to `target`."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        ingest("demo", [], data, options=IngestOptions())
        generations.publish(data, build(data, Recipe()).digest)
        # Audits draw lists in the order of their ids, so equal ids make equal intervals.
        numbers = count(1)
        ids = patch("uuid.uuid4", lambda: uuid.UUID(int=next(numbers)))
        with ids, Matchmaker(data, now=lambda: WHEN) as matchmaker:
            told = answers(matchmaker, TestClient(create_app(matchmaker)))
    target.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def answers(matchmaker: Matchmaker, client: TestClient) -> dict[str, Any]:
    """One answer per operation id."""
    told = {**_matching(matchmaker, client), **_lists(client), **_calls(client), **_audits(matchmaker, client)}
    told["problem"] = client.post(
        "/v1/match", json={"text": "x", "k": 500}, headers={"X-Request-ID": "example-0001"}
    ).json()
    return _settled(told, matchmaker.corpus.generation)


def _matching(matchmaker: Matchmaker, client: TestClient) -> dict[str, Any]:
    question = _value(examples.MATCH["text"])
    answer = _ok(client.post("/v1/match", json=question))
    run = answer["meta"]["run_id"]
    short = {**answer, "results": answer["results"][:1]}
    kept = _ok(client.get(f"/v1/runs/{run}"))
    told = {
        "match": short,
        "run": {**short, "created": kept["created"], "request": kept["request"]},
        "why": _ok(client.get(f"/v1/runs/{run}/why/1")),
        "why_not": _ok(client.get(f"/v1/runs/{run}/why-not/{SOMEBODY}")),
        "safeguards": _withheld(matchmaker, client, question, answer),
    }
    return _named(told, run)


def _withheld(matchmaker: Matchmaker, client: TestClient, question: Any, answer: dict[str, Any]) -> dict[str, Any]:
    """What an officer sees once the organisation of the first one shown is on a local list."""
    first = answer["results"][0]["researcher"]
    lists = matchmaker.data / "lists"
    lists.mkdir()
    row = LOCAL_LIST.format(name=first["institution"]["name"], country=first["country"])
    (lists / "ours-2026-07-01.csv").write_text(row, encoding="utf-8")
    _, key = KeyStore(matchmaker.data / STATE).create("research_security_officer", "example")
    run = _ok(client.post("/v1/match", json=question))["meta"]["run_id"]
    told = _ok(client.get(f"/v1/runs/{run}/safeguards", headers={"Authorization": f"Bearer {key}"}))
    (lists / "ours-2026-07-01.csv").unlink()
    lists.rmdir()
    return {**told, "run_id": RUN}


def _audits(matchmaker: Matchmaker, client: TestClient) -> dict[str, Any]:
    """Lists made together, and what staff see once forty people have asked; long reports are cut to one entry each."""
    together = _ok(client.post("/v1/match/batch", json=_value(examples.BATCH["cap"])))
    for number in range(1, 41):
        _ok(client.post("/v1/match", json={"researcher": f"{SOMEBODY[:-2]}{number:02}", "home": "PT", "k": 10}))
    _, key = KeyStore(matchmaker.data / STATE).create("programme_staff", "example")
    staff = {"Authorization": f"Bearer {key}"}
    told = {
        name: _ok(client.post(f"/v1/audit/{name.removeprefix('audit_')}", json={}, headers=staff))
        for name in ("audit_exposure", "audit_funnel", "audit_balance")
    }
    lists = [{**each, "results": each["results"][:1], "meta": {**each["meta"], "run_id": RUN}}
             for each in together["results"]]  # fmt: skip
    return {"match_batch": {**together, "results": lists[:1]}, **{name: _short(each) for name, each in told.items()}}


def _short(value: Any) -> Any:
    """One entry of every long list: the shape is what an example is for."""
    if isinstance(value, dict):
        return {key: "0" * 64 if key == "head" else _short(each) for key, each in value.items()}
    return [_short(each) for each in value[:1]] if isinstance(value, list) and len(value) > 4 else value


def _lists(client: TestClient) -> dict[str, Any]:
    page = _ok(client.get("/v1/researchers", params={"per-page": 1, "filter": "country_code:KE"}))
    page["meta"]["next_cursor"] = page["meta"]["next_cursor"] and "WyIwMDAwIiwgMTJd"
    person = _ok(client.get(f"/v1/researchers/{SOMEBODY}"))
    return {
        "researchers": page,
        "researcher": {**person, "texts": person["texts"][:2]},
        "place": _ok(client.get("/v1/places/KE")),
        "country_set": _ok(client.get("/v1/sets/wb.L")),
        "healthz": _ok(client.get("/healthz")),
        "readyz": _ok(client.get("/readyz")),
        "version": _ok(client.get("/v1/version")),
    }


def _calls(client: TestClient) -> dict[str, Any]:
    every = _ok(client.get("/v1/calls"))
    return {
        "calls": {**every, "results": every["results"][:2]},
        "call": _ok(client.get("/v1/calls/cost-oc")),
        "check_team": _ok(client.post("/v1/calls/he-ria/check-team", json=_value(next(iter(TEAM.values()))))),
        "validate_call": _ok(client.post("/v1/calls/validate", json=_value(next(iter(CALL_TEXT.values()))))),
    }


def _ok(response: Any) -> dict[str, Any]:
    if response.status_code != 200:
        sys.exit(f"{response.request.url} answered {response.status_code}: {response.text}")
    told: dict[str, Any] = response.json()
    return told


def _value(example: Any) -> Any:
    return example["value"] if isinstance(example, dict) else example.value


def _named(told: dict[str, Any], run: str) -> dict[str, Any]:
    named: dict[str, Any] = json.loads(json.dumps(told, ensure_ascii=False).replace(run, RUN))
    return named


def _settled(value: Any, generation: str) -> Any:
    if isinstance(value, dict):
        steady = {key: _settled(each, generation) for key, each in value.items()}
        return steady | ({"took_ms": dict.fromkeys(value["took_ms"], 1.0)} if "took_ms" in value else {})
    if isinstance(value, list):
        return [_settled(each, generation) for each in value]
    return value.replace(generation, GENERATION) if isinstance(value, str) else value


if __name__ == "__main__":
    main(Path(sys.argv[1]))
