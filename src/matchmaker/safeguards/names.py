"""Names of organisations made comparable, and how close two of them are.

Closeness is the Jaro–Winkler similarity of the sorted words. The token-set ratio is never used: it calls two names
equal as soon as the words of one are among the words of the other (University of York, York University).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

from rapidfuzz.distance import JaroWinkler

from matchmaker.safeguards.policy import rows
from matchmaker.safeguards.transliteration import transliterate

POSSIBLE: Final = 0.92  # from here on a person looks, if the countries agree or one of them is not known
LOGGED: Final = 0.80  # from here on there is a line in the log, and nothing else

_DOTTED: Final = re.compile(r"\b(?:\w\.){2,}")
_QUOTES: Final = str.maketrans("", "", "'’‘`ʼ\"«»“”„")
_BREAKS: Final = re.compile(r"[\W_]+")


def comparable(name: str) -> str:
    """The words of `name`, sorted and joined by spaces; empty when there is no letter or digit in it.

    In Latin letters (see `transliteration`), NFKC, casefold, without diacritics and punctuation, known abbreviations
    written out, legal forms at either end dropped unless nothing else is left.
    """
    # Latin letters come first: compatibility forms and case folding take apart some letters of other scripts.
    text = unicodedata.normalize("NFKC", transliterate(unicodedata.normalize("NFC", name))).casefold()
    if not text.isascii():
        text = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
        text = unicodedata.normalize("NFC", text)
    text = _DOTTED.sub(lambda letters: letters[0].replace(".", "") + " ", text)
    words = _BREAKS.sub(" ", text.replace("&", " and ").translate(_QUOTES)).split()
    return " ".join(sorted(_without_legal_forms([_abbreviations().get(word, word) for word in words])))


def closeness(one: str, other: str) -> float:
    """Jaro–Winkler similarity of two comparable names, in [0, 1]."""
    return float(JaroWinkler.similarity(one, other))


def _without_legal_forms(words: list[str]) -> list[str]:
    start, end = 0, len(words)
    while start < end and words[start] in _legal_forms():
        start += 1
    while end > start and words[end - 1] in _legal_forms():
        end -= 1
    return words[start:end] or words


@cache
def _abbreviations() -> dict[str, str]:
    table = rows("name_words")
    return {row["word"].replace("'", ""): row["becomes"] for row in table if row["kind"] == "abbreviation"}


@cache
def _legal_forms() -> frozenset[str]:
    return frozenset(row["word"] for row in rows("name_words") if row["kind"] == "legal_form")
