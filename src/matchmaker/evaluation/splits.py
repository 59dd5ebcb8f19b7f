"""Who could have been suggested on a day, and who turned out to be right: as-of splits without a look ahead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from matchmaker.errors import InputError, NothingToMatchError
from matchmaker.evaluation.later import Later
from matchmaker.matching.arrays import BoolArray, IntArray
from matchmaker.matching.corpus import Corpus
from matchmaker.matching.ties import coauthorship
from matchmaker.places.resolve import border_key

FEWEST_ABSTRACTS: Final = 3
# A by-line of more names tells little of who chose to work with whom.
MOST_AUTHORS: Final = 10
_FEW_AUTHORS: Final = 4


@dataclass(frozen=True, eq=False)
class Truth:
    """Right answers, one row each: `query[i]` (row of `Split.queries`) should find `candidate[i]` (row of
    `Split.candidates`), of gain 1 or 2, because of the later work `work[i]`."""

    query: IntArray
    candidate: IntArray
    gain: NDArray[np.float64]
    work: IntArray

    def only(self, chosen: BoolArray) -> Truth:
        """Those of the right answers that are chosen, shape (answers,)."""
        return Truth(self.query[chosen], self.candidate[chosen], self.gain[chosen], self.work[chosen])


@dataclass(frozen=True, eq=False)
class Split:
    """A question for everybody in `queries`, everybody in `candidates` to choose from, and what turned out right.

    For people, both are rows of the corpus's people; for texts, `queries` are rows of `Later`. `counts` says what was
    left out and why. Ranked is the whole pool, always.
    """

    corpus: Corpus
    queries: IntArray
    candidates: IntArray
    truth: Truth
    counts: Mapping[str, int] = field(default_factory=dict)

    def barred(self, query: int) -> BoolArray:
        """Which candidates may not be suggested to a query, shape (candidates,)."""
        return np.zeros(len(self.candidates), dtype=np.bool_)

    def introduced(self, query: int) -> BoolArray:
        """Which candidates share a co-author with a query, shape (candidates,)."""
        return np.zeros(len(self.candidates), dtype=np.bool_)


@dataclass(frozen=True, eq=False)
class PeopleSplit(Split):
    """Researchers, and the people abroad they had never worked with before and worked with later."""

    @cached_property
    def _packed(self) -> dict[int, NDArray[np.uint8]]:
        return {}

    @cached_property
    def _coauthors(self) -> csr_matrix:
        return coauthorship(self.corpus)

    @cached_property
    def _countries(self) -> csr_matrix:
        return country_rows(self.corpus)

    @cached_property
    def _candidate_countries(self) -> csr_matrix:
        return csr_matrix(self._countries[self.candidates])

    def barred(self, query: int) -> BoolArray:
        """Themselves, whoever they wrote with, and whoever is in one of their countries."""
        return self._masks(query)[0]

    def introduced(self, query: int) -> BoolArray:
        """Who shares a co-author with them."""
        return self._masks(query)[1]

    def _masks(self, query: int) -> tuple[BoolArray, BoolArray]:
        """Both, kept as bits from the first ranking on: every other one needs them again."""
        if query not in self._packed:
            self._packed[query] = np.packbits(np.stack(self._found(query)), axis=1)
        bits = np.unpackbits(self._packed[query], axis=1, count=len(self.candidates)).astype(np.bool_)
        return bits[0], bits[1]

    def _found(self, query: int) -> tuple[BoolArray, BoolArray]:
        person = int(self.queries[query])
        same = (self._candidate_countries @ self._countries[person].T).toarray().ravel() > 0
        same |= self._coauthors[person].toarray().ravel()[self.candidates] > 0
        same |= self.candidates == person
        ways = (self._coauthors[person] @ self._coauthors).toarray().ravel()
        return np.asarray(same, dtype=np.bool_), np.asarray(ways[self.candidates] > 0, dtype=np.bool_)


def new_partners(
    corpus: Corpus, later: Later, has_abstract: BoolArray, fewest: int = FEWEST_ABSTRACTS,
    most_authors: int | None = MOST_AUTHORS,
) -> PeopleSplit:  # fmt: skip
    """Task A: who will work with somebody abroad for the first time, and with whom.

    Everybody with at least `fewest` abstracts and a known country is a candidate, and a query where they found somebody
    later. Right is a candidate who shares no work and no country with the query up to the date and a work of at most
    `most_authors` afterwards (of any number where None); the gain is 2 for several works together or one of at most
    four authors, else 1. Raises NothingToMatchError where there is no such pair.
    """
    candidates = eligible(corpus, has_abstract, fewest)
    place = np.full(corpus.n_people, -1, dtype=np.int64)
    place[candidates] = np.arange(len(candidates))
    found: dict[tuple[int, int], list[int]] = {}
    counts = dict.fromkeys(("too_many_authors", "not_candidates", "worked_together_before", "shared_country"), 0)
    for work in range(len(later.ids)):
        if most_authors is not None and later.n_authors[work] > most_authors:
            counts["too_many_authors"] += 1
            continue
        people = np.unique(later.people.of(work))
        inside = people[place[people] >= 0]
        counts["not_candidates"] += len(people) - len(inside)
        for pair in combinations(inside.tolist(), 2):
            found.setdefault(pair, []).append(work)
    one, two = (_ints(side) for side in (zip(*found, strict=True) if found else ((), ())))
    known = _entries(coauthorship(corpus), one, two)
    countries = country_rows(corpus)
    shared = ~known & (np.asarray(countries[one].multiply(countries[two]).sum(axis=1)).ravel() > 0)
    counts["worked_together_before"], counts["shared_country"] = int(known.sum()), int(shared.sum())
    pairs = {pair: found[pair] for pair, right in zip(found, (~known & ~shared).tolist(), strict=True) if right}
    return _people_split(corpus, later, candidates, pairs, counts)


def _people_split(
    corpus: Corpus, later: Later, candidates: IntArray, pairs: Mapping[tuple[int, int], list[int]],
    counts: dict[str, int],
) -> PeopleSplit:  # fmt: skip
    if not pairs:
        raise NothingToMatchError(
            f"nobody of {len(candidates)} candidates found a new partner abroad after {corpus.as_of}",
            hint="choose another cut-off, or works that cover more people and years",
        )
    both = [(a, b, works) for (one, two), works in pairs.items() for a, b in ((one, two), (two, one))]
    queries = np.unique([one for one, _, _ in both]).astype(np.int32)
    rows = sorted(
        (int(np.searchsorted(queries, one)), int(np.searchsorted(candidates, two)), _gain(later, works), works[0])
        for one, two, works in both
    )
    query, candidate, gain, work = zip(*rows, strict=True)
    truth = Truth(_ints(query), _ints(candidate), np.array(gain, dtype=np.float64), _ints(work))
    return PeopleSplit(corpus, queries, candidates, truth, {**counts, "pairs": len(pairs)})


def authors_of_texts(
    corpus: Corpus, later: Later, has_abstract: BoolArray, fewest: int = FEWEST_ABSTRACTS,
    most_authors: int | None = MOST_AUTHORS,
) -> Split:  # fmt: skip
    """Task B: a later text, and who wrote it, among everybody with at least `fewest` abstracts and a known country.

    Only texts with an abstract and at most `most_authors` (any number where None) ask. Raises NothingToMatchError where
    no author is known.
    """
    candidates = eligible(corpus, has_abstract, fewest)
    place = np.full(corpus.n_people, -1, dtype=np.int64)
    place[candidates] = np.arange(len(candidates))
    rows: list[tuple[int, int]] = []
    counts = {"too_many_authors": 0, "no_abstract": 0, "no_known_author": 0}
    for work in range(len(later.ids)):
        inside = np.unique(place[later.people.of(work)])
        inside = inside[inside >= 0]
        if most_authors is not None and later.n_authors[work] > most_authors:
            counts["too_many_authors"] += 1
        elif not later.has_abstract[work]:
            counts["no_abstract"] += 1
        elif len(inside) == 0:
            counts["no_known_author"] += 1
        else:
            rows += [(work, person) for person in inside.tolist()]
    if not rows:
        raise NothingToMatchError(
            f"no text after {corpus.as_of} has an author among {len(candidates)} candidates",
            hint="choose another cut-off, or works that cover more people and years",
        )
    works, people = (_ints(column) for column in zip(*rows, strict=True))
    queries = np.unique(works)
    truth = Truth(np.searchsorted(queries, works).astype(np.int32), people, np.ones(len(works)), works)
    return Split(corpus, queries, candidates, truth, counts)


S = TypeVar("S", bound=Split)


def drawn(split: S, queries: int, seed: int) -> S:
    """The split with `queries` of its queries, drawn with the seed; all of them for 0, and where it has no more.

    Everybody stays a candidate. `counts` says under `not_drawn` how many queries were left out. Raises InputError for a
    negative number.
    """
    if queries < 0:
        raise InputError(f"{queries} queries cannot be drawn", hint="a number from 1 on, or 0 for all")
    n = len(split.queries)
    chosen = np.ones(n, dtype=np.bool_)
    if 0 < queries < n:
        chosen[:] = False
        chosen[np.random.default_rng(seed).choice(n, queries, replace=False)] = True
    counts = {**split.counts, "not_drawn": int((~chosen).sum())}
    return replace(only(split, chosen), counts=counts)


def only(split: S, chosen: BoolArray) -> S:
    """The split with those of its queries that are chosen, shape (queries,); everybody stays a candidate."""
    truth = split.truth.only(chosen[split.truth.query])
    renumbered = replace(truth, query=(np.cumsum(chosen) - 1)[truth.query].astype(np.int32))
    return replace(split, queries=split.queries[chosen], truth=renumbered)


def eligible(corpus: Corpus, has_abstract: BoolArray, fewest: int) -> IntArray:
    """Rows of everybody with at least `fewest` abstracts up to the date and a known country, ascending."""
    links = corpus.person_texts
    person = np.repeat(np.arange(corpus.n_people), np.diff(links.indptr))
    counted = np.bincount(person, weights=has_abstract[links.indices], minlength=corpus.n_people)
    return np.flatnonzero((counted >= fewest) & (corpus.home == "country")).astype(np.int32)


def country_rows(corpus: Corpus) -> csr_matrix:
    """The countries of everybody's current posts: 0/1, shape (n_people, countries)."""
    number: dict[str, int] = {}
    rows, columns = [], []
    for person in range(corpus.n_people):
        joining = str(corpus.country[person])
        for code in {border_key(each) for each in (*corpus.other_countries[person], joining) if each}:
            rows.append(person)
            columns.append(number.setdefault(code, len(number)))
    ones = np.ones(len(rows), dtype=np.float32)
    return csr_matrix((ones, (rows, columns)), shape=(corpus.n_people, max(1, len(number))))


def _entries(rows: csr_matrix, one: IntArray, two: IntArray) -> BoolArray:
    """Which of the entries (one[i], two[i]) are not zero."""
    if len(one) == 0:
        return np.zeros(0, dtype=np.bool_)
    found: BoolArray = np.asarray(rows[one, two]).ravel() > 0
    return found


def _gain(later: Later, works: list[int]) -> int:
    return 2 if len(works) > 1 or later.n_authors[works[0]] <= _FEW_AUTHORS else 1


def _ints(values: object) -> IntArray:
    return np.asarray(values, dtype=np.int32)
