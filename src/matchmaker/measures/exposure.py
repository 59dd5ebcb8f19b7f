"""Who gets the attention of a ranking, after Singh & Joachims (2018), doi:10.1145/3219819.3220088."""

from __future__ import annotations

from collections.abc import Sequence

from matchmaker.errors import InputError
from matchmaker.measures.ranking import position_weights


def exposure_share(groups: Sequence[str], group: str) -> float:
    """Share of a ranking's attention that falls on `group`, in [0, 1].

    `groups[i]` is the group shown at rank i + 1; attention at rank r is 1 / log2(1 + r). Raises InputError for an empty
    ranking, whose attention nobody can share.
    """
    if not groups:
        raise InputError("an empty ranking has no attention to share", hint="give at least one place")
    attention = position_weights(len(groups))
    return float(attention[[shown == group for shown in groups]].sum() / attention.sum())
