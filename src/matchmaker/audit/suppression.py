"""Small cells are withheld, and others with them, until nobody can work a small one out.

Every number a report gives of a cell (people, a share, attention) is a sum over disjoint parts of what was counted, so
the report is a set of linear equations, and a withheld cell is safe where these leave it open: where its row does not
lie in the span of the rows published (Willenborg & de Waal 2001, Elements of Statistical Disclosure Control, chapters
4 and 6). A cell in which there is nobody is no secret, and shows who is never seen: it is published as 0.

A cell is a key (table, group); all measures of a cell are withheld together, because a share of a known total is a
count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import qr, solve_triangular

from matchmaker.audit.options import WITHHELD_BELOW
from matchmaker.audit.resampling import Ints, Numbers

Cell = tuple[str, str]
TOTAL: Final = "total"
_ZERO: Final = 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class System:
    """Cells as sums over parts: `holds[c, p]` says whether part p counts in `cells[c]`. Totals are always published."""

    cells: tuple[Cell, ...]
    holds: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many people a cell has, and which cells are rather given up than others (lower `rank` first)."""

    people: Mapping[Cell, float]
    rank: Mapping[str, int]

    def small(self) -> frozenset[Cell]:
        """Cells with somebody, but fewer than ten people."""
        return frozenset(cell for cell, people in self.people.items() if 0 < people < WITHHELD_BELOW)

    def cost(self, cell: Cell) -> tuple[int, float, Cell]:
        """What is lost with a cell, for comparison."""
        return self.rank.get(cell[0], 0), self.people.get(cell, 0.0), cell


def systems_of(parts: Sequence[tuple[str, Ints, Sequence[str]]]) -> System:
    """The system of several tables over the same parts.

    `parts` gives, for each table, its name, the group number of each part (-1: none) and the names of its groups.
    """
    cells: list[Cell] = []
    rows: list[NDArray[np.bool_]] = []
    ordered = [(table, _by_name(groups, names), sorted(names)) for table, groups, names in sorted(parts, key=_table)]
    for (table, _, names), groups in zip(ordered, _distinct([groups for _, groups, _ in ordered]), strict=True):
        cells += [(table, name) for name in names]
        rows += [groups == number for number in range(len(names))]
        cells.append((table, TOTAL))
        rows.append(groups >= 0)
    held = np.stack(rows) if rows else np.zeros((0, 0), np.bool_)
    return System(tuple(cells), held)


def _table(part: tuple[str, Ints, Sequence[str]]) -> str:
    return part[0]


def _by_name(groups: Ints, names: Sequence[str]) -> Ints:
    """Numbers of groups in the order of their names, so that the order in which lists are read is of no account."""
    place = np.argsort(np.argsort(np.array([*names], dtype=np.str_)))
    return np.where(groups >= 0, np.append(place, -1)[groups], -1).astype(np.int64)


def _distinct(columns: Sequence[Ints]) -> list[Ints]:
    """The combinations that occur, once each, in their order."""
    number = np.zeros(len(columns[0]) if columns else 0, dtype=np.int64)
    for column in columns:
        _, number = np.unique(number * (int(column.max(initial=0)) + 2) + column + 1, return_inverse=True)
    _, first = np.unique(number, return_index=True)
    return [column[first] for column in columns]


def withheld(systems: Sequence[System], sizes: Sizes, also: Set[Cell] = frozenset()) -> frozenset[Cell]:
    """All cells to withhold: the small ones, `also`, and what has to go with them."""
    secret, gone = set(sizes.small()), set(sizes.small() | also)
    changed = True
    while changed:
        changed = False
        for system in systems:
            while more := _next(system, secret, gone, sizes):
                gone |= more
                changed = True
    return frozenset(gone)


def _next(system: System, secret: set[Cell], gone: set[Cell], sizes: Sizes) -> set[Cell]:
    """Cells to withhold next, at least one for each secret cell that this system still gives away; none: it is safe."""
    more: set[Cell] = set()
    for cell, told_by in _told(system, secret, gone):
        able = [each for each in told_by if each[1] != TOTAL]
        if not able:
            # A table of one group: its share is the whole. Then who is not there is not said either.
            more |= {each for each in system.cells if each[0] == cell[0] and each[1] != TOTAL} - gone
        elif more.isdisjoint(able):
            more.add(min(able, key=sizes.cost))
    return more


def _told(system: System, secret: set[Cell], gone: set[Cell]) -> Iterable[tuple[Cell, list[Cell]]]:
    """Secret cells that the published ones determine, each with the published cells that do."""
    filled = np.asarray(system.holds.any(axis=1), np.bool_)
    open_to = [i for i, cell in enumerate(system.cells) if filled[i] and cell not in gone]
    hidden = [i for i, cell in enumerate(system.cells) if filled[i] and cell in secret]
    if not open_to or not hidden:
        return []
    rows = _narrowed(system.holds.astype(np.float64))
    weights, missed = _as_sums(rows[open_to], rows[hidden])
    found = []
    for column, number in enumerate(hidden):
        if missed[column] < _ZERO:
            by = [system.cells[open_to[i]] for i in np.flatnonzero(np.abs(weights[:, column]) > _ZERO)]
            found.append((system.cells[number], by))
    return found


def _narrowed(rows: Numbers) -> Numbers:
    """As many random sums of the parts as there are cells: what is dependent stays so, what is not stays free."""
    cells, parts = rows.shape
    if parts <= cells + 8:
        return rows
    narrow: Numbers = rows @ np.random.default_rng(0).standard_normal((parts, cells + 8)) / np.sqrt(parts)
    return narrow


def _as_sums(published: Numbers, hidden: Numbers) -> tuple[Numbers, Numbers]:
    """Weights of the published rows that make each hidden one, and what they miss it by (0: it is determined)."""
    q, r, order = qr(published.T, mode="economic", pivoting=True)
    steps = np.abs(np.diag(r))
    rank = int((steps > _ZERO * max(steps[0], 1.0)).sum())
    inside = q[:, :rank].T @ hidden.T
    missed = np.linalg.norm(hidden.T - q[:, :rank] @ inside, axis=0) / np.maximum(
        np.linalg.norm(hidden, axis=1), 1e-300
    )
    weights = np.zeros((len(published), len(hidden)))
    weights[order[:rank]] = solve_triangular(r[:rank, :rank], inside)
    return weights, missed
