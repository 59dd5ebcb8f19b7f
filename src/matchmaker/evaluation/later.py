"""What became known after the cut-off: the works that tell whether a suggestion would have been right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from matchmaker.matching.arrays import BoolArray, IntArray
from matchmaker.matching.corpus import Corpus
from matchmaker.matching.links import Links
from matchmaker.sources.snapshot import Snapshot

# How an index names a statement of interests, before the id of the person (matchmaker_index.tables).
INTEREST: Final = "interest:"


@dataclass(frozen=True, eq=False)
class Later:
    """Works published after a corpus's date, up to another.

    `people` links each work to its authors' rows in the corpus, `n_authors` counts the names of its by-line, `texts`
    are title and abstract (title alone where there is none), `has_abstract` says which.
    """

    ids: tuple[str, ...]
    people: Links
    n_authors: IntArray
    texts: tuple[str, ...]
    has_abstract: BoolArray


def later_works(snapshot: Snapshot, corpus: Corpus, until: date) -> Later:
    """The works of a snapshot after the corpus's date and up to `until`."""
    works = snapshot.works(["work_id", "title", "abstract", "published"])
    after = pc.and_(
        pc.greater(works["published"], pa.scalar(corpus.as_of, pa.date32())),
        pc.less_equal(works["published"], pa.scalar(until, pa.date32())),
    )
    works = works.filter(after)
    authorships = snapshot.authorships()
    work = pc.index_in(authorships["work_id"], works["work_id"].combine_chunks())
    authorships, work = authorships.filter(pc.is_valid(work)), work.filter(pc.is_valid(work))
    person = pc.index_in(authorships["researcher_id"], corpus.tables.people["id"].combine_chunks())
    rows, people = _numbers(work), _numbers(person)
    return Later(
        ids=tuple(works["work_id"].to_pylist()),
        people=Links.between(rows, people, works.num_rows),
        n_authors=np.bincount(rows, minlength=works.num_rows).astype(np.int32),
        texts=_spoken(works),
        has_abstract=np.array([bool(abstract) for abstract in works["abstract"].to_pylist()], dtype=np.bool_),
    )


def texts_of(snapshot: Snapshot, corpus: Corpus) -> list[str]:
    """What each text of the corpus says, in its order: title and abstract (title alone where there is none), or the
    statement of interests."""
    works = snapshot.works(["work_id", "title", "abstract"])
    people = snapshot.researchers(["researcher_id", "interests"])
    people = people.filter(pc.is_valid(people["interests"]))
    said = dict(zip(works["work_id"].to_pylist(), _spoken(works), strict=True))
    stated = zip(people["researcher_id"].to_pylist(), people["interests"].to_pylist(), strict=True)
    said |= {f"{INTEREST}{person}": interests for person, interests in stated}
    return [said[text] for text in corpus.tables.texts["id"].to_pylist()]


def _spoken(works: pa.Table) -> tuple[str, ...]:
    pairs = zip(works["title"].to_pylist(), works["abstract"].to_pylist(), strict=True)
    return tuple(f"{title}. {abstract}" if abstract else title for title, abstract in pairs)


def with_abstract(snapshot: Snapshot, corpus: Corpus) -> BoolArray:
    """Which texts of the corpus have an abstract behind their title, shape (n_texts,)."""
    works = snapshot.works(["work_id", "abstract"])
    known = works.filter(pc.greater(pc.utf8_length(pc.fill_null(works["abstract"], "")), 0))["work_id"]
    found: NDArray[np.bool_] = np.asarray(
        pc.is_in(corpus.tables.texts["id"].combine_chunks(), value_set=known.combine_chunks()), dtype=np.bool_
    )
    return found


def _numbers(column: pa.ChunkedArray) -> IntArray:
    numbers: IntArray = np.asarray(column.to_numpy()).astype(np.int32)
    return numbers
