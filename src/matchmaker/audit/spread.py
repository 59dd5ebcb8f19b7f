"""How attention spreads over single people and countries, and what the equity step cost."""

from __future__ import annotations

from typing import Final

import numpy as np

from matchmaker.audit.disclosure import COUNTRY, Disclosure
from matchmaker.audit.options import WITHHELD_BELOW
from matchmaker.audit.resampling import ROWS, Ints, Numbers, Sums, interval
from matchmaker.audit.use import Use
from matchmaker.domain.reports import Country, Interval, Price, Spread
from matchmaker.groups import UNKNOWN
from matchmaker.measures.concentration import coverage, gini, herfindahl, top_share
from matchmaker.measures.quotients import quotient

_QUANTILES: Final = (0.01, 0.05, 0.25, 0.5, 0.75)
WITHHELD: Final = "withheld: fewer than 10 people, or needed so that such a group cannot be worked out"


def spread(use: Use) -> Spread:
    """Over the largest number who could have been shown in one list, or all who were shown where these are more."""
    if not len(use.places.keys):
        return Spread(None, None, None, None, None, None, "nobody was shown")
    person = use.person[use.places.keys]
    attention = np.bincount(person, use.places.attention)
    shown, over = len(attention), _people(use)
    amounts = np.pad(attention, (0, over - shown))
    in_lists = np.bincount(np.unique(use.places.of_list * shown + person) % shown, minlength=over)
    hhi, effective = _countries(use)
    return Spread(
        gini(amounts), coverage(in_lists), top_share(amounts), int(in_lists.max()), hhi, effective,
        f"over {over} people: the most who were eligible for one list, or who were shown in any. Over all lists more "
        "were eligible than for any one, so coverage is at most, and the Gini coefficient at least, what is said here; "
        "countries are shares of places, those of unknown country left out",
    )  # fmt: skip


def places_each(use: Use) -> float:
    """How many places there were for each of the people that `spread` is over; 0 where there are none."""
    return len(use.places.keys) / max(_people(use), 1)


def _people(use: Use) -> int:
    shown, eligible = int(use.person.max(initial=-1)) + 1, (each.largest_eligible for each in use.one_way())
    return max(shown, *(int(most) for most in eligible), 0)


def _countries(use: Use) -> tuple[float | None, float | None]:
    places = np.bincount(use.country[use.places.keys], minlength=len(use.countries)).astype(np.float64)
    known = [number for name, number in use.countries.items() if name]
    if not known or not places[known].sum():
        return None, None
    found = herfindahl(places[known])
    return found.hhi, found.effective_number


def countries(use: Use, hidden: Disclosure) -> tuple[Country, ...]:
    """One row per country somebody was shown from, by its code; `unknown` is last.

    None where all who were shown are fewer than ten: then the names of countries would be too much.
    """
    if is_too_small(use):
        return ()
    attention = np.bincount(use.country[use.places.keys], use.places.attention, minlength=len(use.countries))
    total = attention.sum()
    rows = []
    for name, number in sorted(use.countries.items(), key=lambda each: (each[0] == "", str(each[0]))):
        code = str(name)
        if hidden.hides(COUNTRY, code):
            rows.append(Country(code or UNKNOWN, None, None, withheld=True))
        else:
            rows.append(Country(code or UNKNOWN, hidden.people[COUNTRY, code], float(attention[number] / total)))
    return tuple(rows)


def is_too_small(use: Use) -> bool:
    """Whether fewer than ten different people were shown in all."""
    return int(use.person.max(initial=-1)) + 1 < WITHHELD_BELOW


def price(use: Use) -> Price:
    """nDCG and falls over all lists that had a target."""
    costs = use.targets.costs()
    if not len(costs.lists):
        return Price(0, Interval(None), None, {}, None, None)
    return Price(
        lists=len(costs.lists),
        ndcg=mean_of(use, costs.ndcg, costs.lists),
        lowest_ndcg=float(costs.ndcg.min()),
        quantiles={f"{part:g}": float(np.quantile(costs.ndcg, part)) for part in _QUANTILES},
        largest_fall=int(costs.largest_fall.max()),
        changed=float(costs.changed.mean()),
    )


def mean_of(use: Use, values: Numbers, lists: Ints) -> Interval:
    """The mean of one value for each of some lists, with its interval."""
    sums = Sums()
    sums.by_row = np.zeros((ROWS, 2))
    sums.add(use.reading.rows()[lists], np.column_stack([values, np.ones(len(values))]))
    drawn = use.resamples.sums(sums.by_row)
    return interval(quotient(drawn[:, 0], drawn[:, 1]), len(values))
