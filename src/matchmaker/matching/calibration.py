"""From a score to a lift: how many times as often people with this score began to work together as a random pair.

Fitted on cases (pairs that did begin to work together) and as many controls (pairs drawn at random from those who could
have). Among these, a pair with score s is a case with probability p(s), and by Bayes' rule p / (1 - p) is how many
times as often that score stands for a collaboration as a random pair does. Fewer than 1,000 labels are fitted by
Platt's sigmoid (Platt 1999), more by isotonic regression (Zadrozny & Elkan 2002, doi:10.1145/775047.775151).
For showing only: nothing is ever ordered by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matchmaker.errors import InputError

ISOTONIC_FROM: Final = 1_000
FEWEST_LABELS: Final = 100
# From so many labels on a group has an error of its own, and above this error no lift is shown for it.
GROUP_LABELS: Final = 500
LARGEST_ERROR: Final = 0.05
# Whose groups have errors of their own.
CALIBRATED_BY: Final = "income_group"
_BINS: Final = 10

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class GroupError:
    """The expected calibration error among the labels of one group (of the person suggested), and how many they are."""

    labels: int
    error: float


@dataclass(frozen=True, slots=True)
class Lift:
    """How many times as often as a random eligible pair, and the number of labels near that score it rests on."""

    times: float
    labels: int


@dataclass(frozen=True)
class Calibration:
    """Steps from score to probability, rising: `probabilities[i]` from `scores[i]` on, with `labels[i]` behind it.

    `factor` is how many times as often cases are found in this channel as random pairs are; `error` is the expected
    calibration error over labels that were not fitted on, in [0, 1], and `groups` the same by group.
    """

    method: Literal["platt", "isotonic"]
    scores: tuple[float, ...]
    probabilities: tuple[float, ...]
    labels: tuple[int, ...]
    factor: float
    error: float
    groups: Mapping[str, GroupError] = field(default_factory=dict)

    def lift(self, score: float, group: str) -> Lift | None:
        """The lift of a score for somebody of a group; None where it cannot be told well enough for that group."""
        measured = self.groups.get(group)
        error = self.error if measured is None or measured.labels < GROUP_LABELS else measured.error
        if error > LARGEST_ERROR:
            return None
        step = max(0, int(np.searchsorted(self.scores, score, side="right")) - 1)
        p = self.probabilities[step]
        return Lift(p / (1 - p) * self.factor, self.labels[step])

    def as_dict(self) -> dict[str, Any]:
        """JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, table: Mapping[str, Any]) -> Calibration:
        """Back from JSON; other keys are left aside."""
        groups = {name: GroupError(**each) for name, each in table["groups"].items()}
        return cls(
            table["method"], tuple(table["scores"]), tuple(table["probabilities"]), tuple(table["labels"]),
            table["factor"], table["error"], groups,
        )  # fmt: skip


def calibrated(
    scores: ArrayLike, is_case: ArrayLike, groups: ArrayLike, clusters: ArrayLike, factor: float, seed: int
) -> Calibration | None:
    """Fit on all labels; the errors are those of two fits on one half of the clusters each, measured on the other half.

    All of shape (labels,): scores in [0, 1], whether a label is a case, the group of the person suggested, and what the
    label must stay together with (the seeker, the text). None for fewer than 100 labels or no case or control at all.
    Raises InputError for shapes that differ.
    """
    x, y = np.asarray(scores, dtype=np.float64), np.asarray(is_case, dtype=np.bool_)
    group, cluster = np.asarray(groups), np.asarray(clusters)
    if not x.shape == y.shape == group.shape == cluster.shape or x.ndim != 1:
        raise InputError("scores, cases, groups and clusters have different shapes", hint="give one of each per label")
    if len(x) < FEWEST_LABELS or y.all() or not y.any():
        return None
    method: Literal["platt", "isotonic"] = "isotonic" if len(x) >= ISOTONIC_FROM else "platt"
    told = _told_by_the_other_half(x, y, cluster, method, seed)
    known = ~np.isnan(told)
    names = sorted(set(group[known].tolist()))
    errors = {str(name): _error_of(told, y, known & (group == name)) for name in names}
    steps = _steps(x, y, method)
    return Calibration(method, *steps, factor, calibration_error(told[known], y[known]), errors)


def calibration_error(probabilities: ArrayLike, is_case: ArrayLike) -> float:
    """Expected calibration error in [0, 1]: mean |share of cases - mean probability| over ten bins of equal size,
    weighed by size (Naeini et al. 2015). nan for no labels."""
    p, y = np.asarray(probabilities, dtype=np.float64), np.asarray(is_case, dtype=np.float64)
    if len(p) == 0:
        return float("nan")
    order = np.argsort(p, kind="stable")
    bins = [part for part in np.array_split(order, _BINS) if len(part)]
    return float(sum(len(part) * abs(y[part].mean() - p[part].mean()) for part in bins) / len(p))


def _error_of(told: Values, y: NDArray[np.bool_], chosen: NDArray[np.bool_]) -> GroupError:
    return GroupError(int(chosen.sum()), round(calibration_error(told[chosen], y[chosen]), 6))


def _told_by_the_other_half(x: Values, y: NDArray[np.bool_], cluster: NDArray[Any], method: Any, seed: int) -> Values:
    names, number = np.unique(cluster, return_inverse=True)
    half = np.random.default_rng(seed).permutation(len(names))[number] % 2
    told = np.full(len(x), np.nan)
    for side in (0, 1):
        fit, ask = half == side, half != side
        if y[fit].any() and not y[fit].all():
            scores, probabilities, _ = _steps(x[fit], y[fit], method)
            told[ask] = np.array(probabilities)[np.maximum(0, np.searchsorted(scores, x[ask], side="right") - 1)]
    return told


def _steps(
    x: Values, y: NDArray[np.bool_], method: Any
) -> tuple[tuple[float, ...], tuple[float, ...], tuple[int, ...]]:
    """Where each step begins, its probability, and the labels behind it."""
    fitted = _platt(x, y) if method == "platt" else _isotonic(x, y)
    order = np.argsort(x, kind="stable")
    _, first, size = np.unique(np.round(fitted[order], 12), return_index=True, return_counts=True)
    if method == "platt":
        # A sigmoid has a value for every score; it is kept at twenty points, each with the labels nearest to it.
        parts = [part for part in np.array_split(order, 20) if len(part)]
        level = np.array([fitted[part].mean() for part in parts])
        return _plain(np.array([x[part[0]] for part in parts]), level, np.array([len(part) for part in parts]))
    cases = np.add.reduceat(y[order].astype(np.float64), first)
    # Half a case more on either side: a step of cases only does not say that everybody did.
    level = np.maximum.accumulate((cases + 0.5) / (size + 1))
    return _plain(x[order][first], level, size)


def _plain(starts: Values, level: Values, size: NDArray[Any]) -> tuple[Any, Any, Any]:
    return (
        tuple(round(float(s), 6) for s in starts),
        tuple(round(float(p), 6) for p in level),
        tuple(int(n) for n in size),
    )


def _isotonic(x: Values, y: NDArray[np.bool_]) -> Values:
    from sklearn.isotonic import IsotonicRegression

    fitted: Values = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit_transform(x, y.astype(np.float64))
    return fitted


def _platt(x: Values, y: NDArray[np.bool_]) -> Values:
    from sklearn.linear_model import LogisticRegression

    fitted: Values = LogisticRegression(C=1e4).fit(x[:, np.newaxis], y).predict_proba(x[:, np.newaxis])[:, 1]
    # A score that speaks against itself is no guide: the best that can be said is the share of cases.
    return fitted if np.corrcoef(x, fitted)[0, 1] >= 0 else np.full(len(x), y.mean())
