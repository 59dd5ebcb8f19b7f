"""Funded projects become works that their partners wrote; nothing is left out unsaid."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from matchmaker.errors import InputError, SourceError
from matchmaker.evaluation.projects import told_apart, write_works
from matchmaker.sources.ingest import ingest
from matchmaker.sources.snapshot import Snapshot

Rows = list[dict[str, Any]]


def a_project(number: int, **given: Any) -> dict[str, Any]:
    return {
        "project_id": f"10{number}", "title": f"Project {number}", "objective": f"To find {number}.",
        "start_date": "2022-09-01", "signature_year": 2021, "call": "HORIZON",
    } | given  # fmt: skip


def a_partner(number: int, org: str | None, role: str = "participant", country: str | None = "DE") -> dict[str, Any]:
    return {
        "project_id": f"10{number}", "org_id": org, "legal_name": f"Org {org}", "role": role, "country": country,
        "sme": "false",
    }  # fmt: skip


def parquet(path: Path, rows: Rows) -> Path:
    pq.write_table(pa.Table.from_pylist(rows), path)
    return path


def both(folder: Path, projects: Rows, partners: Rows) -> tuple[Path, Path]:
    return parquet(folder / "projects.parquet", projects), parquet(folder / "participants.parquet", partners)


def test_files_are_told_apart_by_their_columns_in_any_order(tmp_path: Path) -> None:
    projects, partners = both(tmp_path, [a_project(1)], [a_partner(1, "A")])
    works = parquet(tmp_path / "works.parquet", [{"work_id": "w", "title": "t", "year": 2020, "authors": []}])
    found = told_apart([partners, projects])
    assert (found.projects, found.participants, found.works, found.of_projects) == ((projects,), (partners,), (), True)
    assert told_apart([works]).works == (works,)
    assert not told_apart([works]).of_projects


def test_projects_come_out_as_works_of_their_partners(tmp_path: Path) -> None:
    partners = [
        a_partner(1, "A", "coordinator"), a_partner(1, "B", country="EL"), a_partner(1, "C", "associatedPartner"),
        a_partner(2, "B", country="UK"), a_partner(2, "D", "thirdParty"), a_partner(2, "E", country=None),
        a_partner(9, "F"),
    ]  # fmt: skip
    projects = [a_project(1), a_project(2, signature_year=None), a_project(3, signature_year=None, start_date=None)]
    target = tmp_path / "as-works.parquet"
    counts = write_works(told_apart(both(tmp_path, projects, partners)), target)
    assert counts == {
        "projects": 3, "projects_without_year": 1, "participants": 7, "participants_in_other_roles": 2,
        "participants_of_unknown_projects": 1,
    }  # fmt: skip
    report = ingest("works", [target], tmp_path / "data")
    assert (report.read, report.kept, report.skipped) == (3, 2, {"no_year": 1})
    assert report.repaired == {}
    snapshot = Snapshot.open(tmp_path / "data")
    works = {row["work_id"]: row for row in snapshot.works().to_pylist()}
    assert (works["101"]["title"], works["101"]["abstract"], works["101"]["year"]) == ("Project 1", "To find 1.", 2021)
    assert works["102"]["year"] == 2022
    lines = [(row["work_id"], row["researcher_id"], row["countries"]) for row in snapshot.authorships().to_pylist()]
    assert lines == [("101", "A", ["DE"]), ("101", "B", ["GR"]), ("102", "B", ["GB"]), ("102", "E", [])]
    names = {row["researcher_id"]: row["name"] for row in snapshot.researchers().to_pylist()}
    assert names == {"A": "Org A", "B": "Org B", "E": "Org E"}


def test_numbers_serve_as_ids_and_years_may_be_decimal(tmp_path: Path) -> None:
    projects = [a_project(1, project_id=7, signature_year=2021.0), a_project(2, project_id=8, signature_year=None)]
    partners = [a_partner(1, "A") | {"project_id": 7, "org_id": 55}]
    target = tmp_path / "as-works.parquet"
    write_works(told_apart(both(tmp_path, projects, partners)), target)
    rows = pq.read_table(target).to_pylist()
    assert [(row["work_id"], row["year"], len(row["authors"])) for row in rows] == [("7", 2021, 1), ("8", 2022, 0)]
    assert rows[0]["authors"][0]["author_id"] == "55"


@pytest.mark.parametrize("kept", ["projects", "participants"])
def test_one_half_of_the_tables_is_refused_by_name(tmp_path: Path, kept: str) -> None:
    both(tmp_path, [a_project(1)], [a_partner(1, "A")])
    with pytest.raises(InputError, match=f"{kept}.parquet"):
        told_apart([tmp_path / f"{kept}.parquet"])


def test_works_beside_projects_are_refused_by_name(tmp_path: Path) -> None:
    works = parquet(tmp_path / "works.parquet", [{"work_id": "w", "title": "t", "year": 2020, "authors": []}])
    with pytest.raises(InputError, match=r"works\.parquet"):
        told_apart([works, *both(tmp_path, [a_project(1)], [a_partner(1, "A")])])


@pytest.mark.parametrize("missing", ["title", "legal_name", "role", "country"])
def test_a_missing_column_is_named(tmp_path: Path, missing: str) -> None:
    project, partner = a_project(1), a_partner(1, "A")
    files = both(
        tmp_path,
        [{name: value for name, value in project.items() if name != missing}],
        [{name: value for name, value in partner.items() if name != missing}],
    )
    with pytest.raises(SourceError, match=missing):
        write_works(told_apart(files), tmp_path / "out.parquet")


def test_without_any_year_column_nothing_can_be_dated(tmp_path: Path) -> None:
    project = {name: value for name, value in a_project(1).items() if name not in ("signature_year", "start_date")}
    with pytest.raises(SourceError, match="signature_year or start_date"):
        write_works(told_apart(both(tmp_path, [project], [a_partner(1, "A")])), tmp_path / "out.parquet")


def test_what_is_no_parquet_is_said(tmp_path: Path) -> None:
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"no parquet")
    with pytest.raises(SourceError, match=r"broken\.parquet"):
        told_apart([broken])
