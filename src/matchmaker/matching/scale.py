"""How a cosine is read: which one counts as 0, and which as 1."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class Scale:
    """`far` counts as 0 and `near` as 1; far < near. Between them a cosine is read in proportion, and cut beyond."""

    far: float = 0.0
    near: float = 1.0

    def read(self, cosine: FloatArray) -> NDArray[np.float64]:
        """Cosines of any shape on this scale, in [0, 1]."""
        found: NDArray[np.float64] = (np.asarray(cosine, dtype=np.float64) - self.far) / (self.near - self.far)
        return np.clip(found, 0.0, 1.0)
