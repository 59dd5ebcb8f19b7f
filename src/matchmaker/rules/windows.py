"""Time: years since an event with the breaks a call accepts, and months spent somewhere in a window.

A year is 365.2425 days and a month 30.436875 days (the Gregorian mean), as exact fractions. Stays are merged before
they are added, so that two contracts in one month are one month; so are breaks of one kind that have days.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction

from matchmaker.domain.calls import Extension
from matchmaker.domain.teams import Break, Partner, Stay

DAYS_PER_YEAR = Fraction(3652425, 10000)
DAYS_PER_MONTH = DAYS_PER_YEAR / 12
MONTHS_PER_CHILD = Fraction(18)

Span = tuple[date, date]


def years_since(event: date, at: date) -> Fraction:
    """Years from `event` to `at`; negative before the event."""
    return (at - event).days / DAYS_PER_YEAR


def months_of_breaks(breaks: Iterable[Break]) -> Fraction:
    """All declared months together, no day of one kind twice; an event without months counts none."""
    given = list(breaks)
    kinds = dict.fromkeys(each.kind for each in given)
    return sum((months for kind in kinds for months in _lengths(given, kind, apart=False)), Fraction(0))


def extension_months(
    breaks: Iterable[Break], allowed: tuple[Extension, ...], partner: Partner
) -> tuple[Fraction, Fraction]:
    """The months that certainly and at most do not count, by the closed list of the call.

    A break of a kind that is not on the list counts nothing, and no day of one kind counts twice. Where the call asks
    for a flag, a flag that was not mentioned is not known.
    """
    given = list(breaks)
    least, most = Fraction(0), Fraction(0)
    for kind in allowed:
        lengths = _lengths(given, kind.kind, apart=kind.months_per_child is not None)
        months = sum((_granted(each, kind) for each in lengths), Fraction(0))
        months = months if kind.max_months is None else min(months, kind.max_months)
        entitled = True if kind.when is None else partner.flags.get(kind.when)
        least += months if entitled else 0
        most += months if entitled is not False else 0
    return least, most


def _lengths(breaks: Sequence[Break], kind: str, apart: bool) -> list[Fraction]:
    """The months of each break of a kind; breaks that overlap are one, or `apart` keep only what is not counted yet."""
    chosen = [each for each in breaks if each.kind == kind]
    spans = sorted((each.start, each.end) for each in chosen if each.months is None and each.start and each.end)
    lengths = [
        each.months or Fraction(0) for each in chosen if each.months is not None or not (each.start and each.end)
    ]
    reached: date | None = None
    for start, end in spans:
        overlaps = reached is not None and start < reached
        new = Fraction(max(0, (end - (reached if reached and overlaps else start)).days)) / DAYS_PER_MONTH
        if overlaps and not apart:
            lengths[-1] += new
        else:
            lengths.append(new)
        reached = max(reached or end, end)
    return lengths


def _granted(months: Fraction, kind: Extension) -> Fraction:
    if kind.months_per_child is not None:
        # The documented leave counts where it was longer than what is granted for every child.
        return max(months, kind.months_per_child)
    too_short = kind.min_days is not None and months * DAYS_PER_MONTH < kind.min_days
    return Fraction(0) if too_short else months


def months_before(day: date, months: int) -> date:
    """The same day of the month `months` months earlier, or the last day of a month that is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def months_within(stays: Iterable[Stay], window: Span) -> Fraction:
    """Months that the stays cover together within the half-open window."""
    clipped = sorted(span for stay in stays if (span := _clipped(stay, window)))
    covered, reached = 0, window[0]
    for start, end in clipped:
        covered += max(0, (end - max(start, reached)).days)
        reached = max(reached, end)
    return covered / DAYS_PER_MONTH


def _clipped(stay: Stay, window: Span) -> Span | None:
    start, end = max(stay.start, window[0]), min(stay.end or window[1], window[1])
    return (start, end) if start < end else None
