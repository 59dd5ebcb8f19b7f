"""The best order that holds the floors, and moves nobody further than a floor asks for.

DetConstSort lets somebody in only when a floor needs them: of 27 candidates, the single one of a small group, second
by score, is left out of a list of 20, because the first floor that asks for them is the 27th. Here each place goes to
the best candidate with whom all floors can still be met.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np

from matchmaker.measures.representation import floor_at

_Counts = np.ndarray[tuple[int, ...], np.dtype[np.int64]]


def best_within_floors(
    groups: Sequence[str], scores: Sequence[float], target: Mapping[str, Fraction], k: int
) -> list[int]:
    """Indices of min(k, n) candidates: of every prefix i, each group holds min(⌊p · i⌋, its members).

    Best score first wherever that allows it, ties by input order, for any number of groups. A place is given to the
    best candidate that leaves enough later places for what is still missing, which is scheduling jobs of equal length
    with deadlines (Jackson 1955, earliest due date); no order that holds the floors has a higher DCG.
    """
    waiting = _by_group(groups, scores)
    names, length = sorted(waiting), min(k, len(groups))
    needed = _needed(Counter(groups), target, names, length)
    held = np.zeros(len(names), dtype=np.int64)
    answer: list[int] = []
    for place in range(length):
        best_first = sorted((g for g in names if waiting[g]), key=lambda g: (-scores[waiting[g][-1]], waiting[g][-1]))
        chosen = next(g for g in best_first if _can_still_be_met(needed, held, names.index(g), place))
        held[names.index(chosen)] += 1
        answer.append(waiting[chosen].pop())
    return answer


def _by_group(groups: Sequence[str], scores: Sequence[float]) -> dict[str, list[int]]:
    """Candidates of each group, best last."""
    waiting: dict[str, list[int]] = {}
    for candidate in sorted(range(len(groups)), key=lambda i: (-scores[i], i), reverse=True):
        waiting.setdefault(groups[candidate], []).append(candidate)
    return waiting


def _needed(members: Counter[str], target: Mapping[str, Fraction], names: list[str], length: int) -> _Counts:
    """needed[i, g]: how many of group g the first i + 1 places must hold."""
    shares = [target.get(name, Fraction(0)) for name in names]
    floors = np.array([[floor_at(share, i) for share in shares] for i in range(1, length + 1)], dtype=np.int64)
    return np.minimum(floors.reshape(length, len(names)), [members[name] for name in names])


def _can_still_be_met(needed: _Counts, held: _Counts, group: int, place: int) -> bool:
    """Whether every later prefix has room for all that is still missing, once `place` (from 0) goes to `group`."""
    after = held.copy()
    after[group] += 1
    missing = np.maximum(needed[place:] - after, 0).sum(axis=1)
    return bool((missing <= np.arange(len(missing))).all())
