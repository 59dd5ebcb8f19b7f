"""The ranking that is served, scored for everybody: the same features and weights, without the search in front."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from matchmaker.evaluation.later import Later
from matchmaker.evaluation.ranks import Scorer
from matchmaker.evaluation.splits import Split
from matchmaker.matching import scoring
from matchmaker.matching.arrays import FloatArray, IntArray
from matchmaker.matching.corpus import Corpus
from matchmaker.matching.signals import Nearness, Sought, sought_by_person, sought_in_words


def by_person(split: Split, weights: Mapping[str, float]) -> Scorer:
    """Person → person: what `match --researcher` orders by."""

    def scores(rows: IntArray) -> FloatArray:
        people = split.queries[rows].tolist()
        return np.stack([_scores(split, sought_by_person(split.corpus, person), weights) for person in people])

    return scores


def by_text(split: Split, later: Later, weights: Mapping[str, float]) -> Scorer:
    """Text → person: what `match TEXT` orders by."""

    def scores(rows: IntArray) -> FloatArray:
        texts = [later.texts[work] for work in split.queries[rows].tolist()]
        return np.stack([_scores(split, sought_in_words(split.corpus, text), weights) for text in texts])

    return scores


def values_of(
    corpus: Corpus, sought: Sought, candidates: IntArray, weights: Mapping[str, float]
) -> NDArray[np.float64]:
    """The value of every feature with a weight, in their order: shape (candidates, features)."""
    return scoring.values(Nearness(corpus, sought).signals(candidates, weights), weights)


def _scores(split: Split, sought: Sought, weights: Mapping[str, float]) -> FloatArray:
    table = values_of(split.corpus, sought, split.candidates, weights)
    # To as many decimals as are served, so that who is level there is level here.
    found: FloatArray = scoring.points(table, weights).sum(axis=1).round(scoring.DECIMALS).astype(np.float32)
    return found
