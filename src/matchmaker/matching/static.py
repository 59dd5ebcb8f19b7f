"""The static encoder that comes with the program: one vector per token, no network to run, no download.

A text is the weighted sum of the vectors of its tokens; a token counts 1 + ln(how often it stands there), and how
telling it is lies in the length of its vector. Its card, beside the weights, says what it was trained from and how.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.sparse import csr_matrix

from matchmaker.matching.arrays import FloatArray
from matchmaker.matching.encoders import STATIC
from matchmaker.matching.vectors import unit_rows

if TYPE_CHECKING:
    from tokenizers import Tokenizer

TRAINED_UNTIL: Final = 2019  # the last year of the works it was trained on; see its card
_WEIGHTS: Final = "weights"
_TEXTS_AT_A_TIME: Final = 4_096


@dataclass(frozen=True, eq=False, repr=False)
class StaticEncoder:
    """Vectors of tokens, shape (tokens, d), and the tokenizer that names them; token 0 is whatever is unknown."""

    tokenizer: Tokenizer
    vectors: FloatArray
    id: str = STATIC

    @classmethod
    def shipped(cls) -> StaticEncoder:
        """The one in the package."""
        return _shipped()

    @cached_property
    def digest(self) -> str:
        """SHA-256 over tokenizer and vectors."""
        hashed = hashlib.sha256(self.tokenizer.to_str().encode())
        hashed.update(np.ascontiguousarray(self.vectors).tobytes())
        return hashed.hexdigest()

    @property
    def dimension(self) -> int:
        """Length of a row."""
        return int(self.vectors.shape[1])

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Rows of unit length; zero where no token of the text is known."""
        rows = np.empty((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), _TEXTS_AT_A_TIME):
            some = texts[start : start + _TEXTS_AT_A_TIME]
            rows[start : start + len(some)] = token_rows(self.tokenizer, some) @ self.vectors
        return unit_rows(rows)


def token_rows(tokenizer: Tokenizer, texts: Sequence[str]) -> csr_matrix:
    """Texts over tokens, unit length, 1 + ln(count); token 0 (unknown) left out; shape (len(texts), tokens)."""
    tokens, counts, starts = [], [], [0]
    for encoding in tokenizer.encode_batch_fast(list(texts), add_special_tokens=False):
        named, count = np.unique(np.asarray(encoding.ids, dtype=np.int32), return_counts=True)
        known = named > 0
        weight = 1 + np.log(count[known]).astype(np.float32)
        tokens.append(named[known])
        counts.append(weight / max(float(np.linalg.norm(weight)), 1e-12))
        starts.append(starts[-1] + int(known.sum()))
    columns = np.concatenate([*tokens, np.empty(0, dtype=np.int32)])
    values = np.concatenate([*counts, np.empty(0)]).astype(np.float32)
    return csr_matrix((values, columns, starts), shape=(len(texts), tokenizer.get_vocab_size()))


def packed(vectors: FloatArray) -> dict[str, np.ndarray]:
    """Vectors as eight-bit integers and a scale for each, as they lie in the file."""
    scale = np.maximum(np.abs(vectors).max(axis=1), 1e-12) / 127
    return {
        "vectors": np.round(vectors / scale[:, np.newaxis]).astype(np.int8),
        "scale": scale.astype(np.float32),
    }


@cache
def _shipped() -> StaticEncoder:
    from safetensors.numpy import load
    from tokenizers import Tokenizer

    folder = resources.files("matchmaker.matching") / _WEIGHTS
    stored = load((folder / "model.safetensors").read_bytes())
    vectors = stored["vectors"].astype(np.float32) * stored["scale"][:, np.newaxis]
    return StaticEncoder(Tokenizer.from_str((folder / "tokenizer.json").read_text(encoding="utf-8")), vectors)
