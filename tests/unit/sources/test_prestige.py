"""Marks of prestige are recognised however they are spelt, and counted where a record holds one."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.unit.sources.records import a_record, a_row, json_lines, take_in

from matchmaker.sources import prestige, works
from matchmaker.sources.snapshot import SCHEMAS
from matchmaker.sources.tabular import COLUMNS


@pytest.mark.parametrize("field", ["h_index", "H-index", " h index ", "hIndex", "HINDEX"])
def test_a_mark_is_recognised_however_it_is_spelt(field: str) -> None:
    assert prestige.mark(field) in ("h_index", "hindex")


@pytest.mark.parametrize(
    "field", ["", "-", "index", "title", "interests", "journalism", "venue" * 20, "引用", "h" * 10**6]
)
def test_other_fields_are_no_marks(field: str) -> None:
    assert prestige.mark(field) is None


def test_nothing_that_is_read_is_a_mark() -> None:
    read = {*COLUMNS, *works.REQUIRED, *works.OPTIONAL, *(name for schema in SCHEMAS.values() for name in schema.names)}
    assert [name for name in read if prestige.mark(name)] == []


def test_a_count_of_none_is_a_mark_and_an_empty_cell_is_not() -> None:
    record = {"citations": 0, "h_index": "", "venue": None, "counts_by_year": [], "FWCI": 1.3, "title": "On water"}
    assert prestige.notes(record) == ["prestige_ignored: citations", "prestige_ignored: fwci"]


def test_openalex_is_told_which_of_its_marks_were_ignored_works_and_authors_alike(tmp_path: Path) -> None:
    work = a_record(0, cited_by_count=7, primary_location={"source": {"display_name": "A journal"}})
    author = {"id": "https://openalex.org/A1", "display_name": "Ada", "summary_stats": {"h_index": 40, "i10_index": 90}}
    word = a_record(1, abstract_inverted_index={"citations": [0], "journal": [1]})  # a word of a text is no field
    report = take_in("openalex", tmp_path / "data", json_lines(tmp_path / "w.jsonl", [work, author, word]))
    assert report.repaired == {
        f"prestige_ignored: {mark}": 1 for mark in ("cited_by_count", "h_index", "i10_index", "journal")
    }


def test_marks_beside_the_names_on_a_by_line_are_counted_too(tmp_path: Path) -> None:
    row = a_row(0, venue="A journal")
    row["authors"] = [{**row["authors"][0], "h_index": 3}]
    pq.write_table(pa.Table.from_pylist([row]), tmp_path / "w.parquet")
    report = take_in("works", tmp_path / "data", tmp_path / "w.parquet")
    assert report.repaired == {"prestige_ignored: h_index": 1, "prestige_ignored: venue": 1}


def test_a_table_may_use_a_column_of_such_a_name_for_something_else(tmp_path: Path) -> None:
    table, mapping = tmp_path / "p.csv", tmp_path / "columns.toml"
    table.write_text("name,country,Journal,h-index\nAda,KE,Of water,4\nBen,DE,,\n", encoding="utf-8")
    mapping.write_text('interests = "Journal"\n', encoding="utf-8")
    report = take_in("csv", tmp_path / "data", table, mapping=mapping)
    assert report.repaired == {"prestige_ignored: h_index": 1}
