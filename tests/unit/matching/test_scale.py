"""How a cosine is read: 0 is as far as strangers can be, 1 as near as people who did work together ever are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.matching.bands import far_apart, farthest, known_cases
from matchmaker.matching.corpus import Corpus
from matchmaker.matching.dating import people_vectors
from matchmaker.matching.learnt import FARTHEST, FEWEST_CASES, SCALED, SHIPPED, Learnt
from matchmaker.matching.scale import Scale
from matchmaker.matching.scoring import FEATURES
from matchmaker.matching.signals import Nearness, sought_by_person
from matchmaker_index.retrievers.faiss import FaissRetriever

cosines = st.floats(-1, 1, width=32)


@pytest.fixture(scope="module")
def one_sided(corpus: Corpus) -> Corpus:
    """The same corpus, read by an encoder for which every two texts are near: cosine c is 0.75 + 0.25 c."""
    known = corpus.text_vectors.any(axis=1, keepdims=True)
    vectors = np.hstack([0.5 * corpus.text_vectors, np.sqrt(0.75) * known]).astype(np.float32)
    read = replace(corpus, text_vectors=vectors, search_texts=FaissRetriever(vectors))
    centroids = people_vectors(read)
    read = replace(read, people_vectors=centroids, search_people=FaissRetriever(centroids))
    cases = known_cases(read, np.random.default_rng(7))
    return replace(read, learnt=Learnt(cases, far_apart(read, np.random.default_rng(7))))


@given(cosines, cosines, st.floats(0, 0.9), st.floats(0.01, 0.1))
def test_a_scale_keeps_the_order_and_its_ends_are_0_and_1(one: float, two: float, far: float, apart: float) -> None:
    scale = Scale(far, far + apart)
    first, second, start, end = scale.read(np.array([one, two, far, far + apart]))
    assert (start, end) == (0.0, pytest.approx(1.0))
    assert min(first, second) >= 0 and max(first, second) <= 1
    assert first <= second or one > two


@pytest.mark.parametrize("world", ["corpus", "one_sided"])
def test_far_is_what_one_in_twenty_strangers_stay_below(world: str, request: pytest.FixtureRequest) -> None:
    read: Corpus = request.getfixturevalue(world)
    drawn = far_apart(read, np.random.default_rng(1), pairs=6_000)
    people = np.flatnonzero(read.can_be_compared)
    likeness = read.people_vectors[people] @ read.people_vectors[people].T
    theirs = [set(read.person_texts.of(person).tolist()) for person in people.tolist()]
    apart = [likeness[one, two] for one in range(len(people)) for two in range(one) if not theirs[one] & theirs[two]]
    expected = max(0.0, float(np.quantile(apart, FARTHEST)))
    assert drawn["person"]["meaning"] == pytest.approx(expected, abs=0.02)
    assert (expected > 0.5) == (world == "one_sided")
    assert set(drawn["text"]) == set(SCALED["text"])


def test_from_the_encoder_that_comes_with_the_program_little_is_taken_off(corpus: Corpus) -> None:
    far = far_apart(corpus, np.random.default_rng(1))
    assert far["text"]["words"] == far["person"]["words"] == 0.0
    assert max(far["person"].values()) < 0.1


def test_with_an_encoder_for_which_all_are_near_only_what_is_beyond_strangers_counts(
    corpus: Corpus, one_sided: Corpus
) -> None:
    seekers = np.flatnonzero(corpus.can_be_compared)[::23].tolist()
    everybody = np.arange(corpus.n_people, dtype=np.int32)
    bare = replace(one_sided, learnt=replace(one_sided.learnt, far={}))

    def middle(read: Corpus) -> float:
        """How near the middle one of everybody is by meaning, over some seekers."""
        found = []
        for seeker in seekers:
            signals = Nearness(read, sought_by_person(read, seeker)).signals(everybody, SHIPPED["person"])
            found.append(float(np.median(FEATURES["meaning"](signals))))
        return float(np.mean(found))

    # Everybody who is no nearer than strangers would have nearly full points.
    assert middle(bare) > 0.7
    assert middle(one_sided) == pytest.approx(middle(corpus), abs=0.2)


def test_few_strangers_or_near_ones_tell_no_distance() -> None:
    few = np.full((FEWEST_CASES - 1, 2), 0.5, dtype=np.float32)
    assert farthest(few, "person") == {"words": 0.0, "meaning": 0.0}
    # Known cases that are no nearer than strangers leave nothing between the two.
    cases = {"person": np.full((FEWEST_CASES, 2), 0.4, dtype=np.float32)}
    learnt = Learnt(cases, {"person": {"words": 0.41, "meaning": 0.1}})  # type: ignore[arg-type]
    assert learnt.scales["person"]["words"] == Scale(0.0, pytest.approx(0.4))
    assert learnt.scales["person"]["meaning"] == Scale(0.1, pytest.approx(0.4))
