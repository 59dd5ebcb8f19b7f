"""How a ranking's prefixes compare with target shares.

After Geyik, Ambler & Kenthapadi (2019), doi:10.1145/3292500.3330691. `groups[i]` is the group shown at rank i + 1.
Targets are exact fractions, because floors are taken of them: ⌊0.29 · 100⌋ is 28 in binary floating point. Groups that
are shown and not in the target have the share 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from matchmaker.errors import InputError
from matchmaker.measures.ranking import position_weights


def floor_at(share: Fraction, prefix: int) -> int:
    """⌊share · prefix⌋: the places of the first `prefix` that a group of that target share should hold at least."""
    return share.numerator * prefix // share.denominator


def prefix_counts(groups: Sequence[str]) -> dict[str, list[int]]:
    """For each group shown, how many of it are among the first 1, 2, …, n; each list has length n."""
    counts: dict[str, list[int]] = {group: [] for group in groups}
    for seen in _prefixes(groups, counts):
        for group, count in seen.items():
            counts[group].append(count)
    return counts


def skew(groups: Sequence[str], target: Mapping[str, Fraction], k: int) -> dict[str, float]:
    """ln((c / k) / share) of each group of the target or the list at the first k, c counting its places there.

    0 is proportional. -inf where a group with a share is not shown (nothing is smoothed), +inf where one without a
    share is. Raises InputError for a k outside 1 to the length of the list.
    """
    if not 1 <= k <= len(groups):
        raise InputError(f"a list of {len(groups)} has no prefix of {k}", hint="k is 1 to the length of the list")
    named = [group for group in dict.fromkeys((*target, *groups[:k])) if target.get(group) or group in groups[:k]]
    return {group: _log_ratio(groups[:k].count(group), k, target.get(group, Fraction(0))) for group in named}


def ndkl(groups: Sequence[str], target: Mapping[str, Fraction]) -> float:
    """Normalised discounted Kullback-Leibler divergence of the prefixes from the target, natural logarithm, 0 or more.

    (1/Z) Σ_k KL(prefix k ‖ target) / log2(k + 1), Z = Σ_k 1 / log2(k + 1). It is never 0 for several groups (one place
    cannot be shared), so compare it with another order of the same pool. +inf where a group without a share is shown.
    Raises InputError for an empty list.
    """
    if not groups:
        raise InputError("an empty list has no divergence from a target", hint="give at least one place")
    weights = position_weights(len(groups))
    divergences = [
        sum(count / k * _log_ratio(count, k, target.get(group, Fraction(0))) for group, count in seen.items() if count)
        for k, seen in enumerate(_prefixes(groups, groups), 1)
    ]
    return math.fsum(d * w for d, w in zip(divergences, weights.tolist(), strict=True)) / float(weights.sum())


def infeasible_index(groups: Sequence[str], target: Mapping[str, Fraction]) -> int:
    """Number of prefixes in which at least one group holds fewer than ⌊share · k⌋ places."""
    return sum(missing > 0 for missing in _groups_below(groups, target))


def infeasible_count(groups: Sequence[str], target: Mapping[str, Fraction]) -> int:
    """Number of pairs of a prefix k and a group that holds fewer than ⌊share · k⌋ of its places."""
    return sum(_groups_below(groups, target))


def _groups_below(groups: Sequence[str], target: Mapping[str, Fraction]) -> Iterator[int]:
    for k, seen in enumerate(_prefixes(groups, (*target, *groups)), 1):
        yield sum(seen[group] < floor_at(share, k) for group, share in target.items())


def _prefixes(groups: Sequence[str], named: Sequence[str] | Mapping[str, object]) -> Iterator[dict[str, int]]:
    """The counts after each place; one dictionary, which changes from step to step."""
    seen = dict.fromkeys(named, 0)
    for group in groups:
        seen[group] += 1
        yield seen


def _log_ratio(count: int, k: int, share: Fraction) -> float:
    if count == 0:
        return -math.inf
    return math.log(Fraction(count, k) / share) if share else math.inf
