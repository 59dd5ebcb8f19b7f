"""What a report of exposure withholds: groups and countries of few people, and what would give them away."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.audit.events import an_event, listed
from tests.unit.audit.reported import attribute_of

from matchmaker.audit.exposure import audit_exposure
from matchmaker.domain.events import Declared
from matchmaker.domain.reports import Interval

_GENDERS = ("woman",) * 31 + ("man",) * 24 + ("another",) * 4


def test_declared_groups_are_as_declared_and_the_rest_is_undeclared() -> None:
    """Scenario F36: 41 of 100 did not declare a gender, and one group has 4 people."""
    people = [f"p{number}" for number in range(100)]
    said = dict(zip(people, _GENDERS, strict=False))
    events = [an_event([(who, "H") for who in people[n::10]], run_id=f"run-{n}") for n in range(10)] * 4
    events = [replace(event, run_id=f"{event.run_id}-{n}") for n, event in enumerate(events)]
    report = audit_exposure(events, Declared({"gender": said}))
    shown = {each.group: each for each in attribute_of(report, "gender").groups}
    assert set(shown) == {"woman", "man", "another", "undeclared"}
    assert shown["undeclared"].people == 41
    assert shown["another"].withheld
    # Four of a hundred could be had as what is left, so the next smallest group goes too.
    assert shown["man"].withheld
    assert (shown["man"].people, shown["man"].exposure, shown["man"].before) == (None, Interval(None), Interval(None))
    assert [each.group for each in shown.values() if not each.withheld] == ["woman", "undeclared"]
    assert all(each.pool_share is None for each in shown.values())
    assert not [each for each in report.findings if each.group in ("man", "another")]
    assert all(period.exposure["another"].value is None for period in attribute_of(report, "gender").trend)


def test_of_fewer_than_ten_people_in_all_nothing_is_told_by_group() -> None:
    report = audit_exposure(listed(2, "HHLL"))
    assert all(each.withheld for each in attribute_of(report, "income_group").groups)
    assert report.countries == ()
    assert "fewer than 10 different people were shown; nothing is told by group or country" in report.meta.notes


def test_few_people_who_were_never_shown_are_withheld_with_another_group() -> None:
    """Four there were to choose from, in every list: their share of the pool is what is left of the others'."""
    report = audit_exposure(listed(40, "HHHHHM", pool={"H": 30, "M": 25, "L": 4}))
    withheld = [each.group for each in attribute_of(report, "income_group").groups if each.withheld]
    assert "L" in withheld
    assert len(withheld) == 2


def test_a_small_country_takes_another_with_it() -> None:
    people = [(f"p{n}", "H") for n in range(60)]
    report = audit_exposure([an_event(people, countries=["FR"] * 35 + ["DE"] * 20 + ["PT"] * 5)])
    assert {each.country: each.people for each in report.countries} == {"FR": 35, "DE": None, "PT": None}


def test_a_small_country_is_not_what_is_left_of_its_income_group() -> None:
    """PT is all of UM but for BR, so BR goes, though IN is the smaller country."""
    people = [(f"p{n}", group) for n, group in enumerate(["H"] * 40 + ["UM"] * 45 + ["LM"] * 15)]
    countries = ["FR"] * 40 + ["BR"] * 40 + ["PT"] * 5 + ["IN"] * 15
    report = audit_exposure([an_event(people, countries=countries)])
    assert {each.country for each in report.countries if each.withheld} >= {"PT", "BR"}


def test_countries_below_ten_people_are_withheld() -> None:
    people = [(f"p{n}", "H") for n in range(60)]
    countries = ["FR"] * 30 + ["DE"] * 20 + ["PT"] * 6 + ["ES"] * 4
    report = audit_exposure([an_event(people, countries=countries)])
    assert [(each.country, each.people, each.withheld) for each in report.countries] == [
        ("DE", 20, False), ("ES", None, True), ("FR", 30, False), ("PT", None, True),
    ]  # fmt: skip
