"""Equity in every face: what lists say of their price, what audits say of a period, who may see it, and the log."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from matchmaker import errors
from matchmaker.domain.matches import plain
from matchmaker.report.faces import as_json
from matchmaker_api import Matchmaker, auditing, connect
from matchmaker_api.auditing import Look
from matchmaker_api.cli.main import app
from matchmaker_api.declarations import FILE as DECLARED
from matchmaker_api.http.app import create_app
from matchmaker_api.policies import FILE as POLICY
from matchmaker_api.policies import installed_policy
from matchmaker_api.state.database import STATE
from matchmaker_api.state.keys import KeyStore

LISTS = 40


@pytest.fixture(scope="module")
def used(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which forty people have asked."""
    data = tmp_path_factory.mktemp("used") / "data"
    shutil.copytree(demo_data, data)
    for left in ("audit", "state.db", "state.db-wal", "state.db-shm"):
        path = data / left
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    with connect(data) as matchmaker:
        for person in seekers(matchmaker):
            matchmaker.match(researcher=person, k=10)
    return data


@pytest.fixture
def copied(used: Path, tmp_path: Path) -> Path:
    """A copy that may be written to."""
    return Path(shutil.copytree(used, tmp_path / "data"))


@pytest.fixture
def client(used: Path) -> Iterator[TestClient]:
    with connect(used) as matchmaker, TestClient(create_app(matchmaker)) as client:
        yield client


def seekers(matchmaker: Matchmaker, n: int = LISTS) -> list[str]:
    corpus = matchmaker.corpus
    people = np.flatnonzero((corpus.home == "country") & (corpus.n_texts > 1))[:n]
    return [corpus.researcher(person).id for person in people.tolist()]


def told(*words: str, data: Path, code: int = 0) -> Any:
    """What a command prints as JSON."""
    done = CliRunner().invoke(app, [*words, "--data", str(data), "--format", "json"])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == code, done.output
    return json.loads(done.stdout)


def staff(data: Path, role: str = "programme_staff") -> dict[str, str]:
    _, key = KeyStore(data / STATE).create(role, "test")
    return {"Authorization": f"Bearer {key}"}


# ---- audits ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["exposure", "funnel", "balance"])
def test_the_command_the_api_and_the_library_say_the_same(used: Path, client: TestClient, kind: str) -> None:
    by_command = told("audit", kind, data=used)
    over_http = client.post(f"/v1/audit/{kind}", json={}, headers=staff(used))
    assert over_http.status_code == 200
    assert over_http.json() == by_command
    if kind == "exposure":
        assert json.loads(json.dumps(as_json(auditing.exposure(used, Look())))) == by_command
    assert by_command["meta"]["lists"] == LISTS
    assert by_command["meta"]["log"]["records"] == LISTS


def test_shares_of_attention_are_those_of_the_lists_that_were_given(used: Path) -> None:
    with connect(used) as matchmaker:
        runs = [matchmaker.runs.get(run) for run in auditing.logged_runs(used, Look())]
    weights = 1 / np.log2(np.arange(2, 12))
    mine = [sum(w for w, r in zip(weights, run.answer["results"], strict=True) if r["fairness"]["group"] == "H")
            / weights.sum() for run in runs]  # fmt: skip
    report = auditing.exposure(used, Look(attributes=("income_group",)))
    high = next(group for group in report.attributes[0].groups if group.group == "H")
    assert high.exposure.value == pytest.approx(float(np.mean(mine)))
    assert high.exposure.low is not None and high.exposure.low < high.exposure.value


@pytest.mark.parametrize("kind", ["exposure", "funnel", "balance"])
def test_a_researcher_sees_no_audit(used: Path, client: TestClient, kind: str) -> None:
    done = CliRunner().invoke(app, ["audit", kind, "--role", "researcher", "--data", str(used)])
    assert isinstance(done.exception, errors.RefusedError)
    assert client.post(f"/v1/audit/{kind}", json={}).status_code == 401
    assert client.get(f"/equity?kind={kind}").status_code == 401
    officer = staff(used, "export_control_officer")
    assert client.post(f"/v1/audit/{kind}", json={}, headers=officer).status_code == 403


def test_gender_is_what_people_declared_for_programme_staff_alone_and_small_cells_are_withheld(copied: Path) -> None:
    with connect(copied) as matchmaker:
        shown = sorted({r.researcher.id for person in seekers(matchmaker, 30) for r in matchmaker.match(
            researcher=person, k=20)})  # fmt: skip
    # 41 % undeclared, and four people in the smallest group.
    declared = shown[: int(0.59 * len(shown))]
    groups = ["another"] * 4 + ["woman", "man"] * len(declared)
    rows = [f"{person},gender,{group}" for person, group in zip(declared, groups, strict=False)]
    (copied / DECLARED).write_text("researcher,attribute,group\n" + "\n".join(rows) + "\n", encoding="utf-8")
    report = auditing.exposure(copied, Look(attributes=("gender",)))
    found = {group.group: group for group in report.attributes[0].groups}
    assert {"woman", "man", "another", "undeclared"} == set(found)
    assert found["another"].withheld and found["another"].people is None and found["another"].exposure.value is None
    assert sum(group.withheld for group in found.values()) >= 2  # or it could be found by subtraction
    assert not found["undeclared"].withheld
    for role in ("funder_officer", "data_protection_officer"):
        with pytest.raises(errors.RefusedError, match="gender"):
            auditing.exposure(copied, Look(attributes=("gender",), role=role))
        seen = {each.attribute for each in auditing.exposure(copied, Look(role=role)).attributes}
        assert not seen & {"gender", "career_stage"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("researcher,attribute\n", "columns"),
        ("researcher,attribute,group\np,gender,f\n", "no group 'f'"),
        ("researcher,attribute,group\np,religion,x\n", "no group"),
        ("researcher,attribute,group\np,gender,woman\np,gender,man\n", "stands twice"),
        ("researcher,attribute,group\np,gender,\n", "empty"),
    ],
)
def test_a_table_of_declarations_that_is_not_well_formed_is_refused_with_its_line(
    copied: Path, text: str, said: str
) -> None:
    (copied / DECLARED).write_text(text, encoding="utf-8")
    with pytest.raises(errors.InputError, match=said):
        auditing.exposure(copied, Look())


def test_outcomes_make_the_funnel_longer(copied: Path, tmp_path: Path) -> None:
    with connect(copied) as matchmaker:
        rows = ["run_id,researcher,stage"]
        for run in auditing.logged_runs(copied, Look()):
            people = [r["researcher"]["id"] for r in matchmaker.runs.get(run).answer["results"]]
            # Enough of both groups at every stage: cells under ten are withheld, and with them the whole attribute.
            rows += [f"{run},{person},contacted" for person in people] + [f"{run},{p},funded" for p in people[:8]]
    path = tmp_path / "outcomes.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    stages = told("audit", "funnel", "--outcomes", str(path), "--attribute", "profile", data=copied)["funnels"][0][
        "stages"
    ]
    left = {stage["step"]: sum(g["left"] or 0 for g in stage["groups"]) for stage in stages}
    assert (left["shown"], left["contacted"], left["funded"]) == (LISTS * 10, LISTS * 10, LISTS * 8)


def test_a_report_is_one_file_that_loads_nothing(used: Path, tmp_path: Path, client: TestClient) -> None:
    for suffix in (".html", ".md", ".json"):
        told("audit", "exposure", "--out", str(tmp_path / f"report{suffix}"), data=used)
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<script" not in html and 'src="' not in html and html.count("<svg") >= 5
    page = client.get("/equity?kind=exposure", headers=staff(used))
    assert page.status_code == 200 and "<svg" in page.text and "style=" not in page.text
    again = client.get("/equity/report.html?kind=exposure", headers=staff(used))
    assert "attachment" in again.headers["content-disposition"] and again.text == html
    done = CliRunner().invoke(app, ["audit", "exposure", "--out", "report.pdf", "--data", str(used)])
    assert isinstance(done.exception, errors.InputError)


def test_without_lists_an_audit_says_so(demo_data: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(demo_data, tmp_path / "data"))
    shutil.rmtree(data / "audit", ignore_errors=True)
    report = told("audit", "exposure", data=data, code=3)
    assert report["meta"]["lists"] == 0 and report["meta"]["notes"]


def test_the_price_curve_leads_from_no_target_to_the_whole_of_it(used: Path) -> None:
    curve = told("audit", "exposure", "--curve", "12", data=used)["curve"]
    ndcg = [point["ndcg"] for point in curve]
    assert curve[0]["label"] == "by score alone" and ndcg[0] == 1.0
    assert [point["label"] for point in curve if point["chosen"]] == ["as the pool"]
    assert curve[-1]["awrf"] > curve[0]["awrf"] and ndcg[-1] < 1.0


# ---- the log -----------------------------------------------------------------------------------------------


def test_lists_come_out_again_byte_for_byte(used: Path) -> None:
    found = told("audit", "log-verify", "--replay", "15", data=used)
    assert found["holds"] and found["replayed"]["same"] == found["replayed"]["asked"] == 15


def test_a_changed_record_is_named_and_no_audit_rests_on_it(copied: Path) -> None:
    log = copied / "audit" / "decisions.jsonl"
    lines = log.read_bytes().splitlines(keepends=True)
    lines[6] = lines[6].replace(b'"ndcg_floor"', b'"ndcg_flaor"').replace(b'"countries":["', b'"countries":["K', 1)
    log.write_bytes(b"".join(lines))
    found = told("audit", "log-verify", data=copied, code=4)
    bad = next(each for each in found["logs"] if each["log"] == "decisions.jsonl")
    assert bad["records"] == 6 and bad["first_bad"].startswith("record 7")
    with pytest.raises(errors.StateError, match="record 7 does not hold"):
        auditing.exposure(copied, Look())


def test_a_cut_end_shows_against_heads_that_were_kept_elsewhere(copied: Path, tmp_path: Path) -> None:
    heads = tmp_path / "heads.json"
    told("audit", "log-verify", "--heads", str(heads), data=copied)
    log = copied / "audit" / "decisions.jsonl"
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:-3]))
    log.with_name("decisions.jsonl.head").unlink()
    told("audit", "log-verify", "--anchors", str(heads), data=copied, code=4)


def test_the_log_holds_neither_the_words_of_a_question_nor_an_id_or_name_of_a_person(copied: Path) -> None:
    text = "insecticide resistance of malaria vectors in villages"
    with connect(copied) as matchmaker:
        answer = matchmaker.match(text, home="PT", k=5)
    record = (copied / "audit" / "decisions.jsonl").read_text(encoding="utf-8").splitlines()[-1]
    assert answer.meta.run_id in record and "malaria" not in record
    for result in answer:
        assert result.researcher.id not in record and result.researcher.name not in record


def test_what_cannot_be_logged_is_not_answered(copied: Path) -> None:
    with connect(copied) as matchmaker:
        somebody = seekers(matchmaker, 1)[0]
        (copied / "audit" / "decisions.jsonl.head").write_bytes(b"no head")
        with pytest.raises(errors.StateError):
            matchmaker.match(researcher=somebody)


# ---- policies ----------------------------------------------------------------------------------------------


def test_the_policy_of_the_installation_holds_in_every_face(copied: Path) -> None:
    (copied / POLICY).write_text('name = "ours"\n[equity]\ntarget = "uniform"\nndcg_floor = 0.0\n', encoding="utf-8")
    with connect(copied) as matchmaker, TestClient(create_app(matchmaker)) as client:
        somebody = seekers(matchmaker, 1)[0]
        in_python = matchmaker.match(researcher=somebody, k=5).meta.policy
        over_http = client.post("/v1/match", json={"researcher": somebody, "k": 5}).json()["meta"]["policy"]
        own = client.post("/v1/match", json={"researcher": somebody, "policy": {"equity": {"target": "none"}}}).json()
    by_command = told("match", "--researcher", somebody, "--k", "5", data=copied)["meta"]["policy"]
    assert in_python["name"] == "ours" and in_python["equity"]["target"] == "uniform"
    assert over_http == by_command == json.loads(json.dumps(plain(in_python)))
    assert own["meta"]["policy"]["equity"]["target"] == "none"


def test_a_target_and_a_floor_under_ndcg_that_cannot_both_hold_are_told_in_words(copied: Path) -> None:
    policy = {"equity": {"target": "policy", "shares": {"L": "1/2", "LM": "1/2"}, "set_by": "x", "why": "y",
                         "relevance_floor": 0.0, "ndcg_floor": 0.98}}  # fmt: skip
    with connect(copied) as matchmaker:
        found = [matchmaker.match(researcher=person, k=10, policy=policy).meta.policy["equity"]
                 for person in seekers(matchmaker, 12)]  # fmt: skip
    cut = [each for each in found if each["held"] < 1]
    assert cut
    for each in found:
        assert each["ndcg"] >= 0.98 - 1e-9
    for each in cut:
        assert each["ndcg_of_target"] < 0.98 and "cannot both hold" in each["notes"][0] and not each["floors_met"]


FIXED = {"equity": {"target": "policy", "shares": {"L": "1/5", "LM": "1/5", "UM": "1/5", "H": "2/5"},
                    "set_by": "a board", "why": "its call", "ndcg_floor": 0.0}}  # fmt: skip


def test_shares_adjusted_by_a_period_are_a_policy_that_is_accepted(copied: Path) -> None:
    with connect(copied) as matchmaker:
        for person in seekers(matchmaker, 35):
            matchmaker.match(researcher=person, k=10, call="he-ria", policy=FIXED)
    words = ["audit", "adjust", "--call", "he-ria"]
    done = CliRunner().invoke(app, [*words, "--format", "table", "--data", str(copied)])
    assert done.exit_code == 0, done.output
    moves = {row["group"]: row for row in told(*words, data=copied)["shares"]}
    (copied / POLICY).write_text(done.stdout, encoding="utf-8")
    equity = installed_policy(copied).equity
    assert equity.aim.target == "policy" and sum(equity.aim.shares.values()) == 1
    assert "exposure of 35 lists" in equity.why and "a board" in equity.set_by and "calculated" in equity.set_by
    for group, row in moves.items():
        assert row["next"] == str(equity.aim.shares[group])
    assert equity.aim.shares["H"] <= Fraction(2, 5)  # nobody is moved down for it, so it gives and never gets more


def test_targets_that_each_list_takes_from_its_pool_are_not_adjusted(copied: Path) -> None:
    with pytest.raises(errors.InputError, match="different targets"):
        auditing.adjusted(copied, Look())


def test_a_policy_that_cannot_be_used_is_no_fault_of_whoever_asks(copied: Path) -> None:
    (copied / POLICY).write_text('[equity]\ntarget = "secret-word"\n', encoding="utf-8")
    with connect(copied) as matchmaker, TestClient(create_app(matchmaker)) as client:
        answer = client.post("/v1/match", json={"text": "malaria", "home": "PT"})
    assert answer.status_code == 503 and "secret-word" not in answer.text


def test_a_misspelt_period_is_refused_and_shows_no_other_one(client: TestClient, used: Path) -> None:
    queries = (
        "kind=exposure&form=2026-01-01",
        "kind=exposure&from=soon",
        "kind=exposure&from=2027-01-01&to=2026-01-01",
        "kind=nothing",
        "kind=exposure&attribute=gender",
    )
    for query in queries:
        assert client.get(f"/equity?{query}", headers=staff(used)).status_code == 422, query


# ---- several lists -----------------------------------------------------------------------------------------


def test_lists_made_together_share_people_as_asked_in_every_face(copied: Path, tmp_path: Path) -> None:
    with connect(copied) as matchmaker:
        questions = [{"researcher": person, "k": 10} for person in seekers(matchmaker, 12)]
        alone = matchmaker.match_many(questions)
        capped = matchmaker.match_many(questions, cap=2)
        nothing = matchmaker.match_many(questions, guarantee="1/100")
        promised = matchmaker.match_many([{**question, "k": 40} for question in questions], guarantee="1")
        singles = [matchmaker.match(**question).as_dict() for question in questions]  # type: ignore[arg-type]
        with TestClient(create_app(matchmaker)) as client:
            over_http = client.post("/v1/match/batch", json={"requests": questions, "sharing": {"cap": 2}}).json()
    assert [ids(each.as_dict()) for each in alone] == [ids(each) for each in singles]
    lists = [ids(each.as_dict()) for each in capped]
    most = max(sum(person in people for people in lists) for people in lists for person in people)
    assert most == capped.sharing.most_lists <= 2 < capped.sharing.most_lists_before
    assert nothing.sharing.promised == 0 and "nobody is promised" in nothing.sharing.notes[0]
    assert [ids(each.as_dict()) for each in nothing] == [ids(each) for each in singles]
    assert promised.sharing.promised and promised.sharing.coverage >= promised.sharing.coverage_before
    assert promised.sharing.gini <= promised.sharing.gini_before
    assert [ids(each) for each in over_http["results"]] == lists
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(map(json.dumps, questions)), encoding="utf-8")
    assert [ids(each) for each in told("batch", str(path), "--cap", "2", data=copied)["results"]] == lists
    for answer in over_http["results"]:
        for result in answer["results"]:
            note = result["fairness"]
            assert note["moved"] == note["rank_before"] - result["rank"]


def ids(answer: dict[str, Any]) -> list[str]:
    return [result["researcher"]["id"] for result in answer["results"]]


@pytest.mark.parametrize(
    ("sharing", "said"),
    [({"cap": 0}, "cap"), ({"guarantee": "3/2"}, "guarantee"), ({"cap": 1, "guarantee": 0.5}, "both")],
)
def test_sharing_that_makes_no_sense_is_refused(used: Path, sharing: dict[str, Any], said: str) -> None:
    with connect(used) as matchmaker, pytest.raises(errors.InputError, match=said):
        matchmaker.match_many([{"researcher": seekers(matchmaker, 1)[0]}], **sharing)


def test_lists_made_together_are_logged_with_everybody_who_could_have_been_chosen(copied: Path) -> None:
    with connect(copied) as matchmaker:
        questions = [{"researcher": person, "k": 10} for person in seekers(matchmaker, 12)]
        capped = matchmaker.match_many(questions, cap=1)
        runs = {answer.meta.run_id: answer for answer in capped}
        events = [event for event in matchmaker.decisions() if event.run_id in runs]
        alone = {event.run_id: event for event in matchmaker.decisions() if event.run_id not in runs}
    assert len(events) == 12
    firsts = list(alone.values())[:12]
    for event, first in zip(events, firsts, strict=True):
        assert event.by_score == first.by_score  # before anybody was left to another list
        assert sum(event.stages["relevant"]["profile"].values()) >= sum(first.stages["relevant"]["profile"].values())
        assert event.equity.ndcg == runs[event.run_id].meta.policy["equity"]["ndcg"]
    price = sum(event.equity.ndcg for event in events) / 12
    assert price == pytest.approx(capped.sharing.ndcg_mean, abs=1e-3) and price < 1
    found = told("audit", "log-verify", "--replay", "12", data=copied)["replayed"]
    assert found["not_asked"] == 12 and found["differs"] == 0
    assert any("made together" in reason for reason in found["reasons"])


def test_a_career_stage_is_told_to_nobody_but_programme_staff_also_where_a_target_rests_on_it(copied: Path) -> None:
    policy = {"equity": {"attribute": "career_stage", "target": "pool", "no_floor_for": []}}
    with connect(copied) as matchmaker:
        people = matchmaker.corpus.tables.people["id"].to_pylist()
    rows = [f"{person},career_stage,R{1 + place % 4}" for place, person in enumerate(people)]
    (copied / DECLARED).write_text("researcher,attribute,group\n" + "\n".join(rows) + "\n", encoding="utf-8")
    with connect(copied) as matchmaker, TestClient(create_app(matchmaker)) as client:
        # A list that the declarations changed: without them, another comes out.
        for seeker in seekers(matchmaker):
            asked = {"researcher": seeker, "k": 10, "policy": policy}
            visitor = client.post("/v1/match", json=asked)
            if any(each["rank"] != each["fairness"]["rank_before"] for each in visitor.json()["results"]):
                break
        else:
            pytest.fail("no list rests on what was declared")
        kept = client.get(f"/v1/runs/{visitor.json()['meta']['run_id']}")
        seen = client.post("/v1/match", json=asked, headers=staff(copied)).json()
        assert client.get(f"/runs/{visitor.json()['meta']['run_id']}").status_code == 200
    for answer in (visitor.text, kept.text):
        assert not any(f'"R{stage}"' in answer for stage in range(1, 5))
    assert {result["fairness"]["group"] for result in seen["results"]} <= {"R1", "R2", "R3", "R4"}
    with connect(copied) as matchmaker:
        (copied / DECLARED).write_text("researcher,attribute,group\n", encoding="utf-8")
        again = matchmaker.replay(visitor.json()["meta"]["run_id"])
    assert again.outcome == "changed" and "declared" in again.reason


def test_a_kept_audit_is_made_anew_when_what_people_declared_changes(copied: Path) -> None:
    with connect(copied) as matchmaker:
        shown = sorted({person for event in matchmaker.decisions() for person in event.shown.people})
        people = matchmaker.corpus.tables.people["id"].to_pylist()
        rows = [f"{person},gender,woman" for person in people]
        (copied / DECLARED).write_text("researcher,attribute,group\n" + "\n".join(rows) + "\n", encoding="utf-8")
        before = matchmaker.audits.exposure(Look(attributes=("gender",)))
        assert matchmaker.audits.exposure(Look(attributes=("gender",))) is before
        (copied / DECLARED).unlink()
        assert shown and before.attributes[0].groups[0].group == "woman"
        with pytest.raises(errors.InputError, match="gender"):
            matchmaker.audits.exposure(Look(attributes=("gender",)))


def test_a_faulty_table_of_declarations_stops_matching_without_telling_visitors_what_stands_in_it(
    copied: Path,
) -> None:
    (copied / DECLARED).write_text("researcher,attribute,group\nx,gender,secret-word\n", encoding="utf-8")
    with connect(copied) as matchmaker, TestClient(create_app(matchmaker)) as client:
        told_to_visitor = client.post("/v1/match", json={"researcher": seekers(matchmaker, 1)[0]})
    assert told_to_visitor.status_code == 503
    assert "secret-word" not in told_to_visitor.text and str(copied) not in told_to_visitor.text


@pytest.mark.parametrize("share", ["1e-8000000", "1e-5000", "0.1234567890123456789012", "1/1000001", "9" * 400])
@pytest.mark.parametrize("where", ["shares", "pool_part", "guarantee"])
def test_a_share_finer_than_any_list_could_hold_is_refused_at_once(client: TestClient, share: str, where: str) -> None:
    question: dict[str, Any] = {"text": "malaria", "home": "PT"}
    equity = {"shares": {"shares": {"L": share, "H": "1/2"}, "target": "policy", "set_by": "x", "why": "y"},
              "pool_part": {"target": "uniform", "pool_part": share}, "guarantee": {}}[where]  # fmt: skip
    body: dict[str, Any] = question | {"policy": {"equity": equity}}
    address = "/v1/match"
    if where == "guarantee":
        address, body = "/v1/match/batch", {"requests": [question], "sharing": {"guarantee": share}}
    answer = client.post(address, json=body)
    assert answer.status_code == 422 and answer.headers["content-type"] == "application/problem+json"


def test_a_target_for_a_set_of_countries_is_logged_and_can_be_adjusted(copied: Path) -> None:
    policy = {"equity": {"attribute": "set:eu_members", "target": "policy", "shares": {"in": "1/4", "out": "3/4"},
                         "set_by": "x", "why": "y", "ndcg_floor": 0.0}}  # fmt: skip
    with connect(copied) as matchmaker:
        for person in seekers(matchmaker, 35):
            matchmaker.match(researcher=person, k=10, call="he-ria", policy=policy)
    moved = told("audit", "adjust", "--call", "he-ria", data=copied)
    assert moved["attribute"] == "set:eu_members" and moved["lists"] == 35
    assert {row["group"] for row in moved["shares"]} <= {"in", "out", "unknown"}


def test_a_policy_without_an_author_is_by_whoever_asked_and_that_of_a_file_by_the_installation(copied: Path) -> None:
    with connect(copied) as matchmaker:
        somebody = seekers(matchmaker, 1)[0]
        own = matchmaker.match(researcher=somebody, policy={"equity": {"target": "none"}})
        default = matchmaker.match(researcher=somebody)
    assert own.meta.policy["equity"]["set_by"] == "whoever asked"
    assert default.meta.policy["equity"]["set_by"] == "the default of this installation"
