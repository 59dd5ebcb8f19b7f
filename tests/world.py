"""Builders for tests: say what matters, the rest is filled in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from matchmaker.domain.research import AuthorshipRow, WorkRow
from matchmaker.matching.arrays import FloatArray

AS_OF = date(2024, 12, 31)


def unit_vectors(rng: np.random.Generator, n: int, d: int = 16) -> FloatArray:
    """`n` random directions."""
    rows = rng.standard_normal((n, d)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def a_work(work_id: str = "w1", authors: tuple[AuthorshipRow, ...] = (), **given: Any) -> WorkRow:
    """A work of 2020 in English."""
    year = given.pop("year", 2020)
    filled: dict[str, Any] = {
        "title": "A title", "abstract": None, "published": date(year, 12, 31), "language": "en", "topics": (),
        "url": None, "source": "test",
    }  # fmt: skip
    return WorkRow(work_id=work_id, year=year, authors=authors, **(filled | given))


def by_line(*names: tuple[str, str]) -> tuple[AuthorshipRow, ...]:
    """Authors from (id, country) pairs; "" for no country."""
    return tuple(AuthorshipRow(person, person.upper(), countries=(code,) if code else ()) for person, code in names)


def people_table(*ids: str) -> pa.Table:
    """People by id."""
    return pa.table({"id": list(ids), "name": [i.upper() for i in ids], "orcid": pa.nulls(len(ids), pa.string())})


def texts_table(*published: date, kinds: tuple[str, ...] | None = None) -> pa.Table:
    """Texts by publication day."""
    n = len(published)
    return pa.table(
        {
            "id": [f"t{i}" for i in range(n)],
            "title": [f"Text {i}" for i in range(n)],
            "year": pa.array([day.year for day in published], pa.int32()),
            "published": pa.array(list(published), pa.date32()),
            "kind": list(kinds or ("work",) * n),
            "url": pa.nulls(n, pa.string()),
            "language": pa.nulls(n, pa.string()),
            "topics": pa.array([[]] * n, pa.list_(pa.string())),
        }
    )


def authorships_table(*rows: tuple[int, int, list[str], list[str]]) -> pa.Table:
    """(person, text, countries, institutions) rows."""
    person, text, countries, institutions = zip(*rows, strict=True) if rows else ((), (), (), ())
    return pa.table(
        {
            "person": pa.array(person, pa.int32()),
            "text": pa.array(text, pa.int32()),
            "position": pa.array([0] * len(rows), pa.int32()),
            "institutions": pa.array(institutions, pa.list_(pa.string())),
            "countries": pa.array(countries, pa.list_(pa.string())),
        }
    )


def affiliations_table(*rows: dict[str, Any]) -> pa.Table:
    """Posts; what is left out is a declared, primary, open post without country or organisation."""
    filled = [
        {"institution": None, "country": None, "kind": "primary", "start": None, "end": None, "basis": "declared"} | row
        for row in rows
    ]
    schema = pa.schema(
        [("person", pa.int32()), ("institution", pa.string()), ("country", pa.string()), ("kind", pa.string()),
         ("start", pa.date32()), ("end", pa.date32()), ("basis", pa.string())]
    )  # fmt: skip
    return pa.Table.from_pylist(filled, schema=schema)


def institutions_table(**countries: str | None) -> pa.Table:
    """Organisations by id; a country of None makes an international one."""
    ids = sorted(countries)
    return pa.table(
        {
            "id": pa.array(ids, pa.string()),
            "name": pa.array([i.title() for i in ids], pa.string()),
            "country": pa.array([countries[i] for i in ids], pa.string()),
            "type": pa.array(
                ["international_organisation" if countries[i] is None else "university" for i in ids], pa.string()
            ),
            "ror": pa.nulls(len(ids), pa.string()),
        }
    )


def every_file(folder: Path) -> Iterator[Path]:
    """The files of a folder, in order."""
    return iter(sorted(path for path in folder.rglob("*") if path.is_file()))
