"""Which countries texts name: exact names as whole words, written as names are. Nothing is guessed.

Names are those of `matchmaker.places`. Left out are languages and words for peoples (Kenyan, Swahili), codes ("US" is
also ultrasound), and names that places refuses because they could be several countries. A text also refuses what else
a name can be: a person (Jordan), a state (New Mexico), a sea, a university named after its country.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matchmaker.audit.bylines import Numbers
from matchmaker.places.reading import rows
from matchmaker.places.resolve import border_key, resolve

# Capitals that are always the country in running text; other abbreviations (PRC, DRC, ROK) have other meanings.
_ABBREVIATIONS: Final = ("USA", "U.S.A.", "U.S.", "UK", "U.K.", "UAE", "U.A.E.")
# Refused when somebody types a country, because a letter or a word is easily lost; a whole text has lost nothing.
_CLEAR_IN_TEXT: Final = {"Nigeria": "NG", "Dominican Republic": "DO"}
# Names of countries that are also names of people, things or regions.
_ALSO_OTHERS: Final = (
    "Aland", "Chad", "Formosa", "Guernsey", "Hellas", "Holland", "Jersey", "Jordan", "Micronesia", "Montserrat",
    "Reunion", "St. Lucia", "Suomi",
)  # fmt: skip
_OTHER_PLACES: Final = (
    "Bay of Bengal", "East China Sea", "Gulf of Guinea", "Gulf of Mexico", "Gulf of Oman", "Gulf of Thailand",
    "Mali GPU", "New Britain", "New England", "New Guinea", "New Jersey", "New Mexico", "New South Wales",
    "Niger Delta", "Sea of Japan", "South China Sea", "Turkey Vulture",
)  # fmt: skip
_ORGANISATION_BEFORE: Final = r"(?:University|Bank|Institute|College|Academy) of (?:the )?"
_ORGANISATION_AFTER: Final = r" (?:University|Institute|Tech|College)\b"
# Nobody lives there, so nobody could have been asked to join.
_NOBODY_THERE: Final = frozenset({"AQ"})


@dataclass(frozen=True, eq=False)
class Mentions:
    """Text `row[i]` names country `code[i]`, each pair once. `refused` are texts with a name that was not taken."""

    row: Numbers
    code: tuple[str, ...]
    refused: Numbers


def countries_named(texts: pa.ChunkedArray) -> Mentions:
    """The countries that each of `texts` (strings; null is empty) names. A territory counts with its sovereign."""
    candidates = np.flatnonzero(pc.fill_null(pc.match_substring_regex(texts, _quick()), False).to_numpy())
    row: list[int] = []
    code: list[str] = []
    refused: list[int] = []
    for at, text in zip(candidates.tolist(), texts.take(pa.array(candidates)).to_pylist(), strict=True):
        found = set(_named_in(text))
        refused += [at] * (None in found)
        taken = sorted(name for name in found if name is not None)
        row += [at] * len(taken)
        code += taken
    return Mentions(np.array(row, dtype=np.int64), tuple(code), np.array(refused, dtype=np.int64))


def _named_in(text: str) -> Iterator[str | None]:
    """Codes, and None for what was refused."""
    for found in _pattern().finditer(text):
        organisation = found["before"] or found["after"]
        yield None if organisation else _names()[found["name"]]


@cache
def _names() -> dict[str, str | None]:
    """Name → code, None for a name that is refused in a text."""
    known = {each: _code(name) for name in _all_names() for each in (name, _without_accents(name))}
    refused = dict.fromkeys((*_ALSO_OTHERS, *_OTHER_PLACES))
    return {name: code for name, code in (known | _CLEAR_IN_TEXT | refused).items() if code not in _NOBODY_THERE}


def _all_names() -> Iterator[str]:
    listed = [row["name"] for row in rows("country_names") if row["kind"] != "organisation"]
    listed += [row[column] for row in rows("iso3166") for column in ("official_name_en", "display_name_default")]
    # Names with a comma are those of registers; in running text "Taiwan, China" may well be a list.
    yield from (name for name in listed if any(map(str.islower, name)) and not re.search(r"[,(]|[A-Z]{2}-", name))
    yield from _ABBREVIATIONS


def _code(name: str) -> str | None:
    code = resolve(name).code
    return border_key(code) if code else None


def _without_accents(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).replace("’", "'")


def _alternatives() -> str:
    return "|".join(re.escape(name) for name in sorted(_names(), key=len, reverse=True))


@cache
def _quick() -> str:
    """For a first pass by a machine that knows no look-around; finds all that `_pattern` finds, and a little more."""
    return _alternatives()


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(
        rf"(?P<before>{_ORGANISATION_BEFORE})?(?<![\w-])(?P<name>{_alternatives()})(?!\w)(?P<after>{_ORGANISATION_AFTER})?"
    )
