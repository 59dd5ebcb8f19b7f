"""Ranks against sorting everybody, measures against values by hand and against scikit-learn, exposure by counting."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.metrics import ndcg_score
from tests.unit.evaluation.small_worlds import Given, Paper, corpus_of

from matchmaker.errors import InputError
from matchmaker.evaluation.ranks import MEASURES, measured, ranked
from matchmaker.evaluation.splits import Split, Truth
from matchmaker.evaluation.spread import spread

DEPTH = 3


def truth_of(*rows: tuple[int, int, float]) -> Truth:
    """(query, candidate, gain), in order."""
    query, candidate, gain = zip(*rows, strict=True)
    work = np.arange(len(rows), dtype=np.int32)
    return Truth(np.array(query, np.int32), np.array(candidate, np.int32), np.array(gain, float), work)


def split_of(truth: Truth, bars: NDArray[np.bool_], known: NDArray[np.bool_]) -> Given:
    n, candidates = bars.shape
    corpus: Any = None
    return Given(
        corpus, np.arange(n, dtype=np.int32), np.arange(candidates, dtype=np.int32), truth, bars=bars, known=known
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[Given, NDArray[np.float64]]:
    """A split of up to 40 queries (more than are ranked at a time), and scores full of ties."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    n, candidates = draw(st.integers(1, 40)), draw(st.integers(2, 9))
    bars, known = rng.random((n, candidates)) < 0.3, rng.random((n, candidates)) < 0.4
    rows = []
    for query in range(n):
        right = rng.choice(candidates, int(rng.integers(1, min(4, candidates) + 1)), replace=False)
        bars[query, right] = False
        rows += [(query, int(candidate), float(rng.integers(1, 3))) for candidate in np.sort(right)]
    return split_of(truth_of(*rows), bars, known), rng.integers(-2, 3, (n, candidates)).astype(float)


def in_order(scores: NDArray[np.float64], allowed: NDArray[np.bool_]) -> list[int]:
    """Everybody allowed, best first, ties by row."""
    return sorted(np.flatnonzero(allowed).tolist(), key=lambda row: (-scores[row], row))


@given(cases())
def test_ranks_are_places_in_the_sorted_list_of_who_may_be_suggested(case: tuple[Given, NDArray[np.float64]]) -> None:
    split, scores = case
    found = ranked(split, lambda rows: scores[rows], depth=DEPTH)
    for answer, (query, candidate) in enumerate(zip(split.truth.query, split.truth.candidate, strict=True)):
        known, allowed = split.known[query], ~split.bars[query]
        assert found.introduced[answer] == known[candidate]
        assert found.whole[answer] == 1 + in_order(scores[query], allowed).index(candidate)
        alone = in_order(scores[query], allowed & ~known)
        assert found.channel[answer] == (0 if known[candidate] else 1 + alone.index(candidate))
    for query, top in enumerate(found.top.tolist()):
        expected = in_order(scores[query], ~split.bars[query])[:DEPTH]
        assert top == expected + [-1] * (len(top) - len(expected))


def test_every_query_is_scored_once_and_progress_is_told() -> None:
    n = 70
    split = split_of(truth_of(*((query, 0, 1.0) for query in range(n))), *np.zeros((2, n, 2), dtype=np.bool_))
    asked: list[int] = []
    told: list[tuple[int, int]] = []

    def scorer(rows: NDArray[np.int32]) -> NDArray[np.float64]:
        asked.extend(rows.tolist())
        return np.zeros((len(rows), 2))

    ranked(split, scorer, progress=lambda done, total: told.append((done, total)))
    assert asked == list(range(n))
    assert told[-1] == (n, n)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_score_that_is_no_number_is_an_error_and_no_weak_baseline(bad: float) -> None:
    split = split_of(truth_of((0, 1, 1)), *np.zeros((2, 1, 3), dtype=np.bool_))
    with pytest.raises(InputError, match="1 of them"):
        ranked(split, lambda rows: np.array([[0.0, bad, 1.0]]))
    with pytest.raises(InputError, match="shape"):
        ranked(split, lambda rows: np.zeros((1, 2)))


# ---- measures ------------------------------------------------------------------------------------------------


def test_measures_by_hand() -> None:
    truth = truth_of((0, 0, 2), (0, 1, 1), (0, 2, 1), (1, 0, 1))
    split = split_of(truth, *np.zeros((2, 3, 3), dtype=np.bool_))
    table = measured(split, np.array([2, 11, 150, 60]))
    first, second, third = (dict(zip(MEASURES, row, strict=True)) for row in table)
    assert [first[f"recall@{k}"] for k in (10, 50, 100, 200)] == pytest.approx([1 / 3, 2 / 3, 2 / 3, 1])
    best = 2 + 1 / math.log2(3) + 1 / math.log2(4)
    assert first["ndcg@10"] == pytest.approx((2 / math.log2(3)) / best)
    assert first["ndcg@50"] == pytest.approx((2 / math.log2(3) + 1 / math.log2(12)) / best)
    assert first["mrr"] == pytest.approx(1 / 2)
    assert [second[f"recall@{k}"] for k in (10, 50, 100, 200)] == [0, 0, 1, 1]
    assert (second["ndcg@10"], second["ndcg@50"], second["mrr"]) == pytest.approx((0, 0, 1 / 60))
    assert all(np.isnan(value) for value in third.values())


def test_only_chosen_answers_count_and_a_query_without_one_has_no_value() -> None:
    truth = truth_of((0, 0, 2), (0, 1, 1), (1, 0, 1))
    split = split_of(truth, *np.zeros((2, 2, 3), dtype=np.bool_))
    table = measured(split, np.array([1, 20, 3]), np.array([False, True, False]))
    first = dict(zip(MEASURES, table[0], strict=True))
    assert (first["recall@10"], first["recall@50"], first["mrr"]) == (0, 1, 1 / 20)
    assert first["ndcg@50"] == pytest.approx(1 / math.log2(21))
    assert np.isnan(table[1]).all()


@given(cases(), st.sampled_from([10, 50]))
def test_ndcg_is_scikit_learns(case: tuple[Given, NDArray[np.float64]], k: int) -> None:
    split, scores = case
    found = ranked(split, lambda rows: scores[rows])
    ours = measured(split, found.whole)[:, MEASURES.index(f"ndcg@{k}")]
    for query, row in enumerate(scores):
        order = in_order(row, ~split.bars[query])
        gain = np.zeros(len(row))
        mine = split.truth.query == query
        gain[split.truth.candidate[mine]] = split.truth.gain[mine]
        if len(order) > 1:  # scikit-learn knows no list of one
            theirs = ndcg_score([gain[order]], [-np.arange(len(order))], k=k)
            assert ours[query] == pytest.approx(theirs)


# ---- exposure ------------------------------------------------------------------------------------------------


def test_who_is_shown_is_counted_place_by_place_and_an_empty_place_shows_nobody() -> None:
    homes = [Paper(2014, ((0, "DE"),)), Paper(2014, ((1, "KE"),)), Paper(2014, ((2, "US"),))]
    corpus, _ = corpus_of([*homes, homes[1], homes[1]])
    split = Split(corpus, np.arange(2, dtype=np.int32), np.arange(3, dtype=np.int32), truth_of((0, 1, 1)))
    found = spread(split, np.array([[1, 0], [1, -1]], dtype=np.int32))
    second = 1 / math.log2(3)
    attention = sorted([second, 2.0, 0.0])
    assert found.places == 2
    assert found.coverage == pytest.approx(2 / 3)
    total = sum(attention)
    assert found.gini == pytest.approx(sum((2 * i - 4) * x for i, x in enumerate(attention, 1)) / (3 * total))
    assert found.mean_log_works == pytest.approx((math.log(3) + math.log(1) + math.log(3)) / 3)
    assert found.income["LM"] == pytest.approx((2 / total, 1 / 3))
    assert found.income["H"] == pytest.approx((second / total, 2 / 3))
