"""The report of where people are lost on the way."""

from __future__ import annotations

from matchmaker.charts import funnel, wording
from matchmaker.domain.reports import Funnel, FunnelReport
from matchmaker.report import basis, methods
from matchmaker.report.document import Document, Section
from matchmaker.report.safe import withheld_cells

_LEAD = "How many people of each group are left after each step, from everybody who can be compared to those shown."


def document(report: FunnelReport) -> Document:
    """The report of the funnel."""
    below = report.meta.withheld_below
    funnels = tuple(_section(each, below) for each in report.funnels)
    sections = (
        basis.findings(report.findings),
        basis.basis(report.meta, withheld_cells(report), methods.FUNNEL, methods.FUNNEL_LIMITS),
        *(funnels or (Section("Steps", ("There are too few lists for any figure by group.",)),)),
    )
    return Document("Where people are lost: report of the funnel", _LEAD, sections)


def _section(one: Funnel, below: int) -> Section:
    title = f"Steps by {wording.attribute_name(wording.printable(one.attribute))}"
    blocks = [funnel.funnel(one, below)]
    if one.filters:
        blocks.append(funnel.funnel(one, below, "filters"))
    return Section(title, tuple(blocks))
