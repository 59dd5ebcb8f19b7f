"""Extremes of skew, and the fast sums against the definitions written out in fractions."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.errors import InputError
from matchmaker.measures.ranking import largest_fall
from matchmaker.measures.representation import (
    groups_below,
    infeasible_count,
    infeasible_index,
    max_skew,
    min_skew,
    ndkl,
    skew,
)

TARGET = {"H": Fraction(1, 2), "UM": Fraction(3, 10), "L": Fraction(1, 5)}
UNFAIR = ["H"] * 6 + ["UM", "UM", "L", "L"]
RELAXED = ["H", "UM", "H", "L", "H", "UM", "H", "L", "H", "UM"]
GROUPS = st.lists(st.sampled_from("ABCD"), min_size=1, max_size=40)


@st.composite
def targets(draw: st.DrawFn) -> dict[str, Fraction]:
    """Shares of A to D from counts, so that some groups may have none; they sum to exactly 1."""
    counts = draw(st.lists(st.integers(0, 40), min_size=4, max_size=4).filter(any))
    return {group: Fraction(count, sum(counts)) for group, count in zip("ABCD", counts, strict=True)}


def test_the_extremes_of_skew_have_the_known_figures() -> None:
    assert min_skew(UNFAIR, TARGET, 10) == pytest.approx(-0.405465, abs=1e-6)
    assert max_skew(UNFAIR, TARGET, 10) == pytest.approx(0.182322, abs=1e-6)
    assert (min_skew(RELAXED, TARGET, 10), max_skew(RELAXED, TARGET, 10)) == (0.0, 0.0)


def test_the_relaxed_list_has_the_known_figures() -> None:
    assert ndkl(RELAXED, TARGET) == pytest.approx(0.21951, abs=1e-6)
    assert (infeasible_index(RELAXED, TARGET), infeasible_count(RELAXED, TARGET)) == (0, 0)


def test_an_extreme_that_is_infinite_is_reported_as_infinite() -> None:
    assert min_skew(["H", "H"], TARGET, 2) == -math.inf
    assert max_skew(["X", "H"], TARGET, 2) == math.inf
    with pytest.raises(InputError, match="no prefix of 3"):
        min_skew(["H", "H"], TARGET, 3)


@given(GROUPS, targets(), st.data())
def test_some_group_is_at_most_proportional_and_some_at_least(
    groups: list[str], target: dict[str, Fraction], data: st.DataObject
) -> None:
    k = data.draw(st.integers(1, len(groups)))
    low, high = min_skew(groups, target, k), max_skew(groups, target, k)
    assert low <= 0 <= high
    assert {low, high} <= set(skew(groups, target, k).values())


@given(GROUPS, targets())
def test_floors_are_counted_as_the_definition_counts_them(groups: list[str], target: dict[str, Fraction]) -> None:
    expected = [
        sum(groups[:k].count(group) < math.floor(share * k) for group, share in target.items())
        for k in range(1, len(groups) + 1)
    ]
    assert groups_below(groups, target) == expected
    assert infeasible_count(groups, target) == sum(expected)
    assert infeasible_index(groups, target) == sum(below > 0 for below in expected)


def test_a_group_of_the_target_that_is_never_shown_is_below_its_floors() -> None:
    assert groups_below(["A"] * 4, {"A": Fraction(1, 2), "B": Fraction(1, 2)}) == [0, 1, 1, 1]
    assert groups_below([], {"A": Fraction(1)}) == []


def test_a_floor_that_binary_numbers_get_wrong_is_counted_right() -> None:
    target = {"A": Fraction("0.29"), "B": Fraction("0.71")}
    # ⌊0.29 · 100⌋ is 29: with 28 of A the hundredth prefix is below.
    assert groups_below(["A"] * 28 + ["B"] * 72, target)[99] == 1
    assert groups_below(["A"] * 29 + ["B"] * 71, target)[99] == 0


@given(GROUPS, targets())
def test_divergence_agrees_with_the_definition_in_fractions(groups: list[str], target: dict[str, Fraction]) -> None:
    if not all(target[group] for group in groups):
        assert ndkl(groups, target) == math.inf
        return
    total = z = 0.0
    for k in range(1, len(groups) + 1):
        parts = {group: Fraction(groups[:k].count(group), k) for group in set(groups[:k])}
        divergence = math.fsum(float(part) * math.log(part / target[group]) for group, part in parts.items())
        total += divergence / math.log2(k + 1)
        z += 1 / math.log2(k + 1)
    assert ndkl(groups, target) == pytest.approx(total / z, rel=1e-9, abs=1e-12)
    assert ndkl(groups, target) >= 0


def test_a_list_of_one_group_that_should_have_all_places_does_not_diverge() -> None:
    assert ndkl(["A"] * 40, {"A": Fraction(1)}) == 0.0


def test_the_largest_fall_counts_whoever_was_shown_before() -> None:
    assert largest_fall("abcd", "abcd") == 0
    assert largest_fall("abcd", "bcda") == 3
    assert largest_fall(["a", "b", "c", "d"], ["a", "d"]) == 1  # b was second, and is now behind the second place
    assert largest_fall([], []) == 0
