"""Which cells are too small to show, and which more must go so that nobody can work the small ones out.

A cell with somebody, but fewer than `below` people, is withheld. Where the total of the cells is published too, what is
withheld is total minus the rest; so the smallest of the others goes as well until at least two are gone that hold
`below` people together (complementary suppression; Willenborg & de Waal 2001, Elements of Statistical Disclosure
Control, chapter 4).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Thresholds:
    """`withheld_below`: fewer people (or works) are not shown. `fewest`: no share and no claim on fewer cases."""

    withheld_below: int = 10
    fewest: int = 30


def not_shown(people: Mapping[str, int], below: int) -> frozenset[str]:
    """The cells of one published total that are not shown, those needed to protect others among them.

    `people` maps each cell to how many are counted there. Equal cells go in the order of their names.
    """
    gone = {cell for cell, count in people.items() if 0 < count < below}
    for another in sorted(
        (cell for cell, count in people.items() if count >= below), key=lambda cell: (people[cell], cell)
    ):
        if not gone or sum(people[cell] for cell in gone) >= below:
            break
        gone.add(another)
    return frozenset(gone)
