"""An id for an organisation of which a source gives only a name: `name:` and the name, folded.

Two spellings become one organisation only where that is certain: case, accents, ligatures, punctuation, a leading
"the", "&" for "and", a legal form at the end (Inc, Ltd, LLC), the initials of the name in brackets after it, and the
name of a department before or after that of its university, set off by commas. Nothing is looked up and nothing is
similar enough: "University of California, Berkeley" stays apart from "University of California", "Technical
University of Berlin" from "Technische Universität Berlin", and a name that lists two universities stays one name of
its own.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from matchmaker.domain.research import InstitutionRow
from matchmaker.sources import cleaning

PREFIX: Final = "name:"

_UNIVERSITY: Final = re.compile(
    r"universi|hochschule|eth z|politecnico|polytechnic|institute of technology", re.IGNORECASE
)
_UNIT: Final = re.compile(
    r"(?:inter)?(?:departments?|depts?\.?|faculty|division|school of|graduate school|college of|chair|"
    r"laborator(?:y|ies|io|ium)|laboratoire|labs?|institute|fakultät|fachbereich|lehrstuhl|institut|département|departamento|facultad|faculdade|dipartimento|center|centre)\b",
    re.IGNORECASE,
)
_ACRONYM: Final = re.compile(r"(?P<name>.*\S)\s*\((?P<acronym>[A-Z]{2,8})\)")
_LEGAL_FORM: Final = re.compile(r"(?:\s+co)?\s+(?:inc|incorporated|ltd|limited|llc)$")
_NOT_LETTERS: Final = re.compile(r"[\W_]+")


def named(text: object) -> InstitutionRow | None:
    """The organisation of this name, without a country or type; None when there is no name with a letter or digit."""
    name = cleaning.name(text)
    folded = fold(name)
    return InstitutionRow(PREFIX + folded, name) if folded else None


@lru_cache(maxsize=100_000)
def fold(name: str) -> str:
    """The part of the id after `name:`: lower case without accents, words apart by one space. "" if nothing is left."""
    words = plain_words(_without_acronym(_without_units(name)).replace("&", " and "))
    return (_LEGAL_FORM.sub("", words) or words).removeprefix("the ")


def plain_words(text: str) -> str:
    """`text` in lower case, without accents and ligatures, everything but letters and digits one space."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    # Latin accents only: in other scripts a combining mark may be a vowel that tells two words apart.
    bare = "".join(c for c in decomposed if not "\u0300" <= c <= "\u036f")
    return _NOT_LETTERS.sub(" ", unicodedata.normalize("NFC", bare)).strip()


def _without_acronym(name: str) -> str:
    # Only initials of the name itself: "(UK)", "(TIT)" after "Institute of Technology" tell two organisations apart.
    found = _ACRONYM.fullmatch(name)
    initials = "".join(word[0] for word in re.findall(r"\w+", found["name"]) if word[0].isupper()) if found else ""
    return found["name"] if found and found["acronym"] == initials else name


def _without_units(name: str) -> str:
    """Without departments before the one part that names a university, and without everything from one after it."""
    parts = [part.strip() for part in name.split(",")]
    named = [at for at, part in enumerate(parts) if _UNIVERSITY.search(part) and not _UNIT.match(part)]
    if len(named) != 1 or not all(_UNIT.match(part) or at >= named[0] for at, part in enumerate(parts)):
        return name
    after = next((at for at, part in enumerate(parts) if at > named[0] and _UNIT.match(part)), len(parts))
    return ", ".join(parts[named[0] : after])
