"""What people declared about themselves, and what became of suggestions: two tables that a programme keeps and loads.

`DATA/declared.csv`   researcher,attribute,group      one row per person and attribute; nothing in it is ever inferred
a table of outcomes   run_id,researcher,stage         one row per step that was taken after a suggestion
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, get_args, get_type_hints

from matchmaker.domain.events import Outcome
from matchmaker.domain.identifiers import orcid
from matchmaker.errors import InputError, SourceError
from matchmaker.groups import CAREER_STAGES

FILE: Final = "declared.csv"
GENDERS: Final = ("woman", "man", "non_binary", "another")
_GROUPS: Final[Mapping[str, tuple[str, ...]]] = {"career_stage": CAREER_STAGES, "gender": GENDERS}
# Gender is for the reports of programme staff alone: no target may be set for it here.
_FOR_TARGETS: Final = ("career_stage",)
_COLUMNS: Final = ("researcher", "attribute", "group")
_OUTCOMES: Final = ("run_id", "researcher", "stage")
_STAGES: Final = get_args(get_type_hints(Outcome)["stage"])

Groups = dict[str, dict[str, str]]  # attribute → researcher id → group


def declared_groups(data: Path) -> Groups:
    """What people of a data folder declared; nothing where the file is missing.

    Raises InputError naming the line for an attribute or group that there is not and for somebody who stands twice,
    SourceError for a file that cannot be read.
    """
    found: Groups = {}
    for where, row in _rows(data / FILE, _COLUMNS) if (data / FILE).exists() else ():
        attribute, group = row["attribute"], row["group"]
        if group not in _GROUPS.get(attribute, ()):
            allowed = "; ".join(f"{name}: {', '.join(groups)}" for name, groups in _GROUPS.items())
            raise InputError(f"{where}: {attribute[:80]!r} has no group {group[:80]!r}", hint=f"allowed: {allowed}")
        person = _id(row["researcher"])
        if person in found.setdefault(attribute, {}):
            raise InputError(f"{where}: somebody stands twice with {attribute}", hint="one row for each")
        found[attribute][person] = group
    return found


def _id(written: str) -> str:
    """An ORCID in full URL form; every other id as it is written, which is how an index has it."""
    try:
        return orcid(written)
    except InputError:
        return written


def for_targets(groups: Groups) -> Groups:
    """The attributes for which an equity target may be set."""
    return {attribute: groups[attribute] for attribute in _FOR_TARGETS if attribute in groups}


def outcomes(path: Path) -> list[Outcome]:
    """What became of suggestions. Raises InputError naming the line for a stage there is not, SourceError."""
    found = []
    for where, row in _rows(path, _OUTCOMES):
        if row["stage"] not in _STAGES:
            raise InputError(f"{where}: there is no stage {row['stage'][:80]!r}", hint=f"stages: {', '.join(_STAGES)}")
        stage: Any = row["stage"]
        found.append(Outcome(row["run_id"], row["researcher"], stage))
    return found


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[str, dict[str, str]]]:
    """(where, row) of a table with exactly these columns, all of them filled."""
    wanted = f"write {','.join(columns)}"
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if tuple(reader.fieldnames or ()) != columns:
                raise InputError(f"{path} has the columns {reader.fieldnames}", hint=wanted)
            for row in reader:
                where = f"{path}, line {reader.line_num}"
                if None in row or not all(row.values()):
                    raise InputError(f"{where}: a cell is missing, empty or too many", hint=wanted)
                yield where, {name: value.strip() for name, value in row.items()}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SourceError(f"cannot read {path}: {error}", hint="give a CSV file in UTF-8") from error
