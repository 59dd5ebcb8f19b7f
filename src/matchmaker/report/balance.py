"""The report of who leads, who moves, who is written about, and whether suggestions go both ways."""

from __future__ import annotations

from matchmaker.charts import balance, wording
from matchmaker.domain.balance import BalanceReport
from matchmaker.report import basis, methods
from matchmaker.report.document import Block, Document, Facts, Section
from matchmaker.report.safe import withheld_cells

_LEAD = "Who leads joint works, who moves, who is written about, and whether suggestions go both ways."
_NONE = "There are too few works, people or lists for a figure."


def document(report: BalanceReport) -> Document:
    """The report of balance."""
    below = report.meta.withheld_below
    first, last = report.window
    both = Facts((
        ("One-way share", wording.percent_with(report.one_way_share)),
        ("Reciprocity", wording.percent_with(report.reciprocity)),
    ))  # fmt: skip
    led: Block = balance.leadership(report.leadership, below) if report.leadership else _NONE
    about: Block = balance.studied(report.parachute, below) if report.parachute else _NONE
    moved: Block = balance.mobility(report.mobility, below) if report.mobility else _NONE
    flows: Block = balance.flows(report.flows, below) if report.flows else _NONE
    sections = (
        basis.findings(report.findings),
        basis.basis(report.meta, withheld_cells(report), methods.BALANCE, methods.BALANCE_LIMITS),
        Section("Who leads", (f"Works of {first} to {last}.", led)),
        Section("Who is written about", (about,)),
        Section("Who moves", (moved,)),
        Section("Whether suggestions go both ways", (both, flows)),
    )
    return Document("Who leads, who moves: report of balance", _LEAD, sections)
