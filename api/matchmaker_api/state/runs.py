"""Every answer given, so that it can be shown and explained again: request, generation, answer.

What only officers may see of a run lies beside it, in a table of its own: no reader of runs meets it by accident.
"""

from __future__ import annotations

import json
import re
import sqlite3
import zlib
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matchmaker.errors import NotFoundError
from matchmaker_api.state.database import opened

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
_SCREENING = """
CREATE TABLE IF NOT EXISTS run_screening (
    run_id  TEXT PRIMARY KEY REFERENCES runs ON DELETE CASCADE,
    content BLOB NOT NULL
) STRICT
"""


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

    def save(self, run: Run, screening: dict[str, Any] | None = None) -> None:
        """Keep a run, and with it what only officers may see of it; both are on disk when this returns, or neither.

        Raises StateError when they cannot be kept.
        """
        row = (run.run_id, run.created, run.generation, json.dumps(run.request), zlib.compress(_bytes(run.answer)))
        with self._open() as database, database:
            database.execute("INSERT INTO runs VALUES (?, ?, ?, ?, ?)", row)
            if screening is not None:
                _keep_screening(database, run.run_id, screening)

    def save_screening(self, run_id: str, screening: dict[str, Any]) -> None:
        """Keep, or keep anew, what only officers may see of a run that is here. Raises NotFoundError or StateError."""
        self.get(run_id)
        with self._open() as database, database:
            _keep_screening(database, run_id, screening)

    def screening(self, run_id: str) -> dict[str, Any] | None:
        """What only officers may see of a run; None for a run that was not screened. Raises NotFoundError."""
        self.get(run_id)
        with self._open() as database:
            row = database.execute("SELECT content FROM run_screening WHERE run_id = ?", (run_id,)).fetchone()
        return None if row is None else dict(json.loads(zlib.decompress(row[0])))

    def find(self, run_id: str) -> Run | None:
        """A run by id, None where it is not kept."""
        try:
            return self.get(run_id)
        except NotFoundError:
            return None

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

    def _open(self) -> AbstractContextManager[sqlite3.Connection]:
        return opened(self.path, _SCHEMA, _SCREENING)


def _keep_screening(database: sqlite3.Connection, run_id: str, screening: dict[str, Any]) -> None:
    row = (run_id, zlib.compress(_bytes(screening)))
    database.execute("INSERT OR REPLACE INTO run_screening VALUES (?, ?)", row)


def _bytes(answer: dict[str, Any]) -> bytes:
    return json.dumps(answer, ensure_ascii=False).encode()
