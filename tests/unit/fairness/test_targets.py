from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.errors import InputError
from matchmaker.fairness.targets import Target, parse_target, pool_proportional, uniform


def test_a_decimal_means_what_it_says() -> None:
    target = parse_target({"H": "1/2", "UM": 0.29, "L": "0.21"})
    assert target.shares == {"H": Fraction(1, 2), "UM": Fraction(29, 100), "L": Fraction(21, 100)}


def test_a_target_keeps_who_set_it_and_why() -> None:
    target = parse_target({"H": 1}, "income_group", "call X", "quota of clause 4")
    assert (target.attribute, target.source, target.note) == ("income_group", "call X", "quota of clause 4")
    assert pool_proportional(["H"]).source == "pool"
    assert uniform(["H"]).source == "uniform"


def test_shares_that_do_not_sum_to_one_are_an_error_and_are_not_scaled() -> None:
    with pytest.raises(InputError, match="sum to 9/10, not 1"):
        parse_target({"H": 0.5, "L": "0.4"})
    with pytest.raises(InputError, match="no groups"):
        parse_target({})
    with pytest.raises(InputError, match="99/100"):
        parse_target({"A": 0.33, "B": 0.33, "C": 0.33})


@pytest.mark.parametrize("share", ["half", None, True, "1/0", float("nan"), float("inf"), [0.5]])
def test_a_share_that_is_no_number_is_an_error_that_names_the_group(share: object) -> None:
    with pytest.raises(InputError, match="'L'"):
        parse_target({"L": share, "H": 0.5})


def test_a_negative_share_is_an_error() -> None:
    with pytest.raises(InputError, match="-1/10"):
        parse_target({"H": "11/10", "L": "-1/10"})


def test_a_target_cannot_be_changed_after_it_was_checked() -> None:
    shares = {"H": Fraction(1)}
    target = Target("group", shares, "test")
    shares["H"] = Fraction(1, 2)
    assert target.shares["H"] == 1
    with pytest.raises(TypeError):
        target.shares["H"] = Fraction(2)  # type: ignore[index]


def test_an_empty_pool_has_no_target() -> None:
    for make in (pool_proportional, uniform):
        with pytest.raises(InputError):
            make([])


@given(st.lists(st.sampled_from(["L", "LM", "UM", "H", "unknown"]), min_size=1, max_size=200))
def test_proportional_shares_are_the_exact_proportions_and_unknown_is_a_group(groups: list[str]) -> None:
    shares = pool_proportional(groups).shares
    assert shares == {group: Fraction(groups.count(group), len(groups)) for group in set(groups)}
    assert sum(uniform(groups).shares.values()) == 1
