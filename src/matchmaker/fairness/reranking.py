"""Re-rankers that hold target shares in every prefix.

After Geyik, Ambler & Kenthapadi (2019), doi:10.1145/3292500.3330691. A group with target share p should hold at least
⌊p · i⌋ of the first i places, for every i. All four re-rankers take the best candidates of each group in order of score
(ties by input order), so the order within a group is kept, nobody is shown twice and nobody comes from outside. When a
group runs out, the others go on, and `shortfall` says what is missing. A group without a share has no claim: it is
shown where the others have run out.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from matchmaker.errors import InputError
from matchmaker.fairness.floors import best_within_floors
from matchmaker.fairness.targets import Target, check_shares
from matchmaker.measures.ranking import ndcg
from matchmaker.measures.representation import floor_at, infeasible_index, ndkl

Shares = Mapping[str, Fraction]
# Of the groups that may take place i, with their shares: a smaller urgency goes first, then the better score.
_Urgency = Callable[[Fraction, int], Fraction | int]

_INCOME_NAMES = {
    "L": "low-income countries",
    "LM": "lower-middle-income countries",
    "UM": "upper-middle-income countries",
    "H": "high-income countries",
    "unknown": "candidates of unknown income group",
}


@dataclass(frozen=True, slots=True)
class Reranked:
    """A list after re-ranking, and what that changed.

    `order` are indices into the input. `rank_before`, `moved` and `because` run along `order`: the rank (from 1) in the
    unconstrained order, the places moved up (negative: down), and a sentence on why ("" where nothing moved).
    `ndcg` in [0, 1] compares with the unconstrained list of the same length, `ndkl` with the target (None without one).
    `floors_met` is whether every group holds ⌊p · i⌋ of every prefix i; `shortfall` counts, by group, the places of the
    full list's floors that the pool has nobody for.
    """

    order: tuple[int, ...]
    rank_before: tuple[int, ...]
    moved: tuple[int, ...]
    because: tuple[str, ...]
    ndcg: float
    ndkl: float | None
    floors_met: bool
    shortfall: Mapping[str, int]


def rerank(
    groups: Sequence[str],
    scores: Sequence[float],
    target: Target | Shares | None,
    k: int,
    method: str = "floors",
    no_floor_for: Collection[str] = (),
) -> Reranked:
    """The first k of a list, re-ranked for `target` by `method`; see `METHODS`.

    `groups[i]` and `scores[i]` (0 or more) belong to candidate i. Without a target, or where the order by score already
    holds every floor that the pool allows, the order by score is the answer. Nobody is moved down for a group in
    `no_floor_for`, which only the method `floors` can spare. Raises InputError for an unknown method, shares that do
    not sum to 1, scores that are negative or no number, lengths that differ, and k below 1.
    """
    if method not in METHODS:
        raise InputError(f"there is no re-ranking method {method!r}", hint=f"methods: {', '.join(METHODS)}")
    shares = target.shares if isinstance(target, Target) else target
    _check(groups, scores, shares, k)
    if no_floor_for and method != "floors":
        raise InputError(f"the method {method!r} gives every group a floor", hint="use the method 'floors'")
    floors = {group: share for group, share in (shares or {}).items() if group not in no_floor_for}
    before = _by_score(range(len(groups)), scores)
    order = before[:k]
    if not _holds(groups, order, floors):
        order = METHODS[method](groups, scores, floors, k)
    names = _INCOME_NAMES if isinstance(target, Target) and target.attribute == "income_group" else {}
    return _reported(groups, scores, shares, _Move(before, order, names, floors))


def det_greedy(groups: Sequence[str], scores: Sequence[float], target: Shares, k: int) -> list[int]:
    """DetGreedy: groups below their floor first; else the best score among groups below their ceiling ⌈p · i⌉.

    Returns indices into the input, min(k, n) of them. Holds every floor for up to three groups; more may break one.
    """
    return _place_by_place(groups, scores, target, k, lambda _share, _i: 0)


def det_cons(groups: Sequence[str], scores: Sequence[float], target: Shares, k: int) -> list[int]:
    """DetCons: as DetGreedy, but the group goes first whose ceiling ⌈p · i⌉ will bind soonest, at ⌈p · i⌉ / p."""
    return _place_by_place(groups, scores, target, k, lambda share, i: math.ceil(share * i) / share)


def det_relaxed(groups: Sequence[str], scores: Sequence[float], target: Shares, k: int) -> list[int]:
    """DetRelaxed: as DetCons with ⌈⌈p · i⌉ / p⌉, whole places, so that more ties are left to the score."""
    return _place_by_place(groups, scores, target, k, lambda share, i: math.ceil(math.ceil(share * i) / share))


def det_const_sort(groups: Sequence[str], scores: Sequence[float], target: Shares, k: int) -> list[int]:
    """DetConstSort: everybody is placed by the time a floor needs them, and moves up past lower scores from there.

    Returns indices into the input, min(k, n) of them. Holds min(⌊p · i⌋, members of the group) at every prefix i, for
    any number of groups.
    """
    _check(groups, scores, target, k)
    placed: list[int] = []
    deadlines: list[float] = []
    for deadline, candidate in _by_deadline(groups, scores, target)[:k]:
        place = len(placed)
        # Whoever makes room moves from 0-based place - 1 to place, which is rank place + 1: the last that is allowed
        # is their deadline, a rank counted from 1. (The published pseudo-code compares it with the index.)
        while place > 0 and deadlines[place - 1] >= place + 1 and scores[placed[place - 1]] < scores[candidate]:
            place -= 1
        placed.insert(place, candidate)
        deadlines.insert(place, deadline)
    return placed


METHODS: Mapping[str, Callable[[Sequence[str], Sequence[float], Shares, int], list[int]]] = {
    "floors": best_within_floors,
    "detgreedy": det_greedy,
    "detcons": det_cons,
    "detrelaxed": det_relaxed,
    "detconstsort": det_const_sort,
}


def shortfall(groups_of_result: Sequence[str], target: Shares, available: Mapping[str, int]) -> dict[str, int]:
    """By group, how many of its ⌊p · k⌋ places in a list of k the pool has nobody for.

    `available[g]` counts the candidates of group g in the pool, those shown among them. Groups that lack nobody are
    left out.
    """
    k = len(groups_of_result)
    lacking = {group: floor_at(share, k) - available.get(group, 0) for group, share in target.items()}
    return {group: places for group, places in lacking.items() if places > 0}


@dataclass(frozen=True, slots=True)
class _Move:
    """The whole unconstrained order, what is shown instead of its beginning, what groups are called in words, and the
    shares that were held as floors."""

    before: list[int]
    order: list[int]
    names: Mapping[str, str]
    floors: Shares


def _reported(groups: Sequence[str], scores: Sequence[float], target: Shares | None, move: _Move) -> Reranked:
    shown = [groups[i] for i in move.order]
    rank_of = {candidate: rank for rank, candidate in enumerate(move.before, 1)}
    rank_before = tuple(rank_of[i] for i in move.order)
    return Reranked(
        order=tuple(move.order),
        rank_before=rank_before,
        moved=tuple(before - now for now, before in enumerate(rank_before, 1)),
        because=_reasons(shown, rank_before, move.floors, move.names),
        ndcg=ndcg([scores[i] for i in move.order], scores),
        ndkl=ndkl(shown, target) if target is not None and shown else None,
        floors_met=infeasible_index(shown, move.floors) == 0,
        shortfall=shortfall(shown, move.floors, Counter(groups)),
    )


def _reasons(
    shown: list[str], rank_before: tuple[int, ...], target: Shares, names: Mapping[str, str]
) -> tuple[str, ...]:
    counts: Counter[str] = Counter()
    reasons = []
    for now, (group, before) in enumerate(zip(shown, rank_before, strict=True), 1):
        counts[group] += 1
        needed_by = _deadline(target.get(group, Fraction(0)), counts[group])
        name = names.get(group, f"group {group}")
        if before == now:
            reasons.append("")
        elif before < now:
            reasons.append(f"moved down {_places(now - before)} so that other groups hold their share of the list")
        elif before > needed_by and needed_by <= len(shown):
            floor = f"{name} hold at least {counts[group]} of the first {needed_by:.0f}"
            reasons.append(f"moved up {_places(before - now)} so that {floor}")
        else:
            reasons.append(f"moved up {_places(before - now)} into room that others left")
    return tuple(reasons)


def _places(count: int) -> str:
    return f"{count} place" if count == 1 else f"{count} places"


def _holds(groups: Sequence[str], order: list[int], target: Shares) -> bool:
    """Whether every prefix holds min(⌊p · i⌋, members in the pool) of each group: all that could be asked of it."""
    available, seen = Counter(groups), Counter[str]()
    for i, candidate in enumerate(order, 1):
        seen[groups[candidate]] += 1
        if any(seen[group] < min(floor_at(share, i), available[group]) for group, share in target.items()):
            return False
    return True


def _place_by_place(
    groups: Sequence[str], scores: Sequence[float], target: Shares, k: int, urgency: _Urgency
) -> list[int]:
    _check(groups, scores, target, k)
    waiting = {group: members[::-1] for group, members in _members(groups, scores).items()}
    counts: Counter[str] = Counter()
    order: list[int] = []
    for i in range(1, min(k, len(groups)) + 1):
        left = {group: target.get(group, Fraction(0)) for group, members in waiting.items() if members}
        below = [group for group, share in left.items() if counts[group] < floor_at(share, i)]
        middle = [group for group, share in left.items() if counts[group] < -floor_at(-share, i)]
        rank = urgency if middle and not below else _only_score
        group = min(below or middle or left, key=lambda g: (rank(left[g], i), -scores[waiting[g][-1]], waiting[g][-1]))
        order.append(waiting[group].pop())
        counts[group] += 1
    return order


def _only_score(_share: Fraction, _i: int) -> int:
    return 0


def _by_deadline(groups: Sequence[str], scores: Sequence[float], target: Shares) -> list[tuple[float, int]]:
    """(deadline, candidate), soonest first: the j-th of a group is needed in the first ⌈j / p⌉ places."""
    queue = [
        (_deadline(target.get(group, Fraction(0)), j), candidate)
        for group, members in _members(groups, scores).items()
        for j, candidate in enumerate(members, 1)
    ]
    return sorted(queue, key=lambda due: (due[0], -scores[due[1]], due[1]))


def _deadline(share: Fraction, j: int) -> float:
    """The first prefix whose floor asks for the j-th of a group; infinite for a group without a share."""
    return -(-j * share.denominator // share.numerator) if share else math.inf


def _members(groups: Sequence[str], scores: Sequence[float]) -> dict[str, list[int]]:
    members: dict[str, list[int]] = {}
    for candidate in _by_score(range(len(groups)), scores):
        members.setdefault(groups[candidate], []).append(candidate)
    return members


def _by_score(candidates: Sequence[int], scores: Sequence[float]) -> list[int]:
    return sorted(candidates, key=lambda i: (-scores[i], i))


def _check(groups: Sequence[str], scores: Sequence[float], target: Shares | None, k: int) -> None:
    if len(groups) != len(scores):
        raise InputError(f"{len(groups)} groups and {len(scores)} scores", hint="give one of each per candidate")
    if k < 1:
        raise InputError(f"a list of {k} places was asked for", hint="k is 1 or more")
    if not all(math.isfinite(score) and score >= 0 for score in scores):
        raise InputError("a score is negative or not a number", hint="relevance scores are 0 or more")
    if target is not None:
        check_shares(target)
