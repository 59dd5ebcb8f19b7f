"""Embeddings kept by (encoder, text), so that a second build pays only for what is new, and a killed one goes on.

    DATA/embeddings/<encoder digest>/<sha256 of content>.npz    keys (n, 16) bytes and rows (n, d) float32

A shard is written once and named by its content; one that is damaged is left aside, counted, and computed again.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from matchmaker import files
from matchmaker.matching.arrays import FloatArray
from matchmaker.matching.encoding import Encoder

SHARD = 2_048
_KEY_BYTES = 16
Progress = Callable[[int], None]


@dataclass
class EmbeddingCache:
    """The rows one encoder has already computed in this data folder."""

    folder: Path
    damaged: int = 0
    _rows: dict[bytes, FloatArray] = field(default_factory=dict)

    @classmethod
    def open(cls, data: Path, encoder: Encoder) -> EmbeddingCache:
        """Read all shards of this encoder; damaged ones are counted in `damaged`."""
        cache = cls(data / "embeddings" / encoder.digest)
        for shard in sorted(cache.folder.glob("*.npz")):
            cache._take(shard)
        return cache

    def encode(self, encoder: Encoder, texts: Sequence[str], progress: Progress = lambda done: None) -> FloatArray:
        """Rows for `texts`, shape (len(texts), d); only those never seen before are computed, and then kept."""
        keys = [key_of(text) for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._rows}
        progress(len(texts) - len(missing))
        for start in range(0, len(missing), SHARD):
            batch = list(missing.items())[start : start + SHARD]
            self._keep([key for key, _ in batch], encoder.encode([text for _, text in batch]))
            progress(len(batch))
        return np.stack([self._rows[key] for key in keys])

    def _keep(self, keys: list[bytes], rows: FloatArray) -> None:
        buffer = io.BytesIO()
        np.savez(buffer, keys=np.frombuffer(b"".join(keys), dtype=np.uint8).reshape(-1, _KEY_BYTES), rows=rows)
        content = buffer.getvalue()
        self.folder.mkdir(parents=True, exist_ok=True)
        # Aside first: a shard under its final name is whole.
        files.replace_bytes(self.folder / f"{files.sha256(content)}.npz", content)
        self._rows.update(zip(keys, rows, strict=True))

    def _take(self, shard: Path) -> None:
        content = shard.read_bytes()
        if files.sha256(content) != shard.stem:
            self.damaged += 1
            return
        with np.load(io.BytesIO(content), allow_pickle=False) as stored:
            keys, rows = stored["keys"], stored["rows"]
        self._rows.update((key.tobytes(), row) for key, row in zip(keys, rows, strict=True))


def key_of(text: str) -> bytes:
    """16 bytes that stand for a text."""
    return hashlib.blake2b(text.encode(), digest_size=_KEY_BYTES).digest()
