"""Promises of the loaders: formats, dates, counted rows, hostile files."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import pytest
from tests.unit.safeguards.world import (
    LOCAL_HEADER,
    ROR,
    TODAY,
    an_entity,
    ftm_file,
    local_file,
    simple_file,
)

from matchmaker.errors import SourceError
from matchmaker.safeguards.lists import load_file, load_folder
from matchmaker.safeguards.rows import LONGEST, json_array

CSL_HEADER = "id,source,entity_number,type,name,alt_names,addresses,country,ids,source_list_url"
LEI = "529900T8BM49AURSDO55"
SHORT_HEADER = "id,schema,name"
ACME = "1,Company,Acme"


def test_an_opensanctions_table_is_read_with_all_its_names_countries_and_lists(tmp_path: Path) -> None:
    on = "un_sc_sanctions;us_ofac_sdn"
    row = f"NK-1,Company,Acme Ltd,Akme; ACME,,na;cn,,{LEI};12-34-56;2004,,,,,{on},,2026-11-18T10:00:00,"
    read = load_file(simple_file(tmp_path, row))
    assert (read.format, read.dated, read.dated_by) == ("opensanctions", date(2026, 11, 18), "last_seen")
    assert [entry.list_id for entry in read.entries] == ["UN_SC", "US_SDN"]
    entry = read.entries[0]
    assert (entry.aliases, entry.countries) == (("Akme", "ACME"), {"NA", "CN"})
    assert entry.identifiers == {f"lei:{LEI}", "id:123456"}
    assert (entry.version, entry.dated) == (read.version, read.dated)


@pytest.mark.parametrize(
    ("countries", "addresses", "read"),
    [
        ("", "1 Road, Moscow, Russian Federation; 2 Road, Kowloon, Hong Kong", {"RU", "HK"}),
        ("", "San José, CA", set()),
        ("cn", "1 Road, Moscow, Russian Federation", {"CN"}), ("", "Atlanta, Georgia", set()), ("", "Moscow", set()),
        ("", "1 Road, Windhoek, Namibia", {"NA"}), ("", "", set()),
    ],
)  # fmt: skip
def test_where_no_country_is_given_the_one_that_an_address_ends_with_counts(
    tmp_path: Path, countries: str, addresses: str, read: set[str]
) -> None:
    row = f'NK-1,Company,Acme,{countries},"{addresses}"'
    entries = load_file(simple_file(tmp_path, row, header="id,schema,name,countries,addresses")).entries
    properties = {"name": ["Acme"], "topics": ["sanction"], "address": addresses.split("; ")}
    entity = an_entity(properties=properties | ({"country": [countries]} if countries else {}))
    entries += load_file(ftm_file(tmp_path, entity)).entries
    assert [entry.countries for entry in entries] == [read, read]


def test_columns_that_older_files_lack_are_no_error(tmp_path: Path) -> None:
    read = load_file(simple_file(tmp_path, "NK-1,Organization,Acme", header="id,schema,name"))
    assert (read.entries[0].list_id, read.entries[0].family) == ("OPENSANCTIONS", "unclassified")


def test_every_row_that_is_skipped_is_counted_with_its_reason(tmp_path: Path) -> None:
    rows = ("1,Person,Somebody", "2,Vessel,Boat", "3,Company,", ",Company,Acme", "5,Company", "6,Company,Acme,more")
    read = load_file(simple_file(tmp_path, *rows, header="id,schema,name"))
    assert (read.read, read.entries) == (6, ())
    assert read.skipped == {"person": 1, "not_an_organisation": 1, "no_name_or_id": 2, "does_not_fit_header": 2}


def test_follow_the_money_takes_targets_and_leaves_out_what_is_only_linked(tmp_path: Path) -> None:
    linked = an_entity(id="NK-2", properties={"name": ["Owner"], "topics": ["sanction.linked"]})
    person = an_entity(id="NK-3", schema="Person")
    read = load_file(ftm_file(tmp_path, an_entity(), linked, person, an_entity(id="", caption="")))
    assert [(entry.entry_id, entry.list_id, entry.countries) for entry in read.entries] == [("NK-1", "UN_SC", {"KP"})]
    assert read.entries[0].identifiers == {f"ror:{ROR}"}
    assert read.skipped == {"not_a_target": 1, "person": 1, "no_name_or_id": 1}


def test_an_entity_without_topics_is_kept_but_cannot_block(tmp_path: Path) -> None:
    read = load_file(ftm_file(tmp_path, an_entity(properties={"name": ["A"]})))
    assert [entry.family for entry in read.entries] == ["unclassified"]


@pytest.mark.parametrize("line", ["{", "[1]", '{"schema": "Company"}', '"x"', "NaN", "[" * 100_000])
def test_a_line_that_is_no_entity_is_counted(tmp_path: Path, line: str) -> None:
    path = ftm_file(tmp_path, an_entity())
    path.write_text(path.read_text() + line + "\n", encoding="utf-8")
    read = load_file(path)
    assert (len(read.entries), sum(read.skipped.values())) == (1, 1)


def test_the_consolidated_list_says_the_same_in_csv_and_json(tmp_path: Path) -> None:
    source = "Entity List (EL) - Bureau of Industry and Security"
    csv = tmp_path / "csl-2026-11-19.csv"
    numbers = '"Tax ID No., 77 88 99; Organization Established Date, 2004"'
    row = f'x1,{source},,Entity,Acme,Akme; Acma,"1 Road, Beijing, CN; 2 Road, Windhoek, NA",,{numbers},'
    csv.write_text(f"{CSL_HEADER}\n{row}\nx2,{source},,Individual,Somebody,,,,,\n", encoding="utf-8")
    whole = tmp_path / "csl-2026-11-19.json"
    addresses = [{"address": "1 Road", "country": "CN"}, {"address": "2 Road", "country": "NA"}]
    acme = {"id": "x1", "source": source, "type": "Entity", "name": "Acme", "alt_names": ["Akme", "Acma"],
            "addresses": addresses, "country": None, "ids": [{"type": "Tax ID No.", "number": "77 88 99"}]}  # fmt: skip
    whole.write_text(json.dumps({"total": 2, "results": [acme, {**acme, "type": "Individual"}]}), encoding="utf-8")
    one, other = load_file(csv), load_file(whole)
    assert [(e.list_id, e.family, e.countries, e.aliases, e.identifiers) for e in one.entries] == [
        ("US_EL", "export_control", {"CN", "NA"}, ("Akme", "Acma"), {"id:778899"})
    ]
    assert [e.name for e in other.entries] == ["Acme"]
    assert [(e.countries, e.aliases, e.identifiers) for e in one.entries] == [
        (e.countries, e.aliases, e.identifiers) for e in other.entries
    ]
    assert one.skipped == other.skipped == {"person": 1}
    assert one.dated == date(2026, 11, 19)


def test_a_large_json_array_is_read_across_the_pieces_of_its_file(tmp_path: Path) -> None:
    path = tmp_path / "csl.json"
    rows = [{"id": number, "name": "é" * 1000} for number in range(3000)]
    path.write_text(json.dumps({"results": rows}, ensure_ascii=False), encoding="utf-8")
    assert list(json_array(path)) == rows


@pytest.mark.parametrize(
    "text", ['{"results": [{"id": 1}', '{"results": [{"id": 1}, {"na', '{"total": 1}', '{"results": [x]}']
)
def test_json_that_is_cut_off_is_an_error_that_names_the_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "csl.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=r"csl\.json"):
        load_file(path)


def test_a_table_that_ends_inside_a_quote_is_an_error_and_not_a_shorter_list(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cut off"):
        load_file(simple_file(tmp_path, "1,Company,Acme", '2,Company,"Ac', header="id,schema,name"))


def test_an_overlong_line_is_an_error(tmp_path: Path) -> None:
    path = ftm_file(tmp_path, an_entity())
    with path.open("a", encoding="utf-8") as file:
        file.write("x" * (LONGEST + 5))
    with pytest.raises(SourceError, match="more than"):
        load_file(path)


def test_bytes_that_are_no_text_cost_one_row(tmp_path: Path) -> None:
    path = tmp_path / "targets.simple.csv"
    path.write_bytes(b"\xef\xbb\xbfid,schema,name\n1,Company,Caf\xe9\n2,Company,Acme\n")
    read = load_file(path)
    assert ([entry.name for entry in read.entries], read.skipped) == (["Acme"], {"not_utf8": 1})


def test_the_own_list_needs_an_owner_an_expiry_and_words_it_knows(tmp_path: Path) -> None:
    rows = (
        f"{ROR},Acme,NA,block,contract ended,legal,2027-01-01", ",Acme,DE,allow,,,2027-01-01",
        ",Acme,DE,allow,,legal,", ",Acme,DE,allow,,legal,soon", ",Acme,DE,forbid,,legal,2027-01-01",
        "ror.org/x,Acme,DE,allow,,legal,2027-01-01", ",,DE,allow,,legal,2027-01-01",
        ",Acme,Atlantis,allow,,legal,2027-01-01",
    )  # fmt: skip
    read = load_file(local_file(tmp_path, *rows))
    assert [(entry.list_id, entry.countries, entry.identifiers) for entry in read.entries] == [
        ("LOCAL", {"NA"}, {f"ror:{ROR}"})
    ]
    assert read.skipped == {
        "no_owner": 1, "bad_or_no_expiry": 2, "bad_or_no_decision": 1, "bad_ror": 1, "no_name_or_id": 1,
        "country_not_read": 1,
    }  # fmt: skip


def test_a_list_that_is_published_as_a_document_comes_in_row_by_row_and_expires(tmp_path: Path) -> None:
    header = f"{LOCAL_HEADER},list,aliases"
    rows = (",Acme,CN,needs_review,copied,office,2026-12-01,US_1286,Akme", ",B,CN,block,copied,office,2027-01-01,XX,")
    read = load_file(local_file(tmp_path, *rows, header=header))
    entry = read.entries[0]
    assert (entry.list_id, entry.family, entry.aliases) == ("US_1286", "research_security", ("Akme",))
    assert read.skipped == {"unknown_list": 1}
    assert (entry.holds(date(2026, 12, 1)), entry.holds(date(2026, 12, 2))) == (True, False)
    unread = "1 of 2 rows of own.csv could not be read"
    assert load_folder(tmp_path).gaps(TODAY) == (unread,)
    assert load_folder(tmp_path).gaps(date(2026, 12, 2)) == ("no screening list is loaded", unread)


def test_the_own_list_alone_is_no_screening_and_required_lists_are_missed(tmp_path: Path) -> None:
    local_file(tmp_path, ",Acme,DE,allow,,legal,2027-01-01")
    gaps = load_folder(tmp_path).gaps(TODAY, frozenset({"UN_SC"}))
    assert gaps == ("no screening list but your own is loaded", "UN_SC is required and not loaded")


def test_without_any_date_the_file_counts_from_its_modification(tmp_path: Path) -> None:
    path = simple_file(tmp_path, "1,Company,Acme", header="id,schema,name")
    os.utime(path, (0, 0))
    assert (load_file(path).dated, load_file(path).dated_by) == (date(1970, 1, 1), "modified")


@pytest.mark.parametrize(("name", "text"), [("a.csv", "x,y\n1,2\n"), ("a.json", "hello"), ("a.json", ""), ("a.csv", ""),
                                            ("a.csv.gz", "x"), ("a.json", '"schema"')])  # fmt: skip
def test_a_file_of_no_known_format_is_an_error_that_names_it(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=name.replace(".", r"\.")) as caught:
        load_folder(tmp_path)
    assert caught.value.hint


def test_other_files_are_passed_over_by_name_and_no_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "LICENCE.txt").write_text("x", encoding="utf-8")
    assert load_folder(tmp_path).passed_over == ("LICENCE.txt",)
    with pytest.raises(SourceError, match="no folder"):
        load_folder(tmp_path / "absent")


def test_subfolders_are_named_among_what_was_passed_over_and_all_of_it_is_noted(tmp_path: Path) -> None:
    (tmp_path / "LICENCE.txt").write_text("x", encoding="utf-8")
    (tmp_path / "old.csv").mkdir()
    lists = load_folder(tmp_path)
    assert lists.passed_over == ("LICENCE.txt", "old.csv/")
    assert lists.notes == (
        "LICENCE.txt is no list and was passed over", "old.csv/ is no list and was passed over",
    )  # fmt: skip


@pytest.mark.parametrize("suffix", [".CSV", ".Csv", ".csv"])
def test_suffixes_may_be_written_in_capital_letters(tmp_path: Path, suffix: str) -> None:
    simple_file(tmp_path, ACME, header=SHORT_HEADER).rename(tmp_path / f"TARGETS{suffix}")
    lists = load_folder(tmp_path)
    assert ([entry.name for entry in lists.entries], lists.passed_over) == (["Acme"], ())


@pytest.mark.parametrize("suffix", [".JSON", ".JSONL"])
def test_suffixes_of_lines_may_be_written_in_capital_letters(tmp_path: Path, suffix: str) -> None:
    ftm_file(tmp_path, an_entity()).rename(tmp_path / f"entities{suffix}")
    assert len(load_folder(tmp_path).entries) == 1


def test_a_packed_file_is_an_error_however_its_suffix_is_written(tmp_path: Path) -> None:
    (tmp_path / "LIST.CSV.GZ").write_bytes(b"x")
    with pytest.raises(SourceError, match="is packed"):
        load_folder(tmp_path)


def test_a_link_to_a_list_that_is_gone_is_an_error_and_not_a_missing_list(tmp_path: Path) -> None:
    (tmp_path / "csl.csv").symlink_to(tmp_path / "gone.csv")
    with pytest.raises(SourceError, match=r"csl\.csv cannot be read"):
        load_folder(tmp_path)


def test_a_listed_name_without_an_id_is_kept_under_one_that_stays_the_same(tmp_path: Path) -> None:
    source = "Entity List (EL) - Bureau of Industry and Security"
    names = [{"_id": "given", "name": "Acme"}, {"name": "Boma"}, {"id": None, "name": "Ceto"}]
    rows = [{"source": source, "type": "Entity", **row} for row in names]
    whole, table = tmp_path / "csl.json", tmp_path / "csl.csv"
    whole.write_text(json.dumps({"results": rows}), encoding="utf-8")
    table.write_text(
        f"_id,source,type,name,alt_names\ngiven,{source},Entity,Acme,\n,{source},Entity,Boma,\n"
        f",{source},Entity,Ceto,\n",
        encoding="utf-8",
    )
    ids = [entry.entry_id for entry in load_file(whole).entries]
    assert [entry.entry_id for entry in load_file(table).entries] == ids
    assert (ids[0], len(set(ids)), load_file(whole).skipped) == ("given", 3, {})
    whole.write_text(json.dumps({"results": rows[::-1]}), encoding="utf-8")
    assert [entry.entry_id for entry in load_file(whole).entries] == ids[::-1]


@pytest.mark.parametrize("size", [8, 20, 60, 150])
def test_lines_that_are_cut_off_in_the_first_are_called_so(tmp_path: Path, size: int) -> None:
    path = ftm_file(tmp_path, an_entity())
    path.write_text(path.read_text()[:size], encoding="utf-8")
    with pytest.raises(SourceError, match="FollowTheMoney lines and is cut off or damaged") as caught:
        load_file(path)
    assert caught.value.hint and "trade.gov" not in caught.value.hint
