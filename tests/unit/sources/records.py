"""Builders of records as sources write them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from matchmaker.sources.ingest import IngestOptions, IngestReport, ingest

AUTHORS = pa.list_(
    pa.struct(
        {
            "author_id": pa.string(),
            "name": pa.string(),
            "institution": pa.string(),
            "countries": pa.list_(pa.string()),
            "country_src": pa.string(),
        }
    )
)
WORKS = pa.schema(
    {
        "work_id": pa.string(),
        "title": pa.string(),
        "abstract": pa.string(),
        "year": pa.int16(),
        "domain": pa.string(),
        "authors": AUTHORS,
    }
)


def a_record(number: int, **changes: Any) -> dict[str, Any]:
    """A work in OpenAlex's manner, of two people in Kenya and Germany."""
    names = [
        (2 * number % 7 + 1, "KE", "University of Harbour Lake"),
        (2 * number % 7 + 2, "DE", "Technische Universität Grünwald"),
    ]
    return {
        "id": f"https://openalex.org/W{number + 1}",
        "title": f"Title of work {number}",
        "publication_year": 2000 + number % 20,
        "abstract_inverted_index": {"On": [0], "subject": [1, 3], f"s{number}": [2]},
        "authorships": [
            {
                "author": {"id": f"https://openalex.org/A{who}", "display_name": f"Person {who}"},
                "institutions": [
                    {
                        "id": "https://openalex.org/I1" if code == "KE" else "https://openalex.org/I2",
                        "display_name": place,
                        "country_code": code,
                        "type": "education",
                    }
                ],
                "countries": [code],
            }
            for who, code, place in names
        ],
    } | changes


def json_lines(path: Path, records: Iterable[Mapping[str, Any] | bytes]) -> Path:
    """A file of these records, gzipped if its name says so; bytes are written as they are."""
    lines = [record if isinstance(record, bytes) else json.dumps(record).encode() for record in records]
    content = b"".join(line + b"\n" for line in lines)
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)
    return path


def a_row(number: int, **changes: Any) -> dict[str, Any]:
    """A row of a Parquet file of works."""
    author = {
        "author_id": f"A{number % 5}",
        "name": f"Person {number % 5}",
        "institution": "Univ. of Río",
        "countries": ["NA"],
        "country_src": "affil_text",
    }
    return {
        "work_id": f"w{number}",
        "title": f"Title {number}",
        "abstract": None,
        "year": 2020,
        "domain": "nlp",
        "authors": [author],
    } | changes


def parquet(path: Path, rows: Sequence[Mapping[str, Any]], without: str = "") -> Path:
    """A Parquet file of these rows, without one of the columns where asked."""
    table = pa.Table.from_pylist([dict(row) for row in rows], schema=WORKS)
    pq.write_table(table.drop_columns([without]) if without else table, path)
    return path


def take_in(source: str, data: Path, *paths: Path, **options: Any) -> IngestReport:
    """Ingest with these options."""
    return ingest(source, paths, data, options=IngestOptions(**options))
