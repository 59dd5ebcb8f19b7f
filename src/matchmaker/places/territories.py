"""Which country an organisation in a territory counts for. Calls answer that in three ways."""

from __future__ import annotations

from functools import cache
from typing import Literal, NamedTuple

from matchmaker.errors import InputError
from matchmaker.places.parts import settled, within
from matchmaker.places.reading import Row, rows
from matchmaker.places.resolve import border_key, is_country

Mode = Literal["iso", "sovereign", "he"]

MODES: tuple[Mode, ...] = ("iso", "sovereign", "he")


class Counted(NamedTuple):
    """The country a place counts for, or None with the `reason` why that is not known."""

    country: str | None
    reason: str | None = None


def place_of(code: str | None, subdivision: str | None, mode: Mode) -> Counted:
    """The country that a place counts for under a call's mode for territories.

    `iso`: its own code. `sovereign`: merged with its sovereign (GP as FR, PR as US), except HK, MO, FO and GL.
    `he`: as Horizon Europe counts: outermost regions and overseas countries and territories with their Member State,
    Åland as FI, the Faroe Islands as themselves; what the table does not settle (Crown dependencies, Gibraltar,
    British overseas territories, occupied regions of UA) is None with the reason.

    `code` is alpha-2 as `places.resolve` gives it, `subdivision` ISO 3166-2. A part that has an alpha-2 code of its own
    is that place first (FR-971 is GP). Raises InputError for a mode that does not exist, UnknownPlaceError for a code.
    """
    if mode not in MODES:
        raise InputError(f"there is no mode for territories {mode!r}", hint=f"modes: {', '.join(MODES)}")
    if code is None:
        return Counted(None, "the country is not known")
    own, part = settled(code, subdivision)
    if part is not None and not part.startswith(f"{own}-"):
        return Counted(None, f"{part} is no part of {own}: one of the two is wrong")
    sovereign = border_key(own)  # refuses what is no code, whatever the mode
    return {"iso": Counted(own), "sovereign": Counted(sovereign), "he": _horizon_europe(own, part)}[mode]


def _horizon_europe(code: str, part: str | None) -> Counted:
    row = _row(code, part)
    if row is None:
        return Counted(code)
    if row["he_counts_as"]:
        return Counted(row["he_counts_as"])
    if row["iso3166_2"] or row["confidence"] == "low":
        where = row["iso3166_2"] or code
        return Counted(None, f"what {row['name']} ({where}) counts for in Horizon Europe is not settled: {row['note']}")
    return Counted(code)


def _row(code: str, part: str | None) -> Row | None:
    keys = (part, within(part) if part else None, code)
    return next((_table()[key] for key in keys if key in _table()), None)


@cache
def _table() -> dict[str | None, Row]:
    """Rows by ISO 3166-2 or alpha-2 code.

    Without the rows about areas that have no code (northern Cyprus, settlements): they carry the code of the whole
    state or of another one, and only an address can tell them.
    """
    return {row["iso3166_2"] or row["alpha2"]: row for row in rows("territories") if _has_own_code(row)}


def _has_own_code(row: Row) -> bool:
    return bool(row["iso3166_2"]) or (is_country(row["sovereign"]) and row["sovereign"] != row["alpha2"])
