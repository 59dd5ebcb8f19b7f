"""Dice that fall the same on every platform, Python and numpy.

numpy promises that the raw bits of a bit generator stay the same, but not what `Generator` makes of them, so only
the bits are taken and every choice is whole-number arithmetic on them.
Source: NEP 19, https://numpy.org/neps/nep-0019-rng-policy.html.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import TypeVar

import numpy as np

from matchmaker.errors import InputError

T = TypeVar("T")
_BLOCK = 8192  # one call for many bits: a call for each choice would cost more than the choice


class Dice:
    """Choices that depend on `seed` (0 or more) and on the order in which they are asked for, on nothing else."""

    def __init__(self, seed: int) -> None:
        if seed < 0:
            raise InputError(f"seed {seed} is negative", hint="use a whole number of 0 or more")
        self._bits = _bits(np.random.PCG64(seed))

    def below(self, n: int) -> int:
        """A whole number in [0, n), for 1 <= n < 2**32; the unevenness is under 2**-32."""
        return (next(self._bits) * n) >> 64

    def between(self, low: int, high: int) -> int:
        """A whole number in [low, high], both ends included."""
        return low + self.below(high - low + 1)

    def chance(self, percent: int) -> bool:
        """True in `percent` of a hundred cases."""
        return self.below(100) < percent

    def one_of(self, items: Sequence[T]) -> T:
        """One of `items`, all equally likely. Raises IndexError for none."""
        return items[self.below(len(items))]

    def weighted(self, weights: Sequence[int]) -> int:
        """An index i of `weights`, with probability weights[i] / sum(weights)."""
        sums = list(accumulate(weights))
        return bisect_right(sums, self.below(sums[-1]))

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """A new list of `items` in random order (Fisher-Yates)."""
        order = list(items)
        for i in range(len(order) - 1, 0, -1):
            j = self.below(i + 1)
            order[i], order[j] = order[j], order[i]
        return order


def shared_out(total: int, weights: Sequence[int], least: int) -> list[int]:
    """`total` things shared by weight, each share `least` or more, by largest remainder (earlier index wins a tie).

    Raises InputError when `total` is less than `least` for each.
    """
    spare = total - least * len(weights)
    if spare < 0:
        raise InputError(f"{total} is too few for {len(weights)} shares of {least}", hint="ask for a larger world")
    whole = sum(weights)
    shares = [spare * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(spare * weights[i] % whole), i))
    for i in by_remainder[: spare - sum(shares)]:
        shares[i] += 1
    return [least + share for share in shares]


def _bits(source: np.random.PCG64) -> Iterator[int]:
    while True:
        yield from source.random_raw(_BLOCK).tolist()
