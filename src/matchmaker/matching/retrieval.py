"""The k nearest of the admitted, exactly: the protocol, its oracle in NumPy, and people found through their texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from matchmaker.errors import InputError
from matchmaker.matching.arrays import BoolArray, FloatArray, IntArray
from matchmaker.matching.best_texts import OF_A_PERSON
from matchmaker.matching.links import Links, gathered

_TEXTS_PER_PLACE = 20


@dataclass(frozen=True)
class Found:
    """Row numbers and similarities, best first; ties by row number."""

    rows: IntArray
    similarity: FloatArray


class Retriever(Protocol):
    """Exact search over unit rows by inner product.

    `nearest` returns exactly `k` rows of those `admitted` (a mask of shape (n,)), or all admitted ones if they are
    fewer; best first, ties by row number. Raises InputError for a query of another dimension or not finite.
    """

    def nearest(self, query: FloatArray, admitted: BoolArray, k: int) -> Found:
        """The k nearest admitted rows."""


@dataclass(frozen=True)
class ExactRetriever:
    """The oracle: one matrix product, one sort."""

    vectors: FloatArray

    def nearest(self, query: FloatArray, admitted: BoolArray, k: int) -> Found:
        """See Retriever."""
        check_query(query, self.vectors.shape[1])
        rows = np.flatnonzero(admitted).astype(np.int32)
        return best(rows, self.vectors[rows] @ query, k)


def best(rows: IntArray, similarity: FloatArray, k: int) -> Found:
    """The `k` highest of `similarity`, best first, ties by row number."""
    if k < len(rows):
        # Everything tied with the k-th must be seen before the tie is broken by row number.
        threshold = np.partition(similarity, len(rows) - k)[len(rows) - k]
        kept = np.flatnonzero(similarity >= threshold)
        rows, similarity = rows[kept], similarity[kept]
    order = np.lexsort((rows, -similarity))[:k]
    return Found(rows[order].astype(np.int32, copy=False), similarity[order].astype(np.float32, copy=False))


def ranks(similarity: FloatArray, seeker: int | None) -> IntArray:
    """1 + how many are nearer, to six decimals, for each row; the seeker is in nobody's way. 0 for whoever is not near
    at all. Shape (n,)."""
    rounded = np.round(np.asarray(similarity, dtype=np.float64), 6)
    if seeker is not None:
        rounded[seeker] = -np.inf
    nearer = len(rounded) - np.searchsorted(np.sort(rounded), rounded, side="right")
    found: IntArray = np.where(rounded > 0, 1 + nearer, 0).astype(np.int32)
    return found


def check_query(query: FloatArray, dimension: int) -> None:
    """Refuse a query vector of the wrong shape or with NaN in it."""
    if query.shape != (dimension,):
        raise InputError(f"the query has shape {query.shape}, the index {dimension} dimensions", hint="use one encoder")
    if not np.isfinite(query).all():
        raise InputError("the query vector is not finite", hint="check the text and the encoder")


@dataclass(frozen=True)
class TextSearch:
    """People by their nearest texts; `fading`, in [0, 1] and of shape (n_texts,), is what is left of a likeness for the
    age of a text (all of it, if not given). At least `fetched_first` texts are looked at, and more as needed."""

    retriever: Retriever
    vectors: FloatArray
    person_texts: Links
    text_people: Links
    fading: FloatArray | None = None
    fetched_first: int = 1_000

    def people(self, query: FloatArray, admitted: BoolArray, k: int) -> Found:
        """The `k` admitted people whose nearest texts come to most; exact.

        Texts are fetched nearest first. Somebody none of whose texts has been fetched yet cannot score above the last
        similarity fetched, so once the k-th score found reaches it, nobody is missing.
        """
        reachable = self._texts_of(admitted)
        total = int(reachable.sum())
        fetched = min(total, max(self.fetched_first, _TEXTS_PER_PLACE * k))
        while True:
            texts = self.retriever.nearest(query, reachable, fetched)
            people = self._admitted_people(texts.rows, admitted)
            found = best(people, self.likeness(query, people), k)
            bound = texts.similarity[-1] if len(texts.rows) else np.float32(-1)
            if fetched >= total or (len(found.rows) == k and found.similarity[-1] > bound):
                return found
            fetched = min(total, fetched * 8)

    def _texts_of(self, admitted: BoolArray) -> BoolArray:
        reachable = np.zeros(len(self.vectors), dtype=np.bool_)
        rows = np.repeat(admitted, np.diff(self.person_texts.indptr))
        reachable[self.person_texts.indices[rows]] = True
        return reachable

    def _admitted_people(self, texts: IntArray, admitted: BoolArray) -> IntArray:
        people = gathered(self.text_people, texts)[0]
        return np.unique(people[admitted[people]]).astype(np.int32)

    def likeness(self, query: FloatArray, people: IntArray) -> FloatArray:
        """What the likenesses of each person's texts come to (best_texts.BestTexts), shape (len(people),)."""
        texts, owner = gathered(self.person_texts, people)
        unique, inverse = np.unique(texts, return_inverse=True)
        similarity = faded(self.vectors[unique] @ query, None if self.fading is None else self.fading[unique])[inverse]
        counts = np.bincount(owner, minlength=len(people))
        return OF_A_PERSON.of_runs(np.concatenate([[0], np.cumsum(counts)]), similarity)


def faded(similarity: FloatArray, fading: FloatArray | None) -> FloatArray:
    """Likeness after what its text has lost by age; being unlike does not fade, so nobody rises above the found."""
    return similarity if fading is None else np.where(similarity > 0, similarity * fading, similarity)


def added_up(person_texts: Links, likeness: FloatArray) -> FloatArray:
    """For everybody, what the likenesses of their texts, `likeness` of shape (n_texts,), come to; 0 without texts."""
    return OF_A_PERSON.of_runs(person_texts.indptr, np.asarray(likeness, dtype=np.float32)[person_texts.indices])
