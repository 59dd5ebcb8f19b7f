"""Codes of places as somebody wrote them into a file: taken exactly as they should be, or refused with the reason."""

from __future__ import annotations

import re
from collections.abc import Sequence

from matchmaker.errors import InputError
from matchmaker.places.parts import own_code
from matchmaker.places.resolve import is_country, resolve

_SUBDIVISION = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")
_ALLOWED = 'write ISO 3166-1 alpha-2 codes ("KE"), "XK", or ISO 3166-2 codes of parts ("ES-CN")'
# What to do where true or false was read and a text was meant.
QUOTE = 'YAML 1.1 reads an unquoted NO (Norway), ON, YES or OFF as true or false: NO must be quoted, write "NO"'


def code_list(given: object, file: str, path: str) -> tuple[str, ...]:
    """The codes in a list that was read from `file` at `path` (such as `sets.PART.codes`), in their order.

    Raises InputError naming file, path and what is allowed for anything that is no list of codes, above all for a
    boolean, which is what YAML makes of an unquoted NO.
    """
    refuse_boolean(given, file, path)
    if isinstance(given, str) or not isinstance(given, Sequence):
        raise InputError(f"{file}: {path} is {_shown(given)}, not a list of codes", hint=_ALLOWED)
    return tuple(one_code(value, file, f"{path}[{place}]") for place, value in enumerate(given))


def one_code(given: object, file: str, path: str) -> str:
    """One code, checked as in `code_list`; a part with an alpha-2 code of its own (FR-971) is given back as that."""
    refuse_boolean(given, file, path)
    if not isinstance(given, str):
        raise InputError(f"{file}: {path} is {_shown(given)}, not a code", hint=_ALLOWED)
    if is_country(given):
        return given
    if _SUBDIVISION.fullmatch(given) and is_country(given[:2]):
        return own_code(given) or given
    raise InputError(f"{file}: {path} is {_shown(given)}, which is no code", hint=_meant(given) or _ALLOWED)


def refuse_boolean(given: object, file: str, path: str, wanted: str = "a code") -> None:
    """Raise InputError where `wanted` (a code, a text) was expected and YAML made true or false of it."""
    if isinstance(given, bool):
        raise InputError(f"{file}: {path} is {str(given).lower()}, not {wanted}", hint=QUOTE)


def _meant(given: str) -> str:
    code = resolve(given).code
    return f'write "{code}"' if code else ""


def _shown(given: object) -> str:
    return repr(given)[:80]
