"""What is published never settles a small cell: checked by exact elimination, apart from the code that withholds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.audit.events import many_events

from matchmaker.audit.exposure import audit_exposure
from matchmaker.audit.funnel import audit_funnel
from matchmaker.audit.suppression import Sizes, systems_of, withheld
from matchmaker.domain.events import ListEvent
from matchmaker.domain.reports import ExposureReport

Equation = Mapping[Any, Fraction]
_SMALL = {"income_group": ("Aa", "Bb", "Cc"), "profile": ("thin", "full"), "region": ("n", "s", "e", "w")}


def settled(equations: Iterable[Equation], unknown: set[Any]) -> set[Any]:
    """The unknowns that linear equations leave one value for. What is not unknown counts as known."""
    names = sorted(unknown, key=str)
    rows = [[equation.get(name, Fraction(0)) for name in names] for equation in equations]
    reduced: list[list[Fraction]] = []
    for column in range(len(names)):
        pivot = next((row for row in rows if row[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        pivot = [value / pivot[column] for value in pivot]
        rows, reduced = (
            [[a - row[column] * b for a, b in zip(row, pivot, strict=True)] for row in kind] for kind in (rows, reduced)
        )
        reduced.append(pivot)
    alone = [[i for i, value in enumerate(row) if value] for row in reduced]
    return {names[places[0]] for places in alone if len(places) == 1}


def test_the_checker_finds_what_can_be_subtracted() -> None:
    one = Fraction(1)
    assert settled([{"a": one, "b": one}], {"a"}) == {"a"}
    assert settled([{"a": one, "b": one}], {"a", "b"}) == set()
    around = [{"a": one, "b": one}, {"b": one, "c": one}, {"a": one, "c": one}]
    assert settled(around, {"a", "b", "c"}) == {"a", "b", "c"}


_EVENTS = st.builds(
    lambda n, seed, k, people: many_events(n, seed, k=k, people=people, attributes=_SMALL, days=60, pool=30),
    st.integers(1, 8), st.integers(0, 10**6), st.integers(3, 20), st.integers(30, 150),
)  # fmt: skip


@settings(max_examples=60)
@given(_EVENTS)
def test_no_small_cell_of_an_exposure_report_can_be_worked_out(events: list[ListEvent]) -> None:
    report = audit_exposure(events)
    people = _people(events, report)
    hidden = _withheld(report) | {cell for cell in people if cell[0] == "country" and not report.countries}
    small = {cell for cell, who in people.items() if 0 < len(who) < 10}
    never_shown = {cell for cell, most in _most_in_pool(events).items() if cell not in people and most < 10}
    assert small | never_shown <= hidden
    # Where everybody is of one group, its share is 1 in every table, which tells no number of people.
    of_one_group = {name for name in _SMALL if sum(cell[0] == name and len(cell) == 2 for cell in people) == 1}
    assert not {cell for cell in settled(_equations(report), hidden) & small if cell[0] not in of_one_group}
    # Of those there were to choose from, tables by attribute and crossed are told, and none by country or period.
    assert not settled(_of_groups(report), hidden) & never_shown


def _people(events: list[ListEvent], report: ExposureReport) -> dict[Any, set[str]]:
    """Cell → the different people shown."""
    found: dict[Any, set[str]] = defaultdict(set)
    label = {period.period: period.period for each in report.attributes for period in each.trend}
    for event in events:
        week, day = event.at.strftime("%G-W%V"), event.at.date().isoformat()
        period = week if week in label else day
        has_target = bool(event.equity.target)
        for place, who in enumerate(event.shown.people):
            groups = {name: of[place] for name, of in event.shown.groups.items()}
            cells: list[Any] = [("country", event.shown.countries[place])]
            for name, group in groups.items():
                cells += [(name, group), (name, group, period)]
            cells += [(f"income_group×{b}", f"{groups['income_group']}×{groups[b]}") for b in ("profile", "region")]
            if has_target:
                cells.append(("income_group", groups["income_group"], "target"))
            for cell in cells:
                found[cell].add(who)
    return found


def _most_in_pool(events: list[ListEvent]) -> dict[Any, int]:
    """Cell → the most relevant people there were for one list."""
    found: dict[Any, int] = defaultdict(int)
    for event in events:
        for tables in (event.stages["relevant"], event.crossed["relevant"]):
            for name, groups in tables.items():
                for group, count in groups.items():
                    found[name, group] = max(found[name, group], count)
    return found


def _withheld(report: ExposureReport) -> set[Any]:
    hidden: set[Any] = {("country", each.country) for each in report.countries if each.withheld}
    for each in (*report.attributes, *report.crossed):
        hidden |= {(each.attribute, group.group) for group in each.groups if group.withheld}
    for each in report.attributes:
        for period in each.trend:
            hidden |= {
                (each.attribute, g, period.period) for g, share in period.exposure.items() if share.value is None
            }
    for target in report.targets:
        hidden |= {("income_group", g, "target") for g, held in target.held.items() if held["exposure"] is None}
    return hidden


def _of_groups(report: ExposureReport) -> list[Equation]:
    """What a reader knows of any shares: those of an attribute sum to 1, crossed ones to those of the attributes."""
    one = Fraction(1)
    equations: list[Equation] = [{(a.attribute, g.group): one for g in a.groups} for a in report.attributes]
    for each in report.crossed:
        for side, attribute in enumerate(each.attribute.split("×")):
            for margin in next(a for a in report.attributes if a.attribute == attribute).groups:
                cells = [g.group for g in each.groups if g.group.split("×")[side] == margin.group]
                equations.append({**{(each.attribute, c): one for c in cells}, (attribute, margin.group): -one})
    return equations


def _equations(report: ExposureReport) -> list[Equation]:
    """What a reader knows of shares of attention: they also sum up over periods, targets and countries."""
    one, equations = Fraction(1), _of_groups(report)
    for each in report.attributes:
        equations += [{(each.attribute, g, p.period): one for g in p.exposure} for p in each.trend]
        for group in each.groups:
            by_period: dict[Any, Fraction] = {
                (each.attribute, group.group, p.period): Fraction(p.lists) for p in each.trend
            }
            equations.append({**by_period, (each.attribute, group.group): Fraction(-report.meta.lists)})
    for target in report.targets:
        equations.append({("income_group", g, "target"): one for g in target.held})
        if target.lists == report.meta.lists:
            equations += [{("income_group", g, "target"): one, ("income_group", g): -one} for g in target.held]
    if not report.countries:
        return equations
    equations.append({("country", each.country): one for each in report.countries})
    for margin in next(a for a in report.attributes if a.attribute == "income_group").groups:
        # Everybody knows which country has which income.
        inside = [each.country for each in report.countries if each.country[0] == margin.group[0]]
        equations.append({**{("country", c): one for c in inside}, ("income_group", margin.group): -one})
    return equations


@settings(max_examples=40)
@given(_EVENTS)
def test_no_small_cell_of_a_funnel_can_be_worked_out(events: list[ListEvent]) -> None:
    for funnel in audit_funnel(events).funnels:
        known: dict[tuple[float, ...], set[str]] = {}
        for step in (*funnel.stages, *funnel.filters):
            counts = _left(events, funnel.attribute, step.step)
            hidden = {each.group for each in step.groups if each.withheld}
            if step.step == "shown":
                shown = _people_of(events, funnel.attribute)
                assert {g for g, who in shown.items() if 0 < len(who) < 10} <= hidden
            # The total of a step is that of any other attribute.
            assert len([g for g in hidden if counts[g]]) != 1 or all(each.withheld for each in step.groups)
            # Two steps that took nobody away are one table, so they withhold the same.
            assert known.setdefault(tuple(sorted(counts.items())), hidden) == hidden  # type: ignore[arg-type]
            for each in step.groups:
                assert not each.withheld or (each.left, each.passed.value, each.attrition.value) == (None, None, None)


def _left(events: list[ListEvent], attribute: str, step: str) -> dict[str, int]:
    counts: dict[str, int] = dict.fromkeys(_SMALL[attribute], 0)
    for event in events:
        found = event.stages[step] if step in event.stages else dict(event.filters)[step]
        for group, count in found[attribute].items():
            counts[group] += count
    return counts


def _people_of(events: list[ListEvent], attribute: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for event in events:
        for who, group in zip(event.shown.people, event.shown.groups[attribute], strict=True):
            found[group].add(who)
    return found


@given(st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=2, max_size=4))
def test_a_two_way_table_with_its_margins_is_safe(counts: list[list[int]]) -> None:
    table = np.array(counts)
    rows, columns = (np.repeat(each.ravel(), table.ravel()) for each in np.indices(table.shape))
    names = [[f"{kind}{number}" for number in range(size)] for kind, size in zip("rc", table.shape, strict=True)]
    cells = [f"{r}×{c}" for r in names[0] for c in names[1]]
    system = systems_of([("row", rows, names[0]), ("column", columns, names[1]), ("cell", rows * 3 + columns, cells)])
    people = {("cell", name): float(count) for name, count in zip(cells, table.ravel(), strict=True)}
    people |= {("row", name): float(count) for name, count in zip(names[0], table.sum(axis=1), strict=True)}
    people |= {("column", name): float(count) for name, count in zip(names[1], table.sum(axis=0), strict=True)}
    gone = withheld([system], Sizes(people, {"row": 1, "column": 1}))
    small = {cell for cell, count in people.items() if 0 < count < 10}
    assert small <= gone
    one = Fraction(1)
    filled = {cell for cell, count in people.items() if count}
    equations: list[Equation] = [{("row", r): one for r in names[0]}, {("column", c): one for c in names[1]}]
    equations += [{**{("cell", f"{r}×{c}"): one for c in names[1]}, ("row", r): -one} for r in names[0]]
    equations += [{**{("cell", f"{r}×{c}"): one for r in names[0]}, ("column", c): -one} for c in names[1]]
    told = settled(equations, set(gone)) & small
    # A table of one filled cell is its own total; then its empty cells are withheld too, and nothing is told.
    assert not told, (filled, gone)


def test_nothing_is_withheld_where_every_cell_is_large() -> None:
    groups = np.repeat(np.arange(3), 50)
    system = systems_of([("a", groups, ["x", "y", "z"])])
    assert not withheld([system], Sizes({("a", name): 50.0 for name in "xyz"}, {}))


@pytest.mark.parametrize(
    ("sizes", "gone"), [((4, 20, 30), {"x", "y"}), ((4, 0, 30), {"x", "z"}), ((4, 5, 30), {"x", "y"})]
)
def test_the_next_smallest_goes_with_a_single_small_cell(sizes: tuple[int, ...], gone: set[str]) -> None:
    system = systems_of([("a", np.repeat(np.arange(3), sizes), ["x", "y", "z"])])
    people = {("a", name): float(size) for name, size in zip("xyz", sizes, strict=True)}
    assert {name for _, name in withheld([system], Sizes(people, {}))} == gone
