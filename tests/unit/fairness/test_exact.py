from __future__ import annotations

import itertools
import random
from fractions import Fraction

import numpy as np
import pytest
from tests.unit.fairness.lists import Bounds, List, random_lists, random_shares

from matchmaker.errors import InputError
from matchmaker.fairness import exact as exact_module
from matchmaker.fairness.exact import exact, exact_within_ceilings
from matchmaker.fairness.floors import best_within, best_within_floors
from matchmaker.fairness.lineup import line_up
from matchmaker.fairness.reranking import Way, rerank
from matchmaker.measures.ranking import dcg

QUARTERS = dict.fromkeys("ABCD", Fraction(1, 4))


def test_no_order_that_holds_floors_and_ceilings_is_better() -> None:
    for asked in random_lists(1, 300, largest=6):
        bounds = Bounds(asked)
        gains: dict[bool, list[float]] = {False: [], True: []}
        for order in itertools.permutations(range(len(asked.groups)), asked.length):
            if bounds.floors_hold(order):
                gain = dcg([asked.scores[i] for i in order])
                gains[False].append(gain)
                if bounds.ceilings_hold(order):
                    gains[True].append(gain)
        for ceilings, method in ((False, exact), (True, exact_within_ceilings)):
            found = method(asked.groups, asked.scores, asked.target, asked.k)
            assert dcg([asked.scores[i] for i in found]) == pytest.approx(max(gains[ceilings])), asked


def test_long_lists_of_groups_that_run_out_are_as_good_as_the_best_within_floors() -> None:
    dice = random.Random(2)
    for _ in range(60):
        shares = random_shares(dice, "ABCD")
        groups = dice.choices("ABCDX", [1, 4, 20, 40, 20], k=120)
        scores = [dice.randint(0, 50) / 50 for _ in groups]
        ours, other = (m(groups, scores, shares, 60) for m in (exact, best_within_floors))
        assert dcg([scores[i] for i in ours]) == pytest.approx(dcg([scores[i] for i in other]))
        asked = List(groups, scores, shares, 60)
        assert Bounds(asked).ceilings_hold(exact_within_ceilings(groups, scores, shares, 60))


def test_ceilings_share_what_a_group_that_ran_out_leaves_in_proportion() -> None:
    # Without ceilings the two places that nobody of A is there for go to the best of the rest, all of D.
    groups, scores = [*"DDDDDDDD", *"BBBBBBBB", *"CCCCCCCC"], [0.9] * 8 + [0.5] * 8 + [0.1] * 8
    free, capped = (rerank(groups, scores, QUARTERS, 8, Way("exact", ceilings=c)) for c in (False, True))
    assert [sum(groups[i] == g for i in free.order) for g in "DBC"] == [4, 2, 2]
    assert [sum(groups[i] == g for i in capped.order) for g in "DBC"] == [3, 3, 2]
    assert free.shortfall == capped.shortfall == {"A": 2}


def test_a_list_that_holds_its_floors_still_has_to_hold_its_ceilings() -> None:
    groups, scores = list("AAABCD"), [0.9, 0.8, 0.7, 0.6, 0.5, 0.4]
    assert rerank(groups, scores, QUARTERS, 3, "exact").order == (0, 1, 2)
    assert rerank(groups, scores, QUARTERS, 3, Way("exact", ceilings=True)).order == (0, 3, 4)


def test_of_equal_scores_the_first_of_the_input_goes_first() -> None:
    groups = list("DCBADCBA")
    assert exact(groups, [0.5] * 8, QUARTERS, 8) == list(range(8))
    assert exact(groups, [0.0] * 8, QUARTERS, 8) == list(range(8))


def test_a_part_of_a_target_loosens_floors_and_ceilings() -> None:
    groups, scores = [*"AAAABBBB"], [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2]
    half = dict.fromkeys("AB", Fraction(1, 2))
    assert exact_within_ceilings(groups, scores, half, 8) == [0, 4, 1, 5, 2, 6, 3, 7]
    assert exact_within_ceilings(groups, scores, {g: p / 2 for g, p in half.items()}, 8) == [0, 1, 2, 4, 3, 5, 6, 7]
    assert exact_within_ceilings(groups, scores, {g: p * 0 for g, p in half.items()}, 8) == list(range(8))


def test_more_than_four_groups_with_a_share_are_refused_and_told_where_to_go() -> None:
    five = dict.fromkeys("ABCDE", Fraction(1, 5))
    with pytest.raises(InputError, match="up to 4 groups") as refused:
        exact(list("ABCDE"), [0.1] * 5, five, 5)
    assert "floors" in refused.value.hint
    assert "detconstsort" in refused.value.hint
    # A group that the pool does not have costs nothing.
    assert len(exact(list("ABCDX"), [0.1] * 5, five, 5)) == 5


def test_a_question_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact_module, "MOST_STATES", 10)
    with pytest.raises(InputError, match="states"):
        exact(list("ABCD" * 9), [i / 40 for i in range(36)], QUARTERS, 20)


def test_a_part_of_more_than_one_is_refused() -> None:
    with pytest.raises(InputError, match="cannot be held together"):
        exact(["A"], [0.1], {"A": Fraction(3, 2)}, 1)
    with pytest.raises(InputError, match="cannot be held together"):
        best_within_floors(["A"], [0.1], {"A": Fraction(3, 2), "B": Fraction(-1, 2)}, 1)


def test_any_table_of_floors_can_be_held_and_one_that_cannot_is_refused() -> None:
    lineup = line_up(list("AAB"), [0.9, 0.8, 0.1])
    assert best_within(lineup, np.array([[0, 0], [0, 1]])) == [0, 2]
    with pytest.raises(InputError, match="more places than"):
        best_within(lineup, np.array([[1, 1], [1, 1]]))
