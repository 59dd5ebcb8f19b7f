"""The acceptance scenarios S27 to S32, as promises."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.unit.safeguards.world import (
    EU_BASED,
    KEYS,
    QUANTUM,
    ROR,
    TODAY,
    an_entity,
    confirmed,
    decided,
    found,
    ftm_file,
    possible,
)

from matchmaker.errors import RefusedError
from matchmaker.safeguards.cases import CallContext, Case, Deployer
from matchmaker.safeguards.clearance import Reviewer, clear, state
from matchmaker.safeguards.decision import decide
from matchmaker.safeguards.lists import load_folder
from matchmaker.safeguards.names import closeness, comparable
from matchmaker.safeguards.records import Entry, Finding, Organisation
from matchmaker.safeguards.screening import Screen
from matchmaker.safeguards.visibility import visible_to

CHINESE = frozenset({"CN"})


def test_s27_an_organisation_whose_ror_is_on_a_un_list_is_blocked_everywhere(tmp_path: Path) -> None:
    path = ftm_file(tmp_path, an_entity()).rename(tmp_path / "un-2026-11-19.json")
    lists = load_folder(path.parent)
    organisation = Organisation("o1", "A Name Nobody Lists", country="DE", ror=ROR)
    findings = Screen(lists.entries).screen(organisation).findings
    decision = decide(Case(TODAY, "DE", findings=findings, gaps=lists.gaps(TODAY)))
    assert (decision.verdict, decision.rules, decision.tier) == ("block", ("G1",), "T0")
    assert visible_to("researcher", decision) == {"state": "absent"}
    fired = visible_to("export_control_officer", decision)["fired"][0]
    assert (fired["list_id"], fired["entry_id"], fired["dated"]) == ("UN_SC", "NK-1", "2026-11-19")
    assert fired["evidence"] == f"ror:{ROR}"
    assert fired["version"] == lists.files[0].version


def test_s28_the_same_name_in_another_country_is_a_log_line_at_most() -> None:
    entry = Entry("US_EL", "1", "Northwestern Polytechnical University", countries=CHINESE, family="export_control")
    assert found(entry, Organisation("o", "Northwestern University", country="US")) == ()
    assert found(entry, Organisation("o", "Northwestern Polytechnical University", country="US")) == ()


def test_s28_the_same_name_in_the_same_country_must_be_looked_at_and_is_not_blocked() -> None:
    entry = Entry("UN_SC", "1", "Northwestern Polytechnical University", countries=CHINESE, family="sanction")
    findings = found(entry, Organisation("o", "Northwestern Polytechnical Univ.", country="CN"))
    assert [finding.strength for finding in findings] == ["possible"]
    decision = decided("CN", *findings)
    assert (decision.verdict, decision.rules) == ("needs_review", ("G6",))


def test_s28_an_alias_finds_what_no_similarity_of_names_would() -> None:
    name, other = "Beihang University", "Beijing University of Aeronautics and Astronautics"
    assert closeness(comparable(name), comparable(other)) == pytest.approx(0.507, abs=5e-4)
    without = Entry("US_EL", "1", other, countries=CHINESE, family="export_control")
    beihang = Organisation("o", name, country="CN")
    assert found(without, beihang) == ()
    assert decided("CN", *found(replace(without, aliases=(name,)), beihang)).verdict == "needs_review"
    assert decided("CN", *found(without, replace(beihang, aliases=(other,)))).verdict == "needs_review"


def test_s29_quantum_keys_with_japan_go_ahead_under_conditions() -> None:
    decision = decide(Case(TODAY, "JP", topics=(KEYS, QUANTUM), deployer=EU_BASED))
    assert (decision.verdict, decision.rules, decision.tier) == ("allow_with_conditions", ("G8",), "T2")
    assert {condition.code for condition in decision.conditions} == {"tier_ceiling", "export_classification"}


def test_s29_a_partner_on_the_entity_list_must_be_looked_at() -> None:
    decision = decide(Case(TODAY, "JP", topics=(KEYS,), findings=(confirmed("US_EL", "export_control"),)))
    assert (decision.verdict, set(decision.rules)) == ("needs_review", {"G5", "G8"})
    assert "licence_before_transfer" in {condition.code for condition in decision.conditions}


@pytest.mark.parametrize(("funder", "verdict"), [("DoD", "block"), ("NSF", "needs_review")])
def test_s29_the_1286_list_blocks_where_its_scope_holds(funder: str, verdict: str) -> None:
    listed = confirmed("US_1286", "research_security")
    decision = decided("CN", listed, call=CallContext(funder=funder), deployer=Deployer(frozenset({"US"})))
    assert (decision.verdict, "G4" in decision.rules) == (verdict, True)


def test_s29_a_past_affiliation_is_outside_the_scope_of_canadas_list() -> None:
    case = Case(
        TODAY, "CA", topics=(replace(KEYS, list_id="CA_STRA", tier="listed"),), call=CallContext(funder="NSERC")
    )
    past = replace(case, findings=(confirmed("CA_NRO", "research_security", current=False),))
    assert (decide(past).verdict, decide(past).rules) == ("allow", ())
    assert decide(replace(case, findings=(confirmed("CA_NRO", "research_security"),))).verdict == "block"


def test_s30_nothing_about_a_persons_origin_can_reach_a_decision() -> None:
    known = {field.name for record in (Case, Organisation, Entry, Finding) for field in fields(record)}
    assert not known & {"citizenship", "nationality", "nationalities", "birthplace", "birth_date", "script", "person"}


@pytest.mark.parametrize(
    ("subdivision", "verdict"), [("UA-43", "block"), ("UA-14", "needs_review"), ("UA-30", "allow"), (None, "allow")]
)
def test_s31_a_regime_over_a_part_never_becomes_one_over_the_country(subdivision: str | None, verdict: str) -> None:
    assert decide(Case(TODAY, "UA", subdivision, deployer=EU_BASED)).verdict == verdict


@pytest.mark.parametrize(("sensitive", "verdict"), [(True, "needs_review"), (False, "allow")])
def test_s32_without_lists_the_banner_says_so_and_sensitive_calls_wait(
    tmp_path: Path, sensitive: bool, verdict: str
) -> None:
    gaps = load_folder(tmp_path).gaps(TODAY)
    decision = decide(Case(TODAY, "FR", gaps=gaps, call=CallContext(sensitive=sensitive)))
    assert decision.not_screened == ("no screening list is loaded",)
    assert decision.verdict == verdict


def test_s32_a_sanctions_list_older_than_seven_days_is_no_screening(tmp_path: Path) -> None:
    ftm_file(tmp_path, an_entity()).rename(tmp_path / "un-2026-11-13.json")
    assert load_folder(tmp_path).gaps(TODAY) == ()
    gaps = load_folder(tmp_path).gaps(TODAY + timedelta(days=1))
    assert gaps == ("un-2026-11-13.json of 2026-11-13 is older than 7 days",)


OFFICER = Reviewer("export_control_officer", "p1")
COLLEAGUE = Reviewer("research_security_officer", "p2")


def test_s32_a_review_is_cleared_by_one_and_a_block_by_two_different_people() -> None:
    review, block = (Case(TODAY, "CN", findings=(finding,)) for finding in (possible(), confirmed("UN_SC", "sanction")))
    assert clear(review, decide(review), (OFFICER,), TODAY, "not the same").by == (OFFICER,)
    for too_few in ((OFFICER,), (OFFICER, OFFICER), (OFFICER, Reviewer("researcher", "p3"))):
        with pytest.raises(RefusedError):
            clear(block, decide(block), too_few, TODAY, "an error of the list")
    assert len(clear(block, decide(block), (OFFICER, COLLEAGUE), TODAY, "an error of the list").by) == 2


def test_s32_a_clearance_ends_after_180_days_or_with_its_grounds_and_reopens_by_itself() -> None:
    case = Case(TODAY, "CN", findings=(possible(),))
    clearance = clear(case, decide(case), (OFFICER,), TODAY, "not the same")
    assert state(clearance, case, decide(case), TODAY + timedelta(days=179)) == "cleared"
    assert state(clearance, case, decide(case), TODAY + timedelta(days=180)) == "open"
    reworded = replace(possible(), entry=replace(possible().entry, aliases=("Another Name",)))
    for changed in (
        replace(case, findings=(reworded,)),
        replace(case, topics=(QUANTUM,)),
        replace(case, country="JP"),
        replace(case, findings=(possible(), confirmed("US_EL", "export_control"))),
    ):
        assert state(clearance, changed, decide(changed), TODAY) == "open"
    republished = replace(possible(), entry=replace(possible().entry, version="ba9876543210"))
    same = replace(case, findings=(republished,))
    assert state(clearance, same, decide(same), TODAY) == "cleared"
