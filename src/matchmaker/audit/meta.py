"""What an audit rests on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

from matchmaker.audit.options import WITHHELD_BELOW
from matchmaker.audit.reading import Reading
from matchmaker.domain.reports import AuditMeta
from matchmaker.measures.intervals import FEWEST_LISTS


def meta_of(reading: Reading, kind: Literal["exposure", "funnel"], notes: Sequence[str]) -> AuditMeta:
    """The head of a report."""
    days = reading.days()
    return AuditMeta(
        kind=kind,
        start=date.fromordinal(int(days.min())).isoformat() if len(days) else None,
        end=date.fromordinal(int(days.max())).isoformat() if len(days) else None,
        lists=reading.lists,
        people=len(reading.people()[0]),
        generations=tuple(sorted(reading.generations)),
        log=dict(reading.options.log),
        browsing=reading.options.browsing,
        withheld_below=WITHHELD_BELOW,
        fewest_lists=FEWEST_LISTS,
        notes=(*_of_lists(reading), *notes),
    )


def _of_lists(reading: Reading) -> list[str]:
    said = []
    if not reading.lists:
        said.append("there is no list in this period, so there is nothing to report")
    elif reading.lists < FEWEST_LISTS:
        said.append(f"{reading.lists} lists are too few for intervals and findings; at least {FEWEST_LISTS} are needed")
    if reading.outside:
        said.append(f"{reading.outside} lists of the log lie outside the period")
    if reading.empty:
        said.append(f"{reading.empty} lists showed nobody; they have no attention to share, and are only counted here")
    return said + [f"{name} is in the log; what was declared of it is not used here" for name in reading.twice()]
