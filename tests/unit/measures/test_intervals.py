"""Intervals from drawing lists again: against index arrays, against theory, and where there must be none."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from matchmaker.errors import InputError
from matchmaker.measures.intervals import (
    FEWEST_LISTS,
    Estimate,
    bootstrap,
    mean_intervals,
    paired_intervals,
    ratio_intervals,
    resampled_sums,
)
from matchmaker.measures.quotients import quotient, shares_of

Floats = NDArray[np.float64]


def dice(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def width(estimate: Estimate) -> float:
    assert estimate.low is not None
    assert estimate.high is not None
    return estimate.high - estimate.low


@given(st.integers(1, 60), st.integers(1, 4), st.integers(0, 1000))
def test_every_resample_draws_as_many_lists_as_there_are(n: int, columns: int, seed: int) -> None:
    rows = dice(seed).normal(size=(n, columns))
    times = resampled_sums(np.eye(n), dice(seed + 1), 50)
    assert (times.sum(axis=1) == n).all()
    assert set(np.unique(times)) <= set(range(n + 1))
    assert resampled_sums(rows, dice(seed + 1), 50) == pytest.approx(times @ rows)


@pytest.mark.parametrize("portion", [50_000 * 20, 50_000 * 3, 1])
def test_lists_are_drawn_evenly_and_in_each_others_stead(monkeypatch: pytest.MonkeyPatch, portion: int) -> None:
    # Once on average, and as often as n draws with replacement: variance 1 - 1/n, covariance -1/n.
    n, resamples = 8, 50_000
    monkeypatch.setattr("matchmaker.measures.intervals._DRAWS_AT_A_TIME", portion)
    times = resampled_sums(np.eye(n), dice(2), resamples)
    assert times.mean(axis=0) == pytest.approx(np.ones(n), abs=0.02)
    assert np.cov(times.T) == pytest.approx(np.eye(n) - 1 / n, abs=0.03)


def test_intervals_are_those_of_index_arrays() -> None:
    rng = dice(21)
    rows = rng.random((80, 3)) + 0.1
    drawn = rng.integers(0, 80, size=(20_000, 80))
    expected = np.percentile(shares_of(rows[drawn].sum(axis=1)), [2.5, 97.5], axis=0)
    found = bootstrap(rows, shares_of, rng, resamples=20_000)
    assert [e.low for e in found] == pytest.approx(expected[0].tolist(), rel=0.005)
    assert [e.high for e in found] == pytest.approx(expected[1].tolist(), rel=0.005)


def test_the_interval_of_a_mean_holds_the_truth_about_as_often_as_it_says() -> None:
    rng = dice(20)
    values = rng.exponential(size=(150, 400))  # 400 samples of 150 lists, whose true mean is 1
    found = mean_intervals(values, rng)
    held = np.mean([e.low is not None and e.high is not None and e.low <= 1 <= e.high for e in found])
    # 95 % less a little for skewed figures; three standard errors of 400 trials are 3.3 points.
    assert 0.90 <= held <= 0.98


def test_the_interval_of_a_mean_is_as_wide_as_theory_says() -> None:
    values = dice(3).normal(5, 2, size=(2_000, 1))
    (found,) = mean_intervals(values, dice(4))
    assert found.value == pytest.approx(values.mean())
    assert width(found) == pytest.approx(2 * 1.96 * values.std() / np.sqrt(2_000), rel=0.1)


def test_the_interval_of_a_ratio_is_as_wide_as_theory_says() -> None:
    rng = dice(5)
    bottoms = rng.uniform(1, 3, size=(2_000, 1))
    tops = 0.5 * bottoms + rng.normal(0, 0.3, size=(2_000, 1))
    (found,) = ratio_intervals(tops, bottoms, dice(6))
    ratio = float(tops.sum() / bottoms.sum())
    assert found.value == pytest.approx(ratio)
    # The delta method: spread of the residuals over the mean of the denominator.
    error = float((tops - ratio * bottoms).std() / bottoms.mean() / np.sqrt(2_000))
    assert width(found) == pytest.approx(2 * 1.96 * error, rel=0.1)


def test_the_same_dice_give_the_same_interval() -> None:
    values = dice().random((50, 3))
    assert mean_intervals(values, dice(7)) == mean_intervals(values, dice(7))
    assert mean_intervals(values, dice(7)) != mean_intervals(values, dice(8))


@given(st.integers(0, FEWEST_LISTS - 1))
def test_nothing_is_claimed_on_fewer_than_thirty_lists(n: int) -> None:
    (found,) = mean_intervals(dice().random((n, 1)), dice())
    assert (found.low, found.high, found.units) == (None, None, n)
    assert (found.value is None) == (n == 0)


def test_thirty_lists_are_enough() -> None:
    (found,) = mean_intervals(dice().random((FEWEST_LISTS, 1)), dice())
    assert width(found) > 0


def test_lists_without_a_value_are_left_out_and_counted_out() -> None:
    values = np.column_stack([np.arange(60.0), np.where(np.arange(60) < 29, 1.0, np.nan), np.full(60, np.nan)])
    whole, few, none = mean_intervals(values, dice())
    assert (whole.units, whole.value) == (60, pytest.approx(29.5))
    assert (few.value, few.low, few.high, few.units) == (1.0, None, None, 29)
    assert (none.value, none.low, none.high, none.units) == (None, None, None, 0)


def test_a_resample_without_an_answer_leaves_no_interval() -> None:
    # One list of 40 has the group; a resample misses it with probability 0.36.
    rows = np.zeros((40, 2))
    rows[0] = (1.0, 2.0)
    (found,) = bootstrap(rows, lambda sums: quotient(sums[..., :1], sums[..., 1:]), dice())
    assert (found.value, found.low, found.high) == (0.5, None, None)


def test_lists_of_one_seeker_that_say_the_same_are_not_counted_as_many() -> None:
    rng = dice(9)
    per_seeker = rng.normal(size=(60, 1))
    values, seekers = np.repeat(per_seeker, 20, axis=0), np.repeat(np.arange(60), 20)
    (alone,) = mean_intervals(values, dice(10))
    (together,) = mean_intervals(values, dice(10), clusters=seekers)
    assert together.value == pytest.approx(alone.value)
    assert together.units == 60
    assert width(together) == pytest.approx(width(alone) * np.sqrt(20), rel=0.15)
    # Sixty seekers, each once, drawn with the same dice.
    (each_once,) = mean_intervals(per_seeker, dice(10))
    assert (together.low, together.high) == (pytest.approx(each_once.low), pytest.approx(each_once.high))


def test_few_seekers_are_too_few_however_many_lists_they_asked_for() -> None:
    seekers = np.array([f"seeker {i % 29}" for i in range(500)])
    (found,) = mean_intervals(dice().random((500, 1)), dice(), clusters=seekers)
    assert (found.low, found.high, found.units) == (None, None, 29)


def test_clusters_may_have_any_names_in_any_order() -> None:
    rng = dice(11)
    values, numbers = rng.random((200, 2)), rng.integers(0, 40, 200)
    names = np.array([f"s{number:02}" for number in numbers])
    assert mean_intervals(values, dice(12), clusters=names) == mean_intervals(values, dice(12), clusters=numbers)


def test_two_versions_of_the_same_lists_are_compared_together() -> None:
    rng = dice(13)
    before = rng.random((300, 3)) * rng.uniform(1, 10, size=(300, 1))
    after = before + np.array([0.1, 0.0, 0.0])
    differences = paired_intervals(before, after, shares_of, dice(14))
    by_hand = shares_of(after.sum(axis=0)) - shares_of(before.sum(axis=0))
    assert [e.value for e in differences] == pytest.approx(by_hand.tolist())
    assert differences[0].low is not None
    assert differences[0].low > 0
    (single, *_) = bootstrap(after, shares_of, dice(14))
    assert width(differences[0]) < width(single) / 5


def test_versions_that_are_the_same_differ_by_exactly_nothing() -> None:
    rows = dice().random((40, 2))
    for found in paired_intervals(rows, rows, shares_of, dice()):
        assert (found.value, found.low, found.high) == (0.0, 0.0, 0.0)


def test_a_paired_difference_can_draw_clusters() -> None:
    rows = dice().random((100, 2))
    found = paired_intervals(rows, rows * [2, 1], shares_of, dice(), clusters=np.arange(100) // 2)
    assert [e.units for e in found] == [50, 50]


def test_what_is_no_table_of_numbers_is_refused() -> None:
    table = np.ones((40, 2))
    with pytest.raises(InputError, match="rows of shape"):
        bootstrap(np.ones(40), shares_of, dice())
    with pytest.raises(InputError, match="row 3 of rows"):
        bootstrap(np.where(np.arange(40)[:, None] == 3, np.nan, table), shares_of, dice())
    with pytest.raises(InputError, match="row 3 of values"):
        mean_intervals(np.where(np.arange(40)[:, None] == 3, np.inf, table), dice())
    with pytest.raises(InputError, match="clusters of shape"):
        mean_intervals(table, dice(), clusters=np.arange(39))
    with pytest.raises(InputError, match="0 resamples"):
        mean_intervals(table, dice(), resamples=0)
    with pytest.raises(InputError, match="numerators"):
        ratio_intervals(table, np.ones((40, 1)), dice())
    with pytest.raises(InputError, match="before"):
        paired_intervals(table, np.ones((39, 2)), shares_of, dice())


def test_a_hundred_thousand_lists_need_little_memory() -> None:
    rows = dice().random((100_000, 30))
    tracemalloc.start()
    found = bootstrap(rows, lambda sums: sums[..., :15] / sums[..., 15:], dice())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(found) == 15
    assert peak < 200e6
