"""The words of a corpus and how telling each is: the lexical half of encoding, and the phrases evidence may name."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_matrix

from matchmaker.errors import InputError
from matchmaker.matching.arrays import FloatArray, IntArray

if TYPE_CHECKING:
    from sklearn.feature_extraction.text import TfidfVectorizer

TERMS_PER_TEXT = 24
_TOKEN = r"(?u)\b[^\W\d_][\w-]*\w\b"
# Words of scientific prose that carry no topic; they would otherwise head every list of shared phrases.
_PROSE = frozenset(
    "abstract achieve achieved additionally aim algorithm algorithms analysis approach approaches based better compared "
    "conclusion consider data demonstrate different effective evaluate evaluation existing experiment experimental "
    "experiments findings furthermore important improve improved introduce investigate large method methods model models "
    "moreover new novel number obtained outperforms paper perform performance present presented problem problems propose "
    "proposed provide recent recently result results set several shown significant significantly state-of-the-art studies "
    "study suggest task tasks technique techniques time use used using various work works".split()
)


@dataclass(frozen=True)
class Lexicon:
    """Terms (one or two words) in alphabetical order and their inverse document frequency, shape (n_terms,)."""

    terms: tuple[str, ...]
    idf: FloatArray

    @classmethod
    def fit(cls, texts: Iterable[str], *, max_terms: int = 50_000, min_count: int = 2) -> Lexicon:
        """Learn the terms of a corpus; a term must stand in at least `min_count` texts.

        idf is ln((1 + n) / (1 + df)) + 1, as scikit-learn's TfidfVectorizer takes it. Raises InputError when no term
        is left, for example because every text is empty.
        """
        vectorizer = _vectorizer(max_features=max_terms, min_df=min_count)
        try:
            vectorizer.fit(texts)
        except ValueError as error:
            raise InputError(
                f"these texts have no vocabulary in common: {error}",
                hint="an index needs a few dozen works with titles or abstracts; check what was ingested",
            ) from error
        return cls(tuple(vectorizer.get_feature_names_out()), vectorizer.idf_.astype(np.float32))

    @cached_property
    def _weighing(self) -> TfidfVectorizer:
        vectorizer = _vectorizer(vocabulary=self.terms)
        vectorizer.idf_ = self.idf.astype(np.float64)
        return vectorizer

    def weights(self, texts: Sequence[str]) -> csr_matrix:
        """TF-IDF rows of unit length (all zero where no word is known), float32, shape (len(texts), n_terms)."""
        return csr_matrix(self._weighing.transform(texts), dtype=np.float32)

    def top_terms(self, weights: csr_matrix, n: int = TERMS_PER_TEXT) -> IntArray:
        """Numbers of the `n` most telling terms of each row, best first, padded with -1; shape (rows, n)."""
        top = np.full((weights.shape[0], n), -1, dtype=np.int32)
        scored = csr_matrix(weights.multiply(self._telling))
        for row in range(scored.shape[0]):
            columns = scored.indices[scored.indptr[row] : scored.indptr[row + 1]]
            values = scored.data[scored.indptr[row] : scored.indptr[row + 1]]
            best = np.lexsort((columns, -values))[:n]
            best = best[values[best] > 0]
            top[row, : len(best)] = columns[best]
        return top

    @cached_property
    def _telling(self) -> FloatArray:
        """0 for prose words; two-word terms count for more, since a phrase says more than its words."""
        return np.array([_tellingness(term) for term in self.terms], dtype=np.float32)[np.newaxis, :]

    def to_files(self) -> dict[str, bytes | FloatArray]:
        """The two files a generation keeps."""
        return {"lexicon.json": json.dumps(self.terms, ensure_ascii=False).encode(), "lexicon_idf.npy": self.idf}


def _tellingness(term: str) -> float:
    words = term.split(" ")
    if any(word in _PROSE for word in words):
        return 0.0
    return 1.5 if len(words) == 2 else 1.0


def _vectorizer(**given: Any) -> TfidfVectorizer:
    """Words and pairs of words, without numbers and stop words. Imported here: it takes seconds, and most commands
    never read a text."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, TfidfVectorizer

    # Some of scikit-learn's stop words are subjects of research.
    stop_words = sorted(ENGLISH_STOP_WORDS - {"system", "fire", "cry", "mill", "mine"})
    return TfidfVectorizer(
        ngram_range=(1, 2), sublinear_tf=True, stop_words=stop_words, token_pattern=_TOKEN, norm="l2", **given
    )
