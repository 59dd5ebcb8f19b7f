"""The members of a set on a day, before the table they come from is named."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from matchmaker.places.reading import Row


@dataclass(frozen=True, slots=True)
class Members:
    """Codes of countries, or of parts of countries (ISO 3166-2), with what is not certain about them.

    `uncertain` are codes, among `codes` or not, whose membership is announced, disputed or not verified; `note` says
    why.
    """

    codes: frozenset[str]
    note: str = ""
    uncertain: frozenset[str] = frozenset()


MembersOn = Callable[[str, date], Members]


def coded(rows: Iterable[Row]) -> frozenset[str]:
    """The codes of rows: ISO 3166-2 where a row has one, else alpha-2."""
    return frozenset(row.get("iso3166_2") or row["alpha2"] for row in rows)


def unsure(reason: str, codes: frozenset[str]) -> str:
    """`reason: AB, CD` for the note, empty where nothing is uncertain."""
    return f"{reason}: {', '.join(sorted(codes))}" if codes else ""
