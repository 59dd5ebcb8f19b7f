"""Promises about the way of a flagged case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.safeguards.world import QUANTUM, confirmed, possible

from matchmaker.errors import InputError, RefusedError
from matchmaker.safeguards.cases import Case
from matchmaker.safeguards.clearance import Clearance, Reviewer
from matchmaker.safeguards.conditions import BIOSAFETY_REVIEW
from matchmaker.safeguards.decision import decide
from matchmaker.safeguards.reviews import Matter, Review, escalate, overdue, refuse, settle, standing, take_up
from matchmaker.safeguards.visibility import ROLES

MONDAY = date(2026, 11, 2)
ANNA = Reviewer("export_control_officer", "p1")
BEN = Reviewer("research_security_officer", "p2")
NOT_OFFICERS = sorted(set(ROLES) - {ANNA.role, BEN.role})
FLAGGED = Case(MONDAY, "CN", findings=(possible(),))
BLOCKED = Case(MONDAY, "CN", findings=(confirmed("UN_SC", "sanction"),))
NEW = Review(MONDAY)


def _matter(case: Case = FLAGGED, days: int = 0) -> Matter:
    return Matter(case, decide(case), MONDAY + timedelta(days))


def _taken_up(case: Case = FLAGGED) -> Review:
    return take_up(NEW, _matter(case), ANNA)


def test_a_case_is_open_until_somebody_takes_it_up_and_then_it_is_decided() -> None:
    assert standing(NEW, _matter()) == "open"
    assert standing(_taken_up(), _matter()) == "in_review"
    assert standing(settle(_taken_up(), _matter(), (ANNA,), "not the same"), _matter()) == "cleared"
    assert standing(refuse(_taken_up(), _matter(), (ANNA,), "it is the same"), _matter()) == "refused"
    assert standing(escalate(_taken_up(), _matter(), ANNA, "unsure"), _matter()) == "escalated"


@pytest.mark.parametrize("role", NOT_OFFICERS)
def test_nobody_but_officers_takes_a_step(role: str) -> None:
    somebody = Reviewer(role, "p3")
    steps = [
        lambda: take_up(NEW, _matter(), somebody),
        lambda: refuse(_taken_up(), _matter(), (somebody,), "why"),
        lambda: refuse(_taken_up(), _matter(), (ANNA, somebody), "why"),
        lambda: refuse(_taken_up(), _matter(), (), "why"),
        lambda: escalate(_taken_up(), _matter(), somebody, "why"),
        lambda: settle(_taken_up(), _matter(), (somebody,), "why"),
        lambda: settle(_taken_up(), _matter(), (ANNA, somebody), "why"),
    ]
    for step in steps:
        with pytest.raises(RefusedError):
            step()


def test_nothing_is_decided_before_it_is_taken_up_or_once_it_is_decided() -> None:
    refused = refuse(_taken_up(), _matter(), (ANNA,), "it is the same")
    for review in (NEW, refused, settle(_taken_up(), _matter(), (ANNA,), "not the same")):
        with pytest.raises(InputError, match="cannot become"):
            settle(review, _matter(), (ANNA, BEN), "why")
        with pytest.raises(InputError, match="cannot become"):
            escalate(review, _matter(), ANNA, "why")
    with pytest.raises(InputError, match="cannot become"):
        take_up(_taken_up(), _matter(), BEN)
    with pytest.raises(InputError, match="before the last step"):
        settle(_taken_up(), _matter(days=-1), (ANNA,), "why")


def test_a_reason_is_asked_for() -> None:
    for step in (
        lambda: refuse(_taken_up(), _matter(), (ANNA,), " "),
        lambda: escalate(_taken_up(), _matter(), ANNA, ""),
        lambda: settle(_taken_up(), _matter(), (ANNA,), ""),
    ):
        with pytest.raises(InputError):
            step()


def test_whoever_escalates_does_not_decide() -> None:
    escalated = escalate(_taken_up(), _matter(), ANNA, "unsure")
    for decide_alone in (settle, refuse):
        with pytest.raises(RefusedError, match="escalates"):
            decide_alone(escalated, _matter(), (ANNA,), "why")
    assert standing(settle(escalated, _matter(), (BEN,), "not the same"), _matter()) == "cleared"
    assert standing(refuse(escalated, _matter(), (ANNA, BEN), "the same"), _matter()) == "refused"


def test_a_block_is_cleared_by_two_also_after_an_escalation_and_refused_by_one() -> None:
    escalated = escalate(_taken_up(BLOCKED), _matter(BLOCKED), ANNA, "an error of the list?")
    for review in (_taken_up(BLOCKED), escalated):
        with pytest.raises(RefusedError, match="2 different people"):
            settle(review, _matter(BLOCKED), (BEN,), "why")
        assert standing(settle(review, _matter(BLOCKED), (ANNA, BEN), "why"), _matter(BLOCKED)) == "cleared"
    assert standing(refuse(_taken_up(BLOCKED), _matter(BLOCKED), (ANNA,), "why"), _matter(BLOCKED)) == "refused"


@given(st.integers(0, 5000))
def test_a_refusal_holds_whatever_the_time_and_opens_again_when_its_grounds_change(days: int) -> None:
    refused = refuse(_taken_up(), _matter(), (ANNA,), "it is the same")
    assert standing(refused, _matter(days=days)) == "refused"
    changed = replace(FLAGGED, topics=(QUANTUM,))
    assert standing(refused, _matter(changed, days)) == "open"
    assert standing(take_up(refused, _matter(changed, days), BEN), _matter(changed, days)) == "in_review"


@given(st.integers(0, 5000))
def test_waiting_clears_nothing_and_a_clearance_ends(days: int) -> None:
    assert standing(NEW, _matter(days=days)) == "open"
    assert standing(_taken_up(), _matter(days=days)) == "in_review"
    assert standing(escalate(_taken_up(), _matter(), ANNA, "unsure"), _matter(days=days)) == "escalated"
    cleared = settle(_taken_up(), _matter(), (ANNA,), "not the same")
    assert standing(cleared, _matter(days=days)) == ("cleared" if days < 180 else "open")


def test_conditions_may_be_added_and_none_is_lost() -> None:
    case = Case(MONDAY, "JP", findings=(confirmed("US_EL", "export_control"),))
    settled = settle(_taken_up(case), _matter(case), (ANNA,), "with care", (BIOSAFETY_REVIEW,)).steps[-1]
    assert isinstance(settled, Clearance)
    assert settled.conditions == (*decide(case).conditions, BIOSAFETY_REVIEW)


def test_a_case_that_waits_is_overdue_after_ten_working_days_and_a_decided_one_is_not() -> None:
    refused = refuse(_taken_up(), _matter(), (ANNA,), "it is the same")
    assert [overdue(NEW, _matter(days=days)) for days in (14, 15)] == [False, True]
    assert overdue(_taken_up(), _matter(days=15))
    assert not overdue(refused, _matter(days=15))
    assert not overdue(settle(_taken_up(), _matter(), (ANNA,), "why"), _matter(days=15))


def test_a_step_is_not_seen_before_it_is_taken() -> None:
    assert standing(take_up(NEW, _matter(days=3), ANNA), _matter(days=2)) == "open"
