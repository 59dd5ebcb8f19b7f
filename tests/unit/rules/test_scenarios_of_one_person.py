"""The cases that programme offices ask about one person: stays, doctorate, citizenship, and the country of the host."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from tests.unit.rules.parties import CERN, eurostars, need, party, status, team, verdict

from matchmaker.rules.language import preset
from matchmaker.rules.team import judge


def fellow(*stays: dict[str, Any], phd: str = "2022-01-01") -> dict[str, Any]:
    return party("IT", "fellow", person={"phd": phd, "stays": list(stays)})


FELLOWSHIP: dict[str, Any] = {"statements": {"previous_score_ok": True}}


def test_e08_for_an_international_host_the_organisation_is_asked_and_not_the_country() -> None:
    host = {**CERN, "role": "host"}
    at_epfl = {"country": "CH", "org": "epfl", "from": "2024-06-01", "to": "2026-06-01"}
    assert verdict("msca-pf-ef", host, fellow(at_epfl), **FELLOWSHIP).result == "eligible"
    assert verdict("msca-pf-ef", host, fellow({**at_epfl, "org": "cern"}), **FELLOWSHIP).result == "ineligible"


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2025-11-10", None, "eligible"),
        ("2025-07-01", None, "ineligible"),
        ("2024-01-01", "2024-12-31", "eligible"),
    ],
)
def test_e14_more_than_twelve_months_in_the_host_country_are_too_many(start: str, end: str, expected: str) -> None:
    stay = {"country": "DE", "from": start, "to": end}
    assert verdict("msca-pf-ef", party("DE", "host"), fellow(stay), **FELLOWSHIP).result == expected


def test_e14_overlapping_stays_are_merged_and_a_missing_history_is_unknown() -> None:
    twice = [{"country": "DE", "from": "2025-10-01"}, {"country": "DE", "from": "2025-11-01", "org": "other"}]
    assert verdict("msca-pf-ef", party("DE", "host"), fellow(*twice), **FELLOWSHIP).result == "eligible"
    assert verdict("msca-pf-ef", party("DE", "host"), fellow(), **FELLOWSHIP).result == "review"


@pytest.mark.parametrize("host", ["DE", "ES"])
def test_e15_the_place_and_the_employer_both_count(host: str) -> None:
    remote = {"country": "ES", "employer_country": "DE", "from": "2025-03-01", "to": "2026-09-01"}
    assert verdict("msca-pf-ef", party(host, "host"), fellow(remote), **FELLOWSHIP).result == "ineligible"


def starting_grant(country: str, **person: Any) -> Any:
    pi = party(country, "pi", person={"phd": "2016-06-01", **person})
    return verdict("erc-stg-2027", party(country, "host"), pi, statements={"no_other_erc_main_application": True})


def test_e16_a_maternity_extends_the_window_of_ten_years() -> None:
    assert starting_grant("DE").result == "ineligible"
    assert starting_grant("DE", breaks=[{"kind": "maternity", "months": 18}]).result == "eligible"
    assert starting_grant("DE", breaks=[{"kind": "sabbatical", "months": 18}]).result == "ineligible"


def test_e16_an_older_window_can_still_be_written() -> None:
    call = preset("erc-stg-2027")
    window = replace(call.clauses[1], min_years=Fraction(2), max_years=Fraction(7))
    older = replace(call, clauses=(call.clauses[0], window, call.clauses[2]))  # type: ignore[arg-type]
    pi = party("DE", "pi", person={"phd": "2025-06-01", "breaks": [{"kind": "maternity", "months": 18}]})
    assert status(judge(older, team(party("DE", "host"), pi)), "window") == "fail"


def test_e17_the_scope_of_an_association_decides() -> None:
    assert starting_grant("KR", phd="2020-01-01").result == "ineligible"
    stay = {"country": "US", "from": "2020-01-01"}
    assert verdict("msca-pf-ef", party("KR", "host"), fellow(stay), **FELLOWSHIP).result == "ineligible"
    assert verdict("he-ria", party("DE"), party("FR"), party("KR")).result == "eligible"
    found = eurostars(lead_budget=50, other_budget=50, lead="KR", other="CA")
    assert (found.result, need(found, "one-eu")) == ("incomplete", 1)


def global_leader(country: str, citizenship: list[str] | None) -> Any:
    flags = {"not_us_permanent_resident": True, "junior_appointment_one_year": True}
    person = {} if citizenship is None else {"citizenship": citizenship}
    pi = party(country, "pi", flags=flags, person=person)
    return verdict("nih-k43", party(country, "host"), pi, statements={"us_and_lmic_mentor": True})


@pytest.mark.parametrize(
    ("country", "citizenship", "expected"),
    [
        ("ZA", ["ZA"], "eligible"),
        ("BR", ["BR"], "ineligible"),
        ("TR", ["TR"], "ineligible"),
        ("VN", ["VN"], "eligible"),
        ("KE", ["KE", "US"], "ineligible"),
        ("UG", None, "review"),
    ],
)
def test_e20_middle_income_without_large_economies_but_with_south_africa(
    country: str, citizenship: list[str] | None, expected: str
) -> None:
    assert global_leader(country, citizenship).result == expected
