"""Weights are learnt from before, kept only where everybody ranked by them says so, never for who is introduced."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from matchmaker.evaluation import comparing
from matchmaker.evaluation.comparing import Difference
from matchmaker.evaluation.ranks import MEASURES
from matchmaker.evaluation.splits import PeopleSplit, new_partners
from matchmaker.learning import rehearsal, weights
from matchmaker.learning.questions import Asked, asked_again
from matchmaker.learning.weights import FEWEST_JUDGED, FITTED_ON, Gate, judged, logistic, weights_learnt
from matchmaker.matching.corpus import Corpus
from matchmaker.matching.dating import at_date
from matchmaker.matching.learnt import SHIPPED
from matchmaker.matching.signals import sought_by_person

PERSON = SHIPPED["person"]
LATELY = {
    "words": 0.01,
    "meaning": 0.01,
    "acquaintance": 0.2,
    "complementarity": 0.0,
    "recency": 0.72,
    "thinness": 0.06,
}


def _world(n: int, truth: dict[str, float], seed: int) -> list[Asked]:
    """Questions whose right answers are drawn by a known weighing of the features."""
    rng = np.random.default_rng(seed)
    row = np.array([truth.get(name, 0.0) for name in PERSON])
    asked = []
    for _ in range(n):
        values = rng.random((60, len(PERSON)))
        introduced = rng.random(60) < 0.2
        right = rng.random(60) < 1 / (1 + np.exp(-(12 * values @ row - 8)))
        right[rng.integers(0, 60)] = True
        nobody = np.zeros(60, dtype=np.bool_)
        asked.append(Asked(values, right, introduced, nobody, ~right, np.arange(60, dtype=np.int32), (12, 48)))
    return asked


@pytest.fixture(scope="module")
def split(corpus: Corpus) -> PeopleSplit:
    """What the invented world would have asked six years ago: as many questions as it has."""
    then = at_date(corpus, corpus.as_of.replace(year=corpus.as_of.year - 6))
    everything = np.ones(corpus.tables.texts.num_rows, dtype=np.bool_)
    return new_partners(then, rehearsal._since(corpus, then), everything, fewest=1, most_authors=None)


def _asked(split: PeopleSplit, order: list[int]) -> list[Asked]:
    rng = np.random.default_rng(1)
    people = [sought_by_person(split.corpus, int(split.queries[row])) for row in order]
    return [asked_again(split, row, sought, PERSON, rng, 80) for row, sought in zip(order, people, strict=True)]


def test_weights_that_made_the_world_are_found_again() -> None:
    found = logistic(_world(400, {"words": 0.2, "meaning": 0.8}, 1), PERSON)
    assert found["meaning"] > 3 * found["words"] > 0
    assert found["recency"] < 0.1
    assert sum(found.values()) == pytest.approx(1)
    assert all(weight >= 0 for weight in found.values())


@pytest.mark.parametrize("decided", ["acquaintance", "thinness"])
def test_what_somebody_decided_is_not_learnt(decided: str) -> None:
    found = logistic(_world(300, {decided: 0.9, "words": 0.1}, 2), PERSON)
    assert found[decided] == PERSON[decided]
    assert sum(found.values()) == pytest.approx(1)


def test_who_could_be_introduced_teaches_nothing() -> None:
    asked = _world(300, {"words": 0.5, "recency": 0.5}, 3)
    blurred = [replace(each, right=each.right ^ each.introduced) for each in asked]
    blurred = [replace(each, other=~each.right) for each in blurred]
    assert logistic(blurred, PERSON) == logistic(asked, PERSON)


def test_too_few_questions_teach_nothing(split: PeopleSplit) -> None:
    some = _world(FITTED_ON + FEWEST_JUDGED - 1, {"recency": 1.0}, 3)
    kept, why = weights_learnt(split, some, range(len(some)), seed=7)
    assert kept == PERSON
    assert str(FITTED_ON) in why
    assert str(FEWEST_JUDGED) in why


@pytest.mark.parametrize(
    ("channel", "discovery", "everybody", "passed"),
    [
        ((0.02, 0.01, 0.03), (0.0, -0.01, 0.01), (0.01, 0.0, 0.02), True),
        ((0.02, 0.0, 0.03), (0.0, -0.01, 0.01), (0.01, 0.0, 0.02), False),
        ((0.02, 0.01, 0.03), (-0.02, -0.03, -0.01), (0.01, 0.0, 0.02), False),
        ((0.02, 0.01, 0.03), (0.0, -0.01, 0.01), (-0.01, -0.02, 0.02), False),
        ((math.nan,) * 3, (0.0, -0.01, 0.01), (0.01, 0.0, 0.02), False),
    ],
)
def test_weights_pass_only_where_discoveries_gain_and_nobody_pays(
    channel: tuple[float, ...], discovery: tuple[float, ...], everybody: tuple[float, ...], passed: bool
) -> None:
    made = [Difference(*each, p=0.5, p_holm=0.5, queries=9, publications=9) for each in (channel, discovery, everybody)]
    assert Gate(*made).passed is passed


def test_the_gate_ranks_everybody(split: PeopleSplit) -> None:
    """Against a plain loop: nDCG@50 of the whole list, with no sample of wrong answers."""
    gate = judged(split, PERSON, LATELY, seed=7)
    gains = [_ndcg(split, row, LATELY) - _ndcg(split, row, PERSON) for row in range(len(split.queries))]
    assert gate.everybody.value == pytest.approx(np.mean(gains), abs=1e-6)
    assert gate.everybody.queries == len(split.queries)
    assert weights.MEASURE in MEASURES


def _ndcg(split: PeopleSplit, row: int, weighed: dict[str, float]) -> float:
    asked = asked_again(
        split, row, sought_by_person(split.corpus, int(split.queries[row])), weighed,
        np.random.default_rng(0), len(split.candidates),
    )  # fmt: skip
    assert len(asked.people) == (~split.barred(row)).sum()
    score = np.round(np.round(asked.values * np.array(list(weighed.values())), 6).sum(axis=1), 6)
    order = asked.people[np.lexsort((asked.people, -score))].tolist()
    mine = split.truth.query == row
    gains = dict(zip(split.candidates[split.truth.candidate[mine]].tolist(), split.truth.gain[mine], strict=True))
    got = sum(gains.get(person, 0.0) / math.log2(place + 2) for place, person in enumerate(order[:50]))
    best = sum(gain / math.log2(place + 2) for place, gain in enumerate(sorted(gains.values(), reverse=True)[:50]))
    return float(got / best)


def test_weights_that_find_more_take_the_place_of_worse_ones(
    split: PeopleSplit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gate itself, at the size of the invented world, with shipped weights that are known to be bad."""
    order = np.random.default_rng(5).permutation(len(split.queries)).tolist()
    monkeypatch.setattr(weights, "FITTED_ON", len(order) // 3)
    monkeypatch.setattr(weights, "FEWEST_JUDGED", 10)
    monkeypatch.setattr(comparing, "FEWEST_LISTS", 5)
    asked = _asked(split, order)
    monkeypatch.setattr(weights, "SHIPPED", {"person": LATELY})
    found, why = weights_learnt(split, asked, order, seed=7)
    assert found["words"] + found["meaning"] > 0.3
    assert found["acquaintance"] == LATELY["acquaintance"]
    assert "logistic regression" in why
    monkeypatch.setattr(weights, "SHIPPED", {"person": found})
    again, why = weights_learnt(split, asked, order, seed=7)
    assert again == found
    assert "not better" in why
