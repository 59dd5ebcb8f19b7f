"""Whether an organisation and a list entry are of one country, as far as both are known.

Overseas territories count with their state, Hong Kong and Macao for themselves (see `places.resolve.border_key`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, Literal

from matchmaker.places.resolve import border_key, is_country
from matchmaker.safeguards.records import Entry, Organisation

Agreement = Literal["same", "differ", "open"]

_TELLS_FROM: Final = 20  # entries with a country, from which a list tells which countries it is about
_USUAL: Final = 0.05  # share of these that name a country, from which it is one of them


class Borders:
    """The countries that each list is about, told by those of its own entries that name one."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        named: dict[str, Counter[str]] = {}
        with_country: Counter[str] = Counter()
        for entry in entries:
            if entry.countries:
                with_country[entry.list_id] += 1
                named.setdefault(entry.list_id, Counter()).update(borders(entry.countries))
        self._usual = {
            list_id: frozenset(border for border, count in counts.items() if count >= _USUAL * with_country[list_id])
            for list_id, counts in named.items()
            if with_country[list_id] >= _TELLS_FROM
        }

    def agreement(self, organisation: Organisation, entry: Entry) -> Agreement:
        """`differ` only where both countries are known. An entry without one agrees with a usual country of its list.

        `open` is everything else: nothing is known that speaks for one country, and nothing against it.
        """
        border = border_of(organisation)
        if border is None:
            return "open"
        if entry.countries:
            return "same" if border in borders(entry.countries) else "differ"
        return "same" if border in self._usual.get(entry.list_id, frozenset()) else "open"

    def is_unusual(self, organisation: Organisation, entry: Entry) -> bool:
        """Whether the country of the organisation is known, and is none of those that the entry's list is about."""
        usual, border = self._usual.get(entry.list_id), border_of(organisation)
        return border is not None and usual is not None and border not in usual


@lru_cache(maxsize=65536)
def borders(countries: frozenset[str]) -> frozenset[str]:
    """The countries that are compared for these codes."""
    return frozenset(map(border_key, countries))


def border_of(organisation: Organisation) -> str | None:
    """The country that is compared for an organisation, None when it is not known."""
    code = organisation.country
    return border_key(code) if code and is_country(code) else None
