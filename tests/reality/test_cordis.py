"""The rules against what was really funded. Whoever was funded was eligible: a refusal of ours needs an explanation.

Shares are promises: not below what was measured on all projects on 2026-11-22, rounded down to a whole percent
(docs/explanation/rules-against-reality.md). Here samples are judged; `python -m tests.reality.cordis DATA` judges all.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.reality.completing import agreement, answers, any_gaps, bared_gaps, natural_gaps, outside_gaps, result_of
from tests.reality.funded import ACTIONS, PARTICIPANTS, PROJECTS, SETTING, Action, Funded, is_there, read
from tests.reality.judging import Judged, admitted_by_edctp3, book, judged, sample, shares

from matchmaker.domain.teams import Partner, Team
from matchmaker.rules.team import judge

DATA = Path(os.environ.get(SETTING, ""))
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not is_there(DATA), reason=f"{SETTING} names no folder with {PROJECTS} and {PARTICIPANTS}"),
]

MOST = 500
# Per action: at least so many percent eligible once what CORDIS never states is taken as given, and not ineligible.
PROMISED = {
    "HORIZON-RIA": (99, 100),
    "HORIZON-IA": (99, 100),
    "HORIZON-JU-RIA": (88, 100),  # calls of EDCTP3 count African states; their preset is another one
    "HORIZON-JU-IA": (100, 100),
    "HORIZON-CSA": (99, 100),
    "HORIZON-JU-CSA": (100, 100),
    "HORIZON-TMA-MSCA-DN": (99, 100),
    "HORIZON-TMA-MSCA-DN-ID": (95, 100),
    "HORIZON-TMA-MSCA-DN-JD": (100, 100),
    "HORIZON-TMA-MSCA-PF-EF": (99, 99),
    "HORIZON-ERC -STG": (99, 99),
    "HORIZON-ERC-SYG": (80, 100),  # CORDIS does not say which beneficiaries have a principal investigator
}


@pytest.fixture(scope="module")
def everything() -> tuple[list[Funded], Counter[str]]:
    """All funded projects of an action that a preset describes, and how many others there are by scheme."""
    return read(DATA)


@pytest.fixture(scope="module")
def projects(everything: tuple[list[Funded], Counter[str]]) -> list[Funded]:
    """Those of an action that a preset describes."""
    return everything[0]


@pytest.fixture(scope="module")
def ria(projects: list[Funded]) -> list[Funded]:
    """The Research and Innovation Actions among them, in a drawn order."""
    found = [each for each in projects if each.action.name == "HORIZON-RIA"]
    return random.Random(7).sample(found, len(found))


def some(projects: list[Funded], action: Action) -> list[Judged]:
    return judged(sample([each for each in projects if each.action == action], MOST))


def test_no_project_and_no_participant_is_lost(everything: tuple[list[Funded], Counter[str]]) -> None:
    projects, others = everything
    rows = pq.read_table(DATA / PROJECTS, columns=["project_id"])
    assert len(projects) + sum(others.values()) == rows.num_rows
    taken = {each.id for each in projects}
    members = pq.read_table(DATA / PARTICIPANTS, columns=["project_id"]).column("project_id").to_pylist()
    assert sum(len(each.team.partners) for each in projects) == sum(each in taken for each in members)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_funded_projects_are_eligible_as_often_as_measured(projects: list[Funded], action: Action) -> None:
    eligible, not_refused = PROMISED[action.name]
    found = shares(some(projects, action), "on_record")
    assert found["eligible"] * 100 >= eligible
    assert (1 - found["ineligible"]) * 100 >= not_refused


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_what_nobody_stated_refuses_no_project(projects: list[Funded], action: Action) -> None:
    refused = [each for each in some(projects, action) if each.result in ("ineligible", "incomplete")]
    assert [each.project.id for each in refused if each.on_record not in ("ineligible", "incomplete")] == []


def test_a_plan_for_equality_is_all_that_funded_teams_were_asked_for(ria: list[Funded]) -> None:
    for each in judged(ria[:100]):
        with_plans = tuple(replace(part, org=replace(part.org, gep=True)) for part in each.project.team.partners)
        team = Team(with_plans, each.project.team.project)
        assert judge(book("he-ria", each.project.day), team).result == each.on_record


def test_incomplete_are_only_projects_whose_calls_have_conditions_of_their_own(projects: list[Funded]) -> None:
    default = [each for each in projects if each.action.preset in ("he-ria", "he-csa")]
    own = {each.id for each in default if "IBA" in each.topic or "EDCTP3" in each.topic}
    others = sample([each for each in default if each.id not in own], 2 * MOST)
    assert [each.project.id for each in judged(others) if each.on_record in ("incomplete", "ineligible")] == []


def test_the_states_of_edctp3_make_all_its_funded_teams_complete(projects: list[Funded]) -> None:
    theirs = [each for each in projects if "EDCTP3" in each.topic and each.action.preset == "he-ria"]
    assert theirs and all(map(admitted_by_edctp3, theirs))


def test_hardly_anybody_was_paid_whom_the_default_conditions_would_not_pay(ria: list[Funded]) -> None:
    found = judged(ria[:MOST])
    assert sum(len(each.paid_against_rule) for each in found) < 0.01 * sum(each.paid for each in found)


def test_the_conditions_of_one_action_do_not_fit_another(projects: list[Funded]) -> None:
    small = [each for each in projects if each.action.name == "HORIZON-CSA"]
    verdicts = [judge(book("he-ria", each.day), each.team) for each in sample(small, MOST)]
    assert 0.2 < sum(each.result == "incomplete" for each in verdicts) / len(verdicts) < 0.5


def test_a_partner_without_whom_a_funded_team_is_incomplete_helps_it(ria: list[Funded]) -> None:
    gaps = list(natural_gaps(ria[:600]))
    assert gaps and {result_of(gap) for gap in gaps} == {"incomplete"}
    assert set(answers(gaps, len(gaps))) == {"helps"}


def test_every_partner_of_a_team_bared_to_the_least_helps_it(ria: list[Funded]) -> None:
    gaps = list(bared_gaps(ria[:200], random.Random(7)))
    assert {result_of(gap) for gap in gaps} == {"incomplete"}
    assert answers(gaps, len(gaps)) == {"helps": len(gaps)}


def test_no_partner_of_a_funded_team_is_blocked_from_it(ria: list[Funded]) -> None:
    found = answers(any_gaps(ria[:MOST], random.Random(7)), MOST)
    assert found["blocked"] == 0
    assert found.total() == MOST


def test_who_helps_a_bared_team_agrees_with_plain_counting(ria: list[Funded]) -> None:
    found = agreement(bared_gaps(ria[:60], random.Random(7)), 60)
    assert found["helps", "helps"] and found["no help", "no help"]
    assert [pair for pair in found if len(set(pair)) > 1] == []


def test_only_a_member_state_helps_three_associated_countries(ria: list[Funded]) -> None:
    gaps = list(outside_gaps(ria))
    assert {result_of(gap) for gap in gaps} == {"incomplete"}
    found = agreement(gaps, len(gaps))
    assert found["helps", "helps"] and found["no help", "no help"]
    assert [pair for pair in found if len(set(pair)) > 1] == []


def test_roles_and_payment_mean_the_same_in_both_worlds(ria: list[Funded]) -> None:
    partners: list[Partner] = [part for each in ria for part in each.team.partners]
    assert not [part for part in partners if part.role == "associated" and part.funded]
    assert all(sum(part.role == "coordinator" for part in each.team.partners) == 1 for each in ria)
