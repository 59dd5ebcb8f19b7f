"""From by-lines to the countries somebody worked in, one after the other.

By-lines are a weak sign of where people live, and a wrongly joined name looks like a move. So a country becomes
somebody's home only with two by-lines, a single one elsewhere is passed over, and whoever still names the old country
beside the new one has not left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from matchmaker.audit.bylines import ByLines, Numbers

# By-lines that make a country a home.
SETTLED: Final = 2

Year = tuple[
    int, Counter[int], frozenset[int]
]  # the year, joining countries by number of by-lines, all countries named


@dataclass(frozen=True, eq=False)
class Homes:
    """Where people worked: `person[i]` was at home in country `country[i]` from `year[i]` on.

    Sorted by person and year; the first row of a person is where they were first seen to work, every further one a
    move. People who never had a home by this rule are absent.
    """

    person: Numbers
    country: Numbers
    year: Numbers


def homes(lines: ByLines) -> Homes:
    """The homes of everybody, from all by-lines that name a country.

    Of a year in which the home of the years before is named on any by-line, nothing else is concluded. Of another year,
    the country most often named first is the candidate (none where two are named equally often); once it has `SETTLED`
    by-lines, and no home or other candidate came between, it is the new home from the candidate's first year on.
    """
    settled, moving = _by_number_of_countries(lines)
    rows = [*settled, *_of_those_with_several(lines, moving)]
    table = np.array(sorted(rows, key=lambda row: (row[0], row[2])), dtype=np.int64).reshape(-1, 3)
    return Homes(table[:, 0], table[:, 1], table[:, 2])


def homes_in_turn(years: Iterable[Year]) -> Iterator[tuple[int, int]]:
    """(country, first year) of each home of one person whose `years` are given in order."""
    home: int | None = None
    candidate: tuple[int, int, int] | None = None  # country, first year, by-lines
    for year, joining, named in years:
        if home in named:
            candidate = None
            continue
        country = _most_frequent(joining)
        if country is None:
            continue
        same = candidate if candidate is not None and candidate[0] == country else (country, year, 0)
        candidate = (country, same[1], same[2] + joining[country])
        if candidate[2] >= SETTLED:
            home, candidate = country, None
            yield country, same[1]


def _most_frequent(joining: Counter[int]) -> int | None:
    ranked = joining.most_common(2)
    tied = len(ranked) == 2 and ranked[0][1] == ranked[1][1]
    return None if tied else ranked[0][0]


def _by_number_of_countries(lines: ByLines) -> tuple[list[tuple[int, int, int]], Numbers]:
    """The homes of people with one country, and the people who joined from several."""
    placed = lines.joining >= 0
    person, country, year = lines.person[placed], lines.joining[placed], lines.year[lines.work[placed]]
    order = np.lexsort((year, person))
    person, country, year = person[order], country[order], year[order]
    who, start, by_lines = np.unique(person, return_index=True, return_counts=True)
    one = np.minimum.reduceat(country, start) == np.maximum.reduceat(country, start) if len(who) else start == 0
    settled = one & (by_lines >= SETTLED)
    first = start[settled]
    rows = zip(who[settled].tolist(), country[first].tolist(), year[first].tolist(), strict=True)
    return list(rows), who[~one]


def _of_those_with_several(lines: ByLines, people: Numbers) -> Iterator[tuple[int, int, int]]:
    for person, years in _years(lines, people):
        yield from ((person, country, year) for country, year in homes_in_turn(years))


def _years(lines: ByLines, people: Numbers) -> Iterator[tuple[int, list[Year]]]:
    chosen = np.isin(lines.person, people) & (lines.joining >= 0)
    joined: dict[int, dict[int, Counter[int]]] = {}
    named: dict[tuple[int, int], set[int]] = {}
    rows = np.flatnonzero(chosen)
    for person, year, country in _triples(lines, rows, lines.joining[rows]):
        joined.setdefault(person, {}).setdefault(year, Counter())[country] += 1
    pairs = chosen[lines.named_row]
    for person, year, country in _triples(lines, lines.named_row[pairs], lines.named[pairs]):
        named.setdefault((person, year), set()).add(country)
    for person, years in joined.items():
        yield person, [(year, years[year], frozenset(named[person, year])) for year in sorted(years)]


def _triples(lines: ByLines, rows: Numbers, countries: Numbers) -> Iterator[tuple[int, int, int]]:
    years = lines.year[lines.work[rows]]
    return zip(lines.person[rows].tolist(), years.tolist(), countries.tolist(), strict=True)
