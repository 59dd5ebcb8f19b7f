"""Lists for many seekers at once: everybody is in as many as promised, or in as many as can be, and it is said."""

from __future__ import annotations

import itertools
import math
import time
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from tests.unit.fairness.relevance import RELEVANCE, Table, allowed, alphas, answered, tables

from matchmaker.errors import InputError
from matchmaker.fairness.flows import largest_promise
from matchmaker.fairness.pools import pools_best_first, pools_of_matrix
from matchmaker.fairness.twosided import fairrec

# alpha: l, lists, exposure, Gini, coverage; the policy figures for three seekers, four candidates, lists of two.
KNOWN = [
    ("0", 0, ((0, 1), (0, 1), (1, 0)), [3, 3, 0, 0], 0.5, 0.5),
    ("0.5", 0, ((0, 1), (0, 1), (1, 0)), [3, 3, 0, 0], 0.5, 0.5),
    ("1.0", 1, ((0, 2), (1, 0), (3, 1)), [2, 2, 1, 1], 0.166667, 1.0),
]


def most_places(table: Table, k: int, level: int) -> int:
    """Σ min(level, lists) at its largest, one augmenting path at a time: a second implementation of the flow."""
    may = allowed(table)
    has: list[set[int]] = [set() for _ in may]

    def placed(candidate: int, tried: set[int]) -> bool:
        for seeker, pool in enumerate(may):
            if candidate in pool and candidate not in has[seeker] and seeker not in tried:
                tried.add(seeker)
                if len(has[seeker]) < k:
                    has[seeker].add(candidate)
                    return True
                for other in sorted(has[seeker]):
                    if placed(other, tried):
                        has[seeker].symmetric_difference_update({other, candidate})
                        return True
        return False

    columns = sorted({c for pool in may for c in pool})
    return sum(placed(candidate, set()) for candidate in columns for _ in range(level))


def dealt_by_rule(table: Table, k: int, copies: int) -> list[list[int]]:
    """FairRec as it is written: turns over seekers, each takes the best with copies left; then fill."""
    left = Counter({c: copies for pool in allowed(table) for c in pool})
    lists: list[list[int]] = [[] for _ in table]
    for _ in range(k):
        for row, pool, shown in zip(table, allowed(table), lists, strict=True):
            free = [c for c in pool if left[c] and c not in shown]
            if free:
                best = max(free, key=lambda c: (row[c], -c))
                shown.append(best)
                left[best] -= 1
    for row, pool, shown in zip(table, allowed(table), lists, strict=True):
        others = sorted((c for c in pool if c not in shown), key=lambda c: (-row[c], c))
        shown.extend(others[: k - len(shown)])
    return lists


@pytest.mark.parametrize(("alpha", "promised", "lists", "exposure", "gini", "coverage"), KNOWN)
def test_the_worked_example_comes_out_as_known(
    alpha: str, promised: int, lists: object, exposure: list[int], gini: float, coverage: float
) -> None:
    found = fairrec(pools_of_matrix(RELEVANCE), 2, alpha)
    assert (found.promised, found.lists) == (promised, lists)
    assert [found.result.exposure[c] for c in range(4)] == exposure
    assert found.result.gini == pytest.approx(gini, abs=1e-6)
    assert found.result.coverage == coverage
    assert (found.unconstrained.gini, found.unconstrained.coverage) == (0.5, 0.5)
    assert (found.feasible, found.exchanged, found.unmet) == (1, 0, {})


def test_the_price_of_the_worked_example_is_counted_by_hand() -> None:
    found = fairrec(pools_of_matrix(RELEVANCE), 2, 1)
    second = 1 / math.log2(3)
    first = (0.9 + 0.2 * second) / (0.9 + 0.8 * second)
    other = (0.7 + 0.9 * second) / (0.9 + 0.7 * second)
    last = (0.2 + 0.9 * second) / (0.9 + 0.8 * second)
    assert found.price.ndcg == pytest.approx((first, other, last))
    assert found.price.mean == pytest.approx((first + other + last) / 3)
    assert found.price.lowest == pytest.approx(last)


def test_a_list_can_be_asked_for_best_first() -> None:
    pools = pools_of_matrix(RELEVANCE)
    assert fairrec(pools, 2, 1, best_first=True).lists == ((0, 2), (0, 1), (1, 3))
    assert fairrec(pools, 2, 1, best_first=True).price.mean > fairrec(pools, 2, 1).price.mean


@given(tables(), st.integers(1, 4), alphas)
def test_only_allowed_pairs_are_made_nobody_twice_and_lists_are_full(table: Table, k: int, alpha: Fraction) -> None:
    _, found = answered(table, k, alpha)
    for shown, pool in zip(found.lists, allowed(table), strict=True):
        assert set(shown) <= set(pool)
        assert len(shown) == len(set(shown)) == min(k, len(pool))


@given(tables(), st.integers(1, 4), alphas)
# Turns end with a candidate whom only a list that holds them already could take.
@example([[0.9, 0.5, 0.1], [0.5, 0.9, 0.1], [0.1, 0.5, 0.9]], 2, Fraction(1))
# The first seeker takes the only candidate of the second.
@example([[0.9, 0.1], [0.9, math.nan]], 1, Fraction(1))
def test_everybody_is_in_as_many_lists_as_promised_and_feasible(table: Table, k: int, alpha: Fraction) -> None:
    _, found = answered(table, k, alpha)
    seen = Counter(c for shown in found.lists for c in shown)
    columns = {c for pool in allowed(table) for c in pool}
    assert found.promised == math.floor(alpha * len(table) * k / len(columns))
    assert found.result.exposure == {c: seen[c] for c in columns}
    assert min(seen[c] for c in columns) >= min(found.promised, found.feasible)


# One seeker has two candidates of their own and one place, so not everybody can have a list; the others all can.
SPLIT = [[0.9, 0.8, math.nan, math.nan]] + [[math.nan, math.nan, 0.9, 0.1]] * 3


@given(tables(), st.integers(1, 4), alphas)
@example(SPLIT, 1, Fraction(1))
def test_beyond_what_everybody_can_have_as_many_lists_as_possible_are_kept(
    table: Table, k: int, alpha: Fraction
) -> None:
    _, found = answered(table, k, alpha)
    kept = sum(min(found.promised, lists) for lists in found.result.exposure.values())
    assert kept == most_places(table, k, found.promised)
    assert found.unmet == {
        c: found.promised - lists for c, lists in found.result.exposure.items() if lists < found.promised
    }
    assert sum(found.unmet.values()) == found.promised * len(found.result.exposure) - kept


# Counting allows four lists each; two candidates share four places, so two are the most.
SHARED = [[0.9, 0.8, math.nan]] * 4 + [[math.nan, math.nan, 0.9]] * 8


@given(tables(), st.integers(1, 4))
@example(SHARED, 1)
def test_what_is_feasible_agrees_with_one_path_at_a_time(table: Table, k: int) -> None:
    pools = pools_of_matrix(np.array(table))
    n = len(pools.ids)
    by_paths = max(level for level in range(len(table) + 1) if most_places(table, k, level) == level * n)
    assert largest_promise(pools, np.minimum(pools.sizes, k)) == by_paths


@given(tables(), st.integers(1, 4), alphas)
def test_without_exchanges_the_lists_are_those_of_the_published_turns(table: Table, k: int, alpha: Fraction) -> None:
    _, found = answered(table, k, alpha)
    assume(not found.exchanged and found.promised <= found.feasible)
    assert [list(shown) for shown in found.lists] == dealt_by_rule(table, k, found.promised)


@given(tables(whole=True), st.integers(1, 4), alphas)
def test_where_everybody_is_allowed_and_turns_suffice_lists_are_envy_free_up_to_one(
    table: Table, k: int, alpha: Fraction
) -> None:
    _, found = answered(table, k, alpha)
    assume(not found.exchanged)
    for row, own in zip(table, found.lists, strict=True):
        for other in found.lists:
            without_best = sum(row[c] for c in other) - max(row[c] for c in other)
            assert sum(row[c] for c in own) >= without_best - 1e-9


@given(tables(), st.integers(1, 4))
def test_alpha_0_leaves_every_list_as_it_is_and_says_that_nothing_is_promised(table: Table, k: int) -> None:
    pools, found = answered(table, k, Fraction(0))
    assert found.lists == pools.named(pools.best(k))
    assert found.result == found.unconstrained
    assert found.price.lowest == 1
    assert found.notes[0].startswith("nobody is promised a list: alpha · m · k = 0 is less than the ")


def test_a_promise_of_nothing_is_a_sentence() -> None:
    note = "nobody is promised a list: alpha · m · k = 3 is less than the 4 candidates"
    assert fairrec(pools_of_matrix(RELEVANCE), 2, "1/2").notes == (f"{note}, so the lists are the unconstrained ones",)
    assert fairrec(pools_of_matrix(RELEVANCE), 2, "2/3").notes == ()


def test_a_promise_that_pools_cannot_keep_for_all_is_told_and_kept_for_most() -> None:
    nan = math.nan
    table = np.array([[0.9, 0.8, nan], [0.9, 0.8, nan], [0.9, 0.8, 0.1], [0.9, 0.8, nan]])
    found = fairrec(pools_of_matrix(table), 2, 1)
    assert (found.promised, found.feasible, found.unmet) == (2, 1, {2: 1})
    assert found.notes == (
        "2 lists each were asked for, but who may be shown to whom allows everybody only 1;"
        " 1 of 3 candidates are in fewer than 2",
    )


def test_exchanges_are_counted_and_told() -> None:
    found = fairrec(pools_of_matrix(np.array([[0.9, 0.1], [0.9, math.nan]])), 1, 1)
    assert found.lists == ((1,), (0,))
    assert found.exchanged == 2
    assert found.notes == ("2 places were exchanged after taking turns, to keep what was promised",)


@pytest.mark.parametrize("alpha", [0.5, True, "half", "3/2", "-0.1", "1/0", "nan", None])
def test_an_alpha_that_is_not_exact_or_outside_0_to_1_is_refused(alpha: object) -> None:
    with pytest.raises(InputError, match="alpha is"):
        fairrec(pools_of_matrix(RELEVANCE), 2, alpha)  # type: ignore[arg-type]


def test_alpha_is_floored_exactly() -> None:
    # 0.29 · 100 is 28.999… in binary floating point.
    assert fairrec(pools_of_matrix(np.ones((10, 1))), 10, "0.1").promised == 10
    assert fairrec(pools_of_matrix(np.ones((100, 1))), 1, "0.29").promised == 29


def test_lists_longer_than_any_pool_promise_more_than_there_are_seekers_and_say_so() -> None:
    found = fairrec(pools_of_matrix(RELEVANCE), 10**12, 1)
    assert (found.promised, found.feasible) == (3 * 10**12 // 4, 3)
    assert set(found.result.exposure.values()) == {3}
    assert "allows everybody only 3" in found.notes[0]


def test_five_hundred_seekers_and_twenty_thousand_candidates_take_seconds() -> None:
    dice = np.random.default_rng(7)
    pull = dice.lognormal(size=20_000)
    ids = [np.argsort(-(np.log(pull) + dice.gumbel(size=20_000)))[: dice.integers(200, 1001)] for _ in range(500)]
    scores = [np.linspace(1, 0.2, len(pool)) for pool in ids]
    pools = pools_best_first([pool.tolist() for pool in ids], [pool.tolist() for pool in scores])
    started = time.perf_counter()
    found = fairrec(pools, 50, 1)
    assert time.perf_counter() - started < 10
    assert found.promised == 1
    assert min(found.result.exposure.values()) >= min(1, found.feasible)
    assert found.result.coverage > found.unconstrained.coverage
    assert all(
        len(set(shown)) == 50 and set(shown) <= set(pool.tolist()) for shown, pool in zip(found.lists, ids, strict=True)
    )


def test_the_same_pools_give_the_same_lists() -> None:
    dice = np.random.default_rng(3)
    table = np.where(dice.random((40, 60)) < 0.2, dice.random((40, 60)), math.nan)
    first, second = (fairrec(pools_of_matrix(table), 5, 1) for _ in range(2))
    assert first == second
    assert first.exchanged > 0
    pairs = itertools.chain.from_iterable(first.lists)
    assert Counter(pairs) == Counter(first.result.exposure)
