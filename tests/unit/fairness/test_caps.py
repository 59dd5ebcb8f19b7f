from __future__ import annotations

import itertools
import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matchmaker.errors import InputError
from matchmaker.fairness.caps import Capped, capped
from matchmaker.fairness.pools import Pools, pools_best_first, pools_of_matrix

Table = list[list[float]]
Pairs = frozenset[tuple[int, int]]


@st.composite
def tables(draw: st.DrawFn, seekers: int = 6, candidates: int = 6) -> Table:
    """Relevance with ties, NaN where a pair is not allowed, at least one pair allowed."""
    m, n = draw(st.integers(1, seekers)), draw(st.integers(1, candidates))
    value = st.one_of(st.integers(0, 8).map(lambda x: x / 8), st.just(math.nan), st.integers(0, 8).map(lambda x: x / 8))
    table = draw(st.lists(st.lists(value, min_size=n, max_size=n), min_size=m, max_size=m))
    assume(not all(math.isnan(x) for row in table for x in row))
    return table


def answered(table: Table, k: int, cap: int) -> tuple[Pools[int], Capped[int]]:
    pools = pools_of_matrix(np.array(table))
    return pools, capped(pools, k, cap)


def allowed(table: Table) -> list[tuple[int, int]]:
    return [(s, c) for s, row in enumerate(table) for c, score in enumerate(row) if not math.isnan(score)]


def would_rather(table: Table, pairs: Pairs, k: int, cap: int) -> list[tuple[int, int]]:
    """Pairs kept apart who both have an empty place or somebody they like less."""
    found = []
    for s, c in set(allowed(table)) - pairs:
        row = table[s]
        shown = [(-row[other], other) for seeker, other in pairs if seeker == s]
        shown_to = [(-table[seeker][c], seeker) for seeker, other in pairs if other == c]
        seeker_wants = len(shown) < k or (-row[c], c) < max(shown)
        candidate_wants = len(shown_to) < cap or (-row[c], s) < max(shown_to)
        if seeker_wants and candidate_wants:
            found.append((s, c))
    return found


def pairs_of(found: Capped[int]) -> Pairs:
    return frozenset((s, c) for s, shown in enumerate(found.lists) for c in shown)


@given(tables(), st.integers(1, 4), st.integers(1, 4))
def test_nobody_is_in_more_lists_than_the_cap_and_only_allowed_pairs_are_made(table: Table, k: int, cap: int) -> None:
    _, found = answered(table, k, cap)
    counts = Counter(c for shown in found.lists for c in shown)
    assert max(counts.values()) <= cap
    assert pairs_of(found) <= set(allowed(table))
    assert sum(counts.values()) == len(pairs_of(found))
    assert all(len(shown) <= k for shown in found.lists)
    assert {c: n for c, n in found.result.exposure.items() if n} == counts


@given(tables(), st.integers(1, 4), st.integers(1, 4))
def test_no_two_who_are_kept_apart_would_both_rather_have_each_other(table: Table, k: int, cap: int) -> None:
    _, found = answered(table, k, cap)
    assert would_rather(table, pairs_of(found), k, cap) == []


@given(tables(), st.integers(1, 4), st.integers(1, 7))
def test_lists_stay_as_they_are_where_nobody_is_above_the_cap(table: Table, k: int, cap: int) -> None:
    pools, found = answered(table, k, cap)
    assert (found.lists == pools.named(pools.best(k))) == (max(found.unconstrained.exposure.values()) <= cap)
    assert bool(found.relieved) == (max(found.unconstrained.exposure.values()) > cap)
    if not found.relieved:
        assert (found.short, found.price.lowest, found.result) == ({}, 1, found.unconstrained)


@settings(max_examples=150)
@given(tables(seekers=3, candidates=3), st.integers(1, 3), st.integers(1, 2))
def test_every_seeker_has_the_best_of_all_stable_outcomes(table: Table, k: int, cap: int) -> None:
    _, found = answered(table, k, cap)
    seen_stable = False
    for pairs in stable_outcomes(table, k, cap):
        seen_stable |= pairs == pairs_of(found)
        for s, shown in enumerate(found.lists):
            other = {c for seeker, c in pairs if seeker == s}
            # Offered both lists at once, the seeker would choose the one they have.
            best = sorted({*shown, *other}, key=lambda c: (-table[s][c], c))[:k]
            assert set(best) == set(shown)
            assert len(other) == len(shown)
    assert seen_stable


def stable_outcomes(table: Table, k: int, cap: int) -> list[Pairs]:
    pairs = allowed(table)
    outcomes = (frozenset(p) for size in range(len(pairs) + 1) for p in itertools.combinations(pairs, size))
    return [o for o in outcomes if _within(o, k, cap) and not would_rather(table, o, k, cap)]


def _within(pairs: Pairs, k: int, cap: int) -> bool:
    seekers, candidates = Counter(s for s, _ in pairs), Counter(c for _, c in pairs)
    return all(n <= k for n in seekers.values()) and all(n <= cap for n in candidates.values())


@given(tables(), st.integers(1, 4), st.integers(1, 3))
def test_lists_are_best_first_and_places_that_stay_empty_are_reported(table: Table, k: int, cap: int) -> None:
    pools, found = answered(table, k, cap)
    for row, shown in zip(table, found.lists, strict=True):
        assert list(shown) == sorted(shown, key=lambda c: (-row[c], c))
    empty = {s: min(k, int(pools.sizes[s])) - len(shown) for s, shown in enumerate(found.lists)}
    assert found.short == {s: places for s, places in empty.items() if places}
    # A list is short only where everybody else in the pool is taken to the cap.
    for s in found.short:
        assert all(found.result.exposure[c] == cap for c in range(len(table[0])) if (s, c) in missing(table, found))


def missing(table: Table, found: Capped[int]) -> set[tuple[int, int]]:
    return set(allowed(table)) - pairs_of(found)


def test_the_star_goes_where_they_score_highest_and_ties_go_by_seeker() -> None:
    pools = pools_of_matrix(np.array([[0.9, 0.5, 0.2], [0.9, 0.4, 0.3], [0.95, 0.6, 0.1]]))
    found = capped(pools, 1, 1)
    assert found.lists == ((1,), (2,), (0,))
    assert capped(pools, 1, 2).lists == ((0,), (1,), (0,))
    assert (found.relieved, found.short) == ({0: 2}, {})
    assert found.notes == ("1 candidate would have been in more than 1 list; now nobody is",)
    assert found.result.coverage == 1
    assert found.unconstrained.coverage == pytest.approx(1 / 3)
    assert found.price.ndcg == pytest.approx((0.5 / 0.9, 0.3 / 0.9, 1))


def test_a_list_that_becomes_shorter_is_told_and_priced() -> None:
    pools = pools_best_first([["a", "b"], ["a"], []], [[0.9, 0.8], [0.7], []])
    found = capped(pools, 2, 1)
    assert found.lists == (("a", "b"), (), ())
    assert found.short == {1: 1}
    assert found.price.ndcg == (1, 0, None)
    assert found.notes == (
        "1 candidate would have been in more than 1 list; now nobody is",
        "1 list is shorter than it could be, by 1 place in all: everybody left in the pool is at the cap",
        "1 of 3 seekers may be shown nobody; their lists are empty",
    )


@pytest.mark.parametrize(("k", "cap"), [(0, 1), (1, 0), (-1, 2), (2, -1)])
def test_a_length_or_cap_below_1_is_refused(k: int, cap: int) -> None:
    with pytest.raises(InputError, match="list"):
        capped(pools_of_matrix(np.ones((1, 1))), k, cap)
