"""A lift says how many times as often, and is not told where it cannot be told well."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.errors import InputError
from matchmaker.matching.calibration import Calibration, GroupError, calibrated, calibration_error


def _world(n: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    """Scores whose true probability of being a case is known: p(s) = s."""
    rng = np.random.default_rng(seed)
    scores = rng.random(n)
    return scores, rng.random(n) < scores, np.arange(n)


@pytest.mark.parametrize(("n", "method"), [(950, "platt"), (6_000, "isotonic")])
def test_the_lift_is_that_of_the_world_the_labels_come_from(n: int, method: str) -> None:
    scores, cases, cluster = _world(n, 3)
    found = calibrated(scores, cases, np.full(n, "H"), cluster, 2.0, seed=1)
    assert found is not None
    assert found.method == method
    for score in (0.3, 0.5, 0.7):
        lift = found.lift(score, "H")
        assert lift is not None
        assert lift.times == pytest.approx(2 * score / (1 - score), rel=0.45)
        assert lift.labels > 0


@given(st.integers(100, 1_500), st.integers(0, 1_000))
def test_a_higher_score_never_has_a_lower_lift(n: int, seed: int) -> None:
    scores, cases, cluster = _world(n, seed)
    found = calibrated(scores, cases, np.full(n, "H"), cluster, 1.0, seed=1)
    assert found is not None
    assert (np.diff(found.probabilities) >= 0).all()
    assert (np.diff(found.scores) >= 0).all()
    assert all(0 < p < 1 for p in found.probabilities)


def test_no_lift_for_a_group_that_the_calibration_is_wrong_for() -> None:
    scores, cases, cluster = _world(4_000, 5)
    group = np.where(np.arange(4_000) % 4 == 0, "L", "H")
    cases = np.where(group == "L", np.random.default_rng(1).random(4_000) < scores * 0.4, cases)
    found = calibrated(scores, cases, group, cluster, 1.0, seed=1)
    assert found is not None
    assert found.groups["L"].error > 0.05
    assert found.lift(0.6, "L") is None
    # A group with too few labels to judge goes by the error of all.
    few = Calibration("isotonic", (0.0,), (0.5,), (10,), 1.0, 0.01, {"LM": GroupError(499, 0.3)})
    assert few.lift(0.6, "LM") is not None


def test_the_error_is_the_mean_gap_over_ten_bins() -> None:
    p, y = np.repeat([0.1, 0.9], 50), np.r_[np.zeros(50), np.ones(25), np.zeros(25)].astype(bool)
    # Five bins say 0.1 where none is a case; of the others half are full of cases, and half empty, at 0.9.
    by_hand = np.mean([abs(y[i * 10 : i * 10 + 10].mean() - p[i * 10 : i * 10 + 10].mean()) for i in range(10)])
    assert calibration_error(p, y) == pytest.approx(by_hand)
    assert np.isnan(calibration_error([], []))


def test_too_few_labels_or_only_cases_say_nothing() -> None:
    scores, cases, cluster = _world(99, 1)
    assert calibrated(scores, cases, np.full(99, "H"), cluster, 1.0, seed=1) is None
    assert calibrated(np.ones(200), np.ones(200, dtype=bool), np.full(200, "H"), np.arange(200), 1.0, 1) is None


def test_labels_without_a_group_are_refused() -> None:
    with pytest.raises(InputError, match="different shapes"):
        calibrated([0.1, 0.2], [True, False], ["H"], [1, 2], 1.0, 1)


def test_a_calibration_comes_back_from_json_as_it_was() -> None:
    scores, cases, cluster = _world(1_200, 4)
    found = calibrated(scores, cases, np.full(1_200, "H"), cluster, 3.5, seed=1)
    assert found is not None
    assert Calibration.from_dict(found.as_dict()) == found
