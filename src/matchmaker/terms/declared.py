"""What organisations and people have declared to an installation: one YAML file each, in one folder.

A file says for whom it speaks (`for`: an id of the index, a ROR or an ORCID, as the index writes it), who declared it
and on which day, and the declaration itself. Two files for the same one are refused: nobody could tell which holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from matchmaker.errors import InputError, SourceError
from matchmaker.terms.call_terms import CallTerms, read_call_terms
from matchmaker.terms.declaration import Declaration
from matchmaker.terms.reading import read_declaration, read_yaml
from matchmaker.terms.words import Reader, read_keys, text

CALLS_FILE = "calls.yaml"
_SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True)
class Declared:
    """Declarations by the id they are for, and terms of calls that the package does not know, by call id."""

    by_id: Mapping[str, Declaration]
    calls: Mapping[str, CallTerms]


NOTHING_DECLARED = Declared({}, {})


def load_declared(folder: Path) -> Declared:
    """Every declaration in `folder`; nothing where there is no such folder.

    `calls.yaml` holds terms of calls instead, by call id. Raises SourceError for what cannot be read, InputError for
    what is not well formed and for two files that speak for the same one.
    """
    if not folder.exists():
        return NOTHING_DECLARED
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix in _SUFFIXES and not path.name.startswith("."))
    except OSError as error:
        raise SourceError(
            f"cannot read {folder}: {error.strerror}", hint="it must be a folder of YAML files"
        ) from error
    found: dict[str, Declaration] = {}
    for path in files:
        if path.name != CALLS_FILE:
            whom, declaration = _declaration(path)
            if whom in found:
                raise InputError(f"{path.name}: {whom} has a declaration already", hint="keep one file for each")
            found[whom] = declaration
    return Declared(found, _calls(folder / CALLS_FILE))


def _declaration(path: Path) -> tuple[str, Declaration]:
    readers: dict[str, Reader] = {"for": text, "declared_by": text, "declared_on": _day, "declaration": _as_it_is}
    given = read_keys(read_yaml(path), path.name, readers)
    missing = [key for key in readers if key not in given]
    if missing:
        raise InputError(f"{path.name}: {missing[0]!r} is missing", hint=f"needed: {', '.join(readers)}")
    return given["for"], read_declaration(given["declaration"], where=path.name, party="the partner")


def _calls(path: Path) -> dict[str, CallTerms]:
    if not path.exists():
        return {}
    written = read_yaml(path)
    if not isinstance(written, Mapping):
        raise InputError(f"{path.name} must be a list of call ids and their terms", hint="see the reference of terms")
    return {
        str(call_id): read_call_terms(terms, where=f"{path.name}: {call_id}", name=str(call_id))
        for call_id, terms in written.items()
    }


def _day(value: object, where: str) -> date:
    if not isinstance(value, date):
        raise InputError(f"{where}: {str(value)[:80]!r} is no day", hint="write it like 2026-11-22")
    return value


def _as_it_is(value: object, where: str) -> object:
    return value
