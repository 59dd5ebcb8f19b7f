"""Texts to vectors: by what comes with the program, tuned or fitted on the corpus itself, or by any
sentence-transformers model."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from threadpoolctl import threadpool_limits

from matchmaker.errors import InputError, StaleIndexError
from matchmaker.matching.arrays import FloatArray
from matchmaker.matching.encoders import CORPUS_FITTED, FITTED, STATIC, TUNED, model_folder
from matchmaker.matching.lexicon import Lexicon
from matchmaker.matching.static import StaticEncoder
from matchmaker.matching.vectors import unit_rows

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# torch keeps a whole batch's activations in cache up to about here; larger batches are slower on a CPU.
_BATCH = 16
# The spread of term vectors at which steps of the usual rate neither creep nor jump.
_START = 0.05


class Encoder(Protocol):
    """Texts in, rows out: float32, shape (len(texts), dimension), unit length.

    The same text gives the same row whatever stands beside it. A text in which the encoder knows nothing at all gives
    a row of zeros, which is similar to nothing. `digest` identifies the weights; two encoders with equal digests give
    equal rows.
    """

    @property
    def id(self) -> str:
        """Name under which it can be had again."""

    @property
    def digest(self) -> str:
        """Hex SHA-256 over everything that decides its rows."""

    @property
    def dimension(self) -> int:
        """Length of a row."""

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """One row per text."""


@dataclass(frozen=True)
class LexiconEncoder:
    """TF-IDF rows times one vector per term: `components` has shape (n_terms, dimension)."""

    lexicon: Lexicon
    components: FloatArray
    id: str

    @property
    def digest(self) -> str:
        """SHA-256 over terms, idf and components."""
        hashed = hashlib.sha256(json.dumps(self.lexicon.terms).encode())
        hashed.update(self.lexicon.idf.tobytes())
        hashed.update(self.components.tobytes())
        return hashed.hexdigest()

    @property
    def dimension(self) -> int:
        """Length of a row."""
        return int(self.components.shape[1])

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Rows of unit length; zero where no word of the text is in the lexicon."""
        projected = self.lexicon.weights(texts) @ self.components
        return unit_rows(np.asarray(projected, dtype=np.float32))


@dataclass(frozen=True)
class TfidfSvdEncoder(LexiconEncoder):
    """TF-IDF projected on the main directions of a corpus (latent semantic analysis, Deerwester et al. 1990)."""

    id: str = CORPUS_FITTED

    @classmethod
    def fit(
        cls, lexicon: Lexicon, texts: Sequence[str], *, dimension: int = 256, seed: int = 7, sample: int = 60_000
    ) -> TfidfSvdEncoder:
        """Fit on `texts`, or on `sample` of them drawn with `seed`; more texts change the directions very little."""
        from sklearn.decomposition import TruncatedSVD

        if len(texts) > sample:
            chosen = np.sort(np.random.default_rng(seed).choice(len(texts), sample, replace=False))
            texts = [texts[i] for i in chosen]
        weights = lexicon.weights(texts)
        # A corpus of n texts spans at most n directions.
        dimension = min(dimension, min(weights.shape) - 1)
        if dimension < 1:
            raise InputError(
                f"{weights.shape[0]} texts with {weights.shape[1]} terms are too few to fit an encoder on",
                hint="an index needs a few dozen works with titles or abstracts; check what was ingested",
            )
        svd = TruncatedSVD(dimension, n_iter=4, random_state=seed)
        # One thread: sums in another order would give other last bits, and the index another digest.
        with threadpool_limits(1):
            svd.fit(weights)
        return cls(lexicon, np.ascontiguousarray(svd.components_.T, dtype=np.float32))


def untuned(lexicon: Lexicon) -> LexiconEncoder:
    """What the static encoder says of each term of a lexicon: where tuning on a corpus begins."""
    said = StaticEncoder.shipped().encode(lexicon.terms)
    return LexiconEncoder(lexicon, said * np.float32(_START / max(float(np.abs(said).std()), 1e-12)), TUNED)


@dataclass(frozen=True)
class SentenceTransformerEncoder:
    """Any sentence-transformers model, on the CPU, in bfloat16 where the processor computes in it."""

    id: str
    model: SentenceTransformer
    digest: str
    precision: str

    @classmethod
    def load(cls, name: str, *, precision: str | None = None) -> SentenceTransformerEncoder:
        """Load a model by name (from a package, the local cache or the hub) or from a folder.

        `precision` is float32 or bfloat16; None takes bfloat16 where the processor has it. Raises InputError when the
        model is not there, naming what was tried.
        """
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # it would write to stderr of every command, terminal or not
        precision = precision or ("bfloat16" if has_bfloat16() else "float32")
        try:
            model = SentenceTransformer(
                str(model_folder(name) or name), device="cpu", model_kwargs={"dtype": precision}
            )
        except (OSError, ValueError) as error:
            raise InputError(
                f"no encoder {name!r} could be loaded: {str(error).splitlines()[0]}",
                hint="`matchmaker encoders` lists those that can be used here; a folder with a model works offline",
            ) from error
        return cls(name, model, _weights_digest(model, precision), precision)

    @property
    def dimension(self) -> int:
        """Length of a row."""
        return int(self.model.get_embedding_dimension() or 0)

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Rows of unit length. Batches are sorted by length, so that short texts are not padded to long ones."""
        order = np.argsort([len(text) for text in texts], kind="stable")
        rows = np.empty((len(texts), self.dimension), dtype=np.float32)
        encoded = self.model.encode(
            [texts[i] for i in order], batch_size=_BATCH, convert_to_tensor=True, show_progress_bar=False
        )
        rows[order] = encoded.float().cpu().numpy()
        return unit_rows(rows)


def has_bfloat16() -> bool:
    """Whether this processor multiplies bfloat16 in hardware; elsewhere it would be slower than float32."""
    cpuinfo = Path("/proc/cpuinfo")
    flags = cpuinfo.read_text() if cpuinfo.exists() else ""
    return "avx512_bf16" in flags or "amx_bf16" in flags


def restore(manifest: dict[str, Any], lexicon: Lexicon, components: FloatArray | None) -> Encoder:
    """The encoder an index was built with. Raises StaleIndexError when other weights are found under its name."""
    if manifest["id"] in FITTED:
        if components is None:
            raise StaleIndexError("the index names no components for its encoder", hint="build it again")
        encoder: Encoder = LexiconEncoder(lexicon, components, manifest["id"])
    elif manifest["id"] == STATIC:
        encoder = StaticEncoder.shipped()
    else:
        encoder = SentenceTransformerEncoder.load(manifest["id"], precision=manifest["precision"])
    if encoder.digest != manifest["digest"]:
        raise StaleIndexError(
            f"the index was built with {manifest['id']} {manifest['digest'][:12]}, found here: {encoder.digest[:12]}",
            hint="install the encoder the index names, or run `matchmaker index build` again",
        )
    return encoder


def _weights_digest(model: SentenceTransformer, precision: str) -> str:
    """SHA-256 over everything that decides a row: parameters by name, how modules and pooling are set up, the
    tokenizer, the longest input and the precision."""
    hashed = hashlib.sha256(f"{precision} {model.max_seq_length}".encode())
    hashed.update(repr(model).encode())
    hashed.update(json.dumps([model.prompts, model.default_prompt_name]).encode())
    tokenizer = getattr(model.tokenizer, "backend_tokenizer", None)
    hashed.update(repr(model.tokenizer).encode() if tokenizer is None else tokenizer.to_str().encode())
    for name, values in sorted(model.state_dict().items()):
        hashed.update(name.encode())
        hashed.update(values.float().cpu().numpy().tobytes())
    return hashed.hexdigest()
