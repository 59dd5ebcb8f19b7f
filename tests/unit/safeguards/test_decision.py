"""Promises of the table G0–G14."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.safeguards.world import EU_BASED, KEYS, QUANTUM, TODAY, an_entry, confirmed, decided, possible

from matchmaker.errors import InputError
from matchmaker.safeguards import policy
from matchmaker.safeguards.cases import CallContext, Case, DataFlow, Deployer
from matchmaker.safeguards.decision import decide, shown_verdict
from matchmaker.safeguards.records import VERDICTS, Entry, Family, Finding, LocalRule, TopicLabel, Verdict

US_BASED = Deployer(jurisdictions=frozenset({"US"}))
BROAD = replace(KEYS, phrases=("laser",), broad=True)
PATHOGENS = TopicLabel("DURC_PEPP", "C2", "Category 2", "bio", 0.8, ("gain of function",))
FAMILIES = {"UN_SC": "sanction", "US_SDN": "sanction", "US_EL": "export_control", "US_1286": "research_security",
            "CA_NRO": "research_security", "ASPI_CDUT": "advisory", "OPENSANCTIONS": "unclassified"}  # fmt: skip
LOCAL = Entry(
    "LOCAL", "l1", "Own", family="local", local=LocalRule("block", "contract ended", "legal", date(2026, 12, 31))
)


def _local(decision: Verdict, expires: date = date(2026, 12, 31)) -> Entry:
    return replace(LOCAL, local=LocalRule(decision, "reason", "owner", expires))


findings = st.builds(
    lambda strength, list_id, current: Finding(
        strength, an_entry(list_id, FAMILIES[list_id]), "e", None, current  # type: ignore[arg-type]
    ),
    st.sampled_from(["confirmed", "possible", "log"]), st.sampled_from(sorted(FAMILIES)), st.booleans(),
) | st.builds(
    lambda strength, decision, late: Finding(strength, _local(decision, date(2027 if late else 2025, 1, 1)), "e"),
    st.sampled_from(["confirmed", "possible", "log"]), st.sampled_from(VERDICTS), st.booleans(),
)  # fmt: skip
cases = st.builds(
    Case,
    at=st.just(TODAY),
    country=st.sampled_from([None, "DE", "JP", "CN", "KP", "IR", "UA", "HK", "NA", "MM"]),
    subdivision=st.sampled_from([None, "UA-43", "UA-14"]),
    findings=st.lists(findings, max_size=3).map(tuple),
    topics=st.lists(st.sampled_from([KEYS, QUANTUM, BROAD, PATHOGENS]), max_size=2).map(tuple),
    gaps=st.sampled_from([(), ("no screening list is loaded",)]),
    call=st.builds(CallContext, funder=st.sampled_from(["", "DoD", "NSERC"]), sensitive=st.booleans()),
    deployer=st.builds(Deployer, st.frozensets(st.sampled_from(["US", "EU", "GB", "CA"]))),
)


@given(cases, findings)
def test_a_further_finding_never_lowers_the_decision(case: Case, finding: Finding) -> None:
    before, after = decide(case), decide(replace(case, findings=(*case.findings, finding)))
    assert VERDICTS.index(after.verdict) >= VERDICTS.index(before.verdict)
    assert set(before.fired) <= set(after.fired)


@given(cases)
def test_a_possible_match_and_a_log_line_never_block(case: Case) -> None:
    weak = tuple(replace(finding, strength="possible") for finding in case.findings)
    without = decide(replace(case, findings=()))
    assert decide(replace(case, findings=weak)).verdict != "block" or without.verdict == "block"
    logged = tuple(replace(finding, strength="log") for finding in case.findings)
    assert decide(replace(case, findings=logged)) == without


@given(cases)
def test_the_decision_is_the_gravest_of_the_rules_that_fired_and_each_can_be_traced(case: Case) -> None:
    decision = decide(case)
    outcomes = [rule.outcome for rule in decision.fired if rule.scope == "collaboration"]
    assert decision.verdict == max(outcomes, key=VERDICTS.index, default="allow")
    for rule in decision.fired:
        assert rule.id == "G0" or rule.evidence
        assert rule.id in ("G0", "G13", "G12", "G14") or (rule.version and rule.dated)


@given(cases)
def test_the_order_of_findings_does_not_matter(case: Case) -> None:
    turned = decide(replace(case, findings=case.findings[::-1], topics=case.topics[::-1]))
    assert (turned.verdict, turned.tier, set(turned.fired)) == (
        decide(case).verdict, decide(case).tier, set(decide(case).fired),
    )  # fmt: skip


def test_every_family_of_the_table_is_one_we_decide_on() -> None:
    assert {policy.family(list_id) for list_id in policy.known_lists()} <= set(get_args(Family))


@pytest.mark.parametrize(("binding", "verdict"), [("US", "block"), ("EU", "needs_review")])
def test_a_sanctions_list_blocks_only_whom_its_issuer_binds(binding: str, verdict: str) -> None:
    deployer = Deployer(frozenset({binding}))
    assert decided("CN", confirmed("US_SDN", "sanction"), deployer=deployer).verdict == verdict


def test_advisory_and_unclassified_lists_never_block() -> None:
    for list_id in ("ASPI_CDUT", "OPENSANCTIONS", "US_CMIC"):
        listed = confirmed(list_id, policy.family(list_id))
        assert decided("CN", listed, deployer=US_BASED).verdict == "needs_review"


def test_canadas_list_needs_funder_area_and_current_affiliation() -> None:
    listed = confirmed("CA_NRO", "research_security")
    area = replace(KEYS, list_id="CA_STRA", tier="listed")
    case = Case(TODAY, "IR", findings=(listed,), topics=(area,), call=CallContext(funder="CFI"))
    assert decide(case).verdict == "block"
    assert decide(replace(case, topics=())).verdict == "needs_review"
    assert decide(replace(case, call=CallContext(funder="NSF"))).verdict == "needs_review"


def test_the_country_alone_gives_no_more_than_review_except_by_a_un_decision() -> None:
    everything = Deployer(frozenset({"US", "EU", "UK", "CA", "AU", "JP"}))
    assert decided("KP", deployer=Deployer()).verdict == "block"
    assert {decided(code, deployer=everything).verdict for code in ("IR", "RU", "CU", "SY", "BY", "VE")} == {
        "needs_review"
    }
    assert {decided(code, deployer=everything).verdict for code in ("CN", "HK", "AF", "NA", "DE")} == {"allow"}


@pytest.mark.parametrize(
    ("country", "topic", "rules"),
    [
        ("JP", KEYS, ("G8",)), ("JP", BROAD, ()), ("BR", KEYS, ("G7",)), ("BR", BROAD, ("G7",)), (None, KEYS, ("G7",)),
        (None, BROAD, ()), ("CN", KEYS, ("G3", "G7")), ("HK", KEYS, ("G3", "G7")), ("GP", KEYS, ("G8",)),
        ("JP", replace(KEYS, tier="listed"), ()), ("CN", replace(KEYS, tier="tracked_not_controlled"), ()),
        ("DE", PATHOGENS, ("G9",)),
    ],
)  # fmt: skip
def test_a_sensitive_topic_is_weighed_with_the_destination(
    country: str | None, topic: TopicLabel, rules: tuple[str, ...]
) -> None:
    assert decide(Case(TODAY, country, topics=(topic,), deployer=EU_BASED)).rules == rules


def test_allies_and_an_own_set_of_concern_change_the_destination() -> None:
    case = Case(TODAY, "BR", topics=(KEYS,))
    assert decide(replace(case, deployer=Deployer(allies=frozenset({"BR"})))).rules == ("G8",)
    assert decide(replace(case, deployer=Deployer(concern=frozenset({"CN"})))).rules == ("G8",)
    assert decide(replace(case, country="JP", deployer=Deployer(concern=frozenset({"JP"})))).rules == ("G7",)


def test_data_that_may_not_leave_touch_the_flow_and_not_the_collaboration() -> None:
    flows = (DataFlow("human_omic", "US", "CN"), DataFlow("nih_controlled_access", "US", None))
    decision = decide(Case(TODAY, "CN", data_flows=flows))
    assert (decision.verdict, decision.data_flow, decision.rules) == ("allow", "needs_review", ("G10",))
    unaffected = (DataFlow("human_omic", "US", "NA"), DataFlow("human_omic", "DE", "CN"))
    assert decide(Case(TODAY, "NA", data_flows=unaffected)).data_flow == "allow"


@pytest.mark.parametrize(
    ("country", "address", "fires"),
    [
        ("CY", "Nicosia, via Mersin 10", True), ("TR", "Mersin", False), ("CY", "Nicosia", False),
        ("IL", "3 University Road, Ariel", True), ("IL", "Haifa", False), ("RU", "Sevastopol, Lenin st. 1", True),
        ("IT", "Via Ariel 3", False),
    ],
)  # fmt: skip
def test_addresses_in_disputed_areas_need_a_person(country: str, address: str, fires: bool) -> None:
    decision = decide(Case(TODAY, country, address=address))
    assert ("G11" in decision.rules) is fires
    assert not fires or decision.verdict == "needs_review"


def test_the_own_list_counts_as_declared_until_it_expires() -> None:
    by_ror = Finding("confirmed", LOCAL, "ror:x")
    assert decided("DE", by_ror).verdict == "block"
    assert decided("DE", replace(by_ror, strength="possible")).verdict == "needs_review"
    assert decided("DE", replace(by_ror, entry=_local("allow"))).verdict == "allow"
    assert decided("DE", replace(by_ror, entry=_local("block", date(2026, 11, 19)))).rules == ()


@pytest.mark.parametrize(("deployer", "topics", "fires"), [(US_BASED, (KEYS,), True), (US_BASED, (), False),
                                                           (EU_BASED, (KEYS,), False)])  # fmt: skip
def test_terms_may_cost_the_fundamental_research_exclusion(
    deployer: Deployer, topics: tuple[TopicLabel, ...], fires: bool
) -> None:
    case = Case(TODAY, "JP", topics=topics, deployer=deployer, terms_risks=frozenset({"publication_approval"}))
    assert ("G13" in decide(case).rules) is fires


def test_a_clause_of_the_call_is_reported_as_eligibility() -> None:
    decision = decide(Case(TODAY, "DE", excluded_by=("min-ms",)))
    assert (decision.verdict, decision.rules) == ("allow", ("G14",))


def test_a_table_that_is_too_old_is_said_and_lets_nothing_sensitive_pass() -> None:
    later = Case(date(2029, 1, 1), "JP", topics=(KEYS,))
    decision = decide(later)
    assert (decision.verdict, decision.rules) == ("needs_review", ("G0", "G7"))
    assert "older than" in decision.not_screened[0]
    assert decide(replace(later, topics=(), call=CallContext(sensitive=True))).verdict == "needs_review"


def test_a_mistyped_jurisdiction_is_refused_and_gb_is_read_as_uk() -> None:
    with pytest.raises(InputError, match="USA"):
        Deployer(frozenset({"USA"}))
    assert Deployer(frozenset({"GB"})).jurisdictions == {"UK"}


def test_possible_matches_of_any_family_need_a_person() -> None:
    assert {decided("DE", possible(list_id)).verdict for list_id in FAMILIES} == {"needs_review"}


@given(cases)
def test_what_is_shown_is_the_decision_unless_a_screening_that_does_not_count_allows(case: Case) -> None:
    decision = decide(case)
    unscreened = bool(case.gaps) and decision.verdict == "allow"
    assert shown_verdict(decision) == ("not_screened" if unscreened else decision.verdict)
