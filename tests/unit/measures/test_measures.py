"""The figures are those of a worked example: 12 candidates of three groups, target H 1/2, UM 3/10, L 1/5, ten shown."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.errors import InputError
from matchmaker.measures.exposure import exposure_share
from matchmaker.measures.ranking import dcg, ndcg, position_weights
from matchmaker.measures.representation import (
    floor_at,
    infeasible_count,
    infeasible_index,
    ndkl,
    prefix_counts,
    skew,
)

TARGET = {"H": Fraction(1, 2), "UM": Fraction(3, 10), "L": Fraction(1, 5)}
LISTS = {
    "unfair": ["H"] * 6 + ["UM", "UM", "L", "L"],
    "greedy": ["H", "UM", "H", "UM", "L", "H", "H", "L", "H", "UM"],
    "cons": ["H", "UM", "H", "L", "H", "UM", "H", "L", "H", "UM"],
}
GROUPS = st.lists(st.sampled_from("ABCD"), min_size=1, max_size=30)
SCORES = st.lists(st.floats(0, 1, allow_subnormal=False), min_size=1, max_size=30)


@pytest.mark.parametrize(("name", "value"), [("unfair", 0.553976), ("greedy", 0.242541), ("cons", 0.219510)])
def test_ndkl_has_the_known_figures(name: str, value: float) -> None:
    assert ndkl(LISTS[name], TARGET) == pytest.approx(value, abs=1e-6)


def test_skew_has_the_known_figures() -> None:
    found = skew(LISTS["unfair"], TARGET, 10)
    assert found == pytest.approx({"H": 0.182322, "UM": -0.405465, "L": 0.0}, abs=1e-6)
    assert set(skew(LISTS["cons"], TARGET, 10).values()) == {0.0}


def test_infeasible_prefixes_have_the_known_figures() -> None:
    assert (infeasible_index(LISTS["unfair"], TARGET), infeasible_count(LISTS["unfair"], TARGET)) == (6, 9)
    for name in ("greedy", "cons"):
        assert (infeasible_index(LISTS[name], TARGET), infeasible_count(LISTS[name], TARGET)) == (0, 0)


@pytest.mark.parametrize(
    ("name", "shares"),
    [
        ("unfair", {"H": 0.727330, "UM": 0.142795, "L": 0.129875}),
        ("greedy", {"H": 0.548154, "UM": 0.297272, "L": 0.154574}),
        ("cons", {"H": 0.554899, "UM": 0.280882, "L": 0.164220}),
    ],
)
def test_exposure_has_the_known_figures(name: str, shares: dict[str, float]) -> None:
    assert {group: exposure_share(LISTS[name], group) for group in shares} == pytest.approx(shares, abs=1e-6)


def test_attention_per_head_has_the_known_figures() -> None:
    weights = position_weights(4)
    first_two, last_two = weights[:2].mean(), weights[2:].mean()
    assert (first_two, last_two) == pytest.approx((0.815465, 0.465338), abs=1e-6)
    assert last_two / first_two == pytest.approx(0.570642, abs=1e-6)


def test_a_floor_is_exact_where_binary_floating_point_is_not() -> None:
    assert math.floor(0.29 * 100) == 28
    assert floor_at(Fraction("0.29"), 100) == 29


def test_a_group_that_is_not_shown_has_a_skew_of_minus_infinity_and_nothing_is_smoothed() -> None:
    assert skew(["H", "H"], TARGET, 2) == {"H": math.log(2), "UM": -math.inf, "L": -math.inf}


def test_a_group_shown_without_a_share_is_infinitely_far_from_the_target() -> None:
    assert skew(["X", "H"], TARGET, 2)["X"] == math.inf
    assert ndkl(["H", "X"], TARGET) == math.inf


def test_prefix_counts_grow_place_by_place() -> None:
    assert prefix_counts(["A", "B", "A"]) == {"A": [1, 1, 2], "B": [0, 1, 1]}
    assert prefix_counts([]) == {}


def test_gain_has_a_figure_that_can_be_done_by_hand() -> None:
    assert dcg([3, 2, 0, 1]) == pytest.approx(3 + 2 / math.log2(3) + 1 / math.log2(5))
    assert dcg([]) == 0.0
    assert ndcg([0.5, 1.0], [1.0, 0.5, 0.2]) == pytest.approx((0.5 + 1 / math.log2(3)) / (1 + 0.5 / math.log2(3)))


def test_where_there_is_nothing_to_gain_nothing_is_lost() -> None:
    assert ndcg([0.0, 0.0], [0.0, 0.0, 0.0]) == 1.0
    assert ndcg([], [0.3]) == 1.0


@pytest.mark.parametrize("scores", [[-0.1], [math.nan], [math.inf]])
def test_a_score_that_is_no_gain_is_refused(scores: list[float]) -> None:
    with pytest.raises(InputError, match="negative or not a number"):
        ndcg(scores, scores)


def test_impossible_questions_are_refused() -> None:
    with pytest.raises(InputError, match="pool of 1"):
        ndcg([0.1, 0.2], [0.3])
    with pytest.raises(InputError, match="no prefix of 3"):
        skew(["A", "B"], TARGET, 3)
    with pytest.raises(InputError):
        ndkl([], TARGET)
    with pytest.raises(InputError):
        exposure_share([], "A")
    with pytest.raises(InputError):
        position_weights(-1)


@given(SCORES, st.randoms(use_true_random=False), st.integers(1, 30))
def test_no_order_gains_more_than_the_order_by_score(scores: list[float], dice: object, k: int) -> None:
    shown = list(scores)
    dice.shuffle(shown)  # type: ignore[attr-defined]
    assert 0.0 <= ndcg(shown[:k], scores) <= 1.0 + 1e-12
    assert ndcg(sorted(scores, reverse=True)[:k], scores) == pytest.approx(1.0)


@given(GROUPS)
def test_shares_of_attention_sum_to_one(groups: list[str]) -> None:
    assert sum(exposure_share(groups, group) for group in set(groups)) == pytest.approx(1.0)


@given(GROUPS)
def test_prefix_counts_agree_with_counting(groups: list[str]) -> None:
    for group, counts in prefix_counts(groups).items():
        assert counts == [groups[:k].count(group) for k in range(1, len(groups) + 1)]


@given(GROUPS)
def test_ndkl_agrees_with_the_formula_written_out(groups: list[str]) -> None:
    target = {"A": Fraction(2, 5), "B": Fraction(3, 10), "C": Fraction(1, 5), "D": Fraction(1, 10)}
    total, z = 0.0, 0.0
    for k in range(1, len(groups) + 1):
        found = np.array([groups[:k].count(g) / k for g in "ABCD"])
        wanted = np.array([float(target[g]) for g in "ABCD"])
        seen = found > 0
        total += float((found[seen] * np.log(found[seen] / wanted[seen])).sum()) / math.log2(k + 1)
        z += 1 / math.log2(k + 1)
    assert ndkl(groups, target) == pytest.approx(total / z)
    assert ndkl(groups, target) >= 0
