"""Free amounts under linear bounds, against a solver that knows nothing of ours."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from matchmaker.rules.amounts import Bound, feasible

SMALL = st.integers(-3, 3).map(Fraction)
BOUNDS = st.lists(
    st.builds(Bound, st.dictionaries(st.integers(0, 3), SMALL), st.integers(-4, 4).map(Fraction)), max_size=6
)


@given(BOUNDS)
def test_amounts_are_found_where_there_are_any_and_meet_every_bound_exactly(bounds: list[Bound]) -> None:
    found = feasible(bounds)
    columns = range(4)
    rows = [[float(bound.coefficients.get(name, 0)) for name in columns] for bound in bounds] or [[0.0] * 4]
    most = [float(bound.most) for bound in bounds] or [0.0]
    there = linprog([0.0] * 4, A_ub=rows, b_ub=most, method="highs").status == 0
    assert (found is not None) is there
    if found is not None:
        assert all(amount >= 0 for amount in found.values())
        for bound in bounds:
            assert sum(by * found[name] for name, by in bound.coefficients.items()) <= bound.most
