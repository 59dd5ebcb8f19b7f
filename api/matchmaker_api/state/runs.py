"""Every answer given, so that it can be shown and explained again: request, generation, answer."""

from __future__ import annotations

import json
import re
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matchmaker.errors import NotFoundError, StateError

RUN_ID = re.compile(r"[0-9a-f]{32}")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    run_id     TEXT PRIMARY KEY,
    created    TEXT NOT NULL,
    generation TEXT NOT NULL,
    request    TEXT NOT NULL,
    answer     BLOB NOT NULL
) STRICT
"""
_SETTINGS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=5000",
    "PRAGMA trusted_schema=OFF",
)


@dataclass(frozen=True, slots=True)
class Run:
    """One answer as it was given. `request` and `answer` are the published JSON; `created` is UTC."""

    run_id: str
    created: str
    generation: str
    request: dict[str, Any]
    answer: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RunStore:
    """Runs in `path`, a SQLite file made when first needed."""

    path: Path

    def save(self, run: Run) -> None:
        """Keep a run; it is on disk when this returns. Raises StateError when it cannot be."""
        row = (run.run_id, run.created, run.generation, json.dumps(run.request), zlib.compress(_bytes(run.answer)))
        with self._open() as database, database:
            database.execute("INSERT INTO runs VALUES (?, ?, ?, ?, ?)", row)

    def get(self, run_id: str) -> Run:
        """A run by id. Raises NotFoundError."""
        row = None
        if RUN_ID.fullmatch(run_id) and self.path.exists():
            with self._open() as database:
                row = database.execute("SELECT * FROM runs WHERE run_id = ?", (run_id,)).fetchone()
        if row is None:
            raise NotFoundError(f"no run {run_id!r}", hint="the run id stands in `meta` of the answer it belongs to")
        run_id, created, generation, request, answer = row
        return Run(run_id, created, generation, json.loads(request), json.loads(zlib.decompress(answer)))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self.path)) as database:
                for setting in _SETTINGS:
                    database.execute(setting)
                database.execute(_SCHEMA)
                yield database
        except sqlite3.Error as error:
            raise StateError(
                f"the state file {self.path.name} cannot be used: {error}",
                hint="answers are remembered there, so without it none is given; check that the folder may be written",
            ) from error


def _bytes(answer: dict[str, Any]) -> bytes:
    return json.dumps(answer, ensure_ascii=False).encode()
