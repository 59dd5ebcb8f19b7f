"""Whether suggestions between two countries go both ways."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.audit.events import an_event

from matchmaker.audit.cells import Thresholds
from matchmaker.audit.flows import Flows, flow_findings, flows
from matchmaker.domain.events import ListEvent

EVERYTHING = Thresholds(withheld_below=0, fewest=1)
LIMITS = Thresholds(withheld_below=10, fewest=30)
List = tuple[str, tuple[str, ...]]  # home, and the people shown, each named by their country and a number


def a_list(run: int, home: str, shown: Iterable[str]) -> ListEvent:
    """One list of a seeker in `home`; the first two letters of somebody are their country ("--" for none)."""
    people = tuple(shown)
    countries = ["" if who.startswith("--") else who[:2] for who in people]
    return an_event([(who, "unknown") for who in people], countries=countries, home=home, run_id=f"run-{run}")


def flowing(lists: Iterable[List], least: Thresholds = EVERYTHING, seed: int = 0) -> Flows:
    events = [a_list(run, home, shown) for run, (home, shown) in enumerate(lists)]
    return flows(events, np.random.default_rng(seed), least)


def rows_of(found: Flows) -> dict[tuple[str, str], tuple[int | None, float | None, float | None]]:
    return {(row.seekers, row.shown): (row.lists, row.share, row.back) for row in found.rows}


def test_shares_are_of_the_places_abroad_and_told_in_both_directions() -> None:
    found = flowing([("KE", ("DE1", "DE2", "US1")), ("KE", ("DE1",)), ("DE", ("KE1", "US1", "US2", "US3"))])
    assert rows_of(found) == {
        ("KE", "DE"): (2, 3 / 4, 1 / 4),
        ("KE", "US"): (1, 1 / 4, None),
        ("DE", "US"): (1, 3 / 4, None),
        ("DE", "KE"): (1, 1 / 4, 3 / 4),
    }
    assert found.reciprocity.value == 1 / 3
    assert (found.one_way_share.value, found.pairs) == (0.0, 1)


def test_a_pair_with_one_direction_is_counted_among_pairs_that_seek_on_both_sides() -> None:
    found = flowing([("KE", ("DE1", "US1")), ("DE", ("US1",)), ("US", ("KE1", "DE2"))])
    assert found.pairs == 3
    assert found.one_way == (("KE", "DE", 1),)
    assert found.one_way_share.value == 1 / 3
    assert found.reciprocity.value == 2 / 3


def test_a_country_that_nobody_seeks_from_makes_no_pair() -> None:
    found = flowing([("KE", ("DE1",)), ("US", ("DE1", "KE1"))])
    assert (found.pairs, found.one_way) == (1, (("US", "KE", 1),))


def test_places_at_home_and_seekers_without_a_home_are_left_out_and_counted() -> None:
    found = flowing([("KE", ("KE1", "DE1")), ("", ("DE1",)), ("FR", ("GP1", "DE1"))])
    assert found.left_out["places of people at home"] == 2
    assert found.left_out["lists of seekers without a home country"] == 1
    assert rows_of(found) == {("KE", "DE"): (1, 1.0, None), ("FR", "DE"): (1, 1.0, None)}


def test_people_of_unknown_country_take_places_and_make_no_pair() -> None:
    found = flowing([("KE", ("--1", "DE1")), ("DE", ("--1",))])
    assert rows_of(found)["KE", "unknown"] == (1, 1 / 2, None)
    assert found.pairs == 1


def test_nothing_logged_is_nothing_said() -> None:
    found = flowing([])
    assert (found.rows, found.one_way_share.value, found.reciprocity.value, found.pairs) == ((), None, None, 0)
    assert flow_findings(found) == ()
    assert flowing([("KE", ())]).rows == ()


def _many(home: str, shown: str, lists: int, people: int) -> list[List]:
    return [(home, (f"{shown}{run % people}",)) for run in range(lists)]


def test_countries_with_few_people_or_lists_become_one_row() -> None:
    lists = [*_many("KE", "DE", 40, 20), *_many("KE", "US", 12, 12), *_many("KE", "IN", 20, 4)]
    rows = rows_of(flowing(lists, LIMITS))
    # India alone would be what is left of the places, so the United States go with it.
    assert rows == {("KE", "DE"): (40, 40 / 72, None), ("KE", "other"): (32, 32 / 72, None)}


def test_many_people_in_few_lists_are_still_few_seekers() -> None:
    one_list = ("KE", tuple(f"US{i}" for i in range(15)))
    rows = rows_of(flowing([*_many("KE", "DE", 40, 20), *_many("KE", "BR", 12, 12), one_list], LIMITS))
    assert set(rows) == {("KE", "DE"), ("KE", "other")}


def test_a_home_with_nothing_but_small_cells_is_withheld() -> None:
    found = flowing(_many("KE", "DE", 20, 4), LIMITS)
    [row] = found.rows
    assert (row.shown, row.share, row.lists, row.withheld) == ("other", None, None, True)


def test_countries_with_few_lists_have_no_row_and_are_counted() -> None:
    found = flowing([*_many("KE", "DE", 30, 20), *_many("DE", "KE", 9, 9)], LIMITS)
    assert {row.seekers for row in found.rows} == {"KE"}
    assert found.left_out["lists of countries whose seekers had too few"] == 9
    assert found.pairs == 0


def test_the_way_back_is_withheld_where_it_is_small() -> None:
    lists = [
        *_many("KE", "DE", 40, 20),
        *_many("DE", "US", 40, 20),
        *_many("DE", "KE", 5, 5),
        *_many("DE", "IN", 15, 15),
    ]
    rows = rows_of(flowing(lists, LIMITS))
    assert rows["KE", "DE"] == (40, 1.0, None)
    assert ("DE", "KE") not in rows
    nothing_back = rows_of(flowing([*_many("KE", "DE", 40, 20), *_many("DE", "US", 40, 20)], LIMITS))
    assert nothing_back["KE", "DE"] == (40, 1.0, 0.0)


def test_few_lists_have_no_interval() -> None:
    found = flowing([("KE", ("DE1",)), ("DE", ("KE1",))], LIMITS)
    assert (found.reciprocity.low, found.one_way_share.low) == (None, None)


def test_a_pair_that_has_no_row_of_its_own_is_not_named() -> None:
    rare = [("KE", (f"FR{n}",)) for n in range(12)]
    small = [("KE", (f"NO{n}",)) for n in range(4)]  # too few, so the next smallest goes with them
    lists = [*_many("KE", "DE", 60, 30), *rare, *small, *_many("FR", "DE", 60, 30), *_many("DE", "US", 60, 30),
             *_many("US", "KE", 60, 30), *_many("NO", "DE", 40, 20)]  # fmt: skip
    found = flowing(lists, LIMITS)
    named = {(flow.seekers, flow.shown) for flow in found.rows}
    assert ("KE", "FR") not in named and all((home, country) in named for home, country, _ in found.one_way)
    assert all(
        "France" not in finding.text or "Kenya to France" not in finding.text for finding in flow_findings(found)
    )


def test_one_way_pairs_are_a_finding_with_names() -> None:
    lists = [*_many("KE", "DE", 60, 30), *_many("DE", "US", 60, 30), *_many("US", "KE", 60, 30)]
    [finding] = flow_findings(flowing(lists, LIMITS))
    assert finding.value == 1.0
    assert "3 of 3 pairs" in finding.text and "Kenya to Germany" in finding.text
    both = [*_many("KE", "DE", 60, 30), *_many("DE", "KE", 60, 30)]
    assert flow_findings(flowing(both, LIMITS)) == ()


def test_intervals_are_those_of_lists_and_the_same_for_the_same_dice() -> None:
    dice = np.random.default_rng(2)
    lists: list[List] = [("KE" if dice.random() < 0.5 else "DE", ()) for _ in range(400)]
    lists = [
        (home, tuple(f"{'DE' if home == 'KE' else 'KE'}{dice.integers(50)}" for _ in range(5))) for home, _ in lists
    ]
    found, again = flowing(lists, LIMITS, seed=1), flowing(lists, LIMITS, seed=1)
    assert found == again
    low, high = found.reciprocity.low, found.reciprocity.high
    assert low is not None and high is not None and low <= found.reciprocity.value <= high  # type: ignore[operator]
    # Homes are drawn with p = 1/2: the smaller over the larger of two binomials of 400 varies by about a tenth.
    assert 0.05 < high - low < 0.35


_homes = st.sampled_from(["KE", "DE", "US", "IN"])
_lists = st.lists(
    st.tuples(_homes, st.lists(st.builds("{}{}".format, st.sampled_from(["KE", "DE", "US", "--"]), st.integers(0, 5)),
                               max_size=4).map(tuple)),
    max_size=25,
)  # fmt: skip


@given(_lists)
def test_a_plain_count_gives_the_same_figures(lists: list[List]) -> None:
    found = flowing(lists)
    places: dict[tuple[str, str], int] = {}
    totals: dict[str, int] = {}
    for home, shown in lists:
        for who in shown:
            there = "unknown" if who[:2] == "--" else who[:2]
            if there != home:
                places[home, there] = places.get((home, there), 0) + 1
                totals[home] = totals.get(home, 0) + 1
    assert {pair: share for pair, (_, share, _) in rows_of(found).items()} == {
        (home, there): count / totals[home] for (home, there), count in places.items()
    }
    pairs = [
        (places.get((a, b), 0), places.get((b, a), 0)) for a, b in combinations(sorted({home for home, _ in lists}), 2)
    ]
    pairs = [pair for pair in pairs if max(pair)]
    one_way = [min(pair) == 0 for pair in pairs]
    assert found.one_way_share.value == (sum(one_way) / len(one_way) if pairs else None)
    larger = sum(max(pair) for pair in pairs)
    assert found.reciprocity.value == (sum(min(pair) for pair in pairs) / larger if pairs else None)


@given(_lists, st.randoms(use_true_random=False))
def test_the_order_of_lists_changes_nothing(lists: list[List], dice: object) -> None:
    events = [a_list(run, home, shown) for run, (home, shown) in enumerate(lists)]
    shuffled = list(events)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    assert flows(events, np.random.default_rng(0), EVERYTHING) == flows(shuffled, np.random.default_rng(0), EVERYTHING)


@given(_lists)
def test_every_flow_turned_round_leaves_reciprocity_as_it_is(lists: list[List]) -> None:
    known = [(home, who[:2]) for home, shown in lists for who in shown if who[:2] not in (home, "--")]
    there = flowing([(a, (f"{b}0",)) for a, b in known] + [(home, ()) for home in ("KE", "DE", "US", "IN")])
    back = flowing([(b, (f"{a}0",)) for a, b in known] + [(home, ()) for home in ("KE", "DE", "US", "IN")])
    assert there.reciprocity.value == pytest.approx(back.reciprocity.value)
    assert there.one_way_share.value == back.one_way_share.value


@given(_lists)
def test_shares_of_a_home_sum_to_one_and_no_small_cell_is_shown(lists: list[List]) -> None:
    found = flowing(lists * 3, Thresholds(withheld_below=3, fewest=5))
    for home in {row.seekers for row in found.rows}:
        rows = [row for row in found.rows if row.seekers == home]
        assert all(row.withheld or (row.lists or 0) >= 3 for row in rows)
        if not any(row.withheld for row in rows):
            assert sum(row.share or 0.0 for row in rows) == pytest.approx(1.0)
