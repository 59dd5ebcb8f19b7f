"""The best order that holds the floors."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.fairness.floors import best_within_floors
from matchmaker.fairness.reranking import METHODS, det_const_sort, rerank
from matchmaker.measures.ranking import dcg
from matchmaker.measures.representation import floor_at

GROUPS = ["H", "UM", "LM", "L"]
Case = tuple[list[str], list[float], dict[str, Fraction], int]


@st.composite
def lists(draw: st.DrawFn, most: int = 30) -> Case:
    groups = draw(st.lists(st.sampled_from(GROUPS), min_size=1, max_size=most))
    scores = draw(st.lists(st.integers(0, 50).map(lambda n: n / 50), min_size=len(groups), max_size=len(groups)))
    parts = draw(st.lists(st.integers(0, 9), min_size=4, max_size=4).filter(sum))
    shares = {g: Fraction(n, sum(parts)) for g, n in zip(GROUPS, parts, strict=True)}
    return groups, scores, shares, draw(st.integers(1, len(groups) + 2))


def holds(groups: list[str], order: list[int], target: dict[str, Fraction]) -> bool:
    seen, members = Counter[str](), Counter(groups)
    for i, candidate in enumerate(order, 1):
        seen[groups[candidate]] += 1
        if any(seen[g] < min(floor_at(share, i), members[g]) for g, share in target.items()):
            return False
    return True


@given(lists())
def test_every_floor_holds_at_every_prefix_nobody_twice(case: Case) -> None:
    groups, scores, target, k = case
    order = best_within_floors(groups, scores, target, k)
    assert len(order) == len(set(order)) == min(k, len(groups))
    assert holds(groups, order, target)


@given(lists())
def test_it_is_at_least_as_good_as_detconstsort(case: Case) -> None:
    _groups, scores, _target, k = case
    ours, theirs = (dcg([scores[i] for i in rank(*case)]) for rank in (best_within_floors, det_const_sort))
    assert ours >= theirs - 1e-9
    assert k


@given(lists(most=6))
def test_no_order_that_holds_the_floors_is_better(case: Case) -> None:
    groups, scores, target, k = case
    everybody = permutations(range(len(groups)), min(k, len(groups)))
    best = max(dcg([scores[i] for i in order]) for order in everybody if holds(groups, list(order), target))
    assert dcg([scores[i] for i in best_within_floors(groups, scores, target, k)]) == pytest.approx(best)


@given(lists())
def test_two_neighbours_stand_out_of_order_only_where_a_floor_asks_for_it(case: Case) -> None:
    groups, scores, target, k = case
    order = best_within_floors(groups, scores, target, k)
    for i in range(len(order) - 1):
        if scores[order[i]] < scores[order[i + 1]]:
            assert not holds(groups, [*order[:i], order[i + 1], order[i], *order[i + 2 :]], target)


@given(lists())
def test_a_list_that_holds_the_floors_already_stays_as_it_is(case: Case) -> None:
    groups, scores, target, k = case
    by_score = sorted(range(len(groups)), key=lambda i: (-scores[i], i))[:k]
    if holds(groups, by_score, target):
        assert best_within_floors(groups, scores, target, k) == by_score


def test_somebody_of_a_small_group_keeps_the_place_they_hold_by_score() -> None:
    groups = ["H", "L", *["H"] * 13, *["UM"] * 12]
    scores = [1 - i / 100 for i in range(len(groups))]
    target = {g: Fraction(n, len(groups)) for g, n in Counter(groups).items()}
    assert 1 not in det_const_sort(groups, scores, target, 20)
    assert rerank(groups, scores, target, 20).order.index(1) == 1


def test_it_can_be_asked_for_by_name() -> None:
    assert METHODS["floors"] is best_within_floors
