"""Figures are written in one way."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.charts import wording
from matchmaker.domain.reports import Interval
from matchmaker.errors import InputError


def test_figures_are_written_as_said() -> None:
    assert wording.percent(0.1234) == "12.3\u00a0%" and wording.percent(-0.0989) == "−9.9\u00a0%"
    assert wording.percent_with(Interval(0.123, 0.101, 0.145)) == "12.3\u00a0% [10.1, 14.5]"
    assert wording.ratio_with(Interval(0.834, 0.71, 0.95)) == "0.83 [0.71, 0.95]"
    assert wording.quality_with(Interval(0.9871)) == "0.987"
    assert wording.count(1234) == "1,234" and wording.count(1234.5) == "1,234.5" and wording.count(0) == "0"
    assert wording.percent(None) == wording.NOT_COMPUTED and wording.withheld(10) == "n < 10"


def test_an_interval_with_one_end_is_written_without_ends() -> None:
    assert wording.ratio_with(Interval(0.5, 0.4, None)) == "0.50"


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_figure_is_refused(value: float) -> None:
    for written in (wording.percent, wording.ratio, wording.quality, wording.count):
        with pytest.raises(InputError, match="no figure"):
            written(value)


@given(st.floats(0, 1))
def test_a_share_can_be_read_back_to_its_last_digit(share: float) -> None:
    assert abs(float(wording.percent(share).removesuffix("\u00a0%")) / 100 - share) <= 0.0005 + 1e-12


def test_groups_and_attributes_are_told_in_words() -> None:
    assert wording.group_name("income_group×profile", "L×thin") == "low income, thin profile"
    assert wording.attribute_name("income_group×profile") == "income group and how much there is to go by"
    assert wording.group_name("region", "Eastern Asia") == "Eastern Asia"
    assert wording.attribute_name("set:cost.itc") == "the set cost.itc"
    assert wording.group_name("set:cost.itc", "in") == "inside"
    assert wording.group_name("organisation_type", "a×b") == "a×b"


def test_um_is_an_income_group_among_groups_and_a_country_among_countries() -> None:
    assert wording.place_name("UM") == "upper middle income"
    assert "Islands" in wording.country_name("UM")
    assert wording.country_name("NA") == "Namibia"
