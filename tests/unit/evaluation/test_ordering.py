"""The loss of a gold standard against a slow reading of its definition."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.errors import InputError, NothingToMatchError
from matchmaker.evaluation.ordering import System, judged, ordered


def by_definition(people: Iterable[tuple[Sequence[int], Sequence[int]]]) -> dict[str, Fraction | None]:
    """Loss, easy and hard as the paper says them, pair by pair, in whole halves."""
    cost = weight = Fraction(0)
    right: dict[str, list[Fraction]] = {"easy": [], "hard": []}
    for said, score in people:
        for (said_one, score_one), (said_two, score_two) in combinations(zip(said, score, strict=True), 2):
            if said_one == said_two:
                continue
            better, worse = (score_one, score_two) if said_one > said_two else (score_two, score_one)
            held = Fraction(1) if better > worse else Fraction(1, 2) if better == worse else Fraction(0)
            gap = abs(said_one - said_two)
            cost, weight = cost + gap * (1 - held), weight + gap
            low, high = sorted((said_one, said_two))
            if low <= 2 and high >= 4:
                right["easy"].append(held)
            if low >= 4:
                right["hard"].append(held)
    shares = {name: sum(held, Fraction(0)) / len(held) if held else None for name, held in right.items()}
    return {"loss": cost / weight if weight else None, **shares}


def one(expertise: Sequence[Sequence[float]], predicted: Sequence[Sequence[float]], seed: int = 0) -> System:
    (system,) = judged(expertise, {"it": predicted}, np.random.default_rng(seed))
    return system


RATED = st.lists(st.tuples(st.integers(1, 5), st.integers(0, 4)), max_size=9)


@given(st.lists(RATED, min_size=1, max_size=6))
def test_the_loss_is_that_of_the_definition_pair_by_pair_ties_included(drawn: list[list[tuple[int, int]]]) -> None:
    people = [([said for said, _ in rows], [score for _, score in rows]) for rows in drawn]
    expected = by_definition(people)
    expertise, predicted = [said for said, _ in people], [score for _, score in people]
    if expected["loss"] is None:
        with pytest.raises(NothingToMatchError, match="two papers differently"):
            one(expertise, predicted)
        return
    found = one(expertise, predicted)
    assert {"loss": found.loss, "easy": found.easy, "hard": found.hard} == {
        name: None if share is None else pytest.approx(float(share)) for name, share in expected.items()
    }


def test_one_inverted_pair_costs_its_difference_and_no_more() -> None:
    # 5, 3, 1: differences 2 + 4 + 2; the pair 3, 1 stands the wrong way round.
    assert one([[5, 3, 1]], [[0.9, 0.1, 0.2]]).loss == 2 / 8
    # The pair 5, 1 too, and 5, 3 tied: 2 + 4 + 2 / 2.
    assert one([[5, 3, 1]], [[0.1, 0.1, 0.2]]).loss == 7 / 8


@given(st.lists(RATED, min_size=1, max_size=4))
def test_saying_nothing_is_a_half_the_ratings_themselves_nothing_and_their_inverse_all(
    drawn: list[list[tuple[int, int]]],
) -> None:
    said = [[float(rating) for rating, _ in rows] for rows in [*drawn, [(5, 0), (4, 0), (1, 0)]]]
    tied = one(said, [[0.3] * len(row) for row in said])
    assert (tied.loss, tied.easy, tied.hard) == (0.5, 0.5, 0.5)
    perfect = one(said, said)
    assert (perfect.loss, perfect.easy, perfect.hard) == (0, 1, 1)
    inverted = one(said, [[-rating for rating in row] for row in said])
    assert (inverted.loss, inverted.easy, inverted.hard) == (1, 0, 0)


def test_differences_too_small_to_multiply_are_still_an_order() -> None:
    assert one([[1 + 2**-52, 1.0]], [[1e-320, 0.0]]).loss == 0


@given(RATED, st.floats(0.1, 10), st.floats(-5, 5))
def test_only_the_order_of_scores_counts(rows: list[tuple[int, int]], stretch: float, shift: float) -> None:
    said, score = [rating for rating, _ in rows], [score for _, score in rows]
    assert ordered(said, [stretch * each + shift for each in score]) == ordered(said, score)


def test_nobodys_ratings_are_held_against_somebody_elses() -> None:
    # Each orders their own rightly, though the score is higher for one's 1 than for the other's 5.
    assert one([[5, 4], [2, 1]], [[0.2, 0.1], [0.9, 0.8]]).loss == 0


def test_there_is_no_accuracy_without_a_pair_and_nobody_is_counted_for_it() -> None:
    found, pairs = one([[3, 2, 1]], [[3, 2, 1]]), ordered([3, 2, 1], [3, 2, 1])
    assert (found.easy, found.hard, pairs.easy, pairs.hard, pairs.pairs) == (None, None, 0, 0, 3)
    # 4 and 2 are the edges, and belong to it.
    assert (ordered([4, 2], [1, 0]).easy, ordered([4, 5], [0, 1]).hard) == (1, 1)
    assert (ordered([4, 2.5], [1, 0]).easy, ordered([3.5, 5], [0, 1]).hard) == (0, 0)


@pytest.mark.parametrize(
    ("said", "score"),
    [([1.0, 2.0], [1.0]), ([1.0, np.nan], [1.0, 2.0]), ([1.0, 2.0], [np.inf, 1.0]), ([[1.0]], [[1.0]])],
)
def test_a_score_that_fails_is_refused_and_does_not_look_weak(said: Any, score: Any) -> None:
    with pytest.raises(InputError, match="finite"):
        ordered(said, score)


def test_the_interval_draws_people_and_is_given_from_thirty_on() -> None:
    rng = np.random.default_rng(8)
    said = [rng.integers(1, 6, size=8).astype(float).tolist() for _ in range(60)]
    score = [[rating + rng.normal(0, 2) for rating in row] for row in said]
    found = one(said, score)
    assert found.low is not None and found.high is not None
    assert found.low < found.loss < found.high
    # By hand: people drawn with their cost and weight, far more often.
    cost, weight = np.array([(o.cost, o.weight) for o in map(ordered, said, score)]).T
    drawn = rng.integers(0, 60, size=(20_000, 60))
    low, high = np.percentile(cost[drawn].sum(axis=1) / weight[drawn].sum(axis=1), [2.5, 97.5])
    assert [found.low, found.high] == pytest.approx([low, high], abs=0.01)
    assert one(said, score) == found and one(said, score, seed=1) != found
    few = one(said[:29], score[:29])
    assert (few.low, few.high) == (None, None)
