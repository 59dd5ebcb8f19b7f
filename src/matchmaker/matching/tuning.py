"""Term vectors tuned on who wrote what: texts of one author, and of people who began to work together, come nearer.

Contrastive learning with the other pairs of a batch as what is to be told apart (InfoNCE, van den Oord et al. 2018,
arXiv:1807.03748), by hand-written gradients and Adagrad, on one thread: the same input gives the same bits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from matchmaker.errors import InputError
from matchmaker.matching.arrays import FloatArray, IntArray
from matchmaker.measures.intervals import mean_intervals

Progress = Callable[[int, int], None]
# Same rows → which of the right sides (columns) must not count as wrong for which of the left ones.
TooNear = Callable[[IntArray], NDArray[np.bool_]]
_TINY: Final = 1e-8
_HELD_OUT: Final = 10
_MOST_ASKED: Final = 2_000


@dataclass(frozen=True, slots=True)
class Course:
    """How it is trained; found on papers up to 2018 (docs/decisions/0018).

    `forgotten` is the part of the terms of a text that is left out in each step, which keeps a text from being told
    by its few rarest words.
    """

    epochs: int = 1
    batch: int = 2_048
    rate: float = 0.02
    temperature: float = 0.05
    forgotten: float = 0.5
    seed: int = 7


@dataclass(frozen=True, eq=False)
class Pairs:
    """Rows over terms that belong together: `left[i]` and `right[i]`, both of shape (pairs, terms).

    `too_near(rows)` is a mask of shape (len(rows), len(rows)): True where the right side of a column is no wrong answer
    for the left side of a row, because they are the same person or wrote together.
    """

    left: csr_matrix
    right: csr_matrix
    too_near: TooNear

    def __len__(self) -> int:
        return int(self.left.shape[0])


def tuned(
    components: FloatArray, pairs: Pairs, course: Course, progress: Progress = lambda done, total: None
) -> FloatArray:
    """`components`, shape (terms, d), after training; the input is left as it is.

    Raises InputError where pairs and components have different terms, or training runs away.
    """
    if pairs.left.shape != pairs.right.shape or pairs.left.shape[1] != len(components):
        raise InputError(
            f"pairs over {pairs.left.shape[1]} and {pairs.right.shape[1]} terms, components of {len(components)}",
            hint="use the lexicon that the components were fitted with",
        )
    rng = np.random.default_rng(course.seed)
    vectors = components.astype(np.float32, copy=True)
    squares = np.full_like(vectors, 1e-10)
    batch = min(course.batch, len(pairs))
    steps, done = course.epochs * (len(pairs) // batch), 0
    with threadpool_limits(1):
        for _ in range(course.epochs):
            order = rng.permutation(len(pairs)).astype(np.int32)
            for start in range(0, len(order) - batch + 1, batch):
                gradient = _gradient(vectors, pairs, np.sort(order[start : start + batch]), course, rng)
                squares += gradient * gradient
                vectors -= np.float32(course.rate) * gradient / np.sqrt(squares)
                done += 1
                progress(done, steps)
    if not np.isfinite(vectors).all():
        raise InputError("training the encoder ran away", hint="use a lower rate, or the encoder tfidf-svd")
    return vectors


def _gradient(
    vectors: FloatArray, pairs: Pairs, rows: IntArray, course: Course, rng: np.random.Generator
) -> FloatArray:
    """Of the mean loss of a batch, by term: how badly each side finds the other among all others."""
    left, right = _forgetting(pairs.left[rows], course, rng), _forgetting(pairs.right[rows], course, rng)
    (a, length_a), (b, length_b) = _unit(left @ vectors), _unit(right @ vectors)
    logits = (a @ b.T) / np.float32(course.temperature)
    near = pairs.too_near(rows)
    np.fill_diagonal(near, False)
    logits[near] = -1e4
    wrong = _softmax(logits, 1) + _softmax(logits, 0)
    wrong[np.diag_indices(len(rows))] -= 2
    wrong /= np.float32(2 * len(rows) * course.temperature)
    to_left = _through_length((wrong @ b).astype(np.float32), a, length_a)
    to_right = _through_length((wrong.T @ a).astype(np.float32), b, length_b)
    return np.asarray(left.T @ to_left + right.T @ to_right, dtype=np.float32)


def _forgetting(rows: csr_matrix, course: Course, rng: np.random.Generator) -> csr_matrix:
    kept = rng.random(len(rows.data), dtype=np.float32) >= course.forgotten
    return csr_matrix((rows.data * kept, rows.indices, rows.indptr), shape=rows.shape)


def _unit(rows: FloatArray) -> tuple[FloatArray, FloatArray]:
    length = np.sqrt((rows * rows).sum(axis=1, keepdims=True)) + np.float32(_TINY)
    return rows / length, length


def _softmax(logits: FloatArray, axis: int) -> FloatArray:
    shifted = np.exp(logits - logits.max(axis=axis, keepdims=True))
    share: FloatArray = shifted / shifted.sum(axis=axis, keepdims=True)
    return share


def _through_length(gradient: FloatArray, unit: FloatArray, length: FloatArray) -> FloatArray:
    """The gradient before rows were brought to unit length."""
    along = (gradient * unit).sum(axis=1, keepdims=True)
    passed: FloatArray = (gradient - unit * along) / length
    return passed


@dataclass(frozen=True, slots=True)
class Tuning:
    """What tuning did for people it was not trained on: the mean reciprocal rank of the right one of each pair among
    all others held out, before and after, and the 95 % interval of the difference, drawn by person. `kept` where its
    lower end is above 0 and the encoder is the tuned one."""

    pairs: int
    held_out: int
    before: float
    after: float
    low: float
    high: float
    kept: bool


def tuned_if_better(
    components: FloatArray,
    pairs: Pairs,
    person: IntArray,
    course: Course,
    progress: Progress = lambda done, total: None,
) -> tuple[FloatArray, Tuning]:
    """Train on the pairs of nine people in ten and ask the tenth; the components before where it did not help.

    `person` is who stands on the left of each pair, shape (pairs,).
    """
    rng = np.random.default_rng(course.seed)
    people = np.unique(person)
    apart = np.isin(person, rng.choice(people, max(1, len(people) // _HELD_OUT), replace=False))
    asked = np.flatnonzero(apart)[:_MOST_ASKED].astype(np.int32)
    trained = np.flatnonzero(~apart).astype(np.int32)
    kept = Pairs(pairs.left[trained], pairs.right[trained], lambda rows: pairs.too_near(trained[rows]))
    after = tuned(components, kept, course, progress)
    old, new = _reciprocal_ranks(components, pairs, asked), _reciprocal_ranks(after, pairs, asked)
    (difference,) = mean_intervals((new - old)[:, np.newaxis], rng, clusters=person[asked])
    low, high = (0.0 if end is None else end for end in (difference.low, difference.high))
    told = Tuning(len(pairs), len(asked), float(old.mean()), float(new.mean()), low, high, low > 0)
    return (after if told.kept else components), told


def _reciprocal_ranks(vectors: FloatArray, pairs: Pairs, rows: IntArray) -> NDArray[np.float64]:
    a, b = _unit(pairs.left[rows] @ vectors)[0], _unit(pairs.right[rows] @ vectors)[0]
    near = a @ b.T
    right = np.diag(near).copy()
    hidden = pairs.too_near(rows)
    np.fill_diagonal(hidden, True)
    near[hidden] = -np.inf
    ranks: NDArray[np.float64] = 1.0 / (1 + (near >= right[:, np.newaxis]).sum(axis=1))
    return ranks
