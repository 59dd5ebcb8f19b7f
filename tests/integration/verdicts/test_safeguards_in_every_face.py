"""Screening lists: each role sees its own of what they found, in every face, and the log names nobody."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from tests.integration.verdicts.steps import NOON, TEXT, on_the_command_line

from matchmaker.errors import RefusedError
from matchmaker.sources.ingest import ingest
from matchmaker_api.assemble import Matchmaker
from matchmaker_api.http.app import create_app
from matchmaker_api.state.database import STATE
from matchmaker_api.state.keys import KeyStore
from matchmaker_api.state.safeguard_log import Actor, SafeguardLog
from matchmaker_index import generations
from matchmaker_index.building import build
from matchmaker_index.recipe import Recipe

OFFICER = Actor("research_security_officer")


def test_a_seeker_sees_a_neutral_state_and_an_officer_the_list(opened: Matchmaker) -> None:
    asked = {"home": "DE", "k": 50}
    seen = opened.match(TEXT, **asked)
    full = opened.match(TEXT, **asked, actor=OFFICER)
    flagged = [r.result for r in full if r.result.safeguards.decision == "needs_review"]
    rules = {reason.rule for r in flagged for reason in r.safeguards.reasons}
    assert {"G6", "G12"} <= rules
    assert any(
        reason.list == "US_EL" and reason.version and reason.date for r in flagged for reason in r.safeguards.reasons
    )
    assert not any(r.result.safeguards.reasons for r in seen)
    assert {r.result.safeguards.state for r in seen} == {"available", "contact through your research office"}
    assert "US_EL" not in json.dumps(seen.as_dict()["results"])
    assert [r.result.researcher for r in seen] == [r.result.researcher for r in full]


def test_reasons_of_a_run_are_asked_for_with_a_key_and_the_look_is_logged(data: Path, opened: Matchmaker) -> None:
    client = TestClient(create_app(opened))
    run = opened.match(TEXT, home="DE", k=50).meta.run_id
    where = f"/v1/runs/{run}/safeguards"
    assert client.get(where).status_code == 401 and "www-authenticate" in client.get(where).headers
    _, staff = KeyStore(data / STATE).create("programme_staff")
    assert client.get(where, headers={"Authorization": f"Bearer {staff}"}).status_code == 403
    _, officer = KeyStore(data / STATE).create("research_security_officer")
    headers = {"Authorization": f"Bearer {officer}"}
    told = client.get(where, headers=headers)
    assert told.status_code == 200 and told.headers["cache-control"] == "private, no-store"
    assert {each["decision"] for each in told.json()["shown"]} == {"needs_review"}
    rank = told.json()["shown"][0]["rank"]
    assert client.get(f"/v1/runs/{run}/why/{rank}").json()["safeguards"]["reasons"] == []
    assert client.get(f"/v1/runs/{run}/why/{rank}", headers=headers).json()["safeguards"]["reasons"]
    records = [json.loads(line) for line in SafeguardLog(data).chain.path.read_bytes().splitlines()]
    assert [r for r in records if r["kind"] == "access" and r["run_id"] == run and r["actor"]["id"]]
    decided = [r for r in records if r["kind"] == "decision"]
    assert decided and all(r["lists"] and r["rules_fired"] for r in decided)


def test_no_name_or_id_of_a_person_is_in_the_log(data: Path, opened: Matchmaker) -> None:
    full = opened.match(TEXT, home="DE", k=50, actor=OFFICER)
    log = SafeguardLog(data).chain.path.read_text(encoding="utf-8")
    for shown in full:
        assert shown.result.researcher.id not in log and shown.result.researcher.name not in log


def test_a_blocked_organisation_is_absent_for_seekers_and_explained_to_officers(data: Path) -> None:
    lists = data / "lists" / "ours-2026-11-20.csv"
    before = lists.read_text(encoding="utf-8")
    with Matchmaker(data, now=lambda: NOON) as matchmaker:
        flagged = next(
            shown.result for shown in matchmaker.match(TEXT, home="DE", k=50, actor=OFFICER)
            if any(reason.rule == "G12" for reason in shown.result.safeguards.reasons)
        )  # fmt: skip
        name, country = flagged.researcher.institution.name, flagged.researcher.country
        # A name alone never blocks, whatever the local list says; the organisation has no ROR in this world.
        lists.write_text(before.replace("needs_review", "block"), encoding="utf-8")
        again = matchmaker.match(TEXT, home="DE", k=50, actor=OFFICER)
        still = next(r.result for r in again if r.result.researcher.id == flagged.researcher.id)
        assert (still.safeguards.decision, name, country) == (
            "needs_review", still.researcher.institution.name, still.researcher.country
        )  # fmt: skip
    lists.write_text(before, encoding="utf-8")


@pytest.fixture(scope="module")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """People known by what they declare; one of them in a country with which a regime forbids to work."""
    folder = tmp_path_factory.mktemp("small")
    subjects = ("malaria vectors", "solar cells", "river floods", "maize genetics", "coral reefs")
    rows = [
        f"person {i},{code},University of {code},{subjects[i % 5]} and {subjects[(i + 1) % 5]} in season {i}"
        for i, code in enumerate(["KP", "KE", "DE", "BR", "IN", "FR"] * 10)
    ]
    (folder / "people.csv").write_text("name,country,institution,interests\n" + "\n".join(rows), encoding="utf-8")
    ingest("csv", [folder / "people.csv"], folder / "data")
    generations.publish(folder / "data", build(folder / "data", Recipe(dimension=8, as_of=date(2026, 11, 1))).digest)
    return folder / "data"


def test_somebody_blocked_is_absent_and_only_an_officer_is_told_why(small_world: Path) -> None:
    with Matchmaker(small_world, now=lambda: NOON) as matchmaker:
        answer = matchmaker.match("malaria vectors", home="DE", k=100)
        assert answer.answer.withheld == ()
        assert "KP" not in {shown.result.researcher.country for shown in answer}
        assert "available" not in {step.step for step in answer.meta.filter_counts}  # how many is for officers
        full = matchmaker.match("malaria vectors", home="DE", k=100, actor=OFFICER)
        counts = {step.step: step for step in full.meta.filter_counts}["available"]
        told = matchmaker.withheld(answer.meta.run_id, OFFICER)
        (held_back,) = told["organisations"]
        assert (held_back["country"], held_back["people"]) == ("KP", counts.entered - counts.left == 10 and 10)
        assert any(reason["rule"] == "G2" and reason["version"] for reason in held_back["reasons"])
        corpus = matchmaker.corpus
        who = corpus.researcher(next(i for i in range(corpus.n_people) if corpus.country[i] == "KP")).id
        seen = matchmaker.why_not(answer.meta.run_id, who)
        assert (seen.step, seen.reasons) == ("available", ()) and "research office" in seen.reason
        explained = matchmaker.why_not(answer.meta.run_id, who, OFFICER)
        assert any(reason.rule == "G2" and reason.version and reason.date for reason in explained.reasons)
        with pytest.raises(RefusedError):
            matchmaker.withheld(answer.meta.run_id, Actor("programme_staff"))


def test_another_date_is_no_way_round_the_lists_of_today(opened: Matchmaker) -> None:
    today = {r.result.researcher.id: r.result.safeguards.decision for r in opened.match(TEXT, home="DE", k=200)}
    flagged = {who for who, decision in today.items() if decision == "needs_review"}
    then = {
        r.result.researcher.id: r.result.safeguards.decision
        for r in opened.match(TEXT, home="DE", k=200, as_of="2018-06-01")
    }
    assert flagged & then.keys()
    assert all(then[who] == "needs_review" for who in flagged & then.keys())


def test_a_list_that_cannot_be_read_stops_the_answer(data: Path, tmp_path: Path) -> None:
    copy = tmp_path / "broken"
    shutil.copytree(data, copy)
    (copy / "lists" / "cut.csv").write_text('id,schema,name\n1,Organization,"never closed', encoding="utf-8")
    said = on_the_command_line("match", TEXT, "--home", "DE", "--json", "--data", str(copy))
    assert said.exit_code != 0 and "cut.csv" in str(said.exception)


def test_lists_that_change_count_from_the_next_question_on(data: Path, tmp_path: Path) -> None:
    copy = tmp_path / "changing"
    shutil.copytree(data, copy)
    with Matchmaker(copy, now=lambda: NOON) as matchmaker:
        assert not matchmaker.match(TEXT, home="DE").meta.safeguards.gaps
        shutil.rmtree(copy / "lists")
        assert matchmaker.match(TEXT, home="DE").meta.safeguards.gaps == ("no screening list is loaded",)
