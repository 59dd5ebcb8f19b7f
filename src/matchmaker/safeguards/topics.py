"""Which sensitive technology areas a text belongs to: a score and words of the text itself, never a score alone.

The scores come from outside (this room knows no encoder): the closeness of the text to `descriptions()`. A label is
given when the score reaches the threshold measured for that encoder and at least one key phrase of the area stands in
the text; the phrases are shown. For an encoder that was never measured no score is weighed, and two telling phrases
are asked for. Areas for which no key phrases are recorded get no label.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

from matchmaker.errors import InputError
from matchmaker.safeguards.policy import rows
from matchmaker.safeguards.records import TopicLabel

Area = tuple[str, str]  # list id, code

UNWEIGHED_PHRASES: Final = 2  # different telling phrases that a label needs where scores are not weighed
_BREAKS: Final = re.compile(r"[\s-]+")
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
        "aerosol",
    }
)  # fmt: skip


def descriptions() -> dict[Area, str]:
    """What to encode for each area that can be labelled: its title and key phrases as one text."""
    return {area: f"{row['area']}. {', '.join(_phrases(row))}" for area, row in _areas().items()}


def threshold_for(encoder_id: str) -> float | None:
    """The cosine from which texts belong to an area, in [-1, 1]; None when it was never measured for this encoder.

    Measured on labelled texts for precision (`tables/topic_thresholds.csv`, `tests/benchmarks/topic_labels.py`); a
    threshold of another encoder says nothing about this one.
    """
    return _thresholds().get(encoder_id)


def labels(text: str, scores: Mapping[Area, float], *, threshold: float | None) -> tuple[TopicLabel, ...]:
    """Labels of `text`, in the order of the table.

    `scores` are cosines in [-1, 1] for areas of `descriptions()`; areas left out get no label. `threshold` has no
    default: it belongs to the encoder, see `threshold_for`. None: the scores are not weighed, and an area needs two
    different phrases that are no everyday words; such a label says so (`by_score` is False). Raises InputError for an
    unknown area.
    """
    if unknown := scores.keys() - _areas().keys():
        raise InputError(f"there is no area {min(unknown)}", hint="use the keys of descriptions()")
    folded = _folded(text)
    found = (_label(area, folded, scores[area], threshold) for area in _areas() if area in scores)
    return tuple(label for label in found if label is not None)


def asks_for_care(labels: Iterable[TopicLabel]) -> bool:
    """Whether any label is of a tier that matters and rests on more than everyday words and unproven areas."""
    return any(label.tier in SENSITIVE_TIERS | BIOLOGICAL_TIERS and not label.broad for label in labels)


def _label(area: Area, folded: str, score: float, threshold: float | None) -> TopicLabel | None:
    if threshold is not None and score < threshold:
        return None
    row = _areas()[area]
    phrases = tuple(phrase for phrase in _phrases(row) if _stands_in(folded, phrase))
    telling = [phrase for phrase in phrases if phrase not in BROAD]
    if not phrases or (threshold is None and len(telling) < UNWEIGHED_PHRASES):
        return None
    # An area of biology is never doubted for want of labelled texts: the biosafety body is asked once too often.
    broad = not telling or (area not in _proven() and row["tier"] not in BIOLOGICAL_TIERS)
    return TopicLabel(*area, row["area"], row["tier"], score, phrases, broad, by_score=threshold is not None)


def _folded(text: str) -> str:
    return _BREAKS.sub(" ", text).casefold()


def _stands_in(folded: str, phrase: str) -> bool:
    # The plain search comes first: it is a hundred times quicker than the pattern, and nearly always says no.
    plain = _folded(phrase)
    return plain in folded and _pattern(plain).search(folded) is not None


@cache
def _pattern(plain: str) -> re.Pattern[str]:
    # A phrase is whole words; hyphens are spaces by now, plurals are written both ways.
    return re.compile(rf"(?<!\w){re.escape(plain)}(?:e?s)?(?!\w)")


@cache
def _thresholds() -> dict[str, float]:
    return {row["encoder"]: float(row["threshold"]) for row in rows("topic_thresholds")}


@cache
def _proven() -> frozenset[Area]:
    return frozenset((row["list"], row["code"]) for row in rows("topic_areas") if row["proven"] == "y")


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
