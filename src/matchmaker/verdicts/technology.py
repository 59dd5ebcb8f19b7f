"""Which sensitive technology areas a question belongs to, seen by what it says and by where it lies in the index."""

from __future__ import annotations

import numpy as np

from matchmaker.matching.arrays import FloatArray
from matchmaker.matching.corpus import Corpus
from matchmaker.matching.signals import Sought
from matchmaker.safeguards.records import TopicLabel
from matchmaker.safeguards.topics import descriptions, labels, threshold_for
from matchmaker.verdicts.setting import Setting

_NEWEST = 50


def of_question(corpus: Corpus, setting: Setting, sought: Sought, text: str | None) -> tuple[TopicLabel, ...]:
    """Labels of a question: of its text or, where a person asks without one, of the titles of their newest texts."""
    if text is not None:
        return _labels(corpus, setting, text, sought.meaning)
    newest = sought.texts[np.argsort(-corpus.published[sought.texts].astype(np.int64), kind="stable")][:_NEWEST]
    best: dict[tuple[str, str], TopicLabel] = {}
    for row in newest.tolist():
        for label in _labels(corpus, setting, _said(corpus, row), corpus.text_vectors[row]):
            known = best.get((label.list_id, label.code))
            if known is None or label.score > known.score:
                best[label.list_id, label.code] = label
    return tuple(best[area] for area in sorted(best))


def _labels(corpus: Corpus, setting: Setting, text: str, vector: FloatArray) -> tuple[TopicLabel, ...]:
    line = threshold_for(corpus.encoder.id)
    closeness = zip(descriptions(), (setting.areas(corpus) @ vector).tolist(), strict=True)
    # Most texts are near no area at all, and need not be searched for phrases.
    scores = {area: score for area, score in closeness if line is None or score >= line}
    return labels(text, scores, threshold=line)


def _said(corpus: Corpus, row: int) -> str:
    """The title and the subjects the source names; an index holds no abstracts."""
    title, topics = (corpus.tables.texts[column][row].as_py() for column in ("title", "topics"))
    return "\n".join((title, *topics))
