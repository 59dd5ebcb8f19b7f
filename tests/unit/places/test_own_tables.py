from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.domain.conditions import Codes, Combined, Ref
from matchmaker.errors import InputError, SourceError
from matchmaker.places.algebra import evaluate, evaluate_all
from matchmaker.places.own_tables import NO_TABLES, Membership, OwnTable, OwnTables, own_tables
from matchmaker.places.reading import Table
from matchmaker.places.resolve import all_codes
from matchmaker.places.sets import country_set, refs

ABOUT = """
[allies]
title = "Countries with a bilateral agreement"
vintage = 2026-11-01
source = "the ministry's list"
confidence = "medium"
max_age_days = 365
"""
TODAY = date(2026, 11, 22)


def written(folder: Path, rows: str, about: str = ABOUT, name: str = "allies") -> Path:
    (folder / f"{name}.csv").write_text(f"alpha2,from,to\n{rows}", encoding="utf-8")
    (folder / "SOURCES.toml").write_text(about, encoding="utf-8")
    return folder


def refusal(folder: Path) -> str:
    with pytest.raises(InputError) as caught:
        own_tables(folder)
    return f"{caught.value.message} | {caught.value.hint}"


def test_a_membership_begins_on_its_first_day_and_ends_before_the_day_it_ends(tmp_path: Path) -> None:
    own = own_tables(written(tmp_path, "KE,,\nUG,2026-01-01,2027-01-01\nNA,2027-01-01,\nES-CN,,\n"))
    for day, expected in (
        (date(2025, 12, 31), {"KE", "ES-CN"}),
        (date(2026, 1, 1), {"KE", "ES-CN", "UG"}),
        (date(2026, 12, 31), {"KE", "ES-CN", "UG"}),
        (date(2027, 1, 1), {"KE", "ES-CN", "NA"}),
    ):
        assert country_set("own.allies", day, own).codes == expected


def test_an_answer_names_the_version_and_says_when_the_table_is_too_old(tmp_path: Path) -> None:
    own = own_tables(written(tmp_path, "KE,,\n"))
    found = country_set("own.allies", TODAY, own)
    assert (found.version, found.note) == ("own.allies@2026-11-01", "")
    assert "older than 365 days" in country_set("own.allies", date(2027, 11, 2), own).note


def test_a_set_of_a_call_rests_on_a_table_of_a_deployer_as_on_any_other(tmp_path: Path) -> None:
    own = own_tables(written(tmp_path, "KE,,\nDE,,\nES-CN,,\n"))
    term = Combined("minus", (Ref("own.allies"), Ref("eu_members")))
    places = evaluate_all({"A": term}, {"reference": TODAY}, TODAY, own)["A"]
    assert [places.holds(code) for code in ("KE", "DE", "ZA")] == [True, False, False]
    assert set(places.versions) == {"own.allies", "eu_members"}
    old = evaluate(term, {}, {"reference": date(2030, 1, 1)}, date(2030, 1, 1), own)
    assert old.holds("KE") is None
    assert "own.allies: the table of 2026-11-01 is older" in old.why_unknown("KE")[0]


def test_a_table_that_is_not_there_is_an_error_that_lists_those_that_are(tmp_path: Path) -> None:
    own = own_tables(written(tmp_path, "KE,,\n"))
    for ask in (lambda: country_set("own.foes", TODAY, own), lambda: evaluate(Ref("own.foes"), {}, {}, TODAY, own)):
        with pytest.raises(InputError, match=r"no country set 'own\.foes'") as caught:
            ask()
        assert caught.value.hint == "sets of your own: own.allies"
    with pytest.raises(InputError) as caught:
        country_set("own.allies", TODAY)
    assert "none" in caught.value.hint


def test_tables_of_a_deployer_change_nothing_for_others(tmp_path: Path) -> None:
    own = own_tables(written(tmp_path, "KE,,\n"))
    assert not [ref for ref in refs() if ref.startswith("own.")]
    assert country_set("ldc", TODAY, own) == country_set("ldc", TODAY, NO_TABLES)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("KE,,\nFALSE,,\n", ["line 3", "FALSE", "NO must be quoted"]),
        ("false,,\n", ["line 2", "NO must be quoted"]),
        ("True,,\n", ["line 2", "read as true or false"]),
        ("KE,,\nZZ,,\n", ["line 3", "'ZZ'"]),
        ("Kenya,,\n", ["line 2", 'write "KE"']),
        ("UK,,\n", ["line 2", 'write "GB"']),
        (",,\n", ["line 2", "Namibia"]),
        ("KE,,\nUG,,\nKE,,\n", ["line 4", "already in line 2"]),
        ("KE,2020-01-01,2022-01-01\nKE,2021-12-31,\n", ["line 3", "already in line 2"]),
        ("KE,2020-01-01,2020-01-01\n", ["line 2", "ends before it begins"]),
        ("KE,soon,\n", ["line 2", "'soon' is no day"]),
        ("KE,\n", ["line 2", "2 cells"]),
        ("KE,,,\n", ["line 2", "4 cells"]),
        ('KE,"2020\n', ["line 2"]),
    ],
)  # fmt: skip
def test_a_row_that_is_not_well_formed_is_refused_with_file_and_line(
    tmp_path: Path, rows: str, said: list[str]
) -> None:
    text = refusal(written(tmp_path, rows))
    assert [word for word in ["allies.csv", *said] if word not in text] == []


def test_a_country_may_leave_and_come_back(tmp_path: Path) -> None:
    own = own_tables(written(tmp_path, "KE,,2020-01-01\nKE,2021-01-01,\n"))
    years = (2019, 2020, 2021)
    assert ["KE" in country_set("own.allies", date(year, 1, 1), own).codes for year in years] == [True, False, True]


@pytest.mark.parametrize(
    ("written_as", "instead", "said"),
    [
        ("max_age_days = 365", "", ["max_age_days is missing", "vintage"]),
        ("max_age_days = 365", "max_age_days = 0", ["max_age_days", "whole number"]),
        ("max_age_days = 365", "max_age_days = true", ["max_age_days", "whole number"]),
        ("max_age_days = 365", "max_age_days = 365\nowner = 'me'", ["unknown key 'owner'", "max_age_days"]),
        ("vintage = 2026-11-01", 'vintage = "2026-11-01"', ["vintage", "without quotes"]),
        ('confidence = "medium"', 'confidence = "sure"', ["confidence", "low"]),
        ("[allies]", "[friends]", ["friends.csv"]),
        ("[allies]", "allies", ["is not TOML"]),
        ('title = "Countries with a bilateral agreement"', 'title = ""', ["title"]),
    ],
)  # fmt: skip
def test_a_description_with_a_mistake_is_refused_by_name(
    tmp_path: Path, written_as: str, instead: str, said: list[str]
) -> None:
    text = refusal(written(tmp_path, "KE,,\n", ABOUT.replace(written_as, instead)))
    assert [word for word in ["SOURCES.toml", *said] if word not in text] == []


def test_a_table_without_a_description_or_with_a_name_no_call_can_write_is_refused(tmp_path: Path) -> None:
    written(tmp_path, "KE,,\n")
    (tmp_path / "foes.csv").write_text("alpha2,from,to\n", encoding="utf-8")
    assert "foes is missing" in refusal(tmp_path)
    (tmp_path / "foes.csv").rename(tmp_path / "My Foes.csv")
    assert "My Foes.csv" in refusal(tmp_path)
    (tmp_path / "My Foes.csv").unlink()
    (tmp_path / "SOURCES.toml").unlink()
    with pytest.raises(SourceError, match=r"SOURCES\.toml"):
        own_tables(tmp_path)


def test_other_separators_are_refused_and_a_byte_order_mark_is_not(tmp_path: Path) -> None:
    written(tmp_path, "")
    (tmp_path / "allies.csv").write_text("alpha2;from;to\nKE;;\n", encoding="utf-8")
    assert "with commas" in refusal(tmp_path)
    (tmp_path / "allies.csv").write_text("alpha2,from,to\nKE,,\n", encoding="utf-8-sig")
    assert country_set("own.allies", TODAY, own_tables(tmp_path)).codes == {"KE"}
    (tmp_path / "allies.csv").write_bytes("alpha2,from,to\nCôte,,\n".encode("latin-1"))
    assert "UTF-8" in refusal(tmp_path)


def test_an_empty_folder_has_no_tables_and_one_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    assert own_tables(tmp_path) == OwnTables()
    with pytest.raises(SourceError, match="cannot read"):
        own_tables(tmp_path / "absent")


DAYS = st.dates(date(2000, 1, 1), date(2030, 1, 1))
MEMBERSHIPS = st.builds(Membership, st.sampled_from(sorted(all_codes())), st.none() | DAYS, st.none() | DAYS)


@given(st.lists(MEMBERSHIPS, max_size=6), DAYS)
def test_a_table_and_the_same_codes_written_into_the_call_are_the_same_set(rows: list[Membership], at: date) -> None:
    about = Table("own.mine", "", at - timedelta(days=1), "", "high", 30)
    own = OwnTables({"own.mine": OwnTable(about, tuple(rows))})
    codes = frozenset(row.code for row in rows if (row.start or date.min) <= at < (row.end or date.max))
    dates = {"reference": at}
    table, plain = (evaluate(term, {}, dates, at, own) for term in (Ref("own.mine"), Codes(codes)))  # type: ignore[arg-type]
    assert (table.members, table.uncertain) == (plain.members, plain.uncertain)
