"""What organisations and people have declared to an installation: one YAML file each, in one folder.

A file says for whom it speaks (`for`: an id of the index, a ROR or an ORCID, as the index writes it), who declared it
and on which day, and the declaration itself. Of two files for the same one neither counts: nobody could tell which
holds. A file that cannot be used takes nothing else with it; it is told with its reason among the faults.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NoReturn

from matchmaker.errors import InputError, MatchmakerError, SourceError
from matchmaker.terms.call_terms import CallTerms, read_call_terms
from matchmaker.terms.declaration import Declaration
from matchmaker.terms.reading import read_declaration, read_yaml
from matchmaker.terms.words import Reader, read_keys, text

CALLS_FILE = "calls.yaml"
_SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True)
class Declared:
    """Declarations by the id they are for, and terms of calls that the package does not know, by call id.

    `faults` are the files, and the entries of `calls.yaml`, that do not count, each with the reason, for notes:
    `a.yaml: 'declared_by' is missing`.
    """

    by_id: Mapping[str, Declaration]
    calls: Mapping[str, CallTerms]
    faults: tuple[str, ...] = ()


NOTHING_DECLARED = Declared({}, {})


def load_declared(folder: Path) -> Declared:
    """Every declaration in `folder` that can be used, and why others cannot; nothing where there is no such folder.

    `calls.yaml` holds terms of calls instead, by call id. Raises SourceError where the folder itself cannot be read.
    """
    if not folder.exists():
        return NOTHING_DECLARED
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix in _SUFFIXES and not path.name.startswith("."))
    except OSError as error:
        raise SourceError(
            f"cannot read {folder}: {error.strerror}", hint="it must be a folder of YAML files"
        ) from error
    faults: list[str] = []
    by_id = _declarations((path for path in files if path.name != CALLS_FILE), faults)
    return Declared(by_id, _calls(folder / CALLS_FILE, faults), tuple(faults))


def _declarations(files: Iterator[Path], faults: list[str]) -> dict[str, Declaration]:
    claims: dict[str, list[tuple[str, Declaration]]] = {}
    for path in files:
        try:
            whom, declaration = _declaration(path)
            claims.setdefault(whom, []).append((path.name, declaration))
        except MatchmakerError as error:
            faults.append(_fault(path, error))
    for whom, claimed in claims.items():
        if len(claimed) > 1:
            names = [name for name, _ in claimed]
            faults += [f"{name}: {whom[:80]} is declared by {len(names)} files ({', '.join(names)})" for name in names]
    return {whom: claimed[0][1] for whom, claimed in claims.items() if len(claimed) == 1}


def _fault(path: Path, error: MatchmakerError) -> str:
    return error.message if path.name in error.message else f"{path.name}: {error.message}"


def _declaration(path: Path) -> tuple[str, Declaration]:
    readers: dict[str, Reader] = {"for": text, "declared_by": text, "declared_on": _day, "declaration": _as_it_is}
    given = read_keys(read_yaml(path), path.name, readers)
    missing = [key for key in readers if key not in given]
    if missing:
        raise InputError(f"{path.name}: {missing[0]!r} is missing", hint=f"needed: {', '.join(readers)}")
    return given["for"], read_declaration(given["declaration"], where=path.name, party="the partner")


def _calls(path: Path, faults: list[str]) -> dict[str, CallTerms]:
    found: dict[str, CallTerms] = {}
    try:
        entries = _entries(path) if path.exists() else {}
    except MatchmakerError as error:
        faults.append(_fault(path, error))
        return {}
    for call_id, terms in entries.items():
        try:
            found[call_id] = read_call_terms(terms, where=f"{path.name}: {call_id}", name=call_id)
        except MatchmakerError as error:
            faults.append(_fault(path, error))
    return found


def _entries(path: Path) -> dict[str, object]:
    written = read_yaml(path)
    if not isinstance(written, Mapping):
        raise InputError(f"{path.name} must be a list of call ids and their terms", hint="see the reference of terms")
    return {str(call_id): terms for call_id, terms in written.items()}


def _day(value: object, where: str) -> date:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else _no_day(value, where)
    except ValueError:
        return _no_day(value, where)


def _no_day(value: object, where: str) -> NoReturn:
    raise InputError(f"{where}: {str(value)[:80]!r} is no day", hint="write it like 2026-11-22")


def _as_it_is(value: object, where: str) -> object:
    return value
