"""The score: a sum of visible parts, each computed from (profile, similarity) and nothing else.

A feature cannot use a name, a country or an organisation, because it is not given one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from matchmaker.domain.matches import Contribution
from matchmaker.matching.profiles import Profile

Feature = Callable[[Profile, float], float]

# After this many years without a work, activity counts half.
RECENCY_HALF_LIFE = 5.0
_DECIMALS = 6


def relevance(profile: Profile, similarity: float) -> float:
    """How near their texts are to what is sought: the cosine similarity of retrieval, cut to [0, 1]."""
    return min(1.0, max(0.0, similarity))


def recency(profile: Profile, similarity: float) -> float:
    """How lately they worked: 1 for this year, halved every five years since their last work.

    A person known only by a statement of interests counts as current: what is not known lowers no rank.
    """
    if profile.years_idle is None:
        return 1.0
    return float(0.5 ** (max(0.0, profile.years_idle) / RECENCY_HALF_LIFE))


FEATURES: dict[str, Feature] = {"relevance": relevance, "recency": recency}
TERMS = "terms"


def contributions(
    profile: Profile, similarity: float, weights: Mapping[str, float], conflict: float = 0.0
) -> tuple[Contribution, ...]:
    """Every part of a score, in the order it is explained; points = value × weight to six decimals.

    `weights` are those that count (`Weights.as_dict`). `conflict`, in [0, 1], is how much of the declared terms is
    known to stand in the way; it is taken off under the name `terms`, never more than there is. It is the only thing of
    two parties here, and no feature sees it.
    """
    merit = tuple(
        _contribution(name, feature(profile, similarity), weights[name]) for name, feature in FEATURES.items()
    )
    if not weights.get(TERMS):
        return merit
    return (*merit, _contribution(TERMS, min(conflict, score(merit) / -weights[TERMS]), weights[TERMS]))


def score(parts: tuple[Contribution, ...]) -> float:
    """The sum of the points and nothing else, in [0, 1]."""
    return round(sum(part.points for part in parts), _DECIMALS)


def _contribution(name: str, value: float, weight: float) -> Contribution:
    # Nothing taken off is 0, not -0.
    return Contribution(name, round(value, _DECIMALS), weight, round(value * weight, _DECIMALS) + 0.0)
