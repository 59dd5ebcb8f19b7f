from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.errors import InputError
from matchmaker.fairness.targets import (
    Target,
    mixed,
    parse_target,
    policy_target,
    pool_proportional,
    target_named,
    uniform,
)


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


POOL = ["H", "H", "H", "L"]
QUOTA = policy_target({"L": "1/2", "H": 0.5}, "income_group", "call X", "quota of clause 4")


def test_a_policy_says_who_set_it_and_why() -> None:
    assert (QUOTA.source, QUOTA.note) == ("call X", "quota of clause 4")
    with pytest.raises(InputError, match="does not say who"):
        policy_target({"L": 1}, "income_group", " ", "because")
    with pytest.raises(InputError, match="does not say why"):
        policy_target({"L": 1}, "income_group", "call X", "")


@pytest.mark.parametrize("part", ["3/10", 0.3, "0.3", Fraction(3, 10)])
def test_a_mixture_is_exact_and_says_what_was_mixed(part: object) -> None:
    target = mixed(pool_proportional(POOL, "income_group"), QUOTA, part)
    assert target.shares == {"H": Fraction(23, 40), "L": Fraction(17, 40)}
    assert target.source == "pool and call X"
    assert target.note.startswith("3/10 of pool, 7/10 of call X")
    assert target.note.endswith("quota of clause 4")


def test_a_group_that_only_one_of_them_names_has_no_share_in_the_other() -> None:
    policy = policy_target({"LM": 1}, "income_group", "call X", "reasons")
    shares = mixed(pool_proportional(POOL, "income_group"), policy, "1/2").shares
    assert shares == {"H": Fraction(3, 8), "L": Fraction(1, 8), "LM": Fraction(1, 2)}


@pytest.mark.parametrize("part", [-0.1, 1.1, "much", True, None])
def test_a_part_that_is_no_part_is_refused(part: object) -> None:
    with pytest.raises(InputError, match="pool_part"):
        mixed(pool_proportional(POOL, "income_group"), QUOTA, part)


def test_targets_of_two_attributes_are_not_mixed() -> None:
    with pytest.raises(InputError, match="cannot be mixed"):
        mixed(pool_proportional(POOL, "m49"), QUOTA, 0.5)


def test_a_target_is_found_by_its_name() -> None:
    assert target_named("none", POOL, "income_group") is None
    assert target_named("pool", [], "income_group") is None
    assert target_named("pool", POOL, "income_group") == pool_proportional(POOL, "income_group")
    assert target_named("uniform", POOL, "income_group") == uniform(POOL, "income_group")
    assert target_named("policy", POOL, "income_group", QUOTA) == QUOTA
    half = mixed(pool_proportional(POOL, "income_group"), QUOTA, "1/2")
    assert target_named("policy", POOL, "income_group", QUOTA, "1/2") == half
    assert target_named("uniform", POOL, "income_group", pool_part=1).shares == pool_proportional(POOL).shares  # type: ignore[union-attr]
    with pytest.raises(InputError, match="no shares"):
        target_named("policy", POOL, "income_group")
    with pytest.raises(InputError, match="no target 'pools'"):
        target_named("pools", POOL, "income_group")
