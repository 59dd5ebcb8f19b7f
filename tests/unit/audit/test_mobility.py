"""Who leaves, who comes, who returns and who stays in touch."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.audit.partners import INCOME, Work, an_index, movers, signed, worlds

from matchmaker.audit.bylines import by_lines
from matchmaker.audit.cells import Thresholds
from matchmaker.audit.mobility import mobility, mobility_findings
from matchmaker.audit.moves import homes
from matchmaker.domain.balance import Mobility

WINDOW = (2018, 2022)
EVERYTHING = Thresholds(withheld_below=0, fewest=1)


def moved(*by_lines_of_ana: tuple[int, str]) -> list[tuple[str, int]]:
    """Ana's homes and their first years."""
    lines = by_lines(an_index(*(signed(year, f"ana:{countries}") for year, countries in by_lines_of_ana)))
    found = homes(lines)
    return [(lines.codes[c], int(y)) for c, y in zip(found.country, found.year, strict=True)]


def who_moves(
    *works: Work, least: Thresholds = EVERYTHING, window: tuple[int, int] = WINDOW
) -> tuple[dict[str, Mobility], dict[str, int]]:
    rows, left_out = mobility(by_lines(an_index(*works)), window, least)
    return {row.group: row for row in rows}, left_out


def test_two_by_lines_in_another_country_are_a_move() -> None:
    assert moved((2015, "KE"), (2016, "KE"), (2019, "DE"), (2019, "DE")) == [("KE", 2015), ("DE", 2019)]


def test_one_by_line_elsewhere_is_passed_over() -> None:
    assert moved((2015, "KE"), (2016, "KE"), (2019, "DE")) == [("KE", 2015)]
    assert moved((2015, "KE"), (2016, "KE"), (2017, "DE"), (2018, "KE"), (2019, "DE")) == [("KE", 2015)]


def test_whoever_still_names_the_old_country_has_not_left() -> None:
    stays = [(2015, "KE"), (2016, "KE"), (2018, "DE+KE"), (2019, "DE+KE"), (2020, "DE+KE")]
    assert moved(*stays) == [("KE", 2015)]
    assert moved(*stays, (2021, "DE"), (2022, "DE")) == [("KE", 2015), ("DE", 2021)]


def test_a_year_in_both_countries_is_still_in_the_old_one() -> None:
    years = [(2015, "KE"), (2016, "KE"), (2018, "DE"), (2018, "KE"), (2019, "DE"), (2020, "DE")]
    assert moved(*years) == [("KE", 2015), ("DE", 2019)]


def test_a_year_between_two_new_countries_says_nothing() -> None:
    assert moved((2015, "KE"), (2016, "KE"), (2018, "DE"), (2018, "US")) == [("KE", 2015)]
    assert moved((2015, "KE"), (2016, "KE"), (2018, "DE"), (2018, "US"), (2018, "US"))[-1] == ("US", 2018)


def test_a_single_by_line_is_no_home() -> None:
    assert moved((2015, "KE")) == []
    assert moved((2015, "KE"), (2016, "DE"), (2017, "DE")) == [("DE", 2016)]


def test_a_territory_and_its_sovereign_are_one_country() -> None:
    assert moved((2015, "FR"), (2016, "FR"), (2019, "GP"), (2020, "GP")) == [("FR", 2015)]
    assert moved((2015, "CN"), (2016, "CN"), (2019, "HK"), (2020, "HK"))[-1] == ("HK", 2019)


def test_flows_rates_and_stock_of_a_small_world() -> None:
    stay = [signed(year, f"k{i}:KE d{i}:DE") for i in range(3) for year in (2015, 2018)]
    leave = [
        signed(year, f"a:{code} b:{code}") for year, code in ((2015, "KE"), (2016, "KE"), (2019, "DE"), (2020, "DE"))
    ]
    come = [signed(year, f"c:{code}") for year, code in ((2015, "DE"), (2016, "DE"), (2020, "KE"), (2021, "KE"))]
    rows, left_out = who_moves(*stay, *leave, *come, signed(2020, "once:KE"), signed(2020, "nowhere"))
    kenya, germany = rows["KE"], rows["DE"]
    assert (kenya.stock, kenya.outflow, kenya.inflow, kenya.net_rate) == (5, 2, 1, -1 / 5)
    assert (germany.stock, germany.outflow, germany.inflow, germany.net_rate) == (4, 1, 2, 1 / 4)
    assert kenya.balanced == germany.balanced == pytest.approx(2 / 3)
    assert (rows["LM"].stock, rows["LM"].outflow, rows["H"].inflow) == (5, 2, 2)
    assert left_out["people whose by-lines settle no country"] == 1


def test_whoever_leaves_twice_is_one_person() -> None:
    to_and_fro = _trip("a", (2016, "KE"), (2018, "DE"), (2019, "KE"), (2020, "DE"))
    rows, _ = who_moves(*to_and_fro, *_trip("d", (2018, "DE")))
    assert (rows["KE"].outflow, rows["KE"].inflow, rows["DE"].outflow, rows["DE"].inflow) == (1, 1, 1, 1)


def test_a_move_within_an_income_group_is_none_for_the_group() -> None:
    stays = [signed(year, "b:IN") for year in (2015, 2018)]
    leaves = [signed(y, f"a:{c}") for y, c in ((2015, "KE"), (2016, "KE"), (2019, "IN"), (2020, "IN"))]
    rows, _ = who_moves(*stays, *leaves)
    assert (rows["KE"].outflow, rows["IN"].inflow, rows["LM"].outflow, rows["LM"].inflow) == (1, 1, 0, 0)


def _trip(person: str, *stops: tuple[int, str]) -> list[Work]:
    return [signed(year, f"{person}:{code}") for year, code in stops for _ in range(2)]


def test_return_is_judged_only_for_leavers_seen_five_years_later() -> None:
    back = _trip("back", (2012, "KE"), (2014, "DE"), (2017, "KE"), (2020, "KE"))
    away = _trip("away", (2012, "KE"), (2014, "DE"), (2019, "DE"))
    lost = _trip("lost", (2012, "KE"), (2014, "DE"), (2018, "KE"))
    late = _trip("late", (2012, "KE"), (2014, "DE"), (2020, "KE"))
    recent = _trip("recent", (2012, "KE"), (2019, "DE"), (2022, "KE"))
    rows, _ = who_moves(*back, *away, *lost, *late, *recent)
    assert rows["KE"].returned.value == 1 / 3
    rows, _ = who_moves(*recent)
    assert rows["KE"].returned.value is None


def test_leavers_who_sign_with_the_origin_three_years_later_circulate() -> None:
    left = [work for who in "ab" for work in _trip(who, (2014, "KE"), (2016, "DE"))] + _trip("k", (2018, "KE"))
    early = signed(2017, "b:DE k:KE")
    with_origin, without, dark = signed(2019, "a:DE k:KE"), signed(2020, "b:DE x:US"), signed(2020, "b:DE x:US y")
    assert who_moves(*left, early, with_origin, without)[0]["KE"].circulating.value == 1 / 2
    assert who_moves(*left, early, with_origin, dark)[0]["KE"].circulating.value == 1.0
    assert who_moves(*left, early)[0]["KE"].circulating.value is None
    assert who_moves(*left, signed(2022, "a:DE k:KE"))[0]["KE"].circulating.value is None


def test_a_name_of_the_leavers_own_in_the_origin_is_not_somebody_there() -> None:
    left = _trip("a", (2014, "KE"), (2016, "DE")) + _trip("k", (2018, "KE"))
    assert who_moves(*left, signed(2019, "a:DE+KE x:US"))[0]["KE"].circulating.value == 0.0


def test_small_flows_are_withheld_with_every_rate_that_tells_them() -> None:
    stay = [signed(year, f"k{i}:KE d{i}:DE") for i in range(40) for year in (2015, 2018)]
    go = [work for i in range(12) for work in _trip(f"a{i}", (2015, "KE"), (2019, "DE"))]
    come = [work for i in range(3) for work in _trip(f"c{i}", (2015, "DE"), (2019, "KE"))]
    rows, _ = who_moves(*stay, *go, *come, least=Thresholds(10, 30))
    assert (rows["KE"].outflow, rows["KE"].inflow, rows["KE"].net_rate, rows["KE"].balanced) == (12, None, None, None)
    assert rows["KE"].withheld and "came" in rows["KE"].note
    rows, _ = who_moves(*stay, *go, least=Thresholds(10, 30))
    assert (rows["KE"].outflow, rows["KE"].inflow, rows["KE"].net_rate) == (12, 0, -12 / 52)


def test_a_small_country_is_not_told_by_the_total_of_its_group() -> None:
    people = {"KE": 40, "IN": 15, "GH": 4}
    stay = [signed(y, f"{code}{i}:{code}") for code, n in people.items() for i in range(n) for y in (2015, 2018)]
    rows, left_out = who_moves(*stay, least=Thresholds(10, 30))
    assert (rows["LM"].stock, rows["KE"].stock) == (59, 40)
    assert "IN" not in rows and "GH" not in rows
    assert left_out["countries with too few people to show"] == 2


def test_a_country_that_more_people_leave_is_a_finding_about_the_country() -> None:
    stay = [signed(year, f"k{i}:KE d{i}:DE") for i in range(40) for year in (2015, 2018)]
    go = [work for i in range(35) for work in _trip(f"a{i}", (2015, "KE"), (2019, "DE"))]
    rows, _ = who_moves(*stay, *go, least=Thresholds(10, 30))
    group, country = mobility_findings(tuple(rows.values()), Thresholds(10, 30))
    assert (group.group, country.group, country.value) == ("LM", "KE", pytest.approx(-35 / 75))
    assert "35 people left Kenya and 0 came" in country.text and "nothing about a single person" in country.text


# ---- a second implementation -------------------------------------------------------------------------------


def _homes(works: list[Work], person: str) -> list[tuple[str, int]]:
    """By looking back from each year instead of keeping a candidate."""
    signed_by = [(w.year, c) for w in works for p, c, _ in w.by_line if p == person and c]
    years = sorted({year for year, _ in signed_by})
    first = {y: Counter(c[0] for year, c in signed_by if year == y).most_common() for y in years}
    named = {y: {code for year, c in signed_by if year == y for code in c} for y in years}
    found: list[tuple[str, int]] = []
    since = 0
    for end in range(len(years)):
        home = found[-1][0] if found else None
        total, country, begin = 0, None, None
        for y in reversed(years[since : end + 1]):
            if home in named[y]:
                break
            ranked = first[y]
            if len(ranked) > 1 and ranked[0][1] == ranked[1][1]:
                if country is None:
                    break  # a year that says nothing settles nothing
                continue
            if country is not None and ranked[0][0] != country:
                break
            country, total, begin = ranked[0][0], total + ranked[0][1], y
        if country is not None and begin is not None and total >= 2:
            found.append((country, begin))
            since = end + 1
    return found


def _expected(works: list[Work], window: tuple[int, int]) -> dict[str, tuple[int, int, int, list[bool], list[bool]]]:
    people = sorted({p for w in works for p, _, _ in w.by_line})
    tally = {code: (set(), set(), set(), [], []) for code in INCOME}  # type: ignore[var-annotated]
    for person in people:
        stops = _homes(works, person)
        seen = [w.year for w in works for p, c, _ in w.by_line if p == person and c]
        before = [code for code, year in stops if year < window[0]] or [c for c, y in stops[:1] if y <= window[1]]
        if before and any(window[0] <= year <= window[1] for year in seen):
            tally[before[-1]][0].add(person)
        for (origin, _), (to, year) in pairwise(stops):
            if window[0] <= year <= window[1]:
                tally[origin][1].add(person)
                tally[to][2].add(person)
            if window[0] <= year + 5 <= window[1] and max(seen) >= year + 5:
                tally[origin][3].append(any(code == origin and year < y <= year + 5 for code, y in stops))
            told = [w for w in works if all(c for _, c, _ in w.by_line) and year + 3 <= w.year <= year + 5]
            later = [w for w in told if person in {p for p, _, _ in w.by_line}]
            if window[0] <= year + 3 <= window[1] and later:
                tally[origin][4].append(any(origin in c for w in later for p, c, _ in w.by_line if p != person))
    return {code: (len(s), len(o), len(i), r, c) for code, (s, o, i, r, c) in tally.items()}


@given(worlds(2008, 2022, 60) | movers())
def test_a_slow_second_implementation_gives_the_same_figures(works: list[Work]) -> None:
    rows, _ = who_moves(*works)
    for code, (stock, out, into, returned, circulating) in _expected(works, WINDOW).items():
        row = rows.get(code)
        if row is None:
            assert stock == 0
            continue
        assert (row.stock, row.outflow, row.inflow) == (stock, out, into)
        assert row.returned.value == (sum(returned) / len(returned) if returned else None)
        assert row.circulating.value == (sum(circulating) / len(circulating) if circulating else None)


@given(worlds(2014, 2022, 40))
def test_everybody_who_leaves_arrives_somewhere(works: list[Work]) -> None:
    lines = by_lines(an_index(*works))
    found = homes(lines)
    same = found.person[1:] == found.person[:-1]
    assert (found.country[1:][same] != found.country[:-1][same]).all()
    assert (found.year[1:][same] > found.year[:-1][same]).all()


@given(worlds(), st.randoms(use_true_random=False))
def test_neither_the_order_of_works_nor_the_names_of_people_matter(works: list[Work], dice: object) -> None:
    shuffled = list(works)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    turned = dict(zip("abcdef", "fedcba", strict=True))
    renamed = [Work(w.year, tuple((turned[p], c, o) for p, c, o in w.by_line)) for w in shuffled]
    assert who_moves(*works) == who_moves(*renamed)


def test_an_organisation_tells_the_country_where_the_name_has_none() -> None:
    corpus = an_index(
        signed(2020, "a@nairobi b@cern c@bonn:KE d"), institutions={"nairobi": "KE", "bonn": "DE", "cern": None}
    )
    lines = by_lines(corpus)
    assert [lines.codes[c] if c >= 0 else None for c in lines.joining] == ["KE", None, "KE", None]
    assert lines.placed.tolist() == [2]


def test_statements_of_interest_are_no_works() -> None:
    interest = Work(1970, (("a", (), ()),), kind="interest")
    lines = by_lines(an_index(interest, signed(2020, "a:KE")))
    assert (lines.texts.tolist(), lines.year.tolist()) == ([1], [2020])


def test_an_index_without_works_has_nothing_to_say() -> None:
    rows, _ = who_moves(Work(1970, (("a", (), ()),), kind="interest"))
    assert all(row.stock == 0 and row.net_rate is None for row in rows.values())
    assert len(np.unique(list(rows))) == 5
