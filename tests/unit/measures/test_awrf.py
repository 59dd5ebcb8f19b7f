"""How close attention comes to a target. Figures are those of a worked example: target H 1/2, UM 3/10, L 1/5."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon

from matchmaker.errors import InputError
from matchmaker.measures.awrf import (
    LOWEST_AWRF,
    awrf,
    awrf_of_list,
    crossed_groups,
    crossed_target,
    over_attributes,
    with_quality,
)
from matchmaker.measures.exposure import group_exposure

TARGET = {"H": Fraction(1, 2), "UM": Fraction(3, 10), "L": Fraction(1, 5)}
LISTS = {
    "unfair": ["H"] * 6 + ["UM", "UM", "L", "L"],
    "greedy": ["H", "UM", "H", "UM", "L", "H", "H", "L", "H", "UM"],
    "cons": ["H", "UM", "H", "L", "H", "UM", "H", "L", "H", "UM"],
}
AMOUNTS = st.lists(st.floats(0, 100), min_size=3, max_size=3).filter(lambda amounts: sum(amounts) > 1e-3)


def shares(amounts: list[float]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    given_amounts = np.array(amounts)
    return given_amounts / given_amounts.sum()


@pytest.mark.parametrize(
    ("name", "logarithmic", "trec"),
    [("unfair", 0.971395, 0.964873), ("greedy", 0.997985, 0.997087), ("cons", 0.998248, 0.998521)],
)
def test_awrf_has_the_known_figures(name: str, logarithmic: float, trec: float) -> None:
    assert awrf_of_list(group_exposure(LISTS[name]), TARGET) == pytest.approx(logarithmic, abs=1e-6)
    assert awrf_of_list(group_exposure(LISTS[name], "trec"), TARGET) == pytest.approx(trec, abs=1e-6)


@given(AMOUNTS, AMOUNTS)
def test_awrf_agrees_with_the_distance_of_scipy_squared(seen: list[float], wanted: list[float]) -> None:
    found = float(awrf(seen, shares(wanted)))
    assert found == pytest.approx(1 - jensenshannon(shares(seen), shares(wanted)) ** 2, abs=1e-9)
    assert LOWEST_AWRF - 1e-12 <= found <= 1.0


@given(AMOUNTS)
def test_attention_that_meets_the_target_has_exactly_one(amounts: list[float]) -> None:
    assert awrf(shares(amounts), shares(amounts)) == pytest.approx(1.0, abs=1e-15)


@given(AMOUNTS, AMOUNTS)
def test_attention_that_misses_the_target_has_less_than_one(seen: list[float], wanted: list[float]) -> None:
    assume(np.abs(shares(seen) - shares(wanted)).max() > 1e-4)
    assert awrf(seen, shares(wanted)) < 1.0


@given(AMOUNTS, AMOUNTS, st.floats(0.1, 10))
def test_the_unit_of_attention_does_not_matter_and_the_two_may_change_places(
    seen: list[float], wanted: list[float], unit: float
) -> None:
    found = float(awrf(seen, shares(wanted)))
    assert awrf(np.array(seen) * unit, shares(wanted)) == pytest.approx(found)
    assert awrf(wanted, shares(seen)) == pytest.approx(found)


def test_attention_where_none_was_due_has_the_lowest_value() -> None:
    assert awrf([1, 0], [0, 1]) == pytest.approx(1 - math.log(2))
    assert awrf_of_list({"X": 2.0}, {"H": Fraction(1)}) == pytest.approx(0.306853, abs=1e-6)


def test_many_lists_are_measured_as_each_by_itself() -> None:
    rng = np.random.default_rng(3)
    seen, wanted = rng.random((5, 4)), shares(list(rng.random(4)))
    assert awrf(seen, wanted) == pytest.approx([float(awrf(row, wanted)) for row in seen])


def test_no_attention_has_no_value_and_a_target_is_never_scaled() -> None:
    assert np.isnan(awrf([[0, 0], [1, 0]], [0.5, 0.5])).tolist() == [True, False]
    with pytest.raises(InputError, match=r"sum to 0\.9"):
        awrf([1, 1], [0.5, 0.4])
    with pytest.raises(InputError, match="differ in their groups"):
        awrf([1, 1], [0.5, 0.25, 0.25])
    with pytest.raises(InputError, match="exposure holds -1"):
        awrf([2, -1], [0.5, 0.5])


def test_the_mean_over_attributes_has_the_worst_beside_it() -> None:
    found = over_attributes({"income_group": 0.9, "career_stage": 0.8})
    assert (found.mean, found.worst, found.worst_attribute) == (pytest.approx(0.85), 0.8, "career_stage")
    with pytest.raises(InputError, match="no attribute"):
        over_attributes({})


def test_an_undefined_attribute_is_named_and_not_averaged_away() -> None:
    found = over_attributes({"income_group": 0.9, "career_stage": math.nan})
    assert found.undefined == ("career_stage",)
    assert math.isnan(found.mean)
    assert math.isnan(found.worst)
    assert found.worst_attribute is None


def test_crossed_attributes_are_measured_in_their_product_space() -> None:
    stage = {"early": Fraction(1, 3), "late": Fraction(2, 3)}
    target = crossed_target(TARGET, stage)
    assert target["L×early"] == Fraction(1, 15)
    assert sum(target.values()) == 1
    groups = crossed_groups(["H", "L"], ["early", "late"])
    assert groups == ["H×early", "L×late"]
    assert LOWEST_AWRF <= awrf_of_list(group_exposure(groups), target) < 1


def test_what_cannot_be_crossed_is_refused() -> None:
    with pytest.raises(InputError, match=r"attributes of \[1, 2\] places"):
        crossed_groups(["H", "L"], ["early"])
    with pytest.raises(InputError, match="'H×early' holds '×'"):
        crossed_groups(["H×early"], ["x"])
    with pytest.raises(InputError, match="holds '×'"):
        crossed_target({"a×b": Fraction(1)})
    with pytest.raises(InputError, match="no target"):
        crossed_target()


@given(st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from("xy")), min_size=1, max_size=20))
def test_attention_of_crossed_groups_adds_up_to_that_of_each_attribute(pairs: list[tuple[str, str]]) -> None:
    first, second = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    crossed, single = group_exposure(crossed_groups(first, second)), group_exposure(first)
    for group, exposure in single.items():
        parts = [part for name, part in crossed.items() if name.split("×")[0] == group]
        assert sum(parts) == pytest.approx(exposure)


def test_quality_and_fairness_are_multiplied() -> None:
    assert with_quality(0.5, 0.8) == pytest.approx(0.4)
