"""What is near is read against people who did work together, each without the work that made them a case."""

from __future__ import annotations

import numpy as np
import pytest

from matchmaker.matching.bands import band, known_cases
from matchmaker.matching.corpus import Corpus
from matchmaker.matching.dating import at_date
from matchmaker.matching.learnt import CHANNELS, FEWEST_CASES, NEAREST, SCALED, Learnt
from matchmaker.matching.scoring import FEATURES
from matchmaker.matching.signals import Nearness, sought_in_words


@pytest.fixture(scope="module")
def cases(corpus: Corpus) -> dict[str, np.ndarray]:
    return dict(known_cases(corpus, np.random.default_rng(3)))  # more than there are works: every work is drawn


def _slowly(corpus: Corpus, words: np.ndarray, work: int, author: int) -> tuple[float, float, float]:
    """One case of a text, from dates and vectors alone."""
    born = corpus.published[work]
    others = [text for text in corpus.person_texts.of(author).tolist() if text != work]

    def years_before(text: int) -> float:
        if corpus.is_interest[text]:
            # A statement is current today, and the work is as old as it is.
            return 0.0
        return max(0.0, float((born - corpus.published[text]) / np.timedelta64(1, "D")) / 365.2425)

    def likeness(rows: np.ndarray) -> float:
        near = []
        for text in others:
            cosine = float(rows[text] @ rows[work])
            near.append(cosine * np.exp(-years_before(text) / 20) if cosine > 0 else cosine)
        near = sorted(near, reverse=True)[:12]
        near += [min(0.6 * near[0], near[0])] * (12 - len(near))
        return float(np.average(near, weights=0.65 ** np.arange(12)))

    vectors = corpus.text_vectors.astype(float)
    whole = sum(np.exp(-years_before(text) / 4) * vectors[text] for text in others)
    length = np.linalg.norm(whole) * np.linalg.norm(vectors[work])
    focus = float(whole @ vectors[work] / length) if length else 0.0
    return likeness(words), likeness(vectors), focus


def test_a_case_of_a_text_is_the_work_against_what_its_author_had_to_show_when_it_came_out(
    corpus: Corpus, cases: dict[str, np.ndarray]
) -> None:
    words = corpus.text_words.toarray().astype(float)
    possible = [
        _slowly(corpus, words, work, author)
        for work in np.flatnonzero(~corpus.is_interest).tolist()
        for author in corpus.text_people.of(work).tolist()
        if len(corpus.person_texts.of(author)) > 1
    ]
    table = np.array(possible)
    assert len(cases["text"]) > FEWEST_CASES
    for case in cases["text"]:
        assert np.abs(table - case).max(axis=1).min() < 1e-4


def test_there_is_a_column_for_whatever_is_scaled(cases: dict[str, np.ndarray]) -> None:
    for direction, features in SCALED.items():
        assert cases[direction].shape[1] == len(features)
        assert np.isfinite(cases[direction]).all()


def test_the_nearest_hundredth_counts_as_one_from_thirty_cases_on(cases: dict[str, np.ndarray]) -> None:
    learnt = Learnt({"text": cases["text"], "person": cases["person"][: FEWEST_CASES - 1]})
    for column, feature in enumerate(SCALED["text"]):
        assert learnt.nearest["text"][feature] == pytest.approx(np.quantile(cases["text"][:, column], NEAREST))
    assert learnt.nearest["person"] == {"words": 1.0, "meaning": 1.0}
    empty = Learnt({"text": np.zeros((FEWEST_CASES, 3), dtype=np.float32)})
    assert empty.nearest["text"] == dict.fromkeys(SCALED["text"], 1.0)


@pytest.mark.parametrize(
    "weights",
    [{"words": 0.5, "meaning": 0.3, "focus": 0.2}, {"meaning": 1.0}, {"focus": 1.0}, {"recency": 1.0}],
    ids="+".join,
)
def test_candidates_and_known_cases_are_weighed_alike(
    corpus: Corpus, cases: dict[str, np.ndarray], weights: dict[str, float]
) -> None:
    learnt = Learnt(cases)  # type: ignore[arg-type]
    told = learnt.nearness("text", weights)
    part = weights.get("words", 0.0) + weights.get("meaning", 0.0)
    words = weights.get("words", 0.0) / part if part else 0.5
    near = [
        np.clip(cases["text"][:, column] / learnt.nearest["text"][name], 0, 1) for column, name in enumerate(CHANNELS)
    ]
    np.testing.assert_allclose(told, np.sort(words * near[0] + (1 - words) * near[1]), atol=1e-6)
    sought = sought_in_words(corpus, "insecticide resistance and malaria treatment")
    asked = Nearness(corpus, sought)
    for person in range(0, corpus.n_people, 41):
        signals = asked.signals(np.array([person], dtype=np.int32), ())
        by_words, by_meaning = (float(FEATURES[name](signals)[0]) for name in CHANNELS)
        expected = words * by_words + (1 - words) * by_meaning
        assert asked.of_person(person, weights) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(("nearness", "told"), [(0.9, "strong"), (0.5, "strong"), (0.3, "good"), (0.1, "exploratory")])
def test_strong_is_as_near_as_half_of_those_who_did_work_together(nearness: float, told: str) -> None:
    known = np.linspace(0, 1, 101).astype(np.float32)
    assert band(nearness, known) == told
    assert band(nearness, known[: FEWEST_CASES - 1]) == "exploratory"


def test_known_cases_of_a_day_know_nothing_later(corpus: Corpus) -> None:
    then = at_date(corpus, corpus.as_of.replace(year=corpus.as_of.year - 3))
    words = then.text_words.toarray().astype(float)
    works = np.flatnonzero(~then.is_interest & (then.published <= np.datetime64(then.as_of))).tolist()
    possible = np.array(
        [
            _slowly(then, words, work, author)
            for work in works
            for author in then.text_people.of(work).tolist()
            if len(then.person_texts.of(author)) > 1
        ]
    )
    for case in known_cases(then, np.random.default_rng(3))["text"]:
        assert np.abs(possible - case).max(axis=1).min() < 1e-4
