"""FA*IR against known figures, against every sequence there is, and against a million draws; tails of blind draws."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from matchmaker.errors import InputError
from matchmaker.fairness.tests import (
    FairTable,
    check_ranking,
    draw_tails,
    failure_probability,
    fair_table,
    first_asking_place,
    hypergeometric_tail,
    minimum_counts,
)

# n, p, alpha, m, its failure, adjusted alpha, m at that, its failure; of long tables only the last m is known.
KNOWN = [
    (12, 0.5, 0.1, "000111223334", 0.145996, 0.0625, "000011222333", 0.089844),
    (10, 0.1, 0.1, "0000000000", 0.0, 0.1, "0000000000", 0.0),
    (10, 0.2, 0.1, "0000000000", 0.0, 0.1, "0000000000", 0.0),
    (10, 0.3, 0.1, "0000001111", 0.082354, 0.1, "0000001111", 0.082354),
    (10, 0.4, 0.1, "0000111122", 0.111352, 0.07776, "0000011122", 0.086967),
    (10, 0.5, 0.1, "0001112233", 0.128906, 0.0625, "0000112223", 0.089844),
    (20, 0.3, 0.1, "00000011111222233333", 0.158061, 0.05995221, "00000001111112222233", 0.096813),
    (20, 0.5, 0.05, "00001112223344455666", 0.098679, 0.02069473, "00000111222333444555", 0.044846),
    (50, 0.25, 0.1, 9, 0.239528, 0.03946397, 7, 0.096495),
    (100, 0.5, 0.1, 44, 0.341561, 0.0204798, 40, 0.099951),
]
PROBABILITIES = st.floats(0.02, 0.98)
ALPHAS = st.floats(0.001, 0.5)


def same_minimum(found: tuple[int, ...], known: str | int) -> bool:
    return found[-1] == known if isinstance(known, int) else found == tuple(map(int, known))


@pytest.mark.parametrize(("n", "p", "alpha", "m", "fail", "adjusted", "m_adjusted", "fail_adjusted"), KNOWN)
def test_tables_have_the_known_figures(
    n: int,
    p: float,
    alpha: float,
    m: str | int,
    fail: float,
    adjusted: float,
    m_adjusted: str | int,
    fail_adjusted: float,
) -> None:
    table = fair_table(n, p, alpha)
    assert len(table.m) == len(table.m_adjusted) == n
    assert same_minimum(table.m, m)
    assert table.fail == pytest.approx(fail, abs=1e-6)
    assert table.alpha_adjusted == pytest.approx(adjusted, abs=1e-6)
    assert same_minimum(table.m_adjusted, m_adjusted)
    assert table.fail_adjusted == pytest.approx(fail_adjusted, abs=1e-6)


def test_a_test_that_asks_for_nobody_says_so_and_from_where_on_it_would() -> None:
    table = fair_table(10, 0.2, 0.1)
    assert (table.vacuous, table.needs_k) == (True, 11)
    assert "needs 11 places or more" in table.warning
    assert not fair_table(11, 0.2, 0.1).vacuous
    assert fair_table(11, 0.2, 0.1).warning == ""
    assert first_asking_place(0.1, 0.1) == 22


def test_the_adjusted_test_of_ten_at_one_half_is_the_one_that_is_wanted() -> None:
    table = fair_table(10, Fraction(1, 2), 0.1)
    assert (table.vacuous, table.warning) == (False, "")
    assert table.alpha_adjusted == 0.0625
    assert table.fail_adjusted <= 0.1


@settings(max_examples=40)
@given(st.integers(1, 12), PROBABILITIES, ALPHAS, st.booleans())
def test_the_failure_probability_is_that_of_all_sequences_there_are(
    n: int, p: float, alpha: float, adjusted: bool
) -> None:
    table = fair_table(n, p, alpha)
    asked, claimed = (table.m_adjusted, table.fail_adjusted) if adjusted else (table.m, table.fail)
    sequences = np.array(list(itertools.product([0, 1], repeat=n)))
    fails = (sequences.cumsum(axis=1) < np.array(asked)).any(axis=1)
    successes = sequences.sum(axis=1)
    weights = p**successes * (1 - p) ** (n - successes)
    assert claimed == pytest.approx(float(weights[fails].sum()), abs=1e-12)


@given(st.lists(st.integers(0, 6), min_size=1, max_size=9), PROBABILITIES)
def test_any_minimum_can_be_asked_even_one_that_cannot_be_met(asked: list[int], p: float) -> None:
    expected = sum(
        math.prod(p if taken else 1 - p for taken in sequence)
        for sequence in itertools.product([0, 1], repeat=len(asked))
        if any(count < least for count, least in zip(itertools.accumulate(sequence), asked, strict=True))
    )
    assert failure_probability(asked, p) == pytest.approx(expected, abs=1e-12)


@given(st.integers(1, 60), PROBABILITIES, ALPHAS)
def test_the_minimum_is_the_smallest_with_enough_probability_at_or_below_it(n: int, p: float, alpha: float) -> None:
    for k, least in enumerate(minimum_counts(n, p, alpha), 1):
        assert binom.cdf(least, k, p) >= alpha * (1 - 1e-9)
        assert least == 0 or binom.cdf(least - 1, k, p) < alpha


@given(st.integers(1, 40), PROBABILITIES | st.sampled_from([0.5, 0.25, 0.2]), ALPHAS)
def test_the_adjusted_alpha_keeps_to_alpha_and_the_next_step_would_not(n: int, p: float, alpha: float) -> None:
    table = fair_table(n, p, alpha)
    assert table.fail_adjusted <= alpha
    assert table.fail_adjusted == failure_probability(table.m_adjusted, p)
    if table.alpha_adjusted == alpha:
        assert table.m_adjusted == table.m
        return
    assert table.alpha_adjusted < alpha
    at, above = (minimum_counts(n, p, table.alpha_adjusted * (1 + step)) for step in (0, 1e-9))
    assert failure_probability(at, p) <= alpha < failure_probability(above, p)
    assert all(low <= asked <= high for low, asked, high in zip(at, table.m_adjusted, above, strict=True))
    # Of the minima that rise at this very alpha, the next in turn is the latest that has not risen.
    waiting = max(k for k in range(n) if table.m_adjusted[k] < above[k])
    following = [asked + (k == waiting) for k, asked in enumerate(table.m_adjusted)]
    assert failure_probability(following, p) > alpha


def test_minima_that_rise_at_the_same_alpha_rise_one_by_one() -> None:
    table = fair_table(10, 0.5, 0.1)
    at, above = (minimum_counts(10, 0.5, alpha) for alpha in (0.0625, 0.0626))
    assert [k for k in range(10) if at[k] != above[k]] == [3, 6]
    assert (table.m_adjusted[3], table.m_adjusted[6]) == (at[3], above[6])
    assert failure_probability(at, 0.5) < table.fail_adjusted <= 0.1 < failure_probability(above, 0.5)


@given(st.integers(1, 40), PROBABILITIES, ALPHAS)
def test_a_vacuous_table_asks_for_nobody_and_no_other_does(n: int, p: float, alpha: float) -> None:
    table = fair_table(n, p, alpha)
    assert table.vacuous == (not any(table.m)) == (not any(table.m_adjusted))
    assert bool(table.warning) == table.vacuous


@given(PROBABILITIES, ALPHAS)
def test_the_first_asking_place_is_the_first_where_nobody_would_be_unlikely(p: float, alpha: float) -> None:
    k = first_asking_place(p, alpha)
    assert (1 - p) ** k < alpha
    assert (1 - p) ** (k - 1) >= alpha * (1 - 1e-9)


@given(st.integers(1, 40), PROBABILITIES, ALPHAS)
def test_minima_rise_by_at_most_one_a_place_and_adjusting_never_asks_for_more(n: int, p: float, alpha: float) -> None:
    table = fair_table(n, p, alpha)
    for asked in (table.m, table.m_adjusted):
        assert set(np.diff([0, *asked])) <= {0, 1}
    assert all(eased <= raw for raw, eased in zip(table.m, table.m_adjusted, strict=True))
    assert table.fail_adjusted <= table.fail


def test_a_million_draws_fail_about_as_often_as_the_table_says() -> None:
    draws, rng = 1_000_000, np.random.default_rng(20_170)
    for n, p, alpha, *_ in KNOWN:
        table = fair_table(n, p, alpha)
        counts = np.zeros(draws, dtype=np.int16)
        kept, kept_adjusted = np.ones(draws, dtype=bool), np.ones(draws, dtype=bool)
        for least, least_adjusted in zip(table.m, table.m_adjusted, strict=True):
            counts += rng.random(draws, dtype=np.float32) < p
            kept &= counts >= least
            kept_adjusted &= counts >= least_adjusted
        for claimed, passed in ((table.fail, kept), (table.fail_adjusted, kept_adjusted)):
            error = math.sqrt(claimed * (1 - claimed) / draws)
            assert abs((1 - passed.mean()) - claimed) <= 3 * error, (n, p, alpha)


def test_the_last_place_is_part_of_the_test() -> None:
    table = fair_table(12, 0.5, 0.1)
    assert failure_probability(table.m[:-1], 0.5) == pytest.approx(0.128906, abs=1e-6)
    assert table.fail == pytest.approx(0.145996, abs=1e-6)


def test_a_thousand_places_can_be_tested() -> None:
    table = fair_table(1_000, 0.3, 0.1)
    assert len(table.m_adjusted) == 1_000
    assert 0.099 < table.fail_adjusted <= 0.1 < table.fail


def test_a_ranking_fails_where_it_holds_too_few() -> None:
    table = fair_table(10, 0.5, 0.1)  # 0000112223 adjusted, 0001112233 not
    late = [False] * 4 + [True, False, True, True, False, False]
    assert check_ranking(late, table).passed
    raw = check_ranking(late, table, adjusted=False)
    assert (raw.passed, raw.failed_at, raw.missing) == (False, (4,), (1,))
    none = check_ranking([False] * 10, table)
    assert (none.failed_at, none.missing) == ((5, 6, 7, 8, 9, 10), (1, 1, 2, 2, 2, 3))
    assert not none.vacuous


def test_a_short_ranking_is_held_against_the_beginning_of_a_table() -> None:
    table = fair_table(10, 0.5, 0.1)
    short = check_ranking([False] * 4, table)
    assert (short.passed, short.vacuous) == (True, True)
    assert not check_ranking([False] * 5, table).passed
    with pytest.raises(InputError, match="11 places and a table for 10"):
        check_ranking([True] * 11, table)


@given(st.lists(st.booleans(), min_size=1, max_size=30), PROBABILITIES, ALPHAS)
def test_a_ranking_passes_exactly_where_every_prefix_holds_enough(
    protected: list[bool], p: float, alpha: float
) -> None:
    table: FairTable = fair_table(len(protected), p, alpha)
    wrong = tuple(k for k in range(1, len(protected) + 1) if sum(protected[:k]) < table.m_adjusted[k - 1])
    found = check_ranking(protected, table)
    assert (found.failed_at, found.passed) == (wrong, not wrong)


def test_tails_of_a_blind_draw_have_the_known_figures() -> None:
    found = draw_tails(observed=2, pool=200, protected=60, k=20)
    assert found.hypergeometric == pytest.approx(0.028953, abs=1e-6)
    assert found.binomial == pytest.approx(0.035483, abs=1e-6)
    assert found.expected == pytest.approx(6)


@given(st.data())
def test_the_tail_counts_the_draws_there_are(data: st.DataObject) -> None:
    pool = data.draw(st.integers(0, 40))
    protected, k = data.draw(st.integers(0, pool)), data.draw(st.integers(0, pool))
    observed = data.draw(st.integers(0, min(protected, k)))
    few = sum(math.comb(protected, x) * math.comb(pool - protected, k - x) for x in range(observed + 1))
    exact = Fraction(few, math.comb(pool, k))
    assert hypergeometric_tail(observed, pool, protected, k) == pytest.approx(float(exact), abs=1e-12)


def test_many_lists_are_tested_at_once() -> None:
    found = hypergeometric_tail([0, 1, 2], 200, 60, [[10], [20]])
    assert found.shape == (2, 3)
    assert found[1, 2] == pytest.approx(0.028953, abs=1e-6)


def test_drawing_the_whole_pool_shows_everybody() -> None:
    found = draw_tails(observed=6, pool=20, protected=6, k=20)
    assert (found.hypergeometric, found.expected) == (1.0, 6.0)
    assert draw_tails(0, 0, 0, 0).hypergeometric == 1.0


@pytest.mark.parametrize(
    ("observed", "pool", "protected", "k"), [(3, 10, 2, 5), (3, 10, 5, 2), (1, 10, 11, 5), (1, 10, 5, 11)]
)
def test_counts_that_cannot_be_are_refused(observed: int, pool: int, protected: int, k: int) -> None:
    with pytest.raises(InputError, match="of the group seen among"):
        hypergeometric_tail(observed, pool, protected, k)
    with pytest.raises(InputError, match="no count"):
        hypergeometric_tail(-1, 10, 5, 5)
    with pytest.raises(InputError, match="no count"):
        hypergeometric_tail(0.5, 10, 5, 5)


@pytest.mark.parametrize(
    ("n", "p", "alpha"),
    [(0, 0.5, 0.1), (2_001, 0.5, 0.1), (10, 0, 0.1), (10, 1, 0.1), (10, 0.5, 0), (10, 0.5, 1), (10, math.nan, 0.1)],
)
def test_a_table_that_cannot_be_is_refused(n: int, p: float, alpha: float) -> None:
    with pytest.raises(InputError):
        fair_table(n, p, alpha)
