from __future__ import annotations

import os
from datetime import date
from random import Random
from typing import Any

import pytest
from tests.unit.rules.chance import Dice
from tests.unit.rules.everybody import as_raw, fewest, joined, lacking, world
from tests.unit.rules.parties import party, team

from matchmaker.rules import searching
from matchmaker.rules.completion import Completion, completion
from matchmaker.rules.language import preset, preset_ids, read_call
from matchmaker.rules.rulebook import rulebook
from matchmaker.rules.teams import team_of

Raw = dict[str, Any]
NIGHT = os.environ.get("HYPOTHESIS_PROFILE") == "night"
TEAMS = 20 if NIGHT else 2  # for each of the 23 calls
TRIES = 5_000 if NIGHT else 600  # teams looked at by the plain search for one of them
# The amounts of the small world are not free, so that more partners may be needed there.
ABOUT_MONEY = {"eranet-style", "eurostars", "he-hop-on", "msca-dn"}
BOOKS = {call_id: rulebook(preset(call_id)) for call_id in preset_ids()}


def small_team(call_id: str, seed: int) -> Raw:
    """A team of up to six of whom all is known, that has not failed."""
    random = Random(f"{call_id}/{seed}")
    project = Dice(call_id, seed).team()["project"]
    project |= {"requested": 400_000, "person_months": 360, "duration_months": 36, "copublications": 0}
    project |= {key: dict.fromkeys(project[key], True) for key in ("statements", "flags")}
    known: Raw = {"partners": [], "project": project}
    for number in range(random.randint(0, 6)):
        one = random.choice(
            world(call_id) if random.random() < 0.7 else Dice(call_id, random.randint(0, 999)).team()["partners"]
        )
        one = {**one, "org": {**one["org"], "id": f"org-{number}"}}
        more = {**known, "partners": [*known["partners"], one]}
        known = known if "fail" in lacking(call_id, more) else more
    return known


@pytest.mark.parametrize("call_id", preset_ids())
def test_as_few_partners_are_named_as_a_search_through_a_small_world_finds(call_id: str) -> None:
    for seed in range(TEAMS):
        given = small_team(call_id, seed)
        found = completion(BOOKS[call_id], team_of(given))
        try:
            least = fewest(call_id, given, most=3, tries=TRIES)
        except OverflowError:
            continue
        if found.state == "undecided":
            continue
        if least is not None:
            assert found.further is not None and found.further <= least, (given, found)
        if call_id not in ABOUT_MONEY and (found.further or 9) <= 3:
            assert found.further == least, (given, found)


@pytest.mark.parametrize("call_id", preset_ids())
def test_a_team_with_the_partners_named_lacks_nothing_and_with_one_fewer_it_does(call_id: str) -> None:
    for seed in range(100, 100 + 5 * TEAMS):
        given = small_team(call_id, seed)
        found = completion(BOOKS[call_id], team_of(given))
        assert (found.state == "complete") is (not lacking(call_id, given))
        if found.state == "completable":
            further = tuple(as_raw(each) for each in found.partners)
            assert len(further) == found.further
            assert not lacking(call_id, joined(given, further)), (given, found)
            for number in range(len(further)):
                fewer = further[:number] + further[number + 1 :]
                assert lacking(call_id, joined(given, fewer)), (given, found)


def completed(call: str, *partners: Raw, **project: Any) -> Completion:
    return completion(BOOKS[call], team(*partners, **project))


def of_a_call(clauses: str, *partners: Raw, sets: str = "{}", more: str = "", **project: Any) -> Completion:
    return completion(
        rulebook(read_call(SMALL.format(sets=sets, more=more) + clauses, "small.yaml")), team(*partners, **project)
    )


SMALL = """
schema: rcp-call/1
id: small
title: A small call
funder: nobody
provenance: {{source: written for a test, retrieved: 2026-11-22, confidence: high, illustrative: true}}
dates: {{reference: 2026-11-22}}
sets: {sets}
{more}
clauses:
"""
GERMANS = [party("DE", id=f"de-{number}") for number in range(8)]
SENIOR: Raw = {"person_months": 1, "person": {"phd": "2000-01-01"}}


def test_a_team_that_lacks_nothing_is_complete_even_where_something_is_not_known() -> None:
    assert completed("he-ria", party("DE"), party("FR"), party("ES")) == Completion("complete", 0)
    assert completed("he-ria", party(None), party("NO"), party("IS")).state == "complete"


def test_the_example_says_who_may_join_and_leaves_out_what_does_not_matter() -> None:
    found = completed("he-ria", party("GB"), party("NO"), party("IS"))
    assert (found.further, found.example) == (
        1,
        ("1 beneficiary in MS and MSAC (AT, BE, BG, …), in a country new to the team",),
    )
    assert completed("nsf-bsf", party("US", "coordinator")).example == (
        "1 beneficiary (bsf eligible institution) in IL (IL)",
    )
    assert (
        completed("eurostars")
        .example[1]
        .startswith("1 coordinator (company, small or medium enterprise, innovative) in ES3 and EUHE")
    )


def test_half_of_many_countries_takes_as_many_more() -> None:
    western = "DE FR NL BE AT CH SE NO FI DK IE GB IT ES LU IS".split()
    found = completed("cost-oc", party("DE", "coordinator"), *(party(code) for code in western[1:]))
    assert (found.state, found.further) == ("completable", 16)


@pytest.mark.parametrize(
    ("call", "partners", "collides"),
    [
        ("hfsp-rg", GERMANS[:4], {"size", "countries"}),
        ("eranet-style", [{**each, **SENIOR} for each in GERMANS], {"size-extended", "countries"}),
        ("erc-syg", [party("US"), party("JP")], {"one-outside"}),
        ("ukri-ispf-oda", [party("CN")], {"no-china"}),
    ],
    ids=["no room for a second country", "no room for two more", "too many outside", "one who may not join"],
)
def test_a_dead_team_is_told_which_clauses_collide(call: str, partners: list[Raw], collides: set[str]) -> None:
    found = completed(call, *partners)
    assert (found.state, set(found.collides), found.further, found.exact) == ("dead", collides, None, True)


def test_a_limit_that_further_partners_can_lift_is_none() -> None:
    six = [{**each, **SENIOR} for each in GERMANS[:6]]
    found = completed("eranet-style", *six)
    assert (found.state, found.further) == ("completable", 2)
    assert all("UNDER" in each for each in found.example)


PARENT = {"parent_instrument_ok": True, "parent_has_no_widening_beneficiary": True}


@pytest.mark.parametrize(
    ("asked_by_others", "project", "state", "collides"),
    [
        (60_000, {}, "completable", set()),
        (70_000, {}, "dead", {"money", "split"}),  # nine tenths to the newcomer are more than 600,000 together
        (70_000, {"requested": 650_000}, "dead", {"money"}),
        (70_000, {"requested": 600_000}, "completable", set()),
    ],
)
def test_amounts_of_further_partners_are_free_within_what_the_call_allows(
    asked_by_others: int, project: Raw, state: str, collides: set[str]
) -> None:
    found = completed("he-hop-on", party("FR", requested=asked_by_others), flags=PARENT, **project)
    assert (found.state, set(found.collides)) == (state, collides)


def test_one_newcomer_only_cannot_have_enough_where_there_is_one_already() -> None:
    given = party("PL", "new_beneficiary", requested=1), party("FR", requested=100)
    assert set(completed("he-hop-on", *given, flags=PARENT).collides) == {"newcomer", "split"}


def consortium(lead: int, other: int) -> Completion:
    first = party("DE", "coordinator", type="company", sme=True, flags={"innovative": True}, budget=lead)
    return completed("eurostars", first, party("FR", budget=other), duration_months=36)


def test_a_partner_with_too_large_a_part_is_balanced_by_one_more() -> None:
    assert consortium(70, 30).state == "complete"
    assert (consortium(95, 5).further, consortium(10, 90).further) == (1, 1)
    added = consortium(10, 90).partners[0]
    assert added.org.sme and added.budget is not None and 10 + added.budget >= 90


def test_a_country_is_not_lent_twice() -> None:
    clause = "  - {id: three, type: count, of: countries, where: {country: {in: TWO}}, min: 3}"
    found = of_a_call(clause, sets="{TWO: {codes: [DE, FR]}}")
    assert (found.state, found.collides) == ("dead", ("three",))
    two = of_a_call(clause.replace("min: 3", "min: 2"), party("DE"), sets="{TWO: {codes: [DE, FR]}}")
    assert two.example == ("1 beneficiary in TWO (FR), in a country new to the team",)


def test_where_countries_are_limited_partners_come_from_those_that_are_there() -> None:
    clauses = "  - {id: five, type: count, of: entities, min: 5}\n  - {id: one, type: count, of: countries, max: 1}"
    found = of_a_call(clauses, party("KE"))
    assert (found.further, found.example) == (4, ("4 beneficiaries in any country (KE)",))


def test_one_group_fills_one_country_and_a_further_partner_the_other() -> None:
    group = [party("DE", group="acme"), party("FR", group="acme")]
    found = completed("he-ria", *group, party("ES"))
    assert (found.state, found.further) == ("completable", 1)


def test_a_host_is_looked_for_where_the_fellow_has_not_been() -> None:
    stays = [{"country": code, "from": "2025-01-01", "to": "2026-09-01"} for code in ("AL", "AM")]
    found = completed("msca-pf-ef", party("IT", "fellow", person={"phd": "2022-01-01", "stays": stays}))
    assert found.further == 1
    assert found.partners[0].org.country not in {"AL", "AM"}


def test_an_organisation_the_call_names_takes_the_role_itself() -> None:
    found = completed("edctp3-csa", party("NL", id="edctp-association"), party("NL"), party("KE"), party("DE"))
    assert (found.further, found.example) == (1, ("1 coordinator (edctp-association) in CONST and MS (NL)",))


def test_nothing_is_settled_by_sets_that_are_not_certain() -> None:
    clause = "  - {id: one, type: count, of: entities, where: {country: {in: LDC}}, min: 1}"
    call = read_call(SMALL.format(sets="{LDC: {ref: ldc}}", more="") + clause, "small.yaml")
    found = completion(rulebook(call, date(2029, 1, 1)), team())
    assert (found.state, found.exact, found.further) == ("undecided", False, None)
    assert "not certain" in found.reason


@pytest.mark.parametrize(
    ("clause", "reason"),
    [
        ("{id: many, type: count, of: disciplines, min: 3}", "disciplines"),
        ("{id: a, type: any_of, clauses: [{id: b, type: share, measure: budget, of: {sme: true}, min: 0.5}]}", "money"),
    ],
)
def test_what_cannot_be_settled_is_said_with_the_reason(clause: str, reason: str) -> None:
    found = of_a_call(f"  - {clause}", party("DE", budget=1))
    assert (found.state, found.exact) == ("undecided", False)
    assert reason in found.reason


def test_a_search_that_takes_too_long_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "MOST_TEAMS", 1)
    found = completed("he-ria")
    assert (found.state, found.exact) == ("undecided", False)
    assert "too many combinations" in found.reason
