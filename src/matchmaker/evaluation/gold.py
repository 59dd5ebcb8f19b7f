"""Does nearness agree with what people say they know: the product's scores on a reviewer gold standard.

A rated paper is a text that asks, and its rater a person it may find. The score is that of a text against people
without recency: the ratings are about expertise, and who has written nothing lately still has it. What counts as near
is learnt from the folder, as an index learns it: each paper of a profile against the other papers of that profile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from matchmaker.evaluation.ordering import System, judged, ordered
from matchmaker.evaluation.survey import Survey, survey_of
from matchmaker.matching import scoring
from matchmaker.matching.arrays import FloatArray, IntArray
from matchmaker.matching.encoding import Encoder
from matchmaker.matching.learnt import CHANNELS, SHIPPED, Learnt
from matchmaker.matching.lexicon import Lexicon
from matchmaker.matching.retrieval import top_means

SYSTEMS: Final[Mapping[str, tuple[str, ...]]] = {
    "matchmaker": CHANNELS,
    "words only": ("words",),
    "meaning only": ("meaning",),
}
NOTE: Final = "recency is left out of the score: ratings are about expertise, whenever it was gained"
EncoderOf = Callable[[Lexicon, Sequence[str]], Encoder]
Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Scored:
    """What each of `SYSTEMS` says of everybody's rated papers, in the order of the survey: arrays of shape (rated,), in
    [0, 1]. `nearest` are the cosines by words and by meaning that count as 1, learnt from `known_cases` papers."""

    scores: Mapping[str, tuple[Values, ...]]
    nearest: tuple[float, float]
    known_cases: int
    encoder: str


@dataclass(frozen=True)
class GoldResult:
    """A gold standard with all systems, the first of them ours.

    `participants` have at least one of the `ratings`, of which `pairs` pairs differ, `easy_pairs` and `hard_pairs` of
    them with a name (ordering.WELL, HARDLY). `left_out` counts rows by reason (survey.REASONS). `weights` are those of
    ours; for `nearest` and `known_cases` see Scored. `seed` drew the intervals.
    """

    systems: tuple[System, ...]
    participants: int
    ratings: int
    pairs: int
    easy_pairs: int
    hard_pairs: int
    left_out: Mapping[str, int]
    encoder: str
    weights: Mapping[str, float]
    nearest: tuple[float, float]
    known_cases: int
    seed: int
    note: str = NOTE

    def as_dict(self) -> dict[str, Any]:
        """JSON."""
        return {**asdict(self), "systems": [asdict(each) for each in self.systems], "nearest": list(self.nearest)}


def gold_standard(folder: Path, encoder_of: EncoderOf, seed: int) -> GoldResult:
    """Score and judge the ratings of a folder (see `survey`); `encoder_of` is given the lexicon and all texts.

    The same folder, encoder and seed give the same result. Raises like `survey.survey_of`; InputError where the papers
    have no vocabulary in common; NothingToMatchError where nobody rated two papers differently.
    """
    survey = survey_of(folder)
    found = scored(survey, encoder_of)
    raters = [row for row, person in enumerate(survey.participants) if len(person.rated)]
    expertise = [survey.participants[row].expertise for row in raters]
    predicted = {name: [scores[row] for row in raters] for name, scores in found.scores.items()}
    # What pairs there are does not depend on who orders them.
    pairs = [ordered(each, each) for each in expertise]
    return GoldResult(
        systems=judged(expertise, predicted, np.random.default_rng(seed)),
        participants=len(raters), ratings=sum(len(each) for each in expertise),
        pairs=sum(each.pairs for each in pairs),
        easy_pairs=sum(each.easy for each in pairs), hard_pairs=sum(each.hard for each in pairs),
        left_out=survey.left_out, encoder=found.encoder, weights=weights_of(CHANNELS),
        nearest=found.nearest, known_cases=found.known_cases, seed=seed,
    )  # fmt: skip


def weights_of(channels: Sequence[str]) -> dict[str, float]:
    """The shipped weights of a text against people for these channels alone, adding up to 1."""
    given = {channel: SHIPPED["text"][channel] for channel in channels}
    total = sum(given.values())
    return {channel: weight / total for channel, weight in given.items()}


def scored(survey: Survey, encoder_of: EncoderOf) -> Scored:
    """Every rated paper against its rater's profile, by words and by meaning; a paper is never compared with itself.

    Raises InputError where the papers have no vocabulary in common.
    """
    lexicon = Lexicon.fit(survey.texts)
    encoder = encoder_of(lexicon, survey.texts)
    words, meaning = lexicon.weights(survey.texts), _meaning(survey, encoder)

    def cosines(profile: IntArray, asked: IntArray) -> FloatArray:
        by_words = csr_matrix(words[asked] @ words[profile].T).toarray()
        by_meaning = meaning[asked] @ meaning[profile].T
        return np.column_stack([_best_others(table, profile, asked) for table in (by_words, by_meaning)])

    known = [cosines(each.profile, each.profile) for each in survey.participants if len(each.profile) > 1]
    cases = np.concatenate([np.empty((0, len(CHANNELS)), dtype=np.float32), *known])
    nearest = Learnt({"text": cases}).nearest["text"]
    tables = [cosines(each.profile, each.rated) for each in survey.participants]
    scores = {
        name: tuple(_scores(table, nearest, weights_of(channels)) for table in tables)
        for name, channels in SYSTEMS.items()
    }
    return Scored(scores, nearest, len(cases), encoder.id)


def _meaning(survey: Survey, encoder: Encoder) -> FloatArray:
    """Rows by meaning, zeros for papers that nobody wrote or rated: a sentence encoder takes its time for each."""
    used = np.unique(np.concatenate([rows for each in survey.participants for rows in (each.profile, each.rated)]))
    rows = np.zeros((len(survey.texts), encoder.dimension), dtype=np.float32)
    rows[used] = encoder.encode([survey.texts[row] for row in used.tolist()])
    return rows


def _best_others(cosines: FloatArray, profile: IntArray, asked: IntArray) -> FloatArray:
    """Mean of the three best of a profile without the paper that asks; `cosines` has shape (asked, profile)."""
    other = asked[:, np.newaxis] != profile
    indptr = np.concatenate([[0], np.cumsum(other.sum(axis=1))])
    return top_means(indptr, cosines[other])


def _scores(cosines: FloatArray, nearest: tuple[float, float], weights: Mapping[str, float]) -> Values:
    """As `recommend` adds up values and weights, to six decimals; what has no weight here is not known either."""
    unknown = np.zeros(len(cosines), dtype=np.float32)
    signals = scoring.Signals(cosines[:, 0], cosines[:, 1], nearest, unknown, unknown, unknown)
    total: Values = scoring.points(scoring.values(signals, weights), weights).sum(axis=1).round(scoring.DECIMALS)
    return total
