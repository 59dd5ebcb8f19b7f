"""What a corpus learns from its own last two years."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from matchmaker.evaluation.splits import new_partners
from matchmaker.learning import rehearsal
from matchmaker.learning.questions import asked_again
from matchmaker.matching.corpus import Corpus
from matchmaker.matching.dating import at_date
from matchmaker.matching.learnt import ANY_CHANNEL, DIRECTIONS, FEWEST_CASES, SHIPPED, Learnt
from matchmaker.matching.signals import sought_by_person

PERSON = SHIPPED["person"]


def test_a_small_world_keeps_the_shipped_weights_and_says_why(corpus: Corpus) -> None:
    day = rehearsal.rehearsed(corpus)
    assert day is not None
    assert day.year == corpus.as_of.year - rehearsal.REHEARSED_YEARS
    found = rehearsal.learnt(corpus, at_date(corpus, day), seed=7)
    assert found.weights["person"] == PERSON
    told = found.provenance["person"]
    assert re.fullmatch(r".*fewer than 2000 questions to learn from and 500 to judge by; \d+ questions of .*", told)
    assert set(found.weights) == set(DIRECTIONS)
    again = Learnt.from_dict(found.as_dict(), found.cases)
    assert again.as_dict() == found.as_dict()
    assert list(again.weights["person"]) == list(PERSON)


def test_where_nobody_found_a_partner_nothing_is_learnt_and_that_is_said(corpus: Corpus) -> None:
    found = rehearsal.learnt(corpus, corpus, seed=7)  # nothing came after its own day
    assert found.weights["person"] == PERSON
    assert "nobody found a new partner abroad" in found.provenance["person"]
    assert found.provenance["text"] == corpus.learnt.provenance["text"]


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_what_was_scored_on_another_scale_teaches_nothing_and_that_is_said(corpus: Corpus, direction: str) -> None:
    day = rehearsal.rehearsed(corpus)
    assert day is not None
    then = at_date(corpus, day)
    few = {**then.learnt.cases, direction: then.learnt.cases[direction][: FEWEST_CASES - 1]}  # type: ignore[index]
    unscaled = replace(then, learnt=replace(then.learnt, cases=few))
    usual, found = rehearsal.learnt(corpus, then, seed=7), rehearsal.learnt(corpus, unscaled, seed=7)
    assert ("text", ANY_CHANNEL) in usual.calibrations
    assert found.calibrations == {key: each for key, each in usual.calibrations.items() if key[0] != direction}
    assert "not on one scale" in found.provenance[direction]  # type: ignore[index]
    assert "not on one scale" not in "".join(usual.provenance.values())


def test_equal_corpora_learn_the_same(corpus: Corpus) -> None:
    day = rehearsal.rehearsed(corpus)
    assert day is not None
    once, twice = (rehearsal.learnt(corpus, at_date(corpus, day), seed=7).as_dict() for _ in range(2))
    assert once == twice


@pytest.mark.parametrize("others", [0, 5, 10_000])
def test_a_question_keeps_who_was_right_and_draws_the_rest_from_everybody(corpus: Corpus, others: int) -> None:
    day = rehearsal.rehearsed(corpus)
    assert day is not None
    then = at_date(corpus, day)
    split = new_partners(then, rehearsal._since(corpus, then), np.ones(corpus.tables.texts.num_rows, dtype=np.bool_))
    for row in range(0, len(split.queries), 7):
        sought = sought_by_person(then, int(split.queries[row]))
        asked = asked_again(split, row, sought, PERSON, np.random.default_rng(2), others)
        right = split.candidates[split.truth.candidate[split.truth.query == row]]
        able = ~split.barred(row)
        assert sorted(asked.people[asked.right].tolist()) == sorted(right.tolist())
        assert not (asked.right & (asked.control | asked.other)).any()
        assert np.isin(asked.people, split.candidates[able]).all()
        assert asked.other.sum() == min(others, int(able.sum()) - len(right))
        assert sum(asked.eligible) == able.sum()
        for channel in (asked.introduced, ~asked.introduced):
            assert (asked.control & channel).sum() <= (asked.right & channel).sum()
