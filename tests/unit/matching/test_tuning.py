"""Tuning brings together what belongs together, by the gradient it claims to follow, and only where it helps."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix, random

from matchmaker.errors import InputError
from matchmaker.matching.arrays import FloatArray, IntArray
from matchmaker.matching.tuning import Course, Pairs, _gradient, tuned, tuned_if_better

TERMS, DIMENSION = 40, 8


def _nobody_near(rows: IntArray) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    return np.zeros((len(rows), len(rows)), dtype=np.bool_)


def _pairs(n: int, seed: int) -> Pairs:
    sides = [csr_matrix(random(n, TERMS, density=0.3, random_state=seed + side, dtype=np.float32)) for side in (0, 1)]
    return Pairs(*sides, _nobody_near)


def _loss(vectors: FloatArray, pairs: Pairs, temperature: float) -> float:
    """The loss as it is written in the paper, term by term, in double precision."""
    left, right = (np.asarray(side @ vectors, dtype=np.float64) for side in (pairs.left, pairs.right))
    left /= np.linalg.norm(left, axis=1, keepdims=True)
    right /= np.linalg.norm(right, axis=1, keepdims=True)
    logits = left @ right.T / temperature
    own = np.diag(logits)
    rows, columns = (np.log(np.exp(logits).sum(axis=axis)) - own for axis in (1, 0))
    return float((rows.mean() + columns.mean()) / 2)


def test_the_gradient_is_that_of_the_loss() -> None:
    pairs, course = _pairs(12, 3), Course(forgotten=0.0, temperature=0.3)
    vectors = np.random.default_rng(1).standard_normal((TERMS, DIMENSION)).astype(np.float32)
    found = _gradient(vectors, pairs, np.arange(12, dtype=np.int32), course, np.random.default_rng(0))
    step = 1e-4
    for term, column in ((0, 0), (5, 3), (17, 7), (39, 1)):
        moved = []
        for sign in (1, -1):
            shifted = vectors.astype(np.float64)
            shifted[term, column] += sign * step
            moved.append(_loss(shifted, pairs, 0.3))  # type: ignore[arg-type]
        assert found[term, column] == pytest.approx((moved[0] - moved[1]) / (2 * step), abs=2e-4)


def _topical(n: int, rng: np.random.Generator) -> tuple[Pairs, IntArray]:
    """People of ten subjects: each side of a pair has other words, but words of one subject."""
    subject = rng.integers(0, 10, n)
    sides = []
    for half in (0, 1):
        rows = np.zeros((n, TERMS), dtype=np.float32)
        for i, s in enumerate(subject):
            rows[i, s * 4 + 2 * half : s * 4 + 2 * half + 2] = rng.random(2) + 0.1
        sides.append(csr_matrix(rows))
    same = subject[:, None] == subject[None, :]
    return Pairs(*sides, lambda rows: same[np.ix_(rows, rows)]), np.arange(n, dtype=np.int32)


def test_people_who_were_not_trained_on_find_their_other_half() -> None:
    pairs, person = _topical(3_000, np.random.default_rng(4))
    start = np.random.default_rng(5).standard_normal((TERMS, DIMENSION)).astype(np.float32) * 0.05
    after, told = tuned_if_better(start, pairs, person, Course(epochs=8, batch=256))
    assert told.kept
    assert told.after > told.before + 0.2
    assert not np.array_equal(after, start)


def test_pairs_that_have_nothing_in_common_change_nothing() -> None:
    pairs = _pairs(3_000, 8)
    start = np.random.default_rng(5).standard_normal((TERMS, DIMENSION)).astype(np.float32) * 0.05
    after, told = tuned_if_better(start, pairs, np.arange(3_000, dtype=np.int32), Course(batch=256))
    assert not told.kept
    np.testing.assert_array_equal(after, start)


def test_the_same_input_gives_the_same_bits() -> None:
    pairs, start = _pairs(600, 2), np.random.default_rng(0).standard_normal((TERMS, DIMENSION)).astype(np.float32)
    once, twice = (tuned(start, pairs, Course(batch=128)) for _ in range(2))
    np.testing.assert_array_equal(once, twice)
    assert not np.array_equal(once, tuned(start, pairs, Course(batch=128, seed=8)))


def test_components_of_another_lexicon_are_refused() -> None:
    with pytest.raises(InputError, match="components of 3"):
        tuned(np.zeros((3, 2), dtype=np.float32), _pairs(10, 1), Course())
