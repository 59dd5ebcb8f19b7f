"""What one table of the funnel adds up over the lists: who came to each step, and who was left after it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from matchmaker.audit.naming import Table, counted
from matchmaker.audit.reading import Batch
from matchmaker.audit.resampling import Ints, Numbers, Sums
from matchmaker.domain.events import STAGES, Counts, ListEvent, Outcome

OUTCOMES: Final = ("contacted", "responded", "applied", "funded")
STAGE: Final = "stage"
FILTER: Final = "filter"
_SHOWN: Final = "shown"

Step = tuple[str, str]  # stage or filter, and its name
Steps = Sequence[tuple[str, Counts]]


@dataclass
class StepSums:
    """One step: people who came to it and who were left, by row and group; `most_…` are the largest of one list.

    `acts` counts its lists and `positions` sums where it stood among the steps of its kind.
    """

    came: Sums = field(default_factory=Sums)
    left: Sums = field(default_factory=Sums)
    most_came: Numbers = field(default_factory=lambda: np.zeros(0))
    most_left: Numbers = field(default_factory=lambda: np.zeros(0))
    acts: int = 0
    positions: int = 0
    is_first: bool = True

    def add(self, rows: Ints, came: Numbers | None, left: Numbers, positions: int) -> None:
        """Add some lists, one row each; `came` is None for a first step."""
        self.left.add(rows, left)
        self.most_left = _most(self.most_left, left)
        if came is not None:
            self.came.add(rows, came)
            self.most_came = _most(self.most_came, came)
            self.is_first = False
        self.acts += len(rows)
        self.positions += positions


@dataclass(frozen=True, slots=True)
class Became:
    """What became of suggestions: run → person → how far it went, as a number in `OUTCOMES`. `stages` were loaded."""

    by_run: Mapping[str, Mapping[str, int]]
    stages: tuple[int, ...]

    @classmethod
    def of(cls, outcomes: Iterable[Outcome]) -> Became:
        """The furthest stage of each suggestion."""
        by_run: dict[str, dict[str, int]] = {}
        stages = set()
        for outcome in outcomes:
            stage = OUTCOMES.index(outcome.stage)
            stages.add(stage)
            people = by_run.setdefault(outcome.run_id, {})
            people[outcome.person] = max(stage, people.get(outcome.person, 0))
        return cls(by_run, tuple(sorted(stages)))

    def furthest(self, batch: Batch) -> Ints:
        """How far each place shown went, -1 where nothing is known of it, shape (places,)."""
        nobody: Mapping[str, int] = {}
        found = [self.by_run.get(event.run_id, nobody) for event in batch.events]
        return np.array(
            [people.get(p, -1) for event, people in zip(batch.events, found, strict=True) for p in event.shown.people],
            dtype=np.int64,
        )


class FunnelSums:
    """The steps of one table."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.steps: dict[Step, StepSums] = {}

    def add(self, batch: Batch, face_groups: Ints, became: Became, furthest: Ints) -> None:
        """Add the lists of a batch."""
        if not self.table.declared:
            self._add_steps(STAGE, batch, [_stages(event) for event in batch.events])
            self._add_steps(FILTER, batch, [event.filters for event in batch.events])
        shown = self._at_least(batch, face_groups, furthest, -1)
        carried = shown.sum(axis=1) > 0
        rows = batch.rows[carried]
        if self.table.declared:
            self._step(STAGE, _SHOWN).add(rows, None, shown[carried], 0)
        before = shown
        for stage in became.stages:
            left = self._at_least(batch, face_groups, furthest, stage)
            position = (len(STAGES) + stage) * len(rows)
            self._step(STAGE, OUTCOMES[stage]).add(rows, before[carried], left[carried], position)
            before = left

    def _step(self, kind: str, name: str) -> StepSums:
        return self.steps.setdefault((kind, name), StepSums())

    def _at_least(self, batch: Batch, face_groups: Ints, furthest: Ints, stage: int) -> Numbers:
        """Places of each group that went at least to a stage, shape (lists, groups)."""
        groups, width, lists = face_groups[batch.places.keys], len(self.table.labels), len(batch.events)
        wanted = (groups >= 0) & (furthest >= stage)
        cells = batch.places.of_list[wanted] * width + groups[wanted]
        counts: Numbers = np.bincount(cells, minlength=lists * width).astype(np.float64).reshape(lists, width)
        return counts

    def _add_steps(self, kind: str, batch: Batch, steps: Sequence[Steps]) -> None:
        """Add each step of each list; steps that no list does in the same place are told apart by name alone."""
        name = self.table.name
        numbers: dict[str, list[tuple[int, int]]] = {}
        flat: list[Mapping[str, int]] = []
        for number, of_list in enumerate(steps):
            place = 0
            for step, counts in of_list:
                if name in counts:
                    numbers.setdefault(step, []).append((number, place))
                    flat.append(counts[name])
                    place += 1
        counts_of = counted(flat, self.table.labels)
        starts = np.cumsum([0, *(sum(name in counts for _, counts in of_list) for of_list in steps)])
        for step, found in numbers.items():
            lists, places = np.array(found).T
            at = starts[lists] + places
            self._add_step(kind, step, batch.rows[lists], (counts_of, at, places))

    def _add_step(self, kind: str, step: str, rows: Ints, found: tuple[Numbers, Ints, Ints]) -> None:
        counts, at, places = found
        later = places > 0
        sums = self._step(kind, step)
        if later.any():
            sums.add(rows[later], counts[at[later] - 1], counts[at[later]], int(places.sum()))
        if not later.all():
            sums.add(rows[~later], None, counts[at[~later]], 0)


def _stages(event: ListEvent) -> Steps:
    return [(stage, event.stages[stage]) for stage in STAGES if stage in event.stages]


def _most(most: Numbers, values: Numbers) -> Numbers:
    largest = values.max(axis=0, initial=0.0)
    return np.maximum(np.pad(most, (0, len(largest) - len(most))), largest)
