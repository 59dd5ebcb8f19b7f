"""The sections every report has: what was found, and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matchmaker.charts import wording
from matchmaker.domain.reports import AuditMeta, Finding
from matchmaker.report.document import Block, Bullets, Facts, Part, Section

_NO_FINDINGS = (
    "Nothing in these figures lies outside the bounds that call for a look. That is no proof that people are treated "
    "alike: read what the report cannot see."
)


def findings(found: Sequence[Finding]) -> Section:
    """What a reader should look at first."""
    if not found:
        return Section("What to look at", (_NO_FINDINGS,))
    return Section("What to look at", (Bullets(tuple(wording.printable(each.text) for each in found)),))


def basis(meta: AuditMeta, withheld: int, method: Sequence[str], limits: Sequence[str]) -> Section:
    """Period, lists, log, what is withheld and why, method and limits."""
    blocks: tuple[Block, ...] = (Facts(_facts(meta)), *((Bullets(_notes(meta)),) if meta.notes else ()))
    parts = (
        Part("What is withheld", (_withheld(meta, withheld),)),
        Part("How it was computed", (Bullets(tuple(method)),)),
        Part("What it cannot see", (Bullets(tuple(limits)),)),
    )
    return Section("What this report rests on", blocks, parts)


def _facts(meta: AuditMeta) -> tuple[tuple[str, str], ...]:
    period = f"{meta.start} to {meta.end}" if meta.start and meta.end else "no list"
    return (
        ("Period", period),
        ("Lists", wording.count(meta.lists)),
        ("Different people shown", wording.count(meta.people)),
        ("Generations of the index", ", ".join(meta.generations) or "none"),
        *((f"Log: {wording.printable(key).replace('_', ' ')}", _told(value)) for key, value in meta.log.items()),
        ("Browsing model", wording.printable(meta.browsing)),
        ("Fewest lists for a figure", wording.count(meta.fewest_lists)),
    )


def _told(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return wording.count(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{wording.printable(str(key))} {_told(each)}" for key, each in value.items()) or "none"
    return "–" if value is None else wording.printable(str(value))


def _notes(meta: AuditMeta) -> tuple[str, ...]:
    return tuple(wording.printable(note) for note in meta.notes)


def _withheld(meta: AuditMeta, cells: int) -> str:
    hidden = wording.withheld(meta.withheld_below)
    return (
        f"Rows that rest on fewer than {meta.withheld_below} people read “{hidden}”, and with them rows from which "
        f"those could be reckoned back. {cells} rows are withheld here. “{wording.NOT_COMPUTED}” marks a figure that "
        f"cannot be computed, mostly because there are fewer than {meta.fewest_lists} lists. Figures in brackets are "
        "the ends of a 95 % interval from drawing the lists anew."
    )
