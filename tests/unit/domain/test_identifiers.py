"""Identifiers: any usual spelling in, the full URL form out, and a reason when there is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.domain.identifiers import openalex, orcid, orcid_check_digit, ror
from matchmaker.errors import InputError


@pytest.mark.parametrize(
    "spelling",
    [
        "0000-0002-1694-233X",
        "0000-0002-1694-233x",
        "000000021694233X",
        "https://orcid.org/0000-0002-1694-233X",
        "http://orcid.org/0000-0002-1694-233X/",
        "HTTPS://WWW.ORCID.ORG/0000-0002-1694-233x",
        "orcid.org/0000-0002-1694-233X",
        "orcid:0000-0002-1694-233X",
        "  0000-0002-1694-233X\n",
    ],
)
def test_an_orcid_in_any_usual_spelling_becomes_its_address(spelling: str) -> None:
    assert orcid(spelling) == "https://orcid.org/0000-0002-1694-233X"


@pytest.mark.parametrize(
    "spelling",
    ["052gg0110", "052GG0110", "ror.org/052gg0110", "http://ror.org/052gg0110/", "https://ror.org/052gg0110"],
)
def test_a_ror_id_in_any_usual_spelling_becomes_its_address(spelling: str) -> None:
    assert ror(spelling) == "https://ror.org/052gg0110"


@pytest.mark.parametrize(
    "spelling",
    ["A5023888391", "a5023888391", "https://openalex.org/a5023888391/", "http://api.openalex.org/authors/A5023888391"],
)
def test_an_openalex_id_in_any_usual_spelling_becomes_its_address(spelling: str) -> None:
    assert openalex(spelling) == "https://openalex.org/A5023888391"


@given(st.integers(0, 10**15 - 1), st.integers(0, 14), st.integers(1, 9))
def test_one_mistyped_digit_of_an_orcid_is_found(number: int, place: int, shift: int) -> None:
    digits = f"{number:015d}"
    right = digits + orcid_check_digit(digits)
    wrong = right[:place] + str((int(right[place]) + shift) % 10) + right[place + 1 :]
    assert orcid(right).replace("-", "").endswith(right)
    with pytest.raises(InputError, match="check digit"):
        orcid(wrong)


@given(st.text(max_size=40))
def test_any_text_is_an_identifier_in_full_form_or_an_input_error_with_a_hint(text: str) -> None:
    for parse, start in ((orcid, "https://orcid.org/"), (ror, "https://ror.org/"), (openalex, "https://openalex.org/")):
        try:
            found = parse(text)
        except InputError as error:
            assert error.hint
        else:
            assert found.startswith(start)
            assert parse(found) == found


def test_an_address_of_another_site_is_no_orcid() -> None:
    with pytest.raises(InputError):
        orcid("https://example.org/0000-0002-1694-233X")
