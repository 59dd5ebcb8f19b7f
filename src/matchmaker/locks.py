"""One writer at a time per data folder. Readers never wait: they open what has been published."""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from matchmaker.errors import LockedError, SourceError
from matchmaker.files import canonical_json

LOCK: Final = "LOCK"


@contextmanager
def writing(data: Path, *, started: str) -> Iterator[None]:
    """Hold the writer's lock of the folder `data`, made if missing; `started` says since when, for others to read.

    The lock is the kernel's (flock), so a holder that died holds nothing. Raises LockedError at once, naming the
    holder, when another process writes; SourceError when the folder cannot be written.
    """
    handle = _opened(data)
    try:
        _lock(handle, data)
        os.ftruncate(handle, 0)
        os.pwrite(handle, canonical_json({"pid": os.getpid(), "host": socket.gethostname(), "started": started}), 0)
        yield
    finally:
        # The file stays: unlinking it would let two writers hold locks on two files of one name.
        os.close(handle)


def _opened(data: Path) -> int:
    try:
        data.mkdir(parents=True, exist_ok=True)
        return os.open(data / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise SourceError(
            f"cannot write in {data}: {error.strerror}", hint="check that the folder may be written"
        ) from error


def _lock(handle: int, data: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.pread(handle, 1000, 0).decode("utf-8", "replace").strip() or "a process that has just begun"
        raise LockedError(
            f"another process is writing in {data}: {holder}",
            hint="wait until it has finished, or stop it, and run the same command again",
        ) from error
