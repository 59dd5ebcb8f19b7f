"""What several records say about one person or organisation, made into one row, in whatever order they came.

Every row of a table of statements has a `rank` (the lower one wins) and `n`, how often it was said.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from matchmaker.sources.cleaning import ABSTRACT_CAP
from matchmaker.sources.shuffle import first_of_each
from matchmaker.sources.snapshot import SCHEMAS


def one_person_each(table: pa.Table) -> pa.Table:
    """One row per person of `table`, sorted by id; different statements of interests of the best rank add up."""
    people = merged(table, "researcher_id", SCHEMAS["researchers"])
    at = people.schema.get_field_index("interests")
    return people.set_column(at, people.field(at), _interests(table, people.column("researcher_id")))


def merged(table: pa.Table, key: str, schema: pa.Schema) -> pa.Table:
    """One row per key; every other column holds its best value: by rank, then how often, then alphabet."""
    keys = pc.unique(table.column(key)).sort()
    columns = [keys] + [_best(table, key, column, keys) for column in schema.names[1:]]
    name = schema.get_field_index("name")
    # A person or organisation that nobody named is shown by their id.
    columns[name] = pc.coalesce(columns[name], keys)
    source = schema.get_field_index("source")
    if source >= 0:
        columns[source] = pc.fill_null(columns[source], "")
    return pa.Table.from_arrays(columns, schema=schema)


def _best(table: pa.Table, key: str, column: str, keys: pa.Array) -> pa.Array:
    said = table.filter(_is_said(table.column(column))).select([key, column, "rank", "n"])
    if not len(said):
        return pa.nulls(len(keys), pa.string())
    counted = said.group_by([key, "rank", column]).aggregate([("n", "sum")])
    ordered = counted.sort_by(
        [(key, "ascending"), ("rank", "ascending"), ("n_sum", "descending"), (column, "ascending")]
    )
    best = first_of_each(ordered, [key])
    at = pc.index_in(keys, value_set=best.column(key).combine_chunks())
    return best.column(column).combine_chunks().take(at)


def _interests(table: pa.Table, keys: pa.ChunkedArray) -> pa.Array:
    """Every different statement of the best rank, by alphabet, one per line, within the cap of an abstract."""
    said = table.filter(_is_said(table.column("interests"))).select(["researcher_id", "rank", "interests"])
    if not len(said):
        return pa.nulls(len(keys), pa.string())
    ordered = said.sort_by([(name, "ascending") for name in said.column_names])
    ordered = first_of_each(ordered, ordered.column_names)
    first = first_of_each(ordered, ["researcher_id"])
    at = pc.index_in(ordered.column("researcher_id"), value_set=first.column("researcher_id").combine_chunks())
    best = ordered.filter(pc.equal(ordered.column("rank"), first.column("rank").take(at)))
    lists = best.group_by("researcher_id", use_threads=False).aggregate([("interests", "list")])
    joined = pc.utf8_slice_codeunits(pc.binary_join(lists.column("interests_list"), "\n"), 0, ABSTRACT_CAP)
    found = pc.index_in(keys, value_set=lists.column("researcher_id").combine_chunks())
    return pa.chunked_array(joined).combine_chunks().take(found) if isinstance(joined, list) else joined.take(found)


def _is_said(column: pa.ChunkedArray) -> Any:
    return pc.and_(pc.is_valid(column), pc.fill_null(pc.not_equal(column, ""), False))
