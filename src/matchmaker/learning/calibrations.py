"""How often a score came true: cases and controls of questions asked again, by direction and channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from matchmaker.errors import NothingToMatchError
from matchmaker.evaluation.later import Later
from matchmaker.evaluation.splits import authors_of_texts
from matchmaker.groups import grouping
from matchmaker.learning.questions import Asked, Values, asked_again
from matchmaker.matching.arrays import BoolArray, IntArray
from matchmaker.matching.calibration import CALIBRATED_BY, Calibration, calibrated
from matchmaker.matching.corpus import Corpus
from matchmaker.matching.learnt import Direction
from matchmaker.matching.signals import Sought

_MOST_TEXTS: Final = 1_500

Labels = tuple[Values, BoolArray, IntArray]


def of_people(
    then: Corpus, asked: Sequence[Asked], weights: Mapping[str, float], seed: int
) -> dict[tuple[Direction, str], Calibration]:
    """Of person → person, for those who could be introduced and for discoveries; without a channel that no case is of,
    or too few are."""
    row = np.array(list(weights.values()))
    told: dict[tuple[Direction, str], Calibration] = {}
    eligible = np.array([each.eligible for each in asked], dtype=np.float64).sum(axis=0)
    cases = np.array([[(e.right & e.introduced).sum(), (e.right & ~e.introduced).sum()] for e in asked]).sum(axis=0)
    for column, channel in enumerate(("bridged", "discovery")):
        if not cases[column] or not eligible[column]:
            continue
        factor = float((cases[column] / cases.sum()) / (eligible[column] / eligible.sum()))
        labels = [_labels(each, each.introduced == (channel == "bridged"), row) for each in asked]
        found = _calibrated(then, labels, factor, seed)
        if found is not None:
            told["person", channel] = found
    return told


def of_texts(then: Corpus, later: Later, weights: Mapping[str, float], seed: int) -> Calibration | None:
    """Of text → person: later texts and their authors. None where there are too few."""
    rng = np.random.default_rng(seed)
    everything = np.ones(then.tables.texts.num_rows, dtype=np.bool_)
    try:
        split = authors_of_texts(then, later, everything)
    except NothingToMatchError:
        return None
    row, labels = np.array(list(weights.values())), []
    for query in np.sort(rng.permutation(len(split.queries))[:_MOST_TEXTS]).tolist():
        text = int(later.ids[split.queries[query]])
        meaning, words = then.text_vectors[text], then.text_words[text].toarray()[0]
        sought = Sought(meaning, words, np.empty(0, dtype=np.int32), frozenset())
        asked = asked_again(split, query, sought, weights, rng)
        labels.append(_labels(asked, np.ones(len(asked.right), dtype=np.bool_), row))
    return _calibrated(then, labels, 1.0, seed)


def _labels(asked: Asked, inside: BoolArray, weights: Values) -> Labels:
    """(scores, whether a case, people) of the labels of one question."""
    kept = inside & (asked.right | asked.control)
    return asked.values[kept] @ weights, asked.right[kept], asked.people[kept]


def _calibrated(then: Corpus, labels: Sequence[Labels], factor: float, seed: int) -> Calibration | None:
    income = grouping(then, CALIBRATED_BY, {})
    scores, cases, people = (np.concatenate([each[part] for each in labels]) for part in range(3))
    cluster = np.repeat(np.arange(len(labels)), [len(each[0]) for each in labels])
    return calibrated(scores, cases, np.array(income.names)[income.of_person[people]], cluster, factor, seed)
