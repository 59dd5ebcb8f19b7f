"""BM25 (Robertson & Zaragoza 2009, doi:10.1561/1500000019) as `bm25s` scores it, for many long queries at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_matrix, csr_matrix

from matchmaker.matching.arrays import FloatArray


@dataclass(frozen=True, eq=False)
class Bm25:
    """`weights` holds what each word counts in each document, shape (documents, words), as `bm25s` computed it; `words`
    are the columns."""

    weights: csc_matrix
    words: Mapping[str, int]

    @classmethod
    def over(cls, documents: Sequence[str]) -> Bm25:
        """An index of documents without English stop words, otherwise as `bm25s` is set when nothing is said."""
        import bm25s

        index = bm25s.BM25()
        index.index(bm25s.tokenize(list(documents), stopwords="en", show_progress=False), show_progress=False)
        found, n_words = index.scores, len(index.scores["indptr"]) - 1
        weights = csc_matrix(
            (found["data"], found["indices"], found["indptr"]), shape=(int(found["num_docs"]), n_words)
        )
        # Its vocabulary also has a word for nothing at all, which stands in no document.
        return cls(weights, {word: column for word, column in index.vocab_dict.items() if column < n_words})

    def scores(self, queries: Sequence[str]) -> FloatArray:
        """Every document for every query, float32, shape (queries, documents); a word that is there twice counts twice.

        One product of matrices: `bm25s` itself goes through a query word by word, which takes seconds for a query of
        all that somebody wrote.
        """
        import bm25s

        spoken = bm25s.tokenize(list(queries), stopwords="en", return_ids=False, show_progress=False)
        words = [[self.words[word] for word in each if word in self.words] for each in spoken]
        starts = np.cumsum([0, *map(len, words)])
        columns = np.array([word for each in words for word in each], dtype=np.int32)
        asked = csr_matrix(
            (np.ones(len(columns), dtype=np.float32), columns, starts), (len(words), self.weights.shape[1])
        )
        asked.sum_duplicates()
        found: FloatArray = (asked @ self.weights.T).toarray().astype(np.float32, copy=False)
        return found
