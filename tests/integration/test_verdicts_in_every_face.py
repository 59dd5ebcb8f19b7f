"""A call, screening lists and declared terms: every face says the same, and each role sees its own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from matchmaker.errors import InputError, NotFoundError, RefusedError
from matchmaker.sources.ingest import ingest
from matchmaker_api.assemble import Matchmaker
from matchmaker_api.cli.main import app
from matchmaker_api.http.app import create_app
from matchmaker_api.state.database import STATE
from matchmaker_api.state.keys import KeyStore
from matchmaker_api.state.safeguard_log import Actor, SafeguardLog
from matchmaker_index import generations
from matchmaker_index.building import build
from matchmaker_index.recipe import Recipe

TEXT = "insecticide resistance and malaria treatment"
OFFICER = Actor("research_security_officer")
TEAM = {"partners": [{"org": {"id": code, "country": code, "type": "university"}} for code in ("GB", "NO", "IS")]}
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def data(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo with a list of the installation's own, a sanctions list, and the terms of one organisation."""
    data = tmp_path_factory.mktemp("verdicts") / "data"
    shutil.copytree(demo_data, data)
    with Matchmaker(data) as matchmaker:
        first, second, third = _organisations(matchmaker)
    (data / "lists").mkdir()
    (data / "lists" / "ours-2026-11-20.csv").write_text(
        "ror,name,country,decision,reason,owner,expires\n"
        f',"{first["name"]}",{first["country"]},needs_review,agreement ended,research office,2027-06-30\n',
        encoding="utf-8",
    )
    (data / "lists" / "us-2026-11-21.csv").write_text(
        "id,schema,name,aliases,birth_date,countries,addresses,identifiers,sanctions,phones,emails,program_ids,dataset,"
        "first_seen,last_seen,last_change\n"
        f'X1,Organization,"{second["name"]}",,,{str(second["country"]).lower()},,,,,,,el,2026-01-01,'
        "2026-11-21,2026-01-01\n",
        encoding="utf-8",
    )
    (data / "terms").mkdir()
    (data / "terms" / "third.yaml").write_text(
        f"for: {third['id']}\ndeclared_by: its office\ndeclared_on: 2026-11-01\n"
        "declaration:\n  publication: {policy: none}\n",
        encoding="utf-8",
    )
    return data


def _organisations(matchmaker: Matchmaker) -> list[dict[str, Any]]:
    """The joining organisations of the first three people found, all different."""
    found: dict[str, dict[str, Any]] = {}
    for shown in matchmaker.match(TEXT, home="DE", k=50):
        who = shown.result.researcher
        if who.institution.id and who.country:
            found.setdefault(
                who.institution.id, {"id": who.institution.id, "name": who.institution.name, "country": who.country}
            )
    return list(found.values())[:3]


@pytest.fixture
def opened(data: Path) -> Iterator[Matchmaker]:
    with Matchmaker(data, now=lambda: NOON) as matchmaker:
        yield matchmaker


def on_the_command_line(*words: str, given: str | None = None) -> Any:
    return CliRunner().invoke(app, list(words), input=given)


def settled(answer: dict[str, Any]) -> dict[str, Any]:
    """What does not differ from run to run."""
    meta = {key: value for key, value in answer["meta"].items() if key not in ("run_id", "took_ms")}
    return {"meta": meta, "results": answer["results"]}


def test_every_face_gives_the_same_answer_under_a_call(data: Path, opened: Matchmaker, tmp_path: Path) -> None:
    team = tmp_path / "team.json"
    team.write_text(json.dumps(TEAM), encoding="utf-8")
    in_python = opened.match(TEXT, home="DE", k=10, call="he-ria", team=TEAM, only_helpful=True).as_dict()
    body = {"text": TEXT, "home": "DE", "k": 10, "call": "he-ria", "team": TEAM, "only_helpful": True}
    over_http = TestClient(create_app(opened)).post("/v1/match", json=body).json()
    said = on_the_command_line(
        "match", TEXT, "--home", "DE", "-k", "10", "--call", "he-ria", "--team", str(team), "--only-helpful", "--json",
        "--data", str(data),
    )  # fmt: skip
    assert said.exit_code == 0, said.stderr
    assert settled(in_python) == settled(over_http)
    shell = settled(json.loads(said.stdout))
    # The command runs by the clock of the machine, so what hangs on the day of the screening may differ.
    assert [r["eligibility"] for r in shell["results"]] == [r["eligibility"] for r in over_http["results"]]
    assert (
        "under he-ria" in said.stderr
        and "not legal advice" in said.stderr
        and "further partners needed at least: 1" in said.stderr
    )
    assert {r["eligibility"]["effect"] for r in over_http["results"]} <= {"helps", "may help"}
    assert over_http["meta"]["rules"]["team"]["result"] == "incomplete"


def test_why_tells_rules_safeguards_and_terms(data: Path, opened: Matchmaker) -> None:
    run = opened.match(TEXT, home="DE", k=10, call="he-ria").meta.run_id
    said = on_the_command_line("why", run, "1", "--format", "table", "--data", str(data))
    assert "Under the call" in said.stdout and "min-countries" in said.stdout
    assert "Safeguards:" in said.stdout and "Terms:" in said.stdout


def test_a_call_in_a_file_is_read_and_a_wrong_one_is_refused_with_its_place(data: Path, tmp_path: Path) -> None:
    call = tmp_path / "mine.yaml"
    call.write_text(
        "schema: rcp-call/1\nid: mine\ntitle: Mine\nfunder: Us\n"
        "provenance: {source: us, retrieved: 2026-11-22, confidence: high, illustrative: true}\n"
        "dates: {reference: 2026-11-22}\nsets: {EAST: {codes: [KE, TZ, UG]}}\n"
        "clauses: [{id: only-east, type: each, must: {country: {in: EAST}}}]\n",
        encoding="utf-8",
    )
    words = ("match", TEXT, "--home", "KE", "--call", str(call), "--json", "--data", str(data))
    answer = json.loads(on_the_command_line(*words).stdout)
    assert {r["researcher"]["country"] for r in answer["results"]} <= {
        "TZ",
        "UG",
        None,
    }  # an organisation without a country is to be reviewed
    assert answer["meta"]["filter_counts"]["rules"]["out"] < answer["meta"]["filter_counts"]["rules"]["in"]
    call.write_text(call.read_text(encoding="utf-8").replace("must:", "mustt:"), encoding="utf-8")
    wrong = on_the_command_line(*words)
    assert isinstance(wrong.exception, InputError) and "mustt" in wrong.exception.message


def test_a_call_that_nobody_knows_is_not_found(opened: Matchmaker) -> None:
    with pytest.raises(NotFoundError, match="no call"):
        opened.match(TEXT, call="he-riaa")
    client = TestClient(create_app(opened))
    assert client.post("/v1/match", json={"text": TEXT, "call": "../etc/passwd.yaml"}).status_code == 404
    assert client.post("/v1/match", json={"text": TEXT, "team": TEAM}).status_code == 422


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


def test_declared_terms_are_a_checklist_and_compatible_ones_can_be_asked_for(opened: Matchmaker) -> None:
    own = {"publication": {"must_publish": True}}
    found = opened.match(TEXT, home="DE", k=50, terms=own)
    against = [r.result for r in found if r.result.terms.outcome == "incompatible"]
    assert against and against[0].terms.rules[0].id == "P1"
    left = opened.match(TEXT, home="DE", k=50, terms=own, require_compatible=True)
    assert not [r for r in left if r.result.terms.outcome == "incompatible"]
    away = opened.why_not(left.meta.run_id, against[0].researcher.id)
    assert away.step == "terms"


def test_another_date_is_no_way_round_the_lists_of_today(opened: Matchmaker) -> None:
    today = {r.result.researcher.id: r.result.safeguards.decision for r in opened.match(TEXT, home="DE", k=200)}
    flagged = {who for who, decision in today.items() if decision == "needs_review"}
    then = {
        r.result.researcher.id: r.result.safeguards.decision
        for r in opened.match(TEXT, home="DE", k=200, as_of="2018-06-01")
    }
    assert flagged & then.keys()
    assert all(then[who] == "needs_review" for who in flagged & then.keys())


def test_why_not_answers_for_the_list_that_was_given(opened: Matchmaker) -> None:
    """The team's people are not kept, so the rules cannot be asked again as they were; that is said."""
    person = {"phd": "2005-01-01", "citizenship": ["DE"]}
    team = {"partners": [{"org": {"id": "o", "country": "DE"}, "role": "host", "person": person}]}
    answer = opened.match(TEXT, call="erc-stg-2027", team=team)
    assert not len(answer)
    somebody = opened.match(TEXT)[0].result.researcher.id
    told = opened.why_not(answer.meta.run_id, somebody)
    assert "what the team file said of people was not kept" in told.reason


def test_terms_for_nobody_are_told_when_the_service_starts(data: Path, tmp_path: Path) -> None:
    copy = tmp_path / "terms"
    shutil.copytree(data, copy)
    terms = (copy / "terms" / "third.yaml").read_text(encoding="utf-8")
    (copy / "terms" / "fourth.yaml").write_text(
        "for: https://ror.org/05gq02987\n" + terms.partition("\n")[2], encoding="utf-8"
    )
    with Matchmaker(copy, now=lambda: NOON) as matchmaker:
        assert any("https://ror.org/05gq02987" in note for note in matchmaker.prepare())


def test_what_a_team_says_of_its_people_is_not_kept(opened: Matchmaker) -> None:
    team = {"partners": [{"org": {"id": "o", "country": "DE"}, "role": "fellow", "person": {"citizenship": ["KE"],
             "phd": "2020-01-01", "stays": [{"country": "DE", "from": "2025-01-01"}]}}]}  # fmt: skip
    run = opened.match(TEXT, call="msca-pf-ef", team=team).meta.run_id
    kept = opened.runs.get(run)
    assert "citizenship" not in json.dumps(kept.request)
    histories = [
        each for each in kept.answer["meta"]["rules"]["team"]["clauses"] if each["type"] in ("residence", "time_since")
    ]
    assert histories and not any(each["detail"] for each in histories)


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


def test_a_call_of_the_installation_rests_on_its_own_table_of_countries(data: Path, tmp_path: Path) -> None:
    copy = tmp_path / "own"
    shutil.copytree(data, copy)
    (copy / "tables").mkdir()
    (copy / "tables" / "east.csv").write_text(
        "alpha2,from,to\nKE,,\nUG,2020-01-01,\nTZ,,2020-01-01\n", encoding="utf-8"
    )
    (copy / "tables" / "SOURCES.toml").write_text(
        '[east]\ntitle = "Ours"\nvintage = 2026-11-01\nsource = "us"\nconfidence = "high"\nmax_age_days = 365\n',
        encoding="utf-8",
    )
    (copy / "calls").mkdir()
    (copy / "calls" / "mine.yaml").write_text(
        "schema: rcp-call/1\nid: mine\ntitle: Mine\nfunder: Us\n"
        "provenance: {source: us, retrieved: 2026-11-22, confidence: high, illustrative: true}\n"
        "dates: {reference: 2026-11-22}\nsets: {EAST: {ref: own.east}}\n"
        "clauses: [{id: only-east, type: each, must: {country: {in: EAST}}}]\n",
        encoding="utf-8",
    )
    with Matchmaker(copy, now=lambda: NOON) as matchmaker:
        answer = matchmaker.match(TEXT, home="KE", k=200, call="mine")
        told = TestClient(create_app(matchmaker)).get("/v1/sets/own.east", params={"at": "2019-06-01"}).json()
    assert {shown.result.researcher.country for shown in answer} == {"UG", None}
    assert answer.meta.rules.set_versions == {"own.east": "own.east@2026-11-01"}
    assert (told["codes"], told["version"]) == (["KE", "TZ"], "own.east@2026-11-01")
    said = on_the_command_line("place", "set", "own.east", "--at", "2026-11-22", "--json", "--data", str(copy))
    assert json.loads(said.stdout)["codes"] == ["KE", "UG"]
