"""Parquet files of works with their authors' names, organisations and countries.

Columns: work_id, title, year, authors are required; abstract, domain, source, url, abstract_en are used when there.
`authors` is a list of structs of author_id and name, and of institution, countries, country_src when there.
A country that was carried over from another year of the same person (`country_src` begins with "propagated") was not
observed on the work, and is left out. The venue is not read, because where somebody published is no mark of quality;
it is counted with other marks of prestige (`prestige`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from matchmaker.domain.research import AuthorshipRow, InstitutionRow, WorkRow
from matchmaker.errors import SourceError
from matchmaker.sources import cleaning, prestige
from matchmaker.sources.intake import Item, Kept, Skipped
from matchmaker.sources.organisations import named

SOURCE: Final = "works"
SUFFIXES: Final = (".parquet",)
REQUIRED: Final = ("work_id", "title", "year", "authors")
OPTIONAL: Final = ("abstract", "domain", "source", "url", "abstract_en")
ROWS_AT_A_TIME: Final = 1_000

Record = dict[str, Any]


def read(path: Path) -> Iterator[Item]:
    """One item per row of `path`. Raises SourceError for a file that is no Parquet, is damaged or lacks a column."""
    number = 0
    try:
        with pq.ParquetFile(path) as file:
            columns = _columns(path, file.schema_arrow)
            for batch in file.iter_batches(ROWS_AT_A_TIME, columns=columns):
                for record in batch.to_pylist():
                    number += 1
                    yield _item(record, f"{path.name}:{number}")
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise SourceError(
            f"{path} cannot be read as Parquet after record {number}: {str(error)[:200]}",
            hint="fetch the file again and ingest with --resume: what was read so far is kept",
        ) from error


def _columns(path: Path, schema: pa.Schema) -> list[str]:
    missing = [column for column in REQUIRED if column not in schema.names]
    if missing:
        raise SourceError(
            f"{path} has no column {', '.join(missing)}",
            hint=f"required: {', '.join(REQUIRED)}; also read: {', '.join(OPTIONAL)}",
        )
    authors = schema.field("authors").type
    if not (pa.types.is_list(authors) or pa.types.is_large_list(authors)) or not pa.types.is_struct(authors.value_type):
        raise SourceError(
            f"{path}: column authors is {str(authors)[:80]}",
            hint="it must be a list of structs with author_id and name",
        )
    return [name for name in schema.names if name in (*REQUIRED, *OPTIONAL) or prestige.mark(name)]


def _item(record: Record, where: str) -> Item:
    work_id = cleaning.identifier(record["work_id"])
    if work_id is None:
        return Skipped("no_id", where, repr(record))
    year = cleaning.year(record["year"])
    if year is None:
        return Skipped("no_year", where, repr(record))
    notes = prestige.notes(record)
    texts = cleaning.title_and_abstract(record["title"], record.get("abstract"), notes)
    if texts is None:
        return Skipped("no_title", where, repr(record))
    institutions: dict[str, InstitutionRow] = {}
    names = [_authorship(author, institutions, notes) for author in record["authors"] or ()]
    work = WorkRow(
        work_id=work_id,
        title=texts[0],
        abstract=texts[1],
        year=year,
        published=date(year, 12, 31),
        language="en" if record.get("abstract_en") is True and texts[1] else None,
        topics=tuple(topic for topic in [cleaning.name(record.get("domain"))] if topic),
        url=cleaning.web_address(record.get("url")),
        source=cleaning.name(record.get("source")) or SOURCE,
        authors=cleaning.by_line((row for row in names if row), notes),
    )
    return Kept(works=(work,), institutions=tuple(institutions.values()), notes=tuple(notes))


def _authorship(
    author: Record | None, institutions: dict[str, InstitutionRow], notes: list[str]
) -> AuthorshipRow | None:
    id_ = cleaning.identifier((author or {}).get("author_id"))
    if author is None or id_ is None:
        notes.append("author_without_id")
        return None
    notes += prestige.notes(author)
    institution = named(author.get("institution"))
    if institution:
        institutions.setdefault(institution.institution_id, institution)
    return AuthorshipRow(
        researcher_id=id_,
        name=cleaning.name(author.get("name")),
        institution_ids=(institution.institution_id,) if institution else (),
        countries=_observed(author, notes),
    )


def _observed(author: Record, notes: list[str]) -> tuple[str, ...]:
    codes = author.get("countries") or ()
    if str(author.get("country_src") or "").startswith("propagated"):
        notes += ["propagated_country_left_out"] * bool(codes)
        return ()
    return cleaning.countries(codes, notes)
