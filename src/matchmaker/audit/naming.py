"""Names become numbers: groups by table, and faces."""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Mapping, Sequence
from itertools import chain
from operator import methodcaller

import numpy as np

from matchmaker.audit.records import CROSS
from matchmaker.audit.resampling import Ints, Numbers
from matchmaker.groups import UNDECLARED

MAIN = "income_group"


class Labels(dict[Hashable, int]):
    """Names with numbers from 0, in the order they were first asked for."""

    def __missing__(self, name: Hashable) -> int:
        self[name] = number = len(self)
        return number

    def of(self, names: Sequence[Hashable]) -> Ints:
        """The numbers of some names, shape (n,)."""
        return np.fromiter(map(self.__getitem__, names), np.int64, len(names))


class Faces:
    """Distinct keys that list events repeat, numbered from 0; each belongs to a schema, the names of its attributes."""

    def __init__(self) -> None:
        self.met: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
        self._by_schema: dict[tuple[str, ...], _Numbered] = {}

    def under(self, schema: tuple[str, ...]) -> Mapping[tuple[str, ...], int]:
        """Key → number; asking for a new key numbers it."""
        return self._by_schema.setdefault(schema, _Numbered(schema, self.met))


class _Numbered(dict[tuple[str, ...], int]):
    def __init__(self, schema: tuple[str, ...], met: list[tuple[tuple[str, ...], tuple[str, ...]]]) -> None:
        self._schema, self._met = schema, met

    def __missing__(self, key: tuple[str, ...]) -> int:
        self[key] = number = len(self._met)
        self._met.append((self._schema, key))
        return number


class Table:
    """The groups of one attribute, or of two crossed; `declared` are attributes that the log does not have.

    `-1` in `of_face` and `of_order` marks faces of lists that do not carry the attribute.
    """

    def __init__(self, attributes: tuple[str, ...], declared: Mapping[str, Mapping[str, str]]) -> None:
        self.name = CROSS.join(attributes)
        self.attributes = attributes
        self.is_crossed = len(attributes) > 1
        self.declared = {name: declared[name] for name in attributes if name in declared}
        self.labels = Labels()
        self._joined = _Joined(self.labels)
        self._faces, self._orders = array("i"), array("i")

    def of_face(self, faces: Faces) -> Ints:
        """The group number of each face met so far. A key is (person, country, group, group …)."""
        for schema, key in faces.met[len(self._faces) :]:
            self._faces.append(self._group(schema, key[2:], key[0]))
        return np.array(self._faces, dtype=np.int64)

    def of_order(self, orders: Faces) -> Ints:
        """The group number of each key of the order by score. A key is (group, group …); nobody has a name there."""
        for schema, groups in orders.met[len(self._orders) :]:
            self._orders.append(-1 if self.declared else self._group(schema, groups, ""))
        return np.array(self._orders, dtype=np.int64)

    def _group(self, schema: tuple[str, ...], groups: Sequence[str], person: str) -> int:
        names = []
        for attribute in self.attributes:
            if attribute in self.declared:
                names.append(self.declared[attribute].get(person, UNDECLARED))
            elif attribute in schema:
                names.append(groups[schema.index(attribute)])
            else:
                return -1
        return self._joined[tuple(names)]


class _Joined(dict[tuple[str, ...], int]):
    """Groups of each attribute of a table → their number."""

    def __init__(self, labels: Labels) -> None:
        self._labels = labels

    def __missing__(self, names: tuple[str, ...]) -> int:
        self[names] = number = self._labels[CROSS.join(names)]
        return number


def counted(counts: Sequence[Mapping[str, int]], labels: Labels) -> Numbers:
    """Counts of one list each as an array, shape (lists, groups known by now)."""
    return _filled(counts, labels, 0.0)


def means(values: Sequence[Mapping[str, float]], labels: Labels) -> Numbers:
    """Means of one list each as an array, shape (lists, groups known by now); nan where a list has none."""
    return _filled(values, labels, np.nan)


def _filled(values: Sequence[Mapping[str, float]], labels: Labels, absent: float) -> Numbers:
    codes = labels.of([*chain.from_iterable(values)])
    given = np.array([*chain.from_iterable(map(_values, values))], dtype=np.float64)
    filled = np.full((len(values), len(labels)), absent)
    filled[np.repeat(np.arange(len(values)), list(map(len, values))), codes] = given
    return filled


_values = methodcaller("values")
