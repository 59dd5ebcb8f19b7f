from __future__ import annotations

from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.errors import InputError, UnknownPlaceError
from matchmaker.places.reading import rows
from matchmaker.places.resolve import all_codes, resolve
from matchmaker.places.territories import MODES, Counted, Mode, place_of

BY_ROWS = {
    kind: sorted(row["alpha2"] for row in rows("territories") if row["eu_status"] == kind and not row["iso3166_2"])
    for kind in ("outermost", "oct")
}
SOVEREIGNS = {row["alpha2"]: row["sovereign_alpha2"] for row in rows("iso3166")}


@pytest.mark.parametrize(
    ("code", "iso", "sovereign", "he"),
    [
        ("GP", "GP", "FR", "FR"),
        ("GL", "GL", "GL", "DK"),
        ("FO", "FO", "FO", "FO"),
        ("AX", "AX", "FI", "FI"),
        ("SJ", "SJ", "NO", "NO"),
        ("AW", "AW", "NL", "NL"),
        ("PR", "PR", "US", "PR"),
        ("HK", "HK", "HK", "HK"),
        ("TW", "TW", "TW", "TW"),
        ("EH", "EH", "EH", "EH"),
        ("XK", "XK", "XK", "XK"),
        ("GI", "GI", "GB", None),
        ("GG", "GG", "GB", None),
        ("JE", "JE", "GB", None),
        ("IM", "IM", "GB", None),
        ("BM", "BM", "GB", None),
    ],
)
def test_a_territory_counts_as_its_mode_says(code: str, iso: str, sovereign: str, he: str | None) -> None:
    assert [place_of(code, None, mode).country for mode in MODES] == [iso, sovereign, he]


def test_outermost_regions_and_overseas_countries_count_with_their_member_state() -> None:
    assert len(BY_ROWS["outermost"]) == 6
    assert {place_of(code, None, "he").country for code in BY_ROWS["outermost"]} == {"FR"}
    assert len(BY_ROWS["oct"]) == 11
    assert {place_of(code, None, "he").country for code in BY_ROWS["oct"]} == {"FR", "NL", "DK"}


def test_greenland_adds_no_country_to_denmark_and_the_faroe_islands_add_one() -> None:
    team = [place_of(code, None, "he").country for code in ("DE", "DK", "GL")]
    assert len(set(team)) == 2
    team = [place_of(code, None, "he").country for code in ("DE", "DK", "FO")]
    assert len(set(team)) == 3


def test_guadeloupe_is_france_in_horizon_europe_and_itself_where_the_call_says_so() -> None:
    for code, part in (("GP", None), ("FR", "FR-971"), ("FR", "FR-GP")):
        assert place_of(code, part, "he") == ("FR", None)
        assert place_of(code, part, "iso") == ("GP", None)


def test_what_is_not_settled_has_its_reason() -> None:
    country, reason = place_of("GI", None, "he")
    assert country is None
    assert reason is not None
    assert "Gibraltar (GI)" in reason
    assert place_of(None, None, "iso") == Counted(None, "the country is not known")


def test_an_occupied_region_is_not_settled_and_says_nothing_about_the_country() -> None:
    assert place_of("UA", None, "he") == ("UA", None)
    assert place_of("UA", "UA-30", "he") == ("UA", None)
    assert place_of("UA", "UA-43", "he").country is None
    assert "Crimea" in (place_of("UA", "UA-43", "he").reason or "")
    assert place_of("UA", "UA-43", "iso") == ("UA", None)


def test_areas_without_a_code_do_not_cast_doubt_on_a_whole_country() -> None:
    assert place_of("CY", None, "he") == ("CY", None)
    assert place_of("PS", None, "he") == ("PS", None)


def test_a_part_that_contradicts_its_country_makes_the_place_unknown() -> None:
    country, reason = place_of("DE", "FR-75", "iso")
    assert country is None
    assert reason == "FR-75 is no part of DE: one of the two is wrong"


def test_taiwan_hong_kong_and_macao_are_never_merged_however_they_are_written() -> None:
    for mode in MODES:
        assert [place_of("CN", part, mode).country for part in ("CN-TW", "CN-HK", "CN-92")] == ["TW", "HK", "MO"]
    assert [resolve(text).code for text in ("CN-TW", "CN-HK", "CN-91", "FR-971")] == ["TW", "HK", "HK", "GP"]


@given(st.sampled_from(sorted(all_codes())), st.sampled_from(MODES))
def test_every_place_counts_for_a_known_country_or_has_a_reason_and_the_answer_is_settled(
    code: str, mode: Mode
) -> None:
    country, reason = place_of(code, None, mode)
    assert (country is None) is (reason is not None)
    if country is not None:
        assert country in all_codes()
        assert place_of(country, None, mode).country == country
        assert country in {code, SOVEREIGNS.get(code, code)}


def test_a_mode_or_code_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(InputError, match="lunar"):
        place_of("DE", None, cast("Mode", "lunar"))
    with pytest.raises(UnknownPlaceError):
        place_of("ZZ", None, "he")
