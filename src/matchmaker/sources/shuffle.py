"""Sorting more rows than fit into memory: split by ranges of the key, then sort each range.

The result does not depend on how the ranges were chosen, only how much memory it takes does.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from matchmaker.files import Digesting

SAMPLE_EVERY: Final = 100
ROW_GROUP: Final = 16_384


def sampled(keys: pa.ChunkedArray) -> list[str]:
    """Every hundredth of `keys` in sorted order."""
    ordered = pc.sort_indices(keys)
    found: list[str] = keys.take(ordered[SAMPLE_EVERY // 2 :: SAMPLE_EVERY]).to_pylist()
    return found


def splitters(sample: Iterable[str], ranges: int) -> list[str]:
    """At most `ranges` - 1 keys that cut what was sampled into ranges of about equal size."""
    ordered = sorted(sample)
    cuts = [ordered[len(ordered) * at // ranges] for at in range(1, ranges)] if ordered else []
    return sorted(set(cuts))


class Ranges:
    """Rows on disk, one file per range of the first column; range i ends before `cuts[i]`."""

    def __init__(self, folder: Path, schema: pa.Schema, cuts: Sequence[str]) -> None:
        folder.mkdir(parents=True)
        self._folder, self._schema, self._cuts = folder, schema, cuts
        options = pa.ipc.IpcWriteOptions(compression="lz4")
        self._writers = [
            pa.ipc.new_stream(str(folder / f"{at:04d}.arrow"), schema, options=options) for at in range(len(cuts) + 1)
        ]

    def add(self, table: pa.Table) -> None:
        """Put each row into its range. `table` has the schema given at the start, in any order."""
        key = self._schema.names[0]
        ordered = table.select(self._schema.names).cast(self._schema).sort_by(key).combine_chunks()
        ends = [_first_not_below(ordered.column(key), cut) for cut in self._cuts]
        for writer, start, end in zip(self._writers, [0, *ends], [*ends, len(ordered)], strict=True):
            if end > start:
                writer.write_table(ordered.slice(start, end - start))

    def __iter__(self) -> Iterator[pa.Table]:
        """Each range's rows, in no order, once: a range is removed after it was given out."""
        for writer in self._writers:
            writer.close()
        for at in range(len(self._writers)):
            path = self._folder / f"{at:04d}.arrow"
            with pa.OSFile(str(path)) as file, pa.ipc.open_stream(file) as stream:
                table = stream.read_all()
            yield table
            path.unlink()
        shutil.rmtree(self._folder)


def _first_not_below(ordered: pa.ChunkedArray, cut: str) -> int:
    low, high = 0, len(ordered)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if ordered[middle].as_py() < cut else (low, middle)
    return low


class TableWriter:
    """Writes one Parquet file whose bytes depend on its rows alone, not on how they arrive.

    Row groups of a fixed number of rows, fixed encodings and compression, no metadata of any library on top.
    """

    def __init__(self, sink: Digesting, schema: pa.Schema) -> None:
        self._schema = schema
        self._waiting: list[pa.Table] = []
        self.rows = 0
        self._writer = pq.ParquetWriter(
            sink,
            schema,
            version="2.6",
            data_page_version="1.0",
            compression="zstd",
            compression_level=3,
            use_dictionary=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None and self._waiting:
            self._put(pa.concat_tables(self._waiting))
        self._writer.close()

    def add(self, table: pa.Table) -> None:
        """Append rows in the file's order."""
        self.rows += len(table)
        self._waiting.append(table.select(self._schema.names).cast(self._schema))
        if sum(map(len, self._waiting)) < ROW_GROUP:
            return
        together = pa.concat_tables(self._waiting)
        whole = len(together) // ROW_GROUP * ROW_GROUP
        for start in range(0, whole, ROW_GROUP):
            self._put(together.slice(start, ROW_GROUP))
        self._waiting = [together.slice(whole)]

    def _put(self, table: pa.Table) -> None:
        # Taking by index copies the rows into one chunk that begins at offset 0: pages are cut by what lies in memory.
        rows = table.take(np.arange(len(table))).combine_chunks()
        self._writer.write_table(rows, row_group_size=ROW_GROUP)


def first_of_each(table: pa.Table, keys: Sequence[str]) -> pa.Table:
    """The first row of every run of rows that agree in `keys`; `table` is sorted by them and they hold no nulls."""
    return table.filter(is_first(table, keys))


def is_first(table: pa.Table, keys: Sequence[str]) -> pa.ChunkedArray:
    """For every row of the sorted `table` whether it differs from the row before in one of `keys`."""
    if not len(table):
        return pa.chunked_array([], type=pa.bool_())
    changed: Any = None
    for key in keys:
        column = table.column(key).combine_chunks()
        differs = pc.not_equal(column.slice(1), column.slice(0, len(column) - 1))
        changed = differs if changed is None else pc.or_(changed, differs)
    return pa.chunked_array([pa.array([True]), changed], type=pa.bool_())


def mapped(column: pa.ChunkedArray, names: dict[str, str]) -> pa.ChunkedArray:
    """`column` with every key of `names` replaced by its value."""
    if not names:
        return column
    at: Callable[..., Any] = pc.index_in
    found = at(column, value_set=pa.array(list(names), type=pa.string()))
    return pc.coalesce(pa.array(list(names.values()), type=pa.string()).take(found), column)
