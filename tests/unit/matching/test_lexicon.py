from __future__ import annotations

import numpy as np

from matchmaker.matching.lexicon import PHRASES_PER_TEXT, WORDS_PER_TEXT, Lexicon

TEXTS = [
    "Malaria mosquitoes resist insecticides. We propose a novel method.",
    "Insecticides against malaria mosquitoes in rural districts.",
    "Perovskite solar cells are stable. Perovskite solar cells work.",
    "Stable perovskite solar cells for rural districts.",
]


def test_the_most_telling_terms_are_those_of_highest_weight_words_before_phrases() -> None:
    lexicon = Lexicon.fit(TEXTS)
    weights = lexicon.weights(TEXTS)
    table = lexicon.telling_terms(weights)
    assert table.shape == (4, WORDS_PER_TEXT + PHRASES_PER_TEXT)
    for row, found in enumerate(table):
        words = [n for n in found[:WORDS_PER_TEXT].tolist() if n >= 0]
        phrases = [n for n in found[WORDS_PER_TEXT:].tolist() if n >= 0]
        assert {*words, *phrases} == lexicon.all_telling(weights[row])
        assert all(" " not in lexicon.terms[n] for n in words) and all(" " in lexicon.terms[n] for n in phrases)
        for part in (words, phrases):
            assert (np.diff([weights[row, n] for n in part]) <= 0).all()


def test_words_of_prose_are_never_evidence() -> None:
    lexicon = Lexicon.fit([*TEXTS, "We propose a novel method."])
    told = {lexicon.terms[n] for n in lexicon.all_telling(lexicon.weights(TEXTS[:1]))}
    assert "malaria" in told and "malaria mosquitoes" in told
    assert not told & {"propose", "novel", "method"}
