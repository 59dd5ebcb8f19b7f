"""Reading what people wrote: every key has its reader, and a mistake names the place and the words allowed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from matchmaker.errors import InputError

Reader = Callable[[object, str], Any]
_Record = TypeVar("_Record")


def record(kind: Callable[..., _Record], readers: Mapping[str, Reader]) -> Callable[[object, str], _Record]:
    """A reader of a mapping into `kind`; keys without a reader are refused, keys with the value null are left out."""

    def read(value: object, where: str) -> _Record:
        return kind(**read_keys(value, where, readers))

    return read


def read_keys(value: object, where: str, readers: Mapping[str, Reader]) -> dict[str, Any]:
    """Every key of `value` that is not null, read. Raises InputError for what is no mapping and for unknown keys."""
    if not isinstance(value, Mapping):
        raise InputError(f"{where} must be a list of keys and values, not {_shown(value)}", hint=_keys(readers))
    for key in value:
        if not isinstance(key, str) or key not in readers:
            raise InputError(f"{where}: unknown key {_shown(key)}", hint=_keys(readers))
    return {key: readers[key](each, f"{where}: {key}") for key, each in value.items() if each is not None}


def word(*allowed: str) -> Reader:
    """A reader of one of the words `allowed`."""

    def read(value: object, where: str) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise InputError(f"{where}: {_shown(value)} is not allowed", hint=f"allowed: {', '.join(allowed)}")
        return value

    return read


def words(*allowed: str) -> Reader:
    """A reader of a list of the words `allowed`."""
    return _list_of(word(*allowed))


def truth(value: object, where: str) -> bool:
    """`true` or `false`."""
    if not isinstance(value, bool):
        raise InputError(f"{where}: {_shown(value)} is not allowed", hint="allowed: true, false")
    return value


def yes_or_no(value: object, where: str) -> str | None:
    """`yes` or `no`, which YAML may have read as true or false; `unknown` is as good as leaving the key out."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    said: str = word("yes", "no", "unknown")(value, where)
    return None if said == "unknown" else said


def whole(most: int) -> Reader:
    """A reader of a whole number from 0 to `most`."""

    def read(value: object, where: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
            raise InputError(f"{where}: {_shown(value)} is not allowed", hint=f"allowed: whole numbers, 0 to {most}")
        return value

    return read


def text(value: object, where: str) -> str:
    """A text with something in it, spaces around it removed."""
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"{where} must be a text, not {_shown(value)}", hint="write it in quotation marks")
    return value.strip()


def texts(value: object, where: str) -> tuple[str, ...]:
    """A list of texts."""
    read: tuple[str, ...] = _list_of(text)(value, where)
    return read


def countries(value: object, where: str) -> tuple[str, ...]:
    """A list of alpha-2 codes. A boolean among them is Norway, whose code YAML reads as false."""
    if isinstance(value, list) and any(isinstance(each, bool) for each in value):
        raise InputError(f"{where}: a code was read as true or false", hint='write "NO" in quotation marks')
    codes = texts(value, where)
    wrong = [code for code in codes if not (len(code) == 2 and code.isascii() and code.isalpha() and code.isupper())]
    if wrong:
        raise InputError(f"{where}: {_shown(wrong[0])} is no country code", hint="write upper-case codes such as KE")
    return codes


def _list_of(reader: Reader) -> Reader:
    def read(value: object, where: str) -> tuple[Any, ...]:
        if not isinstance(value, (list, tuple)):
            raise InputError(f"{where} must be a list, not {_shown(value)}", hint="write it as [one, two]")
        return tuple(reader(each, where) for each in value)

    return read


def _keys(readers: Mapping[str, Reader]) -> str:
    return f"allowed: {', '.join(readers)}"


def _shown(value: object) -> str:
    return repr(value)[:80]
