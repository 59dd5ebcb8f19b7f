from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

import pytest
from tests.unit.fairness.lists import Bounds, List, random_shares

from matchmaker.errors import InputError
from matchmaker.fairness.reranking import Way, rerank
from matchmaker.fairness.several import Attribute, rerank_product, rerank_worst_of
from matchmaker.fairness.targets import Target, parse_target
from matchmaker.measures.ranking import dcg


def attribute(name: str, groups: str, spared: tuple[str, ...] = (), **shares: str) -> Attribute:
    return Attribute(parse_target(shares, name), list(groups), spared)


def random_pair(dice: random.Random, n: int) -> list[Attribute]:
    return [
        Attribute(Target(name, random_shares(dice, groups), "test"), dice.choices(groups, k=n))
        for name, groups in (("income", "ABC"), ("stage", "PQR"))
    ]


def all_hold(attributes: Sequence[Attribute], order: Sequence[int]) -> bool:
    return all(
        Bounds(List(list(a.groups), [], dict(a.target.shares), len(order))).floors_hold(order) for a in attributes
    )


def test_every_attribute_keeps_its_floors_wherever_trying_every_order_finds_that_they_can() -> None:
    dice = random.Random(11)
    never = broken = 0
    for _ in range(400):
        n = dice.randint(3, 6)
        pair, scores, k = random_pair(dice, n), [dice.randint(0, 9) / 9 for _ in range(n)], dice.randint(2, n)
        result = rerank_worst_of(pair, scores, k)
        assert len(result.order) == len(set(result.order)) == k
        if all_hold(pair, result.order):
            continue
        broken += 1
        never += not any(all_hold(pair, order) for order in itertools.permutations(range(n), k))
        assert any("collide" in note for note in result.notes)
    assert broken == never > 0


def test_floors_of_two_attributes_hold_in_lists_of_an_everyday_size() -> None:
    dice = random.Random(12)
    for _ in range(20):
        income = dice.choices("HUML", [55, 25, 15, 5], k=200)
        stage = [dice.choices("1234", [4, 3, 2, 1] if g == "H" else [1, 2, 3, 4])[0] for g in income]
        scores = [max(0.0, 0.5 + 0.15 * dice.gauss(0, 1) - 0.1 * (g != "H")) for g in income]
        targets = [
            Target(n, dict.fromkeys(groups, Fraction(1, 4)), "test") for n, groups in (("i", "HUML"), ("s", "1234"))
        ]
        pair = [Attribute(t, groups) for t, groups in zip(targets, (income, stage), strict=True)]
        assert all_hold(pair, rerank_worst_of(pair, scores, 20).order)


def test_one_attribute_is_the_best_within_its_floors() -> None:
    dice = random.Random(13)
    for _ in range(200):
        alone, scores = random_pair(dice, 9)[:1], [dice.randint(0, 9) / 9 for _ in range(9)]
        one = rerank_worst_of(alone, scores, 6)
        best = rerank(alone[0].groups, scores, alone[0].target, 6)
        assert (one.order, one.because, one.floors_met) == (best.order, best.because, best.floors_met)


def test_a_list_that_holds_all_floors_is_left_alone() -> None:
    dice = random.Random(14)
    for _ in range(300):
        pair, scores = random_pair(dice, 8), [dice.randint(0, 9) / 9 for _ in range(8)]
        by_score = sorted(range(8), key=lambda i, s=scores: (-s[i], i))[:5]  # type: ignore[misc]
        result = rerank_worst_of(pair, scores, 5)
        assert dcg([scores[i] for i in result.order]) <= dcg([scores[i] for i in by_score]) + 1e-9
        if all_hold(pair, by_score):
            assert list(result.order) == by_score
            assert set(result.because) == {""}


def test_a_move_names_its_attribute() -> None:
    pair = [attribute("income_group", "HHHHL", H="1/2", L="1/2"), attribute("stage", "RSRRS", R="1/2", S="1/2")]
    result = rerank_worst_of(pair, [0.9, 0.8, 0.7, 0.6, 0.5], 4)
    assert result.order == (0, 4, 1, 2)
    assert result.because[1] == (
        "moved up 3 places so that by income_group low-income countries hold at least 1 of the first 2"
    )
    others = "other groups hold their share of the list (income_group, stage)"
    assert result.because[2] == f"moved down 1 place so that {others}"


def test_what_is_not_met_is_reported_by_attribute_with_its_cause() -> None:
    # The pool has one L for two places; and below, all of Y are Q, whom the other target does not name.
    pair = [attribute("income_group", "HHHLHH", H="1/2", L="1/2"), attribute("stage", "RRRRSS", R="1/2", S="1/2")]
    result = rerank_worst_of(pair, [0.9, 0.8, 0.7, 0.6, 0.5, 0.4], 4)
    income, stage = result.by_attribute["income_group"], result.by_attribute["stage"]
    assert (income.floors_met, income.shortfall) == (False, {"L": 1})
    assert income.notes[0] == (
        "low-income countries: the floor is 2 of 4 places and the pool has 1, so 1 cannot be filled"
    )
    assert stage.shortfall == {}
    assert result.shortfall == {"income_group L": 1}
    assert not result.floors_met

    pair = [attribute("a", "XYXY", X="1/2", Y="1/2"), attribute("b", "PQPQ", P="1")]
    collided = rerank_worst_of(pair, [0.9, 0.8, 0.7, 0.6], 2)
    assert collided.by_attribute["a"].notes + collided.by_attribute["b"].notes == (
        "group P: 1 of the first 2 places missing, because floors of b and a collide",
    )
    assert collided.notes == ("by b: group P: 1 of the first 2 places missing, because floors of b and a collide",)


def test_a_group_that_is_spared_moves_nobody() -> None:
    pair = [attribute("a", "XXXXY", ("Y",), X="1/2", Y="1/2"), attribute("b", "PPPPP", P="1")]
    result = rerank_worst_of(pair, [0.9, 0.8, 0.7, 0.6, 0.5], 4)
    assert result.order == (0, 1, 2, 3)
    assert result.floors_met


def test_an_ndcg_floor_holds_a_part_of_all_targets() -> None:
    pair = [attribute("a", "X" * 10 + "Y" * 10, X="1/2", Y="1/2"), attribute("b", "PQ" * 10, P="1/2", Q="1/2")]
    scores = [1.0] * 10 + [0.1] * 10
    whole, part = (rerank_worst_of(pair, scores, 10, least) for least in (0.0, 0.9))
    assert whole.ndcg < 0.9 <= part.ndcg
    assert 0 < part.held < 1
    assert part.ndcg_of_target == whole.ndcg
    assert not part.floors_met
    assert not any("collide" in note for note in part.notes)


def test_cells_of_the_product_space_hold_their_shares() -> None:
    pair = [attribute("a", "X" * 20 + "Y" * 20, X="1/2", Y="1/2"), attribute("b", "PQ" * 20, P="1/2", Q="1/2")]
    scores = [1 - i / 100 for i in range(40)]
    result = rerank_product(pair, scores, 20)
    assert Counter(pair[0].groups[i] + pair[1].groups[i] for i in result.order) == dict.fromkeys(
        ["XP", "XQ", "YP", "YQ"], 5
    )
    assert result.floors_met
    assert "so that group a Y, b P hold at least 1 of the first 4" in " ".join(result.because)
    assert set(result.by_attribute) == {"a", "b"}


def test_shares_of_cells_can_be_given() -> None:
    pair = [attribute("a", "XXYY" * 5, X="1/2", Y="1/2"), attribute("b", "PQPQ" * 5, P="1/2", Q="1/2")]
    cells = {("X", "P"): Fraction(1, 2), ("Y", "Q"): Fraction(1, 2)}
    result = rerank_product(pair, [0.5] * 20, 10, cells=cells)
    assert Counter(pair[0].groups[i] + pair[1].groups[i] for i in result.order) == {"XP": 5, "YQ": 5}


def test_a_cell_is_spared_where_all_its_groups_are() -> None:
    pair = [attribute("a", "XXXXYY", ("Y",), X="1/2", Y="1/2"), attribute("b", "PPPPPQ", ("P",), P="1/2", Q="1/2")]
    result = rerank_product(pair, [0.9, 0.8, 0.7, 0.6, 0.5, 0.4], 4, Way("exact"))
    # Only the cell Y, Q lifts anybody: the floor of Y, P is not asked for.
    assert result.order == (0, 1, 2, 5)


@pytest.mark.parametrize("how", [rerank_product, rerank_worst_of])
def test_questions_that_make_no_sense_are_refused(how: type[rerank_product]) -> None:
    one = attribute("a", "XY", X="1/2", Y="1/2")
    with pytest.raises(InputError, match="no attribute"):
        how([], [0.1], 1)
    with pytest.raises(InputError, match="twice"):
        how([one, one], [0.1, 0.2], 1)
    with pytest.raises(InputError, match="2 groups by a and 1 scores"):
        how([one], [0.1], 1)
    with pytest.raises(InputError, match="0 places"):
        how([one], [0.1, 0.2], 0)
    with pytest.raises(InputError, match="does not have 1 groups"):
        rerank_product([one], [0.1, 0.2], 1, cells={("X", "Y"): Fraction(1)})
    assert how([Attribute(one.target, [])], [], 3).order == ()
