"""Where generations lie, which one is current, and how that changes: by renaming one pointer.

DATA/CURRENT                one line, the digest of the generation that is served
DATA/gen/<digest>/          immutable once it has that name
DATA/gen/tmp-<uuid>/        a build in progress; litter once the writer's lock is free
DATA/gen/<digest>.build     when and where it was built; outside the digest, so that builds can be compared
DATA/pins/<digest>-<uuid>   a reader's lease (a file lock), which keeps a generation from being collected
"""

from __future__ import annotations

import errno
import fcntl
import json
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from matchmaker import files
from matchmaker.errors import DamagedIndexError, IndexProblem, InputError, NoIndexError, NotFoundError

_DIGEST = re.compile(r"[0-9a-f]{64}")
_UNFINISHED = "tmp-"
_MAY_NOT_WRITE = {errno.EACCES, errno.EPERM, errno.EROFS}


@dataclass(frozen=True, slots=True)
class Listed:
    """A generation as `index list` shows it; `built_at` is UTC, empty where the note beside it is gone."""

    digest: str
    current: bool
    built_at: str
    bytes: int


def folder_of(data: Path, digest: str) -> Path:
    """Where a generation lies (or would)."""
    return data / "gen" / digest


def current(data: Path) -> str:
    """Digest of the generation that is served. Raises NoIndexError or DamagedIndexError."""
    pointer = data / "CURRENT"
    try:
        content = pointer.read_bytes()
    except FileNotFoundError as error:
        raise NoIndexError(
            f"no index is published in {data}", hint="run `matchmaker ingest …` and then `matchmaker index build`"
        ) from error
    digest = content.decode("ascii", errors="replace").removesuffix("\n")
    if not _DIGEST.fullmatch(digest) or not folder_of(data, digest).is_dir():
        raise DamagedIndexError(
            f"{pointer} names no generation that is here", hint="choose one with `matchmaker index list` and `publish`"
        )
    return digest


def publish(data: Path, digest: str) -> None:
    """Make a finished generation the one that is served; doing it twice changes nothing."""
    if digest not in digests(data):
        raise NotFoundError(f"no generation {digest!r} in {data}", hint="`matchmaker index list` shows those that are")
    files.replace_bytes(data / "CURRENT", f"{digest}\n".encode())


def named(data: Path, prefix: str) -> str:
    """The one generation whose digest begins with `prefix`. Raises NotFoundError or InputError when ambiguous."""
    found = [digest for digest in digests(data) if digest.startswith(prefix)]
    if len(found) > 1:
        raise InputError(f"{prefix!r} begins {len(found)} generations", hint="give more of the digest")
    if not found:
        raise NotFoundError(
            f"no generation begins with {prefix!r}", hint="`matchmaker index list` shows those that are"
        )
    return found[0]


def digests(data: Path) -> list[str]:
    """All finished generations, sorted."""
    folder = data / "gen"
    return (
        sorted(e.name for e in folder.iterdir() if _DIGEST.fullmatch(e.name) and e.is_dir()) if folder.exists() else []
    )


def listed(data: Path) -> list[Listed]:
    """All generations, newest first."""
    served = _served(data)
    rows = [Listed(d, d == served, _built_at(data, d), _size(folder_of(data, d))) for d in digests(data)]
    return sorted(rows, key=lambda row: (row.built_at, row.digest), reverse=True)


def rollback(data: Path) -> str:
    """Serve the generation built before the current one; returns its digest."""
    order = [row.digest for row in listed(data)]
    served = _served(data)
    place = 0 if served is None else order.index(served) + 1
    if place >= len(order):
        raise NotFoundError("there is no older generation to go back to", hint="`matchmaker index list` shows all")
    publish(data, order[place])
    return order[place]


def collect(data: Path, keep: int = 3) -> list[str]:
    """Remove all but the current, the `keep` newest and the pinned generations, and litter of killed builds."""
    newest = [row.digest for row in listed(data)][:keep]
    spared = {_served(data), *newest, *_pinned(data)}
    removed = [digest for digest in digests(data) if digest not in spared]
    for digest in removed:
        # Renamed first, so that a kill half-way leaves litter rather than half a generation.
        aside = data / "gen" / f"{_UNFINISHED}gc-{digest}"
        files.rename(folder_of(data, digest), aside)
        with suppress(FileNotFoundError):
            (data / "gen" / f"{digest}.build").unlink()
    clear_litter(data)
    return removed


def clear_litter(data: Path) -> None:
    """Remove unfinished builds. Only the holder of the writer's lock may call this."""
    for entry in (data / "gen").glob(f"{_UNFINISHED}*"):
        shutil.rmtree(entry)


def note_build(data: Path, digest: str, built_at: str, host: str) -> None:
    """Remember when and where a generation was built, outside its digest."""
    note = files.canonical_json({"built_at": built_at, "host": host})
    files.replace_bytes(data / "gen" / f"{digest}.build", note)


@contextmanager
def pinned(data: Path, digest: str) -> Iterator[None]:
    """Hold a lease on a generation while it is open. A data folder that may not be written is served without one."""
    pin = data / "pins" / f"{digest}-{uuid.uuid4().hex}"
    try:
        pin.parent.mkdir(exist_ok=True)
        held = pin.open("wb")
    except OSError as error:
        if error.errno not in _MAY_NOT_WRITE:
            raise
        yield
        return
    try:
        fcntl.flock(held, fcntl.LOCK_SH)  # the kernel lets go when the reader dies
        yield
    finally:
        pin.unlink(missing_ok=True)
        held.close()


def _served(data: Path) -> str | None:
    """The generation that is served; None where the pointer is missing or broken, which the way out must survive."""
    try:
        return current(data)
    except IndexProblem:
        return None


def _pinned(data: Path) -> set[str]:
    """Generations with a living reader; pins of dead ones are removed."""
    alive = set()
    for pin in (data / "pins").glob("*-*"):
        with suppress(FileNotFoundError), pin.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                alive.add(pin.name.partition("-")[0])
            else:
                pin.unlink(missing_ok=True)
    return alive


def _built_at(data: Path, digest: str) -> str:
    note = data / "gen" / f"{digest}.build"
    try:
        return str(json.loads(note.read_text())["built_at"])
    except (FileNotFoundError, ValueError, KeyError):
        return ""


def _size(folder: Path) -> int:
    return sum(entry.stat().st_size for entry in folder.iterdir())
