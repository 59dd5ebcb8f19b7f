"""Untrusted text becomes plain text; nothing a reader could have meant is lost."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.domain.research import AuthorshipRow
from matchmaker.sources import cleaning
from matchmaker.sources.cleaning import plain


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<jats:p>H<sub>2</sub>O &amp; <jats:italic>E. coli</jats:italic></jats:p>", "H2O & E. coli"),
        ("&lt;p&gt;escaped twice&lt;/p&gt;", "escaped twice"),
        ("one<br/>two<p>three</p>", "one two three"),
        ("<script>alert(1)</script>Title<!-- hidden -->", "Title"),
        ("<img src=x onerror=alert(1)>Title", "Title"),
        ("<![CDATA[Title]]>", "Title"),
        ("p < 0.05 and x > 3", "p < 0.05 and x > 3"),
        ("x<y and z>w, <T> and a <b> c", "x<y and z>w, <T> and a c"),
        ("a\u202egnp.exe\u2066b\u0000c", "agnp.exeb c"),
        ("  many \t\n spaces ", "many spaces"),
        ("Cafe\u0301", "Café"),
        ("कृत्रिम می\u200cخواهم", "कृत्रिम می\u200cخواهم"),
        ("", ""),
        (None, ""),
        (float("nan"), ""),
        (17, ""),
    ],
)
def test_text_is_read_as_a_person_would_read_it(written: object, read: str) -> None:
    assert plain(written, 1000) == (read, False)


@given(st.text())
def test_plain_text_is_normal_in_one_line_and_cleaning_it_again_changes_nothing(text: str) -> None:
    once = plain(text, 10_000)[0]
    assert once == unicodedata.normalize("NFC", once) == once.strip()
    assert not any(ord(c) < 32 or 0x202A <= ord(c) <= 0x202E or 0x2066 <= ord(c) <= 0x2069 for c in once)
    if "&" not in once and "<" not in once:
        assert plain(once, 10_000)[0] == once


def test_a_text_of_ten_megabytes_is_kept_with_its_beginning() -> None:
    text, cut = plain("word " * 2_000_000, 20_000)
    assert cut
    assert len(text) == 19_999
    assert text.startswith("word word")


@pytest.mark.parametrize(
    "piece", ["<!--", "<script ", "<style>", "<a x= ", "<a:", "<", "&lt;", "</script ", "<![CDATA["]
)
def test_markup_that_is_never_closed_costs_no_time(piece: str) -> None:
    began = time.perf_counter()
    plain(piece * (200_000 // len(piece)), 20_000)
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize(("code", "known"), [("NA", "NA"), ("na", "NA"), ("UK", "GB"), ("XK", "XK"), ("KEN", "KE")])
def test_known_codes_are_countries_and_na_is_namibia(code: str, known: str) -> None:
    notes: list[str] = []
    assert cleaning.country(code, notes) == known
    assert notes == []


@pytest.mark.parametrize("code", ["ZZ", "EU", "AN", "Congo", "??"])
def test_a_code_that_is_no_country_is_left_out_and_counted(code: str) -> None:
    notes: list[str] = []
    assert cleaning.countries([code, "KE", "KE"], notes) == ("KE",)
    assert notes == ["unknown_country_code"]


def test_a_missing_country_is_not_counted_as_a_wrong_one() -> None:
    notes: list[str] = []
    assert cleaning.country(None, notes) is None
    assert cleaning.country("", notes) is None
    assert notes == []


@pytest.mark.parametrize(
    ("value", "year"),
    [
        (2020, 2020),
        ("2020", 2020),
        (2020.0, 2020),
        (2020.5, None),
        (True, None),
        (None, None),
        (float("nan"), None),
        (float("inf"), None),
        (0, None),
        ("x", None),
    ],
)
def test_a_year_is_a_whole_number_in_the_age_of_print(value: object, year: int | None) -> None:
    assert cleaning.year(value) == year


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "https://a b", "//example.org", 'https://x"onload', None, 3]
)
def test_only_web_addresses_are_taken_as_addresses(address: object) -> None:
    assert cleaning.web_address(address) is None
    assert cleaning.web_address("https://doi.org/10.1/x") == "https://doi.org/10.1/x"


def test_a_person_twice_on_a_by_line_is_there_once_with_all_their_places() -> None:
    notes: list[str] = []
    one = AuthorshipRow("p1", "A", None, ("i1",), ("KE",))
    two = AuthorshipRow("p2", "B")
    again = AuthorshipRow("p1", "A.", "https://orcid.org/0000-0002-1694-233X", ("i2",), ("DE", "KE"))
    assert cleaning.by_line([one, two, again], notes) == (
        AuthorshipRow("p1", "A", "https://orcid.org/0000-0002-1694-233X", ("i1", "i2"), ("KE", "DE")),
        two,
    )
    assert notes == ["name_twice_on_a_by_line"]
