"""An opened index as the matching rooms see it: tables and arrays, no files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags
from sklearn.preprocessing import normalize

from matchmaker.domain.research import Institution, Researcher, Text
from matchmaker.errors import NotFoundError
from matchmaker.matching.arrays import BoolArray, FloatArray, IntArray
from matchmaker.matching.encoders import FITTED, STATIC
from matchmaker.matching.encoding import Encoder
from matchmaker.matching.learnt import Learnt
from matchmaker.matching.lexicon import Lexicon
from matchmaker.matching.links import Links
from matchmaker.matching.profiles import FADING_YEARS, RECENCY_YEARS
from matchmaker.matching.retrieval import Retriever


@dataclass(frozen=True)
class Tables:
    """What an index stores about people and texts, as Arrow tables.

    people        id, name, orcid                                   sorted by id; row number = person number
    texts         id, title, year, published, kind, url, language, topics     row number = text number
    authorships   person, text, position, institutions, countries   one row per name of a by-line
    affiliations  person, institution, country, kind, start, end, basis
    institutions  id, name, country, type, ror                      sorted by id
    standing      what profiles.standing() derives for `as_of`      row number = person number
    """

    people: pa.Table
    texts: pa.Table
    authorships: pa.Table
    affiliations: pa.Table
    institutions: pa.Table
    standing: pa.Table


@dataclass(frozen=True, eq=False, repr=False)
class Corpus:
    """Everything one answer needs, from one generation and as of one date.

    `text_vectors` has shape (n_texts, d), `people_vectors` (n_people, d), both float32 unit rows (zeros where nothing
    is known); `text_words` are TF-IDF rows of unit length over `lexicon.terms`, shape (n_texts, n_terms), and
    `people_word_lengths` the lengths of their recency-weighted sums by person, shape (n_people,); `text_terms` holds
    numbers into `lexicon.terms`, -1 padded. `learnt` is what was learnt from past collaborations when the index was
    built (matching.learnt).
    """

    generation: str
    as_of: date
    tables: Tables
    encoder: Encoder
    lexicon: Lexicon
    text_terms: IntArray
    text_vectors: FloatArray
    people_vectors: FloatArray
    search_texts: Retriever
    search_people: Retriever
    text_words: csr_matrix
    people_word_lengths: FloatArray
    learnt: Learnt

    @property
    def n_people(self) -> int:
        """Number of people, whether or not they can be suggested."""
        return int(self.tables.people.num_rows)

    @cached_property
    def person_texts(self) -> Links:
        """Person → their texts up to `as_of`, oldest first."""
        person, text = self.pairs
        return Links.between(person, text, self.n_people)

    @cached_property
    def text_people(self) -> Links:
        """Text → its people."""
        person, text = self.pairs
        return Links.between(text, person, self.tables.texts.num_rows)

    @cached_property
    def pairs(self) -> tuple[IntArray, IntArray]:
        """(person, text) rows of every by-line and statement up to `as_of`, oldest first."""
        person = self.tables.authorships["person"].to_numpy()
        text = self.tables.authorships["text"].to_numpy()
        known = self.published[text] <= np.datetime64(self.as_of)  # statements of interest lie at 1970-01-01
        person, text = person[known], text[known]
        oldest_first = np.lexsort((text, self.published[text]))
        return person[oldest_first], text[oldest_first]

    def ages(self, texts: IntArray) -> FloatArray:
        """Years from publication to the date, 0 for statements of interest, which are current while they stand."""
        days = (np.datetime64(self.as_of) - self.published[texts]).astype("timedelta64[D]").astype(np.float32)
        return np.where(self.is_interest[texts], np.float32(0), days / np.float32(365.2425))

    @cached_property
    def text_weight(self) -> FloatArray:
        """What each text counts in its people's centroids: exp(-age / 4 years), float32, shape (n_texts,)."""
        # Texts after the date belong to nobody yet; without the cut they would count without bound.
        ages = np.maximum(self.ages(np.arange(self.tables.texts.num_rows, dtype=np.int32)), np.float32(0))
        counted: FloatArray = np.exp(-ages / np.float32(RECENCY_YEARS))
        return counted

    @cached_property
    def text_fading(self) -> FloatArray:
        """What is left of the likeness of each text for its age: exp(-age / 20 years), float32, shape (n_texts,)."""
        ages = np.maximum(self.ages(np.arange(self.tables.texts.num_rows, dtype=np.int32)), np.float32(0))
        left: FloatArray = np.exp(-ages / np.float32(FADING_YEARS))
        return left

    @cached_property
    def mixing(self) -> csr_matrix:
        """Person × text, what each text counts for each of its people; shape (n_people, n_texts)."""
        links = self.person_texts
        weight = self.text_weight[links.indices]
        return csr_matrix((weight, links.indices, links.indptr), shape=(self.n_people, self.tables.texts.num_rows))

    @cached_property
    def steps(self) -> tuple[csr_matrix, csr_matrix]:
        """A step from a person to one of their works, the newer the likelier, and one from a work to any of its people:
        probabilities, shapes (n_people, n_texts) and (n_texts, n_people), float32. Statements of interest lead nowhere.
        """
        works = csr_matrix(self.mixing @ diags((~self.is_interest).astype(np.float32)))
        works.eliminate_zeros()
        by_line = csr_matrix(works.T).astype(np.bool_).astype(np.float32)
        return normalize(works, norm="l1"), normalize(by_line, norm="l1")

    @cached_property
    def word_parts(self) -> csr_matrix:
        """`text_words` squared: which part of a text each of its terms makes up; rows add up to 1."""
        rows = self.text_words
        return csr_matrix((rows.data * rows.data, rows.indices, rows.indptr), shape=rows.shape)

    @cached_property
    def years_idle(self) -> FloatArray:
        """Years since everybody's last work, nan for people without a dated one; shape (n_people,)."""
        links = self.person_texts
        works = ~self.is_interest[links.indices]
        person = np.repeat(np.arange(self.n_people), np.diff(links.indptr))[works]
        idle = np.full(self.n_people, np.inf, dtype=np.float32)
        np.minimum.at(idle, person, self.ages(links.indices[works]))
        return np.where(np.isinf(idle), np.float32(np.nan), idle)

    @cached_property
    def is_interest(self) -> BoolArray:
        """Which texts are statements of interest rather than works."""
        return np.asarray(pc.equal(self.tables.texts["kind"], "interest").to_numpy(), dtype=np.bool_)

    @cached_property
    def published(self) -> NDArray[np.datetime64]:
        """Publication day of each text; statements of interest have none and carry 1970-01-01."""
        days: NDArray[np.datetime64] = self.tables.texts["published"].to_numpy()
        return days

    @cached_property
    def country(self) -> NDArray[np.str_]:
        """Joining country of each person, "" where unknown or international."""
        return np.asarray(pc.fill_null(self.tables.standing["country"], "").to_pylist(), dtype="<U2")

    @cached_property
    def home(self) -> NDArray[np.str_]:
        """country, international or unknown, for each person."""
        return np.asarray(self.tables.standing["home"].to_pylist(), dtype="<U13")

    @cached_property
    def other_countries(self) -> list[list[str]]:
        """Further countries of current posts, for each person."""
        listed: list[list[str]] = self.tables.standing["other_countries"].to_pylist()
        return listed

    @cached_property
    def joining(self) -> tuple[tuple[tuple[str | None, str | None], ...], IntArray]:
        """Kinds of organisations through which people join, as (country, type), and the kind of each person.

        The country is the person's joining one (None where unknown or international), the type that of the joining
        organisation (None where the source does not say).
        """
        ids = self.tables.institutions["id"].combine_chunks()
        row = pc.index_in(self.tables.standing["institution"].combine_chunks(), value_set=ids)
        types = pc.take(self.tables.institutions["type"].combine_chunks(), row).to_pylist()
        seen: dict[tuple[str | None, str | None], int] = {}
        kinds = zip(self.tables.standing["country"].to_pylist(), types, strict=True)
        of_person = np.array([seen.setdefault(kind, len(seen)) for kind in kinds], dtype=np.int32)
        return tuple(seen), of_person

    def joining_through(self, institution_id: str) -> IntArray:
        """People who would join through this organisation."""
        through = pc.fill_null(pc.equal(self.tables.standing["institution"], institution_id), False)
        return np.flatnonzero(through.to_numpy()).astype(np.int32)

    def institution_named(self, name: str) -> str | None:
        """The id of the organisation that has this id or ROR (in full URL form); None where the index has none."""
        for column in ("id", "ror"):
            row = pc.index(self.tables.institutions[column], name).as_py()
            if row >= 0:
                return str(self.tables.institutions["id"][row])
        return None

    def institutions_of(self, person: int) -> tuple[str, ...]:
        """Ids of all organisations a person belongs to now."""
        return tuple(self.tables.standing["institutions"][person].as_py())

    @cached_property
    def n_texts(self) -> IntArray:
        """Texts to go by for each person, as of the date."""
        return np.diff(self.person_texts.indptr).astype(np.int32)

    @cached_property
    def can_be_compared(self) -> BoolArray:
        """Who has a text up to the date in which the encoder or the lexicon knows something."""
        known: BoolArray = (self.n_texts > 0) & (self.people_vectors.any(axis=1) | (self.people_word_lengths > 0))
        return known

    def same_person(self, person: int) -> IntArray:
        """Rows that carry the same ORCID, the person's own among them: one person under several ids of a source."""
        orcid = self.tables.people["orcid"][person].as_py()
        if orcid is None:
            return np.array([person], dtype=np.int32)
        return np.flatnonzero(pc.fill_null(pc.equal(self.tables.people["orcid"], orcid), False)).astype(np.int32)

    @cached_property
    def institution_people(self) -> dict[str, IntArray]:
        """Institution id → people there now (any current post)."""
        column = self.tables.standing["institutions"].combine_chunks()
        parents = pc.list_parent_indices(column).to_numpy().astype(np.int32)
        encoded = column.flatten().dictionary_encode()
        links = Links.between(encoded.indices.to_numpy().astype(np.int32), parents, len(encoded.dictionary))
        return {name: links.of(i) for i, name in enumerate(encoded.dictionary.to_pylist())}

    def person_number(self, researcher_id: str) -> int:
        """Row of a person by id. Raises NotFoundError."""
        return _row(self.tables.people["id"], researcher_id, "researcher")

    def person_by_orcid(self, orcid: str) -> int:
        """Row of a person by ORCID in full URL form. Raises NotFoundError."""
        return _row(self.tables.people["orcid"], orcid, "researcher with ORCID")

    def people_named(self, name: str) -> IntArray:
        """Rows of the people with this id or this ORCID (in full URL form); none where the index has nobody."""
        people = self.tables.people
        named = pc.or_(pc.equal(people["id"], name), pc.fill_null(pc.equal(people["orcid"], name), False))
        return np.flatnonzero(named.to_numpy()).astype(np.int32)

    def researcher(self, person: int) -> Researcher:
        """A person as of the date."""
        who = self.tables.people.slice(person, 1).to_pylist()[0]
        now = self.tables.standing.slice(person, 1).to_pylist()[0]
        return Researcher(
            id=who["id"], name=who["name"], orcid=who["orcid"], country=now["country"], home=now["home"],
            institution=self.institution(now["institution"]), other_countries=tuple(now["other_countries"]),
            works=now["works"], last_year=now["last_year"], thin=now["thin"],
        )  # fmt: skip

    def institution(self, institution_id: str | None) -> Institution | None:
        """An organisation by id; None for None."""
        if institution_id is None:
            return None
        row = _row(self.tables.institutions["id"], institution_id, "institution")
        return Institution(**self.tables.institutions.slice(row, 1).to_pylist()[0])

    def text(self, number: int) -> Text:
        """A text as evidence shows it."""
        row = (
            self.tables.texts.select(["id", "title", "year", "kind", "url", "language"]).slice(number, 1).to_pylist()[0]
        )
        return Text(**row)

    def unknown_words(self, text: str) -> tuple[list[str], int]:
        """Words of a query that count for nothing, because an encoder fitted on this corpus has never seen them; and of
        how many in all."""
        return self.lexicon.unknown_words(text) if self.encoder.id in (*FITTED, STATIC) else ([], 0)

    def terms_of(self, texts: IntArray) -> dict[int, int]:
        """Term number → in how many of `texts` it is among the most telling."""
        numbers, counts = np.unique(self.text_terms[texts], return_counts=True)
        return {int(n): int(c) for n, c in zip(numbers, counts, strict=True) if n >= 0}


def _row(column: pa.ChunkedArray, value: str, what: str) -> int:
    found = pc.index(column, value).as_py()
    if found < 0:
        raise NotFoundError(
            f"no {what} {value!r} in this index", hint="search by name with GET /v1/researchers?filter=name:…"
        )
    return int(found)
