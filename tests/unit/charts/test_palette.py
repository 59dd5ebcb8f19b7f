"""Colours that can be told apart, on white and on near-black, with and without full colour vision."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest

from matchmaker.charts import palette

WHITE, NEAR_BLACK = "#ffffff", "#12181d"
# Machado, Oliveira & Fernandes (2009), doi:10.1109/TVCG.2009.113, severity 1.0, on linear RGB.
VISION = {
    "full": np.eye(3),
    "protan": np.array([
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998],
    ]),
    "deutan": np.array([
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881],
    ]),
    "tritan": np.array([
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900],
    ]),
}  # fmt: skip
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def _linear(colour: str) -> np.ndarray:
    parts = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def _contrast(one: str, other: str) -> float:
    lights = sorted(float(TO_XYZ[1] @ _linear(each)) for each in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _lab(colour: str, vision: str) -> np.ndarray:
    xyz = TO_XYZ @ np.clip(VISION[vision] @ _linear(colour), 0, 1) / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("colour", palette.SERIES)
def test_a_mark_stands_out_on_white_and_on_near_black(colour: str) -> None:
    assert _contrast(colour, WHITE) >= 3 and _contrast(colour, NEAR_BLACK) >= 3


@pytest.mark.parametrize("vision", VISION)
def test_marks_can_be_told_apart_by_everybody(vision: str) -> None:
    distances = {
        pair: float(np.linalg.norm(_lab(pair[0], vision) - _lab(pair[1], vision)))
        for pair in combinations(palette.SERIES, 2)
    }
    assert min(distances.values()) > 10, min(distances, key=lambda pair: distances[pair])


@pytest.mark.parametrize("vision", VISION)
def test_more_is_darker_on_the_map_for_everybody(vision: str) -> None:
    lightness = [_lab(step, vision)[0] for step in palette.STEPS]
    assert all(before - after > 8 for before, after in pairwise(lightness))


def test_text_takes_the_ink_of_the_page() -> None:
    assert palette.INK == "currentColor"
