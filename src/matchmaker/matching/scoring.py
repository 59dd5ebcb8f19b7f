"""The score: a sum of visible parts, each computed from signals of a candidate's texts and ties, and nothing else.

A feature cannot use a name, a country or an organisation, because it is not given one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matchmaker.domain.matches import Contribution
from matchmaker.matching.arrays import FloatArray, IntArray

# After this many years without a work, activity counts half.
RECENCY_HALF_LIFE = 5.0
DECIMALS = 6
# The most that rounding the points of a handful of features can change a score.
ROUNDING = 1e-5
# Visits of a walk over co-authors: as few as begin to count, and as many as count in full.
LEAST_ACQUAINTANCE = 1e-5
MOST_ACQUAINTANCE = 1e-2
# From so many texts on, a profile is not thin at all.
FULL_PROFILE = 50
# Of reciprocal rank fusion (Cormack et al. 2009, doi:10.1145/1571941.1572114), as published.
RRF_K: Final = 60
TERMS = "terms"
_WHATEVER_IS_SOUGHT = ("recency", "thinness")


@dataclass(frozen=True, eq=False)
class Signals:
    """What is known of some candidates against what is sought; one row each, all of shape (n,).

    `words`, `meaning` and `focus` are cosines with what is sought, `nearest` those that count as 1 (learnt.nearest).
    Where ranks are added up, `ranks` says for each of the three that is needed which rank the candidates have by it
    among everybody in the index: 1 is the nearest, 0 is nothing in common. None where cosines are.
    `acquaintance` is how often a walk over co-authors comes by (acquaintance.walk), `shared_vocabulary` the
    part of their writing, in [0, 1], that is in the seeker's words too. `years_idle` are the years since their last
    work, nan where none is dated. `n_texts` are the texts there are to go by.
    """

    words: FloatArray
    meaning: FloatArray
    focus: FloatArray
    nearest: Mapping[str, float]
    acquaintance: FloatArray
    shared_vocabulary: FloatArray
    years_idle: FloatArray
    n_texts: IntArray
    ranks: Mapping[str, IntArray] | None = None


Values = NDArray[np.float64]
Feature = Callable[[Signals], Values]


def words(signals: Signals) -> Values:
    """How near their texts are by the words used: the cosine of TF-IDF rows; 1 is as near as people who did work
    together ever are. Where ranks are added up, by rank (`by_rank`)."""
    return _placed(signals, "words", signals.words)


def meaning(signals: Signals) -> Values:
    """How near their texts are as the encoder reads them, whatever the words; on the same scale as `words`."""
    return _placed(signals, "meaning", signals.meaning)


def focus(signals: Signals) -> Values:
    """Whether what is sought is what they mostly work on: how near all of their texts taken together are to it, as the
    encoder reads them; on the same scale. Where people ask that is what `meaning` says already, and it has no weight.
    """
    return _placed(signals, "focus", signals.focus)


def acquaintance(signals: Signals) -> Values:
    """How near they are in the network of co-authors: of the visits v of a walk log(1 + v / 0.00001), by the same of
    0.01 visits, cut to [0, 1]; ten times as many visits count a third more. 0 where the walk never comes."""
    visits = np.asarray(signals.acquaintance, dtype=np.float64)
    most = np.log1p(MOST_ACQUAINTANCE / LEAST_ACQUAINTANCE)
    told: Values = np.clip(np.log1p(visits / LEAST_ACQUAINTANCE) / most, 0.0, 1.0)
    return told


def complementarity(signals: Signals) -> Values:
    """Whether they bring something and still speak the same language: an inverted U over the part s of their writing
    that is in the seeker's words, 4 s (1 - s); 1 where half is shared, 0 where nothing or everything is."""
    shared = np.asarray(signals.shared_vocabulary, dtype=np.float64)
    return 4 * shared * (1 - shared)


def recency(signals: Signals) -> Values:
    """How lately they worked: 1 for this year, halved every five years since their last work.

    A person known only by a statement of interests counts as current: what is not known lowers no rank.
    """
    idle = np.nan_to_num(np.asarray(signals.years_idle, dtype=np.float64), nan=0.0)
    faded: Values = 0.5 ** (np.maximum(idle, 0.0) / RECENCY_HALF_LIFE)
    return faded


def thinness(signals: Signals) -> Values:
    """How few texts there are to go by: 1 for a single one, 0 from fifty on, on a logarithmic scale.

    A centroid of many texts is near to everything. This gives back part of what whoever has few loses by that.
    """
    texts = np.maximum(np.asarray(signals.n_texts, dtype=np.float64), 1.0)
    few: Values = np.clip(1 - np.log(texts) / np.log(FULL_PROFILE), 0.0, 1.0)
    return few


FEATURES: dict[str, Feature] = {
    "words": words,
    "meaning": meaning,
    "focus": focus,
    "acquaintance": acquaintance,
    "complementarity": complementarity,
    "recency": recency,
    "thinness": thinness,
}


def of_anybody(weights: Mapping[str, float]) -> float:
    """The most that somebody scores for parts that do not ask what is sought; 0 where there are no other parts."""
    free = sum(weights.get(name, 0.0) for name in _WHATEVER_IS_SOUGHT)
    sought = sum(weight for name, weight in weights.items() if name not in (*_WHATEVER_IS_SOUGHT, TERMS))
    return free if sought else 0.0


def near(cosine: FloatArray | float, counts_as_one: float) -> Values:
    """A cosine on the scale of known cases, cut to [0, 1]."""
    scaled: Values = np.clip(np.asarray(cosine, dtype=np.float64) / counts_as_one, 0.0, 1.0)
    return scaled


def by_rank(ranks: IntArray) -> Values:
    """Reciprocal ranks, scaled so that the first is 1: 61 / (60 + rank), and 0 for rank 0.

    They need nothing to be known of how near is near; how far the first is ahead of the second is lost.
    """
    found: Values = np.where(ranks > 0, (RRF_K + 1) / (RRF_K + np.asarray(ranks, dtype=np.float64)), 0.0)
    return found


def _placed(signals: Signals, feature: str, cosine: FloatArray) -> Values:
    if signals.ranks is None:
        return near(cosine, signals.nearest[feature])
    return by_rank(signals.ranks[feature])


def values(signals: Signals, weights: Mapping[str, float]) -> Values:
    """The value of every feature that has a weight, in the order of `weights`: shape (n, features), six decimals."""
    columns = [FEATURES[name](signals) for name in weights if name != TERMS]
    table: Values = np.asarray(np.column_stack(columns), dtype=np.float64).round(DECIMALS)
    return table


def points(table: Values, weights: Mapping[str, float]) -> Values:
    """Value × weight to six decimals, shape (n, features)."""
    row = np.array([weight for name, weight in weights.items() if name != TERMS])
    weighed: Values = np.round(table * row, DECIMALS)
    return weighed


def contributions(
    row: tuple[float, ...], weights: Mapping[str, float], conflict: float = 0.0
) -> tuple[Contribution, ...]:
    """Every part of one candidate's score, in the order it is explained; `row` is theirs of `values`.

    `conflict`, in [0, 1], is how much of the declared terms is known to stand in the way; it is taken off under the
    name `terms`, never more than there is. It is the only thing of two parties here, and no feature sees it.
    """
    named = [name for name in weights if name != TERMS]
    merit = tuple(_contribution(name, value, weights[name]) for name, value in zip(named, row, strict=True))
    if not weights.get(TERMS):
        return merit
    return (*merit, _contribution(TERMS, min(conflict, score(merit) / -weights[TERMS]), weights[TERMS]))


def score(parts: tuple[Contribution, ...]) -> float:
    """The sum of the points and nothing else, in [0, 1]."""
    return round(sum(part.points for part in parts), DECIMALS)


def _contribution(name: str, value: float, weight: float) -> Contribution:
    # Nothing taken off is 0, not -0.
    return Contribution(name, _rounded(value), weight, _rounded(value * weight) + 0.0)


def _rounded(number: float) -> float:
    """As NumPy rounds, so that one candidate's points are those of the table."""
    return round(number * 1e6) / 1e6
