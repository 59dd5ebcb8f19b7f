"""How a ranking's prefixes compare with target shares.

After Geyik, Ambler & Kenthapadi (2019), doi:10.1145/3292500.3330691. `groups[i]` is the group shown at rank i + 1.
Targets are exact fractions, because floors are taken of them: ⌊0.29 · 100⌋ is 28 in binary floating point. Groups that
are shown and not in the target have the share 0.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate

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


def min_skew(groups: Sequence[str], target: Mapping[str, Fraction], k: int) -> float:
    """The smallest skew of any group at the first k: how far the group worst served falls short.

    0 or less for shares that sum to 1; -inf where a group with a share is not shown. Raises InputError for a k outside
    1 to the length of the list.
    """
    return min(skew(groups, target, k).values())


def max_skew(groups: Sequence[str], target: Mapping[str, Fraction], k: int) -> float:
    """The largest skew of any group at the first k: how far one group exceeds its share.

    0 or more for shares that sum to 1; +inf where a group without a share is shown. Raises InputError for a k outside
    1 to the length of the list.
    """
    return max(skew(groups, target, k).values())


def ndkl(groups: Sequence[str], target: Mapping[str, Fraction]) -> float:
    """Normalised discounted Kullback-Leibler divergence of the prefixes from the target, natural logarithm, 0 or more.

    (1/Z) Σ_k KL(prefix k ‖ target) / log2(k + 1), Z = Σ_k 1 / log2(k + 1). It is never 0 for several groups (one place
    cannot be shared), so compare it with another order of the same pool. +inf where a group without a share is shown.
    Raises InputError for an empty list.
    """
    if not groups:
        raise InputError("an empty list has no divergence from a target", hint="give at least one place")
    if not all(target.get(group) for group in set(groups)):
        return math.inf
    weights, total = _discounts(len(groups))
    return math.fsum(map(operator.mul, _divergences(groups, target), weights)) / total


def infeasible_index(groups: Sequence[str], target: Mapping[str, Fraction]) -> int:
    """Number of prefixes in which at least one group holds fewer than ⌊share · k⌋ places."""
    return sum(missing > 0 for missing in groups_below(groups, target))


def infeasible_count(groups: Sequence[str], target: Mapping[str, Fraction]) -> int:
    """Number of pairs of a prefix k and a group that holds fewer than ⌊share · k⌋ of its places."""
    return sum(groups_below(groups, target))


def groups_below(groups: Sequence[str], target: Mapping[str, Fraction]) -> list[int]:
    """For each prefix k, 1 to n, how many groups hold fewer than ⌊share · k⌋ of its places; floors are exact."""
    below = [0] * len(groups)
    for group, share in target.items():
        floors = _floors(*share.as_integer_ratio(), len(groups))
        # A group whose floor is 0 up to the end can never be below it.
        if floors and floors[-1] > 0:
            held = accumulate([shown == group for shown in groups])
            below = list(map(operator.add, below, map(operator.lt, held, floors)))
    return below


def _divergences(groups: Sequence[str], target: Mapping[str, Fraction]) -> Iterator[float]:
    """KL(prefix k ‖ target) = (Σ_g c ln c - Σ_g c ln p) / k - ln k for each k, from the sums of the prefix before."""
    log_share = {group: math.log(operator.truediv(*target[group].as_integer_ratio())) for group in set(groups)}
    c_log_c = _count_logs(len(groups))
    seen = dict.fromkeys(log_share, 0)
    total = 0.0
    for k, shown in enumerate(groups, 1):
        count = seen[shown] = seen[shown] + 1
        total += c_log_c[count] - c_log_c[count - 1] - log_share[shown]
        # Rounding can leave a little less than the 0 that Gibbs' inequality promises.
        yield max((total - c_log_c[k]) / k, 0.0)


@lru_cache(maxsize=1024)
def _discounts(n: int) -> tuple[tuple[float, ...], float]:
    weights = position_weights(n)
    return tuple(weights.tolist()), float(weights.sum())


@lru_cache(maxsize=1024)
def _count_logs(n: int) -> tuple[float, ...]:
    """c ln c for c from 0 to n, the first being its limit 0."""
    return (0.0, *(c * math.log(c) for c in range(1, n + 1)))


@lru_cache(maxsize=4096)
def _floors(numerator: int, denominator: int, n: int) -> tuple[int, ...]:
    """⌊share · k⌋ for k from 1 to n."""
    return tuple(numerator * k // denominator for k in range(1, n + 1))


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
