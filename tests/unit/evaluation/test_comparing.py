"""Intervals drawn by publication, and Holm's correction by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.evaluation.comparing import RESAMPLES, differences, holm, intervals
from matchmaker.evaluation.splits import Split, Truth

NAN = float("nan")


def split_of(query: list[int], work: list[int]) -> Split:
    """Answers of queries through publications; who they are does not matter."""
    n = len(query)
    truth = Truth(np.array(query, np.int32), np.zeros(n, np.int32), np.ones(n), np.array(work, np.int32))
    corpus: Any = None
    return Split(corpus, np.arange(max(query) + 1, dtype=np.int32), np.arange(1, dtype=np.int32), truth)


def apart(n: int) -> Split:
    """Each query through a publication of its own."""
    return split_of(list(range(n)), list(range(n)))


def test_equal_rankings_differ_by_nothing_for_certain() -> None:
    values = np.random.default_rng(1).random(50)
    same = differences(apart(50), values, {"same": values.copy()}, np.random.default_rng(7))["same"]
    assert (same.value, same.low, same.high, same.p, same.p_holm) == (0, 0, 0, 1, 1)
    assert (same.queries, same.publications) == (50, 50)


def test_rankings_that_differ_by_chance_have_an_interval_around_zero() -> None:
    rng = np.random.default_rng(3)
    inside = 0
    for _ in range(40):
        one, two = rng.random((2, 60))
        found = differences(apart(60), one, {"two": two}, rng, resamples=400)["two"]
        assert found.low <= found.value <= found.high
        inside += found.low <= 0 <= found.high
    assert inside >= 34  # 38 are expected


def test_a_better_ranking_is_above_zero_and_swapping_turns_the_sign() -> None:
    rng = np.random.default_rng(5)
    worse = rng.random(80)
    better = worse + rng.normal(0.2, 0.1, 80)
    found = differences(apart(80), better, {"worse": worse}, np.random.default_rng(7))["worse"]
    turned = differences(apart(80), worse, {"better": better}, np.random.default_rng(7))["better"]
    assert found.low > 0
    assert found.p == pytest.approx(2 / (RESAMPLES + 1))
    assert (turned.value, turned.low, turned.high) == pytest.approx((-found.value, -found.high, -found.low))


def test_the_value_is_the_mean_over_queries_that_have_one() -> None:
    ours, theirs = np.arange(40.0), np.zeros(40)
    ours[:5] = np.nan
    found = differences(apart(40), ours, {"none": theirs}, np.random.default_rng(7))["none"]
    assert found.value == pytest.approx(np.arange(5.0, 40.0).mean())
    assert (found.queries, found.publications) == (35, 35)


def test_queries_of_one_publication_are_drawn_together() -> None:
    values = np.repeat(np.random.default_rng(2).random(40), 10)
    publications = np.repeat(np.arange(40), 10)
    together = intervals(split_of(list(range(400)), publications.tolist()), {"": values}, np.random.default_rng(7))[""]
    alone = intervals(apart(400), {"": values}, np.random.default_rng(7))[""]
    wide, narrow = together[1] - together[0], alone[1] - alone[0]
    assert wide / narrow == pytest.approx(np.sqrt(10), rel=0.15)


def test_a_query_through_several_publications_counts_once() -> None:
    """One query hangs on ten publications, forty on one each; its value must not count ten times."""
    query = [0] * 10 + list(range(1, 41))
    values = np.zeros(41)
    values[0] = 1.0
    found = differences(split_of(query, list(range(50))), values, {"none": np.zeros(41)}, np.random.default_rng(7))[
        "none"
    ]
    assert found.publications == 50
    assert found.value == pytest.approx(1 / 41)
    assert found.low <= 1 / 41 <= found.high < 0.1


def test_few_publications_have_no_interval_and_nothing_has_no_value() -> None:
    few = differences(apart(29), np.ones(29), {"none": np.zeros(29)}, np.random.default_rng(7))["none"]
    assert few.value == 1
    assert np.isnan([few.low, few.high, few.p, few.p_holm]).all()
    nothing = differences(apart(40), np.full(40, NAN), {"none": np.zeros(40)}, np.random.default_rng(7))["none"]
    assert np.isnan([nothing.value, nothing.low, nothing.p_holm]).all()
    assert (nothing.queries, nothing.publications) == (0, 0)
    assert np.isnan(intervals(apart(40), {"": np.full(40, NAN)}, np.random.default_rng(7))[""]).all()


def test_the_same_seed_gives_the_same_interval() -> None:
    values = np.random.default_rng(1).random(50)
    one, two = (intervals(apart(50), {"": values}, np.random.default_rng(7))[""] for _ in range(2))
    assert one == two


def test_holm_by_hand() -> None:
    # 0.01 × 4, 0.02 × 3, 0.03 × 2 and never below the one before, 0.5 × 1.
    assert holm({"d": 0.5, "b": 0.02, "c": 0.03, "a": 0.01}) == pytest.approx(
        {"a": 0.04, "b": 0.06, "c": 0.06, "d": 0.5}
    )
    assert holm({"a": 0.4, "b": 0.6}) == pytest.approx({"a": 0.8, "b": 0.8})
    assert holm({"a": 0.7, "b": 0.6}) == {"a": 1.0, "b": 1.0}
    assert holm({}) == {}


def test_what_has_no_p_spoils_no_other() -> None:
    found = holm({"none": NAN, "a": 0.01, "b": 0.02})
    assert np.isnan(found["none"])
    assert (found["a"], found["b"]) == pytest.approx((0.02, 0.02))


@given(st.dictionaries(st.text(max_size=3), st.floats(0, 1), max_size=8))
def test_holm_never_lowers_keeps_the_order_and_ends_at_one(given_p: dict[str, float]) -> None:
    found = holm(given_p)
    assert all(p <= found[name] <= 1 for name, p in given_p.items())
    in_order = sorted(given_p, key=lambda name: given_p[name])
    assert [found[name] for name in in_order] == sorted(found.values())
