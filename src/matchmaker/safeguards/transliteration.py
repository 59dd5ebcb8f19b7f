"""Letters of other scripts written in Latin ones, as far as this can be done letter by letter.

Cyrillic, Greek, Armenian and Georgian by table; Hangul and Kana by the names that Unicode gives their syllables
(`HANGUL SYLLABLE HAN`). Han characters have no reading without a dictionary, and Arabic, Hebrew and the scripts of
South and South-East Asia leave vowels open or need context: they stay as they are, so that a name in such a script is
compared with names in the same script only. A list's aliases are what bridges them.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

_CYRILLIC: Final = dict(
    zip(
        "абвгґдеёжзийклмнопрстуфхцчшщъыьэюяєіїўјљњћђџѕ",
        "a b v g g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch . y . e iu ia "
        "ie i i u j lj nj c dj dz dz".split(),
        strict=True,
    )
)
_GREEK: Final = dict(
    zip("αβγδεζηθικλμνξοπρσςτυφχψω", "a v g d e z i th i k l m n x o p r s s t y f ch ps o".split(), strict=True)
)
_GEORGIAN: Final = dict(
    zip(
        "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ",
        "a b g d e v z t i k l m n o p zh r s t u p k gh q sh ch ts dz ts ch kh j h".split(),
        strict=True,
    )
)
_ARMENIAN: Final = dict(
    zip(
        "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆ",
        "a b g d e z e e t zh i l kh ts k h dz gh ch m y n sh o ch p j r s v t r ts v p k o f".split(),
        strict=True,
    )
)
_LATIN: Final = {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
_LETTERS: Final = {**_CYRILLIC, **_GREEK, **_GEORGIAN, **_ARMENIAN, **_LATIN}
_BY_NAME: Final = ("HANGUL SYLLABLE ", "HIRAGANA LETTER ", "KATAKANA LETTER ")


def transliterate(text: str) -> str:
    """Lower-case `text` with every letter that can be in Latin letters; others are left."""
    return text if text.isascii() else "".join(map(_letter, text))


@lru_cache(maxsize=65536)
def _letter(letter: str) -> str:
    # The accents of a letter are no part of its sound here: й and ё are looked up whole, ά as α.
    plain = letter if letter in _LETTERS else unicodedata.normalize("NFD", letter)[:1]
    if plain in _LETTERS:
        return _LETTERS[plain].replace(".", "")
    name = unicodedata.name(letter, "")
    for beginning in _BY_NAME:
        if name.startswith(beginning):
            return name.removeprefix(beginning).removeprefix("SMALL ").lower().replace(" ", "")
    return letter
