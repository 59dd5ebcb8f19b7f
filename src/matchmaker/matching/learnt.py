"""What an index learnt from past collaborations when it was built: yardsticks, weights, and what a score is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from matchmaker.domain.policies import MERIT
from matchmaker.matching.arrays import FloatArray
from matchmaker.matching.calibration import Calibration

Direction = Literal["text", "person"]
# How words, meaning and focus are added up: as cosines, on the scale of known cases where there are enough, or by
# rank, which needs no scale (docs/decisions/0022).
BY_SCALE: Final = "scale"
BY_RANK: Final = "ranks"
FUSIONS: Final = (BY_SCALE, BY_RANK)
DIRECTIONS: Final[tuple[Direction, ...]] = ("text", "person")
# Nearness, as bands read it.
CHANNELS: Final = ("words", "meaning")
# The cosines that are read against those of known cases.
SCALED: Final[Mapping[Direction, tuple[str, ...]]] = {"text": (*CHANNELS, "focus"), "person": CHANNELS}
ANY_CHANNEL: Final = "any"  # a text may come without anybody who could be introduced
# As near as the nearest hundredth of known cases is as near as it gets.
NEAREST: Final = 0.99
FEWEST_CASES: Final = 30

# Found on papers of 2013-2019 and projects of 2021-2023, before the years of the published benchmark:
# docs/decisions/0017 and 0019 to 0021.
SHIPPED: Final[Mapping[Direction, Mapping[str, float]]] = {
    "text": {"words": 0.5, "meaning": 0.3, "focus": 0.14, "recency": 0.06},
    "person": {
        "words": 0.31,
        "meaning": 0.29,
        "acquaintance": 0.19,
        "complementarity": 0.02,
        "recency": 0.13,
        "thinness": 0.06,
    },
}
SHIPPED_FROM: Final = "shipped with the program (docs/decisions/0017 and 0019 to 0021)"


@dataclass(frozen=True, eq=False)
class Learnt:
    """What past collaborations say, by direction ("text": a text against people, "person": people against people).

    `cases` holds the cosines of known cases, one column for each of `SCALED`: each case without the work that made it
    one. `weights` are feature → weight, adding up to 1, and `provenance` says where they come from. `calibrations`
    are keyed by (direction, channel of acquaintance). `tuning` says what tuning the encoder did, where it was tried.
    `fusion`, one of `FUSIONS`, is not learnt but chosen; a score cannot be read without it.
    """

    cases: Mapping[Direction, FloatArray]
    weights: Mapping[Direction, Mapping[str, float]] = field(default_factory=lambda: SHIPPED)
    provenance: Mapping[Direction, str] = field(default_factory=lambda: dict.fromkeys(DIRECTIONS, SHIPPED_FROM))
    calibrations: Mapping[tuple[Direction, str], Calibration] = field(default_factory=dict)
    tuning: Mapping[str, Any] | None = None
    fusion: str = BY_SCALE

    def because(self, why: str, direction: Direction = "person") -> Learnt:
        """The same, saying why nothing was learnt of a direction."""
        return replace(self, provenance={**self.provenance, direction: f"{self.provenance[direction]}: {why}"})

    @cached_property
    def nearest(self) -> Mapping[Direction, Mapping[str, float]]:
        """The cosines that count as 1, by direction and feature: those of the nearest hundredth of known cases.

        1.0 where too few cases are known to say.
        """
        return {direction: _nearest(SCALED[direction], cases) for direction, cases in self.cases.items()}

    def nearness(self, direction: Direction, weights: Mapping[str, float]) -> FloatArray:
        """How near each known case is by these weights (see `nearness`), in [0, 1], sorted, shape (n,)."""
        nearest = np.array([self.nearest[direction][channel] for channel in CHANNELS])
        columns = [SCALED[direction].index(channel) for channel in CHANNELS]
        values = np.clip(self.cases[direction][:, columns] / nearest, 0, 1)
        found: FloatArray = np.sort(nearness(values, weights)).astype(np.float32)
        return found

    def as_dict(self) -> dict[str, Any]:
        """JSON without the cases, which are kept as arrays."""
        return {
            "weights": {direction: dict(self.weights[direction]) for direction in DIRECTIONS},
            "provenance": dict(self.provenance),
            "tuning": None if self.tuning is None else dict(self.tuning),
            "fusion": self.fusion,
            "calibrations": [
                {"direction": direction, "channel": channel, **calibration.as_dict()}
                for (direction, channel), calibration in sorted(self.calibrations.items())
            ],
        }

    @classmethod
    def from_dict(cls, table: Mapping[str, Any], cases: Mapping[Direction, FloatArray]) -> Learnt:
        """Back from JSON and arrays."""
        calibrations = {
            (each["direction"], each["channel"]): Calibration.from_dict(each) for each in table["calibrations"]
        }
        weights = {
            direction: {name: given[name] for name in MERIT if name in given}
            for direction, given in table["weights"].items()
        }
        # An index of before there was a choice has no word of it.
        fusion = table.get("fusion", BY_SCALE)
        return cls(cases, weights, table["provenance"], calibrations, table["tuning"], fusion)


def nearness(values: NDArray[np.floating], weights: Mapping[str, float]) -> NDArray[np.floating]:
    """Words and meaning, values in [0, 1] in the last of the dimensions, weighed as in the score; half each where
    neither counts there."""
    counted = np.array([weights.get(channel, 0.0) for channel in CHANNELS], dtype=np.float64)
    if not counted.any():
        counted = np.ones_like(counted)
    found: NDArray[np.floating] = values @ (counted / counted.sum())
    return found


def _nearest(features: tuple[str, ...], cases: FloatArray) -> dict[str, float]:
    if len(cases) < FEWEST_CASES:
        return dict.fromkeys(features, 1.0)
    found = np.quantile(cases, NEAREST, axis=0).tolist()
    # A corpus whose known cases have nothing in common tells no scale.
    return {name: float(cosine) if cosine > 0 else 1.0 for name, cosine in zip(features, found, strict=True)}
