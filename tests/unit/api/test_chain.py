"""Promises of a chained log: what is appended is read back as it was, and what was acknowledged is never lost."""

from __future__ import annotations

import errno
import json
import os
import threading
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.api.chained import a_log, some, some_records

from matchmaker.errors import InputError, LockedError, NoSpaceError, StateError
from matchmaker_api.state import chain as chain_module
from matchmaker_api.state.chain import Chain
from matchmaker_api.state.links import EMPTY, head_file

pytestmark = pytest.mark.usefixtures("quick_disk")


# ---- what is appended ---------------------------------------------------------------------------------------


@some
@given(some_records)
def test_what_is_appended_is_read_back_in_order_and_holds(records: list[dict[str, Any]]) -> None:
    with a_log(records) as log:
        own = ("seq", "prev_hash", "hash")
        read = list(log.records())
        assert [{key: value for key, value in record.items() if key not in own} for record in read] == records
        assert [record["seq"] for record in read] == list(range(1, len(records) + 1))
        report = log.verify()
        assert (report.records, report.first_bad, report.unfinished, report.torn) == (len(records), None, 0, 0)
        assert report.head == log.head()


@some
@given(some_records)
def test_one_by_one_and_all_at_once_give_the_same_bytes(records: list[dict[str, Any]]) -> None:
    with a_log(records) as together, a_log(records[:1]) as singly:
        assert [singly.append(record) for record in records[1:]] == list(range(2, len(records) + 1))
        assert singly.path.read_bytes() == together.path.read_bytes()


@pytest.mark.parametrize(
    "record",
    [
        {"seq": 1},
        {"hash": ""},
        {"prev_hash": ""},
        {"x": float("nan")},
        {"x": date(2026, 11, 22)},
        {"x": "\ud800"},
        ["x"],
    ],
    ids=repr,
)
def test_what_is_no_record_is_refused_and_leaves_nothing(log: Chain, record: Any) -> None:
    before = log.path.read_bytes()
    with pytest.raises(InputError):
        log.append_all([{"fine": 1}, record])
    assert log.path.read_bytes() == before


def test_only_this_account_may_read_the_log_and_its_head(log: Chain) -> None:
    assert {path.stat().st_mode & 0o777 for path in log.path.parent.iterdir()} == {0o600}


def test_a_log_that_is_not_there_has_no_records(tmp_path: Path) -> None:
    report = Chain(tmp_path / "none.jsonl").verify()
    assert (report.records, report.head, report.first_bad) == (0, EMPTY, None)


def test_writers_take_turns(tmp_path: Path) -> None:
    log = Chain(tmp_path / "log.jsonl")

    def write(name: int) -> None:
        for number in range(10):
            log.append({"by": name, "number": number})

    writers = [threading.Thread(target=write, args=(name,)) for name in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert log.verify().first_bad is None
    by = [(record["by"], record["number"]) for record in log.records()]
    assert sorted(by) == [(name, number) for name in range(4) for number in range(10)]


def test_a_log_can_be_verified_while_it_is_written(tmp_path: Path) -> None:
    log = Chain(tmp_path / "log.jsonl")
    writer = threading.Thread(target=lambda: [log.append({"text": "x" * 5000, "n": number}) for number in range(60)])
    writer.start()
    seen = []
    while writer.is_alive():
        report = log.verify()
        assert report.first_bad is None and report.unfinished >= 0
        seen.append(report.records)
    writer.join()
    assert seen == sorted(seen) and log.verify().records == 60


def test_a_writer_that_waits_too_long_says_so(log: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain_module, "_WAIT_SECONDS", 0.05)
    with log._alone(), pytest.raises(LockedError):
        log.append({})


# ---- what a writer that died leaves -------------------------------------------------------------------------


@some
@given(some_records, st.data())
def test_an_unfinished_end_is_kept_aside_and_the_log_goes_on(
    records: list[dict[str, Any]], data: st.DataObject
) -> None:
    with a_log(records[:-1]) as log, a_log(records) as whole:
        acknowledged, written = log.path.read_bytes(), whole.path.read_bytes()
        reached = data.draw(st.integers(len(acknowledged) + 1, len(written) - 1))
        log.path.write_bytes(written[:reached])
        before = log.verify()
        assert (before.records, before.first_bad) == (len(records) - 1, None)
        assert before.unfinished == reached - len(acknowledged)
        assert log.append(records[-1]) == len(records)
        assert log.path.read_bytes() == written
        aside = [path for path in log.path.parent.iterdir() if ".torn-" in path.name]
        assert [path.read_bytes() for path in aside] == [written[len(acknowledged) : reached]]
        assert log.verify().torn == 1


def test_whole_records_that_were_not_acknowledged_are_taken_in(log: Chain) -> None:
    head, before = head_file(log.path).read_bytes(), log.verify()
    log.append_all([{"late": 1}, {"late": 2}])
    head_file(log.path).write_bytes(head)
    assert log.verify().records == before.records + 2
    assert log.append({}) == before.records + 3
    assert log.verify().first_bad is None


def test_an_unfinished_end_is_said(log: Chain, caplog: pytest.LogCaptureFixture) -> None:
    with log.path.open("ab") as file:
        file.write(b'{"half')
    log.append({})
    assert "6 bytes" in caplog.text and ".torn-" in caplog.text


@pytest.mark.parametrize(
    ("number", "error"), [(errno.ENOSPC, NoSpaceError), (errno.EIO, StateError)], ids=["full", "broken"]
)
def test_what_cannot_be_written_is_not_acknowledged(
    log: Chain, monkeypatch: pytest.MonkeyPatch, number: int, error: type[Exception]
) -> None:
    def half(handle: int, data: bytes, start: int) -> int:
        os.lseek(handle, start, os.SEEK_SET)
        os.write(handle, data[:10])
        raise OSError(number, os.strerror(number))

    before = log.verify()
    monkeypatch.setattr("matchmaker_api.state.chain.os.pwrite", half)
    with pytest.raises(error):
        log.append({"lost": True})
    monkeypatch.undo()
    assert log.verify().records == before.records
    assert log.append({"kept": True}) == before.records + 1
    assert "lost" not in json.dumps(list(log.records()))
