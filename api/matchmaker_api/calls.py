"""Which calls there are: those of the package and those of this installation, which lie in `DATA/calls`.

A file of the installation that cannot be used takes nothing else with it: it is told with its reason wherever calls
are listed, and an id that two files claim is refused until one of them is renamed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from matchmaker.domain.calls import AnyClause, Call, Group
from matchmaker.errors import InputError, MatchmakerError, NotFoundError, SourceError
from matchmaker.places.own_tables import NO_TABLES, OwnTables, is_own, own_tables
from matchmaker.rules.documents import read_text
from matchmaker.rules.language import find_call, preset_ids, preset_text, read_call
from matchmaker.rules.vocabulary import refers_to_own
from matchmaker_api.deployment import deployment

FOLDER: Final = "calls"
SUFFIXES: Final = (".json", ".yaml", ".yml")
# Words that stand in addresses where else the id of a call stands.
_TAKEN: Final = ("check", "validate")


@dataclass(frozen=True, slots=True)
class CallFile:
    """A call with its text as it was written, and the name of its file; `own`: it belongs to this installation."""

    call: Call
    text: str
    file: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """A file of the installation that is not used, and why. `call_id` is the id it claims, where that could be read."""

    file: str
    message: str
    hint: str = ""
    call_id: str | None = None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The calls that can be used, by id in alphabetical order, and the files that cannot."""

    files: Mapping[str, CallFile]
    faults: tuple[Fault, ...] = ()


def all_calls(data: Path) -> Catalogue:
    """Every call of the package and of the data folder. Raises SourceError where the folder of calls cannot be read."""
    own, faults = _own_files(data / FOLDER)
    claims = [file.call.id for file in own]
    wrong = {call_id: _wrong_id(call_id, claims) for call_id in claims}
    refused = tuple(
        Fault(file.file, message, "give it another id", file.call.id)
        for file in own if (message := wrong[file.call.id])
    )  # fmt: skip
    usable = {file.call.id: file for file in own if not wrong[file.call.id]}
    presets = {call_id: file for call_id, file in _presets().items() if call_id not in wrong}
    return Catalogue(dict(sorted({**presets, **usable}.items())), (*faults, *refused))


def call_file(data: Path, call_id: str) -> CallFile:
    """The call with this id, and its text. Never reads a path: the id may come from anywhere.

    Raises NotFoundError for an id that nobody claims (the hint lists all), InputError for one that two files claim.
    """
    catalogue = all_calls(data)
    if call_id in catalogue.files:
        return catalogue.files[call_id]
    for fault in catalogue.faults:
        if fault.call_id == call_id:
            raise InputError(f"{FOLDER}/{fault.file}: {fault.message}", hint=fault.hint)
    unusable = ", ".join(f"{FOLDER}/{fault.file}" for fault in catalogue.faults)
    hint = f"calls: {', '.join(catalogue.files)}" + (f"; not usable: {unusable}" if unusable else "")
    raise NotFoundError(f"there is no call {call_id[:80]!r}", hint=hint)


def call_named(data: Path, name: str) -> Call:
    """The call with this id; see `call_file`."""
    return call_file(data, name).call


def call_or_path(data: Path, name: str) -> Call:
    """As `call_named`, or the call in a file where the name ends in .yaml, .yml or .json. For the command line only."""
    return find_call(name) if Path(name).suffix in SUFFIXES else call_named(data, name)


def tables_for(data: Path, call: Call) -> OwnTables:
    """The sets of countries of this installation, where the call refers to one; else none, and none are read."""
    return tables_in(deployment(data).tables) if refers_to_own(call) else NO_TABLES


def tables_named(data: Path, ref: str) -> OwnTables:
    """The sets of countries of this installation, where `ref` is one of them; else none, and none are read."""
    return tables_in(deployment(data).tables) if is_own(ref) else NO_TABLES


def tables_in(folder: Path) -> OwnTables:
    """The sets of countries in a folder of this installation; none where there is no such folder.

    Raises SourceError for tables that cannot be used, without the place of the folder: the asker may be anybody.
    """
    try:
        return own_tables(folder) if folder.is_dir() else NO_TABLES
    except MatchmakerError as error:
        said = error.message.replace(f"{folder}/", "")
        raise SourceError(f"the tables of this installation cannot be used: {said}", hint=error.hint) from error


def matching(catalogue: Catalogue, words: str = "", funder: str = "") -> list[CallFile]:
    """The calls in which every word stands (id, title, funder, programme, topics, rules), of a funder if one is named.

    Case does not matter; `funder` is the whole name.
    """
    wanted = words.casefold().split()
    return [
        file
        for file in catalogue.files.values()
        if (not funder or file.call.funder.casefold() == funder.casefold())
        and all(word in _searchable(file.call) for word in wanted)
    ]


def _searchable(call: Call) -> str:
    said = (call.id, call.title, call.funder, call.programme, *call.topics, *_words_of(call.clauses))
    return "\n".join(said).casefold()


def _words_of(clauses: tuple[AnyClause, ...]) -> Iterator[str]:
    for clause in clauses:
        yield f"{clause.id} {clause.text}"
        if isinstance(clause, Group):
            yield from _words_of(clause.clauses)


@cache
def _presets() -> dict[str, CallFile]:
    texts = {call_id: preset_text(call_id) for call_id in preset_ids()}
    return {call_id: CallFile(read_call(text, f"{call_id}.yaml"), text, f"{call_id}.yaml")
            for call_id, text in texts.items()}  # fmt: skip


def _own_files(folder: Path) -> tuple[list[CallFile], tuple[Fault, ...]]:
    read: list[CallFile] = []
    faults: list[Fault] = []
    for path in _paths(folder):
        try:
            about = path.stat()
            read.append(_read(path, about.st_mtime_ns, about.st_size))
        except MatchmakerError as error:
            said = error.message.replace(f"{path}: ", "").replace(str(path), path.name)
            faults.append(Fault(path.name, said, error.hint))
        except OSError as error:
            faults.append(Fault(path.name, f"it cannot be read: {error.strerror}", "check the file"))
    return read, tuple(faults)


def _paths(folder: Path) -> list[Path]:
    if not folder.exists():
        return []
    try:
        return sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES and not path.name.startswith("."))
    except OSError as error:
        raise SourceError(
            f"cannot read {folder}: {error.strerror}", hint="it must be a folder of call files"
        ) from error


@lru_cache(maxsize=512)
def _read(path: Path, _changed_ns: int, _size: int) -> CallFile:
    """A file as it was at that time and size; a changed one is read again."""
    text = read_text(path)
    return CallFile(read_call(text, str(path)), text, path.name, own=True)


def _wrong_id(call_id: str, claims: list[str]) -> str:
    """Why a file of the installation may not have this id; "" where it may."""
    if call_id in _presets():
        return f"the id {call_id!r} is that of a call of the package"
    if call_id in _TAKEN:
        return f"the id {call_id!r} is a word of this program"
    return f"the id {call_id!r} is claimed by {claims.count(call_id)} files" if claims.count(call_id) > 1 else ""
