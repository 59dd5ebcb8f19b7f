from __future__ import annotations

import random
from collections import Counter

import pytest
from tests.unit.audit.events import FILTERS, an_event, many_events
from tests.unit.audit.test_exposure import _same

from matchmaker.audit.funnel import audit_funnel
from matchmaker.domain.events import STAGES, Declared, Outcome
from matchmaker.domain.reports import Funnel, FunnelReport, StagePass


def _pass(funnel: Funnel, step: str, group: str) -> StagePass:
    found = next(each for each in (*funnel.stages, *funnel.filters) if each.step == step)
    return next(each for each in found.groups if each.group == group)


def _funnel(report: FunnelReport, attribute: str) -> Funnel:
    return next(each for each in report.funnels if each.attribute == attribute)


def test_stages_are_counted_as_a_slow_loop_does() -> None:
    events = many_events(40, seed=2)
    report = audit_funnel(events)
    for attribute in ("income_group", "language"):
        before: Counter[str] = Counter()
        for stage in STAGES:
            left: Counter[str] = Counter()
            for event in events:
                left.update(event.stages[stage][attribute])
            for group in left:
                each = _pass(_funnel(report, attribute), stage, group)
                if each.left is not None:
                    assert each.left == left[group]
                if each.passed.value is not None:
                    assert each.passed.value == pytest.approx(left[group] / before[group])
            before = left
        assert [each.step for each in _funnel(report, attribute).stages] == list(STAGES)
        assert [each.step for each in _funnel(report, attribute).filters] == list(FILTERS)


def test_attrition_compares_with_the_group_that_passes_best() -> None:
    stages = {
        "pool": {"income_group": {"H": 100, "L": 100, "unknown": 100}},
        "eligible": {"income_group": {"H": 80, "L": 40, "unknown": 90}},
    }
    events = [
        an_event([(f"{n}-{g}", g) for g in "HL"], run_id=str(n), stages=stages, filters=(("index", stages["pool"]),))
        for n in range(30)
    ]
    report = audit_funnel(events)
    low = _pass(report.funnels[0], "eligible", "L")
    assert (low.left, low.passed.value, low.attrition.value) == (1200.0, 0.4, 0.5)
    assert [(each.group, each.measure) for each in report.findings] == [("L", "stage:eligible")]
    assert not audit_funnel(events[:29]).findings


def test_a_filter_that_only_some_lists_have_is_compared_with_what_came_to_it() -> None:
    pool, less = {"income_group": {"H": 50, "L": 50}}, {"income_group": {"H": 50, "L": 20}}
    people = [(f"{group}{number}", group) for group in "HL" for number in range(10)]
    with_language = [
        an_event(people, run_id=str(n), filters=(("index", pool), ("language", less), ("call", less)))
        for n in range(30)
    ]
    without = [an_event(people, run_id=f"w{n}", filters=(("index", pool), ("call", pool))) for n in range(10)]
    funnel = audit_funnel([*with_language, *without]).funnels[0]
    assert [(each.step, each.acts) for each in funnel.filters] == [("index", 40), ("language", 30), ("call", 40)]
    assert _pass(funnel, "language", "L").passed.value == pytest.approx(0.4)
    assert _pass(funnel, "call", "L").passed.value == 1.0


def test_outcomes_are_joined_by_run_and_person() -> None:
    events = [an_event([(f"{n}-{i}", "HL"[i % 2]) for i in range(10)], run_id=f"r{n}") for n in range(40)]
    outcomes = [Outcome(f"r{n}", f"{n}-{i}", "contacted") for n in range(40) for i in (0, 1, 2)]
    outcomes += [Outcome(f"r{n}", f"{n}-0", "funded") for n in range(40)]
    outcomes += [Outcome("elsewhere", "x", "funded")]
    report = audit_funnel(events, outcomes)
    funnel = report.funnels[0]
    assert [each.step for each in funnel.stages] == [*STAGES, "contacted", "funded"]
    assert _pass(funnel, "contacted", "H").left == 80
    assert _pass(funnel, "contacted", "H").passed.value == pytest.approx(80 / 200)
    assert _pass(funnel, "funded", "H").passed.value == pytest.approx(0.5)
    assert _pass(funnel, "funded", "L").left == 0
    assert "1 of 121 outcomes name a run or a person that these lists do not have" in report.meta.notes


def test_whoever_was_funded_counts_as_contacted() -> None:
    events = [an_event([(f"{n}", "H")], run_id=f"r{n}") for n in range(40)]
    outcomes = [Outcome("r0", "0", "contacted"), *(Outcome(f"r{n}", f"{n}", "funded") for n in range(1, 21))]
    outcomes.append(Outcome("r5", "5", "contacted"))
    funnel = audit_funnel(events, outcomes).funnels[0]
    assert (_pass(funnel, "contacted", "H").left, _pass(funnel, "funded", "H").left) == (21, 20)


def test_few_different_people_are_withheld_however_often_they_were_shown() -> None:
    events = [
        an_event([(f"h{n}-{i}", "H") for i in range(5)] + [("l", "L")] + [(f"u{n}", "UM")], run_id=f"r{n}")
        for n in range(40)
    ]
    funnel = audit_funnel(events).funnels[0]
    assert _pass(funnel, "shown", "L").withheld
    assert _pass(funnel, "shown", "UM").withheld
    assert _pass(funnel, "shown", "H").left == 200


def test_a_declared_attribute_begins_with_those_shown() -> None:
    events = [an_event([(f"{n}-{i}", "H") for i in range(10)], run_id=f"r{n}") for n in range(40)]
    outcomes = [Outcome(f"r{n}", f"{n}-{i}", "contacted") for n in range(40) for i in range(5)]
    said = {f"{n}-{i}": "woman" if i % 2 else "man" for n in range(40) for i in range(8)}
    funnel = _funnel(audit_funnel(events, outcomes, Declared({"gender": said})), "gender")
    assert [each.step for each in funnel.stages] == ["shown", "contacted"]
    assert _pass(funnel, "shown", "undeclared").left == 80
    assert _pass(funnel, "contacted", "man").passed.value == pytest.approx(3 / 4)
    assert _pass(funnel, "contacted", "undeclared").left == 0


def test_the_order_of_events_does_not_matter() -> None:
    events = many_events(60, seed=4, k=8, people=300)
    _same(audit_funnel(events), audit_funnel(random.Random(0).sample(events, len(events))))


def test_an_empty_log_gives_an_empty_report_that_says_so() -> None:
    report = audit_funnel([])
    assert (report.funnels, report.findings) == ((), ())
    assert "there is no list in this period" in report.meta.notes[0]


def test_one_list_has_rates_without_intervals() -> None:
    stages = {"pool": {"income_group": {"H": 100, "L": 100}}, "eligible": {"income_group": {"H": 80, "L": 40}}}
    event = an_event([(f"{group}{n}", group) for group in "HL" for n in range(20)], stages=stages)
    each = _pass(audit_funnel([event]).funnels[0], "eligible", "L")
    assert (each.passed.value, each.passed.low, each.passed.high) == (0.4, None, None)


def test_a_group_withheld_at_one_step_is_withheld_at_all() -> None:
    """Few of L were shown; how many of them there were a step before would nearly tell it."""
    events = [
        an_event(
            [(f"h{n}-{i}", "H") for i in range(8)] + [(f"u{n}", "UM"), ("l", "L")], run_id=f"r{n}",
            pool={"H": 50, "UM": 30, "L": 20},
        )
        for n in range(40)
    ]  # fmt: skip
    funnel = audit_funnel(events).funnels[0]
    assert all(_pass(funnel, stage, "L").withheld for stage in STAGES)
    assert not any(_pass(funnel, stage, "H").withheld for stage in STAGES)
