from __future__ import annotations

import random
from collections import Counter
from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from scipy.stats import binom
from tests.unit.fairness.lists import random_shares

from matchmaker.errors import InputError
from matchmaker.fairness.fair_star import MOST_ALPHA, fair_star, fair_star_floors, protected_groups
from matchmaker.fairness.lineup import line_up
from matchmaker.fairness.reranking import Way, rerank
from matchmaker.fairness.targets import parse_target
from matchmaker.fairness.tests import check_ranking, fair_table
from matchmaker.measures.ranking import dcg

HALF = dict.fromkeys("AB", Fraction(1, 2))


def test_a_group_that_scores_low_gets_the_places_of_the_adjusted_table_and_no_more() -> None:
    groups, scores = [*"A" * 20, *"B" * 20], [1 - i / 50 for i in range(40)]
    result = rerank(groups, scores, HALF, 10, "fair-star")
    held = [[groups[i] for i in result.order[:k]].count("B") for k in range(1, 11)]
    assert held == [
        0,
        0,
        0,
        0,
        1,
        1,
        2,
        2,
        2,
        3,
    ]  # scenario F33: the adjusted table, m = 0000112223, holding as it must
    assert result.floors_met
    assert "so that group B hold at least 1 of the first 5" in result.because[4]


def test_every_list_passes_the_test_that_asked_for_it() -> None:
    dice = random.Random(3)
    for _ in range(300):
        p = Fraction(dice.randint(1, 19), 20)
        groups = [*dice.choices("AB", [3, 1], k=60), *"A" * 20, *"B" * 20]
        scores = [dice.random() * (0.5 if g == "B" else 1) for g in groups]
        order = fair_star(groups, scores, {"A": 1 - p, "B": p}, 20, protected=["B"])
        assert check_ranking([groups[i] == "B" for i in order], fair_table(20, p, 0.1)).passed


def test_no_order_that_passes_is_better() -> None:
    dice = random.Random(4)
    for _ in range(25):
        groups = dice.choices("AB", k=6)
        scores = [dice.randint(0, 9) / 9 * (0.3 if g == "B" else 1) for g in groups]
        asked = fair_table(6, Fraction(4, 5), 0.25).m_adjusted

        def passes(order: tuple[int, ...], groups: list[str] = groups, asked: tuple[int, ...] = asked) -> bool:
            shown = [groups[i] for i in order]
            return all(shown[: i + 1].count("B") >= min(m, groups.count("B")) for i, m in enumerate(asked))

        best = max(dcg([scores[i] for i in o]) for o in permutations(range(6)) if passes(o))
        found = fair_star(groups, scores, {"A": Fraction(1, 5), "B": Fraction(4, 5)}, 6, ["B"], 0.25)
        assert passes(tuple(found))
        assert dcg([scores[i] for i in found]) == pytest.approx(best)


def test_floors_of_several_groups_fit_together_for_every_alpha_that_is_allowed() -> None:
    # Each at the whole alpha, unadjusted, and no group left out: more than is ever asked.
    dice = random.Random(5)
    for _ in range(400):
        shares = random_shares(dice, "ABCDE"[: dice.randint(2, 5)])
        prefixes = np.arange(1, 61)
        asked = sum(binom.ppf(MOST_ALPHA, prefixes, float(p)) for p in shares.values() if p)
        assert (asked <= prefixes).all(), shares


def test_a_binomial_is_seldom_above_its_mean_as_the_proof_says() -> None:
    chances = np.arange(1, 240) / 240
    for n in range(1, 120):
        allowed = chances[chances < 1 - 1 / n]
        assert (binom.cdf(np.floor(n * allowed + 1e-9), n, allowed) > MOST_ALPHA).all()


@pytest.mark.parametrize(
    ("groups", "scores", "shares", "protected"),
    [
        ("AB", [0.9, 0.1], {"A": Fraction(2, 3), "B": Fraction(1, 3)}, ("B",)),
        ("AB", [0.1, 0.9], {"A": Fraction(2, 3), "B": Fraction(1, 3)}, ("B",)),
        ("AB", [0.1, 0.9], HALF, ("A",)),
        ("AB", [0.9, 0.1], HALF, ("B",)),
        ("A", [0.9], HALF, ("B",)),
        ("AABC", [0.1] * 4, {"A": Fraction(1, 2), "B": Fraction(1, 4), "C": Fraction(1, 4)}, ("B", "C")),
        ("A", [0.1], {"A": Fraction(1)}, ()),
    ],
)
def test_who_is_protected_when_nobody_is_named(
    groups: str, scores: list[float], shares: dict[str, Fraction], protected: tuple[str, ...]
) -> None:
    assert protected_groups(line_up(list(groups), scores, shares), shares) == protected


def test_several_protected_groups_share_alpha() -> None:
    shares = {"A": Fraction(1, 2), "B": Fraction(3, 10), "C": Fraction(1, 5)}
    lineup = line_up(list("ABC"), [0.1] * 3, shares)
    found = fair_star_floors(lineup, shares, 50, ("B", "C"), 0.1)
    assert found.floors[:, 0].max() == 0
    assert tuple(found.floors[:, 1]) == fair_table(50, Fraction(3, 10), 0.05).m_adjusted
    assert tuple(found.floors[:, 2]) == fair_table(50, Fraction(1, 5), 0.05).m_adjusted


def test_a_table_that_asks_for_nobody_is_said() -> None:
    target = parse_target({"A": 0.8, "B": 0.2})
    result = rerank(list("AAAABBBBBBB"), [1 - i / 20 for i in range(11)], target, 10, "fair-star")
    assert result.notes == (
        "fair-star asks for nobody of group B: with a share of 0.2 and alpha 0.1 the test needs a list of 11 or more",
    )
    assert rerank(["A"], [0.1], {"A": Fraction(1)}, 1, "fair-star").notes == (
        "fair-star asks for nothing: no group is protected",
    )


def test_nobody_is_moved_for_a_group_that_is_spared_and_it_takes_no_part_of_alpha() -> None:
    shares = {"A": Fraction(1, 2), "B": Fraction(3, 10), "C": Fraction(1, 5)}
    groups, scores = [*"A" * 40, *"B" * 30, *"C" * 20], [1 - i / 100 for i in range(90)]
    way = Way("fair-star", no_floor_for=("C",))
    shown = Counter(groups[i] for i in rerank(groups, scores, shares, 30, way).order)
    assert shown == {"A": 30 - shown["B"], "B": fair_table(30, Fraction(3, 10), 0.1).m_adjusted[-1]}


def test_a_group_that_has_too_few_is_reported() -> None:
    result = rerank([*"A" * 30, "B"], [0.5] * 31, HALF, 20, "fair-star")
    assert not result.floors_met
    assert result.shortfall == {"B": fair_table(20, Fraction(1, 2), 0.1).m_adjusted[-1] - 1}
    assert 30 in result.order


@pytest.mark.parametrize(
    ("protected", "alpha", "said"),
    [((), 0.3, "alpha is 0.3"), ((), 0.0, "alpha is 0"), (("Z",), 0.1, "'Z' is to be protected")],
)
def test_what_cannot_be_tested_is_refused(protected: tuple[str, ...], alpha: float, said: str) -> None:
    with pytest.raises(InputError, match=said):
        rerank(list("AB"), [0.1, 0.2], HALF, 2, Way("fair-star", protected=protected, alpha=alpha))
    with pytest.raises(InputError, match="whole share"):
        fair_star(["A"], [0.1], {"A": Fraction(1)}, 1, ["A"])
