"""Letters of other scripts written in Latin ones, letter by letter, as the anyascii library has them.

A letter-by-letter reading is rough: Arabic and Hebrew leave vowels open, the scripts of India write some that are not
spoken. It bridges spellings of one name, never translations: a list's aliases are what bridges those.

Han characters stay as they are. Without a dictionary and the language their reading is a guess (Chinese for Japanese
names), tones are lost, and different names become equal: 山西 and 陕西 would both be Shanxi. Read as pinyin, three
times as many pairs of different Chinese organisations of ROR are close as in their own script (689 against 242,
2026-11-22).
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

from anyascii import anyascii

_HAN: Final = ("CJK UNIFIED IDEOGRAPH", "CJK COMPATIBILITY IDEOGRAPH")


def transliterate(text: str) -> str:
    """`text` with every letter in Latin letters, but for Han characters, which are left. Compose it first (NFC).

    A text in letters that the library does not know stays as it is: it must not become empty, and so like nothing.
    """
    if text.isascii():
        return text
    latin = "".join(map(_letter, text))
    return latin if any(letter.isalnum() for letter in latin) else text


@lru_cache(maxsize=65536)
def _letter(letter: str) -> str:
    stays = letter.isascii() or unicodedata.name(letter, "").startswith(_HAN)
    return letter if stays else anyascii(letter)
