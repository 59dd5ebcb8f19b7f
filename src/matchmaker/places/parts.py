"""Parts of countries: ISO 3166-2 codes that are a place of their own, or lie within a part that a call names."""

from __future__ import annotations

from functools import cache

from matchmaker.places.reading import Row, rows


def settled(code: str, subdivision: str | None) -> tuple[str, str | None]:
    """Code and subdivision as they are compared: a part with an alpha-2 code of its own is that place.

    `FR` with `FR-971` is Guadeloupe (`GP`), `CN` with `CN-TW` is `TW`. Everything else stays as it was given.
    """
    own = _known().get(subdivision or "", {}).get("alpha2", "")
    return (own, None) if own and code in {own, (subdivision or "")[:2]} else (code, subdivision)


def own_code(subdivision: str) -> str | None:
    """The alpha-2 code that a subdivision has of its own, None for most."""
    return _known().get(subdivision, {}).get("alpha2") or None


def within(subdivision: str) -> str | None:
    """The part that this part lies in (`ES-TF` in `ES-CN`), None where no call asks for such a part."""
    return _known().get(subdivision, {}).get("within") or None


def nearest(subdivision: str, named: frozenset[str]) -> str | None:
    """The smallest of the `named` parts that holds `subdivision`, itself included; None where none does."""
    candidates = (subdivision, within(subdivision))
    return next((part for part in candidates if part in named), None)


@cache
def _known() -> dict[str, Row]:
    return {row["subdivision"]: row for row in rows("subdivisions")}
