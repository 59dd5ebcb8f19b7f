"""What baselines are made of: the texts of candidates up to the date, and those who ask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from matchmaker.evaluation.bm25 import Bm25
from matchmaker.evaluation.later import Later
from matchmaker.evaluation.splits import Split
from matchmaker.matching.arrays import BoolArray, FloatArray, IntArray
from matchmaker.matching.best_texts import BestTexts
from matchmaker.matching.links import Links

Scores = NDArray[np.floating]
_MOST_TERMS: Final = 100_000
_TOP_THREE: Final = BestTexts(places=3, each_next=1.0, missing=0.75)


@dataclass(frozen=True, eq=False)
class Material:
    """What baselines are made of: the texts (title and abstract) of candidates up to the date, and those who ask.

    `texts` are all texts of the corpus in its order, `has_abstract` says which have one: only these are read, as only
    these make a candidate. `later` holds the texts that ask, for a split of texts. `encode` gives the rows of a
    sentence encoder (float32, unit length, one per text) and may remember them.
    """

    split: Split
    texts: Sequence[str]
    has_abstract: BoolArray
    seed: int
    encode: Callable[[Sequence[str]], FloatArray]
    later: Later | None = None

    @cached_property
    def profile(self) -> Links:
        """Candidate → the texts with an abstract that they wrote up to the date."""
        links = self.split.corpus.person_texts
        pairs = [
            (row, text)
            for row, person in enumerate(self.split.candidates.tolist())
            for text in links.of(person).tolist()
            if self.has_abstract[text]
        ]
        left, right = (np.array(column, dtype=np.int32) for column in zip(*pairs, strict=True))
        return Links.between(left, right, len(self.split.candidates))

    @cached_property
    def used(self) -> IntArray:
        """The texts that some candidate wrote, ascending."""
        return np.unique(self.profile.indices)

    @cached_property
    def used_texts(self) -> list[str]:
        """What they say."""
        return [self.texts[text] for text in self.used.tolist()]

    @cached_property
    def columns(self) -> NDArray[np.int64]:
        """Where in `used` each entry of `profile` stands."""
        return np.searchsorted(self.used, self.profile.indices)

    @cached_property
    def mean_of_texts(self) -> csr_matrix:
        """Candidate × used text: the mean over a candidate's texts."""
        links = self.profile
        counts = np.diff(links.indptr)
        weight = np.repeat(1.0 / np.maximum(counts, 1), counts).astype(np.float32)
        return csr_matrix((weight, self.columns, links.indptr), shape=(len(counts), len(self.used)))

    def three_best(self, near: Scores) -> FloatArray:
        """The mean of each candidate's three best of `near`, shape (used texts,).

        A missing one counts 0.75 of the best, or whoever signed only the nearest text would win.
        """
        return _TOP_THREE.of_runs(self.profile.indptr, np.asarray(near, dtype=np.float32)[self.columns])

    @property
    def by_text(self) -> bool:
        """Whether texts ask."""
        return self.later is not None

    def asking(self, rows: IntArray) -> list[str]:
        """What each query says: the text that asks, or all texts of the person who asks."""
        if self.later is not None:
            return [self.later.texts[work] for work in self.split.queries[rows].tolist()]
        return [self._document(candidate) for candidate in self.candidate_rows(rows).tolist()]

    def candidate_rows(self, rows: IntArray) -> IntArray:
        """The candidates that queries are, where people ask."""
        found: IntArray = np.searchsorted(self.split.candidates, self.split.queries[rows]).astype(np.int32)
        return found

    def documents(self) -> list[str]:
        """Every candidate's texts as one."""
        return [self._document(candidate) for candidate in range(len(self.split.candidates))]

    def _document(self, candidate: int) -> str:
        return "\n".join(self.texts[text] for text in self.profile.of(candidate).tolist())

    @cached_property
    def dense(self) -> FloatArray:
        """Rows of the used texts by the sentence encoder."""
        return self.encode(self.used_texts)

    @cached_property
    def bm25_texts(self) -> Bm25:
        """BM25 over the used texts, each by itself."""
        return Bm25.over(self.used_texts)

    @cached_property
    def tfidf(self) -> tuple[TfidfVectorizer, csr_matrix]:
        """TF-IDF of the used texts, as scikit-learn does it with one and two words."""
        vectorizer = TfidfVectorizer(
            ngram_range=(1, 2), sublinear_tf=True, stop_words="english", min_df=2, max_features=_MOST_TERMS
        )
        return vectorizer, csr_matrix(vectorizer.fit_transform(self.used_texts), dtype=np.float32)
