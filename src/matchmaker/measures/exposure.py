"""Who gets the attention of a ranking, after Singh & Joachims (2018), doi:10.1145/3219819.3220088.

For one list, `groups[i]` is the group shown at rank i + 1. For ratios between groups, arrays have the shape (..., G):
one column per group, and any number of lists, periods or resamples before it. A ratio without an answer (a group
without members, a group to compare with that has no attention) is nan.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matchmaker.errors import InputError
from matchmaker.measures.browsing import Browsing, attention_weights
from matchmaker.measures.quotients import amounts_of, quotient

# Ratios of exposure inside this band are not remarked upon: four fifths, and its reciprocal.
ACCEPTABLE_RATIOS = (0.8, 1.25)


def group_exposure(groups: Sequence[str], browsing: Browsing = "logarithmic") -> dict[str, float]:
    """E_g = Σ attention at the ranks that show g, for each group shown; empty for an empty list.

    Raises InputError for a browsing model that does not exist.
    """
    exposure = dict.fromkeys(groups, 0.0)
    for group, attention in zip(groups, _attention(len(groups), browsing), strict=True):
        exposure[group] += attention
    return exposure


def exposure_shares(groups: Sequence[str], browsing: Browsing = "logarithmic") -> dict[str, float]:
    """e_g = E_g / Σ E for each group shown, in (0, 1], summing to 1.

    Raises InputError for an empty ranking, whose attention nobody can share.
    """
    if not groups:
        raise InputError("an empty ranking has no attention to share", hint="give at least one place")
    total = sum(_attention(len(groups), browsing))
    return {group: exposure / total for group, exposure in group_exposure(groups, browsing).items()}


def exposure_share(groups: Sequence[str], group: str, browsing: Browsing = "logarithmic") -> float:
    """Share of a ranking's attention that falls on `group`, in [0, 1].

    `groups[i]` is the group shown at rank i + 1. Raises InputError for an empty ranking, whose attention nobody can
    share.
    """
    return exposure_shares(groups, browsing).get(group, 0.0)


def group_use(groups: Sequence[str], scores: Sequence[float], browsing: Browsing = "logarithmic") -> dict[str, float]:
    """Σ attention · relevance at the ranks that show g, for each group shown: the use that can be expected of g.

    `scores[i]`, 0 or more, is the relevance shown at rank i + 1. Divided by the members of g it is the click-through
    of the disparate impact ratio. Raises InputError for lengths that differ, and for negative or non-finite scores.
    """
    if len(groups) != len(scores):
        raise InputError(f"{len(groups)} groups and {len(scores)} scores", hint="give one of each per place")
    amounts_of(scores, "scores")
    use = dict.fromkeys(groups, 0.0)
    for group, score, attention in zip(groups, scores, _attention(len(groups), browsing), strict=True):
        use[group] += attention * score
    return use


def exposure_parity(exposure: ArrayLike, members: ArrayLike, against: int) -> NDArray[np.float64]:
    """Demographic parity of exposure (E_g / n_g) / (E_h / n_h) for each group g, h being column `against`.

    `exposure` E and `members` n, the size of each group in the eligible pool, have shape (..., G), and so has the
    answer, 0 or more: 1 is parity; nan where g or h has no members, or h no exposure. Singh & Joachims (2018),
    section 4.1. Raises InputError for negative or non-finite values and a column that is not there.
    """
    return _against(_per_head(exposure, members), against)


def treatment_ratio(
    exposure: ArrayLike, members: ArrayLike, mean_relevance: ArrayLike, against: int
) -> NDArray[np.float64]:
    """Disparate treatment ratio ((E_g / n_g) / U_g) / ((E_h / n_h) / U_h), U being the mean relevance of a group.

    Shapes (..., G), h is column `against`, 1 is attention in proportion to relevance. nan where g or h has no members
    or a relevance of 0, or h no exposure. Singh & Joachims (2018), section 4.2. Raises InputError for negative or
    non-finite values and a column that is not there; the mean relevance of a group without members may be nan.
    """
    heads = np.asarray(members, np.float64)
    relevance = amounts_of(np.where(heads > 0, mean_relevance, 0.0), "mean relevance")
    return _against(quotient(_per_head(exposure, heads), relevance), against)


def impact_ratio(use: ArrayLike, members: ArrayLike, against: int) -> NDArray[np.float64]:
    """Disparate impact as expected use per head, (C_g / n_g) / (C_h / n_h), with C_g = Σ attention · relevance.

    Shapes (..., G), h is column `against`; `group_use` gives C for one list. nan where g or h has no members, or h no
    use. It is not divided by mean relevance, so it compares what reaches a group, whatever the reason. After the
    click-through of Singh & Joachims (2018), section 4.3. Raises InputError like `exposure_parity`.
    """
    return _against(_per_head(use, members), against)


def _per_head(amounts: ArrayLike, members: ArrayLike) -> NDArray[np.float64]:
    return quotient(amounts_of(amounts, "exposure"), amounts_of(members, "members"))


def _against(values: NDArray[np.float64], column: int) -> NDArray[np.float64]:
    if values.ndim == 0 or not 0 <= column < values.shape[-1]:
        raise InputError(f"there is no group in column {column}", hint="columns count from 0, one per group")
    return quotient(values, values[..., column : column + 1])


@lru_cache(maxsize=1024)
def _attention(n: int, browsing: Browsing) -> tuple[float, ...]:
    return tuple(attention_weights(n, browsing).tolist())
