"""Who leaves, who comes, who returns, and who stays in touch: countries of by-lines over the years.

After domain note 5.6. These are figures about countries. Moving is part of research: nobody is to be judged, ranked or
filtered by it, and no figure here is about fewer than ten people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from matchmaker.audit.bylines import GROUPS, ByLines, Numbers
from matchmaker.audit.cells import Thresholds, not_shown
from matchmaker.audit.moves import Homes, homes
from matchmaker.audit.proportions import GROUP_NAMES, NO_SHARE, enough, spoken, wilson
from matchmaker.domain.balance import Mobility
from matchmaker.domain.reports import Finding, Interval
from matchmaker.places.resolve import display_name

RETURN_YEARS: Final = 5
# Three years on, whoever still writes with the origin is in touch with it; works of three years are looked at.
AFTER: Final = 3
LOOKED_AT: Final = (3, 5)
# A smaller net loss is not a finding, however sure it is.
WORTH_A_LOOK: Final = 0.01


@dataclass(frozen=True, eq=False)
class Territory:
    """Countries, or groups of countries: country number c belongs to `names[of_country[c]]`."""

    names: tuple[str, ...]
    of_country: Numbers


@dataclass(frozen=True, eq=False)
class Leavers:
    """Moves from one territory to another: `person[i]` left `origin[i]` for `to[i]` in `year[i]`."""

    person: Numbers
    origin: Numbers
    to: Numbers
    year: Numbers

    def where(self, kept: np.ndarray) -> Leavers:
        """Only some of them."""
        return Leavers(self.person[kept], self.origin[kept], self.to[kept], self.year[kept])


def mobility(lines: ByLines, window: tuple[int, int], least: Thresholds) -> tuple[tuple[Mobility, ...], dict[str, int]]:
    """One row per income group (moves within a group are none), then one per country with enough people, largest first.

    `stock` counts people with a home (`moves.homes`) and a by-line in the window, where they were when it opened, or at
    their first home after; `outflow` and `inflow` count people who moved in the window. `returned` is the part of those
    who left five years before some year of the window, and are still seen then or later, who had come back by then.
    `circulating` is the part of those who left three years before some year of the window who in the third to fifth
    year after signed with somebody in the origin, among those with works in these years on which every name has a
    country. Returners who write there count as circulating too.
    """
    found = homes(lines)
    groups, countries = Territory(GROUPS, lines.group_of), Territory(lines.codes, np.arange(len(lines.codes)))
    by_group = _Counts(lines, found, groups, window)
    by_country = _Counts(lines, found, countries, window)
    rows = [by_group.row(place, least) for place in range(len(GROUPS))]
    shown = [place for group, row in enumerate(rows) for place in _listed(by_country, lines, group, row, least)]
    shown.sort(key=lambda place: (-by_country.stock[place], lines.codes[place]))
    left_out = {
        "people whose by-lines settle no country": _never_settled(lines, found, window),
        "countries with too few people to show": int(np.count_nonzero(by_country.stock)) - len(shown),
    }
    return (*rows, *(by_country.row(place, least) for place in shown)), left_out


def _listed(by_country: _Counts, lines: ByLines, group: int, row: Mobility, least: Thresholds) -> list[int]:
    """Countries of a group that are shown, so that the stock of the group does not tell those that are not."""
    members = {code: place for place, code in enumerate(lines.codes) if lines.group_of[place] == group}
    people = {code: int(by_country.stock[place]) for code, place in members.items() if by_country.stock[place]}
    gone = frozenset(code for code, count in people.items() if count < least.withheld_below)
    if not row.withheld:
        gone |= not_shown(people, least.withheld_below)
    return [members[code] for code in people if code not in gone]


def _never_settled(lines: ByLines, found: Homes, window: tuple[int, int]) -> int:
    return len(np.setdiff1d(_seen(lines, window), found.person))


def _seen(lines: ByLines, window: tuple[int, int]) -> Numbers:
    """Who has a by-line with a country in the window."""
    return np.unique(lines.person[(lines.joining >= 0) & lines.within(window)[lines.work]])


def leavers(found: Homes, territory: Territory) -> Leavers:
    """Every move across the borders of these territories."""
    where = territory.of_country[found.country]
    crossed = (found.person[1:] == found.person[:-1]) & (where[1:] != where[:-1])
    return Leavers(found.person[1:][crossed], where[:-1][crossed], where[1:][crossed], found.year[1:][crossed])


class _Counts:
    """Everything that is counted by territory, one value per territory."""

    def __init__(self, lines: ByLines, found: Homes, territory: Territory, window: tuple[int, int]) -> None:
        self.names, n = territory.names, len(territory.names)
        self.stock = _stock(lines, found, territory, window)
        moved = leavers(found, territory)
        now = moved.where((moved.year >= window[0]) & (moved.year <= window[1]))
        self.out, self.into = _people(now.person, now.origin, n), _people(now.person, now.to, n)
        self.returned = _shares(*_returned(lines, found, territory, _left(moved, window, RETURN_YEARS)), n)
        self.circulating = _shares(*_circulating(lines, territory, _left(moved, window, AFTER)), n)

    def row(self, place: int, least: Thresholds) -> Mobility:
        """One territory, without what is about too few people."""
        name, below = self.names[place], least.withheld_below
        stock, out, into = (_shown(counts[place], below) for counts in (self.stock, self.out, self.into))
        if stock is None:
            return Mobility(name, None, None, None, None, None, NO_SHARE, NO_SHARE, True, f"fewer than {below} people")
        few = [what for what, count in (("left", out), ("came", into)) if count is None]
        note = f"fewer than {below} people {' and '.join(few)}" if few else ""
        returned, circulating = (_share(shares[:, place], least) for shares in (self.returned, self.circulating))
        return Mobility(
            name, stock, out, into, *_rates(stock, out, into), returned, circulating, withheld=bool(few), note=note
        )


def _rates(stock: int, out: int | None, into: int | None) -> tuple[float | None, float | None]:
    """Net rate and balance; the one tells a withheld count from the other, so both need both."""
    if out is None or into is None:
        return None, None
    return (into - out) / stock if stock else None, 1 - abs(out - into) / (out + into) if out + into else None


def _shown(count: int, below: int) -> int | None:
    return None if 0 < count < below else int(count)


def _share(counted: Numbers, least: Thresholds) -> Interval:
    hits, n = counted.tolist()
    return enough(hits, n, least.fewest)


def _shares(who: Leavers, hit: np.ndarray, n: int) -> Numbers:
    """Leavers with the property, and all of them, by origin: shape (2, n)."""
    return np.stack([np.bincount(who.origin[hit], minlength=n), np.bincount(who.origin, minlength=n)])


def _people(person: Numbers, place: Numbers, n: int) -> Numbers:
    """How many different people each place has."""
    return np.bincount(np.unique(person * n + place) % n, minlength=n) if n else np.zeros(0, dtype=np.int64)


def _stock(lines: ByLines, found: Homes, territory: Territory, window: tuple[int, int]) -> Numbers:
    """People by where they were when the window opened, or at their first home after."""
    here = np.isin(found.person, _seen(lines, window))
    person, country, year = found.person[here], found.country[here], found.year[here]
    first = np.append(True, person[1:] != person[:-1])[: len(person)]
    counts = (year < window[0]) | (first & (year <= window[1]))
    person, country = person[counts], country[counts]
    last = np.append(person[1:] != person[:-1], True)[: len(person)]
    return np.bincount(territory.of_country[country[last]], minlength=len(territory.names))


def _left(moved: Leavers, window: tuple[int, int], years: int) -> Leavers:
    """Those who left so many years before some year of the window."""
    return moved.where((moved.year + years >= window[0]) & (moved.year + years <= window[1]))


def _returned(lines: ByLines, found: Homes, territory: Territory, left: Leavers) -> tuple[Leavers, np.ndarray]:
    """Leavers who are still seen after `RETURN_YEARS`, and which of them had come back by then."""
    placed = lines.joining >= 0
    last = np.full(int(lines.person.max(initial=-1)) + 1, -1, dtype=np.int64)
    np.maximum.at(last, lines.person[placed], lines.year[lines.work[placed]])
    left = left.where(last[left.person] >= left.year + RETURN_YEARS)
    back: dict[tuple[int, int], list[int]] = {}
    where = territory.of_country[found.country]
    for person, place, year in zip(found.person.tolist(), where.tolist(), found.year.tolist(), strict=True):
        back.setdefault((person, place), []).append(year)
    trips = zip(left.person.tolist(), left.origin.tolist(), left.year.tolist(), strict=True)
    return left, np.array([any(t < y <= t + RETURN_YEARS for y in back[p, o]) for p, o, t in trips], dtype=np.bool_)


def _circulating(lines: ByLines, territory: Territory, left: Leavers) -> tuple[Leavers, np.ndarray]:
    """Leavers with works that can be judged, and which of them still signed with somebody in the origin."""
    rows = np.flatnonzero(np.isin(lines.person, left.person) & (lines.placed == lines.names)[lines.work])
    works: dict[int, list[int]] = {}
    for person, work in zip(lines.person[rows].tolist(), lines.work[rows].tolist(), strict=True):
        works.setdefault(person, []).append(work)
    judged, hit = [], []
    for person, origin, year in zip(left.person.tolist(), left.origin.tolist(), left.year.tolist(), strict=True):
        later = [w for w in works.get(person, ()) if year + LOOKED_AT[0] <= lines.year[w] <= year + LOOKED_AT[1]]
        judged.append(bool(later))
        if later:
            hit.append(any(_with_somebody_in(lines, territory, work, person, origin) for work in later))
    return left.where(np.array(judged, dtype=np.bool_)), np.array(hit, dtype=np.bool_)


def _with_somebody_in(lines: ByLines, territory: Territory, work: int, person: int, origin: int) -> bool:
    first, end = np.searchsorted(lines.named_row, lines.start[work : work + 2])
    there = territory.of_country[lines.named[first:end]] == origin
    return bool((there & (lines.person[lines.named_row[first:end]] != person)).any())


def mobility_findings(rows: tuple[Mobility, ...], least: Thresholds) -> tuple[Finding, ...]:
    """Countries and income groups that more people left than came to, by more than chance and by one in a
    hundred of the stock or more."""
    return tuple(_finding(row) for row in rows if _loses(row, least))


def _loses(row: Mobility, least: Thresholds) -> bool:
    if row.outflow is None or row.inflow is None or row.outflow + row.inflow < max(1, least.fewest):
        return False
    more_leave = (wilson(row.outflow, row.outflow + row.inflow).low or 0.0) > 0.5
    return more_leave and row.net_rate is not None and row.net_rate <= -WORTH_A_LOOK


def _finding(row: Mobility) -> Finding:
    group, earlier = row.group in GROUPS, row.circulating
    name = GROUP_NAMES[row.group] if group else display_name(row.group)
    touch = "" if earlier.low is None else f"; {spoken(earlier)} of earlier leavers still publish with somebody there"
    text = (
        f"By their by-lines, {row.outflow} people left {name} and {row.inflow} came, net "
        f"{100 * (row.net_rate or 0.0):+.1f} % of {row.stock}{touch}. By-lines cannot tell drain from circulation, and "
        "say nothing about a single person."
    )
    return Finding(text, "income_group" if group else "country", row.group, "net_rate", row.net_rate)
