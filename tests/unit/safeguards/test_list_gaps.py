"""Promises about lists that were read in part, or are of a later day: a screening by them does not count as one."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.safeguards.world import LOCAL_HEADER, TODAY, an_entity, ftm_file, local_file, simple_file

from matchmaker.safeguards.lists import load_folder

SHORT_HEADER = "id,schema,name"
ACME = "1,Company,Acme"


@pytest.mark.parametrize(
    ("rows", "gap"),
    [
        ([ACME, "2,Person,Somebody", "3,Vessel,Boat"], None),
        ([ACME, ACME, "2,Company"], "1 of 3 rows of l-2026-11-19.csv could not be read"),
        ([ACME, "2,Company,"], "1 of 2 rows of l-2026-11-19.csv could not be read"),
        ([ACME, "2,,Acme"], "1 of 2 rows of l-2026-11-19.csv could not be read"),
        (["2,Company", "3,Company"], "l-2026-11-19.csv has no entry that could be read"),
        (["2,Person,Somebody"], "l-2026-11-19.csv has no entry that could be read"),
        ([], "l-2026-11-19.csv has no entry that could be read"),
    ],
)  # fmt: skip
def test_a_list_that_was_not_read_to_the_last_row_is_a_gap(tmp_path: Path, rows: list[str], gap: str | None) -> None:
    simple_file(tmp_path, *rows, header=SHORT_HEADER).rename(tmp_path / "l-2026-11-19.csv")
    local_file(tmp_path, ",Other,CN,needs_review,copied,office,2027-01-01,US_1286", header=f"{LOCAL_HEADER},list")
    assert load_folder(tmp_path).gaps(TODAY) == ((gap,) if gap else ())


def test_rows_in_another_encoding_and_broken_lines_are_gaps(tmp_path: Path) -> None:
    (tmp_path / "a-2026-11-19.csv").write_bytes(b"id,schema,name\n1,Company,Caf\xe9\n2,Company,Acme\n")
    path = ftm_file(tmp_path, an_entity(), an_entity(properties={"topics": ["sanction.linked"]}))
    path.write_text(path.read_text() + '{"id": "NK-', encoding="utf-8")
    path.rename(tmp_path / "b-2026-11-19.json")
    assert load_folder(tmp_path).gaps(TODAY) == (
        "1 of 2 rows of a-2026-11-19.csv could not be read", "1 of 3 rows of b-2026-11-19.json could not be read",
    )  # fmt: skip


def test_an_own_list_without_rows_yet_is_no_gap_beside_other_lists(tmp_path: Path) -> None:
    local_file(tmp_path)
    ftm_file(tmp_path, an_entity()).rename(tmp_path / "un-2026-11-19.json")
    assert load_folder(tmp_path).gaps(TODAY) == ()


@pytest.mark.parametrize(("day", "later"), [("2026-11-19", False), ("2026-11-20", False), ("2026-11-21", True)])
def test_a_list_of_a_later_day_is_a_gap(tmp_path: Path, day: str, later: bool) -> None:
    name = f"un-{day}.json"
    ftm_file(tmp_path, an_entity()).rename(tmp_path / name)
    gap = f"{name} is dated {day}, which is later than today"
    assert load_folder(tmp_path).gaps(TODAY) == ((gap,) if later else ())
