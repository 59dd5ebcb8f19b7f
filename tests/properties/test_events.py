"""Promises about what every list leaves behind for an audit, asked with random requests of an invented world."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.domain.events import STAGES
from matchmaker.domain.matches import MatchRequest
from matchmaker.domain.policies import Aim, Equity, Policy
from matchmaker.matching.corpus import Corpus
from matchmaker.recommend import Recommendation, recommend_in_full
from matchmaker.sources.ingest import ingest
from matchmaker_api import Matchmaker
from matchmaker_api.equity_words import price_lines
from matchmaker_api.state.safeguard_log import Actor
from matchmaker_index import generations
from matchmaker_index.building import build
from matchmaker_index.recipe import Recipe

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


@pytest.fixture(scope="module")
def unequal_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty people in France and Brazil, one in Malawi, two in a low-income country that a regime forbids."""
    folder = tmp_path_factory.mktemp("unequal")
    countries = [*["FR", "BR"] * 10, "MW", "KP", "KP"]
    subjects = ("malaria vectors", "solar cells", "river floods", "maize genetics", "coral reefs")
    rows = [
        f"person {i},{code},University {i},{subjects[i % 5]} and {subjects[(i + 1) % 5]} in season {i}"
        for i, code in enumerate(countries)
    ]
    (folder / "people.csv").write_text("name,country,institution,interests\n" + "\n".join(rows), encoding="utf-8")
    ingest("csv", [folder / "people.csv"], folder / "data")
    generations.publish(folder / "data", build(folder / "data", Recipe(dimension=8, as_of=date(2026, 6, 1))).digest)
    return folder / "data"


def test_of_a_share_of_three_for_which_there_is_one_and_two_are_blocked_the_one_is_shown_and_the_cause_is_told(
    unequal_world: Path,
) -> None:
    policy = {"equity": {"target": "policy", "shares": {"L": "3/10", "UM": "3/10", "H": "4/10"}, "ndcg_floor": 0.0,
                         "relevance_floor": 0.0, "set_by": "a programme", "why": "its call"}}  # fmt: skip
    with Matchmaker(unequal_world, now=lambda: datetime(2026, 6, 2, 9, tzinfo=UTC)) as matchmaker:
        asked_for: dict[str, Any] = {"text": "malaria vectors", "home": "DE", "k": 10, "policy": policy}
        answer = matchmaker.match(**asked_for).as_dict()
        officer = matchmaker.match(**asked_for, actor=Actor("research_security_officer", "k")).as_dict()
    shown = [result["researcher"]["country"] for result in answer["results"]]
    equity, full = (each["meta"]["policy"]["equity"] for each in (answer, officer))
    assert len(shown) == 10 and shown.count("MW") == 1 and "KP" not in shown
    assert equity["unmet"] == full["unmet"] == {"L": 2}
    assert not equity["floors_met"] and equity["held"] == 1.0
    assert full["unmet_because"]["L"] == {"relevant": 1, "admitted": 1, "removed": {"available": 2}}
    # How many safeguards hold back is for officers; a seeker is told of no single filter then.
    assert equity["unmet_because"]["L"]["removed"] == {"before_ranking": 2}
    told = price_lines(officer["meta"])
    assert any(line.startswith("Low income: 2 places") and "2 removed by safeguards" in line for line in told)
    assert not any("by safeguards" in line for line in price_lines(answer["meta"]))


def test_the_same_people_as_of_an_earlier_day_stand_in_the_groups_of_that_day(demo: Matchmaker) -> None:
    request = MatchRequest(text="insecticide resistance and malaria treatment", home="PT", k=5, as_of=date(2020, 6, 30))
    event = recommend_in_full(demo.corpus, request, run_id="r").event
    now = recommend_in_full(demo.corpus, replace(request, as_of=None), run_id="r").event
    assert sum(event.stages["pool"]["profile"].values()) < sum(now.stages["pool"]["profile"].values())
