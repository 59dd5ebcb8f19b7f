"""Whether suggestions between two countries go both ways.

A flow from a to b is the places that people of b hold in lists of seekers of a. Pairs are compared by places, because
where lists were blind to countries and seekers came in proportion to people, both directions would be equal whatever
the sizes of the countries; where one country seeks more than the other, that shows too. Reciprocity of weighted
networks after Squartini et al. (2013), doi:10.1038/srep02729, as the part of the larger direction that is returned.
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matchmaker.audit.bylines import Numbers
from matchmaker.audit.cells import Thresholds, not_shown
from matchmaker.audit.proportions import spoken
from matchmaker.domain.balance import Flow
from matchmaker.domain.events import ListEvent
from matchmaker.domain.reports import Finding, Interval
from matchmaker.measures.intervals import resampled_sums
from matchmaker.measures.quotients import quotient
from matchmaker.places.resolve import border_key, display_name

OTHER: Final = "other"
UNKNOWN: Final = "unknown"
RESAMPLES: Final = 1_000
# Lists are drawn again by handfuls: of 100,000, each of about a hundred, which leaves the variance what it is.
_HANDFULS: Final = 1_024
_NAMED_IN_A_FINDING: Final = 10


@dataclass(frozen=True, slots=True)
class Flows:
    """`rows` as published; the pairs with a flow in one direction only, as (seekers, shown, places), largest first; and
    what was left out."""

    rows: tuple[Flow, ...]
    one_way_share: Interval
    reciprocity: Interval
    pairs: int
    one_way: tuple[tuple[str, str, int], ...]
    left_out: dict[str, int]


@dataclass(frozen=True, eq=False)
class _Places:
    """One row per place that somebody from abroad holds; `names` has the countries by number.

    `home_of[l]` and `handful[l]` belong to list l; `list`, `country` and `person` to a place.
    """

    names: tuple[str, ...]
    home_of: Numbers
    handful: Numbers
    list: Numbers
    country: Numbers
    person: Numbers

    def different(self, of: Numbers | None = None) -> Numbers:
        """Places by home and country, shape (countries, countries); with `of`, different lists or people instead."""
        n = len(self.names)
        cell = self.home_of[self.list] * n + self.country
        if of is not None and len(cell):
            width = int(of.max()) + 1
            cell = np.unique(cell * width + of) // width
        return np.bincount(cell, minlength=n * n).reshape(n, n)


class _Tables:
    """Places, lists and people by home and country, and what may be shown of them."""

    def __init__(self, read: _Places, least: Thresholds) -> None:
        self.read, self.names, self.below = read, read.names, least.withheld_below
        self.lists_of = np.bincount(read.home_of, minlength=len(read.names))
        self.seeks = self.lists_of >= max(1, least.withheld_below)
        self.places, self.lists, self.people = (read.different(of) for of in (None, read.list, read.person))
        # Each list may be another seeker, so few lists are few people too.
        self.size = np.minimum(self.lists, self.people)
        self.shown = np.zeros_like(self.places, dtype=np.bool_)
        for home in np.flatnonzero(self.seeks).tolist():
            sizes = {name: int(n) for name, n in zip(self.names, self.size[home], strict=True) if n}
            gone = not_shown(sizes, least.withheld_below)
            self.shown[home] = [name in sizes and name not in gone for name in self.names]

    def rows(self) -> tuple[Flow, ...]:
        """The flows of each home, the largest first, then what is left of its places."""
        in_rest = ~self.shown[self.read.home_of[self.read.list], self.read.country]
        lists, people = (self._of_homes(in_rest, of) for of in (self.read.list, self.read.person))
        found: list[Flow] = []
        for home in np.flatnonzero(self.seeks).tolist():
            there = sorted(np.flatnonzero(self.shown[home]).tolist(), key=lambda c: (-self.places[home, c], c))
            found += [self._row(home, country) for country in there]
            found += self._rest(home, int(lists[home]), int(people[home]))
        return tuple(found)

    def _of_homes(self, chosen: NDArray[np.bool_], of: Numbers) -> Numbers:
        width = int(of.max(initial=0)) + 1
        home = self.read.home_of[self.read.list[chosen]]
        different = np.unique(home * width + of[chosen]) // width
        return np.bincount(different, minlength=len(self.names))

    def _row(self, home: int, country: int) -> Flow:
        share = float(self.places[home, country] / self.places[home].sum())
        return Flow(
            self.names[home], self.names[country], int(self.lists[home, country]), share, self._back(country, home)
        )

    def _back(self, home: int, country: int) -> float | None:
        told = self.seeks[home] and (self.shown[home, country] or self.places[home, country] == 0)
        total = int(self.places[home].sum())
        return float(self.places[home, country] / total) if told and total else None

    def _rest(self, home: int, lists: int, people: int) -> list[Flow]:
        if not people:
            return []
        if min(lists, people) < self.below:
            return [Flow(self.names[home], OTHER, None, None, None, withheld=True)]
        rest = self.places[home][~self.shown[home]].sum() / self.places[home].sum()
        return [Flow(self.names[home], OTHER, lists, float(rest), None)]

    def pairs(self) -> tuple[Numbers, Numbers]:
        """Pairs (a, b), a before b, that are compared: enough lists on both sides, enough people between them."""
        a, b = np.triu_indices(len(self.names), 1)
        kept = self.seeks[a] & self.seeks[b] & (self.size[a, b] + self.size[b, a] >= max(1, self.below))
        return a[kept], b[kept]


def flows(events: Iterable[ListEvent], rng: np.random.Generator, least: Thresholds) -> Flows:
    """The flows between all countries. Territories count with their sovereign; places at home are left out.

    `share` is the part of the places abroad of all lists of these seekers; `back` the same the other way, None where it
    is withheld or rests on too few lists. Of each country, those with too few people or lists (each list may be another
    seeker) are one row, `other`, which takes in more where it would tell a small one; places of unknown country are a
    row `unknown`. Countries whose seekers had too few lists have no row.

    `one_way_share` is the part with a flow in one direction only, of the pairs of countries with enough lists on both
    sides and enough people between them; `reciprocity` the sum of their smaller over that of their larger directions.
    Lists drawn again lose rare flows as the lists at hand have lost some, so intervals are mirrored at the estimate
    (Davison & Hinkley 1997, Bootstrap Methods and their Application, section 5.2); none on fewer than `fewest` lists.
    """
    read, left_out = _read(events)
    tables = _Tables(read, least)
    left_out["lists of countries whose seekers had too few"] = int(tables.lists_of[~tables.seeks].sum())
    a, b = tables.pairs()
    one_way_share, reciprocity = _over_pairs(read, (a, b), rng, least)
    return Flows(tables.rows(), one_way_share, reciprocity, len(a), _one_way(tables, a, b), left_out)


def _one_way(tables: _Tables, a: Numbers, b: Numbers) -> tuple[tuple[str, str, int], ...]:
    there, back = tables.places[a, b], tables.places[b, a]
    home, country = np.where(back == 0, a, b), np.where(back == 0, b, a)
    # Only pairs that have a row of their own may be named.
    named = tables.shown[home, country]
    found = [
        (tables.names[home[i]], tables.names[country[i]], int(there[i] + back[i]))
        for i in np.flatnonzero(((there == 0) | (back == 0)) & named).tolist()
    ]
    return tuple(sorted(found, key=lambda flow: (-flow[2], flow[:2])))


def _over_pairs(
    read: _Places, pairs: tuple[Numbers, Numbers], rng: np.random.Generator, least: Thresholds
) -> tuple[Interval, Interval]:
    """The share of one-way pairs and the reciprocity, with intervals."""
    n, count = len(read.names), len(pairs[0])
    column = np.full((n, n), -1, dtype=np.int64)
    column[pairs] = np.arange(count)
    column[pairs[::-1]] = count + np.arange(count)
    of_place = column[read.home_of[read.list], read.country]
    kept = of_place >= 0
    units = np.zeros((_HANDFULS, 2 * count))
    np.add.at(units, (read.handful[read.list[kept]], of_place[kept]), 1.0)
    held = np.bincount(read.handful, minlength=_HANDFULS) > 0
    value = _figures(units.sum(axis=0)[None, :], count)[0]
    if len(read.home_of) < least.fewest:
        return Interval(_or_none(value[0])), Interval(_or_none(value[1]))
    drawn = _figures(resampled_sums(units[held], rng, RESAMPLES), count)
    return _mirrored(value[0], drawn[:, 0]), _mirrored(value[1], drawn[:, 1])


def _figures(sums: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Share of one-way pairs and reciprocity of each row of sums: shape (rows, 2), nan where there is no pair."""
    smaller, larger = np.minimum(sums[:, :count], sums[:, count:]), np.maximum(sums[:, :count], sums[:, count:])
    one_way = quotient(((larger > 0) & (smaller == 0)).sum(axis=1), (larger > 0).sum(axis=1))
    return np.stack([one_way, quotient(smaller.sum(axis=1), larger.sum(axis=1))], axis=1)


def _mirrored(value: float, drawn: NDArray[np.float64]) -> Interval:
    """The estimate with the 95 % interval of its draws, mirrored at it, ends in [0, 1] and the estimate inside."""
    if not (np.isfinite(value) and np.isfinite(drawn).all()):
        return Interval(_or_none(value))
    low, high = np.percentile(drawn, (2.5, 97.5))
    return Interval(float(value), float(np.clip(2 * value - high, 0, value)), float(np.clip(2 * value - low, value, 1)))


def _or_none(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _read(events: Iterable[ListEvent]) -> tuple[_Places, dict[str, int]]:
    countries: dict[str, int] = {}
    people: dict[str, int] = {}
    home_of, handful = array("q"), array("q")
    lists, country, person = array("q"), array("q"), array("q")
    homeless = at_home = 0
    keys: dict[str, str] = {"": UNKNOWN}
    for event in events:
        if not event.home:
            homeless += 1
            continue
        home = _key(keys, event.home)
        for code, who in zip(event.shown.countries, event.shown.people, strict=True):
            there = _key(keys, code)
            if there == home:
                at_home += 1
                continue
            lists.append(len(home_of))
            country.append(countries.setdefault(there, len(countries)))
            person.append(people.setdefault(who, len(people)))
        home_of.append(countries.setdefault(home, len(countries)))
        handful.append(zlib.crc32(event.run_id.encode()) % _HANDFULS)
    names = sorted(countries)
    number = np.zeros(len(names), dtype=np.int64)
    number[[countries[name] for name in names]] = np.arange(len(names))
    read = _Places(
        tuple(names), number[_ints(home_of)], _ints(handful), _ints(lists), number[_ints(country)], _ints(person)
    )
    return read, {"lists of seekers without a home country": homeless, "places of people at home": at_home}


def _key(keys: dict[str, str], code: str) -> str:
    if code not in keys:
        keys[code] = border_key(code)
    return keys[code]


def _ints(values: array[int]) -> Numbers:
    return np.array(values, dtype=np.int64)


def flow_findings(found: Flows) -> tuple[Finding, ...]:
    """Pairs of countries between which suggestions go one way only, the largest by name, where there are more of them
    than the interval leaves to chance."""
    share = found.one_way_share
    if not share.low:
        return ()
    named = ", ".join(
        f"{display_name(seekers)} to {display_name(shown)}" for seekers, shown, _ in found.one_way[:_NAMED_IN_A_FINDING]
    )
    one_way = round((share.value or 0.0) * found.pairs)
    rest = one_way - min(len(found.one_way), _NAMED_IN_A_FINDING)
    text = (
        f"Suggestions go one way only between {one_way} of {found.pairs} pairs of countries with seekers on "
        f"both sides, {spoken(share)}: {named}{f' and {rest} more' if rest > 0 else ''}."
    )
    return (Finding(text, "country", "", "one_way_share", share.value, share.low, share.high),)
