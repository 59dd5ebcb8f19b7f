"""Promises about what every list leaves behind for an audit, asked with random requests of an invented world."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.domain.events import STAGES
from matchmaker.domain.matches import MatchRequest
from matchmaker.domain.policies import Aim, Equity, Policy
from matchmaker.groups import grouping
from matchmaker.matching.corpus import Corpus
from matchmaker.places.sets import country_set
from matchmaker.recommend import Recommendation, recommend_in_full
from matchmaker_api import Matchmaker, connect
from matchmaker_api.state.safeguard_log import Actor

_OPTIONS = st.fixed_dictionaries(
    {
        "k": st.integers(1, 60),
        "countries": st.lists(st.sampled_from(["DE", "KE", "BR", "IN"]), max_size=3, unique=True).map(tuple),
        "include_unknown_country": st.booleans(),
        "policy": st.sampled_from(["pool", "uniform", "none"]).map(lambda t: Policy(equity=Equity(Aim(target=t)))),
    }
)


def asked(corpus: Corpus, draw: int, options: dict[str, Any]) -> Recommendation:
    people = np.flatnonzero((corpus.home == "country") & corpus.can_be_compared)
    seeker = corpus.researcher(int(people[draw % len(people)])).id
    return recommend_in_full(corpus, MatchRequest(researcher=seeker, **options), run_id="r")


@settings(max_examples=40)
@given(st.integers(0, 10_000), _OPTIONS)
def test_an_event_counts_what_the_answer_says(corpus: Corpus, draw: int, options: dict[str, Any]) -> None:
    found = asked(corpus, draw, options)
    event, meta = found.event, found.answer.meta
    sizes = {stage: sum(event.stages[stage]["income_group"].values()) for stage in STAGES}
    assert list(sizes.values()) == sorted(sizes.values(), reverse=True)  # every stage is a part of the one before
    assert (sizes["not_blocked"], sizes["shown"]) == (meta.eligible, meta.count)
    for name, counts in event.filters[1:]:
        left = next(step.left for step in meta.filter_counts if step.step == name)
        assert {sum(by_group.values()) for by_group in counts.values()} <= {left}
    for attribute, groups in event.shown.groups.items():
        assert Counter(groups) == Counter(event.stages["shown"][attribute])
        assert Counter(groups).keys() <= event.stages["relevant"][attribute].keys() | Counter(groups).keys()
    assert event.shown.people == tuple(result.researcher.id for result in found.answer.results)
    assert event.shown.groups["income_group"] == tuple(r.fairness.group for r in found.answer.results)
    assert event.shown.rank_before == tuple(r.fairness.rank_before for r in found.answer.results)


@settings(max_examples=40)
@given(st.integers(0, 10_000), _OPTIONS)
def test_groups_by_score_are_those_of_the_list_without_a_target(
    corpus: Corpus, draw: int, options: dict[str, Any]
) -> None:
    event = asked(corpus, draw, options).event
    plain = asked(corpus, draw, options | {"policy": Policy(equity=Equity(Aim(target="none")))})
    assert event.by_score == plain.event.shown.groups


@settings(max_examples=40)
@given(st.integers(0, 10_000), _OPTIONS)
def test_scores_do_not_depend_on_who_is_in_which_group(corpus: Corpus, draw: int, options: dict[str, Any]) -> None:
    everybody = {**options, "k": 200}
    scores = [
        {r.researcher.id: r.score for r in asked(corpus, draw, everybody | {"policy": policy}).answer.results}
        for policy in (Policy(), Policy(equity=Equity(Aim("region", "uniform"))))
    ]
    assert all(scores[0][person] == scores[1][person] for person in scores[0].keys() & scores[1].keys())


@pytest.fixture
def with_a_list(demo_data: Path, tmp_path: Path) -> Path:
    """A folder whose own list blocks the organisations of two people of least developed countries."""
    import shutil

    data = Path(shutil.copytree(demo_data, tmp_path / "data"))
    shutil.rmtree(data / "audit", ignore_errors=True)
    return data


def test_thirty_percent_of_a_group_of_which_two_are_blocked_bring_nobody_back_and_the_cause_is_told(
    with_a_list: Path,
) -> None:
    with connect(with_a_list) as matchmaker:
        corpus = matchmaker.corpus
        ldc = country_set("ldc", corpus.as_of).codes
        inside = np.flatnonzero(np.isin(corpus.country, sorted(ldc)) & corpus.can_be_compared).tolist()
        places = [corpus.researcher(person).institution for person in inside]
        first, second = list({place.id: place for place in places if place}.values())[:2]
        blocked = {corpus.researcher(p).id for p in inside
                   if getattr(corpus.researcher(p).institution, "id", None) in (first.id, second.id)}  # fmt: skip
    rows = "".join(f",{place.name},{place.country},block,ended,office,2027-06-30\n" for place in (first, second))
    (with_a_list / "lists").mkdir(exist_ok=True)
    (with_a_list / "lists" / "ours-2026-07-01.csv").write_text(
        "ror,name,country,decision,reason,owner,expires\n" + rows, encoding="utf-8"
    )
    policy = {"equity": {"attribute": "ldc", "target": "policy", "shares": {"LDC": "3/10", "other": "7/10"},
                         "set_by": "a programme", "why": "its call", "ndcg_floor": 0.0}}  # fmt: skip
    found = list(_short_lists(with_a_list, policy))
    assert found
    for answer, officer in found:
        equity = answer["meta"]["policy"]["equity"]
        shown = [result for result in answer["results"] if result["fairness"]["group"] == "LDC"]
        assert not {result["researcher"]["id"] for result in answer["results"]} & blocked
        assert equity["unmet"]["LDC"] == 3 - len(shown)
        told = equity["unmet_because"]["LDC"]
        assert told["relevant"] == len(shown) and "available" not in told["removed"]
        assert officer["unmet_because"]["LDC"]["removed"]["available"] == len(blocked)


def _short_lists(data: Path, policy: dict[str, Any]) -> Any:
    """Lists of ten in which the share is not filled, as a seeker and as an officer see them."""
    with connect(data) as matchmaker:
        corpus = matchmaker.corpus
        of = grouping(corpus, "ldc", {})
        askers = [p for p in np.flatnonzero((corpus.home == "country") & (corpus.n_texts > 2)) if of.of(p) == "other"]
        for person in askers[:25]:
            asked_for: dict[str, Any] = {"researcher": corpus.researcher(int(person)).id, "k": 10, "policy": policy}
            answer = matchmaker.match(**asked_for)
            if answer.meta.policy["equity"]["unmet"]:
                officer = matchmaker.match(**asked_for, actor=Actor("research_security_officer", "k"))
                yield answer.as_dict(), officer.meta.policy["equity"]


def test_the_same_people_as_of_an_earlier_day_stand_in_the_groups_of_that_day(demo: Matchmaker) -> None:
    request = MatchRequest(text="malaria vectors", home="PT", k=5, as_of=date(2020, 6, 30))
    event = recommend_in_full(demo.corpus, request, run_id="r").event
    now = recommend_in_full(demo.corpus, replace(request, as_of=None), run_id="r").event
    assert sum(event.stages["pool"]["profile"].values()) < sum(now.stages["pool"]["profile"].values())
