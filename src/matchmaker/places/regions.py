"""The sub-region of a country, after M49 of the United Nations."""

from __future__ import annotations

import re
from functools import cache

from matchmaker.places.reading import rows


def area_slug(name: str) -> str:
    """The name of an area as sets and groups write it: `Sub-Saharan Africa` is `sub_saharan_africa`."""
    return re.sub("[^a-z]+", "_", name.casefold())


def sub_region(code: str) -> str:
    """The M49 sub-region of an alpha-2 code (or XK), such as `sub_saharan_africa`; "unknown" where it has none."""
    return _sub_regions().get(code, "unknown")


def sub_regions() -> tuple[str, ...]:
    """All sub-regions, in alphabetical order."""
    return tuple(sorted(set(_sub_regions().values())))


@cache
def _sub_regions() -> dict[str, str]:
    return {row["alpha2"]: area_slug(row["subregion"]) for row in rows("m49") if row["subregion"]}
