"""Two spellings are one organisation only where that is certain."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.sources.organisations import fold, named


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("École Normale Supérieure de Cachan", "Ecole normale superieure de Cachan"),
        ("Inﬁnia ML", "Infinia ML, Inc"),
        ("Huawei Noah's Ark Lab", "Huawei Noah’s Ark Lab"),
        ("Example Robotics Co., Ltd", "EXAMPLE ROBOTICS"),
        ("The Australian National University", "Australian National University"),
        ("City University of New York (CUNY)", "City University of New York"),
        ("Dept. of Robotics, Ritsumeikan University", "Ritsumeikan University"),
        ("Departments of IEOR and EECS, University of California, Berkeley", "University of California, Berkeley"),
        ("University of Freiburg, Department for Computer Science, 79110 Freiburg", "University of Freiburg"),
    ],
)
def test_spellings_of_one_organisation_meet(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("University of California, Berkeley", "University of California"),
        ("University of Maryland, College Park", "University of Maryland"),
        ("Technische Universität Berlin", "Technical University of Berlin"),
        ("Institute of Technology (TIT)", "Institute of Technology"),
        ("Kakatiya University (UK)", "Kakatiya University"),
        ("University of Turku and University of Oulu", "University of Turku"),
        ("Harvard University, Stanford University", "Harvard University"),
        ("大阪大学", "東京大学"),
        ("دانشگاه تهران", "دانشگاه شیراز"),
    ],
)
def test_what_may_be_two_organisations_stays_two(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_no_country_is_read_from_a_name() -> None:
    row = named("University of Namibia")
    assert row is not None
    assert (row.institution_id, row.country, row.type) == ("name:university of namibia", None, None)


@pytest.mark.parametrize("text", [None, "", " - ", float("nan"), "???"])
def test_no_name_is_no_organisation(text: object) -> None:
    assert named(text) is None


@given(st.text(max_size=80))
def test_a_folded_name_folds_to_itself_or_shorter(text: str) -> None:
    once = fold(text)
    assert once == once.strip()
    assert "  " not in once
