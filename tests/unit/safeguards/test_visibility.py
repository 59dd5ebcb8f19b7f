"""Promises about who sees what."""

from __future__ import annotations

import json
from datetime import date

import pytest
from tests.unit.safeguards.world import TODAY, confirmed, decided, possible

from matchmaker.errors import InputError, RefusedError
from matchmaker.safeguards.cases import Case, Decision
from matchmaker.safeguards.clearance import Reviewer, clear, is_overdue
from matchmaker.safeguards.decision import decide
from matchmaker.safeguards.records import VERDICTS
from matchmaker.safeguards.visibility import ROLES, counts, visible_to

FLAGGED = decided("IR", confirmed("UN_SC", "sanction"), possible())


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"export_control_officer", "research_security_officer"}))
def test_nobody_but_security_officers_sees_a_list_entry(role: str) -> None:
    said = json.dumps(visible_to(role, FLAGGED))
    assert "Invented" not in said and "ror" not in said and "evidence" not in said


def test_a_researcher_sees_one_of_three_states_and_nothing_else() -> None:
    seen = [visible_to("researcher", Decision(verdict, TODAY)) for verdict in VERDICTS]
    office = {"state": "contact through your research office"}
    assert seen == [{"state": "available"}, office, office, {"state": "absent"}]


def test_officers_see_everything_as_json() -> None:
    full = json.loads(json.dumps(visible_to("research_security_officer", FLAGGED)))
    assert full["decision"] == "block"
    assert {"G1", "G6"} <= {rule["id"] for rule in full["fired"]}
    assert all(rule["dated"] and rule["version"] for rule in full["fired"])


def test_funder_officers_see_clauses_and_data_protection_officers_the_log() -> None:
    decision = decide(Case(TODAY, "DE", findings=(possible(),), excluded_by=("min-ms",)))
    assert visible_to("funder_officer", decision) == {"clauses": ["min-ms"]}
    seen = visible_to("data_protection_officer", decision)
    assert [rule["id"] for rule in seen["rules"]] == ["G6", "G14"]


def test_an_unknown_role_is_refused() -> None:
    with pytest.raises(RefusedError, match="visitor"):
        visible_to("visitor", FLAGGED)


def test_small_counts_are_withheld_together_with_the_one_that_would_give_them_away() -> None:
    decisions = [("H", Decision("allow", TODAY))] * 30 + [("H", Decision("needs_review", TODAY))] * 12
    decisions += [("H", Decision("block", TODAY))] * 2 + [("L", Decision("allow", TODAY))] * 11
    counted = {(row["group"], row["decision"]): row["count"] for row in counts(decisions)}
    assert counted == {("H", "allow"): 30, ("H", "block"): None, ("H", "needs_review"): None, ("L", "allow"): 11}


def test_a_clearance_says_why_and_waiting_is_only_shown() -> None:
    case = Case(TODAY, "CN", findings=(possible(),))
    with pytest.raises(InputError):
        clear(case, decide(case), (Reviewer("export_control_officer", "p"),), TODAY, " ")
    assert not is_overdue(date(2026, 11, 2), date(2026, 11, 16))
    assert is_overdue(date(2026, 11, 2), date(2026, 11, 17))
