"""What is learnt is learnt from before, kept only where it helps, and never from who could introduce whom."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matchmaker import learning
from matchmaker.learning import FEWEST_QUERIES, _Asked, _fitted, _gains, _weights
from matchmaker.matching.corpus import Corpus
from matchmaker.matching.dating import at_date
from matchmaker.matching.learnt import DIRECTIONS, SHIPPED, Learnt

PERSON = SHIPPED["person"]


def _world(n: int, truth: dict[str, float], seed: int) -> list[_Asked]:
    """Questions whose right answers are drawn by a known weighing of the features."""
    rng = np.random.default_rng(seed)
    row = np.array([truth.get(name, 0.0) for name in PERSON])
    asked = []
    for _ in range(n):
        values = rng.random((60, len(PERSON)))
        introduced = rng.random(60) < 0.2
        chance = 1 / (1 + np.exp(-(12 * values @ row - 8)))
        right = rng.random(60) < chance
        right[rng.integers(0, 60)] = True
        nobody = np.zeros(60, dtype=np.bool_)
        asked.append(_Asked(values, right, introduced, nobody, np.arange(60, dtype=np.int32), (12, 48)))
    return asked


def test_weights_that_made_the_world_are_found_again() -> None:
    found = _fitted(_world(400, {"words": 0.2, "meaning": 0.8}, 1), PERSON)
    assert found["meaning"] > 3 * found["words"] > 0
    assert found["recency"] < 0.1
    assert sum(found.values()) == pytest.approx(1)
    assert all(weight >= 0 for weight in found.values())


def test_how_far_an_introduction_counts_is_not_learnt() -> None:
    found = _fitted(_world(300, {"acquaintance": 0.9, "words": 0.1}, 2), PERSON)
    assert found["acquaintance"] == PERSON["acquaintance"]


def test_weights_are_learnt_only_where_they_are_better_on_questions_they_never_saw() -> None:
    weights, why = _weights(_world(FEWEST_QUERIES, {"recency": 1.0}, 3), seed=7)
    assert weights["recency"] > 0.5
    assert "logistic regression" in why
    same, why = _weights(_world(FEWEST_QUERIES, dict(PERSON), 3), seed=7)
    assert (same == PERSON) == ("not better" in why)


def test_too_few_questions_teach_nothing() -> None:
    weights, why = _weights(_world(FEWEST_QUERIES - 1, {"recency": 1.0}, 3), seed=7)
    assert weights == PERSON
    assert str(FEWEST_QUERIES) in why


def test_a_gain_is_nan_only_where_nobody_right_was_without_an_introduction() -> None:
    asked = _world(50, {"words": 1.0}, 4)
    hidden = [replace(each, introduced=each.introduced | each.right) for each in asked]
    assert np.isnan(_gains(hidden, np.array(list(PERSON.values())))).all()
    gains = _gains(asked, np.array(list(PERSON.values())))
    assert ((gains >= 0) & (gains <= 1 + 1e-9)).all()


def test_a_small_world_keeps_the_shipped_weights_and_says_why(corpus: Corpus) -> None:
    day = learning.rehearsed(corpus)
    assert day is not None
    assert day.year == corpus.as_of.year - learning.REHEARSED_YEARS
    found = learning.learnt(corpus, at_date(corpus, day), seed=7)
    assert found.weights["person"] == PERSON
    assert "shipped with the program" in found.provenance["person"]
    assert set(found.weights) == set(DIRECTIONS)
    again = Learnt.from_dict(found.as_dict(), found.cases)
    assert again.as_dict() == found.as_dict()
    assert list(again.weights["person"]) == list(PERSON)


def test_equal_corpora_learn_the_same(corpus: Corpus) -> None:
    day = learning.rehearsed(corpus)
    once, twice = (learning.learnt(corpus, at_date(corpus, day), seed=7).as_dict() for _ in range(2))
    assert once == twice
