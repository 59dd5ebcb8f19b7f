"""Durable files: bytes → write → fsync → read back → digest → rename. The only module that makes data durable.

What is digested is what we meant to write, and what landed is read back and compared, because a full disk can
truncate a file and report success. After a failed write or fsync nothing is retried: the caller abandons the
folder it was writing (a failed fsync marks pages clean, so a second fsync would lie).
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from matchmaker.errors import NoSpaceError, SourceError

_DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def sha256(data: bytes | memoryview) -> str:
    """Hex SHA-256 of `data`, 64 characters."""
    return hashlib.sha256(data).hexdigest()


def canonical_json(value: Mapping[str, Any]) -> bytes:
    """UTF-8 JSON with sorted keys and no spaces, so that equal content has equal bytes. NaN is refused."""
    return (
        json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode() + b"\n"
    )


def write_bytes(path: Path, data: bytes | memoryview) -> str:
    """Write `data` to the new file `path`, fsync it, read it back; return its SHA-256.

    Raises NoSpaceError when the disk is full, SourceError when what landed differs from what was meant.
    """
    try:
        with path.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        landed = path.read_bytes()
    except OSError as error:
        raise write_failure(error, path) from error
    digest = sha256(data)
    if sha256(landed) != digest:
        raise SourceError(
            f"{path} was written, but reads back differently", hint="check the disk; nothing was published"
        )
    return digest


class Digesting:
    """A binary file for writing that digests what is meant to be written: `sha256` and `bytes` say what it was."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self.bytes = 0
        self.closed = False

    def write(self, data: bytes | memoryview) -> int:
        """Write and digest `data`; return its length in bytes."""
        self._digest.update(data)
        self._file.write(data)
        self.bytes += memoryview(data).nbytes
        return memoryview(data).nbytes

    def flush(self) -> None:
        """Hand what was written to the operating system."""
        self._file.flush()

    @property
    def sha256(self) -> str:
        """Hex SHA-256 of everything written so far."""
        return self._digest.hexdigest()


@contextmanager
def writing_in_pieces(path: Path) -> Iterator[Digesting]:
    """Like `write_bytes`, for a file too large to hold in memory: give pieces to `write`, in order.

    On leaving, the file is fsynced, read back and compared. Raises NoSpaceError when the disk is full, SourceError
    when what landed differs from what was meant.
    """
    try:
        with path.open("wb") as file:
            sink = Digesting(file)
            yield sink
            file.flush()
            os.fsync(file.fileno())
        with path.open("rb") as landed:
            digest = hashlib.file_digest(landed, "sha256").hexdigest()
    except OSError as error:
        raise write_failure(error, path) from error
    if digest != sink.sha256:
        raise SourceError(
            f"{path} was written, but reads back differently", hint="check the disk; nothing was published"
        )


def replace_bytes(path: Path, data: bytes) -> None:
    """Put `data` at `path` in one step: readers see the old content or the new, never a mixture."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        write_bytes(aside, data)
        rename(aside, path)
    except BaseException:
        with suppress(FileNotFoundError):
            aside.unlink()
        raise


def rename(source: Path, target: Path) -> None:
    """Rename within one file system and make the new name durable."""
    try:
        source.rename(target)
        sync_folder(target.parent)
    except OSError as error:
        raise write_failure(error, target) from error


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_failure(error: OSError, path: Path) -> NoSpaceError | SourceError:
    """The error to raise when the operating system refused to write `path`."""
    if error.errno in _DISK_FULL:
        return NoSpaceError(
            f"no space left while writing {path}", hint="free some space and run the same command again"
        )
    return SourceError(f"cannot write {path}: {error.strerror}", hint="check that the folder exists and may be written")
