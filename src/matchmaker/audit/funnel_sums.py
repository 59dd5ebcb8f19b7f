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


@dataclass(frozen=True, slots=True)
class Passing:
    """The steps of each list of a batch by kind, and how far each place shown went (`outcomes` were loaded)."""

    steps: Mapping[str, Sequence[Steps]]
    furthest: Ints
    outcomes: tuple[int, ...]

    @classmethod
    def of(cls, batch: Batch, became: Became) -> Passing:
        """Those of a batch."""
        stages: list[Steps] = [_stages(event) for event in batch.events]
        filters: list[Steps] = [event.filters for event in batch.events]
        steps = {STAGE: stages, FILTER: filters}
        return cls(steps, became.furthest(batch), became.stages)


class FunnelSums:
    """The steps of one table."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.steps: dict[Step, StepSums] = {}

    def add(self, batch: Batch, face_groups: Ints, passing: Passing) -> None:
        """Add the lists of a batch."""
        if not self.table.declared:
            for kind, steps in passing.steps.items():
                self._add_steps(kind, batch.rows, steps)
        shown = self._at_least(batch, face_groups, passing.furthest, -1)
        carried = shown.sum(axis=1) > 0
        rows = batch.rows[carried]
        if self.table.declared:
            self._step(STAGE, _SHOWN).add(rows, None, shown[carried], 0)
        before = shown
        for stage in passing.outcomes:
            left = self._at_least(batch, face_groups, passing.furthest, stage)
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

    def _add_steps(self, kind: str, rows: Ints, steps: Sequence[Steps]) -> None:
        """Add each step of each list, lists that went through the same steps together."""
        name = self.table.name
        alike: dict[tuple[str, ...], list[int]] = {}
        for number, of_list in enumerate(steps):
            alike.setdefault(tuple([step for step, counts in of_list if name in counts]), []).append(number)
        for names, numbers in alike.items():
            found = [counts[name] for number in numbers for _, counts in steps[number] if name in counts]
            if found:
                self._add_alike(kind, names, rows[numbers], counted(found, self.table.labels))

    def _add_alike(self, kind: str, names: Sequence[str], rows: Ints, counts: Numbers) -> None:
        """`counts` has a row for each of `names` of each list."""
        left = counts.reshape(len(rows), len(names), -1)
        for place, step in enumerate(names):
            came = left[:, place - 1] if place else None
            self._step(kind, step).add(rows, came, left[:, place], place * len(rows))


def _stages(event: ListEvent) -> Steps:
    return [(stage, event.stages[stage]) for stage in STAGES if stage in event.stages]


def _most(most: Numbers, values: Numbers) -> Numbers:
    largest = values.max(axis=0, initial=0.0)
    return np.asarray(np.maximum(np.pad(most, (0, len(largest) - len(most))), largest), np.float64)
