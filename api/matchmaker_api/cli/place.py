"""The noun `place`: what a text means as a country, and who belongs to a set of countries on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from matchmaker.places.reading import table
from matchmaker.places.resolve import border_key, resolve
from matchmaker.places.sets import country_set
from matchmaker_api.calls import tables_named
from matchmaker_api.settings import DEFAULT_DATA


def resolve_rows(texts: Sequence[str]) -> list[dict[str, Any]]:
    """One row per text, in their order; a text that is no country has `code` null and says why in `note`.

    `border` is the code that decides what is cross-border, `could_be` the codes of a text that is refused as ambiguous.
    """
    return [_resolved(text) for text in texts]


def set_row(ref: str, at: date, data: Path | None = None) -> dict[str, Any]:
    """The set `ref` on the day `at`, with the vintage and confidence of its table; `own.…` are those of `data`.

    Raises InputError for an unknown set.
    """
    own = tables_named(data or Path(DEFAULT_DATA), ref)
    found = country_set(ref, at, own)
    about = own.tables[ref].about if ref in own.tables else table(found.version.partition("@")[0])
    return {
        "ref": ref,
        "at": at.isoformat(),
        "count": len(found.codes),
        "codes": sorted(found.codes),
        "uncertain": sorted(found.uncertain),
        "version": found.version,
        "confidence": about.confidence,
        "source": about.source,
        "note": found.note,
    }


def _resolved(text: str) -> dict[str, Any]:
    place = resolve(text)
    return {
        "input": place.input,
        "code": place.code,
        "name": place.name,
        "kind": place.kind,
        "subdivision": place.subdivision,
        "border": border_key(place.code) if place.code else None,
        "could_be": list(place.could_be),
        "note": place.note,
    }
