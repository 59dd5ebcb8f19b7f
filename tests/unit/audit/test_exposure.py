from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from tests.unit.audit.events import START, an_event, many_events

from matchmaker.audit.exposure import audit_exposure
from matchmaker.audit.options import AuditOptions
from matchmaker.domain.events import Declared, EquityOutcome, ListEvent
from matchmaker.domain.reports import AttributeExposure, ExposureReport, GroupExposure, Interval
from matchmaker.errors import InputError
from matchmaker.measures.awrf import awrf_of_list
from matchmaker.measures.representation import infeasible_index, ndkl

_GENDERS = ("woman",) * 31 + ("man",) * 24 + ("another",) * 4


def _attribute(report: ExposureReport, name: str) -> AttributeExposure:
    return next(each for each in (*report.attributes, *report.crossed) if each.attribute == name)


def _group(report: ExposureReport, attribute: str, group: str) -> GroupExposure:
    return next(each for each in _attribute(report, attribute).groups if each.group == group)


def _lists(n: int, order: str, **given: object) -> list[ListEvent]:
    """`n` lists of the groups in `order` ("HHUL"), each of other people."""
    return [
        an_event([(f"p{number}-{place}", group) for place, group in enumerate(order)], run_id=f"run-{number}", **given)
        for number in range(n)
    ]


def test_figures_are_those_of_the_worked_example_of_disparate_treatment() -> None:
    """Two of A with 0.95 and 0.94, then two of B with 0.80 and 0.75: parity 0.570642, treatment 0.695815."""
    lists = _lists(
        30, "AABB", scores=[0.95, 0.94, 0.80, 0.75], relevance={"income_group": {"A": 0.945, "B": 0.775}},
        stages={"pool": {"income_group": {"A": 9, "B": 1}}, "eligible": {"income_group": {"A": 3, "B": 2}},
                "relevant": {"income_group": {"A": 3, "B": 2}}},
    )  # fmt: skip
    # One A more than B in the pool, so that A is the group that others are compared with.
    b = _group(audit_exposure(lists), "income_group", "B")
    assert b.parity.value == pytest.approx(0.570642 * 3 / 2, abs=1e-6)
    assert b.treatment.value == pytest.approx(0.695815 * 3 / 2, abs=1e-6)
    shares = (b.pool_share, b.shown_share, b.eligible_share, b.index_share)
    assert (b.people, b.pool_people, *shares) == pytest.approx((60, 2.0, 0.4, 0.5, 0.4, 0.1))
    use = [w * s for w, s in zip((1, 1 / math.log2(3), 0.5, 1 / math.log2(5)), (0.95, 0.94, 0.80, 0.75), strict=True)]
    assert b.impact.value == pytest.approx((use[2] + use[3]) / (use[0] + use[1]) * 3 / 2)


def test_many_lists_are_figured_as_a_slow_loop_does() -> None:
    events = many_events(60, seed=3)
    report = audit_exposure(events)
    for attribute in ("income_group", "profile", "income_group×profile"):
        rows = [_of_list(event, attribute) for event in events]
        for each in _attribute(report, attribute).groups:
            if each.withheld:
                continue
            e, b, p = (sum(row[i].get(each.group, 0) for row in rows) / len(rows) for i in range(3))
            assert (each.exposure.value, each.before.value, each.pool_share) == pytest.approx((e, b, p))
            people = {who for event in events for who, group in _shown(event, attribute) if group == each.group}
            assert each.people == len(people)
        close = sum(awrf_of_list(row[0], {g: Fraction(p) for g, p in row[2].items()}) for row in rows) / len(rows)
        assert _attribute(report, attribute).awrf.value == pytest.approx(close)


def _shown(event: ListEvent, attribute: str) -> list[tuple[str, str]]:
    parts = [event.shown.groups[name] for name in attribute.split("×")]
    return [(who, "×".join(of)) for who, *of in zip(event.shown.people, *parts, strict=True)]


def _of_list(event: ListEvent, attribute: str) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
    """Shares of attention, of attention in the order by score, and of the relevant, in one list."""
    before = ["×".join(of) for of in zip(*(event.by_score[name] for name in attribute.split("×")), strict=True)]
    pool = (event.crossed if "×" in attribute else event.stages)["relevant"][attribute]
    heads = {group: count / sum(pool.values()) for group, count in pool.items()}
    return _attention([group for _, group in _shown(event, attribute)]), _attention(before), heads


def _attention(groups: list[str]) -> dict[str, float]:
    found: Counter[str] = Counter()
    for rank, group in enumerate(groups, 1):
        found[group] += 1 / math.log2(1 + rank)  # type: ignore[assignment]
    total = sum(found.values())
    return {group: value / total for group, value in found.items()}


def test_the_pool_is_compared_list_by_list() -> None:
    """Each list is proportional to its own pool, small or large, so nobody is seen too little."""
    report = audit_exposure(_proportional())
    assert [each.parity.value for each in _attribute(report, "income_group").groups] == pytest.approx([1.0, 1.0])
    assert not report.findings


def _proportional() -> list[ListEvent]:
    """AB and BA by turns from pools of 2, and lists of A alone from pools of 5,000."""
    lists = []
    for n in range(40):
        order = ("AB", "BA", "A", "A")[n % 4]
        pool = {"A": 1, "B": 1} if len(order) == 2 else {"A": 5000}
        lists.append(an_event([(f"{n}-{g}", g) for g in order], run_id=f"r{n}", pool=pool))
    return lists


def test_the_order_of_events_does_not_matter() -> None:
    events = many_events(80, seed=1, k=8, people=300)
    shuffled = random.Random(0).sample(events, len(events))
    _same(audit_exposure(events), audit_exposure(shuffled))


def _same(one: object, other: object) -> None:
    """Equal, floats up to rounding."""
    if hasattr(one, "__dataclass_fields__"):
        for name in one.__dataclass_fields__:
            _same(getattr(one, name), getattr(other, name))
    elif isinstance(one, dict):
        assert isinstance(other, dict)
        _same(sorted(one.items()), sorted(other.items()))
    elif isinstance(one, tuple | list):
        assert isinstance(other, tuple | list)
        assert len(one) == len(other)
        for a, b in zip(one, other, strict=True):
            _same(a, b)
    elif isinstance(one, float):
        assert one == pytest.approx(other, abs=1e-9)
    else:
        assert one == other


def test_an_empty_log_gives_an_empty_report_that_says_so() -> None:
    report = audit_exposure([])
    assert "there is no list in this period" in report.meta.notes[0]
    assert (report.meta.lists, report.meta.start, report.attributes, report.findings) == (0, None, (), ())


def test_one_list_has_figures_without_intervals_and_without_findings() -> None:
    report = audit_exposure(many_events(1, k=100, pool=300))
    published = [each for each in _attribute(report, "income_group").groups if not each.withheld]
    assert published
    assert all(each.exposure.value is not None and each.exposure.low is None for each in published)
    assert not report.findings
    assert "too few for intervals" in report.meta.notes[0]


@pytest.mark.parametrize(("lists", "told"), [(29, False), (30, True)])
def test_a_finding_needs_thirty_lists(lists: int, told: bool) -> None:
    events = _lists(lists, "HHHHHHHHHL", pool={"H": 20, "L": 20})
    found = [each for each in audit_exposure(events).findings if each.measure == "exposure"]
    assert ({each.group for each in found} == {"H", "L"}) is told
    assert bool(found) is told


def test_a_group_that_is_never_shown_stands_as_zero() -> None:
    report = audit_exposure(_lists(40, "HHHHHHHHHH", pool={"H": 20, "L": 20}))
    low = _group(report, "income_group", "L")
    assert (low.people, low.exposure.value, low.pool_share, low.withheld) == (0, 0.0, 0.5, False)
    assert {each.group for each in report.findings if each.measure == "exposure"} == {"H", "L"}


def test_lists_of_other_days_are_left_out_and_counted() -> None:
    events = [replace(each, at=START + timedelta(days=n)) for n, each in enumerate(_lists(40, "HHLL"))]
    report = audit_exposure(events, options=AuditOptions(start=date(2026, 1, 11), end=date(2026, 1, 20)))
    assert (report.meta.lists, report.meta.start, report.meta.end) == (10, "2026-01-11", "2026-01-20")
    assert "30 lists of the log lie outside the period" in report.meta.notes


def test_lists_that_showed_nobody_are_counted_apart() -> None:
    report = audit_exposure([*_lists(30, "HHLL"), an_event([], run_id="none", pool={"H": 1})])
    assert any("1 lists showed nobody" in note for note in report.meta.notes)
    assert _attribute(report, "income_group").note.startswith("30 lists")


def test_an_attribute_that_no_list_has_is_refused() -> None:
    with pytest.raises(InputError, match="no list of the period has the attribute 'shoe_size'"):
        audit_exposure(_lists(1, "H"), options=AuditOptions(attributes=("shoe_size",)))


def test_only_the_attributes_asked_for_are_reported_in_their_order() -> None:
    report = audit_exposure(many_events(30), options=AuditOptions(attributes=("profile", "income_group")))
    assert [each.attribute for each in report.attributes] == ["profile", "income_group"]
    assert [each.attribute for each in report.crossed] == ["income_group×profile"]


def test_declared_groups_are_as_declared_and_the_rest_is_undeclared() -> None:
    """Scenario F36: 41 of 100 did not declare a gender, and one group has 4 people."""
    people = [f"p{number}" for number in range(100)]
    said = dict(zip(people, _GENDERS, strict=False))
    events = [an_event([(who, "H") for who in people[n::10]], run_id=f"run-{n}") for n in range(10)] * 4
    events = [replace(event, run_id=f"{event.run_id}-{n}") for n, event in enumerate(events)]
    report = audit_exposure(events, Declared({"gender": said}))
    shown = {each.group: each for each in _attribute(report, "gender").groups}
    assert set(shown) == {"woman", "man", "another", "undeclared"}
    assert shown["undeclared"].people == 41
    assert shown["another"].withheld
    # Four of a hundred could be had as what is left, so the next smallest group goes too.
    assert shown["man"].withheld
    assert (shown["man"].people, shown["man"].exposure, shown["man"].before) == (None, Interval(None), Interval(None))
    assert [each.group for each in shown.values() if not each.withheld] == ["woman", "undeclared"]
    assert all(each.pool_share is None for each in shown.values())
    assert not [each for each in report.findings if each.group in ("man", "another")]
    assert all(period.exposure["another"].value is None for period in _attribute(report, "gender").trend)


def test_what_was_declared_of_an_attribute_in_the_log_is_not_used_and_that_is_said() -> None:
    report = audit_exposure(_lists(30, "HHLL"), Declared({"income_group": {"p0-0": "L"}}))
    assert "income_group is in the log; what was declared of it is not used here" in report.meta.notes
    assert _group(report, "income_group", "H").people == 60


def _target(**given: object) -> EquityOutcome:
    plain = EquityOutcome(
        "income_group", "floors", {"H": "1/2", "L": "1/2"}, "policy", "the board", "fair play", 0.98, 0.95, 1.0, True,
        2, {},
    )  # fmt: skip
    return replace(plain, **given)  # type: ignore[arg-type]


def test_a_declared_target_is_held_against_what_came_of_it() -> None:
    missed = _target(floors_met=False, unmet={"L": 1}, ndcg=0.96, largest_fall=5)
    events = [
        *_lists(30, "HLHL", equity=_target()),
        *[replace(each, run_id=f"m{each.run_id}") for each in _lists(10, "HHHL", equity=missed)],
    ]
    report = audit_exposure(events)
    (held,) = report.targets
    assert (held.source, held.set_by, held.why, held.lists) == ("policy", "the board", "fair play", 40)
    assert held.held["L"]["target"] == 0.5
    assert held.held["L"]["shown"] == pytest.approx((30 * 2 + 10) / 160)
    assert (held.held["L"]["below"], held.held["H"]["below"]) == (0.25, 0.0)
    assert (held.floors_met, held.lowest_ndcg, held.largest_fall) == (0.75, 0.96, 5)
    assert held.ndcg.value == pytest.approx(0.975)
    told = [each for each in report.findings if each.measure == "target"]
    assert [(each.group, each.value) for each in told] == [("L", 0.25)]
    assert "in 25.0 % the relevant people of the group were too few" in told[0].text


def test_a_group_without_a_floor_is_not_below_it() -> None:
    """A policy says for which groups nobody is moved down."""
    (held,) = audit_exposure(_lists(30, "HHHL", equity=_target(spared=("L",)))).targets
    assert held.held["L"]["below"] == 0.0


def test_prefixes_are_measured_as_measures_does() -> None:
    events = many_events(50, seed=5)
    with_target = [event for event in events if event.equity.target]
    found = _attribute(audit_exposure(events), "income_group")
    targets = [{g: Fraction(text) for g, text in event.equity.target.items()} for event in with_target]
    for shown, divergence, broken in (
        (True, found.ndkl.value, found.infeasible), (False, found.ndkl_before.value, found.infeasible_before)
    ):  # fmt: skip
        lists = [(e.shown.groups if shown else e.by_score)["income_group"] for e in with_target]
        pairs = list(zip(lists, targets, strict=True))
        assert divergence == pytest.approx(sum(ndkl(groups, target) for groups, target in pairs) / len(pairs))
        assert broken == pytest.approx(sum(infeasible_index(groups, target) for groups, target in pairs) / len(pairs))


def test_a_list_with_a_group_outside_the_target_has_no_finite_divergence_and_is_told() -> None:
    events = [*_lists(30, "HLHL", equity=_target()), *_lists(1, "HX", equity=_target())]
    found = _attribute(audit_exposure(events), "income_group")
    assert found.ndkl.value == pytest.approx(ndkl("HLHL", {"H": Fraction(1, 2), "L": Fraction(1, 2)}))
    assert "1 lists show a group without a share of the target" in found.note


def test_targets_of_policies_stay_apart_and_those_of_pools_are_one() -> None:
    board, ministry = _target(), _target(target={"H": "2/3", "L": "1/3"}, set_by="the ministry")
    pools = [_target(source="pool", target={"H": f"{n}/100", "L": f"{100 - n}/100"}) for n in range(30, 60)]
    events = [
        replace(each, run_id=str(n), equity=equity)
        for n, (each, equity) in enumerate(zip(_lists(60, "HLHL"), [board, ministry] * 15 + pools, strict=True))
    ]
    targets = audit_exposure(events).targets
    assert sorted((each.source, each.set_by, each.lists) for each in targets) == [
        ("policy", "the board", 15), ("policy", "the ministry", 15), ("pool", "the board", 30),
    ]  # fmt: skip
    of_pool = next(each for each in targets if each.source == "pool")
    assert of_pool.held["H"]["target"] == pytest.approx(sum(range(30, 60)) / 3000)


def test_a_rule_whose_shares_change_from_list_to_list_is_one_target() -> None:
    events = [
        replace(each, equity=_target(target={"H": f"{n}/100", "L": f"{100 - n}/100"}))
        for n, each in enumerate(_lists(60, "HLHL"), 20)
    ]
    (held,) = audit_exposure(events).targets
    assert (held.lists, held.held["H"]["target"]) == (60, pytest.approx(sum(range(20, 80)) / 6000))


def test_the_price_is_that_of_lists_with_a_target() -> None:
    price = audit_exposure([*_lists(20, "HLHL", equity=_target(ndcg=0.9)), *_lists(20, "HLHL")]).price
    assert (price.lists, price.ndcg.value, price.lowest_ndcg, price.largest_fall) == (20, pytest.approx(0.9), 0.9, 2)
    assert price.changed == 0.0
    assert price.ndcg.low is None
    moved = _lists(30, "HLHL", equity=_target(), rank_before=[1, 3, 2, 4])
    assert audit_exposure(moved).price.changed == 1.0


@pytest.mark.parametrize(("days", "first"), [(10, "2026-01-01"), (30, "2026-W01"), (120, "2026-01")])
def test_a_trend_goes_by_day_week_or_month_after_its_length(days: int, first: str) -> None:
    events = [replace(each, at=START + timedelta(days=n % days)) for n, each in enumerate(_lists(240, "HHLL"))]
    trend = _attribute(audit_exposure(events), "income_group").trend
    assert trend[0].period == first
    total = sum(each.lists * (each.exposure["L"].value or 0) for each in trend)
    assert total / 240 == pytest.approx(_group(audit_exposure(events), "income_group", "L").exposure.value)


def test_a_trend_away_from_the_pool_is_a_finding() -> None:
    early, late = _lists(100, "HLHLHLHLHL", pool={"H": 20, "L": 20}), _lists(100, "HHHHHHHHHL", pool={"H": 20, "L": 20})
    events = [replace(each, at=START + timedelta(days=n)) for n, each in enumerate([*early, *late])]
    events = [replace(each, run_id=f"r{n}") for n, each in enumerate(events)]
    assert "L" in [each.group for each in audit_exposure(events).findings if each.measure == "trend"]
    backwards = [replace(each, at=START + timedelta(days=200 - n)) for n, each in enumerate(events)]
    assert "L" not in [each.group for each in audit_exposure(backwards).findings if each.measure == "trend"]


def test_spread_counts_those_who_were_never_shown() -> None:
    events = [an_event([("a", "H")], run_id=str(n), pool={"H": 4}, countries=["FR"]) for n in range(40)]
    spread = audit_exposure(events).spread
    assert (spread.gini, spread.coverage, spread.top_share, spread.most_lists) == (0.75, 0.25, 1.0, 40)
    assert (spread.country_hhi, spread.effective_countries) == (1.0, 1.0)
    assert "over 4 people" in spread.note


def test_of_fewer_than_ten_people_in_all_nothing_is_told_by_group() -> None:
    report = audit_exposure(_lists(2, "HHLL"))
    assert all(each.withheld for each in _attribute(report, "income_group").groups)
    assert report.countries == ()
    assert "fewer than 10 different people were shown; nothing is told by group or country" in report.meta.notes


def test_few_people_who_were_never_shown_are_withheld_with_another_group() -> None:
    """Four there were to choose from, in every list: their share of the pool is what is left of the others'."""
    report = audit_exposure(_lists(40, "HHHHHM", pool={"H": 30, "M": 25, "L": 4}))
    withheld = [each.group for each in _attribute(report, "income_group").groups if each.withheld]
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
