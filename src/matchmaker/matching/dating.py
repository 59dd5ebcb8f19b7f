"""A corpus as it was known on an earlier date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pyarrow as pa

from matchmaker.errors import InputError
from matchmaker.matching import profiles
from matchmaker.matching.arrays import FloatArray
from matchmaker.matching.corpus import Corpus, Tables
from matchmaker.matching.retrieval import ExactRetriever
from matchmaker.matching.words import centroid_lengths


def at_date(corpus: Corpus, as_of: date | None) -> Corpus:
    """The corpus as it was on an earlier date. Raises InputError for a later date.

    No later work is seen. What an index learnt when it was built is kept: the words of an encoder fitted on the corpus,
    the known cases that bands are read against, and the weights. Statements of interests and posts without a start have
    no date and count on any. Build the index as of that date where this matters.
    """
    if as_of is None or as_of == corpus.as_of:
        return corpus
    if as_of > corpus.as_of:
        raise InputError(
            f"this index knows nothing after {corpus.as_of}, asked for {as_of}",
            hint=f"use a date up to {corpus.as_of}, or ingest later works and build the index again",
        )
    then = replace(corpus, as_of=as_of, tables=replace(corpus.tables, standing=standing_at(corpus.tables, as_of)))
    vectors = people_vectors(then)
    lengths = centroid_lengths(then.mixing, then.text_words)
    return replace(then, people_vectors=vectors, search_people=ExactRetriever(vectors), people_word_lengths=lengths)


def standing_at(tables: Tables, as_of: date) -> pa.Table:
    """The standing of everybody on a date, derived from the tables of an index."""
    return profiles.standing(
        tables.people, tables.texts, tables.authorships, tables.affiliations, tables.institutions, as_of
    )


def people_vectors(corpus: Corpus) -> FloatArray:
    """Recency-weighted centroid of everybody's texts up to the corpus's date, shape (n_people, d)."""
    people, texts = corpus.pairs
    return profiles.centroids(people, texts, corpus.ages(texts), corpus.text_vectors, corpus.n_people)
