"""The nearest texts count most, the next ones less, and a missing one a part of the best."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.matching.best_texts import OF_A_PERSON, BestTexts

likenesses = st.floats(-1, 1, width=32)
rules = st.builds(BestTexts, st.integers(1, 15), st.floats(0.05, 1), st.floats(0, 1))


def _written_out(rule: BestTexts, run: list[float]) -> float:
    if not run:
        return 0.0
    nearest = sorted(run, reverse=True)[: rule.places]
    nearest += [min(rule.missing * nearest[0], nearest[0])] * (rule.places - len(nearest))
    weights = [rule.each_next**place for place in range(rule.places)]
    return sum(weight * each for weight, each in zip(weights, nearest, strict=True)) / sum(weights)


@given(rules, st.lists(st.lists(likenesses, max_size=20), max_size=12), st.sampled_from([1, 40]))
def test_every_run_comes_to_what_the_definition_says(rule: BestTexts, runs: list[list[float]], scale: int) -> None:
    # Scores of BM25 go far above 1.
    scaled = [[each * scale for each in run] for run in runs]
    indptr = np.concatenate([[0], np.cumsum([len(run) for run in runs])]).astype(np.int64)
    found = rule.of_runs(indptr, np.array([each for run in scaled for each in run], dtype=np.float32))
    np.testing.assert_allclose(found, [_written_out(rule, run) for run in scaled], atol=1e-5 * scale)


@given(st.lists(likenesses, min_size=1, max_size=20))
def test_nobody_comes_to_more_than_their_best(run: list[float]) -> None:
    assert OF_A_PERSON.of_one(np.array(run, dtype=np.float32)) <= max(run) + 1e-6


@given(st.lists(likenesses, min_size=1, max_size=11), likenesses)
def test_one_more_text_lowers_nobody_whose_it_is_near(run: list[float], more: float) -> None:
    # One nearer than what a missing one counts; what is further than that says that they do other things.
    kept = max(more, 0.6 * max(run)) if max(run) > 0 else max(run)
    before, after = (OF_A_PERSON.of_one(np.array(each, dtype=np.float32)) for each in (run, [*run, kept]))
    assert after >= before - 1e-6


def test_shares_add_up_and_fall_by_the_same_factor() -> None:
    shares = OF_A_PERSON.shares
    assert shares.sum() == pytest.approx(1)
    np.testing.assert_allclose(shares[1:] / shares[:-1], 0.65)
    assert len(shares) == 12
