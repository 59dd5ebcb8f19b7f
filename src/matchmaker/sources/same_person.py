"""Who of a table of people is already known by another id: only an equal ORCID says so, never a name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from matchmaker.sources.snapshot import Snapshot
from matchmaker.sources.spool import Spool

DECLARING: Final = "csv"  # the source whose people adopt an id that is known elsewhere
MADE_UP: Final = "csv:"  # how ids begin that were made for want of any

_COLUMNS: Final = ["researcher_id", "orcid", "source"]


def adopted_ids(spool: Spool, base: Snapshot | None) -> dict[str, str]:
    """For each id that a table of people uses, the id under which another source knows the person of that ORCID.

    Of several such ids the one in the current snapshot is taken, then one a source gave, then the smallest.
    """
    declared = {orcid for table, _ in _people(spool, base, by_lines=False) for orcid in _orcids_declared(table)}
    if not declared:
        return {}
    holders: dict[str, set[tuple[bool, bool, bool, str]]] = {orcid: set() for orcid in declared}
    wanted = pa.array(sorted(declared), type=pa.string())
    for table, is_new in _people(spool, base, by_lines=True):
        for row in table.filter(pc.is_in(table.column("orcid"), value_set=wanted)).to_pylist():
            id_ = row["researcher_id"]
            holders[row["orcid"]].add((row["source"] == DECLARING, is_new, id_.startswith(MADE_UP), id_))
    return {
        id_: min(known)[3]
        for known in holders.values()
        for declares, _, _, id_ in known
        if declares and id_ != min(known)[3]
    }


def _people(spool: Spool, base: Snapshot | None, *, by_lines: bool) -> Iterator[tuple[pa.Table, bool]]:
    tables = ("researchers", "authorships") if by_lines else ("researchers",)
    for name in tables:
        yield from ((table, True) for table in spool.tables(name, _COLUMNS))
    if base is not None:
        yield from ((table, False) for table in base.batches("researchers", _COLUMNS))


def _orcids_declared(table: pa.Table) -> list[str]:
    declared = table.filter(pc.equal(table.column("source"), DECLARING)).column("orcid")
    found: list[str] = pc.unique(declared.drop_null()).to_pylist()
    return found
