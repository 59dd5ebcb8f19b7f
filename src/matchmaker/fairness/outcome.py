"""A list after re-ranking: what was shown, who moved and why, what it cost, and what could not be held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from matchmaker.fairness.floors import due_dates
from matchmaker.fairness.lineup import Counts, Lineup, held_counts
from matchmaker.fairness.quotas import Shares
from matchmaker.measures.ranking import ndcg
from matchmaker.measures.representation import floor_at, ndkl

_INCOME_NAMES = {
    "L": "low-income countries",
    "LM": "lower-middle-income countries",
    "UM": "upper-middle-income countries",
    "H": "high-income countries",
    "unknown": "candidates of unknown income group",
}


@dataclass(frozen=True, slots=True)
class AttributeReport:
    """What one of several attributes got: as the fields of the same names in `Reranked`, by its own groups.

    `notes` say of each floor that was not met why: the pool has too few, or floors of other attributes collide with it.
    """

    ndkl: float | None
    floors_met: bool
    shortfall: Mapping[str, int]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reranked:
    """A list after re-ranking, and what that changed.

    `order` are indices into the input. `rank_before`, `moved` and `because` run along `order`: the rank (from 1) in the
    unconstrained order, the places moved up (negative: down), and a sentence on why ("" where nothing moved).
    `ndcg` in [0, 1] compares with the unconstrained list of the same length, `ndkl` with the target (None without one,
    and for several attributes). `floors_met` is whether every floor of the whole target holds at every prefix;
    `shortfall` counts, by group, the places of the full list's floors that the pool has nobody for. `largest_fall` is
    the most places that anybody of the unconstrained list was moved down; whoever left the list counts as just below
    it. `held`, in [0, 1], is the part of the target that was held, and `ndcg_of_target` the nDCG with the whole of it;
    they differ from 1 and `ndcg` only under an nDCG floor. `notes` are sentences on what could not be held and why.
    `by_attribute` has a report for each of several attributes.
    """

    order: tuple[int, ...]
    rank_before: tuple[int, ...]
    moved: tuple[int, ...]
    because: tuple[str, ...]
    ndcg: float
    ndkl: float | None
    floors_met: bool
    shortfall: Mapping[str, int]
    largest_fall: int
    held: Fraction
    ndcg_of_target: float
    notes: tuple[str, ...]
    by_attribute: Mapping[str, AttributeReport] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """What was asked of a list: `shares` to compare with, `asked` the floors of the whole target, `floors` those that
    were held, of a part of it perhaps; shape (length, G) each. `attribute` says what the groups are, "" if unknown."""

    attribute: str
    shares: Shares | None
    asked: Counts
    floors: Counts
    part: Fraction = Fraction(1)
    notes: tuple[str, ...] = ()


def reranked(lineup: Lineup, order: Sequence[int], held: Held) -> Reranked:
    """The report on `order`, which was made to hold `held`."""
    shown = [lineup.names[g] for g in lineup.group[list(order)].tolist()]
    rank_before = tuple(lineup.rank[i] + 1 for i in order)
    counts = held_counts(lineup, order)
    lacking = shortfall_of(lineup, held.asked)
    cost = ndcg(lineup.scores[list(order)].tolist(), lineup.scores.tolist())
    return Reranked(
        order=tuple(order),
        rank_before=rank_before,
        moved=tuple(before - now for now, before in enumerate(rank_before, 1)),
        because=reasons(lineup, order, {held.attribute: (lineup, held.floors)}),
        ndcg=cost,
        ndkl=ndkl(shown, held.shares) if held.shares is not None and shown else None,
        floors_met=bool((counts >= held.asked).all()),
        shortfall=lacking,
        largest_fall=largest_fall(rank_before),
        held=held.part,
        ndcg_of_target=cost,
        notes=(*held.notes, *pool_notes(lineup, held.asked, held.attribute)),
    )


def largest_fall(rank_before: Sequence[int]) -> int:
    """The most places anybody of the unconstrained first k moved down, k being the length of the list.

    `rank_before[i]` is the rank, from 1, in the unconstrained order of whoever is shown at rank i + 1. Whoever is no
    longer shown counts as at place k + 1. 0 where nobody moved down.
    """
    k = len(rank_before)
    left = set(range(1, k + 1)).difference(rank_before)
    falls = [now - before for now, before in enumerate(rank_before, 1)]
    return max([0, *falls, *(k + 1 - before for before in left)])


def shortfall(groups_of_result: Sequence[str], target: Shares, available: Mapping[str, int]) -> dict[str, int]:
    """By group, how many of its ⌊p · k⌋ places in a list of k the pool has nobody for.

    `available[g]` counts the candidates of group g in the pool, those shown among them. Groups that lack nobody are
    left out.
    """
    k = len(groups_of_result)
    lacking = {group: floor_at(share, k) - available.get(group, 0) for group, share in target.items()}
    return {group: places for group, places in lacking.items() if places > 0}


def shortfall_of(lineup: Lineup, floors: Counts) -> dict[str, int]:
    """By group, how many places of the last row of `floors` the pool has nobody for."""
    if not len(floors):
        return {}
    lacking = (floors[-1] - lineup.members).tolist()
    return {name: places for name, places in zip(lineup.names, lacking, strict=True) if places > 0}


def pool_notes(lineup: Lineup, floors: Counts, attribute: str) -> tuple[str, ...]:
    """A sentence for each group of whom the floors of the whole list ask for more than the pool has."""
    notes = []
    for name, missing in shortfall_of(lineup, floors).items():
        there = int(lineup.members[lineup.names.index(name)])
        asked = f"the floor is {there + missing} of {len(floors)} places and the pool has {there}"
        notes.append(f"{words(attribute, name)}: {asked}, so {missing} cannot be filled")
    return tuple(notes)


def words(attribute: str, name: str) -> str:
    """A group in words."""
    return _INCOME_NAMES.get(name, f"group {name}") if attribute == "income_group" else f"group {name}"


def reasons(
    best_first: Lineup, order: Sequence[int], floors_by_attribute: Mapping[str, tuple[Lineup, Counts]]
) -> tuple[str, ...]:
    """For each place of `order` why it moved; "" where it did not. Several attributes are named, one is not.

    `floors_by_attribute` has, by attribute, the same candidates by its groups, and the floors that were held.
    """
    due = {name: _due_of(lineup, order, floors) for name, (lineup, floors) in floors_by_attribute.items()}
    several = len(due) > 1
    others = "other groups hold their share of the list"
    if several:
        others += f" ({', '.join(_broken_without(best_first, floors_by_attribute))})"
    said = []
    for now, candidate in enumerate(order, 1):
        before = best_first.rank[candidate] + 1
        asking = [(name, lineup) for name, (lineup, _) in floors_by_attribute.items() if before > due[name][now - 1][0]]
        if before == now:
            said.append("")
        elif before < now:
            said.append(f"moved down {_places(now - before)} so that {others}")
        elif asking:
            name, lineup = asking[0]
            needed_by, nth = due[name][now - 1]
            group = words(name, lineup.names[lineup.group[candidate]])
            by = f"by {name} " if several else ""
            floor = f"{by}{group} hold at least {nth} of the first {needed_by}"
            said.append(f"moved up {_places(before - now)} so that {floor}")
        else:
            said.append(f"moved up {_places(before - now)} into room that others left")
    return tuple(said)


def _due_of(lineup: Lineup, order: Sequence[int], floors: Counts) -> list[tuple[int, int]]:
    """For each place of `order`, the rank by which a floor needs that one of the group (far past the list if none
    does), and the how-manieth of the group it is."""
    dues = [due_dates(floors[:, g]) for g in range(floors.shape[1])]
    never = len(lineup.by_score) + 1
    seen = [0] * len(dues)
    answer = []
    for g in lineup.group[list(order)].tolist():
        seen[g] += 1
        answer.append((dues[g][seen[g] - 1] if seen[g] <= len(dues[g]) else never, seen[g]))
    return answer


def _broken_without(best_first: Lineup, floors_by_attribute: Mapping[str, tuple[Lineup, Counts]]) -> list[str]:
    """The attributes of which the unconstrained list would break a floor that the pool could fill."""
    return [
        name
        for name, (lineup, floors) in floors_by_attribute.items()
        if not holds(lineup, best_first.by_score[: len(floors)], floors)
    ]


def holds(lineup: Lineup, order: Sequence[int], floors: Counts) -> bool:
    """Whether every prefix holds min(floor, members in the pool) of each group: all that could be asked of it."""
    return bool((held_counts(lineup, order) >= np.minimum(floors, lineup.members)).all())


def _places(count: int) -> str:
    return f"{count} place" if count == 1 else f"{count} places"
