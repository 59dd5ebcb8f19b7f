"""From a snapshot's rows, named by id, to an index's tables, numbered by row."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matchmaker.matching.corpus import Tables
from matchmaker.matching.dating import standing_at
from matchmaker.sources.snapshot import Snapshot

INTEREST = "interest:"


def tables_of(snapshot: Snapshot, as_of: date) -> tuple[Tables, list[str]]:
    """The tables of an index as of a date, and the text of each row of `texts` for the encoder."""
    people = snapshot.researchers(["researcher_id", "name", "orcid", "interests"])
    works = snapshot.works()
    works = works.filter(pc.less_equal(works["published"], pa.scalar(as_of, pa.date32())))
    stating = people.filter(pc.is_valid(people["interests"]))
    texts = pa.concat_tables([_works(works), _interests(stating)]).combine_chunks()
    bare = people.select(["researcher_id", "name", "orcid"]).rename_columns(["id", "name", "orcid"]).combine_chunks()
    tables = Tables(
        people=bare,
        texts=texts,
        authorships=_authorships(snapshot, bare, texts, stating),
        affiliations=_affiliations(snapshot, bare),
        institutions=snapshot.institutions().rename_columns(["id", "name", "country", "type", "ror"]),
        standing=pa.table({}),
    )
    return _with_standing(tables, as_of), [*_spoken(works), *stating["interests"].to_pylist()]


def _with_standing(tables: Tables, as_of: date) -> Tables:
    return Tables(
        tables.people, tables.texts, tables.authorships, tables.affiliations, tables.institutions,
        standing_at(tables, as_of),
    )  # fmt: skip


def _spoken(works: pa.Table) -> list[str]:
    """Title and abstract, nothing else: no journal, no organisation, no country."""
    pairs = zip(works["title"].to_pylist(), works["abstract"].to_pylist(), strict=True)
    return [f"{title}. {abstract}" if abstract else title for title, abstract in pairs]


def _works(works: pa.Table) -> pa.Table:
    return pa.table(
        {
            "id": works["work_id"],
            "title": works["title"],
            "year": works["year"].cast(pa.int32()),
            "published": works["published"],
            "kind": pa.array(["work"] * works.num_rows, pa.string()),
            "url": works["url"],
            "language": works["language"],
            "topics": works["topics"].cast(pa.list_(pa.string())),
        }
    )


def _interests(people: pa.Table) -> pa.Table:
    """One text per statement; without a date of its own, since it is current as long as it stands."""
    n = people.num_rows
    return pa.table(
        {
            "id": pc.binary_join_element_wise(pa.scalar(INTEREST), people["researcher_id"], ""),
            "title": pa.array(["Statement of interests"] * n, pa.string()),
            "year": pa.nulls(n, pa.int32()),
            "published": pa.array([date(1970, 1, 1)] * n, pa.date32()),
            "kind": pa.array(["interest"] * n, pa.string()),
            "url": pa.nulls(n, pa.string()),
            "language": pa.nulls(n, pa.string()),
            "topics": pa.array([[]] * n, pa.list_(pa.string())),
        }
    )


def _authorships(snapshot: Snapshot, people: pa.Table, texts: pa.Table, stating: pa.Table) -> pa.Table:
    rows = snapshot.authorships()
    work = pc.index_in(rows["work_id"], texts["id"].combine_chunks())
    known = pc.is_valid(work)
    rows, work = rows.filter(known), work.filter(known)
    of_works = pa.table(
        {
            "person": _numbers(rows["researcher_id"], people["id"]),
            "text": work.combine_chunks().cast(pa.int32()),
            "position": rows["position"],
            "institutions": rows["institution_ids"].cast(pa.list_(pa.string())),
            "countries": rows["countries"].cast(pa.list_(pa.string())),
        }
    )
    first = texts.num_rows - stating.num_rows
    nothing = pa.array([[]] * stating.num_rows, pa.list_(pa.string()))
    of_interests = pa.table(
        {
            "person": _numbers(stating["researcher_id"], people["id"]),
            "text": pa.array(np.arange(first, texts.num_rows, dtype=np.int32)),
            "position": pa.array(np.zeros(stating.num_rows, dtype=np.int32)),
            "institutions": nothing,
            "countries": nothing,
        }
    )
    return pa.concat_tables([of_works, of_interests]).combine_chunks()


def _affiliations(snapshot: Snapshot, people: pa.Table) -> pa.Table:
    rows = snapshot.affiliations()
    return pa.table(
        {
            "person": _numbers(rows["researcher_id"], people["id"]),
            "institution": rows["institution_id"],
            **{name: rows[name] for name in ("country", "kind", "start", "end", "basis")},
        }
    ).combine_chunks()


def _numbers(ids: pa.ChunkedArray, table_ids: pa.ChunkedArray) -> pa.Array:
    """Row numbers of `ids`; every id of a snapshot is in its table of people."""
    found = pc.index_in(ids, table_ids.combine_chunks())
    if found.null_count:
        raise AssertionError("a snapshot names a researcher it has no row for")
    return found.combine_chunks().cast(pa.int32()) if isinstance(found, pa.ChunkedArray) else found.cast(pa.int32())
