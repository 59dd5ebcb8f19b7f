"""Baselines find what anybody would find in a world of four topics, and are what their names say."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import bm25s
import numpy as np
import pytest
from numpy.typing import NDArray
from tests.unit.evaluation.topical import PEOPLE, pairs_before, topic_of

from matchmaker.evaluation import baselines, network
from matchmaker.evaluation.bm25 import Bm25
from matchmaker.evaluation.material import Material
from matchmaker.evaluation.ranks import Scorer

Make = Callable[[Material], Scorer]
OF_TEXT: list[Make] = [
    baselines.bm25, baselines.tfidf, baselines.lsa, baselines.mean_pooled, baselines.nearest_texts,
]  # fmt: skip
OF_LATER_TEXTS: list[Make] = [*OF_TEXT, baselines.bm25_texts, baselines.tfidf_texts]


def all_rows(material: Material) -> NDArray[np.int32]:
    return np.arange(len(material.split.queries), dtype=np.int32)


def scores_of(make: Make, material: Material) -> NDArray[np.floating]:
    found = make(material)(all_rows(material))
    assert found.shape == (len(material.split.queries), len(material.split.candidates))
    assert np.isfinite(found).all()
    return found


@pytest.mark.parametrize("make", OF_TEXT, ids=lambda make: make.__name__)
def test_a_person_is_answered_by_people_of_their_topic(make: Make, people: Material) -> None:
    split = people.split
    assert len(split.queries) == PEOPLE
    for row, scores in enumerate(scores_of(make, people)):
        best = int(split.candidates[np.argmax(np.where(split.barred(row), -np.inf, scores))])
        assert topic_of(best) == topic_of(int(split.queries[row]))


@pytest.mark.parametrize("make", OF_LATER_TEXTS, ids=lambda make: make.__name__)
def test_a_later_text_is_answered_by_people_of_its_topic(make: Make, texts: Material) -> None:
    split = texts.split
    for row, scores in enumerate(scores_of(make, texts)):
        writer = int(split.candidates[split.truth.candidate[split.truth.query == row][0]])
        assert topic_of(int(split.candidates[np.argmax(scores)])) == topic_of(writer)


# ---- the network ---------------------------------------------------------------------------------------------


def neighbours() -> dict[int, set[int]]:
    known: dict[int, set[int]] = {who: set() for who in range(PEOPLE)}
    for one, two in pairs_before():
        known[one].add(two)
        known[two].add(one)
    return known


def by_hand(material: Material, worth: Callable[[int], float]) -> list[list[float]]:
    known = neighbours()
    return [
        [sum(worth(len(known[each])) for each in known[one] & known[two]) for two in material.split.candidates.tolist()]
        for one in material.split.queries.tolist()
    ]


def test_common_neighbours_are_counted(people: Material) -> None:
    assert scores_of(network.common_neighbours, people).tolist() == by_hand(people, lambda degree: 1)


def test_adamic_adar_weighs_a_neighbour_of_few_more(people: Material) -> None:
    expected = by_hand(people, lambda degree: 1 / math.log(degree) if degree > 1 else 1 / math.log(2))
    assert scores_of(network.adamic_adar, people) == pytest.approx(np.array(expected))


@pytest.mark.parametrize("make", [network.als, network.bpr], ids=["ALS", "BPR"])
def test_factorisations_come_out_the_same_and_know_who_wrote_together(make: Make, people: Material) -> None:
    one, two = scores_of(make, people), scores_of(make, people)
    assert one.tolist() == two.tolist()
    known, split = neighbours(), people.split
    # Of those with a ring of acquaintances: who they wrote with is nearer than who they know nothing of.
    for row in range(PEOPLE - 6):
        mine = np.isin(split.candidates, sorted(known[int(split.queries[row])]))
        assert one[row][mine].mean() > np.median(one[row][~mine])


def test_fame_is_the_number_of_works_and_chance_is_drawn_anew_but_comes_again(people: Material) -> None:
    works = scores_of(network.popularity, people)
    assert works.tolist() == [people.split.corpus.n_texts[people.split.candidates].tolist()] * PEOPLE
    one, two = scores_of(network.at_random, people), scores_of(network.at_random, people)
    assert one.tolist() == two.tolist()
    assert len({tuple(row) for row in one.tolist()}) == PEOPLE
    one_query = network.at_random(people)(np.array([5], dtype=np.int32))
    assert one_query.tolist() == one[5:6].tolist()


# ---- words ---------------------------------------------------------------------------------------------------


def test_bm25_scores_are_those_of_the_library() -> None:
    documents = ["ice ice glacier", "a glacier retreats and the ice melts", "poetry of the sea", ""]
    queries = ["glacier ice ice", "the poetry", "words nobody used", ""]
    found = Bm25.over(documents).scores(queries)
    index = bm25s.BM25()
    index.index(bm25s.tokenize(documents, stopwords="en", show_progress=False), show_progress=False)
    for query, row in zip(queries, found, strict=True):
        said = bm25s.tokenize(query, stopwords="en", return_ids=False, show_progress=False)[0]
        spoken = [word for word in said if word in index.vocab_dict]
        expected = index.get_scores(spoken) if spoken else np.zeros(len(documents))
        assert row == pytest.approx(expected, abs=1e-6)


def test_a_person_is_read_through_texts_with_an_abstract_only(people: Material) -> None:
    bare = Material(people.split, people.texts, people.has_abstract.copy(), 7, people.encode)
    gone = int(bare.profile.of(0)[0])
    bare.has_abstract[gone] = False
    fewer = Material(people.split, people.texts, bare.has_abstract, 7, people.encode)
    assert gone not in fewer.profile.of(0)
    assert gone not in fewer.used
    assert fewer.mean_of_texts.sum(axis=1) == pytest.approx(1)


def test_a_query_of_a_person_says_all_they_wrote(people: Material) -> None:
    rows = np.array([0, 3], dtype=np.int32)
    said = people.asking(rows)
    for row, text in zip(rows.tolist(), said, strict=True):
        mine = people.profile.of(int(people.candidate_rows(rows)[rows.tolist().index(row)]))
        assert text == "\n".join(people.texts[each] for each in mine.tolist())


# ---- fusion --------------------------------------------------------------------------------------------------


def given_scores(*rows: list[float]) -> Scorer:
    return lambda asked: np.array(rows)[asked]


def test_rrf_by_hand() -> None:
    one, two = given_scores([0.9, 0.1, 0.5]), given_scores([3.0, 3.0, 1.0])
    found = baselines.rrf(one, two)(np.array([0], dtype=np.int32))
    # Ranks 1, 3, 2 and, with the tie by place, 1, 2, 3.
    assert found[0] == pytest.approx([1 / 61 + 1 / 61, 1 / 63 + 1 / 62, 1 / 62 + 1 / 63])


def test_convex_by_hand_and_a_score_that_says_nothing_changes_nothing() -> None:
    one, two = given_scores([1.0, 2.0, 3.0]), given_scores([0.0, 0.0, 6.0])
    found = baselines.convex(one, two)(np.array([0], dtype=np.int32))
    first = np.array([-1, 0, 1]) / math.sqrt(2 / 3)
    second = np.array([-2, -2, 4]) / math.sqrt(8)
    assert found[0] == pytest.approx((first + second) / 2)
    flat = baselines.convex(one, given_scores([5.0, 5.0, 5.0]))(np.array([0], dtype=np.int32))
    assert flat[0] == pytest.approx(first / 2)


# ---- all of them ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("asking", ["people", "texts"])
def test_every_baseline_can_be_made_and_says_what_it_needs(asking: str, people: Material, texts: Material) -> None:
    material = people if asking == "people" else texts
    made: Mapping[str, Callable[[], Scorer]] = (
        baselines.people_baselines(material) if asking == "people" else baselines.text_baselines(material)
    )
    rows = all_rows(material)[:3]
    for name, make in made.items():
        found = make()(rows)
        assert np.isfinite(found).all(), name
        assert found.shape == (3, len(material.split.candidates)), name
    without = Material(material.split, material.texts, material.has_abstract, 7, refusing, material.later)
    again = baselines.people_baselines(without) if asking == "people" else baselines.text_baselines(without)
    for name, make in again.items():
        if not baselines.needs_sentences(name):
            make()(rows)
        else:
            with pytest.raises(AssertionError, match="no sentences"):
                make()(rows)


def refusing(texts: object) -> NDArray[np.float32]:
    raise AssertionError("no sentences")
