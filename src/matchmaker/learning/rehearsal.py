"""Everybody who found a new partner abroad in the last two years is asked again as of two years ago.

What they found tells which weights would have been better, and how many times as often a score stood for a
collaboration as a random pair did. Features are blind (matching.scoring); groups are looked at only to see whether the
calibration holds for each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Final

import numpy as np

from matchmaker.errors import NothingToMatchError
from matchmaker.evaluation.later import Later
from matchmaker.evaluation.splits import PeopleSplit, new_partners
from matchmaker.learning import calibrations
from matchmaker.learning.questions import Asked, asked_again
from matchmaker.learning.weights import OTHERS, weights_learnt
from matchmaker.matching.calibration import Calibration
from matchmaker.matching.corpus import Corpus
from matchmaker.matching.learnt import ANY_CHANNEL, DIRECTIONS, FEWEST_CASES, SHIPPED, Direction, Learnt
from matchmaker.matching.links import Links
from matchmaker.matching.signals import sought_by_person

REHEARSED_YEARS: Final = 2
_MOST_QUESTIONS: Final = 3_000
FEWEST_WORTH_ASKING: Final = 100
_OTHER_SCALE: Final = f"fewer than {FEWEST_CASES} known cases either on {{}} or on {{}}, so scores are not on one scale"

# What is being done, how much of it is done, of how much.
Progress = Callable[[str, int, int], None]


def rehearsed(corpus: Corpus) -> date | None:
    """The day as of which people are asked again; None where too little happened since to learn from."""
    year = corpus.as_of.year - REHEARSED_YEARS
    day = corpus.as_of.replace(year=year, day=min(corpus.as_of.day, 28 if corpus.as_of.month == 2 else 31))
    since = (corpus.published > np.datetime64(day)) & ~corpus.is_interest
    return day if int(since.sum()) >= FEWEST_WORTH_ASKING else None


def learnt(corpus: Corpus, then: Corpus, seed: int, progress: Progress = lambda what, done, total: None) -> Learnt:
    """What `corpus` learns from itself as it was known at the date of `then`; both have texts in the same rows.

    Nothing for a direction whose scale is known today and was not then, or the other way round: the score of then was
    another one.
    """
    later = _since(corpus, then)
    learned = corpus.learnt
    found: dict[tuple[Direction, str], Calibration] = {}
    for direction in DIRECTIONS:
        if _scaled(corpus, direction) != _scaled(then, direction):
            learned = learned.because(_OTHER_SCALE.format(then.as_of, corpus.as_of), direction)
        elif direction == "person":
            learned, people = _of_people(corpus, then, learned, later, seed, progress)
            found |= people
        elif (texts := calibrations.of_texts(then, later, learned.weights["text"], seed)) is not None:
            found["text", ANY_CHANNEL] = texts
    return replace(learned, calibrations=found)


def _scaled(corpus: Corpus, direction: Direction) -> bool:
    """Whether the index knows enough cases to tell how near is near."""
    return len(corpus.learnt.cases[direction]) >= FEWEST_CASES


def _of_people(
    corpus: Corpus, then: Corpus, learned: Learnt, later: Later, seed: int, progress: Progress
) -> tuple[Learnt, dict[tuple[Direction, str], Calibration]]:
    """`learned` with the weights of people against people and where they come from, and the calibrations of these."""
    try:
        split = new_partners(then, later, np.ones(corpus.tables.texts.num_rows, dtype=np.bool_))
    except NothingToMatchError:
        return learned.because(f"nobody found a new partner abroad from {then.as_of} to {corpus.as_of}"), {}
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(split.queries))[:_MOST_QUESTIONS].tolist()
    asked = _asked(split, order, rng, progress)
    weights, why = weights_learnt(split, asked, order, seed, lambda done, total: progress("judge weights", done, total))
    learned = replace(
        learned,
        weights={**learned.weights, "person": weights},
        provenance={**learned.provenance, "person": f"{why}; {len(asked)} questions of {then.as_of} to {corpus.as_of}"},
    )
    return learned, calibrations.of_people(then, asked, weights, seed)


def _asked(split: PeopleSplit, order: list[int], rng: np.random.Generator, progress: Progress) -> list[Asked]:
    asked = []
    for done, row in enumerate(order, 1):
        sought = sought_by_person(split.corpus, int(split.queries[row]))
        asked.append(asked_again(split, row, sought, SHIPPED["person"], rng, OTHERS))
        progress("learn", done, len(order))
    return asked


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
