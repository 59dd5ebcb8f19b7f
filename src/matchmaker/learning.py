"""Calibrations from past collaborations, learnt from a corpus itself; and how weights would be, not used yet.

Everybody who found a new partner abroad in the last two years is asked again as of two years ago. What they found tells
which weights would have been better, and how many times as often a score stood for a collaboration as a random pair
did. Features are blind (matching.scoring); groups are looked at only to see whether the calibration holds for each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from matchmaker.errors import NothingToMatchError
from matchmaker.evaluation import ours
from matchmaker.evaluation.later import Later
from matchmaker.evaluation.splits import PeopleSplit, Split, authors_of_texts, new_partners
from matchmaker.groups import grouping
from matchmaker.matching.arrays import BoolArray, IntArray
from matchmaker.matching.calibration import Calibration, calibrated
from matchmaker.matching.corpus import Corpus
from matchmaker.matching.learnt import ANY_CHANNEL, SHIPPED, SHIPPED_FROM, Direction, Learnt
from matchmaker.matching.links import Links
from matchmaker.matching.signals import Sought, sought_by_person
from matchmaker.measures.intervals import mean_intervals

REHEARSED_YEARS: Final = 2
FEWEST_QUERIES: Final = 2_000
CALIBRATED_BY: Final = "income_group"
_MOST_QUERIES: Final = 3_000
_MOST_TEXTS: Final = 1_500
_FEWEST_WORTH_ASKING: Final = 100
_POOL: Final = 300
_DEPTH: Final = 50

Values = NDArray[np.float64]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class _Asked:
    """One question asked again: values of some candidates, shape (n, features), which of them were right, which could
    be introduced, which were drawn at random from all that could have been suggested, who they are; and how many of
    those could be introduced."""

    values: Values
    right: BoolArray
    introduced: BoolArray
    drawn: BoolArray
    people: IntArray
    eligible: tuple[int, int]


def rehearsed(corpus: Corpus) -> date | None:
    """The day as of which people are asked again; None where too little happened since to learn from."""
    year = corpus.as_of.year - REHEARSED_YEARS
    day = corpus.as_of.replace(year=year, day=min(corpus.as_of.day, 28 if corpus.as_of.month == 2 else 31))
    since = (corpus.published > np.datetime64(day)) & ~corpus.is_interest
    return day if int(since.sum()) >= _FEWEST_WORTH_ASKING else None


def learnt(corpus: Corpus, then: Corpus, seed: int, progress: Progress = lambda done, total: None) -> Learnt:
    """What `corpus` learns from itself as it was known at the date of `then`; both have texts in the same rows.

    Calibrations are learnt. Weights stay those that come with the program: how they are fitted is written below, and
    not trusted yet.
    """
    later = _since(corpus, then)
    everything = np.ones(corpus.tables.texts.num_rows, dtype=np.bool_)
    learned = corpus.learnt
    try:
        split = new_partners(then, later, everything)
        asked = _people_asked(split, np.random.default_rng(seed), progress)
    except NothingToMatchError:
        return learned
    # Weights are not taken from _weights yet: it fits and judges on whoever came first by the shipped score, where
    # likeness hardly differs any more, and so calls recency alone better. It needs candidates drawn from everybody.
    weights, why = SHIPPED["person"], SHIPPED_FROM
    learned = replace(
        learned,
        weights={**learned.weights, "person": weights},
        provenance={**learned.provenance, "person": f"{why}; {len(asked)} questions of {then.as_of} to {corpus.as_of}"},
    )
    calibrations = {**_people_calibrated(then, asked, weights, seed)}
    texts = _texts_calibrated(then, later, learned.weights["text"], seed)
    if texts is not None:
        calibrations["text", ANY_CHANNEL] = texts
    return replace(learned, calibrations=calibrations)


def _since(corpus: Corpus, then: Corpus) -> Later:
    """The works of a corpus after the date of `then`; texts are known by their rows (`ids` are row numbers)."""
    rows = np.flatnonzero((corpus.published > np.datetime64(then.as_of)) & ~corpus.is_interest).astype(np.int32)
    place = np.full(corpus.tables.texts.num_rows, -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    text = corpus.tables.authorships["text"].to_numpy()
    person = corpus.tables.authorships["person"].to_numpy()
    inside = place[text] >= 0
    work = place[text[inside]].astype(np.int32)
    return Later(
        ids=tuple(str(row) for row in rows.tolist()),
        people=Links.between(work, person[inside].astype(np.int32), len(rows)),
        n_authors=np.bincount(work, minlength=len(rows)).astype(np.int32),
        texts=("",) * len(rows),
        has_abstract=np.ones(len(rows), dtype=np.bool_),
    )


def _people_asked(split: PeopleSplit, rng: np.random.Generator, progress: Progress) -> list[_Asked]:
    chosen = _some(len(split.queries), _MOST_QUERIES, rng)
    asked = []
    for done, row in enumerate(chosen.tolist(), 1):
        sought = sought_by_person(split.corpus, int(split.queries[row]))
        asked.append(_asked(split, row, sought, SHIPPED["person"], rng))
        progress(done, len(chosen))
    return asked


def _asked(split: Split, row: int, sought: Sought, weights: Mapping[str, float], rng: np.random.Generator) -> _Asked:
    """One question: who was right, whoever comes first by the score, and as many at random as were right, in each
    channel."""
    values = ours.values_of(split.corpus, sought, split.candidates, weights)
    barred, introduced = split.barred(row), split.introduced(row)
    right = np.zeros(len(barred), dtype=np.bool_)
    right[split.truth.candidate[split.truth.query == row]] = True
    score = np.where(barred, -np.inf, values @ np.array(list(weights.values())))
    near = np.argpartition(-score, min(_POOL, len(score) - 1))[:_POOL]
    drawn = np.zeros(len(barred), dtype=np.bool_)
    for channel in (introduced, ~introduced):
        among = np.flatnonzero(channel & ~barred & ~right)
        some = int((right & channel).sum())
        drawn[rng.choice(among, min(some, len(among)), replace=False)] = True
    first = np.zeros(len(barred), dtype=np.bool_)
    first[near] = True
    kept = np.flatnonzero((right | drawn | first) & ~barred)
    able = ~barred
    return _Asked(
        values[kept], right[kept], introduced[kept], drawn[kept], split.candidates[kept].astype(np.int32),
        (int((able & introduced).sum()), int((able & ~introduced).sum())),
    )  # fmt: skip


def _weights(asked: Sequence[_Asked], seed: int) -> tuple[Mapping[str, float], str]:
    """Weights of person → person and where they come from."""
    shipped = SHIPPED["person"]
    if len(asked) < FEWEST_QUERIES:
        return shipped, f"shipped with the program: fewer than {FEWEST_QUERIES} questions to learn from"
    order = np.random.default_rng(seed).permutation(len(asked))
    fit, ask = ([asked[i] for i in order[part::2]] for part in (0, 1))
    fitted = np.array(list(_fitted(fit, shipped).values()))
    before, after = (_gains(ask, row) for row in (np.array(list(shipped.values())), fitted))
    (gain,) = mean_intervals((after - before)[:, np.newaxis], np.random.default_rng(seed))
    if gain.low is None or gain.high is None:
        return shipped, "shipped with the program: too few discoveries to compare weights on"
    told = f"nDCG@{_DEPTH} {gain.value:+.4f} [{gain.low:+.4f}, {gain.high:+.4f}] against those shipped"
    if gain.low <= 0:
        return shipped, f"shipped with the program: logistic weights were not better ({told})"
    return _fitted(asked, shipped), f"logistic regression ({told}, on questions not fitted on)"


def _fitted(asked: Sequence[_Asked], shipped: Mapping[str, float]) -> dict[str, float]:
    """Logistic weights, none below 0, that add up to 1: a feature that speaks against somebody is left out.

    Fitted on people nobody could introduce. How far an introduction counts is not learnt: past collaborations would
    give it most of the weight, and whoever is not in a network yet would disappear.
    """
    values = np.concatenate([each.values[~each.introduced] for each in asked])
    right = np.concatenate([each.right[~each.introduced] for each in asked])
    names = list(shipped)
    kept = np.array([column for column, name in enumerate(names) if name != "acquaintance"])
    while True:
        found = LogisticRegression(C=10.0, max_iter=500).fit(values[:, kept], right).coef_[0]
        if (found > 0).all() or len(kept) == 1:
            break
        kept = kept[found > 0] if (found > 0).any() else kept[[int(found.argmax())]]
    introduction = shipped.get("acquaintance", 0.0)
    share = np.maximum(found, 1e-6) / np.maximum(found, 1e-6).sum()
    weights = np.zeros(values.shape[1])
    weights[kept] = np.round((1 - introduction) * share, 4)
    weights[int(weights.argmax())] += 1 - introduction - weights.sum()
    told = {name: round(float(weight), 6) for name, weight in zip(names, weights, strict=True)}
    return {**told, "acquaintance": introduction} if "acquaintance" in told else told


def _gains(asked: Sequence[_Asked], weights: Values) -> Values:
    """nDCG@50 of each question among those kept of it whom nobody could introduce; nan where none of them was right."""
    found = []
    for each in asked:
        right = each.right[~each.introduced]
        place = np.argsort(-(each.values[~each.introduced] @ weights), kind="stable")
        gain = right[place][:_DEPTH] / np.log2(np.arange(2, min(_DEPTH, len(place)) + 2))
        best = 1 / np.log2(np.arange(2, min(_DEPTH, int(right.sum())) + 2))
        found.append(gain.sum() / best.sum() if right.any() else np.nan)
    return np.array(found)


def _people_calibrated(
    then: Corpus, asked: Sequence[_Asked], weights: Mapping[str, float], seed: int
) -> dict[tuple[Direction, str], Calibration]:
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


def _labels(asked: _Asked, inside: BoolArray, weights: Values) -> tuple[Values, BoolArray, IntArray]:
    """(scores, whether a case, people) of the labels of one question."""
    kept = inside & (asked.right | asked.drawn)
    return asked.values[kept] @ weights, asked.right[kept], asked.people[kept]


def _calibrated(
    then: Corpus, labels: Sequence[tuple[Values, BoolArray, IntArray]], factor: float, seed: int
) -> Calibration | None:
    income = grouping(then, CALIBRATED_BY, {})
    scores, cases, people = (np.concatenate([each[part] for each in labels]) for part in range(3))
    cluster = np.repeat(np.arange(len(labels)), [len(each[0]) for each in labels])
    return calibrated(scores, cases, np.array(income.names)[income.of_person[people]], cluster, factor, seed)


def _texts_calibrated(then: Corpus, later: Later, weights: Mapping[str, float], seed: int) -> Calibration | None:
    rng = np.random.default_rng(seed)
    everything = np.ones(then.tables.texts.num_rows, dtype=np.bool_)
    try:
        split = authors_of_texts(then, later, everything)
    except NothingToMatchError:
        return None
    row, labels = np.array(list(weights.values())), []
    for query in _some(len(split.queries), _MOST_TEXTS, rng).tolist():
        text = int(later.ids[split.queries[query]])
        meaning, words = then.text_vectors[text], then.text_words[text].toarray()[0]
        asked = _asked(split, query, Sought(meaning, words, np.empty(0, dtype=np.int32), frozenset()), weights, rng)
        labels.append(_labels(asked, np.ones(len(asked.right), dtype=np.bool_), row))
    return _calibrated(then, labels, 1.0, seed)


def _some(n: int, most: int, rng: np.random.Generator) -> IntArray:
    chosen = np.arange(n) if n <= most else np.sort(rng.choice(n, most, replace=False))
    return chosen.astype(np.int32)
