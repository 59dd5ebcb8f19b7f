"""Random lists, and slow plain ways to say what holds in them."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property


@dataclass(frozen=True)
class List:
    """A pool with scores (with ties), exact shares of some groups (perhaps others than the pool's), and a length."""

    groups: list[str]
    scores: list[float]
    target: dict[str, Fraction]
    k: int

    @property
    def length(self) -> int:
        return min(self.k, len(self.groups))

    @property
    def by_score(self) -> list[int]:
        return sorted(range(len(self.groups)), key=lambda i: (-self.scores[i], i))[: self.k]

    def raised(self, candidate: int, by: float) -> List:
        scores = [score + by * (i == candidate) for i, score in enumerate(self.scores)]
        return List(self.groups, scores, self.target, self.k)


def random_shares(dice: random.Random, names: str) -> dict[str, Fraction]:
    parts = {group: dice.choice([0, 1, 1, 2, 3, 5, 9]) for group in names}
    parts[dice.choice(names)] += 1
    return {group: Fraction(n, sum(parts.values())) for group, n in parts.items()}


def random_lists(seed: int, count: int, most_groups: int = 4, largest: int = 12) -> Iterator[List]:
    """Lists of up to `largest` candidates of up to `most_groups` groups with a share, now and then of one without."""
    dice = random.Random(seed)
    for _ in range(count):
        names = "ABCDEF"[: dice.randint(1, most_groups)]
        groups = dice.choices(names + "X" * dice.randint(0, 1), k=dice.randint(1, largest))
        # Coarse scores give ties; one group is often behind, or its floors would ask for nothing.
        behind = dice.choice([1, 2, 4])
        scores = [dice.randint(0, 16) / 16 / (behind if group == names[-1] else 1) for group in groups]
        yield List(groups, scores, random_shares(dice, names), dice.randint(1, largest - 2))


class Bounds:
    """The fewest and the most of each group at every prefix, worked out one by one and kept for a list."""

    def __init__(self, asked: List) -> None:
        self.asked, self.members = asked, Counter(asked.groups)
        self.prefixes = range(1, asked.length + 1)

    @cached_property
    def fewest(self) -> list[dict[str, int]]:
        return [
            {g: min(p.numerator * i // p.denominator, self.members[g]) for g, p in self.asked.target.items()}
            for i in self.prefixes
        ]

    @cached_property
    def most(self) -> list[tuple[dict[str, int], int]]:
        """By prefix, of each group with a share, and of those without one together."""
        poured = [quotas(self.asked.target, self.members, i) for i in self.prefixes]
        return [
            ({g: math.ceil(q) for g, q in quota.items()}, math.ceil(i - sum(quota.values())))
            for i, quota in zip(self.prefixes, poured, strict=True)
        ]

    def floors_hold(self, order: Sequence[int]) -> bool:
        """Whether every prefix i holds min(⌊p · i⌋, members) of each group."""
        return all(
            all(seen[g] >= n for g, n in fewest.items())
            for seen, fewest in zip(self._seen(order), self.fewest, strict=True)
        )

    def ceilings_hold(self, order: Sequence[int]) -> bool:
        """Whether no prefix holds more than the quota, rounded up, of a group, or of those without a share together."""
        return all(
            all(seen[g] <= n for g, n in most.items()) and sum(seen.values()) - sum(seen[g] for g in most) <= others
            for seen, (most, others) in zip(self._seen(order), self.most, strict=True)
        )

    def _seen(self, order: Sequence[int]) -> Iterator[Counter[str]]:
        seen = Counter[str]()
        for candidate in order:
            seen[self.asked.groups[candidate]] += 1
            yield seen


def quotas(target: Mapping[str, Fraction], members: Mapping[str, int], i: int) -> dict[str, Fraction]:
    """The water-filled quota of each group with a share at prefix i, by pouring until nobody runs over."""
    full: dict[str, Fraction] = {}
    while True:
        open_to = {g: p for g, p in target.items() if p and g not in full}
        places, whole = i - sum(full.values()), sum(open_to.values())
        poured = {g: places * p / whole for g, p in open_to.items()}
        over = [g for g, quota in poured.items() if quota > members[g]]
        if not over:
            return full | poured
        full |= {g: Fraction(members[g]) for g in over}
