"""Promises of the command `screen`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.unit.safeguards.world import ROR, TODAY, an_entity, ftm_file

from matchmaker.errors import SourceError
from matchmaker.safeguards.cases import CallContext, Deployer
from matchmaker_api.cli.screening import screen_rows

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
