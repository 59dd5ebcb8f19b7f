from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

import pytest
from tests.unit.fairness.lists import List, random_lists

from matchmaker.errors import InputError
from matchmaker.fairness import reranking
from matchmaker.fairness.outcome import Reranked, largest_fall
from matchmaker.fairness.price import with_ndcg_floor
from matchmaker.fairness.reranking import METHODS, Way, rerank

HALF = dict.fromkeys("AB", Fraction(1, 2))
GROUPS, SCORES = [*"A" * 10, *"B" * 10], [1.0] * 10 + [0.1] * 10


def test_the_largest_fall_counts_who_left_the_list_as_just_below_it() -> None:
    assert largest_fall([1, 2, 3]) == 0
    assert largest_fall([3, 1, 2]) == 1
    assert largest_fall([1, 9, 8]) == 2  # rank 2 left a list of three: from 2 to 4
    assert largest_fall([9, 8, 7]) == 3
    assert largest_fall([]) == 0


def test_the_largest_fall_is_that_of_whoever_fell_furthest() -> None:
    for asked in random_lists(1, 500):
        result = rerank(asked.groups, asked.scores, asked.target, asked.k)
        falls = []
        for rank, candidate in enumerate(asked.by_score, 1):
            now = result.order.index(candidate) + 1 if candidate in result.order else asked.length + 1
            falls.append(now - rank)
        assert result.largest_fall == max(0, *falls)


def test_a_target_that_costs_too_much_is_held_in_part_and_the_answer_says_by_how_much() -> None:
    whole = rerank(GROUPS, SCORES, HALF, 10)
    part = rerank(GROUPS, SCORES, HALF, 10, Way(least_ndcg=0.9))
    assert whole.ndcg < 0.9 <= part.ndcg
    assert (whole.held, whole.ndcg_of_target, whole.notes) == (1, whole.ndcg, ())
    assert 0 < part.held < 1
    assert part.ndcg_of_target == whole.ndcg
    assert part.notes[0].startswith(
        "the target and an nDCG of at least 0.9 cannot both hold: with the whole target it is"
    )
    assert f"{0.9 - whole.ndcg:.4f} too low" in part.notes[0]
    assert f"{float(part.held):.0%} of the target is held" in part.notes[0]
    assert not part.floors_met
    assert part.shortfall == {}


def test_a_target_that_can_be_afforded_is_held_whole() -> None:
    assert rerank(GROUPS, SCORES, HALF, 10, Way(least_ndcg=0.5)) == rerank(GROUPS, SCORES, HALF, 10)


def test_where_nothing_can_be_afforded_the_order_by_score_is_left() -> None:
    for method in METHODS:
        result = rerank(GROUPS, SCORES, HALF, 10, Way(method, least_ndcg=1.0))
        assert (result.order, result.ndcg) == (tuple(range(10)), 1.0)
        assert result.held < 1


@pytest.mark.parametrize("nested", [True, False])
def test_the_search_finds_the_largest_part_whatever_it_is(nested: bool) -> None:
    base = rerank(["A"], [0.5], None, 1)
    for affordable in range(100):

        def of_part(part: Fraction, limit: int = affordable) -> Reranked:
            return replace(base, held=part, ndcg=1.0 if part * 100 <= limit else 0.5)

        assert with_ndcg_floor(0.9, of_part, nested).held == Fraction(affordable, 100)


@pytest.mark.parametrize("way", [Way(), Way("exact"), Way("fair-star"), Way("exact", ceilings=True)], ids=str)
def test_halving_finds_what_trying_every_part_finds(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    # More of a target is never dearer for the methods that are the best within their floors.
    dice = random.Random(3)
    parts = set()
    dear = List([*"A" * 20, *"B" * 20], [0.1] * 20 + [1.0] * 20, {"A": Fraction(2, 5), "B": Fraction(3, 5)}, 30)
    for asked in (dear, *random_lists(4, 30)):
        limited = replace(way, least_ndcg=1 - dice.random() * 0.05)
        found = rerank(asked.groups, asked.scores, asked.target, asked.k, limited)
        with monkeypatch.context() as patch:
            patch.setattr(reranking, "BEST", ())
            assert rerank(asked.groups, asked.scores, asked.target, asked.k, limited).held == found.held, asked
        assert found.ndcg >= limited.least_ndcg - 1e-9
        parts.add(found.held)
    assert len(parts) > 1


@pytest.mark.parametrize("least", [-0.1, 1.1, float("nan")])
def test_a_floor_that_is_no_ndcg_is_refused(least: float) -> None:
    with pytest.raises(InputError, match="nDCG floor"):
        Way(least_ndcg=least)
