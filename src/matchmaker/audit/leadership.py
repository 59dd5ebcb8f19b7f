"""Who leads works that countries of different income write together: the first and last names of by-lines.

After domain note 5.6: leadership share and "stuck in the middle". The first country of a by-line counts, and nothing is
taken from names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from matchmaker.audit.bylines import GROUPS, ByLines, Numbers
from matchmaker.audit.cells import Thresholds
from matchmaker.audit.proportions import GROUP_NAMES, NO_SHARE, enough, percent, spoken
from matchmaker.domain.balance import Leadership
from matchmaker.domain.reports import Finding, Interval
from matchmaker.matching.arrays import BoolArray

POORER: Final = ("L", "LM", "UM")


@dataclass(frozen=True, eq=False)
class Signed:
    """The works that are judged, as arrays of one row per work and one column per group of `GROUPS`.

    `names` is how many names a work has, `of_group[w, g]` how many of group g, `first` and `last` the groups of the two
    ends.
    """

    works: Numbers
    names: Numbers
    of_group: Numbers
    first: Numbers
    last: Numbers


def leadership(
    lines: ByLines, window: tuple[int, int], alphabetical: BoolArray, least: Thresholds
) -> tuple[tuple[Leadership, ...], dict[str, int]]:
    """One row per income group, and how many works were left out for which reason.

    Judged are works of the window with two names or more, not in alphabetical order, whose first and last names have a
    known country. Of those, `eligible` counts the ones with somebody of the group and somebody of another; a name
    without a country is of no group. With two names both are an end.
    """
    kept, left_out = _judged(lines, window, alphabetical)
    signed = _signed(lines, kept)
    joint = (signed.of_group > 0).sum(axis=1) >= 2
    left_out["works with names from one income group only"] = int((~joint).sum())
    rows = [_row(lines, signed, joint, group, least) for group in range(len(GROUPS))]
    return tuple(rows), left_out


def _judged(lines: ByLines, window: tuple[int, int], alphabetical: BoolArray) -> tuple[BoolArray, dict[str, int]]:
    within = lines.within(window)
    several = within & (lines.names >= 2)
    told = several & ~alphabetical
    ends = (lines.joining[lines.start[:-1]] >= 0) & (lines.joining[lines.start[1:] - 1] >= 0)
    left_out = {
        "works with one name": int((within & ~several).sum()),
        "works with names in alphabetical order, or of fields that order them so": int((several & ~told).sum()),
        "works whose first or last name has no known country": int((told & ~ends).sum()),
    }
    return told & ends, left_out


def _signed(lines: ByLines, kept: BoolArray) -> Signed:
    works = np.flatnonzero(kept)
    group = np.append(lines.group_of, len(GROUPS))[lines.joining]  # one column more for no known country
    width = len(GROUPS) + 1
    counts = np.bincount(lines.work * width + group, minlength=len(kept) * width).reshape(-1, width)
    return Signed(
        works, lines.names[works], counts[works, :-1], group[lines.start[:-1][works]], group[lines.start[1:][works] - 1]
    )


def _row(lines: ByLines, signed: Signed, joint: BoolArray, group: int, least: Thresholds) -> Leadership:
    in_it = joint & (signed.of_group[:, group] > 0)
    eligible = int(in_it.sum())
    if 0 < min(eligible, _people(lines, signed.works[in_it], group)) < least.withheld_below:
        note = f"fewer than {least.withheld_below} works or people"
        return Leadership(GROUPS[group], None, NO_SHARE, NO_SHARE, withheld=True, note=note)
    led = int(((signed.first == group) | (signed.last == group))[in_it].sum())
    few = "" if eligible >= least.fewest else f"no share on fewer than {least.fewest} works"
    return Leadership(
        GROUPS[group], eligible, enough(led, eligible, least.fewest), enough(eligible - led, eligible, least.fewest),
        note=few, by_chance=None if few else _by_chance(signed.names[in_it], signed.of_group[in_it, group]),
    )  # fmt: skip


def _people(lines: ByLines, works: Numbers, group: int) -> int:
    chosen = np.zeros(len(lines.texts), dtype=np.bool_)
    chosen[works] = True
    known = lines.joining >= 0
    rows = known & chosen[lines.work]
    rows[rows] = lines.group_of[lines.joining[rows]] == group
    return len(np.unique(lines.person[rows]))


def _by_chance(names: Numbers, of_group: Numbers) -> float:
    """Mean probability that a random order leaves the group in the middle: C(n − m, 2) / C(n, 2)."""
    others = names - of_group
    return float(np.mean(others * (others - 1) / (names * (names - 1))))


def leadership_findings(rows: tuple[Leadership, ...]) -> tuple[Finding, ...]:
    """Groups of lower income that stand in the middle more than high-income countries do, and more than head counts
    alone would give, both beyond the interval."""
    high = next(row.only_middle for row in rows if row.group == "H")
    return tuple(
        _finding(row, high)
        for row in rows
        if row.group in POORER and _above(row.only_middle, high.high) and _above(row.only_middle, row.by_chance)
    )


def _above(share: Interval, line: float | None) -> bool:
    return share.low is not None and line is not None and share.low > line


def _finding(row: Leadership, high: Interval) -> Finding:
    text = (
        f"Authors in {GROUP_NAMES[row.group]} are neither first nor last in {spoken(row.only_middle)} of their "
        f"{row.eligible} works with other income groups; a random order of names would give {percent(row.by_chance)}, "
        f"and for {GROUP_NAMES['H']} it is {spoken(high)}."
    )
    found = row.only_middle
    return Finding(text, "income_group", row.group, "only_middle", found.value, found.low, found.high)
