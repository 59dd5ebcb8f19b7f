"""Whether attention piles up on few."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.errors import InputError
from matchmaker.measures.concentration import coverage, gini, herfindahl, top_share

AMOUNTS = st.lists(st.floats(0, 1000, allow_subnormal=False), min_size=1, max_size=40).filter(lambda a: max(a) > 1e-6)


@pytest.mark.parametrize(
    ("amounts", "value"),
    [([1, 1, 1, 1], 0), ([0, 0, 0, 4], 0.75), ([1, 2, 3, 4], 0.25), ([2, 2, 1, 1], 0.166667), ([3, 3, 0, 0], 0.5)],
)
def test_gini_has_the_known_figures(amounts: list[int], value: float) -> None:
    assert gini(amounts) == pytest.approx(value, abs=1e-6)


def test_concentration_of_shares_has_the_known_figures() -> None:
    found = herfindahl([0.5, 0.25, 0.25])
    assert found.hhi == pytest.approx(0.375, abs=1e-6)
    assert found.effective_number == pytest.approx(2.666667, abs=1e-6)
    assert found.normalised == pytest.approx(0.0625, abs=1e-6)


@given(AMOUNTS)
def test_gini_is_half_the_relative_mean_difference(amounts: list[float]) -> None:
    n = len(amounts)
    differences = math.fsum(abs(a - b) for a, b in itertools.product(amounts, repeat=2))
    assert gini(amounts) == pytest.approx(differences / (2 * n * math.fsum(amounts)), abs=1e-9)
    assert 0 <= gini(amounts) <= 1 - 1 / n + 1e-12


@given(AMOUNTS, st.floats(0.01, 100), st.randoms(use_true_random=False), st.integers(2, 4))
def test_gini_cares_for_no_unit_no_order_and_no_copies(
    amounts: list[float], unit: float, dice: object, copies: int
) -> None:
    value = gini(amounts)
    shuffled = list(amounts)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    assert gini([amount * unit for amount in shuffled]) == pytest.approx(value, abs=1e-9)
    assert gini(amounts * copies) == pytest.approx(value, abs=1e-9)


@given(AMOUNTS.filter(lambda a: max(a) - min(a) > 1e-3), st.floats(0.1, 0.5))
def test_a_transfer_from_the_most_to_the_least_shown_lowers_gini_and_hhi(amounts: list[float], part: float) -> None:
    most, least = amounts.index(max(amounts)), amounts.index(min(amounts))
    moved = (amounts[most] - amounts[least]) * part
    after = list(amounts)
    after[most] -= moved
    after[least] += moved
    assert gini(after) < gini(amounts)
    assert herfindahl(after).hhi < herfindahl(amounts).hhi


@given(st.floats(1e-300, 1e300), st.integers(1, 50))
def test_equal_amounts_are_not_concentrated(amount: float, n: int) -> None:
    assert gini([amount] * n) == pytest.approx(0, abs=1e-12)
    found = herfindahl([amount] * n)
    assert found.hhi == pytest.approx(1 / n)
    assert found.effective_number == pytest.approx(n)
    assert math.isnan(found.normalised) if n == 1 else found.normalised == pytest.approx(0, abs=1e-12)


@given(st.integers(2, 50))
def test_all_on_one_is_as_concentrated_as_can_be(n: int) -> None:
    amounts = [0.0] * (n - 1) + [7.0]
    assert gini(amounts) == pytest.approx(1 - 1 / n)
    assert herfindahl(amounts).hhi == 1
    assert herfindahl(amounts).normalised == pytest.approx(1)
    assert top_share(amounts) == 1


def test_coverage_counts_the_eligible_who_were_shown_at_all() -> None:
    assert coverage([3, 3, 0, 0]) == 0.5
    assert coverage([2, 2, 1, 1]) == 1.0
    assert coverage([0]) == 0.0


def test_the_most_shown_hundredth_is_whole_people_and_at_least_one() -> None:
    assert top_share([1.0] * 100) == pytest.approx(0.01)
    assert top_share([1.0] * 101) == pytest.approx(2 / 101)
    # 0.01 · 700 is 7.000000000000001 in binary numbers, which would round up to 8.
    assert top_share([1.0] * 700) == pytest.approx(0.01)
    assert top_share([1, 2, 7]) == pytest.approx(0.7)
    assert top_share([1, 2, 7], Fraction(2, 3)) == pytest.approx(0.9)


@given(AMOUNTS)
def test_the_most_shown_have_at_least_their_part_of_the_attention(amounts: list[float]) -> None:
    assert 1 / len(amounts) - 1e-12 <= top_share(amounts) <= top_share(amounts, Fraction(1, 2)) + 1e-12
    assert top_share(amounts, Fraction(1)) == pytest.approx(1)


def test_where_nothing_was_shared_there_is_no_figure() -> None:
    assert math.isnan(gini([0, 0]))
    assert math.isnan(top_share([0, 0]))
    assert math.isnan(herfindahl([0, 0]).hhi)
    assert math.isnan(herfindahl([0, 0]).effective_number)


@pytest.mark.parametrize("measure", [gini, coverage, top_share, herfindahl])
@pytest.mark.parametrize("amounts", [[], [[1, 2]], [1, -1], [math.nan], [math.inf]])
def test_amounts_that_are_none_are_refused(measure: object, amounts: object) -> None:
    with pytest.raises(InputError):
        measure(amounts)  # type: ignore[operator]


def test_a_part_that_is_none_is_refused() -> None:
    for part in (Fraction(0), Fraction(3, 2)):
        with pytest.raises(InputError, match="the most shown"):
            top_share([1, 2], part)
