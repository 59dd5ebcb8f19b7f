"""Who wrote what, as arrays: many-to-many between the rows of two tables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.arrays import IntArray


@dataclass(frozen=True)
class Links:
    """Many-to-many between rows of two tables: the partners of row i are `indices[indptr[i]:indptr[i+1]]`."""

    indptr: NDArray[np.int64]
    indices: IntArray

    @classmethod
    def between(cls, left: IntArray, right: IntArray, n_left: int) -> Links:
        """From pairs (left[i], right[i]); partners keep the order in which they were given."""
        order = np.argsort(left, kind="stable")
        indptr = np.zeros(n_left + 1, dtype=np.int64)
        np.cumsum(np.bincount(left, minlength=n_left), out=indptr[1:])
        return cls(indptr, right[order].astype(np.int32, copy=False))

    def of(self, row: int) -> IntArray:
        """Partners of one row."""
        return self.indices[self.indptr[row] : self.indptr[row + 1]]

    def of_all(self, rows: IntArray) -> IntArray:
        """Partners of several rows, each partner once, sorted."""
        if len(rows) == 0:
            return np.empty(0, dtype=np.int32)
        return np.unique(np.concatenate([self.of(int(row)) for row in rows]))


def gathered(links: Links, rows: IntArray) -> tuple[IntArray, NDArray[np.int64]]:
    """All partners of `rows`, and beside each the position in `rows` it belongs to."""
    counts = links.indptr[rows + 1] - links.indptr[rows]
    owner = np.repeat(np.arange(len(rows)), counts)
    offsets = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
    return links.indices[np.repeat(links.indptr[rows], counts) + offsets], owner
