from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.benchmarks.peers.answering import Answer, Pool, Task, asked, read_task, write_task
from tests.benchmarks.peers.compare import Row, broken_promises, printed
from tests.benchmarks.peers.environments import PEERS
from tests.benchmarks.peers.lists import settings
from tests.benchmarks.peers.scoring import Scores, broken_prefixes, fails_table, fault, scored

from matchmaker.measures.ranking import ndcg

HALF = {"a": Fraction(1, 2), "b": Fraction(1, 2)}
POOLS = st.lists(st.sampled_from("abc"), min_size=1, max_size=6)
SHARES = st.tuples(*[st.integers(0, 5)] * 3).filter(any)


def _target(parts: Sequence[int]) -> dict[str, Fraction]:
    return {group: Fraction(part, sum(parts)) for group, part in zip("abc", parts, strict=True)}


def _task(pools: list[Pool], k: int = 2, protected: str = "b") -> Task:
    return Task(k, HALF, frozenset(protected), 0.1, pools)


@given(POOLS, SHARES, st.randoms(use_true_random=False), st.integers(1, 6))
def test_broken_prefixes_are_those_counted_one_by_one(pool: list[str], parts: tuple[int, ...], dice, k: int) -> None:
    order = dice.sample(range(len(pool)), min(k, len(pool)))
    shown, target = [pool[i] for i in order], _target(parts)
    by_hand = 0
    for i in range(1, len(shown) + 1):
        for group, share in target.items():
            if len([g for g in shown[:i] if g == group]) < min(math.floor(share * i), pool.count(group)):
                by_hand += 1
                break
    assert broken_prefixes(shown, pool, target) == by_hand


@given(POOLS, SHARES)
def test_what_counts_as_a_floor_can_always_be_held(pool: list[str], parts: tuple[int, ...]) -> None:
    assert min(broken_prefixes(shown, pool, _target(parts)) for shown in set(itertools.permutations(pool))) == 0


def test_a_floor_that_the_pool_has_nobody_for_is_not_broken() -> None:
    assert broken_prefixes(["a", "a", "b", "a"], list("aaab"), HALF) == 1
    assert broken_prefixes(["a", "b", "a", "a"], list("aaab"), HALF) == 0


def test_a_share_that_binary_numbers_round_down_keeps_its_whole_floor() -> None:
    target = {"a": Fraction(29, 100), "b": Fraction(71, 100)}
    assert 0.29 * 100 < 29
    held = ["a" if 29 * i // 100 > 29 * (i - 1) // 100 else "b" for i in range(1, 101)]
    assert broken_prefixes(held, held * 2, target) == 0
    assert broken_prefixes([*held[:-1], "b"], held * 2, target) == 1


def test_a_prefix_in_which_two_groups_lack_somebody_is_one_broken_prefix() -> None:
    assert broken_prefixes(["c", "c"], list("abcc"), HALF) == 1


@given(st.lists(st.sampled_from("ab"), min_size=1, max_size=8), st.lists(st.booleans(), min_size=8, max_size=8))
def test_a_list_fails_a_table_where_some_prefix_holds_too_few(pool: list[str], steps: list[bool]) -> None:
    table = list(itertools.accumulate(map(int, steps)))[: len(pool)]
    too_few = [pool[:i].count("b") < min(table[i - 1], pool.count("b")) for i in range(1, len(pool) + 1)]
    assert fails_table(pool, pool, "b", table) == any(too_few)


@pytest.mark.parametrize("order", [None, [0], [0, 0], [0, 4], [0, -1], [0, 1, 2]])
def test_an_answer_that_is_no_list_of_k_people_is_a_fault(order: list[int] | None) -> None:
    pool = Pool(list("aabb"), [0.9, 0.8, 0.7, 0.6])
    assert fault(order, _task([pool]), pool)
    assert fault([3, 0], _task([pool]), pool) == ""


def test_lists_without_an_answer_are_counted_with_their_reason_and_not_scored() -> None:
    pool = Pool(list("aabb"), [0.9, 0.8, 0.7, 0.6])
    answer = Answer([[0, 2], None, [0, 0], [0, 1]], [0.001, 0.002, 0.003], ["ValueError: no"])
    found = scored("m", answer, _task([pool] * 4), (0, 1))
    assert (found.lists, found.unanswered, found.why) == (4, 2, "ValueError: no")
    assert (found.broken, found.broken_prefixes, found.fails_test) == (0.5, 0.5, 0.5)
    assert found.ndcg == pytest.approx((1 + ndcg([0.9, 0.7], pool.scores)) / 2)
    assert found.milliseconds == 2.0


def test_a_method_that_always_raises_has_no_figures_and_its_text_in_the_table() -> None:
    def raising(_pool: Pool) -> None:
        raise TypeError("factorize rejects lists")

    pools = [Pool(list("ab"), [0.9, 0.8])] * 3
    found = scored("m", asked(raising, pools), _task(pools), None)
    assert (found.unanswered, found.ndcg) == (3, None)
    assert "TypeError: factorize rejects lists" in printed([Row("s", "peer", found)])


def test_only_our_own_broken_promises_count() -> None:
    def row(peer: str, method: str, broken: float = 0.0, unanswered: int = 0) -> Row:
        return Row("s", peer, Scores(method, 100, unanswered, "why", broken=broken, fails_test=0.0))

    four, two = (setting.task for setting in settings(1)[:2])
    fine = [row("reranking", "det_cons", 1.0), row("ours", "by score", 1.0), row("ours", "floors")]
    assert broken_promises(fine, four) == []
    assert broken_promises([row("ours", "detgreedy", 0.01)], four) == []
    assert broken_promises([row("ours", "detgreedy", 0.01)], two) != []
    for wrong in (row("ours", "floors", 0.01), row("ours", "a new one", 0.01), row("ours", "floors", unanswered=1)):
        assert broken_promises([*fine, wrong], four) != []


def test_a_task_comes_back_from_its_file_as_it_was() -> None:
    for setting in settings(2):
        assert read_task(write_task(setting.task)) == setting.task


def test_everybody_is_asked_about_the_same_people_best_first() -> None:
    four, two = (setting.task for setting in settings(3)[:2])
    assert [pool.scores for pool in four.lists] == [pool.scores for pool in two.lists]
    assert all(pool.scores == sorted(pool.scores, reverse=True) for pool in four.lists)
    assert [[g == "H" for g in pool.groups] for pool in four.lists] == [
        [g == "H" for g in pool.groups] for pool in two.lists
    ]
    assert [setting.task.binary for setting in settings(1)] == [False, True, False, True]
    assert any(peer.binary for peer in PEERS)
