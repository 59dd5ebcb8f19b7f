"""What makes lines of JSON a chain, and whether a file is one.

Each record carries `seq` (1, 2, …), `prev_hash` (the hash of the record before) and `hash`: the SHA-256 of its own
canonical JSON without `hash`. So a record cannot be changed, removed, inserted or moved without another hash to show.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import orjson

from matchmaker.errors import InputError, StateError
from matchmaker.files import canonical_json, sha256

_OWN_KEYS: Final = frozenset({"seq", "prev_hash", "hash"})
SLOT: Final = 256


@dataclass(frozen=True, slots=True)
class Head:
    """The last record up to a place in a log: its number, its hash, and the byte at which it ends."""

    seq: int
    hash: str
    end: int

    def as_bytes(self) -> bytes:
        """As it stands in a head file, 256 bytes; its own digest tells a damaged one from another one."""
        told = asdict(self)
        line = canonical_json({**told, "sha256": sha256(canonical_json(told))})
        return line.rstrip(b"\n").ljust(SLOT - 1) + b"\n"


EMPTY: Final = Head(0, "0" * 64, 0)


@dataclass(frozen=True, slots=True)
class Flaw:
    """The first record of a log that is not as it was written, by its number, and what is wrong with it."""

    seq: int
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a log was found to be: `records` that hold, up to `head`, and the `first_bad` after them, if any.

    `unfinished` are bytes at the end that were never acknowledged: what a writer left that died, or that writes now.
    `torn` are the unfinished ends that were moved aside before.
    """

    records: int
    head: Head
    first_bad: Flaw | None
    unfinished: int = 0
    torn: int = 0


def head_file(log: Path) -> Path:
    """Where the head of a log lies."""
    return log.with_name(f"{log.name}.head")


def read_head(log: Path) -> Head | None:
    """The acknowledged head of a log; None where there is no head file. Raises StateError for a damaged one."""
    slots = read_slots(log)
    if slots is None:
        return None
    whole = [head for head in slots if head is not None]
    if not whole:
        raise StateError(
            f"{head_file(log)} is damaged", hint="restore it, or verify the log against a head that was kept elsewhere"
        )
    return max(whole, key=lambda head: head.seq)


def read_slots(log: Path) -> list[Head | None] | None:
    """Both heads of a head file, None for one that is damaged: they are written in turn, so that one is always whole.

    None where there is no head file. Raises StateError where it cannot be read.
    """
    path = head_file(log)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StateError(f"cannot read {path}: {error.strerror}", hint="check the data folder") from error
    return [_head(content[:SLOT]), _head(content[SLOT:])]


def _head(content: bytes) -> Head | None:
    match _parsed(content):
        case {"seq": int(seq), "hash": str(hash_), "end": int(end), **_rest}:
            head = Head(seq, hash_, end)
            return head if content == head.as_bytes() else None
    return None


def linked(records: Sequence[Mapping[str, Any]], head: Head) -> tuple[bytes, Head]:
    """The lines that continue a log, and its new head. Raises InputError for what is no record."""
    lines = bytearray()
    for record in records:
        body = {**_plain(record), "seq": head.seq + 1, "prev_hash": head.hash}
        hash_ = sha256(canonical_json(body))
        line = canonical_json({**body, "hash": hash_})
        lines += line
        head = Head(head.seq + 1, hash_, head.end + len(line))
    return bytes(lines), head


def followed(line: bytes, head: Head) -> Head | str:
    """The head after `line`, or why it does not continue `head`."""
    record = _parsed(line)
    if not isinstance(record, dict) or not line.endswith(b"\n"):
        return "it is no whole line of JSON"
    if sha256(_without_hash(record, line)) != record.get("hash") or canonical_json(record) != line:
        return "its content is not what its hash was made of"
    if record.get("prev_hash") != head.hash or record.get("seq") != head.seq + 1:
        return f"record {record.get('seq')} stands in its place"
    return Head(head.seq + 1, record["hash"], head.end + len(line))


def _without_hash(record: dict[str, Any], line: bytes) -> bytes:
    """The canonical JSON of a record without `hash`: cut out of its line, where that can only be cut in one place."""
    named = b'"hash":' + json.dumps(record.get("hash")).encode() + b","
    if line.count(named) == 1:
        return line.replace(named, b"")
    return canonical_json({key: value for key, value in record.items() if key != "hash"})


def checked_records(log: Path, until: Head) -> Iterator[dict[str, Any]]:
    """The records of a log up to the head `until`, each held against the chain as it is read.

    A record is what its hash was made of if the bytes of its line without the hash are; whether they are in canonical
    form, which `verified` asks for too, changes nothing about what they say. Raises StateError at the first that does
    not hold, and where the log ends before `until`.
    """
    at = EMPTY
    try:
        with log.open("rb") as lines:
            while at.seq < until.seq:
                record = _held(lines.readline(), at)
                if record is None:
                    raise StateError(f"{log}: record {at.seq + 1} does not hold", hint=_LOOK_FIRST)
                at = Head(at.seq + 1, record["hash"], lines.tell())
                yield record
    except OSError as error:
        raise StateError(f"cannot read {log}: {error.strerror}", hint="check the data folder") from error
    if at != until:
        raise StateError(f"{log}: record {at.seq} is not the one that was acknowledged", hint=_LOOK_FIRST)


def _held(line: bytes, head: Head) -> dict[str, Any] | None:
    """The record in `line`, None where it does not continue `head`."""
    try:
        record: dict[str, Any] = orjson.loads(line)
        follows = (record["prev_hash"], record["seq"]) == (head.hash, head.seq + 1)
        return record if follows and sha256(_without_hash(record, line)) == record["hash"] else None
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return None


_LOOK_FIRST: Final = "nothing is concluded from a log that does not hold: `matchmaker audit log-verify` says more"


def is_named(line: bytes, head: Head) -> bool:
    """Whether `line` is the record that `head` names."""
    record = _parsed(line)
    return isinstance(record, dict) and (record.get("seq"), record.get("hash")) == (head.seq, head.hash)


def extended(rest: bytes, head: Head) -> Head:
    """The head after as many whole lines of `rest` as continue the log."""
    for line in BytesIO(rest):
        after = followed(line, head)
        if isinstance(after, str):
            break
        head = after
    return head


_NO_HEAD: Final = "there is no head beside the log, so a cut end would not show"


def verified(log: Path, anchors: Sequence[Head] = ()) -> Report:
    """Read a whole log and say how far it holds. `anchors` are heads that were kept elsewhere.

    Raises StateError where it cannot be read. A log that is not there is one without records.
    """
    try:
        acknowledged, fault = read_head(log), _NO_HEAD
    except StateError as error:
        acknowledged, fault = None, error.message
    heads = [*anchors, *([] if acknowledged is None else [acknowledged])]
    at, wrong, size = _read(log, heads)
    torn = len(list(log.parent.glob(f"{log.name}.torn-*")))
    if wrong and acknowledged is not None and at.seq >= max(head.seq for head in heads):
        return Report(at.seq, at, None, unfinished=size - at.end, torn=torn)
    has_head = head_file(log).exists()  # looked at once: the first writer may make it at any moment
    if not wrong and acknowledged is None and fault is _NO_HEAD and has_head:
        return verified(log, anchors)  # it was made while the log was read
    if not wrong and acknowledged is None and (size or has_head):
        wrong = fault
    if not wrong and (missing := max((head.seq for head in heads), default=0)) > at.seq:
        wrong = f"the log ends before it, and record {missing} was acknowledged"
    return Report(at.seq, at, Flaw(at.seq + 1, wrong) if wrong else None, torn=torn)


def _read(log: Path, heads: Sequence[Head]) -> tuple[Head, str, int]:
    """The head of what holds, why it goes no further (empty at the end of the file), and the size of the file."""
    at = EMPTY
    try:
        with log.open("rb") as lines:
            size = os.fstat(lines.fileno()).st_size
            for line in lines:
                after = followed(line, at)
                if isinstance(after, str):
                    return at, after, max(size, at.end + len(line))  # it may grow while it is read
                if any(head.seq == after.seq and head != after for head in heads):
                    return at, "it is not the record that was acknowledged", size
                at = after
    except FileNotFoundError:
        return EMPTY, "", 0
    except OSError as error:
        raise StateError(f"cannot read {log}: {error.strerror}", hint="check the data folder") from error
    return at, "", size


def _plain(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record as it will be read back. Raises InputError for what is no JSON object, or has keys of the chain."""
    try:
        plain = json.loads(json.dumps(record, allow_nan=False))
        canonical_json(plain)
    except (TypeError, ValueError, RecursionError) as error:
        raise InputError(f"the record cannot be written as JSON: {error}", hint="give texts, numbers, lists") from error
    if not isinstance(plain, dict):
        raise InputError("a record is a JSON object", hint="give names and values")
    if _OWN_KEYS & plain.keys():
        raise InputError("the record has a key of the chain", hint=f"kept: {', '.join(sorted(_OWN_KEYS))}")
    return plain


def _parsed(text: bytes) -> Any:
    """The JSON value of `text`; None where there is none that could have been written here."""
    try:
        value = json.loads(text)
        canonical_json(value)
    except (ValueError, RecursionError):
        return None
    return value
