"""Writing a snapshot aside, naming it by its digest, and pointing to it: readers see the old one or the new one."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from matchmaker.errors import DamagedIndexError
from matchmaker.files import canonical_json, rename, replace_bytes, sha256, sync_folder, write_bytes, writing_in_pieces
from matchmaker.sources.merge import Merged
from matchmaker.sources.shuffle import TableWriter
from matchmaker.sources.snapshot import FOLDER, FORMAT_VERSION, MANIFEST, POINTER, SCHEMAS, Snapshot

_ASIDE: Final = "tmp-"


def publish(data: Path, fill: Callable[[dict[str, TableWriter]], Merged]) -> tuple[Snapshot, Merged]:
    """Write a snapshot from what `fill` puts into the tables, make it the current one of `data` and open it.

    To be called under the writer's lock. Content that was published before keeps its folder, so doing this twice is
    the same as once.
    """
    folder = data / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    sweep(folder)
    aside = folder / f"{_ASIDE}{uuid4().hex}"
    aside.mkdir()
    found, counts, files = _written(aside, fill)
    manifest = canonical_json(
        {
            "format_version": FORMAT_VERSION,
            "counts": {**counts, "countries": len(found.countries)},
            "files": files,
            "latest_published": found.latest.isoformat() if found.latest else None,
        }
    )
    write_bytes(aside / MANIFEST, manifest)
    sync_folder(aside)
    digest = sha256(manifest)
    _named(aside, folder / digest, data)
    replace_bytes(data / POINTER, f"{digest}\n".encode())
    return Snapshot.open(data, digest), found


def sweep(folder: Path) -> None:
    """Remove what killed writers left in `folder`; the lock is held, so nobody is writing there."""
    for litter in folder.glob(f"{_ASIDE}*"):
        shutil.rmtree(litter)


def _written(
    aside: Path, fill: Callable[[dict[str, TableWriter]], Merged]
) -> tuple[Merged, dict[str, int], dict[str, dict[str, Any]]]:
    with ExitStack() as files:
        sinks = {name: files.enter_context(writing_in_pieces(aside / f"{name}.parquet")) for name in SCHEMAS}
        with ExitStack() as tables:
            writers = {name: tables.enter_context(TableWriter(sinks[name], SCHEMAS[name])) for name in SCHEMAS}
            found = fill(writers)
    counts = {name: writer.rows for name, writer in writers.items()}
    return (
        found,
        counts,
        {f"{name}.parquet": {"bytes": sink.bytes, "sha256": sink.sha256} for name, sink in sinks.items()},
    )


def _named(aside: Path, target: Path, data: Path) -> None:
    if target.exists():
        try:
            Snapshot.open(data, target.name)
            shutil.rmtree(aside)
            return
        except DamagedIndexError:
            # What was published here has been damaged since; the same content, freshly written, takes its place.
            shutil.rmtree(target)
    rename(aside, target)
