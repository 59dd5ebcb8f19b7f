"""Files that only the account of the service may read: keys, logs, what lists say. Durable like all others."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from matchmaker.errors import StateError
from matchmaker.files import rename, sync_folder, write_bytes, write_failure

ONLY_OURS: Final = 0o600
_OUR_FOLDER: Final = 0o700


def folder(path: Path) -> Path:
    """The folder `path`, made for this account alone where it is missing. Raises StateError where it cannot be."""
    try:
        path.mkdir(mode=_OUR_FOLDER, exist_ok=True)
    except OSError as error:
        raise StateError(
            f"cannot make the folder {path}: {error.strerror}", hint="check that the data folder exists and is writable"
        ) from error
    return path


def replace(path: Path, data: bytes) -> None:
    """Put `data` at `path` in one step, readable by this account alone. Raises NoSpaceError or SourceError."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        touch(aside)
        write_bytes(aside, data)
        rename(aside, path)
    except BaseException:
        with suppress(FileNotFoundError):
            aside.unlink()
        raise


def create(path: Path, data: bytes) -> bool:
    """Put `data` at `path` unless there is a file already; whether it was put there. Two at once: one of them wins.

    Raises NoSpaceError or SourceError.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}.tmp")
    try:
        touch(aside)
        write_bytes(aside, data)
        os.link(aside, path)  # unlike a rename, it never replaces
        sync_folder(path.parent)
    except FileExistsError:
        return False
    except OSError as error:
        raise write_failure(error, path) from error
    finally:
        with suppress(FileNotFoundError):
            aside.unlink()
    return True


def touch(path: Path) -> None:
    """An empty file that this account alone may read, or the file that is there, left as it is."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, ONLY_OURS))
    except OSError as error:
        raise write_failure(error, path) from error
