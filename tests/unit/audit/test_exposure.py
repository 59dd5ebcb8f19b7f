"""What an audit of exposure reports: figures as worked out by hand, of the lists asked for, findings and trends."""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from tests.unit.audit.events import START, an_event, listed, many_events
from tests.unit.audit.reported import attribute_of, group_of

from matchmaker.audit.exposure import audit_exposure
from matchmaker.audit.options import AuditOptions
from matchmaker.domain.events import Declared, ListEvent
from matchmaker.errors import InputError
from matchmaker.measures.awrf import awrf_of_list


def test_figures_are_those_of_the_worked_example_of_disparate_treatment() -> None:
    """Two of A with 0.95 and 0.94, then two of B with 0.80 and 0.75: parity 0.570642, treatment 0.695815."""
    lists = listed(
        30, "AABB", scores=[0.95, 0.94, 0.80, 0.75], relevance={"income_group": {"A": 0.945, "B": 0.775}},
        stages={"pool": {"income_group": {"A": 9, "B": 1}}, "eligible": {"income_group": {"A": 3, "B": 2}},
                "relevant": {"income_group": {"A": 3, "B": 2}}},
    )  # fmt: skip
    # One A more than B in the pool, so that A is the group that others are compared with.
    b = group_of(audit_exposure(lists), "income_group", "B")
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
        for each in attribute_of(report, attribute).groups:
            if each.withheld:
                continue
            e, b, p = (sum(row[i].get(each.group, 0) for row in rows) / len(rows) for i in range(3))
            assert (each.exposure.value, each.before.value, each.pool_share) == pytest.approx((e, b, p))
            people = {who for event in events for who, group in _shown(event, attribute) if group == each.group}
            assert each.people == len(people)
        close = sum(awrf_of_list(row[0], {g: Fraction(p) for g, p in row[2].items()}) for row in rows) / len(rows)
        assert attribute_of(report, attribute).awrf.value == pytest.approx(close)


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
    assert [each.parity.value for each in attribute_of(report, "income_group").groups] == pytest.approx([1.0, 1.0])
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
    published = [each for each in attribute_of(report, "income_group").groups if not each.withheld]
    assert published
    assert all(each.exposure.value is not None and each.exposure.low is None for each in published)
    assert not report.findings
    assert "too few for intervals" in report.meta.notes[0]


@pytest.mark.parametrize(("lists", "told"), [(29, False), (30, True)])
def test_a_finding_needs_thirty_lists(lists: int, told: bool) -> None:
    events = listed(lists, "HHHHHHHHHL", pool={"H": 20, "L": 20})
    found = [each for each in audit_exposure(events).findings if each.measure == "exposure"]
    assert ({each.group for each in found} == {"H", "L"}) is told
    assert bool(found) is told


def test_a_group_that_is_never_shown_stands_as_zero() -> None:
    report = audit_exposure(listed(40, "HHHHHHHHHH", pool={"H": 20, "L": 20}))
    low = group_of(report, "income_group", "L")
    assert (low.people, low.exposure.value, low.pool_share, low.withheld) == (0, 0.0, 0.5, False)
    assert {each.group for each in report.findings if each.measure == "exposure"} == {"H", "L"}


def test_lists_of_other_days_are_left_out_and_counted() -> None:
    events = [replace(each, at=START + timedelta(days=n)) for n, each in enumerate(listed(40, "HHLL"))]
    report = audit_exposure(events, options=AuditOptions(start=date(2026, 1, 11), end=date(2026, 1, 20)))
    assert (report.meta.lists, report.meta.start, report.meta.end) == (10, "2026-01-11", "2026-01-20")
    assert "30 lists of the log lie outside the period" in report.meta.notes


def test_lists_that_showed_nobody_are_counted_apart() -> None:
    report = audit_exposure([*listed(30, "HHLL"), an_event([], run_id="none", pool={"H": 1})])
    assert any("1 lists showed nobody" in note for note in report.meta.notes)
    assert attribute_of(report, "income_group").note.startswith("30 lists")


def test_an_attribute_that_no_list_has_is_refused() -> None:
    with pytest.raises(InputError, match="no list of the period has the attribute 'shoe_size'"):
        audit_exposure(listed(1, "H"), options=AuditOptions(attributes=("shoe_size",)))


def test_only_the_attributes_asked_for_are_reported_in_their_order() -> None:
    report = audit_exposure(many_events(30), options=AuditOptions(attributes=("profile", "income_group")))
    assert [each.attribute for each in report.attributes] == ["profile", "income_group"]
    assert [each.attribute for each in report.crossed] == ["income_group×profile"]


def test_what_was_declared_of_an_attribute_in_the_log_is_not_used_and_that_is_said() -> None:
    report = audit_exposure(listed(30, "HHLL"), Declared({"income_group": {"p0-0": "L"}}))
    assert "income_group is in the log; what was declared of it is not used here" in report.meta.notes
    assert group_of(report, "income_group", "H").people == 60


@pytest.mark.parametrize(("days", "first"), [(10, "2026-01-01"), (30, "2026-W01"), (120, "2026-01")])
def test_a_trend_goes_by_day_week_or_month_after_its_length(days: int, first: str) -> None:
    events = [replace(each, at=START + timedelta(days=n % days)) for n, each in enumerate(listed(240, "HHLL"))]
    trend = attribute_of(audit_exposure(events), "income_group").trend
    assert trend[0].period == first
    total = sum(each.lists * (each.exposure["L"].value or 0) for each in trend)
    assert total / 240 == pytest.approx(group_of(audit_exposure(events), "income_group", "L").exposure.value)


def test_a_trend_away_from_the_pool_is_a_finding() -> None:
    early, late = listed(100, "HLHLHLHLHL", pool={"H": 20, "L": 20}), listed(100, "HHHHHHHHHL", pool={"H": 20, "L": 20})
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
