"""What every Retriever promises, asked of each of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.world import unit_vectors

from matchmaker.errors import InputError
from matchmaker.matching.arrays import FloatArray
from matchmaker.matching.retrieval import ExactRetriever, Retriever
from matchmaker_index.retrievers.faiss import FaissRetriever

RETRIEVERS: list[Callable[[FloatArray], Retriever]] = [ExactRetriever, FaissRetriever]
every_retriever = pytest.mark.parametrize("make", RETRIEVERS, ids=["exact", "faiss"])


@every_retriever
@given(st.integers(1, 300), st.integers(1, 50), st.floats(0, 1), st.integers(0, 2**32 - 1))
def test_exactly_k_of_the_admitted_or_all_of_them(
    make: Callable[[FloatArray], Retriever], n: int, k: int, share: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    vectors, admitted = unit_vectors(rng, n), rng.random(n) < share
    found = make(vectors).nearest(unit_vectors(rng, 1)[0], admitted, k)
    assert len(found.rows) == min(k, admitted.sum())
    assert admitted[found.rows].all()
    assert len(set(found.rows.tolist())) == len(found.rows)
    assert (np.diff(found.similarity) <= 0).all()


@pytest.mark.parametrize("share", [1.0, 0.5, 0.1, 0.01, 0.001])
@pytest.mark.parametrize("k", [1, 20, 200])
def test_filtered_search_equals_the_oracle_at_every_share_of_admitted_people(share: float, k: int) -> None:
    rng = np.random.default_rng(7)
    vectors = unit_vectors(rng, 20_000, 64)
    faiss, exact = FaissRetriever(vectors), ExactRetriever(vectors)
    for _ in range(20):
        query, admitted = unit_vectors(rng, 1, 64)[0], rng.random(len(vectors)) < share
        ours, oracle = faiss.nearest(query, admitted, k), exact.nearest(query, admitted, k)
        np.testing.assert_allclose(ours.similarity, oracle.similarity, atol=1e-6)
        # Rows may only differ where similarities are equal up to the last bits of a sum.
        differ = ours.rows != oracle.rows
        np.testing.assert_allclose(vectors[ours.rows[differ]] @ query, oracle.similarity[differ], atol=1e-6)


@every_retriever
def test_ties_are_broken_by_row_number(make: Callable[[FloatArray], Retriever]) -> None:
    vectors = np.tile(unit_vectors(np.random.default_rng(1), 1), (10, 1))
    found = make(vectors).nearest(vectors[0], np.ones(10, dtype=np.bool_), 10)
    assert found.rows.tolist() == list(range(10))


@every_retriever
def test_nobody_admitted_gives_nobody(make: Callable[[FloatArray], Retriever]) -> None:
    vectors = unit_vectors(np.random.default_rng(2), 5)
    assert len(make(vectors).nearest(vectors[0], np.zeros(5, dtype=np.bool_), 3).rows) == 0


@every_retriever
@pytest.mark.parametrize(
    "query", [np.zeros(15, np.float32), np.full(16, np.nan, np.float32), np.full(16, np.inf, np.float32)]
)
def test_a_query_of_another_shape_or_not_finite_is_refused(
    make: Callable[[FloatArray], Retriever], query: FloatArray
) -> None:
    with pytest.raises(InputError):
        make(unit_vectors(np.random.default_rng(3), 5)).nearest(query, np.ones(5, dtype=np.bool_), 3)
