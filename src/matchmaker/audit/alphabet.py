"""By-lines in alphabetical order, from which nobody can read who led.

The share of by-lines that were put into alphabetical order on purpose is (a − e) / (1 − e), where a is the share found
in that order and e what chance gives, 1 / n! for n names (Waltman 2012, doi:10.1016/j.joi.2012.07.008).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.special import gammaln

from matchmaker.audit.bylines import ByLines
from matchmaker.audit.proportions import wilson
from matchmaker.matching.arrays import BoolArray

# A field orders names by alphabet where certainly more than this part of its by-lines do so on purpose. Waltman finds
# above 0.5 in mathematics, economics and high-energy physics, and below 0.1 in nearly everything else.
ON_PURPOSE: Final = 0.2
# Fewer by-lines of two or more names say nothing about a field.
FEWEST: Final = 30
# So many names stand in alphabetical order by chance once in 720 by-lines, so where they do, it was meant.
LONG: Final = 6


@dataclass(frozen=True, eq=False)
class Alphabetical:
    """Which works are left out (one value per work), and the names of the fields found to order by alphabet."""

    works: BoolArray
    fields: tuple[str, ...]


def alphabetical(lines: ByLines, names: Sequence[str], topics: pa.ChunkedArray) -> Alphabetical:
    """Works of fields that order names by alphabet, and long by-lines in that order in whatever field.

    `names[p]` is how person p signs, `topics` the list of topics of each text; a field is a topic. A work of several
    topics is left out where any of them is such a field; a work without topics is judged by its length alone. Family
    names are the last word, or what stands before a comma, without accents; where that is wrong, a field looks less
    alphabetical than it is.
    """
    ordered = in_order(lines, names)
    of_work, topic = _topics(lines, topics)
    fields = _fields(lines, ordered, of_work, topic)
    works = ordered & (lines.names >= LONG)
    works[of_work[np.isin(topic.indices.to_numpy(), fields)]] = True
    return Alphabetical(works, tuple(sorted(topic.dictionary[int(field)].as_py() for field in fields)))


def in_order(lines: ByLines, names: Sequence[str]) -> BoolArray:
    """Whether the family names of each work stand in alphabetical order (equal ones may follow each other)."""
    _, place = np.unique(np.array([_family(name) for name in names]), return_inverse=True)
    of_row = place[lines.person]
    rises = np.append(True, of_row[1:] >= of_row[:-1])
    rises[lines.start[:-1]] = True
    return np.logical_and.reduceat(rises, lines.start[:-1]) if len(rises) > 1 else rises[: len(lines.texts)]


def _family(name: str) -> str:
    words = name.partition(",")[0].split() if "," in name else name.split()[-1:]
    plain = unicodedata.normalize("NFKD", "".join(words).casefold())
    return "".join(letter for letter in plain if letter.isalpha())


def _topics(lines: ByLines, topics: pa.ChunkedArray) -> tuple[np.ndarray, pa.DictionaryArray]:
    """(work, topic) pairs."""
    listed = topics.combine_chunks().take(pa.array(lines.texts))
    of_work: np.ndarray = pc.list_parent_indices(listed).to_numpy().astype(np.int64)
    return of_work, pc.list_flatten(listed).cast(pa.string()).dictionary_encode()


def _fields(lines: ByLines, ordered: BoolArray, of_work: np.ndarray, topic: pa.DictionaryArray) -> list[int]:
    several = lines.names[of_work] >= 2
    work, field = of_work[several], topic.indices.to_numpy()[several]
    by_chance = np.exp(-gammaln(lines.names + 1.0))
    n = np.bincount(field, minlength=len(topic.dictionary))
    found = np.bincount(field, weights=ordered[work], minlength=len(n))
    expected = np.bincount(field, weights=by_chance[work], minlength=len(n))
    judged = np.flatnonzero(n >= FEWEST)
    return [int(f) for f in judged if _on_purpose(int(found[f]), expected[f] / n[f], int(n[f])) > ON_PURPOSE]


def _on_purpose(found: int, by_chance: float, n: int) -> float:
    """The least part of the by-lines that was ordered on purpose, at 95 % confidence."""
    low = wilson(found, n).low or 0.0
    return (low - by_chance) / (1.0 - by_chance)
