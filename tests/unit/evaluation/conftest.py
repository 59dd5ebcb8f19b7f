"""The topical world as it was on the last day of its cut-off, indexed once for all that compares rankings of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from tests.unit.evaluation import surveyed
from tests.unit.evaluation.topical import CUTOFF, works, write

from matchmaker.evaluation.baselines import SENTENCE_ENCODER
from matchmaker.evaluation.material import Material
from matchmaker.evaluation.splits import authors_of_texts, new_partners
from matchmaker.matching.arrays import FloatArray
from matchmaker.matching.encoding import SentenceTransformerEncoder
from matchmaker_api.cut_off import Asked, World, world_of

Encode = Callable[[Sequence[str]], FloatArray]


@pytest.fixture(scope="session")
def topical(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The world; its encoder is fitted on it."""
    folder = tmp_path_factory.mktemp("topical")
    given = write(folder / "works.parquet", works())
    (folder / "aside").mkdir()
    asked = Asked("xborder", (given,), CUTOFF, encoder="tfidf-svd")
    return world_of(asked, folder / "data", folder / "aside", lambda what, done, total: None)


@pytest.fixture(scope="session")
def encode() -> Encode:
    """The sentence encoder, which remembers what it has read."""
    encoder = SentenceTransformerEncoder.load(SENTENCE_ENCODER)
    known: dict[str, FloatArray] = {}

    def rows(texts: Sequence[str]) -> FloatArray:
        missing = sorted({text for text in texts if text not in known})
        if missing:
            known.update(zip(missing, encoder.encode(missing), strict=True))
        return np.stack([known[text] for text in texts])

    return rows


@pytest.fixture(scope="session")
def people(topical: World, encode: Encode) -> Material:
    """What baselines are made of where people ask."""
    split = new_partners(topical.corpus, topical.later, topical.has_abstract)
    return Material(split, topical.texts, topical.has_abstract, 7, encode)


@pytest.fixture(scope="session")
def texts(topical: World, encode: Encode) -> Material:
    """The same where texts ask."""
    split = authors_of_texts(topical.corpus, topical.later, topical.has_abstract)
    return Material(split, topical.texts, topical.has_abstract, 7, encode, topical.later)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The invented survey as a folder."""
    return surveyed.write(tmp_path / "gold", surveyed.world())
