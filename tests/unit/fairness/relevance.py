"""Tables of relevance, one known and others made by dice, and the lists that come of them."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from matchmaker.fairness.pools import Pools, pools_of_matrix
from matchmaker.fairness.twosided import TwoSided, fairrec

RELEVANCE = np.array([[0.9, 0.8, 0.2, 0.1], [0.9, 0.7, 0.3, 0.1], [0.8, 0.9, 0.1, 0.2]])
Table = list[list[float]]


@st.composite
def tables(draw: st.DrawFn, seekers: int = 5, candidates: int = 6, whole: bool = False) -> Table:
    """Relevance with ties, NaN where a pair is not allowed, at least one pair allowed."""
    m, n = draw(st.integers(1, seekers)), draw(st.integers(1, candidates))
    score = st.integers(0, 8).map(lambda x: x / 8)
    value = score if whole else st.one_of(score, st.just(math.nan), score)
    table = draw(st.lists(st.lists(value, min_size=n, max_size=n), min_size=m, max_size=m))
    assume(not all(math.isnan(x) for row in table for x in row))
    return table


alphas = st.fractions(0, 1, max_denominator=6)


def answered(table: Table, k: int, alpha: Fraction) -> tuple[Pools[int], TwoSided[int]]:
    pools = pools_of_matrix(np.array(table))
    return pools, fairrec(pools, k, alpha)


def allowed(table: Table) -> list[list[int]]:
    return [[c for c, score in enumerate(row) if not math.isnan(score)] for row in table]
