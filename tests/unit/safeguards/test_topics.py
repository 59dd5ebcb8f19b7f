"""Promises of topic labels: a score and words that are shown."""

from __future__ import annotations

import pytest

from matchmaker.errors import InputError
from matchmaker.safeguards.topics import BROAD, descriptions, labels

CRYPTO = ("EU_DUAL_USE_2021_821", "5")
AI = ("EU_CTA_2023", "2")
TEXT = "Quantum Key-Distribution over fibre"


def test_a_label_needs_a_score_and_a_phrase_of_the_text() -> None:
    assert labels(TEXT, {CRYPTO: 0.39}, threshold=0.4) == ()
    assert labels("Protein folding in yeast", {CRYPTO: 0.99}, threshold=0.4) == ()
    label = labels(TEXT, {CRYPTO: 0.4, AI: 0.9}, threshold=0.4)[0]
    assert (label.list_id, label.code, label.tier, label.phrases) == (*CRYPTO, "control", ("quantum key distribution",))
    assert label.broad is False


def test_everyday_words_alone_make_a_broad_label() -> None:
    found = labels("Computer vision and robots for farms", dict.fromkeys(descriptions(), 1.0), threshold=0.4)
    assert found
    assert all(label.broad for label in found if label.tier in ("highest", "control"))


@pytest.mark.parametrize("text", ["preparedness", "radiology", "lasered", "DARPA"])
def test_a_phrase_is_a_whole_word(text: str) -> None:
    assert labels(text, dict.fromkeys(descriptions(), 1.0), threshold=0.0) == ()


def test_what_is_only_tracked_is_no_label_and_broad_words_are_in_the_table() -> None:
    assert all(area[0] != "ASPI_CTT" for area in descriptions())
    phrases = " ".join(descriptions().values())
    assert [word for word in BROAD if word not in phrases] == []


def test_an_unknown_area_is_refused() -> None:
    with pytest.raises(InputError, match="no area"):
        labels(TEXT, {("X", "1"): 0.5}, threshold=0.4)
