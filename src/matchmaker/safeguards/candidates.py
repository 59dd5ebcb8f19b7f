"""Listed names close to a name: all of them where a person should look, some of them for the log.

`Close` compares with every listed name that could reach the threshold; it leaves out only what cannot, by length and
first letter, so it finds exactly what comparing everything would find. `Similar` finds names that share uncommon words
or runs of letters and is quick on a whole list; what it misses are mostly names that share common words only
(Institute of Physiology, Institute of Philosophy), and nothing but log lines rests on it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import extract

Numbers = npt.NDArray[np.int32]
Scored = list[tuple[str, float]]  # a comparable name and its closeness

_LONGEST_PREFIX: Final = 0.4  # what four equal first letters add at most, as a share of what is missing to 1
_ROUNDING: Final = 1e-9
# rapidfuzz gives up pairs that reach a cutoff exactly, so it is asked for a little less.
_MARGIN: Final = 1e-6
_PIECES: Final = 10  # rarest pieces that are looked up
_ENOUGH: Final = 2000  # listed names under these pieces, after which only the first few pieces are looked up
_FEWEST: Final = 4  # pieces looked up even when they are common
_COMPARED: Final = 100  # listed names compared in the end


class Close:
    """Comparable names, ready to be asked for all that are at least as close to a name as `cutoff`."""

    def __init__(self, names: Iterable[str], cutoff: float) -> None:
        self._cutoff = cutoff
        self._all = _ByLength(names)
        by_first: dict[str, list[str]] = {}
        for name in self._all.names:
            by_first.setdefault(name[0], []).append(name)
        self._by_first = {first: _ByLength(names) for first, names in by_first.items()}

    def to(self, name: str) -> Scored:
        """Every name whose closeness to `name` (not empty) is at least the cutoff, in no particular order.

        Jaro similarity is at most (2 + shorter / longer) / 3, and only names that begin alike gain by their prefix: so
        names of very different lengths are left out, others sooner than those that share the first letter.
        """
        otherwise = 3 * self._cutoff - 2
        alike = 3 * (self._cutoff - _LONGEST_PREFIX) / (1 - _LONGEST_PREFIX) - 2
        found = dict(compared(name, self._all.near(len(name), otherwise), self._cutoff))
        if name[0] in self._by_first:
            found |= dict(compared(name, self._by_first[name[0]].near(len(name), alike), self._cutoff))
        return list(found.items())


class Similar:
    """Comparable names, ready to be asked for some that share uncommon pieces with a name."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = sorted(set(names))
        self._piece_ids, self._starts, self._under = _inverted(self._names)

    def to(self, name: str, cutoff: float) -> Scored:
        """Names at least as close to `name` as `cutoff`, among the hundred that share most of its rarest pieces."""
        return compared(name, [self._names[at] for at in self._sharing(name)], cutoff)

    def _sharing(self, name: str) -> Numbers:
        rarest = self._rarest(name)
        if not rarest:
            return np.empty(0, np.int32)
        under = np.concatenate([self._under[self._starts[piece] : self._starts[piece + 1]] for piece in rarest])
        numbers, shared = np.unique(under, return_counts=True)
        most = np.argsort(-shared, kind="stable")[:_COMPARED]
        return numbers[most]

    def _rarest(self, name: str) -> list[int]:
        known = (self._piece_ids[piece] for piece in pieces(name) if piece in self._piece_ids)
        frequencies = sorted((int(self._starts[piece + 1] - self._starts[piece]), piece) for piece in known)
        rarest: list[int] = []
        listed = 0
        for frequency, piece in frequencies[:_PIECES]:
            listed += frequency
            if listed > _ENOUGH and len(rarest) >= _FEWEST:
                break
            rarest.append(piece)
        return rarest


def compared(name: str, choices: Sequence[str], cutoff: float) -> Scored:
    """Those of `choices` whose closeness to `name` is at least `cutoff`."""
    found = extract(
        name, choices, scorer=JaroWinkler.similarity, processor=None, score_cutoff=cutoff - _MARGIN, limit=None
    )
    return [(other, float(score)) for other, score, _ in found if score >= cutoff]


def pieces(name: str) -> set[str]:
    """The words of a comparable name and its runs of three letters, spaces included."""
    padded = f" {name} "
    return {*name.split(), *(padded[at : at + 3] for at in range(len(padded) - 2))}


class _ByLength:
    """Distinct names, short ones first."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = sorted(set(names), key=lambda name: (len(name), name))
        self._lengths = [len(name) for name in self.names]

    def near(self, length: int, ratio: float) -> list[str]:
        """Names whose length differs from `length` by no more than `ratio` (shorter / longer) allows."""
        shortest, longest = length * ratio - _ROUNDING, length / ratio + _ROUNDING
        return self.names[bisect_left(self._lengths, shortest) : bisect_right(self._lengths, longest)]


def _inverted(names: Sequence[str]) -> tuple[dict[str, int], npt.NDArray[np.int64], Numbers]:
    ids: dict[str, int] = {}
    piece_of, name_of = [], []
    for number, name in enumerate(names):
        numbered = [ids.setdefault(piece, len(ids)) for piece in sorted(pieces(name))]
        piece_of.append(np.array(numbered, np.int32))
        name_of.append(np.full(len(numbered), number, np.int32))
    if not names:
        return ids, np.zeros(1, np.int64), np.empty(0, np.int32)
    flat = np.concatenate(piece_of)
    order = np.argsort(flat, kind="stable")
    starts = np.searchsorted(flat[order], np.arange(len(ids) + 1)).astype(np.int64)
    return ids, starts, np.concatenate(name_of)[order]
