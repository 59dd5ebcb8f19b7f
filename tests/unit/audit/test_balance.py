"""The balance report as a whole."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import numpy as np
import pytest
from tests.unit.audit.partners import an_index, signed
from tests.unit.audit.test_flows import a_list

from matchmaker.audit.balance import Holdings, balance, latest_window
from matchmaker.domain.balance import BalanceReport
from matchmaker.domain.reports import AuditMeta
from matchmaker.errors import InputError
from matchmaker.matching.corpus import Corpus
from matchmaker.sources.snapshot import Snapshot

META = AuditMeta("balance", None, None, 0, 0, ("g",), {}, "logarithmic", 10, 30, notes=("said before",))


def of(
    index: Corpus, *, meta: AuditMeta = META, window: tuple[int, int] = (2018, 2022), seed: int = 0
) -> BalanceReport:
    events = [a_list(run, "KE", (f"DE{run}",)) for run in range(40)]
    return balance(Holdings(index), events, window, meta, np.random.default_rng(seed))


def a_world() -> Corpus:
    stuck = [signed(2020, f"x{i}:DE a{i}:KE y{i}:US", "Farms in Kenya") for i in range(40)]
    return an_index(*stuck, signed(2020, "x0:DE", "Farms in Kenya"))


def test_every_part_is_there_and_tells_what_it_left_out() -> None:
    report = of(a_world())
    assert {row.group: row.eligible for row in report.leadership} == {"L": 0, "LM": 40, "UM": 0, "H": 40, "unknown": 0}
    assert [(row.country, row.about) for row in report.parachute if row.about] == [("LM", 41), ("KE", 41)]
    assert [row.group for row in report.mobility] == ["L", "LM", "UM", "H", "unknown"]
    assert [(row.seekers, row.shown, row.share) for row in report.flows] == [("KE", "DE", 1.0)]
    assert set(report.left_out) == {"leadership", "parachute", "mobility", "flows"}
    assert report.left_out["leadership"]["works with one name"] == 1
    assert [(finding.measure, finding.group) for finding in report.findings] == [("only_middle", "LM")]


def test_notes_say_what_the_figures_rest_on_after_those_that_were_there() -> None:
    first, *notes = of(a_world()).meta.notes
    assert first == "said before"
    assert any("FY26" in note for note in notes)
    assert any("titles alone" in note for note in notes)


def test_the_limits_are_those_of_the_meta() -> None:
    small = of(a_world(), meta=replace(META, withheld_below=50))
    assert all(row.withheld for row in small.leadership if row.group in ("LM", "H"))
    assert of(a_world(), meta=replace(META, fewest_lists=41)).leadership[1].led.value is None


@pytest.mark.parametrize("window", [(2022, 2018), (2023, 2024)])
def test_a_window_without_years_of_the_index_is_refused_with_one_that_has_some(window: tuple[int, int]) -> None:
    with pytest.raises(InputError, match=f"{window[0]} to {window[1]}") as refused:
        of(a_world(), window=window)
    assert "2018-2022" in refused.value.hint
    assert latest_window(a_world()) == (2018, 2022)


def test_no_name_and_no_pseudonym_of_a_person_is_in_the_report() -> None:
    written = json.dumps(asdict(of(a_world())))
    assert not [i for i in range(40) if f'"x{i}"' in written or f'"X{i}"' in written or f'"DE{i}"' in written]


def test_the_demo_gives_a_report_with_abstracts(corpus: Corpus, demo_data: object) -> None:
    holdings = Holdings(corpus, Snapshot.open(demo_data))  # type: ignore[arg-type]
    report = balance(holdings, [], latest_window(corpus), META, np.random.default_rng(0))
    assert sum(row.eligible or 0 for row in report.leadership) > 0
    assert sum(row.stock or 0 for row in report.mobility) > 0
    assert not any("titles alone" in note for note in report.meta.notes)
    assert report.flows == () and report.reciprocity.value is None
