"""Builds a generation aside, checks it by opening it, and gives it its name."""

from __future__ import annotations

import io
import json
import uuid
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import scipy
import sklearn

from matchmaker import files
from matchmaker.errors import IndexProblem, InputError
from matchmaker.matching.corpus import Corpus, Tables
from matchmaker.matching.encoding import LexiconEncoder
from matchmaker.sources.snapshot import Snapshot
from matchmaker_index import generations
from matchmaker_index.opening import opened
from matchmaker_index.probes import PROBE_TEXTS, probes_of
from matchmaker_index.reading import Progress, corpus_of
from matchmaker_index.recipe import Recipe
from matchmaker_index.tables import tables_of
from matchmaker_index.verify import FORMATS, MANIFEST


@dataclass(frozen=True, slots=True)
class Built:
    """What a build made: the digest, counts, how many damaged shards of embeddings were computed again, and how many
    works were left out because they are later than `as_of`."""

    digest: str
    counts: dict[str, int]
    encoder: str
    as_of: date
    damaged_embeddings: int
    later_works_left_out: int


def build(
    data: Path,
    recipe: Recipe,
    progress: Progress = lambda stage, done, total: None,
    no_later_than: date = date.max,
) -> Built:
    """Build the generation a recipe describes; the caller holds the writer's lock. Equal input gives an equal digest.

    A recipe without a date takes that of the latest work, but none after `no_later_than`: one mistyped year in a source
    must not move everybody into the past. The generation is opened and its probes are answered before it gets its name,
    so that nothing is ever published that cannot be opened. A killed build leaves only litter; with a
    sentence-transformers model the next one goes on from the embeddings already kept.
    """
    (data / "gen").mkdir(parents=True, exist_ok=True)
    generations.clear_litter(data)
    snapshot = Snapshot.open(data, recipe.snapshot)
    as_of = recipe.as_of or _latest_day(snapshot, no_later_than)
    progress("tables", 0, 1)
    tables, texts = tables_of(snapshot, as_of)
    if not texts:
        raise InputError(
            f"the snapshot has no work or statement up to {as_of}", hint="ingest works, or choose a later as_of"
        )
    corpus, damaged = corpus_of(data, recipe, (tables, texts, as_of), progress)
    progress("write", 0, 1)
    folder = data / "gen" / f"tmp-{uuid.uuid4().hex}"
    folder.mkdir()
    manifest = _manifest(folder, corpus, recipe, snapshot.digest)
    digest = files.write_bytes(folder / MANIFEST, files.canonical_json(manifest))
    files.sync_folder(folder)
    target = generations.folder_of(data, digest)
    if target.exists() and _is_damaged(target):
        files.rename(target, target.with_name(f"tmp-damaged-{digest}"))
    if not target.exists():
        files.rename(folder, target)
    progress("verify", 0, 1)
    opened(target)
    generations.clear_litter(data)  # a copy of what was there already, or the damaged one that was replaced
    later = pc.greater(snapshot.works(["published"])["published"], pa.scalar(as_of, pa.date32()))
    left_out = int(pc.sum(later).as_py() or 0)  # the sum of no works at all is null
    return Built(digest, manifest["counts"], corpus.encoder.id, as_of, damaged, left_out)


def _latest_day(snapshot: Snapshot, no_later_than: date) -> date:
    latest = snapshot.manifest["latest_published"]
    if latest is not None:
        return min(date.fromisoformat(latest), no_later_than)
    if no_later_than == date.max:
        raise InputError("the snapshot has no dated work", hint="say as of which day the index is to be: as_of")
    return no_later_than


def _is_damaged(folder: Path) -> bool:
    try:
        opened(folder)
    except IndexProblem:
        return True
    return False


def _manifest(folder: Path, corpus: Corpus, recipe: Recipe, snapshot: str) -> dict[str, Any]:
    """Write every file, and say in the manifest what was written."""
    written = {}
    for name, content in _contents(corpus).items():
        data = content if isinstance(content, bytes) else _npy(content)
        written[name] = {"sha256": files.write_bytes(folder / name, data), "bytes": len(data)}
    encoder = corpus.encoder
    return {
        "format_version": FORMATS[recipe.fusion],
        "kind": recipe.kind,
        "metric": "inner_product",
        "dimension": encoder.dimension,
        "as_of": corpus.as_of.isoformat(),
        "seed": recipe.seed,
        "fusion": recipe.fusion,
        "snapshot": snapshot,
        "encoder": {
            "id": encoder.id,
            "digest": encoder.digest,
            "precision": getattr(encoder, "precision", "float32"),
            "normalise": True,
        },
        "counts": {name: getattr(corpus.tables, name).num_rows for name in COUNTED},
        "files": written,
        "probes": probes_of(corpus, np.random.default_rng(recipe.seed)),
        "libraries": {"faiss": faiss.__version__, "numpy": np.__version__, "pyarrow": pa.__version__,
                      "scipy": scipy.__version__, "scikit-learn": sklearn.__version__},
    }  # fmt: skip


def _contents(corpus: Corpus) -> dict[str, bytes | np.ndarray[Any, Any]]:
    tables = {name: _parquet(getattr(corpus.tables, name)) for name in (table.name for table in fields(Tables))}
    fitted = {"encoder_components.npy": corpus.encoder.components} if isinstance(corpus.encoder, LexiconEncoder) else {}
    return {
        **{f"{name}.parquet": content for name, content in tables.items()},
        **corpus.lexicon.to_files(),
        **fitted,
        "text_vectors.npy": corpus.text_vectors,
        "people_vectors.npy": corpus.people_vectors,
        "text_terms.npy": corpus.text_terms,
        "words_values.npy": corpus.text_words.data,
        "words_terms.npy": corpus.text_words.indices.astype(np.int32),
        "words_starts.npy": corpus.text_words.indptr.astype(np.int64),
        "people_word_lengths.npy": corpus.people_word_lengths,
        **{f"cases_{direction}.npy": cases for direction, cases in corpus.learnt.cases.items()},
        "learnt.json": files.canonical_json(corpus.learnt.as_dict()),
        "probe_texts.npy": corpus.encoder.encode(PROBE_TEXTS),
    }


COUNTED = ("people", "texts", "authorships", "institutions")


def _npy(array: np.ndarray[Any, Any]) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.ascontiguousarray(array), allow_pickle=False)
    return buffer.getvalue()


def _parquet(table: pa.Table) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd", version="2.6", store_schema=True)
    return buffer.getvalue()


def manifest_of(folder: Path) -> dict[str, Any]:
    """The manifest of a generation as it stands on disk, unchecked; for listings."""
    manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_bytes())
    return manifest
