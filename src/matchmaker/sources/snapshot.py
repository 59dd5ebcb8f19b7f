"""The canonical snapshot: five Parquet files and a manifest, immutable, named by the digest of the manifest.

    DATA/SNAPSHOT                        one line: the digest of the current snapshot
    DATA/snapshots/<digest>/
        works.parquet                    sorted by work_id
        authorships.parquet              sorted by work_id, position
        researchers.parquet              sorted by researcher_id
        affiliations.parquet             sorted by researcher_id, then every other column
        institutions.parquet             sorted by institution_id
        MANIFEST.json                    format_version, counts, files{name: {bytes, sha256}}, latest_published

Country codes are text: `NA` is Namibia and never a missing value.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from matchmaker.errors import DamagedIndexError, SourceError, StaleIndexError
from matchmaker.files import sha256

FORMAT_VERSION: Final = 1
POINTER: Final = "SNAPSHOT"
FOLDER: Final = "snapshots"
MANIFEST: Final = "MANIFEST.json"

_TEXTS: Final = pa.list_(pa.string())


def _required(name: str, kind: pa.DataType) -> pa.Field:
    return pa.field(name, kind, nullable=False)


SCHEMAS: Final[Mapping[str, pa.Schema]] = {
    "works": pa.schema(
        [
            _required("work_id", pa.string()),
            _required("title", pa.string()),
            pa.field("abstract", pa.string()),
            _required("year", pa.int16()),
            _required("published", pa.date32()),
            pa.field("language", pa.string()),
            _required("topics", _TEXTS),
            pa.field("url", pa.string()),
            _required("source", pa.string()),
            _required("n_authors", pa.int32()),
        ]
    ),
    "authorships": pa.schema(
        [
            _required("work_id", pa.string()),
            _required("researcher_id", pa.string()),
            _required("position", pa.int32()),
            _required("institution_ids", _TEXTS),
            _required("countries", _TEXTS),
        ]
    ),
    "researchers": pa.schema(
        [
            _required("researcher_id", pa.string()),
            _required("name", pa.string()),
            pa.field("orcid", pa.string()),
            pa.field("interests", pa.string()),
            _required("source", pa.string()),
        ]
    ),
    "affiliations": pa.schema(
        [
            _required("researcher_id", pa.string()),
            pa.field("institution_id", pa.string()),
            pa.field("country", pa.string()),
            _required("kind", pa.string()),
            pa.field("start", pa.date32()),
            pa.field("end", pa.date32()),
            _required("basis", pa.string()),
        ]
    ),
    "institutions": pa.schema(
        [
            _required("institution_id", pa.string()),
            _required("name", pa.string()),
            pa.field("country", pa.string()),
            pa.field("type", pa.string()),
            pa.field("ror", pa.string()),
        ]
    ),
}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A verified snapshot. Every method reads one file as a `pyarrow.Table` in the file's order."""

    folder: Path
    digest: str
    manifest: Mapping[str, Any]

    @classmethod
    def open(cls, data: Path, digest: str | None = None) -> Snapshot:
        """Open the current snapshot of `data`, or the one named by `digest` (64 hex characters).

        Reads every file once to compare its size and SHA-256. Raises SourceError where there is no snapshot,
        DamagedIndexError naming the file that differs from what was published, StaleIndexError for a format
        this version does not know.
        """
        name = digest or current_digest(data)
        if name is None:
            raise SourceError(
                f"there is no snapshot in {data}",
                hint="make one with `matchmaker ingest`, e.g. `matchmaker ingest demo`",
            )
        folder = data / FOLDER / _well_formed(name)
        if not folder.is_dir():
            raise _absent(folder, asked=digest is not None)
        manifest = _read_manifest(folder)
        for file, promised in manifest["files"].items():
            _verify(folder / file, promised)
        return cls(folder, name, manifest)

    def works(self, columns: Sequence[str] | None = None) -> pa.Table:
        """One row per work, sorted by work_id; `columns` in the order given, all when None."""
        return self.table("works", columns)

    def authorships(self, columns: Sequence[str] | None = None) -> pa.Table:
        """One row per name of a by-line, sorted by work_id and position (0 is the first name)."""
        return self.table("authorships", columns)

    def researchers(self, columns: Sequence[str] | None = None) -> pa.Table:
        """One row per person, sorted by researcher_id."""
        return self.table("researchers", columns)

    def affiliations(self, columns: Sequence[str] | None = None) -> pa.Table:
        """Where people are or were employed; open `start` or `end` is unknown or still running."""
        return self.table("affiliations", columns)

    def institutions(self, columns: Sequence[str] | None = None) -> pa.Table:
        """One row per organisation, sorted by institution_id."""
        return self.table("institutions", columns)

    def table(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """The table of that name: works, authorships, researchers, affiliations or institutions."""
        with pq.ParquetFile(self.folder / f"{name}.parquet") as file:
            return file.read(columns=None if columns is None else list(columns))

    def batches(self, name: str, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """The same table in pieces of at most 16,384 rows, for a snapshot larger than memory."""
        with pq.ParquetFile(self.folder / f"{name}.parquet") as file:
            for batch in file.iter_batches(16_384, columns=None if columns is None else list(columns)):
                yield pa.Table.from_batches([batch])


def current_digest(data: Path) -> str | None:
    """The digest DATA/SNAPSHOT points to, None where nothing has been ingested yet."""
    try:
        return (data / POINTER).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise DamagedIndexError(
            f"{data / POINTER} cannot be read: {error}", hint="restore it from a backup, or ingest again"
        ) from error


def _well_formed(digest: str) -> str:
    # The name becomes part of a path, so nothing but a digest is let through.
    if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
        raise DamagedIndexError(
            f"{digest[:80]!r} is not the name of a snapshot", hint="a snapshot is named by 64 hexadecimal digits"
        )
    return digest


def _absent(folder: Path, *, asked: bool) -> SourceError | DamagedIndexError:
    if asked:
        return SourceError(
            f"there is no snapshot {folder.name[:12]}… in {folder.parent}",
            hint="leave the digest out to open the current one",
        )
    return DamagedIndexError(
        f"{POINTER} points to {folder}, which is missing", hint="restore it from a backup, or ingest again"
    )


def _read_manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _damaged(path, f"cannot be read ({error.strerror})") from error
    if sha256(content) != folder.name:
        raise _damaged(path, "is not the manifest this snapshot was published with")
    manifest: dict[str, Any] = json.loads(content)
    if manifest["format_version"] != FORMAT_VERSION:
        raise StaleIndexError(
            f"{folder} has format {manifest['format_version']}, this version reads format {FORMAT_VERSION}",
            hint="ingest the sources again, or use the version of matchmaker that wrote it",
        )
    return manifest


def _verify(path: Path, promised: Mapping[str, Any]) -> None:
    try:
        found = path.stat().st_size
        if found != promised["bytes"]:
            raise _damaged(path, f"has {found} bytes instead of {promised['bytes']}")
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _damaged(path, f"cannot be read ({error.strerror})") from error
    if digest != promised["sha256"]:
        raise _damaged(path, "has other content than was published")


def _damaged(path: Path, what: str) -> DamagedIndexError:
    hint = "restore this snapshot from a backup, or ingest all sources again, the first with --fresh"
    return DamagedIndexError(f"{path} {what}", hint=hint)
