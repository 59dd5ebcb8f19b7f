"""Who is lost at a filter: pass rates by group, against the group that passes best.

The four-fifths rule of the US Uniform Guidelines on Employee Selection Procedures (29 CFR 1607.4 D), used here as a
signal to look, never as a finding of law. Re-ranking cannot see what a filter has taken away before.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matchmaker.errors import InputError
from matchmaker.measures.quotients import amounts_of, quotient

FINDING_BELOW = 0.8


def pass_rates(entered: ArrayLike, passed: ArrayLike) -> NDArray[np.float64]:
    """Share of each group that a filter lets through, shape (..., G), in [0, 1]; nan for a group nobody entered of.

    `entered` and `passed` count people before and after the filter. Raises InputError for negative or non-finite
    counts, and where more passed than entered.
    """
    before, after = np.broadcast_arrays(amounts_of(entered, "entered"), amounts_of(passed, "passed"))
    more = after > before
    if more.any():
        counts = f"{after[more].flat[0]:g} of {before[more].flat[0]:g} passed"
        raise InputError(f"{counts} a filter", hint="count the same people before and after")
    return quotient(after, before)


def attrition(entered: ArrayLike, passed: ArrayLike) -> NDArray[np.float64]:
    """A_g = pass rate of g / pass rate of the group that passes best, shape (..., G), in [0, 1]; 1 is no difference.

    nan for a group nobody entered of, and for all groups where nobody passed. Raises InputError like `pass_rates`.
    """
    rates = pass_rates(entered, passed)
    if rates.ndim == 0 or rates.shape[-1] == 0:
        raise InputError("no groups to compare", hint="give one column per group")
    best = np.where(np.isnan(rates), 0.0, rates).max(axis=-1, keepdims=True)
    return quotient(rates, best)


def is_finding(value: float | None, high: float | None) -> bool:
    """Whether an attrition deserves a look: below 0.8, with the upper end of its 95 % interval below 1.

    Without an interval (too few lists) there is no finding.
    """
    return value is not None and high is not None and value < FINDING_BELOW and high < 1
