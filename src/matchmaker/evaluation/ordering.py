"""How badly a score orders what people rated: the loss of the reviewer gold standard, and easy and hard pairs.

After Stelmakh, Wieting, Xi, Neubig & Shah, A Gold Standard Dataset for the Reviewer Assignment Problem, TMLR 2025,
arXiv:2303.16750. Only the order of scores counts, and only within one person: nobody's ratings are held against
somebody else's. Unlike in the authors' script, where a tie counts as wrong for accuracy, it counts half here, as it
does in their loss; so scores that say nothing are at one half by every measure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matchmaker.errors import InputError, NothingToMatchError
from matchmaker.measures.intervals import Estimate, ratio_intervals
from matchmaker.measures.quotients import quotient

# On a scale of 1 to 5: "easy" pairs are one paper known well and one hardly, "hard" ones both known well.
WELL: Final = 4
HARDLY: Final = 2
Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ordered:
    """One person's pairs of papers with different ratings.

    `weight` is the sum of the differences of ratings and `cost` the part of it ordered wrongly, ties half. Of `easy`
    and `hard` pairs, `easy_right` and `hard_right` are ordered rightly, ties one half.
    """

    cost: float
    weight: float
    pairs: int
    easy_right: float
    easy: int
    hard_right: float
    hard: int


@dataclass(frozen=True, slots=True)
class System:
    """How one score does.

    `loss` is cost over weight, in [0, 1], 0 best, 0.5 for saying nothing, with the ends of its 95 % interval over
    people (None on fewer than 30 of them). `easy` and `hard` are shares of pairs ordered rightly, None without a pair.
    """

    name: str
    loss: float
    low: float | None
    high: float | None
    easy: float | None
    hard: float | None


def ordered(expertise: ArrayLike, predicted: ArrayLike) -> Ordered:
    """One person's ratings against a score of the same papers, both of shape (n,).

    Raises InputError for shapes that differ or values that are not finite: a score that fails must not look weak.
    """
    said, score = np.asarray(expertise, np.float64), np.asarray(predicted, np.float64)
    if said.ndim != 1 or said.shape != score.shape or not (np.isfinite(said).all() and np.isfinite(score).all()):
        raise InputError(
            f"ratings of shape {said.shape} and scores of shape {score.shape}, or some are not finite",
            hint="one finite rating and one finite score per paper",
        )
    one, two = np.triu_indices(len(said), 1)
    differ = said[one] != said[two]
    one, two = one[differ], two[differ]
    # Signs are compared, not a product of differences, which could become 0 for scores very close together.
    right = (1 + np.sign(said[one] - said[two]) * np.sign(score[one] - score[two])) / 2
    weight = np.abs(said[one] - said[two])
    more, less = np.maximum(said[one], said[two]), np.minimum(said[one], said[two])
    easy, hard = (more >= WELL) & (less <= HARDLY), less >= WELL
    return Ordered(
        cost=float((weight * (1 - right)).sum()), weight=float(weight.sum()), pairs=len(one),
        easy_right=float(right[easy].sum()), easy=int(easy.sum()),
        hard_right=float(right[hard].sum()), hard=int(hard.sum()),
    )  # fmt: skip


def judged(
    expertise: Sequence[ArrayLike], predicted: Mapping[str, Sequence[ArrayLike]], rng: np.random.Generator
) -> tuple[System, ...]:
    """Every score by name, from everybody's ratings and what it predicts of the same papers, person by person.

    The loss is Σ cost / Σ weight over all people together; whole people are drawn for its interval, the same for every
    score. Raises InputError like `ordered`, and NothingToMatchError where nobody rated two papers differently.
    """
    found = {
        name: [ordered(said, score) for said, score in zip(expertise, scores, strict=True)]
        for name, scores in predicted.items()
    }
    if not any(each.pairs for people in found.values() for each in people):
        raise NothingToMatchError(
            f"none of {len(expertise)} participants rated two papers differently",
            hint="a gold standard needs several papers per participant, some of which they know better than others",
        )
    costs = np.array([[each.cost for each in people] for people in found.values()])
    weights = np.array([[each.weight for each in people] for people in found.values()])
    losses = ratio_intervals(costs.T, weights.T, rng)
    return tuple(_system(name, people, loss) for (name, people), loss in zip(found.items(), losses, strict=True))


def _system(name: str, people: Sequence[Ordered], loss: Estimate) -> System:
    if loss.value is None:
        raise AssertionError("pairs of different ratings have a weight")
    easy = _share(sum(each.easy_right for each in people), sum(each.easy for each in people))
    hard = _share(sum(each.hard_right for each in people), sum(each.hard for each in people))
    return System(name, loss.value, loss.low, loss.high, easy, hard)


def _share(right: float, pairs: int) -> float | None:
    return float(quotient(right, pairs)) if pairs else None
