"""The cases that programme offices ask about, by the number they have in the acceptance list."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from tests.unit.rules.parties import CERN, eurostars, need, party, status, team, verdict

from matchmaker.errors import InputError
from matchmaker.matching.corpus import Corpus
from matchmaker.matching.ties import conflicts
from matchmaker.places.resolve import border_key
from matchmaker.rules.language import preset, read_call
from matchmaker.rules.team import candidate_effect, judge
from matchmaker.rules.teams import team_of

WHO = party(None, id="who", type="international_organisation", io=True, hq="CH")


def test_e01_three_member_states_are_enough() -> None:
    assert verdict("he-ria", party("DE", "coordinator"), party("FR"), party("ES")).result == "eligible"


def test_e02_three_associated_countries_lack_a_member_state_and_only_that_helps() -> None:
    given = team(party("GB"), party("NO"), party("IS"))
    found = judge(preset("he-ria"), given)
    assert (found.result, status(found, "min-ms"), need(found, "min-ms")) == ("incomplete", "open", 1)
    helping, other = (team(party(code)).partners[0] for code in ("DE", "CH"))
    assert candidate_effect(preset("he-ria"), given, helping).clauses == ("min-ms",)
    assert candidate_effect(preset("he-ria"), given, other).effect == "no help"


def test_e03_the_usual_codes_of_the_union_are_the_iso_countries() -> None:
    found = verdict("he-ria", party("EL"), party("UK"), party("DE"), party("GR"))
    assert found.result == "eligible"
    assert [each.finding.lo for each in found.clauses if each.id == "min-countries"] == [3]


def test_e04_kosovo_is_a_country_of_the_programme() -> None:
    assert verdict("he-ria", party("DE"), party("FR"), party("XK")).result == "eligible"


@pytest.mark.parametrize("spelling", ["Taiwan, Province of China", "Chinese Taipei", "TWN"])
def test_e05_taiwan_may_join_and_is_not_paid(spelling: str) -> None:
    others = party("DE"), party("FR"), party("ES")
    found = verdict("he-ria", *others, party(spelling, id="tw"))
    assert (found.result, found.unfunded) == ("eligible", ("tw",))
    assert verdict("he-ria", *others, party(spelling, id="tw", funded=False)).unfunded == ()


def test_e06_a_person_counts_for_the_organisation_they_join_through() -> None:
    seats = party("DE"), party("FR")
    assert verdict("he-ria", *seats, party("CH")).result == "eligible"
    again = verdict("he-ria", *seats, party("DE", id="lmu"))
    assert (again.result, need(again, "min-countries")) == ("incomplete", 1)


def test_e06_a_second_post_in_the_country_of_the_seeker_is_flagged(corpus: Corpus) -> None:
    homes = {border_key(str(code)): number for number, code in enumerate(corpus.country) if code}
    seen = 0
    for person, others in enumerate(corpus.other_countries):
        home = str(corpus.country[person])
        for code in {border_key(each) for each in others} & homes.keys() if home else set():
            if code != border_key(home):
                seen += 1
                assert conflicts(corpus, homes[code], person).shares_secondary_country
    assert seen
    single = [number for number, others in enumerate(corpus.other_countries) if not others and corpus.country[number]]
    for one, other in pairwise(single):
        alike = border_key(str(corpus.country[one])) == border_key(str(corpus.country[other]))
        assert conflicts(corpus, one, other).shares_secondary_country is alike


def test_e07_a_european_research_organisation_is_one_more_member_state_and_another_kind_is_none() -> None:
    assert verdict("he-ria", party("DE"), party("FR"), CERN).result == "eligible"
    embl = party(None, id="embl", type="research_org", iero=True)
    assert verdict("he-ria", party("DE"), CERN, embl).result == "eligible"
    assert verdict("he-ria", party("DE"), party("FR"), WHO).result == "incomplete"


@pytest.mark.parametrize("country", [None, "AN"])
def test_e09_a_partner_without_a_known_country_makes_a_review(country: str | None) -> None:
    found = verdict("he-ria", party("DE"), party("FR"), party(country))
    assert found.result == "review"
    assert "countries 2..3 against min 3" in found.clauses[0].finding.detail


def test_e10_one_group_fills_one_country() -> None:
    found = verdict("he-ria", party("DE", group="acme"), party("FR", group="acme"), party("ES"))
    assert (found.result, found.clauses[0].finding.lo) == ("incomplete", 2)


def hop_on(**newcomer: Any) -> Any:
    new = party(newcomer.pop("country"), "new_beneficiary", requested=360_000, **newcomer)
    flags = {"parent_instrument_ok": True, "parent_has_no_widening_beneficiary": True}
    agreed = {"all_current_beneficiaries_agree": True}
    return verdict("he-hop-on", new, party("FR", requested=40_000), requested=400_000, flags=flags, statements=agreed)


def test_e11_guadeloupe_counts_as_france_and_is_widening_itself() -> None:
    assert verdict("he-ria", party("DE"), party("FR"), party("GP")).result == "incomplete"
    assert hop_on(country="GP").result == "eligible"


def test_e12_the_canary_islands_are_widening_and_the_rest_of_spain_is_not() -> None:
    assert hop_on(country="ES", subdivision="ES-CN").result == "eligible"
    assert hop_on(country="ES", subdivision="ES-MD").result == "ineligible"
    assert hop_on(country="ES").result == "review"


def test_e13_the_faroe_islands_are_themselves_and_greenland_is_denmark() -> None:
    assert verdict("he-ria", party("DE"), party("DK"), party("FO")).result == "eligible"
    assert verdict("he-ria", party("DE"), party("DK"), party("GL")).result == "incomplete"


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ("DE FR NL PL PT RO AT", "incomplete"),
        ("DE FR NL PL PT RO BG", "eligible"),
        ("DE FR NL AT PL PT RO BG", "eligible"),
        ("DE IL PL PT RO BG ZA", "incomplete"),
    ],
)
def test_e18_half_of_the_countries_are_inclusiveness_targets(codes: str, expected: str) -> None:
    first, *others = codes.split()
    found = verdict("cost-oc", party(first, "coordinator"), *(party(code) for code in others))
    assert found.result == expected
    if "ZA" in codes:
        assert found.clauses[0].finding.lo == 6


def test_e19_seventy_percent_passes_a_cap_of_seventy_and_more_does_not() -> None:
    assert eurostars(lead_budget=70, other_budget=30).result == "eligible"
    assert eurostars(lead_budget=70.1, other_budget=29.9).result == "incomplete"
    assert eurostars(lead_budget=71, other_budget=29).result == "incomplete"


LEAST_DEVELOPED = """
schema: rcp-call/1
id: least-developed
title: A partner in a least developed country
funder: nobody
provenance: {source: written for a test, retrieved: 2026-11-22, confidence: high, illustrative: true}
dates: {reference: 2026-11-20}
sets: {LDC: {ref: ldc}, LOW: {ref: wb.L}}
clauses:
  - {id: partner, type: none, where: {country: {not_in: LDC}}}
"""


@pytest.mark.parametrize(
    ("code", "at", "expected"),
    [
        ("LA", date(2026, 11, 20), "eligible"),
        ("LA", date(2026, 12, 1), "ineligible"),
        ("BD", date(2026, 12, 1), "review"),
    ],
)
def test_e21_membership_has_a_date_and_its_version_is_in_the_answer(code: str, at: date, expected: str) -> None:
    found = judge(read_call(LEAST_DEVELOPED, "ldc.yaml"), team(party(code)), at)
    assert (found.result, found.reference_date) == (expected, at)
    assert found.set_versions["ldc"].startswith("ldc@")


def test_e21_a_table_that_is_too_old_makes_a_review() -> None:
    found = judge(read_call(LEAST_DEVELOPED, "ldc.yaml"), team(party("AF")), date(2028, 1, 1))
    assert found.result == "review"


def oda(*codes: str) -> Any:
    others = [party(code) for code in codes]
    return verdict(
        "ukri-ispf-oda", party("GB", "coordinator"), *others, statements={"primary_benefit_dac_country": True}
    )


def test_e22_aid_money_needs_a_partner_that_stays_on_the_list_and_nobody_from_china() -> None:
    assert oda("KE").result == "eligible"
    assert oda("KE", "HK").result == "ineligible"
    assert oda("NR").result == "incomplete"


def topic_22_5(**company: Any) -> Any:
    settled = [party("DE", control=["DE"]), party("ES", control=["ES"])]
    return verdict("he-art22-5", *settled, party("FR", type="company", **company))


def test_e23_control_from_elsewhere_excludes_unless_guarantees_are_approved() -> None:
    assert topic_22_5().result == "review"
    assert topic_22_5(control=["FR", "CN"]).result == "ineligible"
    assert topic_22_5(control=["CN"], flags={"control_guarantee_approved": True}).result == "eligible"
    settled = [party(code, control=[code]) for code in ("DE", "ES", "FR")]
    assert verdict("he-art22-5", *settled, party("CH", "subcontractor", control=["CH"])).result == "ineligible"


def test_e24_the_association_leads_and_is_not_counted() -> None:
    first = [party("NL", "coordinator", id="edctp-association"), party("NL"), party("KE")]
    found = verdict("edctp3-csa", *first)
    assert (found.result, need(found, "three")) == ("incomplete", 1)
    assert verdict("edctp3-csa", *first, party("UG")).result == "eligible"


def test_e25_a_country_of_both_shores_counts_on_the_side_the_call_says() -> None:
    found = verdict("prima-s2", party("TR", id="a"), party("TR", id="b"), party("MA"), party("EG"))
    assert (found.result, need(found, "north")) == ("incomplete", 1)


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        ("{ref: ldc}", "{codes: [SE, NO, DK]}", ["ldc.yaml", "sets.LDC.codes[1]", "NO must be quoted"]),
        ("{ref: ldc}", "{codes: [SE, ZZ]}", ["ldc.yaml", "sets.LDC.codes[1]", "ZZ"]),
        ("type: none", "type: nobody", ["ldc.yaml", "clauses[0].type", "nobody", "top_share"]),
        ("id: partner,", "id: partner, wher: 1,", ["ldc.yaml", "clauses[0]", "wher", "on_unknown"]),
        ("ref: ldc", "ref: lcd", ["ldc.yaml", "sets.LDC.ref", "lcd", "eu_members"]),
        ("not_in: LDC", "not_in: LCD", ["ldc.yaml", "where.country.not_in", "LCD", "LDC, LOW"]),
    ],
)
def test_e26_a_mistake_in_a_call_is_named_with_file_path_and_what_is_allowed(
    written: str, instead: str, said: list[str]
) -> None:
    with pytest.raises(InputError) as caught:
        read_call(LEAST_DEVELOPED.replace(written, instead), "ldc.yaml")
    text = f"{caught.value.message} {caught.value.hint}"
    assert [word for word in said if word not in text] == []


def test_a_team_with_an_unknown_key_is_an_error_that_names_it() -> None:
    with pytest.raises(InputError, match=r"partners\[0\].org: unknown key 'nationality'"):
        team_of({"partners": [{"org": {"id": "a", "nationality": "DE"}}]})
