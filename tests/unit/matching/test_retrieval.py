from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.world import unit_vectors

from matchmaker.matching import retrieval
from matchmaker.matching.arrays import FloatArray
from matchmaker.matching.links import Links, gathered
from matchmaker.matching.retrieval import ExactRetriever, TextSearch


def slow_score(similarity: FloatArray, texts: np.ndarray) -> float:
    """The definition, written out."""
    best = sorted((float(s) for s in similarity[texts]), reverse=True)[:12]
    missing = [min(best[0] * 0.6, best[0])] * (12 - len(best))
    return float(np.average(best + missing, weights=0.65 ** np.arange(12)))


@given(
    st.integers(1, 60),
    st.integers(1, 80),
    st.integers(1, 20),
    st.floats(0.05, 1),
    st.integers(0, 2**32 - 1),
    st.booleans(),
)
def test_people_found_through_their_texts_are_those_of_the_definition(
    people: int, texts: int, k: int, share: float, seed: int, fades: bool
) -> None:
    rng = np.random.default_rng(seed)
    person = rng.integers(0, people, size=texts * 2).astype(np.int32)
    text = rng.integers(0, texts, size=texts * 2).astype(np.int32)
    person, text = np.unique(np.stack([person, text]), axis=1)
    vectors, query, admitted = unit_vectors(rng, texts), unit_vectors(rng, 1)[0], rng.random(people) < share
    by_person, by_text = Links.between(person, text, people), Links.between(text, person, texts)
    fading = rng.random(texts).astype(np.float32) if fades else None
    search = TextSearch(ExactRetriever(vectors), vectors, by_person, by_text, fading, fetched_first=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(retrieval, "_TEXTS_PER_PLACE", 1)
        found = search.people(query, admitted, k)
    similarity = vectors @ query
    if fading is not None:
        similarity = np.where(similarity > 0, similarity * fading, similarity)
    scores = {p: slow_score(similarity, by_person.of(p)) for p in range(people) if admitted[p] and len(by_person.of(p))}
    expected = sorted(scores.values(), reverse=True)[:k]
    np.testing.assert_allclose(found.similarity, expected, atol=1e-5)
    np.testing.assert_allclose([scores[int(p)] for p in found.rows], expected, atol=1e-5)


def test_the_search_goes_on_until_nobody_can_be_missing() -> None:
    # One person wrote the thousand nearest texts; the second is found only by fetching more.
    rng = np.random.default_rng(0)
    query = unit_vectors(rng, 1)[0]
    near = np.tile(query, (1_500, 1)).astype(np.float32)
    far = unit_vectors(rng, 5)
    vectors = np.concatenate([near, far])
    person = np.array([0] * 1_500 + [1] * 5, dtype=np.int32)
    text = np.arange(1_505, dtype=np.int32)
    search = TextSearch(
        ExactRetriever(vectors), vectors, Links.between(person, text, 2), Links.between(text, person, 1_505)
    )
    assert search.people(query, np.ones(2, dtype=np.bool_), 2).rows.tolist() == [0, 1]


def test_somebody_with_one_near_text_does_not_stand_before_somebody_with_three() -> None:
    query = np.array([1, 0], dtype=np.float32)
    near = np.array([0.9, np.sqrt(1 - 0.81)], dtype=np.float32)
    less = np.array([0.8, 0.6], dtype=np.float32)
    vectors = np.stack([near, near, less, less])
    person, text = np.array([0, 1, 1, 1], dtype=np.int32), np.arange(4, dtype=np.int32)
    search = TextSearch(
        ExactRetriever(vectors), vectors, Links.between(person, text, 2), Links.between(text, person, 4)
    )
    assert search.people(query, np.ones(2, dtype=np.bool_), 2).rows.tolist() == [1, 0]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=60), st.lists(st.integers(0, 9), max_size=10))
def test_gathering_is_looking_up_one_by_one(pairs: list[tuple[int, int]], rows: list[int]) -> None:
    left = np.array([a for a, _ in pairs], dtype=np.int32)
    right = np.array([b for _, b in pairs], dtype=np.int32)
    links = Links.between(left, right, 10)
    partners, owner = gathered(links, np.array(rows, dtype=np.int32))
    assert partners.tolist() == [b for row in rows for b in links.of(row).tolist()]
    assert owner.tolist() == [i for i, row in enumerate(rows) for _ in links.of(row)]
