"""How many places of every prefix a group should hold at least, and at most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np

from matchmaker.errors import InputError
from matchmaker.fairness.lineup import Counts
from matchmaker.measures.representation import floor_at

Shares = Mapping[str, Fraction]


def check_part(shares: Shares) -> None:
    """Raise InputError unless the shares are 0 or more and sum to at most 1: a target, or a part of one."""
    if any(share < 0 for share in shares.values()) or sum(shares.values()) > 1:
        parts = " + ".join(f"{group} {share}" for group, share in shares.items())
        raise InputError(
            f"shares that cannot be held together: {parts}", hint="shares are 0 or more, together at most 1"
        )


def floor_table(shares: Shares, names: Sequence[str], length: int) -> Counts:
    """floors[i, g] = ⌊p · (i + 1)⌋ of the group `names[g]`, exact, shape (length, G); 0 for a group without a share."""
    table = np.zeros((length, len(names)), dtype=np.int64)
    for g, name in enumerate(names):
        if share := shares.get(name):
            table[:, g] = [floor_at(share, i) for i in range(1, length + 1)]
    return table


def ceiling_table(shares: Sequence[Fraction], members: Sequence[int], length: int) -> Counts:
    """ceilings[i, g]: at most so many of the first i places go to group g, for i = 0 … length, shape (length + 1, G).

    ⌈t · q_g(i) + (1 - t) · i⌉, where t = Σ shares is the part of a target that is held and q the water-filled quota:
    the i places are shared in proportion to the shares, groups that ran out stay at their members, and what is left
    when all of them ran out goes to the groups without a share. q_g(i) is never below min(p_g · i, members of g), grows
    with i and sums to i over the groups, so it is a flow of one place per step. Its prefix sums per group and its steps
    are two laminar families, whose matrix is totally unimodular (Edmonds 1970): a whole-numbered flow exists between
    ⌊q⌋ and ⌈q⌉. So floors min(⌊p · i⌋, members) and these ceilings can always be held together.
    """
    part = sum(shares, Fraction(0))
    table = np.repeat(np.arange(length + 1)[:, None], len(shares), axis=1)
    # Who runs out last stands first: with more places, each share of λ grows by the same factor.
    waiting = sorted((g for g, p in enumerate(shares) if p), key=lambda g: members[g] / shares[g], reverse=True)
    start = full = 0
    while part and start <= length:
        whole = sum((shares[g] for g in waiting), Fraction(0))
        end = (
            min(length + 1, _ceil(full + members[waiting[-1]] * whole / shares[waiting[-1]])) if waiting else length + 1
        )
        for g, share in enumerate(shares):
            # The quota of the first i places is rate · (i - full) + fixed.
            rate = share / whole if g in waiting else Fraction(not waiting and not share)
            fixed = members[g] if share and g not in waiting else 0
            table[start:end, g] = _ceilings(part, rate, (full, fixed), range(start, end))
        start = end
        full += members[waiting.pop()] if waiting else 0
    return table


def _ceilings(part: Fraction, rate: Fraction, full_and_fixed: tuple[int, int], prefixes: range) -> list[int]:
    """⌈part · (rate · (i - full) + fixed) + (1 - part) · i⌉ for each prefix i, in whole numbers."""
    full, fixed = full_and_fixed
    bottom = part.denominator * rate.denominator
    by_rate = part.numerator * rate.numerator
    by_place = bottom - part.numerator * rate.denominator
    always = part.numerator * rate.denominator * fixed
    return [-(-(by_rate * (i - full) + always + by_place * i) // bottom) for i in prefixes]


def _ceil(number: Fraction) -> int:
    return -(-number.numerator // number.denominator)
