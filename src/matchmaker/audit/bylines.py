"""By-lines as arrays: who signed which work, in which place, from which country."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from matchmaker.matching.arrays import BoolArray
from matchmaker.matching.corpus import Corpus
from matchmaker.places.resolve import border_key
from matchmaker.places.sets import INCOME_GROUPS, income_group

GROUPS: Final = (*INCOME_GROUPS, "unknown")
NOWHERE: Final = -1

Numbers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ByLines:
    """Every by-line of the works of an index; statements of interest have none.

    `texts[w]` is the text number of work w and `year[w]` its year; its names are rows `start[w]` to `start[w + 1]`, in
    the order of the by-line. `person[r]` signed row r; `joining[r]` is the number of the first country named there
    (`NOWHERE` where none is known: it is never guessed). `named_row` and `named` are all countries of all rows, in
    pairs. Numbers of countries are places in `codes`; a territory counts with its sovereign (`places.border_key`).
    """

    texts: Numbers
    year: Numbers
    start: Numbers
    person: Numbers
    joining: Numbers
    named_row: Numbers
    named: Numbers
    codes: tuple[str, ...]
    as_of: date

    @cached_property
    def names(self) -> Numbers:
        """How many names each work has."""
        return np.diff(self.start)

    @cached_property
    def work(self) -> Numbers:
        """The work of each row."""
        return np.repeat(np.arange(len(self.texts)), self.names)

    @cached_property
    def placed(self) -> Numbers:
        """How many names of each work have a country."""
        return np.bincount(self.work[self.joining >= 0], minlength=len(self.texts))

    @cached_property
    def group_of(self) -> Numbers:
        """Country number → place in `GROUPS`; "unknown" is what the World Bank leaves unclassified."""
        return np.array([GROUPS.index(income_group(code, self.as_of)) for code in self.codes], dtype=np.int64)

    def within(self, window: tuple[int, int]) -> BoolArray:
        """Which works are of the years `window`, both ends among them."""
        return (self.year >= window[0]) & (self.year <= window[1])


def by_lines(corpus: Corpus) -> ByLines:
    """The by-lines of all works up to the date of the corpus.

    A name without a country of its own takes that of the first organisation on it that has one.
    """
    rows = _rows_of_works(corpus)
    row, code = _countries(rows, corpus.tables.institutions)
    codes, number = np.unique(np.array([border_key(each) for each in code.dictionary.to_pylist()]), return_inverse=True)
    named = number[code.indices.to_numpy()] if len(number) else np.empty(0, dtype=np.int64)
    joining = np.full(rows.num_rows, NOWHERE, dtype=np.int64)
    joining[row[::-1]] = named[::-1]  # the first one named is written last
    texts, start = np.unique(rows["text"].to_numpy().astype(np.int64), return_index=True)
    return ByLines(
        texts=texts, year=_years(corpus, texts), start=np.append(start, rows.num_rows),
        person=rows["person"].to_numpy().astype(np.int64), joining=joining, named_row=row, named=named,
        codes=tuple(codes.tolist()), as_of=corpus.as_of,
    )  # fmt: skip


def _rows_of_works(corpus: Corpus) -> pa.Table:
    rows = corpus.tables.authorships
    text, position = rows["text"].to_numpy(), rows["position"].to_numpy()
    order = np.lexsort((position, text))
    said = ~corpus.is_interest & (corpus.published <= np.datetime64(corpus.as_of))
    return rows.take(pa.array(order[said[text[order]]])).combine_chunks()


def _years(corpus: Corpus, texts: Numbers) -> Numbers:
    return corpus.published[texts].astype("datetime64[Y]").astype(np.int64) + 1970


def _countries(rows: pa.Table, institutions: pa.Table) -> tuple[Numbers, pa.DictionaryArray]:
    """(row, country) pairs, sorted by row and by the order on it."""
    row, code = _flat(rows["countries"])
    at, organisation = _flat(rows["institutions"])
    lies = institutions["country"].combine_chunks().take(pc.index_in(organisation, institutions["id"].combine_chunks()))
    bare = np.ones(rows.num_rows, dtype=np.bool_)
    bare[row] = False
    kept = bare[at] & np.asarray(pc.is_valid(lies))
    row = np.concatenate([row, at[kept]])
    codes = pa.concat_arrays([code.cast(pa.string()), lies.filter(pa.array(kept)).cast(pa.string())])
    order = np.argsort(row, kind="stable")
    return row[order], codes.take(pa.array(order)).dictionary_encode()


def _flat(column: pa.ChunkedArray) -> tuple[Numbers, pa.Array]:
    lists = column.combine_chunks()
    if isinstance(lists, pa.ChunkedArray):
        lists = pa.concat_arrays(lists.chunks) if lists.num_chunks else pa.array([], lists.type)
    return pc.list_parent_indices(lists).to_numpy().astype(np.int64), pc.list_flatten(lists)
