"""Promises of a chained log: whatever is done to it afterwards is found, and what was acknowledged is never lost."""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.errors import InputError, LockedError, NoSpaceError, StateError
from matchmaker_api.state import chain as chain_module
from matchmaker_api.state.chain import Chain
from matchmaker_api.state.links import EMPTY, SLOT, Head, head_file

_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
_names = st.text(max_size=8).filter(lambda name: name not in ("seq", "prev_hash", "hash"))
# Each example is a log on disk, so a third of the usual number.
some = settings(max_examples=max(30, settings().max_examples // 3))
_records = st.lists(st.dictionaries(_names, _values, max_size=4), min_size=2, max_size=6)


@pytest.fixture(autouse=True, scope="module")
def quick_disk() -> Iterator[None]:
    """No waiting for the disk: nothing here is about power loss, and hundreds of small logs are written."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _handle: None)
        yield


@contextmanager
def a_log(records: list[dict[str, Any]]) -> Iterator[Chain]:
    with tempfile.TemporaryDirectory() as folder:
        log = Chain(Path(folder) / "log.jsonl")
        log.append_all(records)
        yield log


@pytest.fixture
def log(tmp_path: Path) -> Chain:
    log = Chain(tmp_path / "log.jsonl")
    for number in range(5):
        log.append({"number": number})
    return log


def lines_of(log: Chain) -> list[bytes]:
    return log.path.read_bytes().splitlines(keepends=True)


# ---- what is appended ---------------------------------------------------------------------------------------


@some
@given(_records)
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
@given(_records)
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


# ---- what is found ------------------------------------------------------------------------------------------


@some
@given(_records, st.data())
def test_any_byte_that_is_changed_is_found_at_its_record(records: list[dict[str, Any]], data: st.DataObject) -> None:
    with a_log(records) as log:
        content = bytearray(log.path.read_bytes())
        ends = [end for end, byte in enumerate(content) if byte == 0x0A]
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] ^= data.draw(st.integers(1, 255))
        log.path.write_bytes(content)
        report = log.verify()
        assert report.first_bad is not None
        assert report.first_bad.seq == 1 + sum(end < place for end in ends)


@pytest.mark.parametrize("change", [0x01, 0x20, 0xFF])
def test_every_single_byte_counts(log: Chain, change: int) -> None:
    content = log.path.read_bytes()
    for place in range(len(content)):
        log.path.write_bytes(content[:place] + bytes([content[place] ^ change]) + content[place + 1 :])
        found = log.verify().first_bad
        assert found is not None and found.seq == content[:place].count(b"\n") + 1


def removed(lines: list[bytes], place: int) -> list[bytes]:
    return lines[:place] + lines[place + 1 :]


def swapped(lines: list[bytes], place: int) -> list[bytes]:
    other = (place + 1) % len(lines)
    lines[place], lines[other] = lines[other], lines[place]
    return lines


def repeated(lines: list[bytes], place: int) -> list[bytes]:
    return [*lines[: place + 1], *lines[place:]]


def invented(lines: list[bytes], place: int) -> list[bytes]:
    return [*lines[:place], b'{"number":7}\n', *lines[place:]]


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("change", [removed, swapped, repeated, invented], ids=lambda change: change.__name__)
def test_records_removed_moved_repeated_or_invented_are_found(
    log: Chain, change: Callable[[list[bytes], int], list[bytes]], place: int
) -> None:
    log.path.write_bytes(b"".join(change(lines_of(log), place)))
    report = log.verify()
    assert report.first_bad is not None
    assert report.first_bad.seq == (place + 2 if change is repeated else place + 1)
    assert report.records == report.first_bad.seq - 1


@some
@given(_records, st.data())
def test_an_end_cut_off_anywhere_is_found_and_nothing_is_added_to_it(
    records: list[dict[str, Any]], data: st.DataObject
) -> None:
    with a_log(records) as log:
        content = log.path.read_bytes()
        log.path.write_bytes(content[: data.draw(st.integers(0, len(content) - 1))])
        report = log.verify()
        assert report.first_bad is not None and report.first_bad.seq == report.records + 1
        with pytest.raises(StateError):
            log.append({})


def test_a_cut_end_is_found_even_with_its_head_if_a_head_was_kept_elsewhere(log: Chain) -> None:
    exported = log.head()
    log.path.write_bytes(b"".join(lines_of(log)[:3]))
    shutil.copy(log.path, log.path.with_name("short.jsonl"))
    forged = log.verify().head
    head_file(log.path).write_bytes(forged.as_bytes())
    assert log.verify().first_bad is None
    found = log.verify([exported]).first_bad
    assert found is not None and found.seq == 4


def test_a_log_written_anew_is_found_by_a_head_that_was_kept_elsewhere(log: Chain, tmp_path: Path) -> None:
    other = Chain(tmp_path / "other.jsonl")
    other.append_all([{"number": number * 2} for number in range(9)])
    assert other.verify().first_bad is None
    found = other.verify([log.head()]).first_bad
    assert found is not None and found.seq == log.head().seq


def test_exported_heads_stay_good_while_the_log_grows(log: Chain) -> None:
    heads = [log.head()]
    for _ in range(3):
        log.append({})
        heads.append(log.head())
    assert log.verify(heads).first_bad is None


OF_ANOTHER = Head(2, "0" * 64, 300)


@pytest.mark.parametrize("content", [None, b"", b"{}\n", b"[1" * 200, OF_ANOTHER.as_bytes() * 2], ids=repr)
def test_without_its_own_head_a_log_does_not_pass_and_nothing_is_added(log: Chain, content: bytes | None) -> None:
    if content is None:
        head_file(log.path).unlink()
    else:
        head_file(log.path).write_bytes(content)
    before = log.path.read_bytes()
    assert log.verify().first_bad is not None
    with pytest.raises(StateError):
        log.append({})
    assert log.path.read_bytes() == before


@some
@given(st.data())
def test_a_damaged_head_is_never_taken_for_another(data: st.DataObject) -> None:
    with a_log([{"one": 1}, {"two": 2}]) as log:
        log.append({"three": 3})
        content, first = bytearray(head_file(log.path).read_bytes()), data.draw(st.integers(0, 1))
        for slot in (first, 1 - first):
            content[SLOT * slot + data.draw(st.integers(0, SLOT - 1))] ^= data.draw(st.integers(1, 255))
            head_file(log.path).write_bytes(content)
            if slot == first:
                assert log.head().seq == (3 if slot == 0 else 2)  # the one that is whole
        for use in (log.head, lambda: log.append({})):
            with pytest.raises(StateError):
                use()
        assert log.verify().first_bad is not None


def test_a_half_written_head_leaves_the_one_before(log: Chain) -> None:
    before = head_file(log.path).read_bytes()
    log.append({"number": 5})
    after = head_file(log.path).read_bytes()
    for half in range(1, len(after)):
        head_file(log.path).write_bytes(after[:half] + before[half:])
        assert log.head().seq in (5, 6)
        assert (log.verify().records, log.verify().first_bad) == (6, None)


# ---- what a writer that died leaves -------------------------------------------------------------------------


@some
@given(_records, st.data())
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
