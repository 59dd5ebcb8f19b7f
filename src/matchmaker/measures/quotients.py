"""Division that says where it has no answer: nothing is smoothed, and nothing undefined becomes a 0 or a 1."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matchmaker.errors import InputError


def quotient(numerator: ArrayLike, denominator: ArrayLike) -> NDArray[np.float64]:
    """numerator / denominator, element by element, in the shape both broadcast to; nan where the denominator is 0."""
    top, bottom = np.broadcast_arrays(np.asarray(numerator, np.float64), np.asarray(denominator, np.float64))
    answer = np.full(top.shape, np.nan)
    np.divide(top, bottom, out=answer, where=bottom != 0)
    return answer


def shares_of(amounts: ArrayLike) -> NDArray[np.float64]:
    """Amounts divided by their sum along the last axis, same shape; nan where that sum is 0."""
    given = np.asarray(amounts, np.float64)
    return quotient(given, given.sum(axis=-1, keepdims=True))


def amounts_of(values: ArrayLike, what: str) -> NDArray[np.float64]:
    """The values as floats. Raises InputError, naming `what`, unless all are finite and 0 or more."""
    given = np.asarray(values, np.float64)
    wrong = ~(np.isfinite(given) & (given >= 0))
    if wrong.any():
        raise InputError(f"{what} holds {given[wrong].flat[0]}", hint=f"every value of {what} is a number, 0 or more")
    return given
