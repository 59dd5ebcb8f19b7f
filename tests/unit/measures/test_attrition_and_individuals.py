"""Who is lost at a filter, and who gets attention out of proportion to relevance."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.errors import InputError
from matchmaker.measures.attrition import attrition, is_finding, pass_rates
from matchmaker.measures.individual import individual_unfairness

COUNTS = st.lists(st.tuples(st.integers(1, 500), st.floats(0.01, 1)), min_size=1, max_size=6)


def test_attrition_is_told_against_the_group_that_passes_best() -> None:
    assert pass_rates([10, 20, 5], [5, 15, 1]).tolist() == [0.5, 0.75, 0.2]
    assert attrition([10, 20, 5], [5, 15, 1]) == pytest.approx([2 / 3, 1.0, 4 / 15])


def test_a_group_nobody_entered_of_has_no_rate_and_does_not_count_as_best() -> None:
    found = attrition([0, 10], [0, 5])
    assert np.isnan(found).tolist() == [True, False]
    assert found[1] == 1.0
    assert np.isnan(attrition([4, 10], [0, 0])).all()
    assert attrition([4, 10], [0, 5]).tolist() == [0.0, 1.0]


@given(COUNTS)
def test_some_group_passes_best_and_none_better(counts: list[tuple[int, float]]) -> None:
    entered = [people for people, _ in counts]
    found = attrition(entered, [people * rate for people, rate in counts])
    assert found.max() == 1.0
    assert (found >= 0).all()


def test_many_filters_are_measured_as_each_by_itself() -> None:
    entered = np.array([[10, 20], [8, 8]])
    passed = np.array([[5, 15], [8, 2]])
    assert attrition(entered, passed).tolist() == [attrition(entered[i], passed[i]).tolist() for i in range(2)]


def test_counts_that_cannot_be_are_refused() -> None:
    with pytest.raises(InputError, match="6 of 5 passed"):
        attrition([5, 5], [5, 6])
    with pytest.raises(InputError, match="entered holds -1"):
        attrition([-1], [0])
    with pytest.raises(InputError, match="no groups"):
        attrition([], [])


def test_a_finding_needs_a_low_value_and_an_interval_below_one() -> None:
    assert is_finding(0.7, 0.95)
    assert not is_finding(0.8, 0.95)
    assert not is_finding(0.7, 1.0)
    assert not is_finding(0.7, None)
    assert not is_finding(None, None)


def test_attention_that_follows_relevance_leaves_nothing_owed() -> None:
    assert individual_unfairness([2, 1, 1], [0.8, 0.4, 0.4]) == pytest.approx(0)
    assert individual_unfairness([1, 0], [0, 1]) == pytest.approx(2)
    assert individual_unfairness([3, 1], [1, 1]) == pytest.approx(0.5)


def test_lists_make_up_for_each_other_over_a_batch() -> None:
    relevance = [[1.0, 1.0], [1.0, 1.0]]
    assert individual_unfairness([[1, 0], [1, 0]], relevance) == pytest.approx(1)
    assert individual_unfairness([[1, 0], [0, 1]], relevance) == pytest.approx(0)


def test_every_list_of_a_batch_weighs_the_same() -> None:
    assert individual_unfairness([[100, 0], [0, 1]], [[1, 1], [1, 1]]) == pytest.approx(0)


@given(st.integers(1, 6), st.integers(1, 8), st.integers(0, 1000))
def test_a_batch_is_at_most_as_unfair_as_its_lists_on_average(lists: int, candidates: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    attention, relevance = rng.random((lists, candidates)) + 0.01, rng.random((lists, candidates)) + 0.01
    together = individual_unfairness(attention, relevance)
    each = [individual_unfairness(attention[i], relevance[i]) for i in range(lists)]
    assert 0 <= together <= np.mean(each) + 1e-12 <= 2 + 2e-12


def test_a_list_without_relevance_has_no_answer_and_bad_shapes_are_refused() -> None:
    assert math.isnan(individual_unfairness([[1, 0], [1, 1]], [[0, 0], [1, 1]]))
    with pytest.raises(InputError, match="shape"):
        individual_unfairness([1, 2], [1, 2, 3])
    with pytest.raises(InputError, match="shape"):
        individual_unfairness([], [])
    with pytest.raises(InputError, match="relevance holds -1"):
        individual_unfairness([1, 2], [1, -1])
