from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.errors import UnknownPlaceError
from matchmaker.places.reading import rows
from matchmaker.places.resolve import all_codes, border_key, code_of, display_name, is_country, resolve

DANGER = {
    "Congo": {"CG", "CD"},
    "Korea": {"KR", "KP"},
    "Guinea": {"GN", "GW", "GQ", "PG"},
    "Dominica": {"DM", "DO"},
    "Dominican Republic": {"DM", "DO"},
    "Niger": {"NE", "NG"},
    "Nigeria": {"NE", "NG"},
    "Georgia": {"GE", "US-GA"},
    "Ireland": {"IE", "GB"},
    "Northern Ireland": {"IE", "GB"},
    "Macedonia": {"MK", "GR"},
}


def test_there_are_249_iso_codes_and_kosovo() -> None:
    assert len(all_codes()) == 250
    assert "XK" in all_codes()
    assert "NA" in all_codes()


@pytest.mark.parametrize("text", ["NA", "na", "NAM", "Namibia", " namibia "])
def test_namibia_is_a_country_and_never_a_missing_value(text: str) -> None:
    assert code_of(text) == "NA"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("EL", "GR"), ("UK", "GB"), ("XI", "GB"), ("XKX", "XK"), ("RKS", "XK"), ("KV", "XK"), ("TP", "TL"),
        ("ZR", "CD"), ("gb", "GB"), ("ken", "KE"), ("DEU", "DE"), (" fr ", "FR"), ("AC", "SH"),
        ("FX", "FR"), ("DD", "DE"),
    ],
)  # fmt: skip
def test_a_code_or_a_usual_alias_is_its_country(text: str, code: str) -> None:
    assert code_of(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Türkiye", "TR"), ("TURKIYE", "TR"), ("Turkey", "TR"), ("Côte d'Ivoire", "CI"), ("Cote d’Ivoire", "CI"),
        ("Ivory Coast", "CI"), ("South Korea", "KR"), ("Republic of Korea", "KR"), ("Korea, Rep.", "KR"),
        ("DPRK", "KP"), ("Viet Nam", "VN"), ("Vietnam", "VN"), ("Iran, Islamic Republic of", "IR"), ("Russia", "RU"),
        ("Russian Federation", "RU"), ("Czechia", "CZ"), ("Czech Republic", "CZ"), ("USA", "US"), ("U.S.A.", "US"),
        ("the United States", "US"), ("Great Britain", "GB"), ("The Gambia", "GM"), ("Bahamas, The", "BS"),
        ("Democratic Republic of the Congo", "CD"), ("Congo-Brazzaville", "CG"), ("Guinea-Bissau", "GW"),
        ("Guinea Bissau", "GW"), ("Papua New Guinea", "PG"), ("Republic of Guinea", "GN"), ("Kosovo", "XK"),
        ("Federal Republic of Nigeria", "NG"), ("Republic of the Niger", "NE"), ("Republic of Ireland", "IE"),
        ("North Macedonia", "MK"), ("Palestine", "PS"), ("São Tomé & Príncipe", "ST"), ("Hong Kong", "HK"),
        ("Hong Kong SAR, China", "HK"), ("Macau", "MO"), ("China", "CN"), ("Deutschland", "DE"), ("Swaziland", "SZ"),
    ],
)  # fmt: skip
def test_a_usual_name_is_its_country(text: str, code: str) -> None:
    assert code_of(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "TW", "TWN", "Taiwan", "Taiwan, Province of China", "Chinese Taipei", "Taiwan, China", "Taipei, China",
        "Taiwan (R.O.C.)", "Republic of China (Taiwan)", "臺灣", "台湾", "CN-TW",
    ],
)  # fmt: skip
def test_every_spelling_of_taiwan_is_tw_and_never_cn(text: str) -> None:
    assert code_of(text) == "TW"


@pytest.mark.parametrize("name", DANGER)
def test_a_name_that_is_easily_taken_for_another_country_is_refused_and_the_codes_are_named(name: str) -> None:
    with pytest.raises(UnknownPlaceError) as refusal:
        code_of(name)
    assert set(resolve(name).could_be) == DANGER[name]
    assert all(code in refusal.value.message for code in DANGER[name])
    assert "ISO 3166" in refusal.value.hint


@pytest.mark.parametrize("text", ["AN", "CS", "YU", "SU", "Yugoslavia", "Soviet Union", "Czechoslovakia"])
def test_the_successor_of_a_state_that_split_up_is_not_guessed(text: str) -> None:
    place = resolve(text)
    assert (place.code, place.kind) == (None, "unknown")
    assert place.note


@pytest.mark.parametrize(
    "text", ["XXA", "XXB", "XXC", "XXX", "ZZ", "XX", "KS", "UNK", "", "  ", "Kenia?", "Keny", "Atlantis"]
)
def test_what_is_no_place_stays_unknown_and_says_why(text: str) -> None:
    place = resolve(text)
    assert (place.code, place.kind) == (None, "unknown")
    assert place.note


@pytest.mark.parametrize("text", ["EU", "UN", "European Union", "CERN", "World Health Organization"])
def test_an_international_organisation_is_an_organisation_without_a_country(text: str) -> None:
    place = resolve(text)
    assert (place.code, place.kind) == (None, "organisation")


@pytest.mark.parametrize(
    ("text", "code", "subdivision"),
    [
        ("ES-CN", "ES", "ES-CN"), ("es-cn", "ES", "ES-CN"), ("Canary Islands", "ES", "ES-CN"), ("IC", "ES", "ES-CN"),
        ("PT-20", "PT", "PT-20"), ("UA-43", "UA", "UA-43"), ("UK-SCT", "GB", "GB-SCT"), ("England", "GB", "GB-ENG"),
        ("EL-30", "GR", "GR-30"), ("US-PR", "PR", None), ("FR-971", "GP", None), ("CN-HK", "HK", None),
    ],
)  # fmt: skip
def test_a_part_of_a_country_keeps_its_subdivision(text: str, code: str, subdivision: str | None) -> None:
    place = resolve(text)
    assert (place.code, place.subdivision) == (code, subdivision)


def test_a_subdivision_of_no_country_is_unknown() -> None:
    assert resolve("ZZ-01").code is None
    assert resolve("AN-1").code is None


def test_every_official_and_display_name_is_its_own_code_or_is_refused_with_it() -> None:
    for row in rows("iso3166"):
        for name in (row["official_name_en"], row["display_name_default"]):
            place = resolve(name)
            assert place.code == row["alpha2"] or (place.code is None and row["alpha2"] in place.could_be), name


def test_every_name_the_world_bank_uses_is_its_own_code_or_is_refused_with_it() -> None:
    for row in rows("wb_income"):
        if row["economy"] != "Channel Islands":
            place = resolve(row["economy"])
            assert place.code == row["alpha2"] or row["alpha2"] in place.could_be, row["economy"]


def test_every_alpha2_and_alpha3_code_is_itself_in_any_case() -> None:
    for row in rows("iso3166"):
        for text in (row["alpha2"], row["alpha3"], row["alpha2"].lower(), f" {row['alpha3'].title()} "):
            assert code_of(text) == row["alpha2"]


@given(st.sampled_from(rows("country_names")), st.sampled_from([str.upper, str.lower, str.title, str.swapcase]))
def test_case_and_accents_do_not_matter(row: dict[str, str], recase: object) -> None:
    assert callable(recase)
    bare = "".join(c for c in unicodedata.normalize("NFKD", row["name"]) if not unicodedata.combining(c))
    for written in (recase(row["name"]), bare, unicodedata.normalize("NFD", row["name"])):
        found = resolve(written)
        assert (found.code, found.subdivision) == (resolve(row["name"]).code, resolve(row["name"]).subdivision)


@given(st.text(max_size=30))
def test_any_text_at_all_is_a_known_place_or_unknown_with_a_reason(text: str) -> None:
    place = resolve(text)
    assert place.input == text
    assert is_country(place.code) if place.code else place.note


def test_a_refusal_does_not_repeat_a_whole_page_of_text() -> None:
    with pytest.raises(UnknownPlaceError) as refusal:
        code_of("x" * 5000)
    assert len(refusal.value.message) < 300


@pytest.mark.parametrize(
    ("code", "key"),
    [
        ("GP", "FR"), ("RE", "FR"), ("PR", "US"), ("AX", "FI"), ("IM", "GB"), ("CW", "NL"), ("SJ", "NO"), ("FR", "FR"),
        ("HK", "HK"), ("MO", "MO"), ("FO", "FO"), ("GL", "GL"), ("TW", "TW"), ("XK", "XK"), ("EH", "EH"), ("PS", "PS"),
    ],
)  # fmt: skip
def test_a_territory_counts_as_its_sovereign_except_the_four_that_stay_themselves(code: str, key: str) -> None:
    assert border_key(code) == key


def test_every_border_key_is_a_code_whose_border_key_is_itself() -> None:
    for code in all_codes():
        assert border_key(border_key(code)) == border_key(code)


def test_a_display_name_is_short_and_a_code_is_needed_for_it() -> None:
    assert (display_name("KR"), display_name("XK"), display_name("TW")) == ("South Korea", "Kosovo", "Taiwan")
    for wrong in ("kr", "UK", "Kenya", ""):
        assert not is_country(wrong)
        for ask in (display_name, border_key):
            with pytest.raises(UnknownPlaceError):
                ask(wrong)


def test_territories_are_told_from_countries() -> None:
    assert {resolve(code).kind for code in ("GP", "HK", "FO", "EH")} == {"territory"}
    assert {resolve(code).kind for code in ("FR", "TW", "PS", "VA", "XK", "NA")} == {"country"}
