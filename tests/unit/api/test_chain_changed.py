"""Promises of a chained log: whatever is done to it afterwards is found, in every record and in its head."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.api.chained import a_log, some, some_records

from matchmaker.errors import StateError
from matchmaker_api.state.chain import Chain
from matchmaker_api.state.links import SLOT, Head, head_file

pytestmark = pytest.mark.usefixtures("quick_disk")


def lines_of(log: Chain) -> list[bytes]:
    return log.path.read_bytes().splitlines(keepends=True)


@some
@given(some_records, st.data())
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
@given(some_records, st.data())
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
