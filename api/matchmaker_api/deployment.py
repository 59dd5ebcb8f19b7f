"""What holds for one deployment: whose rules apply to it, and where its lists, terms and tables lie.

`DATA/deployment.toml`, all of it optional:

    [safeguards]
    jurisdictions = ["EU", "US"]      # whose lists and regimes bind you
    allies = ["CH", "NO"]             # never destinations of concern
    concern = ["KP", "IR"]            # these alone are; without it, see docs/explanation/safeguards.md
    required_lists = ["UN_SC"]        # without them a screening does not count as one
    lists = "lists"                   # folders: relative to DATA, or absolute
    [terms]
    folder = "terms"
    [tables]
    folder = "tables"
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from matchmaker.errors import InputError, SourceError
from matchmaker.places.resolve import is_country
from matchmaker.safeguards.cases import Deployer
from matchmaker.safeguards.lists import Lists, load_folder
from matchmaker.safeguards.policy import known_lists
from matchmaker.terms.words import Reader, countries, read_keys, text, texts, words

FILE: Final = "deployment.toml"
_HOW: Final = "docs/how-to/screening-lists-and-keys.md shows the file"


@dataclass(frozen=True, slots=True)
class Deployment:
    """`deployer` is what safeguards decide by; the folders may be missing unless the file names them.

    `file` is what was read, None where there is none and every value is its default.
    """

    deployer: Deployer
    lists: Path
    terms: Path
    tables: Path
    file: Path | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """What nobody has said, and what follows from it; to be shown to whoever runs the service."""
        where = f"{self.file} names" if self.file else f"there is no {FILE}, so there is"
        notes = []
        if not self.deployer.jurisdictions:
            notes.append(f"{where} no jurisdiction: only UN lists, UN decisions and your own list block")
        if not self.lists.is_dir():
            notes.append(f"there is no folder {self.lists}: nothing is screened")
        return tuple(notes)

    def loaded_lists(self) -> Lists:
        """The screening lists; none where the folder is missing. Raises SourceError for a list that cannot be read."""
        return load_folder(self.lists) if self.lists.is_dir() else Lists(())


def deployment(data: Path) -> Deployment:
    """What holds for the data folder `data`; defaults where it has no `deployment.toml`.

    Raises InputError for unknown keys and words and for named folders that are not there, SourceError for a file that
    cannot be read.
    """
    file = data / FILE
    written = _read(file)
    said = read_keys(written or {}, str(file), _SECTIONS)
    safeguards, terms, tables = (said.get(section, {}) for section in _SECTIONS)
    lists = safeguards.pop("lists", None)
    return Deployment(
        _deployer(safeguards, f"{file}: safeguards"),
        lists=_folder(data, file, "lists", lists),
        terms=_folder(data, file, "terms", terms.get("folder")),
        tables=_folder(data, file, "tables", tables.get("folder")),
        file=None if written is None else file,
    )


def _read(file: Path) -> dict[str, Any] | None:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SourceError(f"cannot read {file}: {error}", hint=_HOW) from error


def _section(**readers: Reader) -> Reader:
    return lambda value, where: read_keys(value, where, readers)


def _codes(value: object, where: str) -> frozenset[str]:
    codes = countries(value, where)
    if unknown := [code for code in codes if not is_country(code)]:
        raise InputError(f"{where}: {unknown[0]!r} is no country code", hint='write ISO 3166-1 alpha-2, such as "GB"')
    return frozenset(codes)


_SECTIONS: Final[dict[str, Reader]] = {
    "safeguards": _section(
        jurisdictions=texts, allies=_codes, concern=_codes, required_lists=words(*known_lists()), lists=text
    ),
    "terms": _section(folder=text),
    "tables": _section(folder=text),
}


def _deployer(said: dict[str, Any], where: str) -> Deployer:
    try:
        return Deployer(**{key: frozenset(value) for key, value in said.items()})
    except InputError as error:
        raise InputError(f"{where}: jurisdictions: {error.message}", hint=error.hint) from error


def _folder(data: Path, file: Path, name: str, named: str | None) -> Path:
    folder = data / (named or name)
    if named is not None and not folder.is_dir():
        raise InputError(f"{file} names the folder {folder}, which is not there", hint="make it, or take the line out")
    return folder
