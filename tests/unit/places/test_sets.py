from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.errors import InputError, UnknownPlaceError
from matchmaker.places.resolve import all_codes
from matchmaker.places.sets import INCOME_GROUPS, country_set, income_group, income_vintage, members_on, refs

TODAY = date(2026, 8, 1)
DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2040, 12, 31))


@pytest.mark.parametrize(
    ("ref", "count"),
    [
        ("eu_members", 27),
        ("ldc", 44),
        ("dac_oda", 140),
        ("african_union", 55),
        ("m49.sub_saharan_africa", 53),
        ("wb.L", 24),
    ],
)
def test_a_set_has_the_size_it_is_known_to_have(ref: str, count: int) -> None:
    assert len(country_set(ref, TODAY).codes) == count


def test_namibia_is_in_the_sets_it_belongs_to() -> None:
    for ref in ("african_union", "dac_oda", "m49.southern_africa", "wb.LM"):
        assert "NA" in country_set(ref, TODAY).codes


def test_a_country_leaves_the_least_developed_on_its_day_and_not_before() -> None:
    assert "LA" in country_set("ldc", date(2026, 11, 23)).codes
    assert "LA" not in country_set("ldc", date(2026, 11, 24)).codes
    assert "ST" in country_set("ldc", date(2024, 12, 12)).codes
    assert "ST" not in country_set("ldc", date(2024, 12, 13)).codes


def test_an_exit_that_may_have_been_deferred_is_uncertain_from_that_day() -> None:
    before, after = country_set("ldc", date(2026, 11, 20)), country_set("ldc", date(2026, 12, 1))
    assert before.uncertain == frozenset()
    assert after.uncertain == {"BD", "NP"}
    assert "not verified" in after.note


def test_income_groups_change_on_the_first_of_july() -> None:
    assert income_group("TG", date(2026, 6, 30)) == "L"
    assert income_group("TG", date(2026, 7, 1)) == "LM"
    moved = {code for code in all_codes() if income_group(code, date(2026, 6, 30)) != income_group(code, TODAY)}
    assert moved == {"TG", "JO", "FM", "PH", "LK", "VN"}


def test_an_economy_without_a_class_is_unknown_and_inherits_nothing() -> None:
    assert {income_group(code, TODAY) for code in ("ET", "VE", "GP", "AQ", "VA")} == {"unknown"}
    assert country_set("wb.L", TODAY).uncertain == {"ET", "VE"}


def test_an_income_group_can_be_asked_for_in_any_spelling_but_not_for_no_place() -> None:
    assert income_group("EL", TODAY) == "H"
    assert income_group("NA", TODAY) == "LM"
    with pytest.raises(UnknownPlaceError):
        income_group("Atlantis", TODAY)


def test_the_income_table_says_when_it_cannot_speak_for_a_day() -> None:
    assert income_vintage(date(2025, 7, 1)) == "FY26 (in force 2025-07-01 to 2026-06-30)"
    assert income_vintage(date(2026, 7, 1)).startswith("FY27 (in force 2026-07-01")
    assert "oldest table held, newer than 2019-01-01" in income_vintage(date(2019, 1, 1))
    assert "newest table held, older than 2027-07-01" in income_vintage(date(2027, 7, 1))
    assert "oldest table held" in country_set("wb.H", date(2019, 1, 1)).note


def test_the_european_union_grew() -> None:
    assert len(country_set("eu_members", date(1990, 1, 1)).codes) == 11
    assert country_set("eu_members", date(2013, 3, 1)).uncertain == {"GB", "HR"}
    assert "former members" in country_set("eu_members", date(2019, 1, 1)).note
    assert country_set("eu_members", TODAY).note == ""


def test_the_united_kingdom_is_uncertain_while_it_was_a_member_and_outside_afterwards() -> None:
    last, after = (country_set("eu_members", day) for day in (date(2020, 1, 31), date(2020, 2, 1)))
    assert "GB" in last.uncertain
    assert last.note == "former members are not in the table"
    assert "GB" not in after.uncertain | after.codes
    assert after.note == ""


@pytest.mark.parametrize(
    "ref",
    ["african_union", "cost.full", "ear.D:5", "epscor", "he_auto_funded_third", "m49.africa", "set.G20", "widening"],
)
def test_a_table_without_dates_says_that_it_does_not_speak_for_days_long_before_it(ref: str) -> None:
    about = members_on(ref, TODAY)[1]
    long_before = about.vintage - timedelta(days=about.max_age_days + 1)
    said = f"the table is of {about.vintage} and does not speak for earlier days"
    assert said in country_set(ref, long_before).note
    assert said not in country_set(ref, long_before + timedelta(days=1)).note


@pytest.mark.parametrize("ref", ["dac_oda", "eu_members", "he_associated.all", "ldc", "wb.L"])
def test_a_table_with_dates_speaks_for_earlier_days_in_its_own_words(ref: str) -> None:
    assert "earlier days" not in country_set(ref, date(2015, 6, 1)).note


def test_a_recipient_that_graduated_was_one_before() -> None:
    assert "NR" in country_set("dac_oda", date(2025, 12, 31)).codes
    assert "NR" not in country_set("dac_oda", date(2026, 1, 1)).codes


def test_regions_placed_by_convention_say_so() -> None:
    assert "TW" in country_set("m49.eastern_asia", TODAY).note
    assert country_set("m49.southern_asia", TODAY).note == ""


def test_a_table_past_its_age_limit_says_so() -> None:
    assert "older than 180 days" in country_set("ldc", date(2027, 3, 1)).note


def test_an_unknown_set_is_an_error_that_lists_the_sets() -> None:
    with pytest.raises(InputError) as refusal:
        country_set("wb.M", TODAY)
    assert "wb.LM" in refusal.value.hint


@given(DAYS)
def test_the_income_groups_never_overlap_and_agree_with_the_sets(day: date) -> None:
    sets = {group: country_set(f"wb.{group}", day).codes for group in INCOME_GROUPS}
    assert sum(map(len, sets.values())) == len(frozenset().union(*sets.values()))
    for group, codes in sets.items():
        assert all(income_group(code, day) == group for code in sorted(codes)[:5])


@given(st.sampled_from(refs()), DAYS)
def test_every_set_holds_known_codes_and_its_question(ref: str, day: date) -> None:
    found = country_set(ref, day)
    assert {code.partition("-")[0] for code in found.codes | found.uncertain} <= all_codes()
    assert (found.ref, found.at) == (ref, day)
    assert "@20" in found.version
