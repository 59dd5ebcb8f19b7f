"""Situations a research office meets, from declaration to answer."""

from __future__ import annotations

from datetime import date

import pytest
from tests.unit.terms.agreements import a_call, declared

from matchmaker.terms.adequacy import eu_adequacy
from matchmaker.terms.call_terms import CallTerms, preset
from matchmaker.terms.compatibility import Compatibility, compare, ranking_loss, score
from matchmaker.terms.declaration import Declaration, publication_restraints

TODAY = date(2026, 11, 22)


def _ids(found: Compatibility, outcome: str, asker: str = "first") -> list[str]:
    return [each.id for each in found.results if each.outcome == outcome and each.asker == asker]


def _codes(found: Compatibility) -> set[str]:
    return {condition.code for condition in found.conditions}


def test_a_publicly_funded_seeker_and_a_partner_who_delays_and_wants_a_veto_cannot_agree() -> None:
    seeker = declared(
        "US", publication__must_publish=True, publication__accepts__delay_months=0, publication__accepts__review_days=30
    )
    partner = declared(publication__delay_months=12, publication__approval_right="veto")
    found = compare(seeker, partner, CallTerms())
    assert found.outcome == "incompatible"
    assert _ids(found, "incompatible") == ["P2", "P3"]
    assert found.against_call("second") == (), "they cannot agree, but nothing removes the partner"
    # What the safeguards need in order to say that an exclusion for fundamental research may be lost.
    assert publication_restraints(partner) == ("publication.approval_right",)


def _closed(country: str = "FR", **data: object) -> Declaration:
    return declared(country, "the partner", data__access="closed", **data)


def test_data_of_an_indigenous_community_can_be_agreed_on_with_its_consent_and_cost_no_score() -> None:
    partner = _closed("CA", data__grounds=["indigenous"], ethics__care_labels=["CARE"])
    found = compare(declared("FR"), partner, preset("horizon_europe", TODAY))
    assert found.outcome == "negotiable"
    assert _codes(found) == {"community_consent"}
    assert (score(found), ranking_loss(found)) == (1.0, 0.0)
    assert found.against_call("second") == ()


def test_health_data_can_be_agreed_on_in_an_enclave_with_an_assessment_of_the_transfer() -> None:
    partner = _closed("FR", data__grounds=["personal"], data__personal=True, data__transfer=["SCC"])
    call = a_call(openness_floor="open")
    found = compare(declared("US"), partner, call)
    assert found.outcome == "negotiable"
    assert _ids(found, "negotiable") == ["D1", "D4"]
    assert {"tier_ceiling", "transfer_instrument", "transfer_assessment"} == _codes(found)
    assert "tier T3" in next(c.text for c in found.conditions if c.code == "tier_ceiling")


def test_data_closed_without_a_ground_are_incompatible_with_the_call() -> None:
    found = compare(declared(), _closed(data__grounds=[]), preset("horizon_europe", TODAY))
    assert found.outcome == "incompatible"
    assert [each.id for each in found.against_call("second")] == ["D1"]
    assert found.against_call("first") == ()


def test_data_closed_on_a_ground_nobody_has_said_are_no_reason_for_anything_yet() -> None:
    found = compare(declared(), _closed(), preset("horizon_europe", TODAY))
    assert found.outcome == "unknown"
    assert "on what ground the partner closes data" in next(each.text for each in found.unsaid if each.id == "D1")


def test_a_partner_that_needs_data_a_community_closes_is_told_and_the_community_keeps_its_rank() -> None:
    community = _closed("NZ", data__grounds=["indigenous"])
    found = compare(declared(background__needs=["data"]), community, CallTerms())
    assert found.outcome == "incompatible"
    assert ranking_loss(found) == 0
    commercial = compare(declared(background__needs=["data"]), _closed(data__grounds=["ip"]), CallTerms())
    assert ranking_loss(commercial) > 0


def test_two_who_declare_nothing_are_unknown_and_lose_nothing() -> None:
    found = compare(Declaration(), Declaration(), CallTerms())
    assert (found.outcome, score(found), ranking_loss(found)) == ("unknown", None, 0.0)
    assert len(found.results) == len(found.unsaid) == 32
    assert found.conditions == found.checklist == ()


def test_a_hard_field_turns_what_could_be_agreed_into_a_conflict_between_the_partners_only() -> None:
    soft = _closed(data__grounds=["personal"])
    firm = _closed(data__grounds=["personal"], hard=["data.access"])
    call = preset("horizon_europe", TODAY)
    assert compare(declared(), soft, call).outcome == "negotiable"
    found = compare(declared(), firm, call)
    assert found.outcome == "incompatible"
    assert "the partner will not move on data.access" in found.checklist[0].text
    assert found.against_call("second") == (), "the call itself accepts data closed on such a ground"


def test_the_seeker_may_be_the_one_who_will_not_move() -> None:
    partner = declared(publication__delay_months=3)
    firm = declared(publication__accepts__delay_months=0, hard=["publication.accepts"])
    assert compare(firm, partner, CallTerms()).outcome == "incompatible"
    assert compare(declared(publication__accepts__delay_months=0), partner, CallTerms()).outcome == "negotiable"


def test_horizon_europe_takes_no_delay_and_no_price_for_background() -> None:
    seeker = declared(background__needs=["sequencer"])
    asks = {"access_implementation": "fair_reasonable", "brings": ["sequencer"]}
    partner = declared(publication__delay_months=1, **{f"background__{key}": value for key, value in asks.items()})
    found = compare(seeker, partner, preset("horizon_europe", TODAY))
    assert [each.id for each in found.against_call("second")] == ["P4", "B1"]


def test_horizon_europe_is_preset_with_its_vintage_and_not_relied_on_when_it_is_too_old() -> None:
    call = preset("horizon_europe", TODAY)
    assert (call.openness_floor, call.immediate_open_access) == ("open", True)
    assert (call.background_implementation, call.background_exploitation) == ("royalty_free", "fair_reasonable")
    assert (call.ownership, call.notice_days, call.publication_licence) == ("generator", 15, "CC-BY-4.0")
    assert call.data_management_plan is True
    assert call.version == "horizon_europe@2026-07-01"
    old = preset("horizon_europe", date(2030, 1, 1))
    assert (old.openness_floor, old.immediate_open_access) == (None, None)
    assert "too old" in old.version


@pytest.mark.parametrize(
    ("origin", "destination", "expected"),
    [
        ("FR", "KE", False),
        ("FR", "NO", True),
        ("IS", "JP", True),
        ("FR", "GB", True),
        ("FR", "US", None),
        ("FR", "CA", None),
        ("KE", "FR", None),
    ],
)
def test_adequacy_is_seen_from_the_european_economic_area(origin: str, destination: str, expected: bool | None) -> None:
    assert eu_adequacy(TODAY).covers(origin, destination) is expected


def test_an_old_table_of_adequate_places_decides_nothing() -> None:
    old = eu_adequacy(date(2030, 1, 1))
    assert old.covers("FR", "JP") is None and old.covers("FR", "KE") is None
    assert "too old" in old.version


def test_reasons_name_the_parties_and_the_table_they_rest_on() -> None:
    seeker, partner = declared("KE", "the seeker"), declared("FR", "the partner", data__personal=True)
    call = CallTerms(adequacy=eu_adequacy(TODAY))
    [reason] = [each for each in compare(seeker, partner, call).checklist if each.id == "D4"]
    assert reason.text == ("personal data would go from FR to KE, which is not found adequate (adequacy@2026-07-01)")
    assert reason.asker == "first"


def test_reasons_say_which_side_wants_what() -> None:
    taker = declared(None, "the partner", foreground__ownership="lead_all", background__export_control="pending")
    other = declared(None, "the seeker", foreground__ownership="joint", background__export_control="controlled")
    for pair in ((taker, other), (other, taker)):
        said = [reason.text for reason in compare(*pair, CallTerms()).checklist]
        assert "the partner wants one side to own all results" in said
        assert "what the partner brings waits for its export classification" in said
        assert "what the seeker brings is under export control" in said
