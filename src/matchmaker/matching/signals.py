"""What is sought, and what is known of candidates against it: by words, by meaning, by co-authors."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matchmaker.matching import scoring, words
from matchmaker.matching.acquaintance import Walk, walk
from matchmaker.matching.arrays import BoolArray, FloatArray, IntArray
from matchmaker.matching.corpus import Corpus
from matchmaker.matching.encoders import STATIC
from matchmaker.matching.learnt import BY_RANK, CHANNELS, SCALED, Direction, nearness
from matchmaker.matching.retrieval import Found, TextSearch, added_up, best, faded, ranks
from matchmaker.matching.scoring import Signals

# From this part of everybody on (one in so many), reading all texts is quicker than picking those of some.
_MANY = 10


@dataclass(frozen=True, eq=False)
class Sought:
    """What is compared with candidates: a query in words, or the seeker's own texts.

    `meaning` has shape (d,), `words` (n_terms,), both of unit length, or zeros where nothing is known. `texts` are rows
    of the seeker's texts, empty for a query in words, whose telling terms (numbers into the lexicon) are `terms`.
    `seeker` is who asks, if anybody known.
    """

    meaning: FloatArray
    words: FloatArray
    texts: IntArray
    terms: frozenset[int]
    seeker: int | None = None

    @property
    def by_text(self) -> bool:
        """Whether the query is in words."""
        return len(self.texts) == 0

    @property
    def direction(self) -> Direction:
        """Whether texts or people are compared."""
        return "text" if self.by_text else "person"

    @property
    def is_known(self) -> bool:
        """Whether the index knows anything of what is sought."""
        return bool(self.meaning.any() or self.words.any())


def sought_in_words(corpus: Corpus, text: str, seeker: int | None = None) -> Sought:
    """A query in words; its vectors are zero where the index knows none of them."""
    known = corpus.lexicon.all_telling(corpus.lexicon.weights([text]))
    by_words, meaning = words.query_words(corpus, text), corpus.encoder.encode([text])[0]
    if corpus.encoder.id == STATIC and not by_words.any():
        # It makes something of any letters; without one word that the corpus has, that is noise.
        meaning = np.zeros_like(meaning)
    return Sought(meaning, by_words, np.empty(0, dtype=np.int32), known, seeker)


def sought_by_person(corpus: Corpus, person: int) -> Sought:
    """A person's own texts as the query: their recency-weighted centroids."""
    texts = corpus.person_texts.of(person)
    terms = frozenset(corpus.terms_of(texts))
    return Sought(corpus.people_vectors[person], words.person_words(corpus, person), texts, terms, person)


@dataclass(frozen=True, eq=False)
class Nearness:
    """How near everybody is to what is sought.

    A text finds people by their nearest texts, which fade with age, and by whether all of them together are near
    (docs/decisions/0020); a person finds people by centroids (docs/decisions/0017).
    """

    corpus: Corpus
    sought: Sought

    @property
    def nearest(self) -> Mapping[str, float]:
        """The cosines that count as 1, by feature."""
        known = self.corpus.learnt.nearest[self.sought.direction]
        # Centroids are compared by meaning already where people ask.
        return known if self.sought.by_text else {**known, "focus": known["meaning"]}

    @property
    def by_rank(self) -> bool:
        """Whether ranks are added up instead of cosines, as the recipe of the index said."""
        return self.corpus.learnt.fusion == BY_RANK

    def _ranks(self, feature: str) -> IntArray:
        """The rank of everybody among all in the index by one cosine, whoever of them is admitted."""
        if feature not in self._ranked:
            self._ranked[feature] = ranks(self._cosines_of_all(feature), self.sought.seeker)
        return self._ranked[feature]

    @cached_property
    def _ranked(self) -> dict[str, IntArray]:
        return {}

    def _cosines_of_all(self, feature: str) -> FloatArray:
        if feature == "words":
            return self.word_cosines
        if feature == "meaning" and self.sought.by_text:
            return self._meaning_of_all
        found: FloatArray = self.corpus.people_vectors @ self.sought.meaning
        return found

    @cached_property
    def word_cosines(self) -> FloatArray:
        """By words, everybody: shape (n_people,)."""
        if not self.sought.by_text:
            return words.near_by_words(self.corpus, self.sought.words)
        return self._best_texts(self.corpus.text_words @ self.sought.words)

    @cached_property
    def walk(self) -> Walk:
        """Whom whoever asks is acquainted with, and over whom."""
        return walk(self.corpus, self.sought.seeker)

    @cached_property
    def shared_vocabulary(self) -> FloatArray:
        """The part of everybody's writing that is in words of what is sought: shape (n_people,)."""
        return words.shared_vocabulary(self.corpus, self.sought.words)

    def first(self, feature: str, admitted: BoolArray, k: int) -> Found:
        """The `k` of the admitted who are nearest by words, meaning, focus or acquaintance; in row order where nothing
        is known of it."""
        if feature == "acquaintance":
            return _first(self.walk.visits, admitted, k)
        if self.by_rank:
            # By the very ranks that are added up: a search rounds its cosines otherwise.
            return _first(scoring.by_rank(self._ranks(feature)).astype(np.float32), admitted, k)
        if feature == "words":
            return _first(self.word_cosines, admitted, k)
        if feature == "meaning" and self.sought.by_text:
            return self._texts.people(self.sought.meaning, admitted, k)
        return self.corpus.search_people.nearest(self.sought.meaning, admitted, k)

    @cached_property
    def _meaning_of_all(self) -> FloatArray:
        return self._best_texts(self.corpus.text_vectors @ self.sought.meaning)

    def _best_texts(self, similarity: FloatArray) -> FloatArray:
        return added_up(self.corpus.person_texts, faded(similarity, self.corpus.text_fading))

    @property
    def _texts(self) -> TextSearch:
        corpus = self.corpus
        return TextSearch(
            corpus.search_texts, corpus.text_vectors, corpus.person_texts, corpus.text_people, corpus.text_fading
        )

    def of_person(self, person: int, weights: Mapping[str, float]) -> float:
        """How near somebody is by words and meaning together, in [0, 1], weighed as in the score."""
        found = self.signals(np.array([person], dtype=np.int32), CHANNELS)
        cosines = (found.words, found.meaning)
        scaled = [scoring.near(each, self.nearest[name]) for name, each in zip(CHANNELS, cosines, strict=True)]
        return float(nearness(np.column_stack(scaled)[0], weights))

    def signals(self, rows: IntArray, needed: Collection[str]) -> Signals:
        """What is known of some people; `shared_vocabulary` is left at 0 where `needed` has no complementarity, and
        there are no ranks of what it has not."""
        corpus, sought = self.corpus, self.sought
        shared = self.shared_vocabulary[rows] if "complementarity" in needed else np.zeros(len(rows), dtype=np.float32)
        focus = corpus.people_vectors[rows] @ sought.meaning
        if sought.by_text and len(rows) * _MANY > corpus.n_people:
            meaning = self._meaning_of_all[rows]
        elif sought.by_text:
            meaning = self._texts.likeness(sought.meaning, rows)
        else:
            meaning = focus
        placed = None
        if self.by_rank:
            placed = {name: self._ranks(name)[rows] for name in SCALED["text"] if name in needed}
        return Signals(
            words=self.word_cosines[rows],
            meaning=meaning,
            focus=focus,
            nearest=self.nearest,
            acquaintance=self.walk.visits[rows],
            shared_vocabulary=shared,
            years_idle=corpus.years_idle[rows],
            n_texts=corpus.n_texts[rows],
            ranks=placed,
        )


def _first(values: FloatArray, admitted: BoolArray, k: int) -> Found:
    """The `k` of the admitted with the highest values, of shape (n_people,)."""
    rows = np.flatnonzero(admitted).astype(np.int32)
    return best(rows, values[rows], k)
