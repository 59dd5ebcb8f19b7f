"""One pass over the events of a period, a thousand lists at a time.

People who agree in everything but the list they stand in are one face: a pseudonym, a country, and a group of each
attribute. Whatever an audit asks of the places shown it asks of faces, of which there are few.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np

from matchmaker.audit.naming import MAIN, Faces, Labels, Table
from matchmaker.audit.options import AuditOptions
from matchmaker.audit.records import CROSS
from matchmaker.audit.resampling import ROWS, Ints, Numbers, rows_of
from matchmaker.domain.events import STAGES, Counts, Declared, ListEvent
from matchmaker.errors import InputError
from matchmaker.measures.browsing import attention_weights
from matchmaker.measures.quotients import shares_of

_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Along:
    """Places of several lists one after another: whose list (`of_list`), which key, and which share of attention."""

    keys: Ints
    of_list: Ints
    attention: Numbers


@dataclass(frozen=True, slots=True)
class Batch:
    """Some lists. `first` is the number of the first of them in the whole pass; `rows` are those of resampling.

    `stages` and `crossed` have the counts of each list by stage, empty where a list does not have the stage.
    """

    first: int
    events: list[ListEvent]
    rows: Ints
    places: Along
    by_score: Along
    scores: Numbers
    stages: Mapping[str, list[Counts]]
    crossed: Mapping[str, list[Counts]]


class Reading:
    """What was read so far: the tables to fill, and all places shown. `outside` lists were of other days."""

    def __init__(self, declared: Declared, options: AuditOptions) -> None:
        self.options = options
        self.tables: dict[str, Table] = {}
        self.faces, self.orders = Faces(), Faces()
        self.lists = self.outside = self.empty = 0
        self.generations: set[str] = set()
        self.logged: set[str] = set()
        self._declared = declared.groups
        self._known: set[object] = set()
        self._shares: dict[int, Numbers] = {0: np.empty(0)}
        self._places: list[tuple[Ints, Ints]] = []
        self._days: list[int] = []
        self._rows: list[Ints] = []

    def batches(self, events: Iterable[ListEvent]) -> Iterator[Batch]:
        """The lists of the period, in their order, a thousand at a time."""
        waiting = self._of_period(events)
        while taken := list(islice(waiting, _BATCH)):
            yield self._batch(taken)
        self._check_attributes()

    def places(self) -> Along:
        """All places shown; keys are faces."""
        faces = np.concatenate([np.empty(0, np.int64), *(each for each, _ in self._places)])
        sizes = np.concatenate([np.empty(0, np.int64), *(each for _, each in self._places)])
        attention = np.concatenate([np.empty(0), *map(self._share, sizes.tolist())])
        return Along(faces, np.repeat(np.arange(len(sizes)), sizes), attention)

    def ordered(self, is_crossed: bool) -> list[Table]:
        """The tables of one attribute (or of two), in the order asked for, else by name."""
        asked = self.options.attributes
        found = [table for table in self.tables.values() if table.is_crossed == is_crossed]
        return sorted(found, key=lambda each: (*(asked.index(a) for a in each.attributes if asked), each.name))

    def lists_by_row(self) -> Numbers:
        """How many lists each row of resampling has."""
        return np.bincount(self.rows(), minlength=ROWS).astype(np.float64)

    def days(self) -> Ints:
        """The day of each list as its proleptic Gregorian ordinal."""
        return np.array(self._days, dtype=np.int64)

    def rows(self) -> Ints:
        """The row of resampling of each list."""
        return np.concatenate([np.empty(0, np.int64), *self._rows])

    def people(self) -> tuple[Labels, Ints]:
        """Pseudonyms with numbers, and the person of each face."""
        labels = Labels()
        return labels, labels.of([key[0] for _, key in self.faces.met])

    def countries(self) -> tuple[Labels, Ints]:
        """Countries with numbers, and the country of each face."""
        labels = Labels()
        return labels, labels.of([key[1] for _, key in self.faces.met])

    def twice(self) -> tuple[str, ...]:
        """Attributes that the log has and that were declared as well."""
        return tuple(sorted(self.logged & set(self._declared)))

    def _of_period(self, events: Iterable[ListEvent]) -> Iterator[ListEvent]:
        for event in events:
            if self.options.covers(event.at.date()):
                yield event
            else:
                self.outside += 1

    def _batch(self, events: list[ListEvent]) -> Batch:
        for event in events:
            self._meet(event)
        places = self._along([_faces_of(event, self.faces) for event in events])
        by_score = self._along([_orders_of(event, self.orders) for event in events])
        rows = rows_of(event.run_id for event in events)
        scores = np.array([score for event in events for score in event.shown.scores], dtype=np.float64)
        stages, crossed = ([getattr(event, name) for event in events] for name in ("stages", "crossed"))
        batch = Batch(self.lists, events, rows, places, by_score, scores, _by_stage(stages), _by_stage(crossed))
        sizes = np.bincount(places.of_list, minlength=len(events))
        self.lists += len(events)
        self.empty += int((sizes == 0).sum())
        # 32 bits are enough for a face, and there are as many of them as places.
        self._places.append((places.keys.astype(np.int32), sizes.astype(np.int32)))
        self._rows.append(rows)
        return batch

    def _along(self, keys: list[list[int]]) -> Along:
        sizes = [len(each) for each in keys]
        flat = np.array([key for each in keys for key in each], dtype=np.int64)
        attention = np.concatenate([np.empty(0), *map(self._share, sizes)])
        return Along(flat, np.repeat(np.arange(len(keys)), sizes), attention)

    def _share(self, size: int) -> Numbers:
        if size not in self._shares:
            self._shares[size] = shares_of(attention_weights(size, self.options.browsing))
        return self._shares[size]

    def _meet(self, event: ListEvent) -> None:
        self._days.append(event.at.date().toordinal())
        self.generations.add(event.generation)
        schema = (*event.shown.groups, *chain.from_iterable(event.crossed.values()))
        if schema not in self._known:
            self._known.add(schema)
            self._join(event)

    def _join(self, event: ListEvent) -> None:
        """Open a table for each attribute, and each pair of attributes, that no list before had."""
        carried = set(event.shown.groups)
        self.logged |= carried
        declared = set(self._declared) - self.logged
        pairs = {tuple(pair.split(CROSS)) for counts in event.crossed.values() for pair in counts}
        pairs |= {(MAIN, name) for name in declared if MAIN in carried}
        for attributes in [*((name,) for name in sorted(carried | declared)), *sorted(pairs)]:
            table = Table(attributes, {name: self._declared[name] for name in declared})
            if all(map(self._is_wanted, attributes)):
                self.tables.setdefault(table.name, table)

    def _is_wanted(self, attribute: str) -> bool:
        return not self.options.attributes or attribute in self.options.attributes

    def _check_attributes(self) -> None:
        known = self.logged | set(self._declared)
        strange = [name for name in self.options.attributes if name not in known]
        if strange and self.lists:
            raise InputError(
                f"no list of the period has the attribute {strange[0]!r}",
                hint=f"there are: {', '.join(sorted(known))}",
            )


def _by_stage(lists: Sequence[Mapping[str, Counts]]) -> dict[str, list[Counts]]:
    none: Counts = {}
    return {stage: [each.get(stage, none) for each in lists] for stage in STAGES}


def _faces_of(event: ListEvent, faces: Faces) -> list[int]:
    shown = event.shown
    schema = tuple(sorted(shown.groups))
    keys = zip(shown.people, shown.countries, *_columns(shown.groups, schema), strict=True)
    return list(map(faces.under(schema).__getitem__, keys))


def _orders_of(event: ListEvent, orders: Faces) -> list[int]:
    schema = tuple(sorted(event.by_score))
    keys = zip(*_columns(event.by_score, schema), strict=True)
    return list(map(orders.under(schema).__getitem__, keys))


def _columns(groups: Mapping[str, tuple[str, ...]], schema: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    return map(groups.__getitem__, schema)
