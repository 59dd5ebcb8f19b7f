"""Who is in which group, for targets and for reporting; nothing that scores ever sees this.

Groups come from the organisation through which somebody would join, from their works, or from what they declared.
None comes from a name. Whoever cannot be placed is in the group `unknown` (of declared attributes: `undeclared`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
import pyarrow.compute as pc

from matchmaker.domain.events import Counts
from matchmaker.errors import InputError
from matchmaker.matching.arrays import BoolArray, IntArray
from matchmaker.matching.corpus import Corpus
from matchmaker.places.regions import sub_region, sub_regions
from matchmaker.places.resolve import border_key
from matchmaker.places.sets import INCOME_GROUPS, country_set, income_group

UNKNOWN: Final = "unknown"
UNDECLARED: Final = "undeclared"
CAREER_STAGES: Final = ("R1", "R2", "R3", "R4")
# Who may set a target for what: everything that every list counts, but not the language of works, which says what
# somebody writes in and not who they are. Gender is for reports of programme staff and never here.
TARGETS: Final = ("income_group", "region", "ldc", "organisation_type", "career_stage", "profile")
SET: Final = "set:"  # `set:cost.itc`: inside or outside a set of countries
_MAIN: Final = "income_group"

Declarations = Mapping[str, Mapping[str, str]]  # attribute → person id → group


@dataclass(frozen=True, eq=False)
class Grouping:
    """One attribute of all people: `names[of_person[p]]` is the group of person p."""

    attribute: str
    names: tuple[str, ...]
    of_person: IntArray

    def of(self, person: int) -> str:
        """The group of one person."""
        return self.names[int(self.of_person[person])]

    def among(self, people: Sequence[int]) -> tuple[str, ...]:
        """The groups of some people, in their order."""
        return tuple(self.names[code] for code in self.of_person[np.asarray(people, dtype=np.int64)].tolist())


@dataclass(frozen=True, eq=False)
class Census:
    """All attributes of all people at once, so that many subsets are counted quickly.

    People who agree in every attribute share a cell: `cell_of[p]` is a row of `cells`, which holds a group number for
    each of `groupings`.
    """

    groupings: tuple[Grouping, ...]
    cell_of: IntArray
    cells: IntArray

    def counts(self, people: BoolArray | IntArray) -> Counts:
        """By attribute and group, how many there are among `people` (a mask, or rows). Empty groups are left out."""
        return self.counted(self.tally(people))

    def tally(self, people: BoolArray | IntArray) -> IntArray:
        """How many of `people` are in each cell; such tallies may be added and subtracted."""
        counted: IntArray = np.bincount(self.cell_of[people], minlength=len(self.cells)).astype(np.int32)
        return counted

    def after_each(self, filters: Sequence[BoolArray]) -> list[IntArray]:
        """The tally of everybody, then of those left after each filter, in the order they act."""
        # Each person is counted once, at the filter that removes them; what is left follows by subtraction.
        removed_at = np.full(len(self.cell_of), len(filters), dtype=np.int64)
        for number in range(len(filters) - 1, -1, -1):
            removed_at[~filters[number]] = number
        width = len(filters) + 1
        counted = np.bincount(self.cell_of * width + removed_at, minlength=len(self.cells) * width)
        left = counted.reshape(len(self.cells), width)[:, ::-1].cumsum(axis=1)[:, ::-1]
        return [left[:, step].astype(np.int32) for step in range(width)]

    def counted(self, tally: IntArray) -> Counts:
        """A tally by attribute and group."""
        return {
            grouping.attribute: _named(grouping.names, self.cells[:, column], tally)
            for column, grouping in enumerate(self.groupings)
        }

    def crossed(self, tally: IntArray) -> Counts:
        """A tally by income group crossed with each other attribute: "income_group×profile" → "L×thin" → people."""
        columns = [each.attribute for each in self.groupings]
        pairs = [pair for pair in combinations(range(len(columns)), 2) if _MAIN in (columns[pair[0]], columns[pair[1]])]
        return {f"{columns[a]}×{columns[b]}": self._pair(a, b, tally) for a, b in pairs}

    def _pair(self, a: int, b: int, tally: IntArray) -> dict[str, int]:
        first, second = self.groupings[a].names, self.groupings[b].names
        names = tuple(f"{one}×{other}" for one in first for other in second)
        return _named(names, self.cells[:, a] * len(second) + self.cells[:, b], tally)


def _named(names: Sequence[str], code: IntArray, tally: IntArray) -> dict[str, int]:
    counted = np.bincount(code, weights=tally, minlength=len(names)).astype(np.int64).tolist()
    return {name: count for name, count in zip(names, counted, strict=True) if count}


_built: WeakKeyDictionary[Corpus, dict[str, Grouping]] = WeakKeyDictionary()
_counted: WeakKeyDictionary[Corpus, dict[tuple[str, ...], tuple[Declarations, Census]]] = WeakKeyDictionary()
_CENSUSES_KEPT: Final = 8


def census(corpus: Corpus, declared: Declarations, further: Iterable[str] = ()) -> Census:
    """Every attribute that lists are logged by, and `further` ones that a target is set for (`set:REF`).

    `declared` has `career_stage`, for whoever declared one.
    """
    attributes = tuple(dict.fromkeys((*TARGETS, "language", *further)))
    kept = _counted.setdefault(corpus, {})
    known = kept.get(attributes)
    if known is not None and known[0] is declared:
        return known[1]
    groupings = tuple(grouping(corpus, attribute, declared) for attribute in attributes)
    table = np.stack([each.of_person for each in groupings], axis=1)
    cells, cell_of = np.unique(table, axis=0, return_inverse=True)
    made = Census(groupings, cell_of.ravel().astype(np.int64), cells.astype(np.int64))
    kept[attributes] = (declared, made)
    while len(kept) > _CENSUSES_KEPT:
        kept.pop(next(iter(kept)), None)
    return made


def grouping(corpus: Corpus, attribute: str, declared: Declarations) -> Grouping:
    """The groups of one attribute: one of `TARGETS`, `language`, or `set:REF` for a set of countries.

    Raises InputError for an attribute that there is not.
    """
    if attribute == "career_stage":
        return _declared(corpus, attribute, declared.get(attribute, {}))
    kept = _built.setdefault(corpus, {})
    if attribute not in kept:
        kept[attribute] = _made(corpus, attribute)
    return kept[attribute]


def check_attribute(attribute: str) -> None:
    """Raise InputError unless a target can be set for `attribute`."""
    if attribute not in TARGETS and not attribute.startswith(SET):
        known = f"{', '.join(TARGETS)}, and {SET}REF for a set of countries, such as {SET}cost.itc"
        raise InputError(f"there is no attribute {attribute[:80]!r} to set a target for", hint=f"allowed: {known}")


def group_names(attribute: str) -> tuple[str, ...] | None:
    """The groups an attribute can have; None where the data decide (types of organisations)."""
    fixed = {
        "income_group": (*INCOME_GROUPS, UNKNOWN),
        "region": (*sub_regions(), UNKNOWN),
        "ldc": ("LDC", "other", UNKNOWN),
        "profile": ("thin", "full"),
        "career_stage": (*CAREER_STAGES, UNDECLARED),
    }
    return ("in", "out", UNKNOWN) if attribute.startswith(SET) else fixed.get(attribute)


def _made(corpus: Corpus, attribute: str) -> Grouping:
    if attribute == "profile":
        return _coded(attribute, np.where(_thin(corpus), "thin", "full"))
    if attribute == "organisation_type":
        kinds, of_person = corpus.joining
        return _coded(attribute, np.array([kind or UNKNOWN for _, kind in kinds])[of_person])
    if attribute == "language":
        return _coded(attribute, _languages(corpus))
    codes, country_of = np.unique(corpus.country, return_inverse=True)
    group_of = _by_country(corpus, attribute)
    return _coded(attribute, np.array([group_of(code) if code else UNKNOWN for code in codes.tolist()])[country_of])


def _by_country(corpus: Corpus, attribute: str) -> Callable[[str], str]:
    """Country → group on the day of the corpus; where a table does not list a territory, that of its sovereign."""
    day = corpus.as_of
    if attribute == "income_group":
        return lambda code: _first_known(income_group(each, day) for each in (code, border_key(code)))
    if attribute == "region":
        return lambda code: _first_known(sub_region(each) for each in (code, border_key(code)))
    check_attribute(attribute)
    members = country_set("ldc" if attribute == "ldc" else attribute.removeprefix(SET), day)
    inside, outside = ("LDC", "other") if attribute == "ldc" else ("in", "out")
    doubted = members.uncertain - members.codes
    return lambda code: UNKNOWN if code in doubted else inside if code in members.codes else outside


def _first_known(groups: Iterable[str]) -> str:
    return next((group for group in groups if group != UNKNOWN), UNKNOWN)


def _thin(corpus: Corpus) -> BoolArray:
    return np.asarray(corpus.tables.standing["thin"].to_numpy(), dtype=np.bool_)


def _languages(corpus: Corpus) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    """The language most of somebody's texts are in (of equals, the first by code), where the source says it."""
    column = corpus.tables.texts["language"].combine_chunks().dictionary_encode()
    names = np.array([*column.dictionary.to_pylist(), UNKNOWN])
    in_order = np.argsort(names[:-1])
    rank = np.full(len(names), len(in_order), dtype=np.int64)
    rank[in_order] = np.arange(len(in_order))
    person, text = corpus.pairs
    code = rank[pc.fill_null(column.indices, len(in_order)).to_numpy()[text]]
    is_known = code < len(in_order)
    pair, texts = np.unique(person[is_known].astype(np.int64) * len(names) + code[is_known], return_counts=True)
    whose = pair // len(names)
    most_last = np.lexsort((-pair, texts, whose))  # of each person, the language of most texts comes last
    language = np.full(corpus.n_people, UNKNOWN, dtype=names.dtype)
    language[whose[most_last]] = names[in_order][pair[most_last] % len(names)]
    return language


def _declared(corpus: Corpus, attribute: str, said: Mapping[str, str]) -> Grouping:
    names = (*CAREER_STAGES, UNDECLARED)
    of_person: IntArray = np.full(corpus.n_people, len(names) - 1, dtype=np.int32)
    for person, group in said.items():
        of_person[corpus.people_named(person)] = names.index(group)
    return Grouping(attribute, names, of_person)


def _coded(attribute: str, groups: np.ndarray[tuple[int], np.dtype[np.str_]]) -> Grouping:
    names, of_person = np.unique(groups, return_inverse=True)
    return Grouping(attribute, tuple(names.tolist()), of_person.astype(np.int32))
