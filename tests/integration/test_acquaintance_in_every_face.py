"""Who could introduce the two, or stands between them: told alike in JSON, by the command and on the pages."""

from __future__ import annotations

from html import unescape
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.commands import Command, runner

from matchmaker_api import Matchmaker
from matchmaker_api.http.app import create_app

SEEKERS = [f"https://demo.invalid/people/P{number:05}" for number in range(1, 21)]


@pytest.fixture(scope="module")
def pages(demo: Matchmaker) -> TestClient:
    return TestClient(create_app(demo))


@pytest.fixture
def command(demo_data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    monkeypatch.setenv("MATCHMAKER_DATA", str(demo_data))
    return runner(monkeypatch, capsys)


def somebody(pages: TestClient, channel: str, known_over: str) -> tuple[str, dict[str, Any]]:
    """A run, and the first result in it of this channel that has `via` or `path`."""
    for seeker in SEEKERS:
        answer = pages.post("/v1/match", json={"researcher": seeker, "k": 50}).json()
        for result in answer["results"]:
            if result["channel"] == channel and result[known_over]:
                return answer["meta"]["run_id"], result
    raise AssertionError(f"nobody of {len(SEEKERS)} is shown a {channel} match with {known_over}")


@pytest.mark.parametrize(("channel", "known_over"), [("bridged", "via"), ("discovery", "path")])
def test_those_in_between_are_named_in_every_face(
    pages: TestClient, command: Command, channel: str, known_over: str
) -> None:
    run, result = somebody(pages, channel, known_over)
    names = result[known_over]
    told = {
        "command": command("why", run, result["rank"], "--format", "table").out,
        "why": unescape(pages.get(f"/runs/{run}/why/{result['rank']}").text),
        "list": unescape(pages.get(f"/runs/{run}").text),
    }
    for face, said in told.items():
        assert all(name in said for name in names), face
    if known_over == "path":
        assert f"You wrote with {names[0]}" in told["command"]
        assert f"{names[-1]} wrote with {result['researcher']['name']}" in told["why"]


def test_a_discovery_has_a_way_exactly_where_a_walk_comes_by(pages: TestClient) -> None:
    for seeker in SEEKERS[:5]:
        for result in pages.post("/v1/match", json={"researcher": seeker, "k": 50}).json()["results"]:
            met = next(part["value"] for part in result["contributions"] if part["feature"] == "acquaintance")
            if result["channel"] == "bridged":
                assert result["via"] and not result["path"]
            else:
                assert not result["via"]
                assert bool(result["path"]) == (met > 0)


def test_a_question_that_names_nobody_knows_no_way(pages: TestClient) -> None:
    answer = pages.post("/v1/match", json={"text": "malaria treatment", "home": "PT", "k": 10}).json()
    assert [(result["via"], result["path"]) for result in answer["results"]] == [([], [])] * 10
