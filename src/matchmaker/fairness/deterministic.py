"""DetGreedy, DetCons, DetRelaxed and DetConstSort, after Geyik, Ambler & Kenthapadi (2019).

doi:10.1145/3292500.3330691. All four take the best candidates of each group in order of score (ties by input order), so
the order within a group is kept, nobody is shown twice and nobody comes from outside. When a group runs out, the others
go on. A group without a share has no claim: it is shown where the others have run out.

A higher score can cost somebody a place here, because it can change whose turn comes when; `floors` and `exact` promise
that it never does. `target` may be a part of a target: shares of 0 or more, together at most 1. Each returns indices
into the input, min(k, n) of them, and raises InputError for other shares, for scores that are negative or no number,
and for k below 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction

from matchmaker.fairness.lineup import Lineup, check_length, line_up
from matchmaker.fairness.quotas import Shares, check_part

# (places that group g holds at most now: ⌈p · i⌉, g) → a number: the smallest goes first, then the better score.
_Urgency = Callable[[int, int], int]


def det_greedy(groups: Sequence[str], scores: Sequence[float], target: Shares, k: int) -> list[int]:
    """DetGreedy: groups below their floor first; else the best score among groups below their ceiling ⌈p · i⌉.

    Holds every floor for up to three groups; more may break one.
    """
    return _place_by_place(groups, scores, target, k, lambda _shares: lambda _most, _g: 0)


def det_cons(groups: Sequence[str], scores: Sequence[float], target: Shares, k: int) -> list[int]:
    """DetCons: as DetGreedy, but the group goes first whose ceiling ⌈p · i⌉ will bind soonest, at ⌈p · i⌉ / p."""
    return _place_by_place(groups, scores, target, k, _soonest)


def det_relaxed(groups: Sequence[str], scores: Sequence[float], target: Shares, k: int) -> list[int]:
    """DetRelaxed: as DetCons with ⌈⌈p · i⌉ / p⌉, whole places, so that more ties are left to the score."""
    return _place_by_place(groups, scores, target, k, _soonest_place)


def det_const_sort(groups: Sequence[str], scores: Sequence[float], target: Shares, k: int) -> list[int]:
    """DetConstSort: everybody is placed by the time a floor needs them, and moves up past lower scores from there.

    Holds min(⌊p · i⌋, members of the group) at every prefix i, for any number of groups.
    """
    check_length(k)
    check_part(target)
    lineup = line_up(groups, scores, target)
    gains = lineup.scores.tolist()
    placed: list[int] = []
    deadlines: list[float] = []
    for deadline, rank in _by_deadline(lineup, target, min(k, len(groups))):
        place, candidate = len(placed), lineup.by_score[rank]
        # Whoever makes room moves from 0-based place - 1 to place, which is rank place + 1: the last that is allowed
        # is their deadline, a rank counted from 1. (The published pseudo-code compares it with the index.)
        while place > 0 and deadlines[place - 1] >= place + 1 and gains[placed[place - 1]] < gains[candidate]:
            place -= 1
        placed.insert(place, candidate)
        deadlines.insert(place, deadline)
    return placed


def _by_deadline(lineup: Lineup, target: Shares, length: int) -> list[tuple[float, int]]:
    """(deadline, rank by score) of the first `length`, soonest first: the j-th of a group is needed in the first
    ⌈j / p⌉ places, and never in a group without a share."""
    queue: list[tuple[float, int]] = []
    for name, members in zip(lineup.names, lineup.queues, strict=True):
        ranks = [lineup.rank[i] for i in members[:length]]
        if share := target.get(name, Fraction(0)):
            top, bottom = share.numerator, share.denominator
            queue += [(-(-j * bottom // top), rank) for j, rank in enumerate(ranks, 1)]
        else:
            queue += [(math.inf, rank) for rank in ranks]
    return sorted(queue)[:length]


def _place_by_place(
    groups: Sequence[str],
    scores: Sequence[float],
    target: Shares,
    k: int,
    urgency_of: Callable[[list[Fraction]], _Urgency],
) -> list[int]:
    check_length(k)
    check_part(target)
    lineup = line_up(groups, scores, target)
    shares = [target.get(name, Fraction(0)) for name in lineup.names]
    urgency = urgency_of(shares)
    parts = [(share.numerator, share.denominator) for share in shares]
    waiting = [[lineup.rank[i] for i in reversed(queue)] for queue in lineup.queues]
    counts = [0] * len(shares)
    order: list[int] = []
    for i in range(1, min(k, len(groups)) + 1):
        left = [g for g, queue in enumerate(waiting) if queue]
        below = [g for g in left if counts[g] < parts[g][0] * i // parts[g][1]]
        most = {g: -(-parts[g][0] * i // parts[g][1]) for g in left}
        middle = [] if below else [g for g in left if counts[g] < most[g]]
        if middle:
            chosen = min(middle, key=lambda g: (urgency(most[g], g), waiting[g][-1]))
        else:
            chosen = min(below or left, key=lambda g: waiting[g][-1])
        order.append(lineup.by_score[waiting[chosen].pop()])
        counts[chosen] += 1
    return order


def _soonest(shares: list[Fraction]) -> _Urgency:
    # ⌈p · i⌉ / p, times a number that makes every 1 / p whole.
    common = math.lcm(*(share.numerator for share in shares if share))
    per_place = [share.denominator * (common // share.numerator) if share else 0 for share in shares]
    return lambda most, g: most * per_place[g]


def _soonest_place(shares: list[Fraction]) -> _Urgency:
    parts = [(share.numerator, share.denominator) for share in shares]
    return lambda most, g: -(-most * parts[g][1] // parts[g][0])
