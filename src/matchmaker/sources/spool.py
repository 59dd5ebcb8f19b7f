"""What has been read so far, in whole parts on disk, so that a killed ingest goes on where it stopped.

    DATA/ingest/<job>/JOB.json                    what is being read: kind, options, and size and SHA-256 of every file
    DATA/ingest/<job>/part-00000.<table>.parquet  rows of one part
    DATA/ingest/<job>/part-00000.skipped.jsonl    the records of the part that were left out
    DATA/ingest/<job>/part-00000.json             its counts, written last: a part without it was not finished

`seq` is the number of the input record, from 0 over all files: of two records with one id the first one wins.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field, fields
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from matchmaker.domain.research import InstitutionRow, ResearcherRow, WorkRow
from matchmaker.files import canonical_json, replace_bytes, sync_folder, write_bytes, writing_in_pieces
from matchmaker.sources.intake import Item, Kept
from matchmaker.sources.snapshot import SCHEMAS

RAW_CAP: Final = 10_000  # characters of a skipped record that are kept for the quarantine file

_SEQ: Final = pa.field("seq", pa.int64())
_NAMED: Final = [pa.field("name", pa.string()), pa.field("orcid", pa.string()), pa.field("source", pa.string())]

SPOOLED: Final[Mapping[str, pa.Schema]] = {
    "works": SCHEMAS["works"].append(_SEQ),
    "authorships": pa.schema([*SCHEMAS["authorships"], _SEQ, *_NAMED]),
    "researchers": SCHEMAS["researchers"],
    "affiliations": SCHEMAS["affiliations"],
    "institutions": SCHEMAS["institutions"].append(pa.field("n", pa.int64())),
}


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one part or a whole ingest: `records` read, how many were kept, why others were not, what was mended."""

    records: int = 0
    kept: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    repaired: Counter[str] = field(default_factory=Counter)
    file: int = 0  # index of the file that the last record came from
    bytes: int = 0  # in memory, of all tables

    def __add__(self, later: Counts) -> Counts:
        return Counts(
            self.records + later.records,
            self.kept + later.kept,
            self.skipped + later.skipped,
            self.repaired + later.repaired,
            later.file,
            self.bytes + later.bytes,
        )


class Spool:
    """The folder of one job. `job` says what is read; equal jobs share a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.parts = [_counts(path) for path in self._finished()]

    @property
    def counts(self) -> Counts:
        """The sum over all whole parts."""
        return sum(self.parts, Counts())

    def job(self) -> dict[str, Any] | None:
        """What JOB.json says, None where there is none."""
        path = self.folder / "JOB.json"
        found: dict[str, Any] | None = json.loads(path.read_bytes()) if path.exists() else None
        return found

    def begin(self, job: Mapping[str, Any]) -> None:
        """Say what is being read; to be called before the first part."""
        self.folder.mkdir(parents=True, exist_ok=True)
        sync_folder(self.folder.parent)
        replace_bytes(self.folder / "JOB.json", canonical_json(job))

    def clear(self) -> None:
        """Forget every part."""
        if self.folder.exists():
            shutil.rmtree(self.folder)
        self.parts = []

    def write(self, part: Part) -> None:
        """Write one part; it counts from the moment its counts are on disk."""
        number = len(self.parts)
        tables = part.tables()
        for name, table in tables.items():
            with writing_in_pieces(self._path(number, f"{name}.parquet")) as sink:
                pq.write_table(table, sink, compression="zstd", compression_level=1)
        write_bytes(self._path(number, "skipped.jsonl"), b"".join(part.quarantined))
        counts = part.counts(sum(table.nbytes for table in tables.values()))
        replace_bytes(
            self._path(number, "json"), canonical_json({f.name: getattr(counts, f.name) for f in fields(counts)})
        )
        self.parts.append(counts)

    def tables(self, name: str, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """Table `name` of every part, in order."""
        for number in range(len(self.parts)):
            path = self._path(number, f"{name}.parquet")
            yield pq.ParquetFile(path).read(columns=None if columns is None else list(columns))

    def quarantined(self) -> Iterator[bytes]:
        """One JSON line per skipped record, in order."""
        for number in range(len(self.parts)):
            with self._path(number, "skipped.jsonl").open("rb") as file:
                yield from file

    def _path(self, number: int, rest: str) -> Path:
        return self.folder / f"part-{number:05d}.{rest}"

    def _finished(self) -> Iterator[Path]:
        number = 0
        while (path := self._path(number, "json")).exists():
            yield path
            number += 1


class Part:
    """Up to a few thousand records on their way to disk; `first` is the `seq` of the first."""

    def __init__(self, first: int) -> None:
        self.first = first
        self.quarantined: list[bytes] = []
        self._records = self._kept = self._file = 0
        self._skipped: Counter[str] = Counter()
        self._repaired: Counter[str] = Counter()
        self._works: list[tuple[int, WorkRow]] = []
        self._researchers: list[ResearcherRow] = []
        self._institutions: Counter[InstitutionRow] = Counter()

    def __len__(self) -> int:
        return self._records

    def add(self, item: Item, file: int) -> None:
        """Take in the next record, read from the file of index `file`."""
        seq = self.first + self._records
        self._records += 1
        self._file = file
        if isinstance(item, Kept):
            self._kept += 1
            self._repaired.update(item.notes)
            self._works += [(seq, work) for work in item.works]
            self._researchers += item.researchers
            self._institutions.update(item.institutions)
        else:
            self._skipped[item.reason] += 1
            self.quarantined.append(quarantine_line(item.reason, item.where, item.raw))

    def counts(self, size: int) -> Counts:
        """What this part holds; `size` in bytes of memory."""
        return Counts(self._records, self._kept, self._skipped, self._repaired, self._file, size)

    def tables(self) -> dict[str, pa.Table]:
        """The part's rows, one table per kind, each sorted by its first column."""
        rows: dict[str, Iterable[tuple[object, ...]]] = {
            "works": (_work(seq, work) for seq, work in self._works),
            "authorships": (row for seq, work in self._works for row in _authorships(seq, work)),
            "researchers": ((r.researcher_id, r.name, r.orcid, r.interests, r.source) for r in self._researchers),
            "affiliations": ((r.researcher_id, *astuple(a)) for r in self._researchers for a in r.affiliations),
            "institutions": ((*astuple(row), n) for row, n in self._institutions.items()),
        }
        return {name: _table(rows[name], schema) for name, schema in SPOOLED.items()}


def quarantine_line(reason: str, where: str, raw: bytes | str) -> bytes:
    """One line of a quarantine file; bytes that are no UTF-8 are shown as U+FFFD."""
    text = raw[: 4 * RAW_CAP].decode("utf-8", "replace") if isinstance(raw, bytes) else raw
    shown = text[:RAW_CAP].rstrip("\n").encode("utf-8", "replace").decode()
    return canonical_json({"reason": reason, "where": where, "raw": shown})


def _work(seq: int, work: WorkRow) -> tuple[object, ...]:
    return (
        work.work_id, work.title, work.abstract, work.year, work.published, work.language, work.topics, work.url,
        work.source, len(work.authors), seq,
    )  # fmt: skip


def _authorships(seq: int, work: WorkRow) -> Iterator[tuple[object, ...]]:
    for position, author in enumerate(work.authors):
        yield (
            work.work_id, author.researcher_id, position, author.institution_ids, author.countries, seq,
            author.name, author.orcid, work.source,
        )  # fmt: skip


def _table(rows: Iterable[tuple[object, ...]], schema: pa.Schema) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    arrays = [pa.array(column, type=kind.type) for column, kind in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema).sort_by(schema.names[0])


def _counts(path: Path) -> Counts:
    found = json.loads(path.read_bytes())
    return Counts(**{**found, "skipped": Counter(found["skipped"]), "repaired": Counter(found["repaired"])})
