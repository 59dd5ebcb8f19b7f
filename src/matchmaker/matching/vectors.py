"""Rows of unit length, and the refusal of rows that are no numbers."""

from __future__ import annotations

import numpy as np

from matchmaker.errors import InputError
from matchmaker.matching.arrays import FloatArray


def unit_rows(rows: FloatArray) -> FloatArray:
    """`rows` scaled to unit length; rows of zeros stay zeros. Raises InputError for NaN or infinity."""
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    if not np.isfinite(length).all():
        raise InputError(
            "an encoder returned values that are not finite", hint="try another encoder or precision float32"
        )
    scaled: FloatArray = np.divide(rows, length, out=np.zeros_like(rows), where=length > 0)
    return scaled
