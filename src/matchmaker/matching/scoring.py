"""The score: a sum of visible parts, each computed from (profile, similarity) and nothing else.

A feature cannot use a name, a country or an organisation, because it is not given one.
"""

from __future__ import annotations

from collections.abc import Callable

from matchmaker.domain.matches import Contribution
from matchmaker.domain.policies import Weights
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


def contributions(profile: Profile, similarity: float, weights: Weights) -> tuple[Contribution, ...]:
    """Every part of a score, in the order it is explained; points = value × weight to six decimals."""
    return tuple(
        _contribution(name, FEATURES[name](profile, similarity), weight) for name, weight in weights.as_dict().items()
    )


def score(parts: tuple[Contribution, ...]) -> float:
    """The sum of the points and nothing else, in [0, 1]."""
    return round(sum(part.points for part in parts), _DECIMALS)


def _contribution(name: str, value: float, weight: float) -> Contribution:
    return Contribution(name, round(value, _DECIMALS), weight, round(value * weight, _DECIMALS))
