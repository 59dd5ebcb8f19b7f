"""What a clause says about a team."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from matchmaker.domain.calls import Effect

Status = Literal["pass", "fail", "open", "unknown", "n/a"]


@dataclass(frozen=True, slots=True)
class Finding:
    """The status of a clause, before its name and words are added.

    `fail` cannot be repaired by adding partners, `open` can. `lo` and `hi` bound what was counted or measured (None:
    not known), `need` is how much is missing at `lo` (partners, countries, or an amount of the measure), 0 where
    nothing is. `partners` are the organisations that do not meet the clause.
    """

    status: Status
    lo: Fraction | None = None
    hi: Fraction | None = None
    need: Fraction = Fraction(0)
    detail: str = ""
    partners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClauseResult:
    """A finding with the clause it belongs to."""

    id: str
    type: str
    effect: Effect
    text: str
    finding: Finding

    @property
    def status(self) -> Status:
        """pass, fail, open, unknown or n/a."""
        return self.finding.status


def bounded(lo: Fraction, hi: Fraction, low: Fraction | None, high: Fraction | None) -> Status:
    """Where a quantity between `lo` and `hi`, that further partners can only raise, stands to the bounds asked for."""
    if high is not None and lo > high:
        return "fail"
    if low is not None and hi < low:
        return "open"
    enough = low is None or lo >= low
    return "pass" if enough and (high is None or hi <= high) else "unknown"


def together(how: Literal["any_of", "all_of"], statuses: Iterable[Status]) -> Status:
    """The status of clauses of which any, or all, are to be met; those that do not apply are left out."""
    known = [status for status in statuses if status != "n/a"]
    order: tuple[Status, ...] = ("fail", "open", "unknown", "pass")
    if how == "any_of":
        order = ("pass", "unknown", "open", "fail")
    return next((status for status in order if status in known), "n/a")
