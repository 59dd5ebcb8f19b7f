"""Targets of a period: what came of each is held against it, and what it cost is told."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from tests.unit.audit.events import listed, many_events
from tests.unit.audit.reported import attribute_of

from matchmaker.audit.exposure import audit_exposure
from matchmaker.domain.events import EquityOutcome
from matchmaker.measures.representation import infeasible_index, ndkl


def _target(**given: object) -> EquityOutcome:
    plain = EquityOutcome(
        "income_group", "floors", {"H": "1/2", "L": "1/2"}, "policy", "the board", "fair play", 0.98, 0.95, 1.0, True,
        2, {},
    )  # fmt: skip
    return replace(plain, **given)  # type: ignore[arg-type]


def test_a_declared_target_is_held_against_what_came_of_it() -> None:
    missed = _target(floors_met=False, unmet={"L": 1}, ndcg=0.96, largest_fall=5)
    events = [
        *listed(30, "HLHL", equity=_target()),
        *[replace(each, run_id=f"m{each.run_id}") for each in listed(10, "HHHL", equity=missed)],
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
    (held,) = audit_exposure(listed(30, "HHHL", equity=_target(spared=("L",)))).targets
    assert held.held["L"]["below"] == 0.0


def test_prefixes_are_measured_as_measures_does() -> None:
    events = many_events(50, seed=5)
    with_target = [event for event in events if event.equity.target]
    found = attribute_of(audit_exposure(events), "income_group")
    targets = [{g: Fraction(text) for g, text in event.equity.target.items()} for event in with_target]
    for shown, divergence, broken in (
        (True, found.ndkl.value, found.infeasible), (False, found.ndkl_before.value, found.infeasible_before)
    ):  # fmt: skip
        lists = [(e.shown.groups if shown else e.by_score)["income_group"] for e in with_target]
        pairs = list(zip(lists, targets, strict=True))
        assert divergence == pytest.approx(sum(ndkl(groups, target) for groups, target in pairs) / len(pairs))
        assert broken == pytest.approx(sum(infeasible_index(groups, target) for groups, target in pairs) / len(pairs))


def test_a_list_with_a_group_outside_the_target_has_no_finite_divergence_and_is_told() -> None:
    events = [*listed(30, "HLHL", equity=_target()), *listed(1, "HX", equity=_target())]
    found = attribute_of(audit_exposure(events), "income_group")
    assert found.ndkl.value == pytest.approx(ndkl("HLHL", {"H": Fraction(1, 2), "L": Fraction(1, 2)}))
    assert "1 lists show a group without a share of the target" in found.note


def test_targets_of_policies_stay_apart_and_those_of_pools_are_one() -> None:
    board, ministry = _target(), _target(target={"H": "2/3", "L": "1/3"}, set_by="the ministry")
    pools = [_target(source="pool", target={"H": f"{n}/100", "L": f"{100 - n}/100"}) for n in range(30, 60)]
    events = [
        replace(each, run_id=str(n), equity=equity)
        for n, (each, equity) in enumerate(zip(listed(60, "HLHL"), [board, ministry] * 15 + pools, strict=True))
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
        for n, each in enumerate(listed(60, "HLHL"), 20)
    ]
    (held,) = audit_exposure(events).targets
    assert (held.lists, held.held["H"]["target"]) == (60, pytest.approx(sum(range(20, 80)) / 6000))


def test_the_price_is_that_of_lists_with_a_target() -> None:
    price = audit_exposure([*listed(20, "HLHL", equity=_target(ndcg=0.9)), *listed(20, "HLHL")]).price
    assert (price.lists, price.ndcg.value, price.lowest_ndcg, price.largest_fall) == (20, pytest.approx(0.9), 0.9, 2)
    assert price.changed == 0.0
    assert price.ndcg.low is None
    moved = listed(30, "HLHL", equity=_target(), rank_before=[1, 3, 2, 4])
    assert audit_exposure(moved).price.changed == 1.0
