from __future__ import annotations

from datetime import date

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.errors import InputError
from matchmaker.places.codes import code_list, one_code, refuse_boolean
from matchmaker.places.resolve import all_codes


def test_an_unquoted_norway_is_refused_by_file_path_and_cure() -> None:
    codes = yaml.safe_load("[SE, NO, DK]")
    with pytest.raises(InputError, match=r"^north\.yaml: sets\.PART\.codes\[1\] is false") as refusal:
        code_list(codes, "north.yaml", "sets.PART.codes")
    assert "NO must be quoted" in refusal.value.hint


def test_a_quoted_norway_namibia_kosovo_and_parts_of_countries_are_taken() -> None:
    codes = yaml.safe_load('[SE, "NO", NA, XK, ES-CN]')
    assert code_list(codes, "north.yaml", "sets.PART.codes") == ("SE", "NO", "NA", "XK", "ES-CN")


def test_a_boolean_instead_of_a_list_is_refused_in_the_same_words() -> None:
    with pytest.raises(InputError) as refusal:
        code_list(False, "north.yaml", "sets.PART.codes")
    assert "NO must be quoted" in refusal.value.hint
    refuse_boolean("NO", "north.yaml", "where.country.in")


@pytest.mark.parametrize("given_codes", ["DE", 7, None, {"DE": 1}, [7], [None], [["DE"]], [date(2026, 1, 1)]])
def test_what_is_no_list_of_codes_is_refused(given_codes: object) -> None:
    with pytest.raises(InputError, match=r"^a\.yaml: sets\.X\.codes") as refusal:
        code_list(given_codes, "a.yaml", "sets.X.codes")
    assert "alpha-2" in refusal.value.hint


@pytest.mark.parametrize("code", ["ZZ", "de", " DE", "DEU", "ZZ-01", "ES-", "ES-CNXX", "AN", ""])
def test_a_code_that_is_none_is_refused(code: str) -> None:
    with pytest.raises(InputError, match=r"codes\[0\]"):
        code_list([code], "a.yaml", "codes")


def test_a_usual_but_foreign_code_is_refused_with_the_right_one() -> None:
    for written, right in (("EL", "GR"), ("UK", "GB"), ("DEU", "DE")):
        with pytest.raises(InputError) as refusal:
            one_code(written, "a.yaml", "codes[0]")
        assert refusal.value.hint == f'write "{right}"'


def test_a_part_with_a_code_of_its_own_becomes_it() -> None:
    assert code_list(["FR-971", "US-PR", "CN-TW"], "a.yaml", "codes") == ("GP", "PR", "TW")


@given(st.lists(st.sampled_from(sorted(all_codes()))))
def test_every_code_is_taken_as_it_is(codes: list[str]) -> None:
    assert code_list(codes, "a.yaml", "codes") == tuple(codes)
