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
from matchmaker.matching.arrays import BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    from sklearn.feature_extraction.text import TfidfVectorizer

WORDS_PER_TEXT = 32
PHRASES_PER_TEXT = 16
_WORD = r"(?u)\b[^\W\d_][\w-]*\w\b"
# Words of scientific prose that carry no topic; they would otherwise head every list of shared phrases.
_PROSE = frozenset(
    """
    abstract achieve achieved additionally aim algorithm algorithms analysis approach approaches based
    better compared conclusion consider data demonstrate different effective evaluate evaluation
    existing experiment experimental experiments findings furthermore important improve improved
    introduce investigate large method methods model models moreover new novel number obtained
    outperforms paper perform performance present presented problem problems propose proposed provide
    recent recently result results set several shown significant significantly state-of-the-art studies
    study suggest task tasks technique techniques time use used using various work works
    """.split()
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

    @classmethod
    def empty(cls) -> Lexicon:
        """No terms: of texts that have none in common, whose rows have no columns."""
        return cls((), np.empty(0, dtype=np.float32))

    @cached_property
    def _weighing(self) -> TfidfVectorizer:
        vectorizer = _vectorizer(vocabulary=self.terms)
        vectorizer.idf_ = self.idf.astype(np.float64)
        return vectorizer

    def weights(self, texts: Sequence[str]) -> csr_matrix:
        """TF-IDF rows of unit length (all zero where no word is known), float32, shape (len(texts), n_terms)."""
        if not self.terms:
            return csr_matrix(np.zeros((len(texts), 0), dtype=np.float32))
        return csr_matrix(self._weighing.transform(texts), dtype=np.float32)

    def unknown_words(self, text: str) -> tuple[list[str], int]:
        """The words of a text that are not in the lexicon, alphabetically, and of how many; stop words are none."""
        spoken = {term for term in self._weighing.build_analyzer()(text) if " " not in term}
        return sorted(spoken - self._words), len(spoken)

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(self.terms)

    def telling_terms(self, weights: csr_matrix) -> IntArray:
        """Numbers of the most telling words, then of the most telling two-word phrases, of each row, -1 padded.

        Best first; shape (rows, WORDS_PER_TEXT + PHRASES_PER_TEXT). Words that every abstract uses tell nothing.
        """
        kept = self._telling[weights.indices]
        words, phrases = kept & ~self._is_phrase[weights.indices], kept & self._is_phrase[weights.indices]
        return np.hstack([_best(weights, words, WORDS_PER_TEXT), _best(weights, phrases, PHRASES_PER_TEXT)])

    def all_telling(self, weights: csr_matrix) -> frozenset[int]:
        """Numbers of all telling terms of one row."""
        return frozenset(int(term) for term in weights.indices if self._telling[term])

    @cached_property
    def _telling(self) -> BoolArray:
        return np.array([not _PROSE.intersection(term.split(" ")) for term in self.terms])

    @cached_property
    def _is_phrase(self) -> BoolArray:
        return np.array([" " in term for term in self.terms])

    def to_files(self) -> dict[str, bytes | FloatArray]:
        """The two files a generation keeps."""
        return {"lexicon.json": json.dumps(self.terms, ensure_ascii=False).encode(), "lexicon_idf.npy": self.idf}


def _best(weights: csr_matrix, kept: BoolArray, n: int) -> IntArray:
    """Column numbers of the `n` highest kept entries of each row, highest first, ties by column, -1 padded."""
    rows = np.repeat(np.arange(weights.shape[0]), np.diff(weights.indptr))[kept]
    columns, values = weights.indices[kept], weights.data[kept]
    order = np.lexsort((columns, -values, rows))
    rows, columns = rows[order], columns[order]
    place = np.arange(len(rows)) - np.searchsorted(rows, rows)
    best = np.full((weights.shape[0], n), -1, dtype=np.int32)
    within = place < n
    best[rows[within], place[within]] = columns[within]
    return best


def _vectorizer(**given: Any) -> TfidfVectorizer:
    """Words and pairs of words, without numbers and stop words. Imported here: it takes seconds, and most commands
    never read a text."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, TfidfVectorizer

    # Some of scikit-learn's stop words are subjects of research.
    stop_words = sorted(ENGLISH_STOP_WORDS - {"system", "fire", "cry", "mill", "mine"})
    return TfidfVectorizer(
        ngram_range=(1, 2), sublinear_tf=True, stop_words=stop_words, token_pattern=_WORD, norm="l2", **given
    )
