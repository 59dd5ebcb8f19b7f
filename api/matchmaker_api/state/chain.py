"""Append-only logs as lines of JSON, chained by hashes: what was changed, removed, inserted or reordered is found.

NAME.jsonl            one record a line, see `links`
NAME.jsonl.head       seq and hash of the last record that was acknowledged, and where it ends; written to two places
                      in turn, so that one of them is always whole
NAME.jsonl.torn-…     unfinished ends left by a writer that died, moved aside and kept

A chain alone cannot tell that its end was cut off, so the head is kept beside it: in a file rather than a row of
`state.db`, because that may be deleted to forget the runs, and a log must outlive it. The head is there before the
first record and is written after each, so what lies behind it was never acknowledged: whole records there are taken
in, the rest is a torn end. That is also why only the records wait for the disk: a head that a power cut sets back is
still a head of this log. Whoever can write both files can still write a false log that is a chain: export heads now
and then (`Chain.head`), keep them elsewhere, and give them to `Chain.verify`.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from matchmaker.errors import LockedError, NoSpaceError, SourceError, StateError
from matchmaker.files import sha256, sync_folder, write_failure
from matchmaker_api.state import private
from matchmaker_api.state.links import (
    EMPTY,
    SLOT,
    Head,
    Report,
    checked_records,
    extended,
    head_file,
    is_named,
    linked,
    read_head,
    read_slots,
    verified,
)

_WAIT_SECONDS: Final = 5.0
_LOOK: Final = "nothing is added until somebody has looked: verify the log, and restore what is missing from a backup"
_log = logging.getLogger("matchmaker_api.state")


@dataclass(frozen=True, slots=True)
class Chain:
    """The log at `path`, whose folder must be there. Threads and processes may append at once: they take turns."""

    path: Path

    def append(self, record: Mapping[str, Any]) -> int:
        """Add one record and give back its `seq`; see `append_all`."""
        return self.append_all([record])[0]

    def append_all(self, records: Sequence[Mapping[str, Any]]) -> list[int]:
        """Add records in order and give back their `seq`; when this returns, they are on disk.

        Records are JSON objects without the keys `seq`, `prev_hash` and `hash`. Raises InputError for anything else,
        LockedError when others write for more than 5 s, NoSpaceError, and StateError when the log cannot be written or
        is not what was left here. After an error nothing was acknowledged; records may be there all the same.
        """
        if not records:
            return []
        with self._alone() as handle:
            head = self._continued(handle)
            lines, after = linked(records, head)
            _write(handle, lines, head.end)
            self._acknowledge(after)
        return list(range(head.seq + 1, after.seq + 1))

    def head(self) -> Head:
        """The last acknowledged record, to be kept elsewhere; its seq is 0 where there is none. Raises StateError."""
        return read_head(self.path) or EMPTY

    def verify(self, anchors: Sequence[Head] = ()) -> Report:
        """Read the whole log and say how far it holds; `anchors` are heads kept elsewhere. Raises StateError."""
        return verified(self.path, anchors)

    def records(self) -> Iterator[dict[str, Any]]:
        """All whole records, oldest first. Verify before relying on them."""
        if self.path.exists():
            with self.path.open("rb") as lines:
                yield from (json.loads(line) for line in lines if line.endswith(b"\n"))

    def checked(self, until: Head | None = None) -> Iterator[dict[str, Any]]:
        """Acknowledged records, oldest first, each held against the chain as it is read; up to `until`, else the head.

        Raises StateError at the first that does not hold.
        """
        until = until or self.head()
        return checked_records(self.path, until) if until.seq else iter(())

    @contextmanager
    def _alone(self) -> Iterator[int]:
        """The open file, held by a lock of the kernel: a writer that died holds nothing."""
        handle = -1
        try:
            is_new = not self.path.exists()
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, private.ONLY_OURS)
            if is_new:
                sync_folder(self.path.parent)
            _lock(handle, self.path)
            yield handle
        except OSError as error:
            raise _unusable(write_failure(error, self.path)) from error
        except SourceError as error:
            raise _unusable(error) from error
        finally:
            if handle >= 0:
                os.close(handle)

    def _continued(self, handle: int) -> Head:
        """The head to go on from; afterwards the file ends where it says."""
        size, head = os.fstat(handle).st_size, read_head(self.path)
        if head is None and size:
            raise StateError(f"{self.path} has records and no head beside it", hint=_LOOK)
        if head is None:
            private.create(head_file(self.path), EMPTY.as_bytes() * 2)
            return EMPTY
        if size < head.end or not _ends_in(handle, head):
            raise StateError(f"{self.path} does not hold record {head.seq}, which was acknowledged", hint=_LOOK)
        rest = os.pread(handle, size - head.end, head.end)
        after = extended(rest, head)
        if torn := rest[after.end - head.end :]:
            self._set_aside(handle, torn, after.end)
        return after

    def _set_aside(self, handle: int, torn: bytes, start: int) -> None:
        # Named by place and content: killed before the cut, the same end is moved to the same file again.
        aside = self.path.with_name(f"{self.path.name}.torn-{start}-{sha256(torn)[:8]}")
        private.replace(aside, torn)
        os.ftruncate(handle, start)
        os.fsync(handle)
        _log.warning(
            "%s ended in the middle of a record; the last %d bytes are kept in %s", self.path, len(torn), aside
        )

    def _acknowledge(self, head: Head) -> None:
        seen = [-1 if slot is None else slot.seq for slot in read_slots(self.path) or ()]
        handle = os.open(head_file(self.path), os.O_WRONLY | os.O_CLOEXEC)
        try:
            os.pwrite(handle, head.as_bytes(), seen.index(min(seen)) * SLOT)
        finally:
            os.close(handle)


def _lock(handle: int, path: Path) -> None:
    patience = time.monotonic() + _WAIT_SECONDS
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError as error:
            if time.monotonic() > patience:
                raise LockedError(
                    f"another process has been writing {path} for {_WAIT_SECONDS:g} s", hint="try again"
                ) from error
            time.sleep(0.002)


def _ends_in(handle: int, head: Head) -> bool:
    """Whether the record that ends where the head says is the one that it names."""
    length = min(1 << 14, head.end)
    while b"\n" not in (line := os.pread(handle, length, head.end - length))[:-1] and length < head.end:
        length = min(2 * length, head.end)
    return head.seq == 0 or is_named(line[line.rfind(b"\n", 0, -1) + 1 :], head)


def _write(handle: int, data: bytes, start: int) -> None:
    written = 0
    while written < len(data):
        written += os.pwrite(handle, data[written:], start + written)
    os.fsync(handle)


def _unusable(error: SourceError | NoSpaceError) -> StateError | NoSpaceError:
    if isinstance(error, NoSpaceError):
        return error
    return StateError(error.message, hint="what must be logged and cannot be is not done; check the data folder")
