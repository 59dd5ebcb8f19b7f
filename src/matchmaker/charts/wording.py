"""Figures and keys as people read them; every face writes a number with these, so that all write it alike.

Shares are written as percentages with one decimal, ratios with two, qualities (nDCG, AWRF, Gini) with three. A cell
that was withheld reads `n < 10`, one that could not be computed `–`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from matchmaker.domain.group_words import INCOME_GROUPS, attribute_name, group_text, printable
from matchmaker.domain.reports import Interval
from matchmaker.errors import InputError
from matchmaker.places.resolve import display_name, is_country

__all__ = ["attribute_name", "printable"]  # said in the same words as everywhere

NOT_COMPUTED: Final = "–"
_GAP: Final = "\u00a0"  # keeps a number and its sign on one line

STEPS: Final = {
    "pool": "can be compared",
    "eligible": "no rule or filter leaves out",
    "not_blocked": "not held back by safeguards",
    "ranked": "fetched and scored",
    "relevant": "near enough to be chosen from",
    "shown": "shown",
}


def withheld(below: int) -> str:
    """What stands in a cell of fewer than `below` people."""
    return f"n < {below}"


def percent(share: float | None) -> str:
    """A share as a percentage with one decimal."""
    return _written(share, lambda value: f"{100 * value:.1f}{_GAP}%")


def ratio(value: float | None) -> str:
    """A ratio with two decimals."""
    return _written(value, lambda number: f"{number:.2f}")


def quality(value: float | None) -> str:
    """A quality in [0, 1] with three decimals."""
    return _written(value, lambda number: f"{number:.3f}")


def count(value: float | None) -> str:
    """A count with thousands set apart; a mean count with one decimal."""
    return _written(value, lambda number: f"{number:,.0f}" if float(number).is_integer() else f"{number:,.1f}")


def percent_with(interval: Interval) -> str:
    """A share and the ends of its interval: `12.3 % [10.1, 14.5]`."""
    return _with_ends(interval, percent, lambda end: f"{100 * end:.1f}")


def ratio_with(interval: Interval) -> str:
    """A ratio and the ends of its interval: `0.83 [0.71, 0.95]`."""
    return _with_ends(interval, ratio, ratio)


def quality_with(interval: Interval) -> str:
    """A quality and the ends of its interval: `0.987 [0.981, 0.992]`."""
    return _with_ends(interval, quality, quality)


def group_name(attribute: str, group: str) -> str:
    """A group in words; of two crossed, both, where `attribute` is two as well. Others are written as they are."""
    if len(attribute.split("×")) != len(group.split("×")):
        return printable(group)
    return group_text(group)


def place_name(group: str) -> str:
    """A country (alpha-2 or XK) or an income group in words (`UM` is one); any other text as it is."""
    return INCOME_GROUPS.get(group) or country_name(group)


def country_name(code: str) -> str:
    """A country (alpha-2 or XK) in words; any other text as it is."""
    return display_name(code) if is_country(code) else printable(code) or "not known"


def step_name(step: str) -> str:
    """A stage or a filter in words."""
    return STEPS.get(step) or step.replace("_", " ")


def started(sentence: str) -> str:
    """With a capital letter, for the head of a line."""
    return sentence[:1].upper() + sentence[1:]


def _written(value: float | None, how: Callable[[float], str]) -> str:
    if value is None:
        return NOT_COMPUTED
    if not math.isfinite(value):
        raise InputError(f"a report holds {value}, which is no figure", hint="put None, and say why in `note`")
    return how(value).replace("-", "−")


def _with_ends(interval: Interval, whole: Callable[[float | None], str], end: Callable[[float], str]) -> str:
    if interval.value is None or interval.low is None or interval.high is None:
        return whole(interval.value)
    return f"{whole(interval.value)} [{end(interval.low)}, {end(interval.high)}]"
