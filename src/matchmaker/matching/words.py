"""How near people are by their words: the lexical channel, on TF-IDF rows of their texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix

from matchmaker.matching.arrays import FloatArray

if TYPE_CHECKING:
    from matchmaker.matching.corpus import Corpus

_PEOPLE_AT_A_TIME = 20_000


def query_words(corpus: Corpus, text: str) -> FloatArray:
    """A text as a unit row over the lexicon's terms, shape (n_terms,); zeros where no word is known."""
    row: FloatArray = corpus.lexicon.weights([text]).toarray()[0]
    return row


def person_words(corpus: Corpus, person: int) -> FloatArray:
    """The recency-weighted mean of a person's rows, unit length, shape (n_terms,); zeros where nothing is known."""
    texts = corpus.person_texts.of(person)
    total = np.asarray(corpus.text_words[texts].T @ corpus.text_weight[texts], dtype=np.float32)
    length = float(np.linalg.norm(total))
    return total / np.float32(length) if length else total


def near_by_words(corpus: Corpus, query: FloatArray) -> FloatArray:
    """Cosine of everybody's recency-weighted centroid with a unit row over terms, shape (n_people,).

    The centroids are never written out: a cosine with one is the weighted sum of those with its texts, by its length.
    """
    summed = corpus.mixing @ (corpus.text_words @ query)
    lengths = corpus.people_word_lengths
    near: FloatArray = np.divide(summed, lengths, out=np.zeros_like(summed), where=lengths > 0)
    return near


def centroid_lengths(mixing: csr_matrix, text_words: csr_matrix) -> FloatArray:
    """Length of everybody's weighted sum of rows, shape (n_people,), float32; what a cosine is divided by."""
    lengths = np.zeros(mixing.shape[0], dtype=np.float32)
    for start in range(0, len(lengths), _PEOPLE_AT_A_TIME):
        sums = csr_matrix(mixing[start : start + _PEOPLE_AT_A_TIME] @ text_words)
        squares = np.asarray(sums.multiply(sums).sum(axis=1), dtype=np.float64).ravel()
        lengths[start : start + len(squares)] = np.sqrt(squares)
    return lengths


def shared_vocabulary(corpus: Corpus, query: FloatArray) -> FloatArray:
    """Which part of what everybody writes is in words of the query too, in [0, 1], shape (n_people,).

    By squared TF-IDF, which adds up to 1 over the terms of a text; texts count by recency. 0 without texts.
    """
    part = corpus.word_parts @ (query > 0).astype(np.float32)
    whole = np.asarray(corpus.mixing.sum(axis=1), dtype=np.float32).ravel()
    shared: FloatArray = np.divide(corpus.mixing @ part, whole, out=np.zeros_like(whole), where=whole > 0)
    return np.clip(shared, 0, 1)
