"""Funded projects as works: a project is a text that its partners wrote, so that a call can be asked who answers it.

Of the European Commission's CORDIS tables, as Parquet: projects (`project_id`, `title`, `objective`, `signature_year`
or `start_date`) and participants (`project_id`, `org_id`, `legal_name`, `role`, `country`). Files are told apart by
their columns. An organisation is who may be suggested, its earlier projects are its profile.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from matchmaker.errors import InputError, SourceError
from matchmaker.sources import cleaning

PARTNERS: Final = ("coordinator", "participant")
_PROJECT: Final = ("project_id", "title", "objective")
_YEARS: Final = ("signature_year", "start_date")
_PARTICIPANT: Final = ("project_id", "org_id", "legal_name", "role", "country")
_AUTHOR: Final = pa.struct(
    {
        "author_id": pa.string(), "name": pa.string(), "institution": pa.string(),
        "countries": pa.list_(pa.string()),
    }
)  # fmt: skip
_WORKS: Final = pa.schema(
    {
        "work_id": pa.string(), "title": pa.string(), "abstract": pa.string(), "year": pa.int32(),
        "authors": pa.list_(_AUTHOR),
    }
)  # fmt: skip

_COUNTED: Final = (
    "projects", "projects_without_year", "participants", "participants_in_other_roles",
    "participants_of_unknown_projects",
)  # fmt: skip

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Given:
    """Files by what they hold: either works, or projects and participants."""

    works: tuple[Path, ...]
    projects: tuple[Path, ...]
    participants: tuple[Path, ...]

    @property
    def of_projects(self) -> bool:
        """Whether funded projects were given."""
        return bool(self.projects)


def told_apart(files: Sequence[Path]) -> Given:
    """What each of these Parquet files holds.

    Raises InputError for projects without participants (or the other way round) and for works beside projects;
    SourceError for what cannot be read.
    """
    kinds: dict[str, list[Path]] = {"works": [], "projects": [], "participants": []}
    for file in files:
        kinds[_kind(_names(file))].append(file)
    works, projects, participants = (tuple(kinds[kind]) for kind in ("works", "projects", "participants"))
    if bool(projects) != bool(participants):
        there, missing = ("projects", "participants") if projects else ("participants", "projects")
        raise InputError(
            f"{(projects or participants)[0]} holds {there} of CORDIS, and no file holds {missing}",
            hint="give both: projects have project_id and objective, participants project_id and org_id",
        )
    if projects and works:
        raise InputError(
            f"{works[0]} holds neither projects nor participants of CORDIS, the other files do",
            hint="evaluate works and projects one after the other",
        )
    return Given(works, projects, participants)


def write_works(given: Given, target: Path) -> dict[str, int]:
    """Write the projects as a Parquet file of works; return what became of projects and participants.

    Coordinators and participants are authors, other roles are not. Raises SourceError for a file that cannot be read
    or lacks a column.
    """
    counts = Counter(dict.fromkeys(_COUNTED, 0))
    authors: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in _rows(given.participants, _PARTICIPANT):
        counts["participants"] += 1
        if row["role"] in PARTNERS:
            authors[str(row["project_id"])].append(_author(row))
        else:
            counts["participants_in_other_roles"] += 1
    works = [_work(row, authors.pop(str(row["project_id"]), [])) for row in _rows(given.projects, _PROJECT, _YEARS)]
    counts["projects"] = len(works)
    counts["projects_without_year"] = sum(work["year"] is None for work in works)
    counts["participants_of_unknown_projects"] = sum(map(len, authors.values()))
    pq.write_table(pa.Table.from_pylist(works, schema=_WORKS), target)
    return dict(counts)


def _work(row: Record, authors: list[dict[str, Any]]) -> dict[str, Any]:
    year = cleaning.year(row.get("signature_year")) or cleaning.year(str(row.get("start_date"))[:4])
    return {
        "work_id": _id(row["project_id"]), "title": row["title"], "abstract": row["objective"], "year": year,
        "authors": authors,
    }  # fmt: skip


def _author(row: Record) -> dict[str, Any]:
    name, country = row["legal_name"], row["country"]
    return {
        "author_id": _id(row["org_id"]),
        "name": name, "institution": name, "countries": [country] if country else [],
    }  # fmt: skip


def _id(value: object) -> str | None:
    return None if value is None else str(value)


def _kind(names: Sequence[str]) -> str:
    if "project_id" in names and "objective" in names:
        return "projects"
    return "participants" if "project_id" in names and "org_id" in names else "works"


def _rows(files: Sequence[Path], required: Sequence[str], either: Sequence[str] = ()) -> Iterator[Record]:
    for file in files:
        names = _names(file)
        missing = [column for column in required if column not in names]
        if missing or (either and not set(either) & set(names)):
            raise SourceError(
                f"{file} has no column {', '.join(missing) or ' or '.join(either)}",
                hint=f"required: {', '.join(required)}" + (f", and {' or '.join(either)}" if either else ""),
            )
        try:
            yield from pq.read_table(file, columns=[*required, *(set(either) & set(names))]).to_pylist()
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            raise _unreadable(file, error) from error


def _names(file: Path) -> list[str]:
    try:
        names: list[str] = pq.read_schema(file).names
    except (pa.ArrowException, OSError) as error:
        raise _unreadable(file, error) from error
    return names


def _unreadable(file: Path, error: Exception) -> SourceError:
    return SourceError(f"{file} cannot be read as Parquet: {str(error)[:200]}", hint="fetch the file again")
