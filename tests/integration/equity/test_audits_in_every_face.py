"""Audits in every face: what they say of a period, who may see them, and the log that they rest on."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient
from tests.integration.equity.steps import LISTS, seekers, staff, told
from typer.testing import CliRunner

from matchmaker import errors
from matchmaker.report.faces import as_json
from matchmaker_api import auditing, connect
from matchmaker_api.auditing import Look
from matchmaker_api.cli.main import app

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
