"""The one SQLite file of what changes, `DATA/state.db`: opened in one way, each room of `state` with its own tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from matchmaker.errors import MatchmakerError, StateError
from matchmaker_api.state.private import touch

STATE: Final = "state.db"
_SETTINGS: Final = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=5000",
    "PRAGMA trusted_schema=OFF",
)


@contextmanager
def opened(path: Path, *schema: str) -> Iterator[sqlite3.Connection]:
    """The database at `path`, made where it is missing (for this account alone), with the tables of `schema`.

    Each statement of `schema` must be harmless where its table exists: a file of an earlier version gains what it
    lacks. Raises StateError where the file cannot be used.
    """
    _make(path)
    try:
        with closing(sqlite3.connect(path)) as database:
            database.row_factory = sqlite3.Row
            for statement in (*_SETTINGS, *schema):
                database.execute(statement)
            yield database
    except sqlite3.Error as error:
        raise _unusable(path, error) from error


def _make(path: Path) -> None:
    # SQLite would make it readable for everybody; its journal files take over the rights of this one.
    if not path.exists():
        try:
            touch(path)
        except MatchmakerError as error:
            raise _unusable(path, error) from error


def _unusable(path: Path, reason: Exception) -> StateError:
    return StateError(
        f"the state file {path.name} cannot be used: {reason}",
        hint="what must be remembered is kept there, so without it nothing is answered; check that the folder may be "
        "written",
    )
