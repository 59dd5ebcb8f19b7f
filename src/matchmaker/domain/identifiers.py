"""Identifiers of people, organisations and works: any usual spelling in, the full URL form out."""

from __future__ import annotations

import re
from typing import Final

from matchmaker.errors import InputError

_ORCID: Final = re.compile(r"(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dX])", re.IGNORECASE)
_ROR: Final = re.compile(r"0[0-9a-hjkmnp-tv-z]{6}[0-9]{2}")
_OPENALEX: Final = re.compile(r"[AWIPFSTCGKQV][1-9]\d{0,14}", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"^(?:https?://)?(?:www\.)?(?P<host>[a-z0-9.-]+\.[a-z]{2,})/", re.IGNORECASE)


def orcid(text: str) -> str:
    """`https://orcid.org/0000-0000-0000-0000` from any usual spelling: bare, without hyphens, lower-case x, http.

    Raises InputError for another form or a wrong check digit (ISO 7064 MOD 11-2, as ORCID prescribes).
    """
    bare = _bare(text, {"orcid.org"}, prefix="orcid:")
    found = _ORCID.fullmatch(bare)
    if found is None:
        raise InputError(
            f"{_shown(text)} is not an ORCID", hint="write 16 digits, e.g. 0000-0002-1825-0097; the last may be X"
        )
    groups = [part.upper() for part in found.groups()]
    expected = orcid_check_digit("".join(groups)[:15])
    if groups[3][3] != expected:
        raise InputError(
            f"{_shown(text)} is not an ORCID: its check digit is {groups[3][3]}, but {expected} would be right",
            hint="look for a mistyped digit",
        )
    return "https://orcid.org/" + "-".join(groups)


def orcid_check_digit(digits: str) -> str:
    """The check digit (0-9 or X) of the first 15 digits of an ORCID, after ISO 7064 MOD 11-2."""
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    remainder = (12 - total % 11) % 11
    return "X" if remainder == 10 else str(remainder)


def ror(text: str) -> str:
    """`https://ror.org/0xxxxxx00` from any usual spelling. Raises InputError for another form.

    Only the form is checked (a zero, six letters or digits of Crockford's base 32, two check digits).
    """
    bare = _bare(text, {"ror.org"}, prefix="ror:").lower()
    if not _ROR.fullmatch(bare):
        raise InputError(f"{_shown(text)} is not a ROR id", hint="write nine characters, e.g. 052gg0110")
    return f"https://ror.org/{bare}"


def openalex(text: str) -> str:
    """`https://openalex.org/A5023888391` from any usual spelling. Raises InputError for another form.

    The letter says what it is: A author, W work, I institution, and others.
    """
    # The programming interface and the pages put the kind before the id: openalex.org/authors/A5023888391
    bare = re.sub(r"^[a-z]+/", "", _bare(text, {"openalex.org", "api.openalex.org"}, prefix="openalex:"))
    if not _OPENALEX.fullmatch(bare):
        raise InputError(f"{_shown(text)} is not an OpenAlex id", hint="write a letter and digits, e.g. A5023888391")
    return f"https://openalex.org/{bare.upper()}"


def _bare(text: str, hosts: set[str], *, prefix: str) -> str:
    trimmed = text.strip().rstrip("/")
    address = _ADDRESS.match(trimmed)
    if address and address["host"].lower() in hosts:
        return trimmed[address.end() :]
    return trimmed[len(prefix) :].strip() if trimmed.lower().startswith(prefix) else trimmed


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:60] + "…")
