"""What a licence asks, read from its SPDX identifier. A licence that is not recognised is not guessed at."""

from __future__ import annotations

import re
from typing import Literal

Trait = Literal["permissive", "copyleft", "no_derivatives", "non_commercial", "proprietary"]

_CREATIVE_COMMONS = re.compile(r"cc-by(?P<nc>-nc)?(?P<nd>-nd)?(?P<sa>-sa)?(-\d\.\d)?(-[a-z]{2,3})?")
_FAMILIES: tuple[tuple[re.Pattern[str], Trait], ...] = (
    (
        re.compile(r"mit(-0)?|isc|unlicense|zlib|apache-2\.0|bsd-\d-clause|0bsd|bsl-1\.0|postgresql|psf-2\.0"),
        "permissive",
    ),
    (re.compile(r"cc0(-1\.0)?|pddl(-1\.0)?|odc-by(-1\.0)?"), "permissive"),
    (re.compile(r"(a|l)?gpl-\d\.\d(-only|-or-later|\+)?|mpl-\d\.\d|epl-\d\.\d|eupl-\d\.\d|odbl(-1\.0)?"), "copyleft"),
    (re.compile(r"proprietary"), "proprietary"),
)


def traits(licence: str) -> frozenset[Trait] | None:
    """What `licence` asks; None if it is not recognised. Case does not matter.

    A Creative Commons licence may have several: CC-BY-NC-SA-4.0 is non_commercial and copyleft.
    """
    identifier = licence.strip().casefold()
    if commons := _CREATIVE_COMMONS.fullmatch(identifier):
        asked: dict[str, Trait] = {"nc": "non_commercial", "nd": "no_derivatives", "sa": "copyleft"}
        found = frozenset(trait for group, trait in asked.items() if commons[group])
        return found or frozenset({"permissive"})
    return next((frozenset({trait}) for family, trait in _FAMILIES if family.fullmatch(identifier)), None)
