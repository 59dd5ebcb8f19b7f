"""Which sensitive technology areas a text belongs to: a score and words of the text itself, never a score alone.

The scores come from outside (this room knows no encoder): the closeness of the text to `descriptions()`. A label is
given when the score reaches the threshold and at least one key phrase of the area stands in the text; the phrases are
shown. Areas for which no key phrases are recorded get no label.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from matchmaker.errors import InputError
from matchmaker.safeguards.policy import rows
from matchmaker.safeguards.records import TopicLabel

Area = tuple[str, str]  # list id, code

SENSITIVE_TIERS: Final = frozenset({"highest", "control"})
BIOLOGICAL_TIERS: Final = frozenset({"bio", "bio_chem"})
# Everyday words of research: a label that rests on nothing else is broad.
BROAD: Final = frozenset(
    {
        "machine learning", "data science", "data analytics", "computer vision", "object recognition",
        "natural language processing", "language processing", "foundation model", "high performance computing",
        "cloud and edge computing", "genome sequencing", "genetic modification", "processor", "photonics", "battery",
        "energy storage", "robot", "laser", "reactor", "composite", "toxin", "pathogen", "imaging", "satellite",
        "propulsion", "accelerometer", "gyroscope", "radar", "cryptography", "gas turbine", "wafer",
    }
)  # fmt: skip


def descriptions() -> dict[Area, str]:
    """What to encode for each area that can be labelled: its title and key phrases as one text."""
    return {area: f"{row['area']}. {', '.join(_phrases(row))}" for area, row in _areas().items()}


def labels(text: str, scores: Mapping[Area, float], *, threshold: float) -> tuple[TopicLabel, ...]:
    """Labels of `text`, in the order of the table.

    `scores` are cosines in [-1, 1] for areas of `descriptions()`; areas left out get no label. `threshold` has no
    default: it belongs to the encoder and must be chosen on labelled texts. Raises InputError for an unknown area.
    """
    if unknown := scores.keys() - _areas().keys():
        raise InputError(f"there is no area {min(unknown)}", hint="use the keys of descriptions()")
    found = []
    for area, row in _areas().items():
        phrases = _evidence(text, _phrases(row)) if scores.get(area, -1.0) >= threshold else ()
        if phrases:
            broad = set(phrases) <= BROAD
            found.append(TopicLabel(*area, row["area"], row["tier"], scores[area], phrases, broad))
    return tuple(found)


def _evidence(text: str, phrases: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(phrase for phrase in phrases if _pattern(phrase).search(text))


@cache
def _pattern(phrase: str) -> re.Pattern[str]:
    # Hyphens and plurals are written both ways.
    words = r"[\s-]+".join(re.escape(word) for word in re.split(r"[\s-]+", phrase))
    return re.compile(rf"(?<!\w){words}(?:e?s)?(?!\w)", re.IGNORECASE)


def _phrases(row: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(phrase.strip() for phrase in row["keywords"].split(";") if phrase.strip())


@cache
def _areas() -> dict[Area, Mapping[str, str]]:
    # What is only tracked (ASPI) describes and never decides, so it is not labelled at all.
    return {
        (row["list"], row["code"]): row
        for row in rows("sensitive_topics")
        if row["keywords"] and row["tier"] != "tracked_not_controlled"
    }
