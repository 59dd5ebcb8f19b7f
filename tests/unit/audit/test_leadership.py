"""Who leads joint works."""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.audit.partners import INCOME, Work, an_index, signed, worlds

from matchmaker.audit.alphabet import alphabetical, in_order
from matchmaker.audit.bylines import by_lines
from matchmaker.audit.cells import Thresholds
from matchmaker.audit.leadership import leadership, leadership_findings
from matchmaker.audit.proportions import wilson
from matchmaker.domain.balance import Leadership
from matchmaker.matching.arrays import BoolArray

ALL = (2000, 2022)
EVERYTHING = Thresholds(withheld_below=0, fewest=1)


def who_leads(
    *works: Work, least: Thresholds = EVERYTHING, alphabetical: BoolArray | None = None, window: tuple[int, int] = ALL
) -> tuple[dict[str, Leadership], dict[str, int]]:
    lines = by_lines(an_index(*works))
    ordered = np.zeros(len(lines.texts), dtype=np.bool_) if alphabetical is None else alphabetical
    rows, left_out = leadership(lines, window, ordered, least)
    return {row.group: row for row in rows}, left_out


def test_only_names_between_others_are_in_the_middle() -> None:
    rows, _ = who_leads(signed(2020, "x:DE a:KE y:US"), signed(2020, "a:KE x:DE y:US"), signed(2020, "x:DE y:US a:KE"))
    assert (rows["LM"].eligible, rows["LM"].led.value, rows["LM"].only_middle.value) == (3, 2 / 3, 1 / 3)
    assert rows["H"].led.value == 1.0


def test_with_two_names_both_are_an_end() -> None:
    rows, _ = who_leads(signed(2020, "x:DE a:KE"), signed(2020, "a:KE x:DE"))
    assert (rows["LM"].led.value, rows["H"].led.value) == (1.0, 1.0)


def test_works_by_one_name_or_from_one_group_are_not_joint() -> None:
    rows, left_out = who_leads(signed(2020, "a:KE"), signed(2020, "a:KE b:IN"))
    assert rows["LM"].eligible == 0
    assert left_out["works with one name"] == 1
    assert left_out["works with names from one income group only"] == 1


def test_the_first_country_of_a_name_counts() -> None:
    rows, _ = who_leads(signed(2020, "a:DE+KE y:BR z:BR"))
    assert (rows["H"].eligible, rows["LM"].eligible, rows["UM"].eligible) == (1, 0, 1)


def test_an_end_without_a_country_is_never_guessed() -> None:
    rows, left_out = who_leads(signed(2020, "x a:KE y:DE"), signed(2020, "x:DE a:KE y"), signed(2020, "x:DE a y:KE"))
    assert left_out["works whose first or last name has no known country"] == 2
    assert rows["LM"].eligible == 1


def test_a_country_without_an_income_group_is_a_group_of_its_own() -> None:
    rows, _ = who_leads(signed(2020, "a:VE x:DE y:DE"))
    assert (rows["unknown"].eligible, rows["unknown"].led.value) == (1, 1.0)


def test_works_outside_the_window_do_not_count() -> None:
    rows, _ = who_leads(signed(2010, "x:DE a:KE y:DE"), signed(2020, "a:KE y:DE"), window=(2018, 2022))
    assert rows["LM"].eligible == 1


def test_works_in_alphabetical_order_are_counted_and_left_out() -> None:
    works = [signed(2020, "x:DE a:KE y:DE"), signed(2020, "a:KE x:DE")]
    rows, left_out = who_leads(*works, alphabetical=np.array([True, False]))
    assert rows["LM"].eligible == 1
    assert left_out["works with names in alphabetical order, or of fields that order them so"] == 1


@given(st.permutations(["x:DE", "y:US", "a:KE", "b:KE", "z:BR"]))
def test_chance_is_the_share_over_all_orders_of_the_names(names: list[str]) -> None:
    rows, _ = who_leads(signed(2020, " ".join(names)))
    every_order = [signed(2020, " ".join(order)) for order in permutations(names)]
    shares, _ = who_leads(*every_order)
    for group in ("LM", "UM", "H"):
        assert rows[group].by_chance == pytest.approx(shares[group].only_middle.value)


def test_few_works_have_no_share_and_fewer_are_withheld() -> None:
    works = [signed(2020, f"x{i}:DE a{i}:KE y{i}:DE") for i in range(12)]
    rows, _ = who_leads(*works, least=Thresholds(10, 30))
    assert (rows["LM"].eligible, rows["LM"].led.value, rows["LM"].by_chance, rows["LM"].withheld) == (
        12,
        None,
        None,
        False,
    )
    rows, _ = who_leads(*works[:9], least=Thresholds(10, 30))
    assert (rows["LM"].eligible, rows["LM"].withheld) == (None, True)
    assert (rows["L"].eligible, rows["L"].withheld) == (0, False)


def test_many_works_of_few_people_are_withheld() -> None:
    works = [signed(2020, f"x{i}:DE a{i % 3}:KE y{i}:DE") for i in range(40)]
    rows, _ = who_leads(*works, least=Thresholds(10, 30))
    assert (rows["LM"].withheld, rows["H"].withheld) == (True, False)


def test_a_group_in_the_middle_beyond_chance_is_a_finding_with_its_figures() -> None:
    stuck = [signed(2020, f"x{i}:DE a{i}:KE y{i}:US") for i in range(40)]
    rows, _ = who_leads(*stuck, least=Thresholds(10, 30))
    [finding] = leadership_findings(tuple(rows.values()))
    assert (finding.group, finding.value) == ("LM", 1.0)
    assert "100 %" in finding.text and "40 works" in finding.text and "33 %" in finding.text
    leading = [signed(2020, f"a{i}:KE x{i}:DE y{i}:US") for i in range(40)]
    rows, _ = who_leads(*leading, least=Thresholds(10, 30))
    assert leadership_findings(tuple(rows.values())) == ()


def test_what_head_counts_alone_give_is_no_finding() -> None:
    others = " ".join(f"y{i}:DE" for i in range(8))
    middle = [signed(2020, f"x:DE a{i}:KE {others}") for i in range(36)]
    front = [signed(2020, f"b{i}:KE x:DE {others}") for i in range(4)]
    rows, _ = who_leads(*middle, *front, least=Thresholds(1, 30))
    assert (rows["LM"].only_middle.value, rows["LM"].by_chance, rows["H"].only_middle.value) == (0.9, 0.8, 0.0)
    assert leadership_findings(tuple(rows.values())) == ()


@given(worlds())
def test_a_plain_reading_of_the_by_lines_gives_the_same_figures(works: list[Work]) -> None:
    rows, left_out = who_leads(*works)
    joint: dict[str, list[bool]] = {group: [] for group in rows}
    ends_unknown = 0
    for work in works:
        groups = [INCOME[countries[0]] if countries else None for _, countries, _ in work.by_line]
        if len(groups) < 2:
            continue
        if groups[0] is None or groups[-1] is None:
            ends_unknown += 1
            continue
        for group in set(groups) - {None}:
            if set(groups) - {None, group}:
                joint[str(group)].append(group in (groups[0], groups[-1]))
    assert left_out["works whose first or last name has no known country"] == ends_unknown
    for group, led in joint.items():
        assert rows[group].eligible == len(led)
        assert rows[group].led.value == (sum(led) / len(led) if led else None)


@given(worlds())
def test_a_by_line_read_backwards_is_led_by_the_same(works: list[Work]) -> None:
    backwards = [Work(work.year, work.by_line[::-1]) for work in works]
    assert who_leads(*works) == who_leads(*backwards)


@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_works_changes_nothing(works: list[Work], dice: object) -> None:
    shuffled = list(works)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    assert who_leads(*works) == who_leads(*shuffled)


# ---- alphabetical order ------------------------------------------------------------------------------------


def _alphabetical(*works: Work) -> tuple[list[bool], tuple[str, ...]]:
    corpus = an_index(*works)
    found = alphabetical(by_lines(corpus), corpus.tables.people["name"].to_pylist(), corpus.tables.texts["topics"])
    return found.works.tolist(), found.fields


def test_a_field_that_orders_names_by_alphabet_is_found_and_another_is_not() -> None:
    dice = np.random.default_rng(3)
    works = []
    for i in range(60):
        names = [f"{letter}{i}:KE" for letter in dice.permutation(list("abcd"))]
        works += [
            signed(2020, " ".join(names), topics=("ecology",)),
            signed(2020, " ".join(sorted(names)), topics=("algebra",)),
        ]
    left_out, fields = _alphabetical(*works)
    assert fields == ("algebra",)
    assert left_out == [False, True] * 60


def test_a_work_of_two_fields_is_left_out_for_either() -> None:
    works = [signed(2020, f"a{i}:KE b{i}:DE c{i}:US", topics=("algebra",)) for i in range(40)]
    left_out, _ = _alphabetical(*works, signed(2020, "c:KE b:DE a:US", topics=("ecology", "algebra")))
    assert left_out[-1]


def test_a_long_by_line_in_order_was_meant_so_and_a_short_one_may_be_chance() -> None:
    left_out, fields = _alphabetical(
        signed(2020, "a b c d e f"), signed(2020, "g h i j k"), signed(2020, "b a c d e f")
    )
    assert (left_out, fields) == ([True, False, False], ())


def test_family_names_are_compared_without_accents_or_case() -> None:
    lines = by_lines(an_index(signed(2020, "p q r"), signed(2020, "r q p")))
    names = ["Zoë Ärlig", "Beer Boas, Anna", "Ben CASEY"]
    assert in_order(lines, names).tolist() == [True, False]


def test_an_interval_of_wilson_is_that_of_the_textbook() -> None:
    # Newcombe (1998), doi:10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E, table I, method 3
    for hits, n, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        found = wilson(hits, n)
        assert (found.low, found.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_of_wilson_solves_its_equation(counts: tuple[int, int]) -> None:
    hits, n = counts
    found = wilson(hits, n)
    for end in (found.low, found.high):
        assert end is not None
        if 0 < end < 1:
            assert math.isclose(
                (hits / n - end) ** 2, 1.959963984540054**2 * end * (1 - end) / n, rel_tol=1e-6, abs_tol=1e-12
            )
