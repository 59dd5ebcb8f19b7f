"""How the beginnings of many lists compare with their targets: measures of `measures.representation`, list by list at
once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.audit.reading import Along
from matchmaker.audit.resampling import Ints, Numbers
from matchmaker.measures.quotients import quotient
from matchmaker.measures.ranking import position_weights


@dataclass(frozen=True, slots=True, eq=False)
class Prefixes:
    """Some lists with their groups: `seen[l, k, g]` counts group g in the first k + 1 places of list l.

    `sizes` (lists,) are the places of each; `counts` and `exposure` (lists, groups) the places and the share of
    attention of each group at the end.
    """

    seen: Ints
    sizes: Ints
    counts: Ints
    exposure: Numbers

    @classmethod
    def of(cls, along: Along, groups: Ints, numbers: Ints, width: int) -> Prefixes:
        """Those of the lists `numbers` (rising); `groups` gives the group of each key."""
        wanted = np.isin(along.of_list, numbers)
        place_groups, lists = groups[along.keys[wanted]], np.searchsorted(numbers, along.of_list[wanted])
        known = place_groups >= 0
        place_groups, lists, attention = place_groups[known], lists[known], along.attention[wanted][known]
        sizes = np.bincount(lists, minlength=len(numbers))
        starts = np.cumsum(sizes) - sizes
        ranks = np.arange(len(lists)) - np.repeat(starts, sizes)
        seen = np.zeros((len(numbers), int(sizes.max(initial=0)), width), dtype=np.int64)
        seen[lists, ranks, place_groups] = 1
        exposure = np.bincount(lists * width + place_groups, attention, minlength=len(numbers) * width)
        return cls(
            seen.cumsum(axis=1), sizes, seen.sum(axis=1), exposure.reshape(len(numbers), width).astype(np.float64)
        )

    def against(self, shares: tuple[Ints, Ints], bottoms: Ints) -> tuple[NDArray[np.float64], ...]:
        """Lists that have places, lists with a finite NDKL, that NDKL (0 elsewhere), and prefixes below a floor.

        Each has the shape (lists,). `shares` are the numerators of targets and of floors (0 for a group that is spared)
        over `bottoms`, shape (lists, groups).
        """
        tops, floored = shares
        has_places = self.sizes > 0
        divergence = self._ndkl(tops / bottoms)
        finite = has_places & np.isfinite(divergence)
        return (
            has_places.astype(np.float64),
            finite.astype(np.float64),
            np.where(finite, divergence, 0.0),
            self._infeasible(floored, bottoms).astype(np.float64),
        )

    def _within(self) -> NDArray[np.bool_]:
        return np.arange(self.seen.shape[1])[None, :] < self.sizes[:, None]

    def _ndkl(self, target: Numbers) -> Numbers:
        """NDKL of each list (see `measures.representation.ndkl`): inf where a group without a share is shown."""
        length = self.seen.shape[1]
        shares = self.seen / np.arange(1, length + 1)[None, :, None]
        stranger = ((self.counts > 0) & (target == 0)).any(axis=1)
        ratio = np.divide(
            shares, target[:, None, :], out=np.ones_like(shares), where=(shares > 0) & (target > 0)[:, None]
        )
        # Rounding can leave a little less than the 0 that Gibbs' inequality promises.
        divergence = np.maximum((shares * np.log(ratio)).sum(axis=2), 0.0)
        weights = position_weights(length)[None, :] * self._within()
        return np.where(stranger, np.inf, quotient((divergence * weights).sum(axis=1), weights.sum(axis=1)))

    def _infeasible(self, tops: Ints, bottoms: Ints) -> Ints:
        """Prefixes in which some group has fewer than ⌊share · k⌋ places."""
        ks = np.arange(1, self.seen.shape[1] + 1)[None, :, None]
        below = (self.seen < tops[:, None, :] * ks // bottoms[:, None, :]).any(axis=2)
        return np.asarray((below & self._within()).sum(axis=1), np.int64)


def floors_of(tops: Ints, bottoms: Ints, sizes: Ints) -> Ints:
    """⌊share · size⌋ of each list and group, exact."""
    return tops * sizes[:, None] // bottoms
