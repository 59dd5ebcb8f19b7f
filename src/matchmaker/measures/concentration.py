"""Whether attention, places or money pile up on few.

`amounts[i]` is what candidate (or country, organisation) i got, 0 or more, in any unit. Whoever could have got
something and did not belongs in it with 0, or the figures look better than they are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matchmaker.errors import InputError
from matchmaker.measures.quotients import amounts_of

TOP_PART = Fraction(1, 100)


@dataclass(frozen=True, slots=True)
class Herfindahl:
    """Concentration of shares: `hhi` in [1/N, 1], `effective_number` in [1, N], `normalised` in [0, 1].

    All three are nan where there is nothing to share; `normalised` also for N = 1, where it is 0 / 0.
    """

    hhi: float
    effective_number: float
    normalised: float


def gini(amounts: ArrayLike) -> float:
    """Gini coefficient Σ (2i - n - 1) x_(i) / (n Σ x), x_(i) in rising order, in [0, (n - 1) / n]; 0 is equal.

    Half the relative mean difference (Gini 1912), by ranks as in Sen (1973), On Economic Inequality. nan where all
    amounts are 0. Raises InputError for no amounts, and for negative or non-finite ones.
    """
    rising = np.sort(_given(amounts))
    if not rising[-1]:
        return math.nan
    # By the largest, so that sums of very small or large amounts neither vanish nor overflow.
    rising = rising / rising[-1]
    n = len(rising)
    # Equal amounts leave a rounding error of either sign.
    return max(0.0, float(np.arange(1 - n, n, 2) @ rising) / (n * float(rising.sum())))


def coverage(times_shown: ArrayLike) -> float:
    """Share of the eligible candidates who were shown at least once in the period, in [0, 1].

    `times_shown[i]` counts the lists that showed candidate i in their first k places. Raises InputError for no
    candidates, and for negative or non-finite counts.
    """
    counts = _given(times_shown)
    return float(np.count_nonzero(counts) / len(counts))


def top_share(amounts: ArrayLike, part: Fraction = TOP_PART) -> float:
    """Share of all attention that the most shown `part` of the candidates got, in [0, 1]; nan where there is none.

    The part is rounded up to whole candidates, so it is at least one: ⌈part · n⌉. Raises InputError for no amounts,
    for negative or non-finite ones, and for a part outside 0 (excluded) to 1.
    """
    if not 0 < part <= 1:
        raise InputError(f"the most shown {part} of the candidates", hint="part lies above 0 and is at most 1")
    rising = np.sort(_given(amounts))
    if not rising[-1]:
        return math.nan
    rising = rising / rising[-1]
    most = -(-len(rising) * part.numerator // part.denominator)
    return float(rising[-most:].sum() / rising.sum())


def herfindahl(amounts: ArrayLike) -> Herfindahl:
    """Herfindahl-Hirschman index Σ s², its effective number 1 / HHI and (HHI - 1/N) / (1 - 1/N), N = len(amounts).

    s are the amounts divided by their sum. Hirschman (1964), The Paternity of an Index; the effective number after
    Laakso & Taagepera (1979), doi:10.1177/001041407901200101. Raises InputError for no amounts, and for negative or
    non-finite ones.
    """
    given = _given(amounts)
    if not given.max():
        return Herfindahl(math.nan, math.nan, math.nan)
    shares = given / given.max()
    shares = shares / shares.sum()
    hhi, equal = float(shares @ shares), 1 / len(shares)
    # Equal shares leave a rounding error of either sign.
    normalised = max(0.0, (hhi - equal) / (1 - equal)) if len(shares) > 1 else math.nan
    return Herfindahl(hhi, 1 / hhi, normalised)


def _given(amounts: ArrayLike) -> NDArray[np.float64]:
    given = amounts_of(amounts, "amounts")
    if given.ndim != 1 or not len(given):
        raise InputError(f"amounts of shape {given.shape}", hint="give one amount per candidate, at least one")
    return given
