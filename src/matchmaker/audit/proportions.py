"""Proportions with intervals, and when there are too few to give one."""

from __future__ import annotations

import math
from typing import Final

from matchmaker.domain.reports import Interval

NO_SHARE: Final = Interval(None)
GROUP_NAMES: Final = {
    "L": "low-income countries",
    "LM": "lower-middle-income countries",
    "UM": "upper-middle-income countries",
    "H": "high-income countries",
    "unknown": "countries without an income group",
}
_Z: Final = 1.959963984540054  # the 97.5 % point of the standard normal distribution


def wilson(hits: int, n: int) -> Interval:
    """`hits` / `n` with the score interval of 95 %, ends in [0, 1]; `n` is 1 or more.

    Wilson (1927), doi:10.1080/01621459.1927.10502953. It takes cases as independent, which works of the same people
    are not, so true intervals are somewhat wider.
    """
    share, z2 = hits / n, _Z * _Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return Interval(share, max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half)))


def enough(hits: int, n: int, fewest: int) -> Interval:
    """The share with its interval; no value where it would rest on fewer than `fewest` cases."""
    return wilson(hits, n) if n >= max(1, fewest) else NO_SHARE


def percent(share: float | None) -> str:
    """A share as people read it: "41 %"; "–" for none."""
    return "–" if share is None else f"{100 * share:.0f} %"


def spoken(found: Interval) -> str:
    """A share with its interval: "41 % (36–46 %)"."""
    if found.low is None or found.high is None:
        return percent(found.value)
    return f"{percent(found.value)} ({100 * found.low:.0f}–{percent(found.high)})"
