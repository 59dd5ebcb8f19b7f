"""Which cells of an exposure report are withheld: by attribute, crossed, by period, by target, by country."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from matchmaker.audit.attention import Attention
from matchmaker.audit.records import CROSS
from matchmaker.audit.resampling import Ints
from matchmaker.audit.suppression import Cell, Sizes, System, systems_of, withheld
from matchmaker.audit.use import Use

COUNTRY: Final = "country"
_GIVEN_UP_LAST: Final = 1


@dataclass(frozen=True, slots=True, eq=False)
class Strata:
    """Lists told apart: `of_list` numbers the stratum of each list (-1: none), `names` are theirs.

    `attributes` are the one-way tables that are reported stratum by stratum.
    """

    of_list: Ints
    names: tuple[str, ...]
    attributes: tuple[str, ...]

    def table(self, attribute: str, number: int) -> str:
        """The name of the table of one attribute in one stratum."""
        return f"{attribute}@{self.names[number]}"


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What is withheld, and how many different people each cell has."""

    cells: frozenset[Cell]
    people: dict[Cell, int]

    def hides(self, table: str, group: str) -> bool:
        """Whether a cell is withheld."""
        return (table, group) in self.cells


def disclosure(use: Use, strata: Sequence[Strata]) -> Disclosure:
    """Decide what is withheld, once for all tables of a report."""
    people = dict(_people(use))
    systems = [_shown_together(use), *_pools(use)]
    for each in strata:
        pairs = _faces_by_stratum(use, each)
        for attribute in each.attributes:
            found, system = _by_stratum(use, each, attribute, pairs)
            people |= found
            systems.append(system)
    sizes = Sizes(_with_pools(use, people), dict.fromkeys(_one_way(use), _GIVEN_UP_LAST))
    gone = withheld(systems, sizes)
    # A group that is withheld as a whole is withheld in each period and under each target too.
    also = {cell for cell in people if (cell[0].partition("@")[0], cell[1]) in gone}
    return Disclosure(withheld(systems, sizes, gone | also), people)


def _one_way(use: Use) -> list[str]:
    return [each.table.name for each in use.one_way()]


def _people(use: Use) -> Iterable[tuple[Cell, int]]:
    """How many different people were shown of each group of each table, and from each country."""
    tables = [(name, list(each.table.labels), use.groups[name]) for name, each in use.attention.items()]
    for name, labels, groups in [*tables, (COUNTRY, list(use.countries), use.country)]:
        counts = different_people(groups, use.person, len(labels))
        yield from (((name, str(label)), int(count)) for label, count in zip(labels, counts, strict=True))


def different_people(groups: Ints, person: Ints, width: int) -> Ints:
    """How many different people each of `width` groups has, from the group (-1: none) and the person of each face."""
    known = groups >= 0
    n = int(person.max(initial=0)) + 1
    return np.bincount(np.unique(groups[known] * n + person[known]) // n, minlength=width)


def _with_pools(use: Use, people: dict[Cell, int]) -> dict[Cell, float]:
    """The size of each cell: people shown; where nobody was, the most there were to choose from in one list."""
    sizes: dict[Cell, float] = dict(people)
    for name, each in use.attention.items():
        for label, most in zip(each.table.labels, each.most_in_pool, strict=False):
            if not people[name, str(label)]:
                sizes[name, str(label)] = float(most)
    return sizes


def _shown_together(use: Use) -> System:
    """All tables of places shown, over the kinds of faces there are."""
    tables = [(name, use.groups[name], _names(each)) for name, each in use.attention.items()]
    tables.append((COUNTRY, use.country, [str(name) for name in use.countries]))
    return systems_of(tables)


def _pools(use: Use) -> Iterable[System]:
    """Tables of those there were to choose from; what is known of two attributes at once is their crossed table."""
    for name, each in use.attention.items():
        counts = np.pad(each.pool_people, (0, len(each.table.labels) - len(each.pool_people)))
        filled = [label for label, count in zip(_names(each), counts, strict=True) if count > 0]
        if not filled:
            continue
        tables = [(name, filled)]
        if each.table.is_crossed:
            halves = [label.split(CROSS) for label in filled]
            tables += [(attribute, [half[i] for half in halves]) for i, attribute in enumerate(each.table.attributes)]
        yield systems_of([(table, *_coded(of_part)) for table, of_part in tables])


def _coded(of_part: Sequence[str]) -> tuple[Ints, list[str]]:
    names, numbers = np.unique(np.array(of_part), return_inverse=True)
    return numbers.astype(np.int64), [str(name) for name in names]


def _names(each: Attention) -> list[str]:
    return [str(label) for label in each.table.labels]


def _faces_by_stratum(use: Use, strata: Strata) -> tuple[Ints, Ints]:
    """Strata and faces shown in them, each pair once."""
    stratum, n = strata.of_list[use.places.of_list], max(len(use.person), 1)
    known = stratum >= 0
    pairs = np.unique(stratum[known] * n + use.places.keys[known])
    return pairs // n, pairs % n


def _by_stratum(use: Use, strata: Strata, attribute: str, pairs: tuple[Ints, Ints]) -> tuple[dict[Cell, int], System]:
    names, (stratum, faces) = _names(use.attention[attribute]), pairs
    groups = use.groups[attribute][faces]
    cells = np.where(groups >= 0, stratum * len(names) + groups, -1)
    counts = different_people(cells, use.person[faces], len(strata.names) * len(names))
    tables = [strata.table(attribute, number) for number in range(len(strata.names))]
    people = {
        (table, name): int(counts[number * len(names) + group])
        for number, table in enumerate(tables)
        for group, name in enumerate(names)
    }
    by_stratum = [(table, np.where(stratum == number, groups, -1), names) for number, table in enumerate(tables)]
    return people, systems_of([(attribute, groups, names), *by_stratum])
