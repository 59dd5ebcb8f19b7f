"""Parquet files of works: what was observed comes in, what was not stays out."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.unit.sources.records import a_row, parquet, take_in

from matchmaker.errors import SourceError
from matchmaker.sources import works
from matchmaker.sources.intake import Item, Kept, Skipped
from matchmaker.sources.snapshot import Snapshot


def one(tmp_path: Path, **changes: Any) -> Item:
    """The item of one row with these changes."""
    (item,) = works.read(parquet(tmp_path / "works.parquet", [a_row(0, **changes)]))
    return item


def an_author(**changes: Any) -> dict[str, Any]:
    """An entry of a by-line."""
    return {**a_row(0)["authors"][0], **changes}


def test_a_work_comes_in_with_observed_countries_and_a_date_that_does_not_look_ahead(tmp_path: Path) -> None:
    item = one(tmp_path)
    assert isinstance(item, Kept)
    work = item.works[0]
    assert (work.published, work.topics, work.language) == (date(2020, 12, 31), ("nlp",), None)
    assert work.authors[0].countries == ("NA",)
    assert work.authors[0].institution_ids == ("name:univ of rio",)
    assert [(place.name, place.country) for place in item.institutions] == [("Univ. of Río", None)]


@pytest.mark.parametrize("how", ["propagated_past", "propagated_future"])
def test_a_country_carried_over_from_another_year_is_left_out_and_counted(tmp_path: Path, how: str) -> None:
    item = one(tmp_path, authors=[an_author(country_src=how)])
    assert isinstance(item, Kept)
    assert item.works[0].authors[0].countries == ()
    assert item.notes == ("propagated_country_left_out",)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"work_id": None}, "no_id"),
        ({"work_id": " "}, "no_id"),
        ({"year": None}, "no_year"),
        ({"title": None}, "no_title"),
        ({"title": "<p/>"}, "no_title"),
    ],
)
def test_a_row_that_cannot_be_used_is_skipped_with_its_reason(
    tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    item = one(tmp_path, **changes)
    assert isinstance(item, Skipped)
    assert (item.reason, item.where) == (reason, "works.parquet:1")


def test_an_abstract_alone_is_enough_and_one_of_ten_megabytes_is_cut_and_counted(tmp_path: Path) -> None:
    item = one(tmp_path, title=None, abstract="word " * 2_000_000)
    assert isinstance(item, Kept)
    assert len(item.works[0].abstract or "") == 19_999
    assert item.notes == ("abstract_cut",)


@pytest.mark.parametrize("column", works.REQUIRED)
def test_a_missing_column_is_an_error_that_names_file_and_column(tmp_path: Path, column: str) -> None:
    path = parquet(tmp_path / "works.parquet", [a_row(0)], without=column)
    with pytest.raises(SourceError, match=rf"works\.parquet has no column {column}") as caught:
        list(works.read(path))
    assert "work_id, title, year, authors" in caught.value.hint


@pytest.mark.parametrize("column", ["abstract", "domain"])
def test_an_optional_column_may_be_missing(tmp_path: Path, column: str) -> None:
    assert len(list(works.read(parquet(tmp_path / "works.parquet", [a_row(0)], without=column)))) == 1


@pytest.mark.parametrize("content", [b"", b"PAR1", b"not parquet at all" * 50])
def test_a_file_that_is_no_parquet_is_an_error_that_names_it(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "works.parquet").write_bytes(content)
    with pytest.raises(SourceError, match=r"works\.parquet"):
        list(works.read(tmp_path / "works.parquet"))


def test_one_bad_row_loses_nothing_else(tmp_path: Path) -> None:
    rows = [a_row(n) for n in range(10)]
    rows[3] = a_row(3, title=None)
    rows[5] = a_row(5, authors=[an_author(countries=["QQ"])])
    rows.append(a_row(7, title="Again"))
    report = take_in("works", tmp_path / "data", parquet(tmp_path / "w.parquet", rows))
    assert (report.read, report.kept, report.works) == (11, 9, 9)
    assert report.skipped == {"duplicate_work_id": 1, "no_title": 1}
    assert report.repaired == {"unknown_country_code": 1}
    assert Snapshot.open(tmp_path / "data").authorships(["countries"]).column(0).to_pylist().count(["NA"]) == 8
