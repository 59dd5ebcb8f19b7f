"""What people said they know of papers they have read: the folder of a reviewer gold standard, read and checked.

    FOLDER/
      papers.parquet   paper_id, title, abstract (may be null), year
      profiles.csv     participant_id, paper_id, year          who wrote what
      ratings.csv      participant_id, paper_id, expertise     a number; the larger, the more they know

Every file has at least these columns; others are not looked at. `year` must be there and is not read: expertise counts
whenever it was gained. Ids are text, and nothing is read as missing, so `NA` stays `NA`; spaces around a cell are cut.
"""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from matchmaker.errors import InputError, NothingToMatchError, SourceError
from matchmaker.matching.arrays import IntArray

PAPERS: Final = "papers.parquet"
PROFILES: Final = "profiles.csv"
RATINGS: Final = "ratings.csv"
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    PAPERS: ("paper_id", "title", "abstract", "year"),
    PROFILES: ("participant_id", "paper_id", "year"),
    RATINGS: ("participant_id", "paper_id", "expertise"),
}
# Rows that no score is made of. A rating is counted once, under the first reason that holds.
REASONS: Final = (
    "repeated_papers", "repeated_profile_rows", "repeated_ratings",
    "profile_rows_of_unknown_papers", "profile_rows_of_papers_without_text",
    "ratings_of_unknown_papers", "ratings_of_papers_without_text", "ratings_without_profile",
    "ratings_of_the_only_profile_paper",
)  # fmt: skip
Pair = tuple[str, str]
Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Participant:
    """Somebody, by rows of `Survey.texts`: `profile` are the papers they wrote, shape (p,), each once; `rated` those
    they rated, shape (r,), none of them alone in the profile; `expertise` what they said, shape (r,), finite."""

    id: str
    profile: IntArray
    rated: IntArray
    expertise: Values


@dataclass(frozen=True, eq=False)
class Survey:
    """All papers of a folder as texts (title and abstract), everybody with a profile, by id, and how many rows were
    left out for each of `REASONS`. Somebody without ratings still tells how near one's own papers are."""

    texts: tuple[str, ...]
    participants: tuple[Participant, ...]
    left_out: Mapping[str, int]


def survey_of(folder: Path) -> Survey:
    """The folder's survey; the order of rows in its files changes nothing.

    Raises SourceError for a file that is missing, unreadable or lacks a column; InputError for a row without an id, an
    expertise that is no number, and a paper or rating that stands twice and says different things; NothingToMatchError
    where no rating is left.
    """
    if not folder.is_dir():
        raise SourceError(f"{folder} is no folder", hint=_layout())
    texts, n_papers = _papers(folder / PAPERS)
    wrote, n_wrote = _profiles(folder / PROFILES)
    said, n_said = _ratings(folder / RATINGS)
    profiles: dict[str, list[str]] = {}
    for person, paper in wrote:
        if texts.get(paper):
            profiles.setdefault(person, []).append(paper)
    why = {pair: _why_not(pair, texts, profiles) for pair in said}
    kept = {pair: said[pair] for pair, reason in why.items() if reason is None}
    counts = Counter(reason for reason in why.values() if reason)
    counts["repeated_papers"] = n_papers - len(texts)
    counts["repeated_profile_rows"] = n_wrote - len(wrote)
    counts["repeated_ratings"] = n_said - len(said)
    counts["profile_rows_of_unknown_papers"] = sum(paper not in texts for _, paper in wrote)
    counts["profile_rows_of_papers_without_text"] = sum(texts.get(paper) == "" for _, paper in wrote)
    left_out = {reason: counts[reason] for reason in REASONS}
    if not kept:
        told = ", ".join(f"{reason} {n}" for reason, n in left_out.items() if n) or f"{RATINGS} has no rows"
        raise NothingToMatchError(
            f"{folder}: no rating can be compared with a profile ({told})",
            hint=f"the same paper_id stands in {PAPERS} and {RATINGS}, the same participant_id in {PROFILES}",
        )
    return Survey(tuple(texts.values()), _participants(texts, profiles, kept), left_out)


def _why_not(pair: Pair, texts: Mapping[str, str], profiles: Mapping[str, Collection[str]]) -> str | None:
    person, paper = pair
    if paper not in texts:
        return "ratings_of_unknown_papers"
    if not texts[paper]:
        return "ratings_of_papers_without_text"
    if person not in profiles:
        return "ratings_without_profile"
    # Without itself, nothing of the profile is left to compare it with.
    return "ratings_of_the_only_profile_paper" if list(profiles[person]) == [paper] else None


def _participants(
    texts: Iterable[str], profiles: Mapping[str, Sequence[str]], said: Mapping[Pair, float]
) -> tuple[Participant, ...]:
    number = {paper: row for row, paper in enumerate(texts)}
    rated: dict[str, list[tuple[int, float]]] = {person: [] for person in sorted(profiles)}
    for (person, paper), expertise in said.items():
        rated[person].append((number[paper], expertise))
    return tuple(
        Participant(
            person,
            np.array(sorted(number[paper] for paper in profiles[person]), dtype=np.int32),
            np.array([row for row, _ in sorted(pairs)], dtype=np.int32),
            np.array([expertise for _, expertise in sorted(pairs)], dtype=np.float64),
        )
        for person, pairs in rated.items()
    )


# ---- papers.parquet ----------------------------------------------------------------------------------------


def _papers(path: Path) -> tuple[dict[str, str], int]:
    """Paper → its text, by id, and the number of rows; "" where it has neither title nor abstract."""
    found: dict[str, str] = {}
    rows = _parquet_rows(path)
    for row, (paper, title, abstract) in enumerate(rows, 1):
        id_ = _id(paper, f"{path}: row {row}", "paper_id")
        text = _spoken((title or "").strip(), (abstract or "").strip())
        if found.setdefault(id_, text) != text:
            raise InputError(
                f"{path}: row {row}: paper {id_[:80]!r} stands there already with another title or abstract",
                hint="keep one row per paper_id",
            )
    return dict(sorted(found.items())), len(rows)


def _spoken(title: str, abstract: str) -> str:
    # As texts go into an index (matchmaker_index.tables), so that words weigh as they do there.
    return f"{title}. {abstract}" if title and abstract else title or abstract


def _parquet_rows(path: Path) -> list[tuple[Any, Any, Any]]:
    columns = COLUMNS[PAPERS][:3]
    _there(path)
    try:
        with pq.ParquetFile(path) as file:
            _check_columns(path, file.schema_arrow.names)
            table = file.read(columns=list(columns))
            for column in columns:
                _check_text(path, column, table.schema.field(column).type)
            return list(zip(*(table[column].to_pylist() for column in columns), strict=True))
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise SourceError(
            f"{path} cannot be read as Parquet: {str(error)[:200]}", hint="fetch or write the file again"
        ) from error


def _check_text(path: Path, column: str, kind: Any) -> None:
    of = kind.value_type if pa.types.is_dictionary(kind) else kind
    is_text = pa.types.is_string(of) or pa.types.is_large_string(of) or pa.types.is_string_view(of)
    # A column without any value is of no type; whole numbers are ids whose text is plain.
    if not (is_text or pa.types.is_null(of) or (column == "paper_id" and pa.types.is_integer(of))):
        raise SourceError(f"{path}: column {column} is {str(kind)[:80]}", hint=f"write {column} as text")


# ---- profiles.csv and ratings.csv --------------------------------------------------------------------------


def _profiles(path: Path) -> tuple[tuple[Pair, ...], int]:
    """Who wrote what, each once, and the number of rows."""
    rows = _csv_rows(path)
    return tuple(dict.fromkeys(_pair(cells, f"{path}: line {line}") for line, cells in rows)), len(rows)


def _ratings(path: Path) -> tuple[dict[Pair, float], int]:
    """(participant, paper) → expertise, and the number of rows."""
    found: dict[Pair, tuple[float, int]] = {}
    rows = _csv_rows(path)
    for line, cells in rows:
        where = f"{path}: line {line}"
        pair, expertise = _pair(cells, where), _number(cells["expertise"], where)
        before, first = found.setdefault(pair, (expertise, line))
        if before != expertise:
            raise InputError(
                f"{where}: {pair[0][:80]!r} rated {pair[1][:80]!r} {expertise:g} here and {before:g} in line {first}",
                hint="keep one rating per participant_id and paper_id",
            )
    return {pair: expertise for pair, (expertise, _) in found.items()}, len(rows)


def _csv_rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Each row by the name of its columns, with its line; lines without anything are no rows."""
    _there(path)
    found: list[tuple[int, dict[str, str]]] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = [cell.strip() for cell in next(reader, [])]
            _check_columns(path, header)
            for cells in reader:
                if cells and len(cells) != len(header):
                    raise SourceError(
                        f"{path}: line {reader.line_num} has {len(cells)} cells, the header {len(header)}",
                        hint="put texts with commas or line breaks in double quotes; leave no comma out",
                    )
                if cells:
                    stripped = (cell.strip() for cell in cells)
                    found.append((reader.line_num, dict(zip(header, stripped, strict=True))))
    except UnicodeDecodeError as error:
        raise SourceError(f"{path} is not UTF-8: {error.reason}", hint="save it as 'CSV UTF-8'") from error
    except csv.Error as error:
        raise SourceError(
            f"{path} is no well-formed CSV after line {reader.line_num}: {error}", hint="close every double quote"
        ) from error
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}", hint="check that it may be read") from error
    return found


def _pair(cells: Mapping[str, str], where: str) -> Pair:
    return _id(cells["participant_id"], where, "participant_id"), _id(cells["paper_id"], where, "paper_id")


def _id(value: object, where: str, column: str) -> str:
    found = "" if value is None else str(value).strip()
    if not found:
        raise InputError(f"{where} has no {column}", hint=f"give every row a {column}, or remove the row")
    return found


def _number(text: str, where: str) -> float:
    try:
        # Python reads 4_5 as 45; nobody who fills in a form means that.
        number = math.nan if "_" in text else float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise InputError(
            f"{where}: expertise is {text[:80]!r}", hint="a number with a decimal point, such as 4 or 4.5 on 1 to 5"
        )
    return number


# ---- any file ----------------------------------------------------------------------------------------------


def _there(path: Path) -> None:
    if not path.is_file():
        raise SourceError(f"{path} is not there", hint=_layout())


def _check_columns(path: Path, names: Sequence[str]) -> None:
    required = COLUMNS[path.name]
    missing = [column for column in required if column not in names]
    if missing:
        raise SourceError(
            f"{path} has no column {', '.join(missing)}; it has {', '.join(names)[:200] or 'none'}",
            hint=f"required: {', '.join(required)}; a CSV file is separated by commas",
        )
    twice = [name for name in required if names.count(name) > 1]
    if twice:
        raise SourceError(f"{path} has the column {twice[0]} twice", hint="leave one of them out")


def _layout() -> str:
    return "a gold standard is a folder with " + " · ".join(f"{file} ({', '.join(c)})" for file, c in COLUMNS.items())
