"""The best order that holds floors, and moves nobody further than a floor asks for.

DetConstSort lets somebody in only when a floor needs them: of 27 candidates, the single one of a small group, second
by score, is left out of a list of 20, because the first floor that asks for them is the 27th. Here each place goes to
the best candidate with whom all floors can still be met.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from fractions import Fraction

import numpy as np

from matchmaker.errors import InputError
from matchmaker.fairness.lineup import Counts, Lineup, check_length, line_up
from matchmaker.fairness.quotas import check_part, floor_table


def best_within_floors(
    groups: Sequence[str], scores: Sequence[float], target: Mapping[str, Fraction], k: int
) -> list[int]:
    """Indices of min(k, n) candidates: of every prefix i, each group holds min(⌊p · i⌋, its members).

    Best score first wherever that allows it, ties by input order, for any number of groups. `target` may be a part of
    a target: shares of 0 or more, together at most 1. Raises InputError for other shares, for scores that are negative
    or no number, and for k below 1.
    """
    check_length(k)
    check_part(target)
    lineup = line_up(groups, scores, target)
    return best_within(lineup, floor_table(target, lineup.names, min(k, len(groups))))


def best_within(lineup: Lineup, floors: Counts) -> list[int]:
    """Indices of len(floors) candidates: the first i + 1 places hold min(floors[i, g], its members) of each group g.

    `floors`, shape (length, G), never falls from one place to the next; length is at most the number of candidates. A
    place is given to the best candidate that leaves enough later places for what is still missing, which is scheduling
    jobs of equal length with deadlines (Jackson 1955, earliest due date); no order that holds the floors has a higher
    DCG. Raises InputError where the floors of a prefix ask for more places than it has.
    """
    room = Room(np.minimum(floors, lineup.members))
    if room.tight == 0:
        raise InputError("the floors ask for more places than the list has", hint="lower the shares")
    heads = [[lineup.rank[i] for i in queue] for queue in lineup.queues]
    taken = [0] * len(heads)
    live = [g for g, queue in enumerate(heads) if queue]
    order: list[int] = []
    for _ in range(len(floors)):
        rank, g = min((heads[g][taken[g]], g) for g in live if room.allows(g))
        room.give(g)
        order.append(lineup.by_score[rank])
        taken[g] += 1
        if taken[g] == len(heads[g]):
            live.remove(g)
    return order


class Room:
    """The places that floors leave free, while a list is filled from the top.

    slack(j) = j - places given - places still needed by prefix j. A place may go to group g if its next member is due
    no later than the first prefix without slack: `tight`, counted from 1, or past the list where there is none. It is 0
    where the floors cannot be held from the start.
    """

    def __init__(self, needed: Counts) -> None:
        """`needed[i, g]`: how many of group g the first i + 1 places must hold, never falling with i."""
        length = len(needed)
        self._far = length + 1
        self._slack = np.arange(length + 1, dtype=np.int64)
        self._slack[1:] -= needed.sum(axis=1)
        self._dues = [due_dates(needed[:, g]) for g in range(needed.shape[1])]
        self._given = [0] * needed.shape[1]
        self._place = 0
        self.tight = 0 if (self._slack < 0).any() else self._first_without_slack(1)

    def allows(self, g: int) -> bool:
        """Whether all floors that could be met can still be met once the next place goes to group g."""
        return self._due(g) <= self.tight

    def copy(self) -> Room:
        """The same room, to be filled another way."""
        other = copy(self)
        other._slack, other._given = self._slack.copy(), self._given.copy()
        return other

    def missing_after(self, g: int) -> int:
        """How many places the worst prefix would miss if the next place went to group g; 0 if none would."""
        place, due = self._place + 1, self._due(g)
        before, after = self._slack[place:due], self._slack[max(due, place) :]
        least = min(int(before.min()) - 1 if before.size else 0, int(after.min()) if after.size else 0)
        return max(0, -least)

    def give(self, g: int) -> None:
        """Give the next place to group g."""
        due = self._due(g)
        self._place += 1
        self._given[g] += 1
        passed = self._slack[self._place + 1 : due]
        passed -= 1
        short = passed <= 0
        if short.any():
            self.tight = self._place + 1 + int(short.argmax())
        elif self.tight <= self._place:
            self.tight = self._first_without_slack(self._place + 1)

    def _due(self, g: int) -> int:
        dues, given = self._dues[g], self._given[g]
        return dues[given] if given < len(dues) else self._far

    def _first_without_slack(self, start: int) -> int:
        short = self._slack[start:] <= 0
        return start + int(short.argmax()) if short.any() else self._far


def due_dates(needed: Counts) -> list[int]:
    """The rank, from 1, by which the first, second, … of a group is needed; `needed[i]` for the first i + 1 places."""
    if not len(needed):
        return []
    dues: list[int] = (np.searchsorted(needed, np.arange(1, int(needed[-1]) + 1)) + 1).tolist()
    return dues
