"""From a code or a name to a country: exactly, or not at all.

A code or name is looked up, never guessed: no similarity, no e-mail domain, no language. What could be two countries
is refused with the codes it could be. Codes are ISO 3166-1 alpha-2, and `XK` for Kosovo, which ISO never assigned.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from matchmaker.errors import SourceError, UnknownPlaceError
from matchmaker.places.parts import own_code
from matchmaker.places.reading import Row, rows

Kind = Literal["country", "territory", "organisation", "unknown"]

_ALLOWED = "give an ISO 3166 code (KE, KEN, ES-CN) or the full English name"
_SUBDIVISION = re.compile(r"([A-Z]{2})-([A-Z0-9]{1,3})")
# Kosovo's code is user-assigned, so no ISO table has this row.
_KOSOVO: Row = {
    "alpha2": "XK", "alpha3": "XKX", "official_name_en": "Kosovo", "display_name_default": "Kosovo",
    "sovereign_alpha2": "XK", "status": "state",
}  # fmt: skip
# States of the places that have a code and are no country of their own, as the table words them.
_NOT_STATES = {"territory", "antarctic_treaty", "non_self_governing_disputed"}
# Territories that are compared as themselves: their research systems, funders and lists are not their sovereign's.
_OWN_BORDER = frozenset({"HK", "MO", "FO", "GL"})
# Codes that mean one place in one list and something else in another, so they are refused without context.
_AMBIGUOUS_CODES: dict[str, tuple[str, ...]] = {"KS": ("XK", "KR"), "UNK": ("XK",)}

# Reserved codes that name a part of a country which has an ISO 3166-2 code; calls may treat that part differently.
_RESERVED_SUBDIVISIONS = {"IC": "ES-CN"}


@dataclass(frozen=True, slots=True)
class Place:
    """What a text was found to mean.

    `code` is alpha-2 (or XK), None when the text names no country. `subdivision` is an ISO 3166-2 code where the text
    gave one. `note` says why there is no code, or what to know about this one. `could_be` names the codes that a
    refused text may have meant.
    """

    input: str
    code: str | None
    name: str
    kind: Kind
    subdivision: str | None = None
    note: str = ""
    could_be: tuple[str, ...] = ()


def resolve(text: str) -> Place:
    """The place that `text` names: a code (alpha-2, alpha-3, usual aliases, ISO 3166-2) or an English or usual name.

    Never raises and never guesses: what is not known, or could be several places, has `code` None, kind `unknown` and
    a `note` with the reason. Case, accents, full stops and spaces around the text do not matter.
    """
    given = text.strip()
    if not given:
        return _unknown(text, "nothing was given")
    code = given.upper()
    found = _by_alias(text, code) or _by_code(text, code) or _by_name(text) or _by_subdivision(text, code)
    return found or _unknown(text, "no country, territory or code is written like this")


def code_of(text: str) -> str:
    """The alpha-2 code (or XK) of `text`. Raises UnknownPlaceError where `resolve` finds none; the message says why."""
    place = resolve(text)
    if place.code is None:
        could_be = f"; it could be {' or '.join(place.could_be)}: give the code" if place.could_be else ""
        given = repr(text.strip()[:80])
        raise UnknownPlaceError(f"{given} is not taken as a country: {place.note}{could_be}", hint=_ALLOWED)
    return place.code


def all_codes() -> frozenset[str]:
    """The 249 codes of ISO 3166-1 and XK."""
    return frozenset(_places())


def is_country(code: str) -> bool:
    """Whether `code`, written exactly so, is one of `all_codes`."""
    return code in _places()


def display_name(code: str) -> str:
    """The short English name of a code. Raises UnknownPlaceError for what is no alpha-2 code."""
    return _row(code)["display_name_default"]


def border_key(code: str) -> str:
    """The code that decides whether two places are across a border: equal keys are one country.

    Territories count as their sovereign (GP as FR, PR as US), except HK, MO, FO and GL, which stay themselves.
    Raises UnknownPlaceError for what is no alpha-2 code.
    """
    row = _row(code)
    return code if code in _OWN_BORDER else row["sovereign_alpha2"]


def _row(code: str) -> Row:
    if code not in _places():
        hint = "use upper-case ISO 3166-1 alpha-2 codes such as KE, or XK"
        raise UnknownPlaceError(f"{code[:80]!r} is no country code", hint=hint)
    return _places()[code]


@cache
def _places() -> dict[str, Row]:
    return {row["alpha2"]: row for row in (*rows("iso3166"), _KOSOVO)}


@cache
def _alpha3() -> dict[str, str]:
    return {row["alpha3"]: code for code, row in _places().items()}


@cache
def _aliases() -> dict[str, Row]:
    return {row["input"]: row for row in rows("code_aliases")}


@cache
def _names() -> dict[str, Row]:
    """Folded name → row of the names table; refusals are entered first, so that no official name overrides them."""
    known: dict[str, Row] = {}
    for row in sorted(_named_rows(), key=lambda row: row["kind"] != "refused"):
        kept = known.setdefault(_folded(row["name"]), row)
        if kept["kind"] == "place" and kept["codes"] != row["codes"]:
            both = f"{kept['codes']} and {row['codes']}"
            raise SourceError(f"the name {row['name']!r} is given to {both}", hint="mend country_names.csv")
    return known


def _named_rows() -> Iterator[Row]:
    yield from rows("country_names")
    for code, row in _places().items():
        for name in (row["official_name_en"], row["display_name_default"]):
            yield {"name": name, "codes": code, "subdivision": "", "kind": "place", "note": ""}


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold().replace("’", "'").replace("‘", "'"))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(letters.replace(".", "").replace("&", " and ").replace("-", " ").split()).removeprefix("the ")


def _by_alias(text: str, code: str) -> Place | None:
    alias = _aliases().get(code)
    if alias is None:
        return None
    if code in _AMBIGUOUS_CODES:
        return _unknown(text, alias["note"], _AMBIGUOUS_CODES[code])
    if is_country(alias["resolves_to"]):
        return _found(text, alias["resolves_to"], _RESERVED_SUBDIVISIONS.get(code), alias["note"])
    if alias["kind"] == "supranational":
        return Place(text, None, alias["note"].partition(":")[0], "organisation", note=alias["note"])
    return _unknown(text, alias["note"])


def _by_code(text: str, code: str) -> Place | None:
    alpha2 = code if is_country(code) else _alpha3().get(code)
    return _found(text, alpha2) if alpha2 else None


def _by_name(text: str) -> Place | None:
    row = _names().get(_folded(text))
    if row is None:
        return None
    if row["kind"] == "refused":
        return _unknown(text, row["note"], tuple(row["codes"].split()))
    if row["kind"] == "organisation":
        return Place(text, None, row["name"], "organisation", note=row["note"])
    return _found(text, row["codes"], row["subdivision"] or None, row["note"])


def _by_subdivision(text: str, code: str) -> Place | None:
    parts = _SUBDIVISION.fullmatch(code)
    country = _by_alias(text, parts[1]) or _by_code(text, parts[1]) if parts else None
    if parts is None or country is None or country.code is None:
        return None
    own = own_code(f"{country.code}-{parts[2]}")
    if own:
        return _found(text, own, note=f"{code} has a code of its own")
    return _found(text, country.code, f"{country.code}-{parts[2]}", "the subdivision is taken as written, not checked")


def _found(text: str, code: str, subdivision: str | None = None, note: str = "") -> Place:
    row = _places()[code]
    kind: Kind = "territory" if row["status"] in _NOT_STATES else "country"
    return Place(text, code, row["display_name_default"], kind, subdivision, note)


def _unknown(text: str, reason: str, could_be: tuple[str, ...] = ()) -> Place:
    return Place(text, None, "", "unknown", note=reason, could_be=could_be)
