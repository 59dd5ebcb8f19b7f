"""`ingest`: read foreign files into a new current snapshot, resumably, counting everything.

    files → reader → parts in a spool → merge with the current snapshot → publish

Memory does not grow with the input. A killed ingest that is started again with the same inputs and `resume` goes on
after its last whole part and ends in the same snapshot.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

from matchmaker.errors import InputError, SourceError
from matchmaker.files import canonical_json, sha256, write_failure
from matchmaker.locks import writing
from matchmaker.sources import demo, openalex, tabular, works
from matchmaker.sources.intake import Item, Reader
from matchmaker.sources.merge import RANGE_BYTES, Merge, Merged
from matchmaker.sources.publishing import publish
from matchmaker.sources.quarantine import checked, deliver
from matchmaker.sources.same_person import adopted_ids
from matchmaker.sources.snapshot import Snapshot, current_digest
from matchmaker.sources.spool import Part, Spool

PART_RECORDS: Final = 5_000


@dataclass(frozen=True, slots=True)
class IngestOptions:
    """How to ingest.

    `resume` goes on after what an interrupted ingest of the same inputs had read; without it such parts are thrown
    away, which the report says. `fresh` leaves the current snapshot out of the new one. `quarantine` is a file that
    every skipped record is appended to. `mapping` is for `csv`, `seed` and `people` are for `demo`. `started` is the
    time to write into the lock. `part_records` are read between two points to resume from; `range_bytes` of memory are
    merged at a time. Neither changes the snapshot.
    """

    resume: bool = False
    fresh: bool = False
    quarantine: Path | None = None
    mapping: Path | None = None
    seed: int = 7
    people: int = 2_000
    started: str = ""
    part_records: int = PART_RECORDS
    range_bytes: int = RANGE_BYTES


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What came in: read = kept + all that was skipped; the last five numbers describe the new snapshot as a whole.

    `repaired` counts what was mended on records that were kept, and marks of prestige that were not read. `replaced`
    are works of the former snapshot that a new record took the place of. `resumed_at` is how many records an
    interrupted ingest had read, `discarded` how many such records were read again from the start.
    """

    read: int
    kept: int
    skipped: dict[str, int]
    repaired: dict[str, int]
    replaced: int
    researchers: int
    works: int
    institutions: int
    countries: int
    snapshot: str
    resumed_at: int = 0
    discarded: int = 0

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON-ready values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of input: how it is read and which names its files have; no names for one without files."""

    read: Callable[[IngestOptions], Reader]
    suffixes: tuple[str, ...] = ()
    options: tuple[str, ...] = field(default=())


SOURCES: Final[dict[str, Source]] = {
    "openalex": Source(lambda options: openalex.read, openalex.SUFFIXES),
    "works": Source(lambda options: works.read, works.SUFFIXES),
    "csv": Source(lambda options: tabular.reader(options.mapping), tabular.SUFFIXES, ("mapping",)),
    "demo": Source(
        lambda options: lambda path: demo.invented_world(options.seed, options.people), (), ("seed", "people")
    ),
}


def ingest(
    source: str,
    paths: Sequence[Path],
    data: Path,
    *,
    options: IngestOptions | None = None,
    progress: Callable[[int], None] = lambda records: None,
) -> IngestReport:
    """Read `paths` as `source` (openalex, works, csv, demo) and publish the new current snapshot of the folder `data`.

    A folder among `paths` stands for every fitting file in it. `progress` is called with the number of records read so
    far, after every part. Raises InputError for an unknown source, SourceError for files that are missing or cannot be
    read (what was read before stays in the spool), LockedError while another process writes, NoSpaceError when the
    disk is full. The snapshot that was current stays so until the new one is complete.
    """
    options = options or IngestOptions()
    if source not in SOURCES:
        raise InputError(f"unknown source {source!r}", hint=f"known sources: {', '.join(sorted(SOURCES))}")
    if options.quarantine is not None:
        checked(options.quarantine)
    files = input_files(source, paths)
    reader = SOURCES[source].read(options)
    with writing(data, started=options.started):
        try:
            spool, discarded = _spool(source, files, data, options)
            resumed_at = spool.counts.records
            _read(spool, _items(reader, files), options.part_records, progress)
            return _finished(spool, data, options, {"resumed_at": resumed_at, "discarded": discarded})
        except OSError as error:
            # Readers explain their own; what is left is the data folder: full, read-only or gone.
            raise write_failure(error, data) from error


def input_files(source: str, paths: Sequence[Path]) -> list[Path]:
    """The files behind `paths`, each once, in the order of their names; folders are searched through.

    Raises SourceError for what does not exist, has another suffix, or is a folder without a fitting file.
    """
    suffixes = SOURCES[source].suffixes
    if not suffixes:
        return [Path(source)]
    if not paths:
        raise SourceError(
            f"nothing to ingest as {source}", hint=f"name a file or folder; looked for: {', '.join(suffixes)}"
        )
    return sorted({file for path in paths for file in _fitting(path, suffixes)})


def _fitting(path: Path, suffixes: tuple[str, ...]) -> list[Path]:
    wanted = f"looked for: {', '.join(suffixes)}"
    if path.is_dir():
        found = [file for file in path.rglob("*") if file.name.endswith(suffixes) and file.is_file()]
        if not found:
            raise SourceError(f"the folder {path} holds no file to ingest", hint=wanted)
        return found
    if not path.exists():
        raise SourceError(
            f"there is no file {path}", hint="check the spelling; paths are taken from the current folder"
        )
    if not path.name.endswith(suffixes):
        raise SourceError(f"{path} has an unexpected suffix", hint=wanted)
    return [path]


# ---- reading -----------------------------------------------------------------------------------------------


def _spool(source: str, files: Sequence[Path], data: Path, options: IngestOptions) -> tuple[Spool, int]:
    """The spool to go on with, and how many records of an earlier attempt were thrown away."""
    what = {
        "source": source,
        "paths": [str(file.resolve()) for file in files] if SOURCES[source].suffixes else [],
        "options": {name: str(getattr(options, name)) for name in (*SOURCES[source].options, "fresh")},
    }
    job = {**what, "inputs": [_fingerprint(Path(path)) for path in what["paths"]]}
    spool = Spool(data / "ingest" / sha256(canonical_json(what))[:16])
    known = spool.job()
    discarded = 0
    if not (options.resume and known and _unchanged(known, job, spool)):
        discarded = spool.counts.records
        spool.clear()
    spool.begin(job)
    return spool, discarded


def _fingerprint(path: Path) -> dict[str, Any]:
    return {"bytes": path.stat().st_size, "sha256": _digest(path, None)}


def _digest(path: Path, size: int | None) -> str:
    """SHA-256 of the first `size` bytes of `path`, of all when None."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(2**20 if size is None else min(size, 2**20)):
                digest.update(block)
                size = None if size is None else size - len(block)
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}", hint="check that it may be read") from error
    return digest.hexdigest()


def _unchanged(known: dict[str, Any], job: dict[str, Any], spool: Spool) -> bool:
    """Whether what was spooled would be read again: every file up to the last one reached is as it was.

    That last one may have grown if it is a gzip file, because a cut-off download that has been completed has.
    """
    reached = spool.counts.file
    for at, (before, now) in enumerate(zip(known["inputs"], job["inputs"], strict=True)):
        path = Path(job["paths"][at])
        completed = at == reached and path.suffix == ".gz" and before["bytes"] < now["bytes"]
        if at <= reached and before != now and not (completed and _digest(path, before["bytes"]) == before["sha256"]):
            return False
    return True


def _items(reader: Reader, files: Sequence[Path]) -> Iterator[tuple[int, Item]]:
    for at, file in enumerate(files):
        for item in reader(file):
            yield at, item


def _read(spool: Spool, items: Iterator[tuple[int, Item]], size: int, progress: Callable[[int], None]) -> None:
    read = spool.counts.records
    part = Part(read)
    for at, item in islice(items, read, None):
        part.add(item, at)
        if len(part) == size:
            spool.write(part)
            part = Part(part.first + size)
            progress(part.first)
    if len(part):
        spool.write(part)
    progress(part.first + len(part))


# ---- finishing ---------------------------------------------------------------------------------------------


def _finished(spool: Spool, data: Path, options: IngestOptions, attempt: dict[str, int]) -> IngestReport:
    base = None if options.fresh or current_digest(data) is None else Snapshot.open(data)
    scratch = spool.folder / "merge"
    shutil.rmtree(scratch, ignore_errors=True)
    merge = Merge(spool, base, adopted_ids(spool, base), scratch, options.range_bytes)
    snapshot, found = publish(data, merge.run)
    if options.quarantine is not None:
        lines = chain(spool.quarantined(), merge.duplicates())
        deliver(lines, options.quarantine, spool.folder / "QUARANTINE.json")
    report = _report(spool, snapshot, found, attempt)
    spool.clear()
    return report


def _report(spool: Spool, snapshot: Snapshot, found: Merged, attempt: dict[str, int]) -> IngestReport:
    counts, total = spool.counts, snapshot.manifest["counts"]
    duplicates = {"duplicate_work_id": found.duplicates} if found.duplicates else {}
    merged = {"person_in_several_records": found.people_merged} if found.people_merged else {}
    return IngestReport(
        read=counts.records,
        kept=counts.kept - found.duplicates,
        skipped=dict(sorted((counts.skipped | duplicates).items())),
        repaired=dict(sorted((counts.repaired | merged).items())),
        replaced=found.replaced,
        researchers=total["researchers"],
        works=total["works"],
        institutions=total["institutions"],
        countries=total["countries"],
        snapshot=snapshot.digest,
        **attempt,
    )
