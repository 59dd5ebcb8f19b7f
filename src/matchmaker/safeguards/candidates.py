"""Listed names close to a name: all of them where a person should look, some of them for the log.

`Close` compares with every listed name that could reach the threshold; it leaves out only what cannot, by length,
first letter and letters in common, so it finds exactly what comparing everything would find. `Similar` finds names that
share uncommon words or runs of letters and is quick on a whole list; what it misses are mostly names that share common
words only (Institute of Physiology, Institute of Philosophy), and nothing but log lines rests on it.
"""

from __future__ import annotations

from collections import Counter
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
_KINDS: Final = 32  # of letters: a to z apart, all others thrown together with some of them
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

        Only names that begin alike gain by their prefix: so others need more in common to be compared at all.
        """
        alike = (self._cutoff - _LONGEST_PREFIX) / (1 - _LONGEST_PREFIX)
        found = dict(compared(name, self._all.within(name, self._cutoff), self._cutoff))
        if name[0] in self._by_first:
            found |= dict(compared(name, self._by_first[name[0]].within(name, alike), self._cutoff))
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
    """Distinct names, short ones first, and how often each kind of letter stands in them."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = sorted(set(names), key=lambda name: (len(name), name))
        self._lengths = np.array([len(name) for name in self.names], np.int32)
        self._letters = np.zeros((_KINDS, len(self.names)), np.uint16)
        for number, name in enumerate(self.names):
            kinds = np.frombuffer(name.encode("utf-32-le"), np.uint32) % _KINDS
            self._letters[:, number] = np.bincount(kinds, minlength=_KINDS)

    def within(self, name: str, jaro: float) -> list[str]:
        """Names that may have at least the Jaro similarity `jaro` to `name`; those that cannot are left out.

        With m letters in common, Jaro similarity is at most (m / length + m / other length + 1) / 3, and m is at most
        the shorter length: so names of very different lengths, or with too few letters of the same kinds, are out.
        """
        ratio = 3 * jaro - 2
        shortest, longest = len(name) * ratio - _ROUNDING, len(name) / ratio + _ROUNDING
        start, end = np.searchsorted(self._lengths, [shortest, longest + 1]).tolist()
        common = np.zeros(end - start, np.uint16)
        for kind, count in Counter(ord(letter) % _KINDS for letter in name).items():
            common += np.minimum(self._letters[kind, start:end], count)
        enough = common * (1 / len(name) + 1 / self._lengths[start:end]) >= 3 * jaro - 1 - _ROUNDING
        return [self.names[start + at] for at in np.flatnonzero(enough).tolist()]


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
