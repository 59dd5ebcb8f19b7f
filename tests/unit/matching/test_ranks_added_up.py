"""An index built to add up ranks: reciprocal rank fusion of words, meaning and focus."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.domain.matches import MatchRequest
from matchmaker.matching import pool, scoring
from matchmaker.matching.corpus import Corpus
from matchmaker.matching.learnt import BY_RANK, BY_SCALE, SCALED, SHIPPED, Learnt
from matchmaker.matching.pool import Weighing, best_scored, scored
from matchmaker.matching.retrieval import ranks
from matchmaker.matching.signals import Nearness, Sought, sought_by_person, sought_in_words
from matchmaker.recommend import recommend
from matchmaker.sources.snapshot import Snapshot

TEXTS = ("insecticide resistance and malaria treatment", "perovskite solar cells", "dietary isotopes in archaeology")
asking = st.tuples(st.integers(0, 10_000), st.sampled_from([None, *TEXTS]))


@pytest.fixture(scope="module")
def ranking(corpus: Corpus) -> Corpus:
    """The same corpus, adding up ranks."""
    return replace(corpus, learnt=replace(corpus.learnt, fusion=BY_RANK))


def _sought(corpus: Corpus, by: tuple[int, str | None]) -> Sought:
    draw, text = by
    able = np.flatnonzero(corpus.can_be_compared)
    seeker = int(able[draw % len(able)])
    return sought_by_person(corpus, seeker) if text is None else sought_in_words(corpus, text, seeker)


@given(st.lists(st.integers(-3, 5), min_size=1, max_size=30), st.integers(0, 40))
def test_a_rank_is_one_more_than_how_many_others_are_nearer(near: list[int], draw: int) -> None:
    seeker = draw if draw < len(near) else None
    found = ranks(np.array(near, dtype=np.float32) / 7, seeker)
    for row, mine in enumerate(near):
        others = [each for other, each in enumerate(near) if other != seeker]
        if row != seeker:
            assert found[row] == (1 + sum(each > mine for each in others) if mine > 0 else 0)


def test_cosines_that_differ_by_less_than_a_millionth_share_a_rank() -> None:
    found = ranks(np.array([0.5, 0.5 + 1e-8, 0.4, 0.0, -0.1], dtype=np.float64), None)  # type: ignore[arg-type]
    assert found.tolist() == [1, 1, 3, 0, 0]


def test_the_first_is_one_and_nothing_in_common_is_nothing() -> None:
    np.testing.assert_allclose(scoring.by_rank(np.array([1, 2, 62, 0])), [1, 61 / 62, 0.5, 0])


@settings(max_examples=20)
@given(asking)
def test_a_score_is_the_weighed_sum_of_reciprocal_ranks_and_of_what_has_a_scale(
    corpus: Corpus, ranking: Corpus, by: tuple[int, str | None]
) -> None:
    sought = _sought(ranking, by)
    weights, rows = SHIPPED[sought.direction], np.arange(ranking.n_people, dtype=np.int32)
    signals = Nearness(ranking, sought).signals(rows, weights)
    known = scoring.values(Nearness(corpus, sought).signals(rows, weights), weights)
    cosines = {"words": signals.words, "meaning": signals.meaning, "focus": signals.focus}
    found = {each.person: each for each in scored(Nearness(ranking, sought), rows, Weighing(weights))}
    others = rows != sought.seeker
    for person in rows[others][::29].tolist():
        for column, name in enumerate(weights):
            value = known[person, column]
            if name in cosines:
                near = np.round(cosines[name].astype(np.float64), 6)
                value = 61 / (60 + 1 + int((near[others] > near[person]).sum())) if near[person] > 0 else 0.0
            # Two ways to add up the same cosine may differ in the seventh decimal, and so by a rank.
            assert found[person].values[column] == pytest.approx(value, abs=0.01)


@settings(max_examples=20)
@given(asking)
def test_one_part_alone_orders_as_its_cosine_does(corpus: Corpus, ranking: Corpus, by: tuple[int, str | None]) -> None:
    sought = _sought(ranking, by)
    rows = np.flatnonzero(np.arange(ranking.n_people) != sought.seeker).astype(np.int32)
    for name in SCALED[sought.direction]:
        near = Nearness(ranking, sought)
        cosine = getattr(near.signals(rows, ()), name)
        order = [each.person for each in scored(near, rows, Weighing({name: 1.0}))]
        ranked = np.round(cosine[np.searchsorted(rows, order)], 6)
        assert (np.diff(ranked[ranked > 0]) <= 2e-6).all()


@settings(max_examples=60)
@given(asking, st.integers(1, 40), st.integers(0, 2**32 - 1), st.floats(0.02, 1))
def test_the_search_misses_nobody(ranking: Corpus, by: tuple[int, str | None], k: int, seed: int, share: float) -> None:
    sought = _sought(ranking, by)
    admitted = np.random.default_rng(seed).random(ranking.n_people) < share
    weighing = Weighing(SHIPPED[sought.direction])
    everybody = scored(Nearness(ranking, sought), np.flatnonzero(admitted).astype(np.int32), weighing)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pool, "_SMALLEST", 3)
        patch.setattr(pool, "_PER_PLACE", 1)
        found = best_scored(Nearness(ranking, sought), admitted, weighing, k)
    assert [(c.person, c.score) for c in found[:k]] == [(c.person, c.score) for c in everybody[:k]]


def test_a_filter_moves_nobodys_score(ranking: Corpus) -> None:
    asked = MatchRequest(text=TEXTS[0], home="KE", k=100)
    wide = {each.researcher.id: each for each in recommend(ranking, asked, run_id="a").results}
    some = tuple(sorted({each.researcher.country for each in wide.values() if each.researcher.country})[::2])
    narrow = recommend(ranking, replace(asked, countries=some), run_id="b").results
    assert len(narrow) < len(wide)
    both = [(each.score, wide[each.researcher.id].score) for each in narrow if each.researcher.id in wide]
    assert len(both) > 5
    assert all(one == other for one, other in both)


@pytest.mark.parametrize("asked_by", ["text", "person"])
def test_an_answer_says_that_ranks_were_added_up_and_bands_stay(
    corpus: Corpus, ranking: Corpus, demo_data: Path, asked_by: str
) -> None:
    # A whole abstract: a few words are as near to nobody as works are to their authors.
    (text,) = Snapshot.open(demo_data).works(["abstract"])["abstract"].slice(5, 1).to_pylist()
    seeker = corpus.researcher(_sought(corpus, (0, None)).seeker or 0).id
    sought = {"text": text, "home": "KE"} if asked_by == "text" else {"researcher": seeker}
    everybody = MatchRequest(**sought, k=200)
    by_rank, by_scale = (recommend(each, everybody, run_id="a") for each in (ranking, corpus))
    assert len([note for note in by_rank.meta.notes if "reciprocal rank" in note]) == 1
    assert not [note for note in by_scale.meta.notes if "reciprocal rank" in note]
    bands = {each.researcher.id: each.band for each in by_scale.results}
    both = [(each.band, bands[each.researcher.id]) for each in by_rank.results if each.researcher.id in bands]
    assert len({one for one, _ in both}) > 1
    assert all(one == other for one, other in both)


def test_an_index_of_before_there_was_a_choice_adds_up_on_the_scale(corpus: Corpus, ranking: Corpus) -> None:
    table = ranking.learnt.as_dict()
    assert Learnt.from_dict(table, ranking.learnt.cases).fusion == BY_RANK
    del table["fusion"]
    assert Learnt.from_dict(table, ranking.learnt.cases).fusion == BY_SCALE == corpus.learnt.fusion
