"""From spooled parts and the current snapshot to the rows of the next one, range by range, so that memory stays flat.

Of two works with one id in one ingest the first wins; a work of the current snapshot gives way to a new one. What
several records say about one person or organisation is merged the same way in whatever order they came: what was
said most often, then what comes first in the alphabet.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from matchmaker.sources.shuffle import Ranges, TableWriter, first_of_each, is_first, mapped, sampled, splitters
from matchmaker.sources.snapshot import SCHEMAS, Snapshot
from matchmaker.sources.spool import SPOOLED, Spool, quarantine_line
from matchmaker.sources.statements import merged, one_person_each

RANGE_BYTES: Final = 32 * 2**20  # of memory per range; a few times as much is in use while it is merged

# What wins where several speak of one person or organisation: a record about them, then the current snapshot, then
# by-lines.
_RECORD, _CURRENT, _BY_LINE = 0, 1, 2

_CANDIDATE: Final = [pa.field("rank", pa.int8()), pa.field("n", pa.int64())]
_PEOPLE: Final = pa.schema([*SCHEMAS["researchers"], *_CANDIDATE])
_PLACES: Final = pa.schema([*SCHEMAS["institutions"], *_CANDIDATE])
_EMPLOYED: Final = pa.schema([*SCHEMAS["affiliations"], _CANDIDATE[0]])


@dataclass(slots=True)
class Merged:
    """What merging found: counted while rows are written."""

    duplicates: int = 0
    replaced: int = 0
    people_merged: int = 0
    latest: date | None = None
    countries: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Merge:
    """One merge: where parts come from, what is current, who is known by another id, and where to put ranges."""

    spool: Spool
    base: Snapshot | None
    adopted: dict[str, str]
    scratch: Path
    range_bytes: int = RANGE_BYTES

    def run(self, writers: Mapping[str, TableWriter]) -> Merged:
        """Write every table in its final order; return what was found on the way."""
        found = Merged()
        people = Ranges(self.scratch / "researchers", _PEOPLE, self._cuts("researchers", "authorships"))
        self._works(writers, people, found)
        self._people(writers["researchers"], people, found)
        self._affiliations(writers["affiliations"], found)
        self._institutions(writers["institutions"], found)
        return found

    # ---- works and by-lines --------------------------------------------------------------------------------

    def _works(self, writers: Mapping[str, TableWriter], people: Ranges, found: Merged) -> None:
        cuts = self._cuts("works")
        works, names = (self._ranges(table, SPOOLED[table], cuts, {"seq": -1}) for table in ("works", "authorships"))
        for some, by_lines in zip(works, names, strict=True):
            kept, lost = _winning(some, found)
            self._note(lost)
            lines = _by_lines(self._renamed(by_lines), kept)
            writers["works"].add(_with_author_counts(kept, lines))
            writers["authorships"].add(lines)
            people.add(_seen(lines))
            found.countries.update(_distinct(pc.list_flatten(lines.column("countries"))))
            latest = pc.max(kept.column("published")).as_py()
            found.latest = max(filter(None, (found.latest, latest)), default=None)

    def _renamed(self, table: pa.Table) -> pa.Table:
        at = table.schema.get_field_index("researcher_id")
        return table.set_column(at, table.field(at), mapped(table.column(at), self.adopted))

    def _note(self, lost: pa.Table) -> None:
        with (self.scratch / "duplicates.jsonl").open("ab") as file:
            for row in lost.select(["work_id", "title", "year", "seq"]).to_pylist():
                where = f"record {row.pop('seq') + 1}"
                file.write(quarantine_line("duplicate_work_id", where, json.dumps(row, ensure_ascii=False)))

    def duplicates(self) -> Iterator[bytes]:
        """One JSON line for each work that came after another of the same id, for the quarantine file."""
        with (self.scratch / "duplicates.jsonl").open("rb") as file:
            yield from file

    # ---- people --------------------------------------------------------------------------------------------

    def _people(self, writer: TableWriter, people: Ranges, found: Merged) -> None:
        said = 0
        for table in self.spool.tables("researchers"):
            people.add(_candidates(self._renamed(table), _RECORD))
            said += len(table)
        for table in self._current("researchers"):
            people.add(_candidates(self._renamed(table), _CURRENT))
        for table in people:
            recorded = table.filter(pc.equal(table.column("rank"), _RECORD)).column("researcher_id")
            said -= pc.count_distinct(recorded).as_py()
            writer.add(one_person_each(table))
        found.people_merged = said

    def _affiliations(self, writer: TableWriter, found: Merged) -> None:
        ranges = Ranges(self.scratch / "affiliations", _EMPLOYED, self._cuts("affiliations"))
        for table in self.spool.tables("affiliations"):
            ranges.add(_ranked(self._renamed(table), _RECORD))
        for table in self._current("affiliations"):
            ranges.add(_ranked(self._renamed(table), _CURRENT))
        for table in ranges:
            kept = _newest_of_each_basis(table)
            found.countries.update(_distinct(kept.column("country")))
            writer.add(kept)

    # ---- organisations -------------------------------------------------------------------------------------

    def _institutions(self, writer: TableWriter, found: Merged) -> None:
        ranges = Ranges(self.scratch / "institutions", _PLACES, self._cuts("institutions"))
        for table in self.spool.tables("institutions"):
            ranges.add(_ranked(table, _RECORD))
        for table in self._current("institutions"):
            ranges.add(_candidates(table, _CURRENT))
        for table in ranges:
            places = merged(table, "institution_id", SCHEMAS["institutions"])
            found.countries.update(_distinct(places.column("country")))
            writer.add(places)

    # ---- ranges --------------------------------------------------------------------------------------------

    def _cuts(self, table: str, also: str | None = None) -> list[str]:
        key = SCHEMAS[table].names[0]
        size = self.spool.counts.bytes + (_size(self.base) if self.base else 0)
        sample = [k for name in filter(None, (table, also)) for k in self._sample(name, key)]
        return splitters(sample, 1 + size // self.range_bytes)

    def _sample(self, table: str, key: str) -> Iterator[str]:
        for part in chain(self.spool.tables(table, [key]), self._current(table, [key])):
            yield from sampled(part.column(key))

    def _current(self, table: str, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
        return iter(()) if self.base is None else self.base.batches(table, columns)

    def _ranges(self, table: str, schema: pa.Schema, cuts: Sequence[str], current: Mapping[str, int]) -> Ranges:
        ranges = Ranges(self.scratch / table, schema, cuts)
        for part in self.spool.tables(table):
            ranges.add(part)
        for batch in self._current(table):
            ranges.add(_completed(batch, schema, current))
        return ranges


# ---- works and by-lines ------------------------------------------------------------------------------------


def _winning(works: pa.Table, found: Merged) -> tuple[pa.Table, pa.Table]:
    """One row per work: the first new one, else the current one (`seq` -1). And the new ones that came too late."""
    is_current = pc.less(works.column("seq"), 0)
    ordered = works.append_column("current", is_current).sort_by(
        [("work_id", "ascending"), ("current", "ascending"), ("seq", "ascending")]
    )
    kept = first_of_each(ordered, ["work_id"])
    rest = ordered.filter(pc.invert(is_first(ordered, ["work_id"])))
    lost = rest.filter(pc.invert(rest.column("current")))
    found.replaced += len(rest) - len(lost)
    found.duplicates += len(lost)
    return kept, lost


def _by_lines(names: pa.Table, kept: pa.Table) -> pa.Table:
    """The by-lines of the works that are kept, each person once, sorted by work and position."""
    if not len(kept) or not len(names):
        return names.slice(0, 0)
    at = pc.index_in(names.column("work_id"), value_set=kept.column("work_id").combine_chunks())
    same = pc.equal(names.column("seq"), kept.column("seq").take(at))
    ordered = names.filter(same).sort_by(
        [("work_id", "ascending"), ("researcher_id", "ascending"), ("position", "ascending")]
    )
    return first_of_each(ordered, ["work_id", "researcher_id"]).sort_by(
        [("work_id", "ascending"), ("position", "ascending")]
    )


def _with_author_counts(kept: pa.Table, lines: pa.Table) -> pa.Table:
    counts = lines.group_by("work_id").aggregate([("work_id", "count")])
    at = pc.index_in(kept.column("work_id"), value_set=counts.column("work_id").combine_chunks())
    authors = pc.fill_null(counts.column("work_id_count").take(at), 0).cast(pa.int32())
    column = kept.schema.get_field_index("n_authors")
    return kept.set_column(column, kept.field(column), authors)


def _seen(lines: pa.Table) -> pa.Table:
    """What new by-lines say about people, each statement once with how often it was made."""
    new = lines.filter(pc.greater_equal(lines.column("seq"), 0))
    said = new.group_by(["researcher_id", "name", "orcid", "source"]).aggregate([("seq", "count")])
    said = said.rename_columns({"seq_count": "n"})
    return _completed(said, _PEOPLE, {"rank": _BY_LINE})


# ---- people and organisations ------------------------------------------------------------------------------


def _ranked(table: pa.Table, rank: int) -> pa.Table:
    return table.append_column("rank", pa.repeat(pa.scalar(rank, pa.int8()), len(table)))


def _candidates(table: pa.Table, rank: int) -> pa.Table:
    return _ranked(table, rank).append_column("n", pa.repeat(pa.scalar(1, pa.int64()), len(table)))


def _newest_of_each_basis(table: pa.Table) -> pa.Table:
    """A record's affiliations take the place of the current ones of the same person and basis; each row once."""
    order = [(name, "ascending") for name in ("researcher_id", "basis", "rank")]
    if not len(table):
        return table.select(SCHEMAS["affiliations"].names)
    ordered = table.sort_by(order)
    group = pc.cumulative_sum(is_first(ordered, ["researcher_id", "basis"]).cast(pa.int64()))
    first = first_of_each(ordered, ["researcher_id", "basis"]).column("rank")
    kept = ordered.filter(pc.equal(ordered.column("rank"), first.take(pc.subtract(group, 1))))
    names = SCHEMAS["affiliations"].names
    once = kept.group_by(names, use_threads=False).aggregate([])
    return once.take(pc.sort_indices(once, sort_keys=[(name, "ascending", "at_start") for name in names]))


# ---- tables ------------------------------------------------------------------------------------------------


def _completed(table: pa.Table, schema: pa.Schema, constants: Mapping[str, int]) -> pa.Table:
    """`table` with the columns of `schema`: those of `constants` hold one value, others that are missing are null."""
    columns = [
        table.column(kind.name)
        if kind.name in table.column_names
        else pa.repeat(pa.scalar(constants.get(kind.name), kind.type), len(table))
        for kind in schema
    ]
    return pa.Table.from_arrays(columns, schema=pa.schema([kind.with_nullable(True) for kind in schema]))


def _distinct(column: Iterable[Any]) -> set[str]:
    return set(pc.unique(column).drop_null().to_pylist())


def _size(base: Snapshot) -> int:
    # Compressed text takes about a third of its size in memory.
    return 3 * sum(int(file["bytes"]) for file in base.manifest["files"].values())
