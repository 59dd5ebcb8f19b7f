"""Attributes and groups in words, the same in findings, pictures, pages and on the command line."""

from __future__ import annotations

import re
from typing import Final

ATTRIBUTES: Final = {
    "income_group": "income group",
    "region": "region",
    "ldc": "least developed countries",
    "organisation_type": "type of organisation",
    "career_stage": "career stage",
    "profile": "how much there is to go by",
    "language": "language of works",
    "gender": "gender, as declared",
}
INCOME_GROUPS: Final = {
    "L": "low income",
    "LM": "lower middle income",
    "UM": "upper middle income",
    "H": "high income",
}
_GROUPS: Final = {
    **INCOME_GROUPS,
    "LDC": "least developed",
    "other": "all other",
    "thin": "thin profile",
    "full": "full profile",
    "undeclared": "not declared",
    "in": "inside",
    "out": "outside",
    "research_org": "research organisation",
    "ngo": "non-governmental organisation",
    "sub_saharan_africa": "sub-Saharan Africa",
}
_PLACES: Final = {
    "africa",
    "america",
    "americas",
    "asia",
    "europe",
    "caribbean",
    "australia",
    "zealand",
    "latin",
    "new",
}
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_BOTH: Final = "×"


def attribute_name(attribute: str) -> str:
    """An attribute in words; of two crossed, both."""
    parts = (ATTRIBUTES.get(part) or _set_name(part) for part in attribute.split(_BOTH))
    return " and ".join(parts)


def group_text(group: str) -> str:
    """A group of any attribute in words; of two crossed, both. One that the words do not know keeps its own."""
    return ", ".join(_GROUPS.get(part) or _spelt(part) for part in printable(group).split(_BOTH))


def printable(text: str) -> str:
    """On one line and without control characters, which no page and no picture can hold."""
    return _CONTROL.sub(" ", text).strip()


def _set_name(attribute: str) -> str:
    named = attribute.removeprefix("set:")
    return f"the set {named}" if named != attribute else attribute.replace("_", " ")


def _spelt(group: str) -> str:
    """`northern_africa` is Northern Africa and `public_body` public body; what has no underscore stays as it is."""
    words = group.split("_")
    if len(words) == 1:
        return group
    if not _PLACES.intersection(words):
        return " ".join(words)
    return " ".join(word if word in ("and", "the") else word.capitalize() for word in words)
