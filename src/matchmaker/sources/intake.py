"""What every reader hands over: one item per input record, either kept or skipped with its reason.

A reader is deterministic and streams: the same file gives the same items in the same order, so an interrupted
ingest goes on by counting them. A reader never drops a record in silence; what it mends on a record that it keeps
is named in `notes` and counted under `repaired`, and so is every mark of prestige that it does not read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from matchmaker.domain.research import InstitutionRow, ResearcherRow, WorkRow


@dataclass(frozen=True, slots=True)
class Kept:
    """What one input record became: at most one work, with the people and organisations the record speaks of.

    `notes` name repairs, one entry per repair, e.g. ("unknown_country_code", "abstract_cut").
    """

    works: tuple[WorkRow, ...] = ()
    researchers: tuple[ResearcherRow, ...] = ()
    institutions: tuple[InstitutionRow, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """A record that is left out: `reason` is a short key, `where` names file and record, `raw` is what was read."""

    reason: str
    where: str
    raw: bytes | str


Item = Kept | Skipped
Reader = Callable[[Path], Iterator[Item]]
