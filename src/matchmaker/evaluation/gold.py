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

from matchmaker.errors import InputError
from matchmaker.evaluation.ordering import System, judged, ordered
from matchmaker.evaluation.survey import Survey, survey_of
from matchmaker.matching import scoring
from matchmaker.matching.arrays import BoolArray, FloatArray, IntArray
from matchmaker.matching.best_texts import OF_A_PERSON
from matchmaker.matching.encoding import Encoder
from matchmaker.matching.learnt import SCALED, SHIPPED, Learnt
from matchmaker.matching.lexicon import Lexicon

SYSTEMS: Final[Mapping[str, tuple[str, ...]]] = {
    "matchmaker": SCALED["text"],
    "words only": ("words",),
    "meaning only": ("meaning",),
}
NOTE: Final = (
    "recency is left out of the score, and nothing fades with age: ratings are about expertise, whenever it was gained"
)
NO_WORDS: Final = "no two papers have a word in common, so words say nothing here"
EncoderOf = Callable[[Lexicon, Sequence[str]], Encoder]
Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Scored:
    """What each of `SYSTEMS` says of everybody's rated papers, in the order of the survey: arrays of shape (rated,), in
    [0, 1]. `nearest` are the cosines that count as 1, by feature, learnt from `known_cases` papers.
    `words_in_common` says whether any two papers share a word; where not, nothing is near by words."""

    scores: Mapping[str, tuple[Values, ...]]
    nearest: Mapping[str, float]
    known_cases: int
    encoder: str
    words_in_common: bool


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
    nearest: Mapping[str, float]
    known_cases: int
    seed: int
    note: str = NOTE

    def as_dict(self) -> dict[str, Any]:
        """JSON."""
        return {**asdict(self), "systems": [asdict(each) for each in self.systems], "nearest": dict(self.nearest)}


def gold_standard(folder: Path, encoder_of: EncoderOf, seed: int) -> GoldResult:
    """Score and judge the ratings of a folder (see `survey`); `encoder_of` is given the lexicon and all texts.

    The same folder, encoder and seed give the same result. Raises like `survey.survey_of`; InputError for an
    encoder that cannot be fitted on so few papers; NothingToMatchError where nobody rated two papers differently.
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
        left_out=survey.left_out, encoder=found.encoder, weights=weights_of(SYSTEMS["matchmaker"]),
        nearest=found.nearest, known_cases=found.known_cases, seed=seed,
        note=NOTE if found.words_in_common else f"{NOTE}; {NO_WORDS}",
    )  # fmt: skip


def weights_of(features: Sequence[str]) -> dict[str, float]:
    """The shipped weights of a text against people for these features alone, adding up to 1."""
    given = {name: SHIPPED["text"][name] for name in features}
    total = sum(given.values())
    return {name: weight / total for name, weight in given.items()}


def scored(survey: Survey, encoder_of: EncoderOf) -> Scored:
    """Every rated paper against its rater's profile, by words and by meaning; a paper is never compared with itself.

    Raises InputError for an encoder that cannot be fitted on so few texts.
    """
    lexicon = _lexicon(survey.texts)
    encoder = encoder_of(lexicon, survey.texts)
    words, meaning = lexicon.weights(survey.texts), _meaning(survey, encoder)

    def cosines(profile: IntArray, asked: IntArray) -> FloatArray:
        """One column for each of SCALED["text"]."""
        other = asked[:, np.newaxis] != profile
        by_words = csr_matrix(words[asked] @ words[profile].T).toarray()
        by_meaning = meaning[asked] @ meaning[profile].T
        best = [_best_others(table, other) for table in (by_words, by_meaning)]
        return np.column_stack([*best, _focus(meaning, profile, asked, other)])

    known = [cosines(each.profile, each.profile) for each in survey.participants if len(each.profile) > 1]
    cases = np.concatenate([np.empty((0, len(SCALED["text"])), dtype=np.float32), *known])
    nearest = Learnt({"text": cases}).nearest["text"]
    tables = [cosines(each.profile, each.rated) for each in survey.participants]
    scores = {
        name: tuple(_scores(table, nearest, weights_of(features)) for table in tables)
        for name, features in SYSTEMS.items()
    }
    return Scored(scores, nearest, len(cases), encoder.id, bool(lexicon.terms))


def _lexicon(texts: Sequence[str]) -> Lexicon:
    """The terms that papers have in common; where they have none, nobody is near by words, and that is the answer."""
    try:
        return Lexicon.fit(texts)
    except InputError:
        return Lexicon.empty()


def _meaning(survey: Survey, encoder: Encoder) -> FloatArray:
    """Rows by meaning, zeros for papers that nobody wrote or rated: a sentence encoder takes its time for each."""
    used = np.unique(np.concatenate([rows for each in survey.participants for rows in (each.profile, each.rated)]))
    rows = np.zeros((len(survey.texts), encoder.dimension), dtype=np.float32)
    rows[used] = encoder.encode([survey.texts[row] for row in used.tolist()])
    return rows


def _best_others(cosines: FloatArray, other: BoolArray) -> FloatArray:
    """What the nearest of a profile come to without the paper that asks; both have shape (asked, profile)."""
    indptr = np.concatenate([[0], np.cumsum(other.sum(axis=1))])
    return OF_A_PERSON.of_runs(indptr, cosines[other])


def _focus(meaning: FloatArray, profile: IntArray, asked: IntArray, other: BoolArray) -> FloatArray:
    """Cosine of each paper that asks with all others of a profile taken together; none is older than another here."""
    others = other.astype(np.float32) @ meaning[profile]
    lengths = np.linalg.norm(others, axis=1)
    cosines = np.einsum("ij,ij->i", others, meaning[asked])
    found: FloatArray = np.divide(cosines, lengths, out=np.zeros_like(cosines), where=lengths > 0)
    return found


def _scores(cosines: FloatArray, nearest: Mapping[str, float], weights: Mapping[str, float]) -> Values:
    """As `recommend` adds up values and weights, to six decimals; what has no weight here is not known either."""
    unknown = np.zeros(len(cosines), dtype=np.float32)
    words, meaning, focus = cosines.T
    signals = scoring.Signals(
        words, meaning, focus, nearest, unknown, unknown, unknown, np.zeros(len(unknown), dtype=np.int32)
    )
    total: Values = scoring.points(scoring.values(signals, weights), weights).sum(axis=1).round(scoring.DECIMALS)
    return total
