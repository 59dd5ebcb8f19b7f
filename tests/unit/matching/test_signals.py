"""What is known of candidates is what a slow, plain computation finds, and the search misses nobody."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.domain.policies import MERIT
from matchmaker.matching import pool, scoring
from matchmaker.matching.acquaintance import walk
from matchmaker.matching.corpus import Corpus
from matchmaker.matching.learnt import SHIPPED
from matchmaker.matching.pool import Weighing, best_scored, scored
from matchmaker.matching.scoring import Signals
from matchmaker.matching.signals import Nearness, Sought, sought_by_person, sought_in_words

TEXTS = ("insecticide resistance and malaria treatment", "perovskite solar cells", "dietary isotopes in archaeology")
people = st.integers(0, 10_000)


def _somebody(corpus: Corpus, draw: int) -> int:
    able = np.flatnonzero(corpus.can_be_compared)
    return int(able[draw % len(able)])


def _centroid(corpus: Corpus, person: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    rows = corpus.text_words.toarray().astype(np.float64)
    total = sum(
        (
            math.exp(-float(corpus.ages(np.array([text]))[0]) / 4) * rows[text]
            for text in corpus.person_texts.of(person)
        ),
        np.zeros(rows.shape[1]),
    )
    length = np.linalg.norm(total)
    return total / length if length else total


@settings(max_examples=5)
@given(people)
def test_near_by_words_is_the_cosine_of_two_centroids(corpus: Corpus, draw: int) -> None:
    seeker = _somebody(corpus, draw)
    near = Nearness(corpus, sought_by_person(corpus, seeker)).word_cosines
    mine = _centroid(corpus, seeker)
    for person in range(0, corpus.n_people, 37):
        assert near[person] == pytest.approx(float(_centroid(corpus, person) @ mine), abs=1e-4)


def _walked(corpus: Corpus, seeker: int) -> dict[int, float]:
    """Visits, step by step over by-lines, with nothing left out."""
    at, visits = {seeker: 1.0}, dict.fromkeys(range(corpus.n_people), 0.0)
    for step in range(5):
        arrived = dict.fromkeys(range(corpus.n_people), 0.0)
        for person, chance in at.items():
            works = [text for text in corpus.person_texts.of(person).tolist() if not corpus.is_interest[text]]
            whole = sum(float(corpus.text_weight[text]) for text in works)
            for text in works:
                by_line = corpus.text_people.of(text).tolist()
                for each in by_line:
                    arrived[each] += chance * float(corpus.text_weight[text]) / whole / len(by_line)
        at = {person: chance for person, chance in arrived.items() if chance > 0}
        for person, chance in at.items():
            visits[person] += 0.6**step * chance
    return visits


@settings(max_examples=10)
@given(people)
def test_acquaintance_is_how_often_a_walk_over_by_lines_comes_by(corpus: Corpus, draw: int) -> None:
    seeker = _somebody(corpus, draw)
    found, expected = walk(corpus, seeker).visits, _walked(corpus, seeker)
    for person in range(corpus.n_people):
        told = 0.0 if person == seeker else expected[person]
        assert found[person] == pytest.approx(told, rel=0.02, abs=5e-6)


@settings(max_examples=10)
@given(people)
def test_a_way_is_a_short_chain_of_people_who_wrote_together(corpus: Corpus, draw: int) -> None:
    seeker = _somebody(corpus, draw)
    found, steps = walk(corpus, seeker), _steps_between(corpus, seeker)
    for person in np.flatnonzero(found.first).tolist():
        between = found.way(corpus, person)
        chain = (*corpus.same_person(seeker)[:1].tolist(), *between, person)
        # Ways too unlikely are not walked, so the shortest may be one of them, but not among near ones.
        assert steps[person] <= len(between) + 1 <= found.first[person]
        assert all(_wrote_together(corpus, one, two) for one, two in pairwise(chain))
    assert found.way(corpus, seeker) == ()
    assert all(found.first[person] == n for person, n in steps.items() if n in (1, 2))


def _wrote_together(corpus: Corpus, one: int, two: int) -> bool:
    return bool(np.intersect1d(corpus.person_texts.of(one), corpus.person_texts.of(two)).size)


def _steps_between(corpus: Corpus, seeker: int) -> dict[int, int]:
    """Fewest steps over co-authors to everybody who can be reached, by breadth."""
    steps, edge = {seeker: 0}, [seeker]
    while edge:
        person = edge.pop(0)
        for other in corpus.text_people.of_all(corpus.person_texts.of(person)).tolist():
            if other not in steps:
                steps[other] = steps[person] + 1
                edge.append(other)
    return steps


def test_acquaintance_counts_by_the_order_of_magnitude_up_to_a_hundredth_of_a_visit() -> None:
    visits = np.array([0, 1e-4, 1e-3, 1e-2, 1], dtype=np.float32)
    nothing = np.zeros_like(visits)
    none, few, some, full, more = scoring.acquaintance(
        Signals(nothing, nothing, nothing, {}, visits, nothing, nothing, nothing)
    )
    assert (none, full, more) == (0, pytest.approx(1), 1)
    assert full - some == pytest.approx(1 / 3, abs=0.02)
    assert some - few == pytest.approx(1 / 3, abs=0.02)


def test_a_profile_is_thinner_the_fewer_texts_there_are_up_to_fifty() -> None:
    texts = np.array([0, 1, 2, 7, 49, 50, 900], dtype=np.int32)
    nothing = np.zeros(len(texts), dtype=np.float32)
    found = scoring.thinness(Signals(nothing, nothing, nothing, {}, nothing, nothing, nothing, texts))
    assert (found[0], found[1], found[5], found[6]) == (1, 1, 0, 0)
    assert (np.diff(found)[1:5] < 0).all()
    # Each doubling takes the same away.
    eight, four, two = scoring.thinness(Signals(*[nothing[:3]] * 3, {}, *[nothing[:3]] * 3, np.array([8, 4, 2])))
    assert four - eight == pytest.approx(two - four)


def test_nobody_is_acquainted_with_nobody(corpus: Corpus) -> None:
    nowhere = walk(corpus, None)
    assert not nowhere.visits.any()
    assert nowhere.way(corpus, 3) == ()


@settings(max_examples=10)
@given(people)
def test_shared_vocabulary_is_the_part_of_a_persons_writing_in_the_words_sought(corpus: Corpus, draw: int) -> None:
    sought = sought_by_person(corpus, _somebody(corpus, draw))
    shared = Nearness(corpus, sought).shared_vocabulary
    known = sought.words > 0
    for person in range(0, corpus.n_people, 53):
        texts = corpus.person_texts.of(person)
        parts = [float((corpus.text_words[text].toarray()[0][known] ** 2).sum()) for text in texts]
        expected = np.average(parts, weights=corpus.text_weight[texts]) if len(texts) else 0.0
        assert shared[person] == pytest.approx(expected, abs=1e-4)
    assert ((shared >= 0) & (shared <= 1)).all()


def _asked(corpus: Corpus, draw: int, text: str | None) -> Sought:
    seeker = _somebody(corpus, draw)
    return sought_by_person(corpus, seeker) if text is None else sought_in_words(corpus, text, seeker)


def _weights(draw: st.DrawFn) -> dict[str, float]:
    """Any weights a policy may bring, also one part alone."""
    parts = draw(st.lists(st.sampled_from(MERIT), min_size=1, max_size=len(MERIT), unique=True))
    given = np.array(draw(st.lists(st.integers(1, 20), min_size=len(parts), max_size=len(parts))), dtype=float)
    return dict(zip(parts, (given / given.sum()).tolist(), strict=True))


weighings = st.one_of(st.none(), st.composite(_weights)())


@settings(max_examples=150)
@given(
    people,
    st.sampled_from([None, *TEXTS]),
    st.integers(1, 40),
    st.integers(0, 2**32 - 1),
    st.floats(0.02, 1),
    weighings,
)
def test_the_first_k_are_those_of_scoring_everybody(
    corpus: Corpus, draw: int, text: str | None, k: int, seed: int, share: float, weights: dict[str, float] | None
) -> None:
    sought = _asked(corpus, draw, text)
    admitted = np.random.default_rng(seed).random(corpus.n_people) < share
    weighing = Weighing(weights or SHIPPED[sought.direction])
    everybody = scored(Nearness(corpus, sought), np.flatnonzero(admitted).astype(np.int32), weighing)
    with pytest.MonkeyPatch.context() as patch:
        # Few are fetched at first, so that what is found rests on knowing when to go on.
        patch.setattr(pool, "_SMALLEST", 3)
        patch.setattr(pool, "_PER_PLACE", 1)
        found = best_scored(Nearness(corpus, sought), admitted, weighing, k)
    np.testing.assert_allclose([c.score for c in found[:k]], [c.score for c in everybody[:k]], atol=3e-6)
    assert len({c.person for c in found}) == len(found)
    assert len(found) >= min(k, int(admitted.sum()))


@settings(max_examples=5)
@given(people, st.sampled_from([None, *TEXTS]))
def test_focus_and_the_number_of_texts_are_those_of_a_plain_computation(
    corpus: Corpus, draw: int, text: str | None
) -> None:
    sought = _asked(corpus, draw, text)
    found = Nearness(corpus, sought).signals(np.arange(corpus.n_people, dtype=np.int32), ("focus", "thinness"))
    rows, ages = corpus.text_vectors.astype(float), corpus.ages(np.arange(len(corpus.text_vectors), dtype=np.int32))
    for person in range(0, corpus.n_people, 23):
        texts = corpus.person_texts.of(person)
        whole = sum((np.exp(-float(ages[text]) / 4) * rows[text] for text in texts), np.zeros(rows.shape[1]))
        length = np.linalg.norm(whole)
        assert found.focus[person] == pytest.approx(float(whole @ sought.meaning / length) if length else 0.0, abs=1e-4)
        assert found.n_texts[person] == len(texts)


@settings(max_examples=20)
@given(people, st.sampled_from([None, *TEXTS]))
def test_a_score_is_the_sum_of_what_is_explained(corpus: Corpus, draw: int, text: str | None) -> None:
    sought = _asked(corpus, draw, text)
    everybody = np.ones(corpus.n_people, dtype=np.bool_)
    for candidate in best_scored(Nearness(corpus, sought), everybody, Weighing(SHIPPED[sought.direction]), 5)[:30]:
        assert candidate.score == pytest.approx(sum(part.points for part in candidate.parts), abs=1e-9)
        assert candidate.merit == candidate.score


def test_an_old_text_counts_less_than_the_same_text_of_today(corpus: Corpus) -> None:
    fading = corpus.text_fading
    works = np.flatnonzero(~corpus.is_interest)
    ages = corpus.ages(works.astype(np.int32))
    np.testing.assert_allclose(fading[works], np.exp(-np.maximum(ages, 0) / 20), atol=1e-5)
    assert (fading[corpus.is_interest] == 1).all()
