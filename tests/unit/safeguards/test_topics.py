"""Promises of topic labels: a score and words that are shown."""

from __future__ import annotations

import pytest

from matchmaker.errors import InputError
from matchmaker.safeguards.policy import rows, tables
from matchmaker.safeguards.topics import BIOLOGICAL_TIERS, BROAD, asks_for_care, descriptions, labels, threshold_for

CRYPTO = ("EU_DUAL_USE_2021_821", "5")
AI = ("EU_CTA_2023", "2")
TEXT = "Quantum Key-Distribution over fibre"


def test_a_label_needs_a_score_and_a_phrase_of_the_text() -> None:
    assert labels(TEXT, {CRYPTO: 0.39}, threshold=0.4) == ()
    assert labels("Protein folding in yeast", {CRYPTO: 0.99}, threshold=0.4) == ()
    label = labels(TEXT, {CRYPTO: 0.4, AI: 0.9}, threshold=0.4)[0]
    assert (label.list_id, label.code, label.tier, label.phrases) == (*CRYPTO, "control", ("quantum key distribution",))
    assert label.by_score is True


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


def test_thresholds_belong_to_encoders_that_were_measured_and_to_no_other() -> None:
    measured = {row["encoder"]: row for row in rows("topic_thresholds")}
    assert measured
    for encoder, row in measured.items():
        assert -1 <= (threshold_for(encoder) or -2) <= 1
        assert float(row["precision"]) >= 0.8 and int(row["n"]) >= 30
    assert threshold_for("an encoder nobody measured") is None
    assert tables()["topic_thresholds"].vintage.isoformat() == max(row["date"] for row in measured.values())


def test_an_encoder_that_was_never_measured_needs_two_telling_phrases_and_no_score() -> None:
    one = "Qubits for everybody"
    two = "Qubits for quantum sensing"
    everyday = "Robots with lasers, wafers and radar in machine tools"
    scores = dict.fromkeys(descriptions(), -1.0)
    assert labels(one, scores, threshold=None) == labels(everyday, scores, threshold=None) == ()
    label = labels(two, scores, threshold=None)[0]
    assert (label.code, label.phrases, label.by_score) == ("3", ("quantum sensing", "qubit"), False)
    assert labels(two, scores | {AI: 1.0}, threshold=-1.0)[0].by_score


def test_an_area_that_was_not_found_precise_never_counts_alone_but_biology_does() -> None:
    proven = {(row["list"], row["code"]): row["proven"] == "y" for row in rows("topic_areas")}
    assert proven.keys() == descriptions().keys()
    for area, description in descriptions().items():
        telling = [phrase for phrase in description.split(". ", 1)[1].split(", ") if phrase not in BROAD]
        for label in labels(" ".join(telling[:1]), {area: 1.0}, threshold=0.0):
            assert label.broad is not (proven[area] or label.tier in BIOLOGICAL_TIERS)
            assert asks_for_care([label]) is (not label.broad and label.tier not in ("listed",))


def test_phrases_are_found_across_hyphens_spaces_lines_and_plurals_and_next_to_signs() -> None:
    found = labels("(Quantum\nkey  distributions), QUBITS/6G", dict.fromkeys(descriptions(), 1.0), threshold=0.0)
    assert {phrase for label in found for phrase in label.phrases} == {"quantum key distribution", "qubit", "6G"}


def test_quantum_key_distribution_is_sensitive_by_itself() -> None:
    found = labels(TEXT, dict.fromkeys(descriptions(), 1.0), threshold=0.4)
    assert {(label.list_id, label.broad) for label in found} == {("EU_CTA_2023", False), ("EU_DUAL_USE_2021_821", True)}
    assert asks_for_care(found)
