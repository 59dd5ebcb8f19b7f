"""Promises of what is kept about the organisations of an index: as worked out anew, and never out of date."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matchmaker.safeguards.lists import Lists
from matchmaker.safeguards.many import screen_many
from matchmaker.safeguards.records import Entry, Finding, ListFile, LocalRule, Organisation
from matchmaker.safeguards.screening import Screen
from matchmaker_api.state import screened as screened_module
from matchmaker_api.state.screened import screened

GENERATION = "0123456789abcdef" * 4
DAY = date(2026, 11, 20)
ROR = "https://ror.org/01ggx4157"
ENTRIES = (
    Entry("UN_SC", "un-1", "Invented Rocket Institute", countries=frozenset({"KP"}), family="sanction"),
    Entry("LOCAL", "l-1", "Somewhere Else", identifiers=frozenset({f"ror:{ROR}"}), family="local",
          local=LocalRule("block", "own reasons", "office", DAY)),
    Entry("US_EL", "el-1", "University of Nowhere", countries=frozenset({"RU"}), family="export_control"),
)  # fmt: skip
ORGANISATIONS = (
    Organisation("o4", "Invented Rocket Institute", country="KP"),
    Organisation("o2", "Something with a number", country="DE", ror=ROR),
    Organisation("o3", "University of Nowhere", country="US"),  # another country: for the log only
    Organisation("o1", "University of Cheese", country="CH"),
)


def lists_of(*entries: Entry, version: str = "v1") -> Lists:
    return Lists((ListFile("a.csv", "local", version, DAY, "file name", entries, len(entries)),))


LISTS = lists_of(*ENTRIES)


@pytest.fixture
def worked_out(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How many entries were prepared, each time something was worked out rather than read."""
    times: list[int] = []

    def counted(organisations: Iterable[Organisation], entries: Sequence[Entry]) -> dict[str, tuple[Finding, ...]]:
        times.append(len(entries))
        return screen_many(organisations, entries)

    monkeypatch.setattr(screened_module, "screen_many", counted)
    yield times


def test_what_is_kept_is_what_would_be_worked_out(tmp_path: Path, worked_out: list[int]) -> None:
    first = screened(tmp_path, GENERATION, ORGANISATIONS, LISTS)
    again = screened(tmp_path, GENERATION, ORGANISATIONS, LISTS)
    assert again == first == {
        known.id: found for known in ORGANISATIONS if (found := Screen(ENTRIES).screen(known).findings)
    }  # fmt: skip
    assert list(again) == list(first) == ["o2", "o4"]
    assert [finding.strength for finding in (*first["o2"], *first["o4"])] == ["confirmed", "possible"]
    assert worked_out == [3]


def test_only_this_account_may_read_it(tmp_path: Path) -> None:
    screened(tmp_path, GENERATION, ORGANISATIONS, LISTS)
    (kept,) = (tmp_path / "screening").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.name.endswith(f"-{GENERATION[:16]}.json")


OTHERS = {
    "another version of a list": (GENERATION, ORGANISATIONS, lists_of(*ENTRIES, version="v2")),
    "another list": (GENERATION, ORGANISATIONS, Lists((*LISTS.files, replace(LISTS.files[0], file="b.csv")))),
    "another index": ("f" * 64, ORGANISATIONS, LISTS),
    "another index that begins alike": (GENERATION[:16] + "f" * 48, ORGANISATIONS, LISTS),
    "another name": (GENERATION, (replace(ORGANISATIONS[0], name="Rocket Club"), *ORGANISATIONS[1:]), LISTS),
    "fewer organisations": (GENERATION, ORGANISATIONS[1:], LISTS),
}


@pytest.mark.parametrize("what", sorted(OTHERS))
def test_nothing_is_taken_for_an_answer_to_another_question(tmp_path: Path, worked_out: list[int], what: str) -> None:
    generation, organisations, lists = OTHERS[what]
    screened(tmp_path, GENERATION, ORGANISATIONS, LISTS)
    found = screened(tmp_path, generation, organisations, lists)
    assert len(worked_out) == 2
    screen = Screen(lists.entries)
    assert found == {known.id: each for known in organisations if (each := screen.screen(known).findings)}


def test_another_version_of_the_program_works_it_out_again(
    tmp_path: Path, worked_out: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    screened(tmp_path, GENERATION, ORGANISATIONS, LISTS)
    monkeypatch.setattr(screened_module, "_program", lambda: "another")
    screened(tmp_path, GENERATION, ORGANISATIONS, LISTS)
    assert len(worked_out) == 2


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.data())
def test_a_damaged_file_is_said_and_made_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, data: st.DataObject
) -> None:
    expected = screened(tmp_path, GENERATION, ORGANISATIONS, LISTS)
    (kept,) = (tmp_path / "screening").iterdir()
    whole = kept.read_bytes()
    content = bytearray(whole[: data.draw(st.integers(0, len(whole)))])
    if len(content) == len(whole):
        content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    kept.write_bytes(content)
    caplog.clear()
    assert screened(tmp_path, GENERATION, ORGANISATIONS, LISTS) == expected
    assert kept.read_bytes() == whole
    assert kept.name in caplog.text


def test_a_folder_that_cannot_be_written_costs_the_work_again_and_is_said(
    tmp_path: Path, worked_out: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "screening").write_text("no folder")
    with caplog.at_level(logging.WARNING):
        assert screened(tmp_path, GENERATION, ORGANISATIONS, LISTS).keys() == {"o2", "o4"}
        assert screened(tmp_path, GENERATION, ORGANISATIONS, LISTS).keys() == {"o2", "o4"}
    assert len(worked_out) == 2 and "is not kept" in caplog.text


def test_without_entries_nothing_is_found_and_nothing_is_kept(tmp_path: Path) -> None:
    assert screened(tmp_path, GENERATION, ORGANISATIONS, Lists(())) == {}
    assert list(tmp_path.iterdir()) == []


def test_old_results_do_not_pile_up(tmp_path: Path) -> None:
    for number in range(9):
        screened(tmp_path, GENERATION, ORGANISATIONS, lists_of(*ENTRIES, version=f"v{number}"))
    assert len(list((tmp_path / "screening").iterdir())) <= 5
