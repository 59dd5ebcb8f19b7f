"""`audit funnel`: where people are lost on the way from the pool to a list, and beyond it.

Counts are pairs of a person and a list, summed over lists: somebody who was in two pools counts twice. How many
different people a cell has is known from those shown on; before that, the most that stood in it for one list is a lower
bound, and so is the number of different people of the group who were shown later, for whoever was shown had come
through. Cells are withheld by that bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from matchmaker.audit import findings as remarks
from matchmaker.audit.disclosure import different_people
from matchmaker.audit.funnel_sums import FILTER, OUTCOMES, STAGE, Became, FunnelSums, Passing, Step
from matchmaker.audit.groups_seen import in_order, is_not_placed
from matchmaker.audit.meta import meta_of
from matchmaker.audit.options import AuditOptions
from matchmaker.audit.reading import Batch, Reading
from matchmaker.audit.resampling import Ints, Numbers, Resamples, interval
from matchmaker.audit.spread import WITHHELD
from matchmaker.audit.suppression import Cell, Sizes, System, systems_of, withheld
from matchmaker.domain.events import STAGES, Declared, ListEvent, Outcome
from matchmaker.domain.reports import Funnel, FunnelReport, FunnelStep, Interval, StagePass
from matchmaker.measures.quotients import quotient

# A group with fewer of those who came than this is not what others are compared with: its rate is mostly chance.
_ENOUGH: Final = 0.05
_CAME: Final = "came"
_NOTES: Final = (
    "counts are pairs of a person and a list; intervals resample lists",
    "`ranked` are the nearest who were fetched and `relevant` those of them who are near enough, while `shown` is "
    "limited by the length of a list: attrition there is that of scores and of the equity step, not of a rule",
    "before `shown`, how many different people a cell has is not logged; it has at least as many as stood in it for "
    "one list, or as were shown later, and fewer than 10 of these are withheld",
    f"attrition compares with the group that passes best among those that are at least {_ENOUGH:.0%} of who came",
)
_NO_RATE: Final = Interval(None)
_OUTCOME_NOTE: Final = "whoever got to a later stage is taken to have been at those before it"


@dataclass(frozen=True, slots=True, eq=False)
class _Hidden:
    cells: frozenset[Cell]

    def hides(self, step: Step, group: str) -> bool:
        return (_name(step), group) in self.cells

    def hides_rate(self, step: Step, group: str) -> bool:
        return self.hides(step, group) or (f"{_CAME} {_name(step)}", group) in self.cells


@dataclass(frozen=True, slots=True, eq=False)
class _People:
    """The person of each face, and the faces that were shown."""

    person: Ints
    faces: Ints

    def different(self, groups: Ints, faces: Ints, width: int) -> Ints:
        """How many different people of each group there are among some faces, shape (width,)."""
        return different_people(groups[faces], self.person[faces], width)


class _Outcomes:
    """Which suggestions with an outcome were met, and who they were."""

    def __init__(self, became: Became) -> None:
        self.became = became
        self.met = 0
        self._faces: list[tuple[Ints, Ints]] = []

    def add(self, batch: Batch) -> Passing:
        passing = Passing.of(batch, self.became)
        known = passing.furthest >= 0
        self.met += int(known.sum())
        self._faces.append((batch.places.keys[known], passing.furthest[known]))
        return passing

    def faces(self, stage: int) -> Ints:
        return np.concatenate([np.empty(0, np.int64), *(faces[far >= stage] for faces, far in self._faces)])

    def notes(self) -> list[str]:
        given = sum(len(people) for people in self.became.by_run.values())
        said = [_OUTCOME_NOTE] if given else []
        if given > self.met:
            said.append(f"{given - self.met} of {given} outcomes name a run or a person that these lists do not have")
        return said


def audit_funnel(
    events: Iterable[ListEvent],
    outcomes: Iterable[Outcome] = (),
    declared: Declared | None = None,
    options: AuditOptions | None = None,
) -> FunnelReport:
    """How many of which group were left at each step of the lists of a period. Reads `events` once.

    `outcomes` say what became of suggestions, where the programme loaded that. Attributes that only `declared` has
    begin with those shown. The same events in another order give the same report. Raises InputError for an attribute
    asked for that no list has.
    """
    reading = Reading(declared or Declared(), options or AuditOptions())
    went, sums = _Outcomes(Became.of(outcomes)), dict[str, FunnelSums]()
    for batch in reading.batches(events):
        passing = went.add(batch)
        for table in reading.ordered(is_crossed=False):
            one = sums.setdefault(table.name, FunnelSums(table))
            one.add(batch, table.of_face(reading.faces), passing)
    resamples = Resamples(reading.lists_by_row(), reading.options.seed)
    shown = _People(reading.people()[1], np.unique(reading.places().keys))
    funnels = tuple(
        _funnel(sums[table.name], table.of_face(reading.faces), shown, went, resamples)
        for table in reading.ordered(is_crossed=False)
    )
    return FunnelReport(
        meta=meta_of(reading, "funnel", [*_NOTES, *went.notes()]),
        funnels=funnels,
        findings=tuple(finding for funnel in funnels for finding in remarks.of_funnel(funnel)),
    )


def _funnel(sums: FunnelSums, groups: Ints, shown: _People, went: _Outcomes, resamples: Resamples) -> Funnel:
    hidden = _everywhere(sums, _hidden(sums, _certain_people(sums, groups, shown, went)))
    order = [*STAGES, *OUTCOMES]
    stages = sorted((name for kind, name in sums.steps if kind == STAGE), key=order.index)
    filters = [step for step in sums.steps if step[0] == FILTER]
    filters.sort(key=lambda step: (sums.steps[step].positions / sums.steps[step].acts, step))
    return Funnel(
        attribute=sums.table.name,
        stages=tuple(_step(sums, (STAGE, name), hidden, resamples) for name in stages),
        filters=tuple(_step(sums, step, hidden, resamples) for step in filters),
    )


def _certain_people(sums: FunnelSums, groups: Ints, shown: _People, went: _Outcomes) -> dict[Cell, float]:
    """How many different people each cell has at least; from those shown on, how many exactly."""
    labels = list(map(str, sums.table.labels))
    everybody = shown.different(groups, shown.faces, len(labels)).astype(np.float64)
    lists = max((each.acts for each in sums.steps.values()), default=0)
    found: dict[Cell, float] = {}
    for step, each in sums.steps.items():
        came, left = _padded(each.most_came, len(labels)), _padded(each.most_left, len(labels))
        if step[0] == STAGE and step[1] in OUTCOMES:
            stage = OUTCOMES.index(step[1])
            left = shown.different(groups, went.faces(stage), len(labels)).astype(np.float64)
            earlier = [each for each in went.became.stages if each < stage]
            came = everybody
            if earlier:
                came = shown.different(groups, went.faces(earlier[-1]), len(labels)).astype(np.float64)
        elif step == (STAGE, "shown"):
            left = everybody
            came = np.maximum(came, everybody)
        elif each.acts == lists:
            # Whoever was shown had come through every step that all lists have.
            came, left = np.maximum(came, everybody), np.maximum(left, everybody)
        found |= {(_name(step), label): float(n) for label, n in zip(labels, left, strict=True)}
        found |= {(f"{_CAME} {_name(step)}", label): float(n) for label, n in zip(labels, came, strict=True)}
    return found


def _hidden(sums: FunnelSums, people: dict[Cell, float]) -> _Hidden:
    """Each step, and those who came to it, are a table with a published total; equal tables are one and the same."""
    labels = list(map(str, sums.table.labels))
    counts: dict[str, Numbers] = {}
    for step, each in sums.steps.items():
        counts[_name(step)] = each.left.wide(len(labels)).sum(axis=0)
        if not each.is_first:
            counts[f"{_CAME} {_name(step)}"] = each.came.wide(len(labels)).sum(axis=0)
    together: dict[tuple[float, ...], list[str]] = {}
    for table, values in counts.items():
        together.setdefault(tuple(values.tolist()), []).append(table)
    systems = [_system(np.array(values), labels, tables) for values, tables in together.items()]
    return _Hidden(withheld(systems, Sizes(people, {})))


def _everywhere(sums: FunnelSums, hidden: _Hidden) -> _Hidden:
    """A group that is withheld at one step is withheld at all: what it had a step before or after would tell it."""
    names = [str(label) for label in sums.table.labels]
    gone = {name for name in names if any(hidden.hides(step, name) for step in sums.steps)}
    more = {(table, name) for step in sums.steps for table in (_name(step), f"{_CAME} {_name(step)}") for name in gone}
    return _Hidden(hidden.cells | more)


def _system(values: Numbers, labels: list[str], tables: Sequence[str]) -> System:
    filled = np.flatnonzero(values).astype(np.int64)
    return systems_of([(table, filled, labels) for table in tables])


def _step(sums: FunnelSums, step: Step, hidden: _Hidden, resamples: Resamples) -> FunnelStep:
    each, labels = sums.steps[step], sums.table.labels
    left = resamples.sums(each.left.wide(len(labels)))
    came = resamples.sums(each.came.wide(len(labels)))
    passed = quotient(left, came)
    names = sorted(map(str, labels), key=lambda label: in_order(sums.table.attributes, label))
    best = _best(passed[0], came[0], {labels[name]: name for name in names if not hidden.hides_rate(step, name)})
    attrition = quotient(passed, passed[:, best : best + 1]) if best is not None else np.full_like(passed, np.nan)
    groups = []
    for name in names:
        g = labels[name]
        if hidden.hides(step, name):
            groups.append(StagePass(name, None, _NO_RATE, _NO_RATE, withheld=True, note=WITHHELD))
        elif hidden.hides_rate(step, name):
            groups.append(StagePass(name, float(left[0, g]), _NO_RATE, _NO_RATE, note=f"rate {WITHHELD}"))
        else:
            rate, against = interval(passed[:, g], each.acts), interval(attrition[:, g], each.acts)
            groups.append(StagePass(name, float(left[0, g]), rate, against))
    return FunnelStep(step[1], each.acts, tuple(groups))


def _best(passed: Numbers, came: Numbers, published: dict[int, str]) -> int | None:
    """The group that passes best, of those that are known, published, and enough of who came."""
    able = [
        number
        for number, name in published.items()
        if came[number] > 0 and came[number] >= _ENOUGH * came.sum() and not is_not_placed(name)
    ]
    return max(able, key=lambda number: (passed[number], came[number], published[number]), default=None)


def _name(step: Step) -> str:
    return " ".join(step)


def _padded(values: Numbers, width: int) -> Numbers:
    return np.pad(values, (0, width - len(values)))
