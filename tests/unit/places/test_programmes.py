from __future__ import annotations

from datetime import date

import pytest

from matchmaker.places.sets import country_set

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("ref", "count"),
    [
        ("he_associated.all", 18),
        ("he_associated.all_except_eic_fund", 1),
        ("he_associated.pillar2", 4),
        ("he_auto_funded_third", 114),
        ("widening", 37),
        ("cost.full", 41),
        ("cost.cooperating", 1),
        ("cost.itc", 25),
        ("epscor", 28),
        ("set.G20", 19),
        ("set.OECD", 38),
        ("set.EDCTP_AFRICA", 27),
    ],
)
def test_a_set_has_the_size_it_is_known_to_have(ref: str, count: int) -> None:
    assert len(country_set(ref, TODAY).codes) == count


def test_the_scope_of_an_association_decides() -> None:
    pillar2, whole = country_set("he_associated.pillar2", TODAY), country_set("he_associated.all", TODAY)
    assert pillar2.codes == {"CA", "JP", "KR", "NZ"}
    assert not whole.codes & pillar2.codes
    assert {"NO", "TR", "XK", "FO"} <= whole.codes


def test_an_association_begins_with_its_first_call_year() -> None:
    years = {"CH": 2025, "KR": 2025, "JP": 2026, "GB": 2024}
    for code, year in years.items():
        assert code not in _associated(date(year - 1, 12, 31))
        assert code in _associated(date(year, 1, 1))


def _associated(at: date) -> set[str]:
    scopes = ("all", "all_except_eic_fund", "pillar2")
    return {code for scope in scopes for code in country_set(f"he_associated.{scope}", at).codes}


def test_a_country_that_negotiates_is_no_member() -> None:
    assert not _associated(TODAY) & {"MA", "AU", "SG"}


def test_a_provisional_association_is_uncertain_and_so_is_one_that_no_source_settles() -> None:
    assert country_set("he_associated.all", TODAY).uncertain == {"EG", "MA"}
    assert country_set("he_associated.all", date(2025, 6, 1)).uncertain == {"MA"}
    assert country_set("he_associated.pillar2", TODAY).uncertain == frozenset()


def test_before_its_association_a_poorer_country_was_funded_as_a_third_country() -> None:
    assert "EG" in country_set("he_auto_funded_third", date(2025, 12, 31)).codes
    assert "EG" not in country_set("he_auto_funded_third", TODAY).codes
    assert not country_set("he_auto_funded_third", date(2023, 6, 1)).codes & {"CH", "GB", "KR", "TR"}


def test_widening_has_regions_that_are_no_country_and_a_country_on_condition() -> None:
    widening = country_set("widening", TODAY)
    assert {"ES-CN", "PT-20", "GP", "FO"} <= widening.codes
    assert not {"ES", "FR"} & widening.codes
    assert widening.uncertain == {"MA"}


def test_cost_counts_israel_among_the_seven_and_south_africa_not() -> None:
    full, cooperating = country_set("cost.full", TODAY).codes, country_set("cost.cooperating", TODAY).codes
    assert cooperating == {"IL"}
    assert not full & {"IL", "ZA"}
    assert country_set("cost.itc", TODAY).codes < full


def test_epscor_has_states_and_territories() -> None:
    epscor = country_set("epscor", TODAY).codes
    assert {"US-ME", "PR", "GU"} <= epscor
    assert not {"US", "US-CA"} & epscor


def test_members_named_with_low_confidence_are_uncertain() -> None:
    known = country_set("set.AU_DTC_FCL", TODAY)
    assert known.uncertain == known.codes
    assert "low confidence" in known.note


def test_a_list_that_lacks_one_member_casts_doubt_on_those_not_named() -> None:
    africa = country_set("set.EDCTP_AFRICA", TODAY)
    assert {"KE", "UG"} <= africa.codes - africa.uncertain
    assert "BW" in africa.uncertain
    assert not africa.uncertain & (africa.codes | {"DE", "EG"})
    assert "28 members are stated and 27 named" in africa.note


def test_hong_kong_is_in_the_export_groups_china_is_in() -> None:
    china = country_set("ear.D:1", TODAY).codes
    assert {"CN", "HK", "MO"} <= china
    assert country_set("ear.D:5", TODAY).uncertain == {"ET"}
    assert "CN" not in country_set("ear.A:1", TODAY).codes
    assert "HK" not in country_set("ear.A:1", TODAY).codes
