"""Exact search by FAISS: a flat inner-product index with the filter inside the search."""

from __future__ import annotations

import faiss
import numpy as np

from matchmaker.matching.arrays import BoolArray, FloatArray
from matchmaker.matching.retrieval import Found, best, check_query

# Below this batch-size × dimension FAISS leaves BLAS aside and is up to fifteen times slower (faiss pull request 5109).
faiss.cvar.distance_compute_blas_threshold = 1


class FaissRetriever:
    """`IndexFlatIP` with `IDSelectorBitmap`; answers as ExactRetriever does, up to the last bits of a sum."""

    def __init__(self, vectors: FloatArray) -> None:
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(np.ascontiguousarray(vectors, dtype=np.float32))

    def nearest(self, query: FloatArray, admitted: BoolArray, k: int) -> Found:
        """See Retriever."""
        check_query(query, self._index.d)
        k = min(k, int(admitted.sum()))
        if k == 0:
            return Found(np.empty(0, dtype=np.int32), np.empty(0, dtype=np.float32))
        bitmap = np.packbits(admitted, bitorder="little")
        # The published types describe the C++ signatures; from Python both take what is given here.
        chosen = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bitmap))  # type: ignore[call-arg,arg-type]
        similarity, rows = self._index.search(query[np.newaxis, :], k, params=chosen)
        return best(rows[0].astype(np.int32), similarity[0], k)
