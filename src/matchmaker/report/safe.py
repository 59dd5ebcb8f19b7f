"""What may leave: withheld cells without figures, and figures that are numbers.

An audit empties what it withholds. This does it again just before anything is written, so that no face can tell a
figure that stands in a withheld row by mistake.
"""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from matchmaker.domain.reports import AttributeExposure, DeclaredTarget, ExposureReport, Interval
from matchmaker.errors import InputError

Report = TypeVar("Report")

# A target is what somebody declared; it says nothing about how many there are.
_TOLD_ANYWAY = {"target"}
_EMPTY = Interval(None)


def safe(report: Report) -> Report:
    """The same report with every withheld cell empty. Raises InputError for a figure that is NaN or infinite."""
    emptied = _emptied(report, type(report).__name__)
    return _with_shadows(emptied) if isinstance(emptied, ExposureReport) else emptied  # type: ignore[return-value]


def withheld_cells(report: Any) -> int:
    """How many rows of a report are withheld."""
    if isinstance(report, tuple):
        return sum(withheld_cells(each) for each in report)
    if not is_dataclass(report):
        return 0
    parts = (getattr(report, each.name) for each in fields(report))
    return int(getattr(report, "withheld", False)) + sum(withheld_cells(part) for part in parts)


def _emptied(value: Any, where: str) -> Any:
    if isinstance(value, tuple):
        return tuple(_emptied(each, f"{where}[{at}]") for at, each in enumerate(value))
    if isinstance(value, dict):
        return {key: _emptied(each, f"{where}.{key}") for key, each in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        hides = getattr(value, "withheld", False)
        return replace(value, **{each.name: _field(value, each.name, hides, where) for each in fields(value)})
    if isinstance(value, float) and not math.isfinite(value):
        raise InputError(f"{where} is {value}, which is no figure", hint="put None, and say why in `note`")
    return value


def _field(owner: Any, name: str, hides: bool, where: str) -> Any:
    value = getattr(owner, name)
    if hides and name not in _TOLD_ANYWAY:
        if isinstance(value, Interval):
            return _EMPTY
        if isinstance(value, int | float) and not isinstance(value, bool):
            return None
    return _emptied(value, f"{where}.{name}")


def _with_shadows(report: ExposureReport) -> ExposureReport:
    """Withheld groups are withheld in trends and targets as well."""
    hidden = {each.attribute: {group.group for group in each.groups if group.withheld} for each in report.attributes}
    return replace(
        report,
        attributes=tuple(_without_trend(each, hidden[each.attribute]) for each in report.attributes),
        targets=tuple(_without_outcome(each, hidden.get(each.attribute, set())) for each in report.targets),
    )


def _without_trend(attribute: AttributeExposure, hidden: set[str]) -> AttributeExposure:
    periods = (
        replace(each, exposure={group: _EMPTY if group in hidden else what for group, what in each.exposure.items()})
        for each in attribute.trend
    )
    return replace(attribute, trend=tuple(periods))


def _without_outcome(target: DeclaredTarget, hidden: set[str]) -> DeclaredTarget:
    held = {
        group: {name: None if group in hidden and name not in _TOLD_ANYWAY else value for name, value in row.items()}
        for group, row in target.held.items()
    }
    return replace(target, held=held)
