"""Promises of the command `screen`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.unit.safeguards.world import ROR, TODAY, an_entity, ftm_file

from matchmaker.errors import NotFoundError, SourceError
from matchmaker.safeguards.cases import CallContext, Deployer
from matchmaker_api.cli.screening import call_context, deployer_of, screen_rows

HEADER = "id,name,country,ror"


def _file(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "organisations.csv"
    path.write_text("\n".join((header, *rows, "")), encoding="utf-8")
    return path


def _lists(folder: Path) -> Path:
    lists = folder / "lists"
    lists.mkdir()
    ftm_file(lists, an_entity()).rename(lists / "un-2026-11-19.json")
    return lists


def test_every_organisation_gets_a_row_with_rule_list_version_and_date(tmp_path: Path) -> None:
    path = _file(
        tmp_path, f"a,Anything,DE,{ROR}", "b,Invented Rocket Institut,KP,", "c,University of Namibia,NA,", "d,,DE,"
    )
    rows, report = screen_rows(path, _lists(tmp_path), at=TODAY)
    assert [(row["id"], row["decision"]) for row in rows] == [("a", "block"), ("b", "block"), ("c", "allow")]
    assert rows[2]["country"] == "NA"
    assert rows[0]["reasons"][0]["list"] == "UN_SC"
    assert [reason["rule"] for reason in rows[1]["reasons"]] == ["G2", "G6"]
    assert (report["skipped"], report["decisions"]) == ({"no_name": 1}, {"allow": 1, "block": 2})
    assert report["lists"][0]["by_list"] == {"UN_SC": 1}
    assert report["not_screened"] == []
    json.dumps([rows, report], allow_nan=False)


def test_without_lists_every_row_says_that_it_was_not_screened(tmp_path: Path) -> None:
    (tmp_path / "lists").mkdir()
    path = _file(tmp_path, "a,Anything,Atlantis,")
    rows, report = screen_rows(path, tmp_path / "lists", CallContext(sensitive=True), deployer=Deployer(), at=TODAY)
    assert (rows[0]["not_screened"], rows[0]["decision"], rows[0]["country"]) == (True, "needs_review", None)
    assert rows[0]["note"].startswith("country not read")
    assert report["not_screened"] == ["no screening list is loaded"]


def test_a_subdivision_in_the_country_column_is_kept(tmp_path: Path) -> None:
    rows, _ = screen_rows(
        _file(tmp_path, "a,Anything,UA-43,"), _lists(tmp_path), deployer=Deployer(frozenset({"EU"})), at=TODAY
    )
    assert (rows[0]["country"], rows[0]["decision"]) == ("UA", "block")


def test_a_file_without_names_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no column name"):
        screen_rows(_file(tmp_path, "a,DE", header="id,country"), _lists(tmp_path), at=TODAY)


def test_what_a_file_says_about_people_changes_nothing(tmp_path: Path) -> None:
    lists = _lists(tmp_path)
    plain, _ = screen_rows(_file(tmp_path, "a,Invented Institute,CN", header="id,name,country"), lists, at=TODAY)
    more = "a,Invented Institute,CN,IR,Tehran,arab"
    header = "id,name,country,citizenship,birthplace,script"
    told, _ = screen_rows(_file(tmp_path, more, header=header), lists, at=TODAY)
    assert told == plain


def test_nothing_is_allowed_by_lists_that_do_not_count(tmp_path: Path) -> None:
    lists = _lists(tmp_path)
    whole = (lists / "un-2026-11-19.json").read_text()
    (lists / "un-2026-11-19.json").write_text(whole + '{"id": "NK-2"', encoding="utf-8")
    rows, report = screen_rows(_file(tmp_path, f"a,Anything,DE,{ROR}", "b,Elsewhere,DE,"), lists, at=TODAY)
    assert [row["decision"] for row in rows] == ["block", "not_screened"]
    assert report["decisions"] == {"block": 1, "not_screened": 1}
    assert report["not_screened"] == ["1 of 2 rows of un-2026-11-19.json could not be read"]


def test_the_report_names_what_was_passed_over_and_whose_rules_were_applied(tmp_path: Path) -> None:
    lists = _lists(tmp_path)
    (lists / "old").mkdir()
    path = _file(tmp_path, "a,Anything,DE,")
    _, report = screen_rows(path, lists, at=TODAY)
    passed_over = "old/ is no list and was passed over"
    nobodys = "no jurisdiction is named: only UN lists, UN decisions and your own list block"
    assert (report["jurisdictions"], report["call"]) == ([], None)
    assert report["notes"] == [passed_over, nobodys]
    _, report = screen_rows(path, lists, CallContext("c"), deployer=Deployer(frozenset({"US", "EU"})), at=TODAY)
    assert (report["jurisdictions"], report["call"], report["notes"]) == (["EU", "US"], "c", [passed_over])


def test_the_deployment_says_whose_rules_apply_and_a_folder_that_is_not_there_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert deployer_of(None) == deployer_of(tmp_path / "data") == Deployer()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "deployment.toml").write_text('[safeguards]\njurisdictions = ["EU"]\n', encoding="utf-8")
    assert deployer_of(None) == deployer_of(tmp_path / "data") == Deployer(frozenset({"EU"}))


def test_a_call_gives_its_id_and_funder_and_a_mistyped_one_is_an_error(tmp_path: Path) -> None:
    assert call_context(tmp_path, None) == call_context(None, None) == CallContext()
    context = call_context(tmp_path, "dfg-nsfc")
    assert (context.id, bool(context.funder), context.sensitive) == ("dfg-nsfc", True, False)
    with pytest.raises(NotFoundError):
        call_context(tmp_path, "no-such-call")
