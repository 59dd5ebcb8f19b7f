"""One report, three faces: a page, a text, and data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matchmaker.charts.price import Point
from matchmaker.domain.balance import BalanceReport
from matchmaker.domain.matches import plain
from matchmaker.domain.reports import ExposureReport, FunnelReport
from matchmaker.report import balance, exposure, funnel, page, text
from matchmaker.report.document import Document
from matchmaker.report.safe import safe

Report = ExposureReport | FunnelReport | BalanceReport


def html(report: Report, curve: Sequence[Point] = (), chosen: str = "") -> str:
    """The report as one HTML file that holds all it needs, loads nothing and runs nothing.

    `curve` are settings of a target as (label, AWRF, nDCG), `chosen` the label of the one in force; they are part of a
    report of exposure only. Raises InputError for figures that are NaN or infinite, and for a `chosen` not in `curve`.
    """
    return page.page(_document(report, curve, chosen))


def fragment(report: Report) -> str:
    """The sections of the report as HTML, for a page with a frame of its own; errors as for `html`."""
    return page.fragment(_document(report, (), ""))


def markdown(report: Report, curve: Sequence[Point] = (), chosen: str = "") -> str:
    """The report as Markdown, each figure as its table; arguments and errors as for `html`."""
    return text.markdown(_document(report, curve, chosen))


def as_json(report: Report, curve: Sequence[Point] = (), chosen: str = "") -> dict[str, Any]:
    """The report as JSON values, field by field; arguments and errors as for `html`. Withheld is null."""
    data: dict[str, Any] = plain(safe(report))
    points = [
        {"label": label, "awrf": parity, "ndcg": ndcg, "chosen": label == chosen}
        for label, parity, ndcg in safe(tuple(curve))
    ]
    return {**data, "curve": points} if points else data


def _document(report: Report, curve: Sequence[Point], chosen: str) -> Document:
    cleared = safe(report)
    if isinstance(cleared, ExposureReport):
        return exposure.document(cleared, safe(tuple(curve)), chosen)
    return funnel.document(cleared) if isinstance(cleared, FunnelReport) else balance.document(cleared)
