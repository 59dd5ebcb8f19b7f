"""Whether free amounts of money can meet linear bounds, in exact fractions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

Coefficients = Mapping[int, Fraction]


@dataclass(frozen=True, slots=True)
class Bound:
    """The sum of `coefficients` times the amounts is at most `most`; an amount without a coefficient has none."""

    coefficients: Coefficients
    most: Fraction


def feasible(bounds: Sequence[Bound]) -> dict[int, Fraction] | None:
    """Amounts, none negative, that meet all bounds, or None where there are none; what is not named is 0.

    The dual simplex method with Bland's rule (1977) on the slack form: with nothing to maximise, every basis is dual
    feasible, and the rule keeps it from going in circles. Sizes are tiny, so fractions are fast enough.
    """
    names = sorted({name for bound in bounds for name in bound.coefficients})
    # Amounts are numbered first, the slack of each bound after them; `value` and `row` say what a basic one equals.
    column = {name: place for place, name in enumerate(names)}
    rows = {
        len(names) + place: (bound.most, {column[name]: -by for name, by in bound.coefficients.items() if by})
        for place, bound in enumerate(bounds)
    }
    while negative := sorted(basic for basic, (value, _) in rows.items() if value < 0):
        leaving = negative[0]
        raising = sorted(free for free, by in rows[leaving][1].items() if by > 0)
        if not raising:
            return None
        _pivot(rows, leaving, raising[0])
    return {name: rows[place][0] if place in rows else Fraction(0) for name, place in column.items()}


def _pivot(rows: dict[int, tuple[Fraction, dict[int, Fraction]]], leaving: int, entering: int) -> None:
    """Write `entering` in terms of `leaving`, and put that into all other rows."""
    value, row = rows.pop(leaving)
    by = row.pop(entering)
    solved = {free: -share / by for free, share in row.items()} | {leaving: 1 / by}
    constant = -value / by
    for basic, (base, other) in tuple(rows.items()):
        times = other.get(entering)
        if times is None:
            continue
        kept = {free: share for free, share in other.items() if free != entering}
        for free, share in solved.items():
            kept[free] = kept.get(free, Fraction(0)) + times * share
        rows[basic] = (base + times * constant, {free: share for free, share in kept.items() if share})
    rows[entering] = (constant, solved)
