"""Attention-weighted rank fairness: how close the attention of a ranking comes to a target, in one figure.

After Sapiezynski et al. (2019), doi:10.1145/3308560.3317595, with the Jensen-Shannon divergence of the TREC 2022 Fair
Ranking track (Ekstrand et al. 2023, arXiv:2302.05558; compared with other measures by Raj & Ekstrand 2022,
doi:10.1145/3477495.3532018).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matchmaker.errors import InputError
from matchmaker.measures.quotients import amounts_of, shares_of

LOWEST_AWRF = 1 - math.log(2)
_CROSS = "×"


@dataclass(frozen=True, slots=True)
class SeveralAwrf:
    """AWRF over several attributes: the mean, and the worst with its attribute.

    `undefined` names attributes without a value; where there is one, mean and worst are nan and `worst_attribute` None.
    """

    mean: float
    worst: float
    worst_attribute: str | None
    undefined: tuple[str, ...] = ()


def awrf(exposure: ArrayLike, target: ArrayLike) -> NDArray[np.float64]:
    """1 - JSD(e ‖ p), natural logarithm, in [1 - ln 2, 1] = [0.307, 1]; 1 where attention meets the target.

    `exposure` (..., G) is attention by group in any unit, which is divided by its sum to give e; `target` (..., G) are
    the shares p. JSD(e ‖ p) = (KL(e ‖ m) + KL(p ‖ m)) / 2 with m = (e + p) / 2. The answer has the shape (...), nan
    where there is no attention at all. Raises InputError for negative or non-finite values, for numbers of groups that
    differ, and for targets that do not sum to 1.
    """
    attention, wanted = amounts_of(exposure, "exposure"), amounts_of(target, "target")
    _check(attention, wanted)
    shares = shares_of(attention)
    divergence = (_entropy_against_middle(shares, wanted) + _entropy_against_middle(wanted, shares)) / 2
    return np.asarray(1 - divergence, np.float64)


def awrf_of_list(exposure: Mapping[str, float], target: Mapping[str, Fraction]) -> float:
    """AWRF of one list from its exposure by group; a group that only one of the two names has 0 in the other."""
    names = list(dict.fromkeys((*exposure, *target)))
    return float(awrf([exposure.get(g, 0.0) for g in names], [float(target.get(g, 0)) for g in names]))


def with_quality(ndcg: float, fairness: float) -> float:
    """nDCG × AWRF, the joint figure of the TREC Fair Ranking track, in [0, 1]. Read it with its two parts beside it."""
    return ndcg * fairness


def over_attributes(by_attribute: Mapping[str, float]) -> SeveralAwrf:
    """Mean and worst of the AWRF of several attributes. Raises InputError where there is no attribute."""
    if not by_attribute:
        raise InputError("no attribute to take a mean over", hint="give the AWRF of at least one attribute")
    undefined = tuple(name for name, value in by_attribute.items() if math.isnan(value))
    if undefined:
        return SeveralAwrf(math.nan, math.nan, None, undefined)
    worst = min(by_attribute, key=by_attribute.__getitem__)
    return SeveralAwrf(math.fsum(by_attribute.values()) / len(by_attribute), by_attribute[worst], worst)


def crossed_groups(*attributes: Sequence[str]) -> list[str]:
    """The groups of the product space of several attributes: "L×thin" for somebody in L and in thin.

    Each attribute gives one group per place. Raises InputError for lengths that differ and for names that hold "×".
    """
    lengths = {len(groups) for groups in attributes}
    if len(lengths) != 1:
        raise InputError(f"attributes of {sorted(lengths)} places", hint="give one group per place and attribute")
    for groups in attributes:
        _no_cross(groups)
    return [_CROSS.join(groups) for groups in zip(*attributes, strict=True)]


def crossed_target(*targets: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """The target in the product space, p_gh = p_g · p_h, exact: as if the attributes had nothing to do with each other.

    In a pool where they have, give a target of the crossed groups instead. Raises InputError where there is no target,
    and for names that hold "×".
    """
    if not targets:
        raise InputError("no target to cross", hint="give the target of at least one attribute")
    for target in targets:
        _no_cross(target)
    crossed = dict(targets[0])
    for target in targets[1:]:
        crossed = {f"{a}{_CROSS}{b}": p * q for a, p in crossed.items() for b, q in target.items()}
    return crossed


def _no_cross(names: Sequence[str] | Mapping[str, Fraction]) -> None:
    for name in names:
        if _CROSS in name:
            raise InputError(f"the group {name!r} holds {_CROSS!r}", hint="cross attributes once, all together")


def _check(exposure: NDArray[np.float64], target: NDArray[np.float64]) -> None:
    if exposure.ndim == 0 or target.ndim == 0 or exposure.shape[-1] != target.shape[-1]:
        raise InputError("exposure and target differ in their groups", hint="give one column per group in both")
    sums = target.sum(axis=-1)
    wrong = np.abs(sums - 1) > 1e-9
    if wrong.any():
        raise InputError(f"target shares sum to {sums[wrong].flat[0]}, not 1", hint="divide pool counts by their sum")


def _entropy_against_middle(p: NDArray[np.float64], q: NDArray[np.float64]) -> NDArray[np.float64]:
    """KL(p ‖ (p + q) / 2) along the last axis; 2p / (p + q) cannot overflow, and is exactly 1 where p = q."""
    p, q = np.broadcast_arrays(p, q)
    ratio = np.divide(2 * p, p + q, out=np.ones(p.shape), where=p > 0)
    return np.asarray(np.where(p == 0, 0.0, p * np.log(ratio)).sum(axis=-1), np.float64)
