"""Pairs of profiles that belong together, from who wrote what up to a date: what an encoder is tuned on.

Three kinds: two halves of one person's texts, two single texts of one person, and two people before the first work
they wrote together. Nothing after the corpus's date is looked at, and of two people nothing from the year they met on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from sklearn.preprocessing import normalize

from matchmaker.matching.arrays import IntArray
from matchmaker.matching.corpus import Corpus
from matchmaker.matching.profiles import RECENCY_YEARS
from matchmaker.matching.ties import coauthorship
from matchmaker.matching.tuning import Pairs

MOST_AUTHORS: Final = 10
MOST_PAIRS: Final = 120_000
_FEWEST_FOR_HALVES: Final = 4
_FEWEST_BEFORE: Final = 2
_HALVINGS: Final = 2
_YEARS_BACK: Final = 10

# (left rows, right rows, left person, right person) of some pairs.
_Part = tuple[csr_matrix, csr_matrix, IntArray, IntArray]


def authorship_pairs(corpus: Corpus, rng: np.random.Generator) -> tuple[Pairs, IntArray]:
    """All pairs (drawn down to 120,000), and the person on the left of each, shape (pairs,)."""
    parts = [*_halves(corpus, rng), _single_texts(corpus, rng), *_first_works(corpus)]
    left = csr_matrix(vstack([part[0] for part in parts], format="csr"))
    right = csr_matrix(vstack([part[1] for part in parts], format="csr"))
    one = np.concatenate([part[2] for part in parts]).astype(np.int32)
    two = np.concatenate([part[3] for part in parts]).astype(np.int32)
    told = np.flatnonzero((np.diff(left.indptr) > 0) & (np.diff(right.indptr) > 0))
    if len(told) > MOST_PAIRS:
        told = np.sort(rng.choice(told, MOST_PAIRS, replace=False))
    left, right, one, two = left[told], right[told], one[told], two[told]
    together = coauthorship(corpus)

    def too_near(rows: IntArray) -> NDArray[np.bool_]:
        wrote = (together[one[rows]][:, two[rows]] > 0).toarray()
        near: NDArray[np.bool_] = wrote | (one[rows][:, np.newaxis] == two[rows][np.newaxis, :])
        return near

    return Pairs(left, right, too_near), one


def _halves(corpus: Corpus, rng: np.random.Generator) -> Iterator[_Part]:
    links = corpus.person_texts
    for _ in range(_HALVINGS):
        first = rng.random(len(links.indices)) < 0.5
        sides = [_mixed(corpus, np.where(half, np.float32(1), np.float32(0))) for half in (first, ~first)]
        counts = [np.diff(csr_matrix(side).indptr) for side in sides]
        people = np.flatnonzero((corpus.n_texts >= _FEWEST_FOR_HALVES) & (counts[0] > 0) & (counts[1] > 0))
        rows = people.astype(np.int32)
        yield _profile(corpus, sides[0][rows]), _profile(corpus, sides[1][rows]), rows, rows


def _mixed(corpus: Corpus, weight: NDArray[np.float32]) -> csr_matrix:
    """Person × text with these weights, those of 0 left out."""
    links = corpus.person_texts
    mixed = csr_matrix((weight, links.indices.copy(), links.indptr.copy()), shape=corpus.mixing.shape)
    mixed.eliminate_zeros()
    return mixed


def _single_texts(corpus: Corpus, rng: np.random.Generator) -> _Part:
    person, text = corpus.pairs
    order = np.lexsort((rng.random(len(person)), person))
    one, two = order[:-1:2], order[1::2]
    one, two = one[: len(two)], two[: len(one)]
    same = (person[one] == person[two]) & (text[one] != text[two])
    one, two = one[same], two[same]
    return corpus.text_words[text[one]], corpus.text_words[text[two]], person[one], person[two]


def _first_works(corpus: Corpus) -> Iterator[_Part]:
    """Two people as they were before the year of the first work they wrote together."""
    one, two, year = _meetings(corpus)
    if len(year) == 0:
        return
    years = corpus.published.astype("datetime64[Y]").astype(int) + 1970
    links = corpus.person_texts
    of_text = years[links.indices]
    for met in range(int(year.max()) - _YEARS_BACK + 1, int(year.max()) + 1):
        age = np.maximum(met - of_text, 0).astype(np.float32)
        weight = np.where(of_text < met, np.exp(-age / np.float32(RECENCY_YEARS)), np.float32(0))
        before = _mixed(corpus, weight.astype(np.float32))
        known = np.diff(before.indptr) >= _FEWEST_BEFORE
        chosen = np.flatnonzero((year == met) & known[one] & known[two])
        a, b = one[chosen], two[chosen]
        yield _profile(corpus, before[a]), _profile(corpus, before[b]), a, b


def _meetings(corpus: Corpus) -> tuple[IntArray, IntArray, IntArray]:
    """(person, person, year) of the first work of at most ten authors that two people share."""
    links, n = corpus.text_people, corpus.n_people
    counts = np.diff(links.indptr)
    years = corpus.published.astype("datetime64[Y]").astype(np.int64) + 1970
    keys, seen = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for size in range(2, MOST_AUTHORS + 1):
        texts = np.flatnonzero((counts == size) & ~corpus.is_interest)
        people = np.sort(links.indices[links.indptr[texts][:, np.newaxis] + np.arange(size)], axis=1).astype(np.int64)
        for a in range(size):
            for b in range(a + 1, size):
                keys.append(people[:, a] * n + people[:, b])
                seen.append(years[texts])
    key, year = np.concatenate(keys), np.concatenate(seen)
    order = np.lexsort((year, key))
    pairs, first = np.unique(key[order], return_index=True)
    one, two = (pairs // n).astype(np.int32), (pairs % n).astype(np.int32)
    apart = one != two
    return one[apart], two[apart], year[order][first].astype(np.int32)[apart]


def _profile(corpus: Corpus, mixing: csr_matrix) -> csr_matrix:
    if mixing.shape[0] == 0:
        return corpus.text_words[:0]
    return csr_matrix(normalize(csr_matrix(mixing @ corpus.text_words)))
