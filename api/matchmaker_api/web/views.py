"""What the pages draw, worked out from the published JSON: rows of pictures, marked words, questions to ask again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from matchmaker.errors import MatchmakerError
from matchmaker.measures.exposure import exposure_share
from matchmaker.places.resolve import all_codes, display_name

GROUP_ORDER = ("H", "UM", "LM", "L", "unknown")
# Filters that the asker may lift → the field of the form, and what lifting it puts there.
RELAXATIONS: dict[str, tuple[str, Any]] = {
    "country_known": ("include_unknown_country", True),
    "new_partner": ("include_known", True),
    "countries": ("countries", []),
    "not_countries": ("not_countries", []),
    "terms": ("require_compatible", False),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a picture; `share` in [0, 1] is the length of its bar, `beside` that of a second one (or None)."""

    key: str
    share: float
    count: int
    beside: float | None = None
    removed: int = 0


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a stacked bar from `start`, `length` long, both shares of the whole width."""

    feature: str
    start: float
    length: float


def funnel(filter_counts: dict[str, dict[str, int]]) -> list[Bar]:
    """One bar for each step, as long as the share of all people who came out of it."""
    everybody = max((count["in"] for count in filter_counts.values()), default=0) or 1
    return [
        Bar(step, count["out"] / everybody, count["out"], removed=count["in"] - count["out"])
        for step, count in filter_counts.items()
    ]


def emptied(rows: list[Bar]) -> Bar | None:
    """The step that took out the last people; None where somebody is left."""
    return next((row for row in rows if row.count == 0 and row.removed), None)


def exposure(results: list[dict[str, Any]], equity: dict[str, Any]) -> list[Bar]:
    """One bar for each group: its share of the list's attention, beside its share of the target, or of the pool chosen
    from where the target is that or none."""
    shown = [result["fairness"]["group"] for result in results]
    pool: dict[str, int] = equity["pool"]
    beside = {group: count / sum(pool.values()) for group, count in pool.items()}
    if equity.get("target") not in ("pool", "none", None) and equity.get("shares"):
        beside = {group: float(Fraction(share)) for group, share in equity["shares"].items()}
    present = {*shown, *pool, *(group for group, share in beside.items() if share)}
    others = sorted(present - set(GROUP_ORDER), key=lambda group: (-pool.get(group, 0), group))
    named = [*(group for group in GROUP_ORDER if group in present), *others]
    attention = {group: exposure_share(shown, group) if shown else 0.0 for group in named}
    return [Bar(group, attention[group], shown.count(group), beside.get(group, 0.0)) for group in named]


def stacked(contributions: list[dict[str, Any]]) -> list[Segment]:
    """The parts of a score end to end, on a scale from 0 to 1."""
    segments, start = [], 0.0
    for part in contributions:
        segments.append(Segment(part["feature"], start, part["points"]))
        start += part["points"]
    return segments


def marked(text: str, terms: list[str]) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is one of `terms` (whole words, in any case)."""
    if not terms:
        return [(text, False)]
    longest_first = sorted(terms, key=len, reverse=True)
    found = re.split(r"(?<!\w)(" + "|".join(map(re.escape, longest_first)) + r")(?!\w)", text, flags=re.IGNORECASE)
    return [(piece, place % 2 == 1) for place, piece in enumerate(found) if piece]


def relaxed(request: dict[str, Any], step: str | None) -> dict[str, Any] | None:
    """The question of a run without the filter `step`; None where nothing is to be lifted."""
    if step is None:
        return None
    if step == "helpful":  # it stands with the call
        return {**request, "call": {**request["call"], "only_helpful": False}}
    key, value = RELAXATIONS[step]
    return {**request, key: value}


def countries() -> list[tuple[str, str]]:
    """(code, name) of every country, by name."""
    return sorted(((code, display_name(code)) for code in all_codes()), key=lambda pair: pair[1])


def place_name(code: str) -> str:
    """The name of a country, or for a part of one (ES-CN) that of the country."""
    return display_name(code.partition("-")[0])


def message_of(error: MatchmakerError) -> str:
    """An error as one sentence beside a field."""
    return f"{error.message}. {error.hint[:1].upper()}{error.hint[1:]}." if error.hint else f"{error.message}."
