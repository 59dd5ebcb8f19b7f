"""Promises about every answer, asked with random requests of an invented world."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.domain.matches import MatchAnswer, MatchRequest
from matchmaker.domain.policies import Aim, Equity, Policy
from matchmaker.errors import InputError, NothingToMatchError
from matchmaker.matching.corpus import Corpus
from matchmaker.matching.dating import at_date
from matchmaker.matching.retrieval import ExactRetriever
from matchmaker.matching.ties import coauthors
from matchmaker.places.resolve import border_key
from matchmaker.recommend import absence, recommend
from matchmaker.sources.snapshot import Snapshot
from matchmaker_api import Matchmaker
from matchmaker_index.invariants import check_answers

TEXTS = ["insecticide resistance and malaria treatment", "perovskite solar cells", "dietary isotopes in archaeology"]
options = st.fixed_dictionaries(
    {
        "k": st.integers(1, 200),
        "countries": st.lists(st.sampled_from(["DE", "KE", "BR", "IN", "US", "NA"]), max_size=3, unique=True).map(
            tuple
        ),
        "not_countries": st.lists(st.sampled_from(["US", "CN", "FR"]), max_size=2, unique=True).map(tuple),
        "include_known": st.booleans(),
        "include_unknown_country": st.booleans(),
        "strict": st.booleans(),
        "as_of": st.sampled_from([None, None, None, date(2020, 6, 30)]),
        "policy": st.sampled_from(["pool", "uniform", "none"]).map(
            lambda target: Policy(equity=Equity(Aim(target=target)))
        ),
    }
)


def asked(corpus: Corpus, draw: int, given_options: dict[str, Any], text: str | None) -> MatchAnswer:
    """An answer for a person of the world, or a text, or both; requests with no answer are not what is tested here."""
    people = np.flatnonzero((corpus.home == "country") & (corpus.n_texts > 0))
    seeker = corpus.researcher(int(people[draw % len(people)])).id
    try:
        return recommend(corpus, MatchRequest(text=text, researcher=seeker, **given_options), run_id="r")
    except (NothingToMatchError, InputError):
        assert given_options["as_of"] is not None  # before somebody's first work they have no texts and no country
        return recommend(corpus, MatchRequest(text=TEXTS[0], home="PT", **given_options), run_id="r")


requests = given(st.integers(0, 10_000), options, st.sampled_from([None, None, *TEXTS]))


@requests
def test_nobody_is_domestic_a_colleague_or_a_past_coauthor(
    corpus: Corpus, draw: int, given_options: dict[str, Any], text: str | None
) -> None:
    answer = asked(corpus, draw, given_options, text)
    seeker = answer.meta.seeker
    for result in answer.results:
        who = result.researcher
        home = seeker.country if seeker else "PT"
        assert who.country is None or border_key(who.country) != border_key(home or "")
        assert seeker is None or who.id != seeker.id
        assert not result.conflicts.organisation
        assert given_options["include_known"] or not result.conflicts.coauthor
        assert who.home != "unknown" or given_options["include_unknown_country"]
        assert not given_options["strict"] or not result.conflicts.shares_secondary_country
        assert not given_options["countries"] or who.country in given_options["countries"]
        assert who.country not in given_options["not_countries"]


@requests
def test_exactly_k_or_the_reason_why_fewer(
    corpus: Corpus, draw: int, given_options: dict[str, Any], text: str | None
) -> None:
    answer = asked(corpus, draw, given_options, text)
    assert len(answer.results) == answer.meta.count == min(answer.meta.k, answer.meta.eligible)
    assert (answer.meta.shortfall is None) == (answer.meta.count == answer.meta.k)
    assert [r.rank for r in answer.results] == list(range(1, answer.meta.count + 1))
    assert len({r.researcher.id for r in answer.results}) == answer.meta.count


@requests
def test_a_score_is_the_sum_of_its_parts_and_every_part_is_shown(
    corpus: Corpus, draw: int, given_options: dict[str, Any], text: str | None
) -> None:
    for result in asked(corpus, draw, given_options, text).results:
        assert result.score == pytest.approx(sum(part.points for part in result.contributions), abs=1e-9)
        for part in result.contributions:
            assert 0 <= part.value <= 1
            assert part.points == pytest.approx(part.value * part.weight, abs=1e-6)


@requests
def test_filters_only_ever_remove_and_end_in_what_is_eligible(
    corpus: Corpus, draw: int, given_options: dict[str, Any], text: str | None
) -> None:
    meta = asked(corpus, draw, given_options, text).meta
    counts = meta.filter_counts
    assert counts[0].entered == corpus.n_people
    assert all(a.left == b.entered for a, b in pairwise(counts))
    assert all(c.left <= c.entered for c in counts)
    assert next(c for c in counts if c.step == "ranked").entered == meta.eligible


@requests
def test_within_a_group_the_order_is_that_of_the_score(
    corpus: Corpus, draw: int, given_options: dict[str, Any], text: str | None
) -> None:
    answer = asked(corpus, draw, given_options, text)
    for group in {r.fairness.group for r in answer.results}:
        before = [r.fairness.rank_before for r in answer.results if r.fairness.group == group]
        assert before == sorted(before)
    if given_options["policy"].equity.aim.target == "none":
        assert all(r.fairness.moved == 0 for r in answer.results)
    assert all(r.fairness.moved == r.fairness.rank_before - r.rank for r in answer.results)


@requests
def test_evidence_names_only_texts_of_the_person_up_to_the_date(
    corpus: Corpus, draw: int, given_options: dict[str, Any], text: str | None
) -> None:
    answer = asked(corpus, draw, given_options, text)
    then = at_date(corpus, given_options["as_of"])
    for result in answer.results[:5]:
        theirs = {then.text(int(t)).id for t in then.person_texts.of(then.person_number(result.researcher.id))}
        assert result.evidence
        assert {e.work.id for e in result.evidence} <= theirs
        assert all(e.work.year is None or e.work.year <= then.as_of.year for e in result.evidence)


@requests
def test_the_exact_oracle_gives_the_same_list(
    corpus: Corpus, draw: int, given_options: dict[str, Any], text: str | None
) -> None:
    oracle = replace(
        corpus, search_texts=ExactRetriever(corpus.text_vectors), search_people=ExactRetriever(corpus.people_vectors)
    )
    ours, theirs = asked(corpus, draw, given_options, text), asked(oracle, draw, given_options, text)
    np.testing.assert_allclose([r.score for r in ours.results], [r.score for r in theirs.results], atol=2e-6)


def test_equal_questions_have_equal_answers(corpus: Corpus) -> None:
    request = MatchRequest(text=TEXTS[0], home="PT", k=50)
    assert recommend(corpus, request, run_id="a").results == recommend(corpus, request, run_id="b").results


def test_two_thousand_random_seekers_get_nobody_they_should_not(demo: Matchmaker, corpus: Corpus) -> None:
    broken = check_answers(corpus, Snapshot.open(demo.data), queries=2_000, seed=3)
    assert broken.queries > 300
    assert (broken.total, broken.results) == (0, broken.results)
    assert broken.results > 1_000


def test_an_international_colleague_is_foreign_to_everybody(corpus: Corpus) -> None:
    by_score = Policy(equity=Equity(Aim(target="none")))
    wide = recommend(corpus, MatchRequest(text=TEXTS[0], home="DE", k=200, policy=by_score), run_id="")
    assert {r.researcher.home for r in wide.results} >= {"country", "international"}


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_everybody_is_either_shown_or_their_absence_is_explained(corpus: Corpus, draw: int) -> None:
    request = MatchRequest(researcher=corpus.researcher(int(np.flatnonzero(corpus.home == "country")[0])).id, k=5)
    shown = {r.researcher.id for r in recommend(corpus, request, run_id="").results}
    somebody = corpus.researcher(draw % corpus.n_people).id
    if somebody in shown:
        with pytest.raises(InputError, match="is in this list"):
            absence(corpus, request, somebody, run_id="")
    else:
        why = absence(corpus, request, somebody, run_id="")
        assert why.reason
        assert (why.rank is None) == (why.step != "shown")


@pytest.mark.parametrize(
    "request_",
    [
        MatchRequest(),
        MatchRequest(text=""),
        MatchRequest(text=" "),
        MatchRequest(text="x" * 20_001),
        MatchRequest(text="a b", k=0),
        MatchRequest(text="solar cells", k=201),
        MatchRequest(text="solar cells", as_of=date(2099, 1, 1)),
    ],
)
def test_requests_that_cannot_be_meant_are_refused(corpus: Corpus, request_: MatchRequest) -> None:
    with pytest.raises(InputError) as error:
        recommend(corpus, request_, run_id="")
    assert error.value.hint


def test_a_text_without_a_known_word_is_not_answered_with_anybody(corpus: Corpus) -> None:
    with pytest.raises(NothingToMatchError):
        recommend(corpus, MatchRequest(text="zzzzqq xxyyzz"), run_id="")


def test_naming_a_home_leaves_out_the_seekers_own_country_as_well(corpus: Corpus) -> None:
    for person in np.flatnonzero(corpus.home == "country")[:40].tolist():
        seeker = corpus.researcher(person)
        answer = recommend(corpus, MatchRequest(researcher=seeker.id, home="DE", k=50), run_id="")
        assert not {r.researcher.country for r in answer.results} & {seeker.country, "DE"}


def test_two_ids_with_one_orcid_are_one_person(corpus: Corpus) -> None:
    seeker = int(np.flatnonzero(corpus.home == "country")[0])
    abroad = np.flatnonzero((corpus.home == "country") & (corpus.country != corpus.country[seeker]))
    twin = int(abroad[0])
    orcids = ["https://orcid.org/0000-0002-1825-0097" if i in (seeker, twin) else None for i in range(corpus.n_people)]
    people = corpus.tables.people.set_column(2, "orcid", pa.array(orcids, pa.string()))
    doubled = replace(corpus, tables=replace(corpus.tables, people=people))
    shown = recommend(doubled, MatchRequest(researcher=doubled.researcher(seeker).id, k=200), run_id="").results
    twins_coauthors = {doubled.researcher(int(p)).id for p in coauthors(corpus, twin)}
    assert not {r.researcher.id for r in shown} & {doubled.researcher(twin).id, *twins_coauthors}


def test_words_the_index_does_not_know_are_named(corpus: Corpus) -> None:
    answer = recommend(corpus, MatchRequest(text="zzqqx vaccines and solar cells", home="KE"), run_id="")
    assert any("zzqqx" in note for note in answer.meta.notes)


def test_text_that_is_not_utf8_is_refused(corpus: Corpus) -> None:
    with pytest.raises(InputError, match="UTF-8"):
        recommend(corpus, MatchRequest(text="solar cells \udce9"), run_id="")
