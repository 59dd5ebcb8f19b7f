"""Opens a generation: verify every byte, restore the encoder, ask the probes, hand over a Corpus."""

from __future__ import annotations

import io
import json
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from matchmaker.errors import StaleIndexError
from matchmaker.matching.corpus import Corpus, Tables
from matchmaker.matching.encoding import restore
from matchmaker.matching.learnt import DIRECTIONS, Learnt
from matchmaker.matching.lexicon import Lexicon
from matchmaker_index.probes import check_probes
from matchmaker_index.retrievers.faiss import FaissRetriever
from matchmaker_index.verify import Verified, verified


def opened(folder: Path) -> Corpus:
    """The corpus of a generation. Raises DamagedIndexError or StaleIndexError; never answers from doubtful bytes."""
    found = verified(folder)
    corpus = _corpus(found)
    if (
        corpus.text_vectors.shape[1] != corpus.encoder.dimension
        or corpus.encoder.dimension != found.manifest["dimension"]
    ):
        raise StaleIndexError(
            f"the index has {corpus.text_vectors.shape[1]} dimensions, its encoder {corpus.encoder.dimension}",
            hint="build the index again",
        )
    check_probes(corpus, found.manifest["probes"], _array(found, "probe_texts.npy"))
    return corpus


def _corpus(found: Verified) -> Corpus:
    lexicon = Lexicon(tuple(json.loads(found.files["lexicon.json"])), _array(found, "lexicon_idf.npy"))
    components = _array(found, "encoder_components.npy") if "encoder_components.npy" in found.files else None
    texts, people = _array(found, "text_vectors.npy"), _array(found, "people_vectors.npy")
    return Corpus(
        generation=found.digest, as_of=date.fromisoformat(found.manifest["as_of"]), tables=_tables(found),
        encoder=restore(found.manifest["encoder"], lexicon, components), lexicon=lexicon,
        text_terms=_array(found, "text_terms.npy"), text_vectors=texts, people_vectors=people,
        search_texts=FaissRetriever(texts), search_people=FaissRetriever(people),
        text_words=_words(found, len(lexicon.terms)), people_word_lengths=_array(found, "people_word_lengths.npy"),
        learnt=Learnt.from_dict(
            json.loads(found.files["learnt.json"]),
            {direction: _array(found, f"cases_{direction}.npy") for direction in DIRECTIONS},
        ),
    )  # fmt: skip


def _words(found: Verified, n_terms: int) -> csr_matrix:
    values, terms, starts = (_array(found, f"words_{part}.npy") for part in ("values", "terms", "starts"))
    return csr_matrix((values, terms, starts), shape=(len(starts) - 1, n_terms))


def _tables(found: Verified) -> Tables:
    return Tables(**{table.name: _table(found.files[f"{table.name}.parquet"]) for table in fields(Tables)})


def _table(content: bytes) -> pa.Table:
    return pq.read_table(pa.BufferReader(content)).combine_chunks()


def _array(found: Verified, name: str) -> NDArray[Any]:
    """The array as it lies in the verified bytes, without a copy; read-only."""
    content = found.files[name]
    header = io.BytesIO(content)
    version = np.lib.format.read_magic(header)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = read(header)
    return np.frombuffer(content, dtype=dtype, offset=header.tell()).reshape(shape)
