"""`audit balance`: who leads joint works, who is studied without being asked, who moves, and where suggestions go.

It assesses works and lists by country and income group, with intervals, and withholds what is about few people. Nothing
here reaches a score, a filter or a place in a list.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pyarrow as pa

from matchmaker.audit.alphabet import Alphabetical, alphabetical
from matchmaker.audit.bylines import ByLines, by_lines
from matchmaker.audit.cells import Thresholds
from matchmaker.audit.flows import flow_findings, flows
from matchmaker.audit.leadership import leadership, leadership_findings
from matchmaker.audit.mobility import mobility, mobility_findings
from matchmaker.audit.parachute import parachute, parachute_findings, titles_and_abstracts
from matchmaker.domain.balance import BalanceReport
from matchmaker.domain.events import ListEvent
from matchmaker.domain.reports import AuditMeta
from matchmaker.errors import InputError
from matchmaker.matching.corpus import Corpus
from matchmaker.places.sets import income_vintage
from matchmaker.sources.snapshot import Snapshot

YEARS: Final = 5


@dataclass(frozen=True, slots=True)
class Holdings:
    """What there is to read: an opened index, and the snapshot it was built from, which alone has the abstracts.

    Without a snapshot, what works are about is read off their titles, and a note says so.
    """

    corpus: Corpus
    snapshot: Snapshot | None = None


def latest_window(corpus: Corpus) -> tuple[int, int]:
    """The last `YEARS` years up to the date of the corpus."""
    return corpus.as_of.year - YEARS + 1, corpus.as_of.year


def balance(
    holdings: Holdings,
    events: Iterable[ListEvent],
    window: tuple[int, int],
    meta: AuditMeta,
    rng: np.random.Generator,
) -> BalanceReport:
    """Balance of the works of `window` (first and last year, both included) and of the lists in `events`.

    `meta` says what was read of the log; its `withheld_below` and `fewest_lists` are the limits below which no cell is
    shown and no share is given, and its notes are completed here. `rng` draws lists for the intervals of flows; those
    of works and people are Wilson's (`proportions.wilson`). A few seconds for 160,000 works and 190,000 people.
    Raises InputError for a window that ends before it begins, or begins after the date of the index.
    """
    corpus = holdings.corpus
    _check(window, corpus)
    lines, least = by_lines(corpus), Thresholds(meta.withheld_below, meta.fewest_lists)
    by_alphabet = alphabetical(lines, corpus.tables.people["name"].to_pylist(), corpus.tables.texts["topics"])
    leads, not_led = leadership(lines, window, by_alphabet.works, least)
    studied, not_studied = parachute(lines, _texts(holdings, lines), window, least)
    moves, not_moved = mobility(lines, window, least)
    found = flows(events, rng, least)
    return BalanceReport(
        meta=replace(meta, notes=(*meta.notes, *_notes(holdings, by_alphabet))),
        window=window, leadership=leads, parachute=studied, mobility=moves, flows=found.rows,
        one_way_share=found.one_way_share, reciprocity=found.reciprocity,
        findings=(*leadership_findings(leads), *parachute_findings(studied), *mobility_findings(moves, least),
                  *flow_findings(found)),
        left_out={"leadership": not_led, "parachute": not_studied, "mobility": not_moved, "flows": found.left_out},
    )  # fmt: skip


def _check(window: tuple[int, int], corpus: Corpus) -> None:
    first, last = window
    if first > last or first > corpus.as_of.year:
        suggested = "-".join(str(year) for year in latest_window(corpus))
        raise InputError(
            f"the years {first} to {last} hold no work of an index as of {corpus.as_of}",
            hint=f"give the first year, then the last; the latest {YEARS} years are {suggested}",
        )


def _texts(holdings: Holdings, lines: ByLines) -> pa.ChunkedArray:
    texts = holdings.corpus.tables.texts
    abstracts = None if holdings.snapshot is None else holdings.snapshot.works(["work_id", "abstract"])
    return titles_and_abstracts(lines, texts, abstracts)


def _notes(holdings: Holdings, by_alphabet: Alphabetical) -> tuple[str, ...]:
    fields = ", ".join(by_alphabet.fields) or "none"
    return (
        f"countries belong to their World Bank income group of {income_vintage(holdings.corpus.as_of)}; a territory "
        "counts with its sovereign",
        f"fields found to order names by alphabet, left out where leadership is read off by-lines: {fields}",
        "names without an id of a person are not in the index, so first and last are those of the names it has",
        *(("there is no snapshot, so what works are about was read off titles alone",) * (holdings.snapshot is None)),
    )
