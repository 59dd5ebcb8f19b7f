"""The invented world as the files that people bring: works in Parquet, OpenAlex's JSON Lines, a table of people."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from matchmaker.sources.demo import invented_world

Row = dict[str, Any]
PEOPLE = 300  # the smallest world there is
CITIES = ("Porto", "Nairobi", "Lima", "Kraków", "Hanoi", "Boston")
VENUES = ("Annals of Applied Everything", "Regional Journal of Findings", "Proceedings of a Small Workshop")


def world_rows() -> list[Row]:
    """Every work of the invented world with all that says where: organisations, cities, countries, a venue."""
    kept = list(invented_world(people=PEOPLE))
    names = {place.institution_id: place.name for each in kept for place in each.institutions}
    works = [work for each in kept for work in each.works]
    return [
        {
            "work_id": work.work_id,
            "title": work.title,
            "abstract": work.abstract,
            "year": work.year,
            "venue": VENUES[number % len(VENUES)],
            "authors": [
                {
                    "author_id": author.researcher_id,
                    "name": author.name,
                    "institution": next((names[i] for i in author.institution_ids), None),
                    "city": CITIES[number % len(CITIES)],
                    "countries": list(author.countries),
                }
                for author in work.authors
            ],
        }
        for number, work in enumerate(works)
    ]


def write_works(path: Path, rows: Sequence[Row]) -> Path:
    """For `ingest works`."""
    pq.write_table(pa.Table.from_pylist(list(rows)), path)
    return path


def write_openalex(path: Path, rows: Sequence[Row]) -> Path:
    """For `ingest openalex`: a record for every work; what a row holds beside the usual goes in as it is."""
    lines = [json.dumps(_record(number, row)) for number, row in enumerate(rows, start=1)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def person_number(author: Row) -> int:
    """The number that the invented world gave to a person."""
    return int(author["author_id"][-5:])


def _record(number: int, row: Row) -> Row:
    beside = {key: value for key, value in row.items() if key not in ("work_id", "year", "venue", "authors")}
    return {
        **beside,
        "id": f"https://openalex.org/W{number}",
        "publication_year": row["year"],
        "authorships": [
            {
                "author": {
                    "id": f"https://openalex.org/A{int(author['author_id'][-5:])}",
                    "display_name": author["name"],
                },
                "countries": author["countries"],
            }
            for author in row["authors"]
        ],
    }


def write_table(path: Path, rows: Sequence[Row], further: Sequence[str] = ()) -> Path:
    """For `ingest csv`: a row for every work and its first author, who has no id but name, organisation and country;
    the rest of the by-line are co-authors by name."""
    columns = ("name", "institution", "country", "title", "abstract", "year", "url", "coauthors", *further)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, columns, extrasaction="ignore")
        table.writeheader()
        for row in rows:
            first, *others = row["authors"]
            country = next(iter(first["countries"]), "")
            person = {"name": first["name"], "institution": first["institution"], "country": country}
            beside = {"url": row["work_id"], "coauthors": ";".join(author["name"] for author in others)}
            table.writerow({**row, **person, **beside})
    return path
