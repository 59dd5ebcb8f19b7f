"""A table of people no database knows: forgiving about form, exact about who is who."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.sources.records import a_record, json_lines, take_in

from matchmaker.errors import InputError, SourceError
from matchmaker.sources.intake import Item, Kept, Skipped
from matchmaker.sources.snapshot import Snapshot
from matchmaker.sources.tabular import COLUMNS, csv_template, reader

ORCID = "https://orcid.org/0000-0002-1694-233X"


def a_table(path: Path, text: str, encoding: str = "utf-8") -> Path:
    """A file of this text."""
    path.write_text(text, encoding=encoding)
    return path


def items(tmp_path: Path, text: str) -> list[Item]:
    """The items of a table."""
    return list(reader(None)(a_table(tmp_path / "people.csv", text)))


def test_the_template_comes_in_as_it_is(tmp_path: Path) -> None:
    report = take_in("csv", tmp_path / "data", a_table(tmp_path / "t.csv", csv_template()))
    assert (report.read, report.kept, report.works, report.researchers) == (2, 2, 1, 3)
    snapshot = Snapshot.open(tmp_path / "data")
    people = {row["name"]: row for row in snapshot.researchers().to_pylist()}
    assert people["Luca Meier"]["researcher_id"] == "p-2"
    assert people["Luca Meier"]["interests"] == "vaccine logistics; cold chains"
    assert people["Amara Okafor"]["researcher_id"].startswith("csv:")
    by_line = snapshot.authorships().column("researcher_id").to_pylist()
    assert by_line[:2] == [people["Amara Okafor"]["researcher_id"], "p-2"]
    assert {row["country"] for row in snapshot.affiliations().to_pylist()} == {"NG", "CH"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_table_may_begin_with_a_byte_order_mark(tmp_path: Path, encoding: str) -> None:
    path = a_table(tmp_path / "people.csv", "name,country\nZoë,NA\n", encoding)
    (item,) = reader(None)(path)
    assert isinstance(item, Kept)
    assert item.researchers[0].name == "Zoë"
    assert item.researchers[0].affiliations[0].country == "NA"


def test_another_encoding_is_an_error_with_the_byte_and_what_to_do(tmp_path: Path) -> None:
    path = a_table(tmp_path / "people.csv", "name,country\nZoë,NA\n", "latin-1")
    with pytest.raises(SourceError, match="byte 15") as caught:
        list(reader(None)(path))
    assert "UTF-8" in caught.value.hint


def test_rows_of_one_person_become_one_person_with_all_they_said(tmp_path: Path) -> None:
    text = "name,country,institution,interests\nAda,KE,Uni,malaria\nAda,KE,uni.,cholera\nAda,DE,Uni,physics\n"
    report = take_in("csv", tmp_path / "data", a_table(tmp_path / "p.csv", text))
    assert (report.read, report.researchers) == (3, 2)
    assert report.repaired == {"person_in_several_records": 1}
    interests = Snapshot.open(tmp_path / "data").researchers().column("interests").to_pylist()
    assert sorted(interests) == ["cholera\nmalaria", "physics"]


def test_a_work_that_two_people_list_has_both_on_its_by_line(tmp_path: Path) -> None:
    text = "name,country,title,year\nAda,KE,On water,2020\nBen,DE,On Water.,2020\n"
    report = take_in("csv", tmp_path / "data", a_table(tmp_path / "p.csv", text))
    assert (report.kept, report.works) == (2, 1)
    assert report.repaired == {"work_in_several_rows": 1}
    assert Snapshot.open(tmp_path / "data").works().column("n_authors").to_pylist() == [2]


def test_a_person_with_a_known_orcid_takes_the_known_id_whoever_came_first(tmp_path: Path) -> None:
    entry = a_record(0)["authorships"][0]
    entry["author"]["orcid"] = ORCID
    works = json_lines(tmp_path / "w.jsonl", [a_record(0, authorships=[entry])])
    table = a_table(tmp_path / "p.csv", f"name,country,orcid,interests\nAda,KE,{ORCID[18:]},malaria\n")
    for order in ((("openalex", works), ("csv", table)), (("csv", table), ("openalex", works))):
        data = tmp_path / order[0][0]
        for source, path in order:
            take_in(source, data, path)
        (person,) = Snapshot.open(data).researchers().to_pylist()
        assert (person["researcher_id"], person["interests"]) == (entry["author"]["id"], "malaria")
        (place,) = Snapshot.open(data).affiliations().to_pylist()
        assert (place["researcher_id"], place["basis"]) == (entry["author"]["id"], "declared")


def test_two_people_of_one_name_are_never_merged_by_a_co_author_entry(tmp_path: Path) -> None:
    text = "name,country,title,year,coauthors\nAda,KE,,,\nAda,DE,,,\nBen,CH,On water,2020,Ada\n"
    found = items(tmp_path, text)
    assert isinstance(found[2], Kept)
    people = {item.researchers[0].researcher_id for item in found if isinstance(item, Kept)}
    assert found[2].works[0].authors[1].researcher_id not in people


def test_an_unknown_country_or_orcid_is_left_out_and_counted_and_the_person_stays(tmp_path: Path) -> None:
    (item,) = items(tmp_path, "name,country,orcid,kind\nAda,Atlantis,0000-0002-1694-2331,boss\n")
    assert isinstance(item, Kept)
    assert item.researchers[0].orcid is None
    assert item.researchers[0].affiliations == ()
    assert sorted(item.notes) == ["bad_orcid", "unknown_country_code"]


def test_a_work_without_a_year_becomes_a_statement_of_interests(tmp_path: Path) -> None:
    (item,) = items(tmp_path, "name,country,title,interests\nAda,KE,On water,malaria\n")
    assert isinstance(item, Kept)
    assert item.works == ()
    assert item.researchers[0].interests == "malaria\nOn water"
    assert item.notes == ("work_without_year_taken_as_interests",)


def test_a_row_without_a_name_is_skipped_and_blank_rows_are_no_records(tmp_path: Path) -> None:
    first, second = items(tmp_path, "name,country\n,KE\n\n , \nAda,KE\n")
    assert isinstance(first, Skipped)
    assert (first.reason, first.where) == ("no_name", "people.csv:2")
    assert isinstance(second, Kept)


def test_other_column_names_are_mapped(tmp_path: Path) -> None:
    mapping = a_table(tmp_path / "map.toml", 'name = "Full name"\ncountry = "Land"\n')
    (item,) = reader(mapping)(a_table(tmp_path / "p.csv", "Full name,Land\nAda,Kenya\n"))
    assert isinstance(item, Kept)
    assert item.researchers[0].affiliations[0].country == "KE"


def test_a_missing_column_and_a_wrong_mapping_are_errors_that_say_what_is_allowed(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no column country") as caught:
        items(tmp_path, "name\nAda\n")
    assert all(column in caught.value.hint for column in COLUMNS)
    with pytest.raises(InputError, match="nam"):
        reader(a_table(tmp_path / "map.toml", 'nam = "x"\n'))
    with pytest.raises(SourceError, match="TOML"):
        reader(a_table(tmp_path / "bad.toml", "name"))
    with pytest.raises(SourceError, match="Name"):
        list(reader(a_table(tmp_path / "ok.toml", 'name = "Name"\n'))(a_table(tmp_path / "p.csv", "name,country\n")))
    with pytest.raises(SourceError, match="well-formed"):
        items(tmp_path, 'name,country\n"Ada"x,KE\n')
