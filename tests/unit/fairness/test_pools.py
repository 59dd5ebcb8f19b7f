"""Pools of candidates: from a table or best first they give the same lists, and what is not well formed is refused."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.fairness.relevance import RELEVANCE, Table, allowed, alphas, answered, tables

from matchmaker.errors import InputError, NothingToMatchError
from matchmaker.fairness.pools import pools_best_first, pools_of_matrix
from matchmaker.fairness.twosided import fairrec


def test_candidates_whom_nobody_may_be_shown_do_not_count() -> None:
    table = np.column_stack([RELEVANCE, np.full(3, math.nan)])
    assert fairrec(pools_of_matrix(table), 2, 1).result.exposure == {0: 2, 1: 2, 2: 1, 3: 1}


def test_a_seeker_who_may_be_shown_nobody_is_told_and_not_averaged() -> None:
    table = np.vstack([RELEVANCE, np.full(4, math.nan)])
    found = fairrec(pools_of_matrix(table), 2, 0)
    assert found.lists[3] == ()
    assert found.price.ndcg[3] is None
    assert found.price.mean == 1
    assert found.notes[-1] == "1 of 4 seekers may be shown nobody; their lists are empty"


@given(tables(), st.integers(1, 4), alphas)
def test_pools_best_first_give_the_lists_of_the_table(table: Table, k: int, alpha: Fraction) -> None:
    best = [sorted(pool, key=lambda c: (-row[c], c)) for row, pool in zip(table, allowed(table), strict=True)]
    scores = [[row[c] for c in pool] for row, pool in zip(table, best, strict=True)]
    pools = pools_best_first([[f"A{c}" for c in pool] for pool in best], scores)
    found, known = fairrec(pools, k, alpha), answered(table, k, alpha)[1]
    assert (found.promised, found.feasible) == (known.promised, known.feasible)
    if not known.exchanged:
        assert found.lists == tuple(tuple(f"A{c}" for c in shown) for shown in known.lists)


def test_a_mask_forbids_pairs() -> None:
    mask = np.ones((3, 4), dtype=bool)
    mask[0, 0] = False
    found = fairrec(pools_of_matrix(RELEVANCE, mask), 2, 1)
    assert 0 not in found.lists[0]
    nan = np.where(mask, RELEVANCE, math.nan)
    assert found.lists == fairrec(pools_of_matrix(nan), 2, 1).lists


@pytest.mark.parametrize(
    ("ids", "scores", "message"),
    [
        ([["a", "b"]], [[0.5]], "differ in length"),
        ([["a", "a"]], [[0.5, 0.4]], "seeker 0 holds a candidate twice"),
        ([["a"], ["a", "b"]], [[0.1], [0.5, 0.6]], "scores of seeker 1 rise"),
        ([["a"]], [[-0.1]], "negative or not a number"),
        ([["a"]], [[math.nan]], "negative or not a number"),
        ([["a"]], [[math.inf]], "negative or not a number"),
    ],
)
def test_pools_that_are_not_well_formed_are_refused(
    ids: Sequence[Sequence[str]], scores: Sequence[Sequence[float]], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        pools_best_first(ids, scores)


def test_a_score_may_rise_from_one_seeker_to_the_next() -> None:
    pools = pools_best_first([["a"], [], ["b", "a"]], [[0.1], [], [0.9, 0.2]])
    assert fairrec(pools, 1, 0).lists == (("a",), (), ("b",))


def test_where_no_pair_is_allowed_there_is_nothing_to_match() -> None:
    for table in (np.full((2, 2), math.nan), np.empty((0, 3)), np.empty((3, 0))):
        with pytest.raises(NothingToMatchError):
            pools_of_matrix(table)
    with pytest.raises(NothingToMatchError):
        pools_best_first([[], []], [[], []])


def test_a_table_of_another_shape_is_refused() -> None:
    with pytest.raises(InputError, match="shape"):
        pools_of_matrix(np.ones(3))
    with pytest.raises(InputError, match="shape"):
        pools_of_matrix(RELEVANCE, np.ones((4, 3), dtype=bool))
    with pytest.raises(InputError, match="0 places"):
        fairrec(pools_of_matrix(RELEVANCE), 0, 1)
