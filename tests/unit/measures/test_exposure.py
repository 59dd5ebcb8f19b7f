"""Attention by group, and ratios of it. Figures are those of a worked example: h1, h2, u1, l1 in two groups."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.errors import InputError
from matchmaker.measures.browsing import BROWSING, attention_weights, geometric_weights, trec_weights
from matchmaker.measures.exposure import (
    exposure_parity,
    exposure_share,
    exposure_shares,
    group_exposure,
    group_use,
    impact_ratio,
    treatment_ratio,
)

LISTS = {
    "unfair": ["H"] * 6 + ["UM", "UM", "L", "L"],
    "greedy": ["H", "UM", "H", "UM", "L", "H", "H", "L", "H", "UM"],
    "cons": ["H", "UM", "H", "L", "H", "UM", "H", "L", "H", "UM"],
}
FIGURES = {
    "unfair": {"H": 0.72733, "UM": 0.142795, "L": 0.129875},
    "greedy": {"H": 0.548154, "UM": 0.297272, "L": 0.154574},
    "cons": {"H": 0.554899, "UM": 0.280882, "L": 0.16422},
}
GROUPS = st.lists(st.sampled_from("ABCD"), min_size=1, max_size=30)
POSITIVE = st.floats(0.01, 100, allow_subnormal=False)
COLUMNS = st.lists(st.tuples(POSITIVE, st.integers(1, 50), POSITIVE), min_size=1, max_size=6)


@pytest.mark.parametrize("name", LISTS)
def test_shares_of_all_groups_have_the_known_figures(name: str) -> None:
    assert exposure_shares(LISTS[name]) == pytest.approx(FIGURES[name], abs=1e-6)


def test_parity_and_treatment_have_the_known_figures() -> None:
    groups, scores = ["A", "A", "B", "B"], [0.95, 0.94, 0.8, 0.75]
    exposure = group_exposure(groups)
    assert exposure["A"] / 2 == pytest.approx(0.815465, abs=1e-6)
    assert exposure["B"] / 2 == pytest.approx(0.465338, abs=1e-6)
    amounts = [exposure["A"], exposure["B"]]
    relevance = [np.mean(scores[:2]), np.mean(scores[2:])]
    assert exposure_parity(amounts, [2, 2], 0) == pytest.approx([1.0, 0.570642], abs=1e-6)
    assert treatment_ratio(amounts, [2, 2], relevance, 0) == pytest.approx([1.0, 0.695815], abs=1e-6)


def test_impact_multiplies_attention_with_relevance() -> None:
    use = group_use(["A", "A", "B", "B"], [0.95, 0.94, 0.8, 0.75])
    by_hand = (0.8 / 2 + 0.75 / math.log2(5)) / (0.95 + 0.94 / math.log2(3))
    assert impact_ratio([use["A"], use["B"]], [2, 2], 0)[1] == pytest.approx(by_hand)


def test_each_browsing_model_has_its_own_weights() -> None:
    assert attention_weights(3, "logarithmic") == pytest.approx([1, 1 / math.log2(3), 1 / 2])
    assert attention_weights(4, "trec") == pytest.approx([1, 1, 1 / math.log2(3), 1 / 2])
    assert attention_weights(4, "geometric") == pytest.approx([1, 0.5, 0.25, 0.125])
    assert geometric_weights(3, patience=0.8) == pytest.approx([1, 0.8, 0.64])
    assert len(attention_weights(0, "trec")) == len(attention_weights(0, "geometric")) == 0


def test_the_browsing_model_reaches_the_groups() -> None:
    groups = ["A", "B", "A"]
    assert group_exposure(groups, "geometric") == pytest.approx({"A": 1.25, "B": 0.5})
    assert exposure_share(groups, "A", "geometric") == pytest.approx(1.25 / 1.75)
    assert group_exposure(["A", "B"], "trec") == {"A": 1.0, "B": 1.0}
    assert group_use(groups, [1.0, 0.5, 0.0], "geometric") == pytest.approx({"A": 1.0, "B": 0.25})


def test_what_cannot_be_weighed_is_refused() -> None:
    with pytest.raises(InputError, match="no browsing model 'zipf'"):
        attention_weights(3, "zipf")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="-1 places"):
        trec_weights(-1)
    with pytest.raises(InputError, match="-1 places"):
        geometric_weights(-1)
    for patience in (0, 1, 1.5):
        with pytest.raises(InputError, match="patience"):
            geometric_weights(3, patience)
    with pytest.raises(InputError, match="2 groups and 1 scores"):
        group_use(["A", "B"], [0.5])
    with pytest.raises(InputError, match="scores holds nan"):
        group_use(["A"], [math.nan])
    with pytest.raises(InputError, match="column 2"):
        exposure_parity([1, 1], [1, 1], 2)
    with pytest.raises(InputError, match="members holds -1"):
        exposure_parity([1, 1], [1, -1], 0)


def test_a_ratio_without_an_answer_is_nan_and_nothing_is_smoothed() -> None:
    assert np.isnan(exposure_parity([1.0, 0.0], [2, 0], 0)).tolist() == [False, True]
    assert np.isnan(exposure_parity([1.0, 0.5], [2, 0], 1)).all()
    assert np.isnan(exposure_parity([0.0, 0.5], [2, 1], 0)).all()
    assert np.isnan(treatment_ratio([1.0, 0.5], [2, 1], [0.9, 0.0], 0)).tolist() == [False, True]
    assert np.isnan(treatment_ratio([1.0, 0.0], [2, 0], [0.9, math.nan], 0)).tolist() == [False, True]
    assert np.isnan(impact_ratio([0.0, 0.5], [2, 1], 0)).all()
    assert exposure_parity([1.0, 0.0], [2, 3], 0)[1] == 0.0


def test_an_empty_list_gives_nobody_attention_and_has_no_shares() -> None:
    assert group_exposure([]) == {}
    with pytest.raises(InputError, match="no attention to share"):
        exposure_shares([])


def test_many_lists_are_compared_as_each_by_itself() -> None:
    rng = np.random.default_rng(5)
    exposure, members = rng.random((7, 3, 4)), rng.integers(1, 9, (7, 3, 4))
    together = exposure_parity(exposure, members, 2)
    assert together.shape == (7, 3, 4)
    assert together[4, 1] == pytest.approx(exposure_parity(exposure[4, 1], members[4, 1], 2))


@given(GROUPS, st.sampled_from(list(BROWSING)))
def test_all_attention_falls_on_some_group(groups: list[str], browsing: str) -> None:
    weights = attention_weights(len(groups), browsing)  # type: ignore[arg-type]
    found = group_exposure(groups, browsing)  # type: ignore[arg-type]
    assert found == pytest.approx(
        {g: float(weights[[shown == g for shown in groups]].sum()) for g in set(groups)}, abs=1e-12
    )
    assert sum(exposure_shares(groups, browsing).values()) == pytest.approx(1)  # type: ignore[arg-type]


@given(st.integers(1, 200), st.sampled_from(list(BROWSING)))
def test_attention_never_rises_further_down(n: int, browsing: str) -> None:
    weights = attention_weights(n, browsing)  # type: ignore[arg-type]
    assert weights[0] == 1.0
    assert (np.diff(weights) <= 0).all()
    assert (weights > 0).all()


@given(COLUMNS, st.data())
def test_ratios_relate_as_their_definitions_say(columns: list[tuple[float, int, float]], data: st.DataObject) -> None:
    exposure, members, relevance = (np.array(part, dtype=float) for part in zip(*columns, strict=True))
    g, h = (data.draw(st.integers(0, len(columns) - 1)) for _ in "gh")
    parity = exposure_parity(exposure, members, h)
    assert parity[h] == pytest.approx(1)
    assert parity[g] * exposure_parity(exposure, members, g)[h] == pytest.approx(1)
    assert exposure_parity(3 * exposure, members, h) == pytest.approx(parity)
    treated = treatment_ratio(exposure, members, relevance, h)
    assert treated == pytest.approx(parity * relevance[h] / relevance)
    assert treatment_ratio(exposure, members, np.ones(len(columns)), h) == pytest.approx(parity)
    # Attention in proportion to relevance is what equal treatment means.
    assert treatment_ratio(members * relevance, members, relevance, h) == pytest.approx(np.ones(len(columns)))


@given(POSITIVE, st.integers(1, 50), st.integers(1, 6))
def test_equal_groups_are_at_parity(exposure: float, members: int, count: int) -> None:
    assert exposure_parity([exposure] * count, [members] * count, 0).tolist() == [1.0] * count
