"""The equity step for one list, as a policy asks for it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.domain.policies import Aim, Equity
from matchmaker.errors import InputError
from matchmaker.fairness.step import equity_step, relevant_count

FIFTHS = {"L": Fraction(1, 5), "LM": Fraction(1, 5), "UM": Fraction(1, 5), "H": Fraction(2, 5)}
POLICY = Equity(Aim(target="policy", shares=FIFTHS), set_by="x", why="y", ndcg_floor=0.0)
_GROUPS = st.sampled_from(["H", "UM", "LM", "L", "unknown"])
_POOL = st.lists(st.tuples(st.integers(0, 100), _GROUPS), min_size=1, max_size=40)
_POLICIES = st.sampled_from(
    [
        Equity(),
        POLICY,
        Equity(Aim(target="uniform"), method="exact"),
        Equity(Aim(target="uniform", no_floor_for=()), method="exact", ceilings=True),
        Equity(Aim(target="uniform", pool_part=Fraction(1, 3)), ndcg_floor=0.98),
        Equity(Aim(target="uniform"), method="fair-star"),
        Equity(Aim(target="none")),
        Equity(Aim(target="pool", no_floor_for=()), method="detgreedy"),
    ]
)


def pool(rows: list[tuple[int, str]]) -> tuple[list[float], list[str]]:
    best_first = sorted(rows, key=lambda row: -row[0])
    return [score / 100 for score, _ in best_first], [group for _, group in best_first]


@given(_POOL, _POLICIES, st.integers(1, 30))
def test_whoever_is_not_relevant_only_fills_places_that_nobody_else_is_left_for(
    rows: list[tuple[int, str]], equity: Equity, k: int
) -> None:
    scores, groups = pool(rows)
    step = equity_step(equity, scores, [groups], k)
    relevant = [place for place, score in enumerate(scores) if score >= equity.relevance_floor * scores[0]]
    shown = list(step.order)
    assert len(shown) == len(set(shown)) == min(k, len(scores))
    inside = [place for place in shown if place in relevant]
    assert shown == [*inside, *(place for place in shown if place not in relevant)]
    assert len(inside) == min(k, len(relevant))
    assert step.relevant == len(relevant) and sum(step.pool[0].values()) == len(relevant)
    assert step.ndcg >= equity.ndcg_floor - 1e-9 or equity.method in ("detgreedy",)


@given(_POOL, st.integers(1, 30))
def test_without_a_target_the_list_is_by_score_alone(rows: list[tuple[int, str]], k: int) -> None:
    scores, groups = pool(rows)
    step = equity_step(Equity(Aim(target="none")), scores, [groups], k)
    assert step.order == tuple(range(min(k, len(scores))))
    assert (step.ndcg, step.held, step.largest_fall, step.source) == (1.0, 1.0, 0, "none")


def test_a_share_that_nobody_can_fill_is_reported_and_nobody_from_below_the_line_is_brought_up_for_it() -> None:
    scores, groups = [0.9, 0.8, 0.7, 0.6, 0.1], ["H", "H", "H", "LM", "L"]
    step = equity_step(POLICY, scores, [groups], 5)
    assert step.relevant == 4
    assert step.unmet[0] == {"UM": 1} or step.unmet[0] == {}
    assert step.order[-1] == 4  # fills the last place, and no floor moved it there
    ten = equity_step(POLICY, scores[:4] * 3, [groups[:4] * 3], 10)
    assert ten.unmet[0] == {"L": 2, "UM": 2}


@given(_POOL, st.floats(0, 1), st.floats(0, 1))
def test_nobody_is_relevant_for_what_they_have_whatever_is_sought(
    rows: list[tuple[int, str]], floor: float, anybodys: float
) -> None:
    scores, _ = pool(rows)
    equity = Equity(relevance_floor=floor)
    found = relevant_count(equity, scores, anybodys)
    if floor and scores[0] > anybodys:
        assert found == sum(score - anybodys >= floor * (scores[0] - anybodys) - 1e-12 for score in scores)
        assert all(score > anybodys for score in scores[:found])
    assert found >= 1
    assert relevant_count(equity, scores) >= found or not floor
    assert relevant_count(equity, [], anybodys) == 0


def test_of_a_part_of_a_pool_those_are_relevant_who_are_in_the_whole() -> None:
    scores, groups = [0.4, 0.3, 0.25], ["H", "H", "L"]  # the best, at 0.8, is in another list
    assert equity_step(POLICY, scores, [groups], 3).relevant == 3
    part = equity_step(POLICY, scores, [groups], 3, relevant=1)
    assert part.relevant == 1 and part.order == (0, 1, 2)


def test_several_attributes_keep_their_own_floors_or_share_cells() -> None:
    scores = [1 - place / 100 for place in range(12)]
    incomes, sizes = ["H"] * 6 + ["L"] * 6, ["full", "thin"] * 6
    also = Aim("profile", "uniform", no_floor_for=())
    own = Equity(Aim(target="uniform", no_floor_for=()), (also,), ndcg_floor=0.0)
    step = equity_step(own, scores, [incomes, sizes], 4)
    shown = [(incomes[place], sizes[place]) for place in step.order]
    assert [group for group, _ in shown].count("L") == 2 and [size for _, size in shown].count("thin") == 2
    assert len(step.shares) == len(step.pool) == len(step.unmet) == 2
    cells = equity_step(replace(own, combine="product"), scores, [incomes, sizes], 4)
    assert len({(incomes[place], sizes[place]) for place in cells.order}) == 4


def test_groups_that_do_not_fit_the_policy_are_refused() -> None:
    with pytest.raises(InputError):
        equity_step(Equity(), [0.5], [["H"], ["L"]], 1)
    with pytest.raises(InputError):
        equity_step(Equity(), [0.5], [["H", "L"]], 1)
