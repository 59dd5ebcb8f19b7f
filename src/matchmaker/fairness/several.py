"""Several attributes at once, such as income group and career stage.

`rerank_product` gives every cell of the product space its share, as if cells were groups: it sees intersections, but a
cell is small, so over a short list most floors are 0 and the attributes themselves may fall short. `rerank_worst_of`
lets every attribute keep its own floors at every prefix, and sees no intersections.

Floors that each attribute could hold by itself can collide. Filling a list from the top and never taking a place back
broke a floor in 826 of 10,000 random lists of 3 to 7 candidates with two attributes, although trying every order found
one that holds all; taking places back, as is done here, found one in all of these, and the other 230 have none. In
pools of 30 people for 20 places it ran out of tries, or proved that there is no list, in 35 of 300.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import product
from math import prod

import numpy as np

from matchmaker.errors import InputError
from matchmaker.fairness.floors import Room
from matchmaker.fairness.lineup import Counts, Lineup, check_length, held_counts, line_up
from matchmaker.fairness.outcome import (
    AttributeReport,
    Held,
    Reranked,
    pool_notes,
    reasons,
    reranked,
    shortfall_of,
    words,
)
from matchmaker.fairness.price import with_ndcg_floor
from matchmaker.fairness.quotas import floor_table
from matchmaker.fairness.reranking import Way, rerank
from matchmaker.fairness.targets import Target
from matchmaker.measures.representation import ndkl

MOST_TRIES = 2_000
_PARTS = 10  # each part tried of several targets costs up to all those tries

Cells = Mapping[tuple[str, ...], Fraction]
_Cell = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of every candidate: `groups[i]` is the group of candidate i by `target.attribute`.

    Nobody is moved down for a group in `no_floor_for`; its share is still reported on.
    """

    target: Target
    groups: Sequence[str]
    no_floor_for: Collection[str] = ()

    @property
    def name(self) -> str:
        """The attribute, such as `income_group`."""
        return self.target.attribute

    def floors(self, lineup: Lineup, length: int, part: Fraction = Fraction(1)) -> Counts:
        """floors[i, g] = ⌊part · p · (i + 1)⌋, 0 for a group that is spared; shape (length, G)."""
        shares = {g: share * part for g, share in self.target.shares.items() if g not in self.no_floor_for}
        return floor_table(shares, lineup.names, length)


def rerank_product(
    attributes: Sequence[Attribute], scores: Sequence[float], k: int, way: Way | None = None, cells: Cells | None = None
) -> Reranked:
    """The first k of a list, re-ranked by one target over the cells of the product space.

    `cells[a, b]` is the share of those of group a by the first attribute and b by the second; without it, the product
    of the attributes' own shares. A cell is spared where every one of its groups is. `by_attribute` reports on the
    targets of the attributes; groups to spare or to protect are named by cell, as `income_group L, career_stage R1`.
    Raises InputError for no attributes, two of one name, lengths that differ, a cell of another number of groups,
    shares that do not sum to 1, and what `rerank` raises it for.
    """
    _check(attributes, scores, k)
    shares = cells if cells is not None else _product_of_shares(attributes)
    if any(len(cell) != len(attributes) for cell in shares):
        raise InputError(
            f"a cell does not have {len(attributes)} groups", hint="one group by attribute, in their order"
        )
    named = {_cell_name(attributes, cell): (cell, share) for cell, share in shares.items()}
    spared = [name for name, (cell, _) in named.items() if _spared(attributes, cell)]
    groups = [_cell_name(attributes, cell) for cell in zip(*(a.groups for a in attributes), strict=True)]
    way = way or Way()
    if spared:
        way = replace(way, no_floor_for=(*way.no_floor_for, *spared))
    answer = rerank(groups, scores, {name: share for name, (_, share) in named.items()}, k, way)
    return replace(answer, by_attribute=_reports(attributes, scores, answer.order, None))


def rerank_worst_of(
    attributes: Sequence[Attribute], scores: Sequence[float], k: int, least_ndcg: float = 0.0
) -> Reranked:
    """The first k of a list, in which every attribute keeps its own floors ⌊p · i⌋ at every prefix i.

    Place by place the best candidate with whom the floors of each attribute, by itself, can still be met (Jackson 1955,
    see `floors`); where there is none, the place before is given to the next best, up to 2,000 times. Where no list is
    found that holds all floors, nothing is taken back, and a place that nobody fits goes to the candidate with whom the
    attribute that is worst off misses the fewest places. So no place is given away for nothing, but a list with a
    higher nDCG may exist. What is not met is said by attribute, with its cause. Under `least_ndcg` the largest part of
    all targets is held, see `with_ndcg_floor`. Raises InputError for no attributes, two of one name, lengths that
    differ, scores that are negative or no number, an nDCG floor outside 0 to 1, and k below 1.
    """
    _check(attributes, scores, k)
    of_part = partial(_worst_of, attributes, scores, min(k, len(scores)))
    return with_ndcg_floor(least_ndcg, of_part, nested=False, steps=_PARTS)


def _check(attributes: Sequence[Attribute], scores: Sequence[float], k: int) -> None:
    check_length(k)
    names = [attribute.name for attribute in attributes]
    if not names:
        raise InputError("there is no attribute to re-rank by", hint="give one or more, each with a target")
    if len(set(names)) < len(names):
        raise InputError(f"an attribute is given twice: {', '.join(names)}", hint="give each attribute one target")
    for attribute in attributes:
        if len(attribute.groups) != len(scores):
            raise InputError(
                f"{len(attribute.groups)} groups by {attribute.name} and {len(scores)} scores",
                hint="give one of each per candidate",
            )


def _product_of_shares(attributes: Sequence[Attribute]) -> Cells:
    cells = product(*(attribute.target.shares for attribute in attributes))
    return {
        cell: prod((a.target.shares[g] for a, g in zip(attributes, cell, strict=True)), start=Fraction(1))
        for cell in cells
    }


def _cell_name(attributes: Sequence[Attribute], cell: Sequence[str]) -> str:
    return ", ".join(f"{attribute.name} {group}" for attribute, group in zip(attributes, cell, strict=True))


def _spared(attributes: Sequence[Attribute], cell: Sequence[str]) -> bool:
    return all(group in attribute.no_floor_for for attribute, group in zip(attributes, cell, strict=True))


def _worst_of(attributes: Sequence[Attribute], scores: Sequence[float], length: int, part: Fraction) -> Reranked:
    lineups = [line_up(a.groups, scores, a.target.shares) for a in attributes]
    floors = [a.floors(lineup, length, part) for a, lineup in zip(attributes, lineups, strict=True)]
    order = _fill(lineups, floors)
    everybody = lineups[0]
    asked = np.zeros((length, len(everybody.names)), dtype=np.int64)
    answer = reranked(everybody, order, Held("", None, asked, asked, part))
    by_attribute = _reports(attributes, scores, order, floors)
    held = {a.name: (lineup, table) for a, lineup, table in zip(attributes, lineups, floors, strict=True)}
    return replace(
        answer,
        because=reasons(everybody, order, held),
        floors_met=all(report.floors_met for report in by_attribute.values()),
        shortfall={f"{a} {g}": n for a, report in by_attribute.items() for g, n in report.shortfall.items()},
        notes=tuple(f"by {a}: {note}" for a, report in by_attribute.items() for note in report.notes),
        by_attribute=by_attribute,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Filling:
    """A list filled from the top: the room that each attribute has left, and how many of each cell were taken.

    `queues` has, by cell (the groups by all attributes), the ranks by score of its candidates, best first.
    """

    queues: Mapping[_Cell, list[int]]
    rooms: tuple[Room, ...]
    taken: Mapping[_Cell, int]

    def left(self) -> list[_Cell]:
        """The cells that have candidates left, the best candidate first."""
        live = [cell for cell, queue in self.queues.items() if self.taken[cell] < len(queue)]
        return sorted(live, key=lambda cell: self.queues[cell][self.taken[cell]])

    def fitting(self) -> list[_Cell]:
        """Those with whom the floors of each attribute, by itself, can still be met."""
        return [cell for cell in self.left() if all(r.allows(g) for r, g in zip(self.rooms, cell, strict=True))]

    def after(self, cell: _Cell) -> _Filling:
        """The list with one more place, given to the next of `cell`."""
        rooms = tuple(room.copy() for room in self.rooms)
        for room, g in zip(rooms, cell, strict=True):
            room.give(g)
        return _Filling(self.queues, rooms, {**self.taken, cell: self.taken[cell] + 1})


def _fill(lineups: Sequence[Lineup], floors: Sequence[Counts]) -> list[int]:
    queues: dict[_Cell, list[int]] = {}
    for rank, candidate in enumerate(lineups[0].by_score):
        queues.setdefault(tuple(int(lineup.group[candidate]) for lineup in lineups), []).append(rank)
    rooms = tuple(Room(np.minimum(table, lineup.members)) for lineup, table in zip(lineups, floors, strict=True))
    empty = _Filling(queues, rooms, dict.fromkeys(queues, 0))
    cells = _holding_all(empty, len(floors[0])) or _missing_least(empty, len(floors[0]))
    ranks = {cell: iter(queue) for cell, queue in queues.items()}
    return [lineups[0].by_score[next(ranks[cell])] for cell in cells]


def _holding_all(empty: _Filling, length: int) -> list[_Cell] | None:
    """The cells place by place, the best that fits first; a place that nobody fits takes back the one before it.

    None where that finds no list, or none within `MOST_TRIES`.
    """
    cells: list[_Cell] = []
    ways = [iter(_steps(empty))]
    dead: set[tuple[int, ...]] = set()
    for _ in range(length + MOST_TRIES):
        if len(cells) == length:
            return cells
        step = next(ways[-1], None)
        if step is None:
            ways.pop()
            if not cells:
                return None
            cells.pop()
            continue
        cell, filling = step
        # What can follow depends on how many of each cell were taken, not on their order.
        state = tuple(filling.taken.values())
        if state not in dead:
            dead.add(state)
            cells.append(cell)
            ways.append(iter(_steps(filling)))
    return cells if len(cells) == length else None


def _steps(filling: _Filling) -> Iterator[tuple[_Cell, _Filling]]:
    return ((cell, filling.after(cell)) for cell in filling.fitting())


def _missing_least(filling: _Filling, length: int) -> list[_Cell]:
    """The cells place by place: the best that fits, or else the best of those with whom the attribute that is worst off
    misses the fewest places at its worst prefix."""
    cells: list[_Cell] = []
    while len(cells) < length:
        left = filling.fitting()
        if not left:
            left = sorted(filling.left(), key=partial(_missing, filling.rooms))
        cells.append(left[0])
        filling = filling.after(left[0])
    return cells


def _missing(rooms: Sequence[Room], cell: _Cell) -> int:
    return max(room.missing_after(g) for room, g in zip(rooms, cell, strict=True))


def _reports(
    attributes: Sequence[Attribute], scores: Sequence[float], order: Sequence[int], held: Sequence[Counts] | None
) -> dict[str, AttributeReport]:
    """By attribute. `held` are the floors that each was to keep, in the order of the attributes; None if none was."""
    reports = {}
    for n, attribute in enumerate(attributes):
        lineup = line_up(attribute.groups, scores, attribute.target.shares)
        asked, counts = attribute.floors(lineup, len(order)), held_counts(lineup, order)
        shown = [attribute.groups[i] for i in order]
        others = " and ".join(other.name for other in attributes if other is not attribute)
        collide = () if held is None else _collisions(attribute, lineup, counts, (held[n], others))
        reports[attribute.name] = AttributeReport(
            ndkl=ndkl(shown, attribute.target.shares) if shown else None,
            floors_met=bool((counts >= asked).all()),
            shortfall=shortfall_of(lineup, asked),
            notes=(*pool_notes(lineup, asked, attribute.name), *collide),
        )
    return reports


def _collisions(
    attribute: Attribute, lineup: Lineup, counts: Counts, held_and_others: tuple[Counts, str]
) -> tuple[str, ...]:
    held, others = held_and_others
    missing = np.minimum(held, lineup.members) - counts
    return tuple(
        f"{words(attribute.name, name)}: {int(gaps.max())} of the first {int(gaps.argmax()) + 1} places missing, "
        f"because floors of {attribute.name} and {others} collide"
        for name, gaps in zip(lineup.names, missing.T, strict=True)
        if len(gaps) and gaps.max() > 0
    )
