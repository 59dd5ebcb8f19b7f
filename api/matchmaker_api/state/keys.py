"""Keys: who shows one has its role. A key is shown once, when it is made; only its SHA-256 is kept.

`mm_<id>_<secret>`: the id (8 hex digits) may be seen by anybody, the secret is 32 random bytes. A slow hash would add
nothing: it protects words that people choose, and 256 random bits cannot be tried out. For the same reason a wrong key
costs no waiting time, which would only let strangers keep the service busy.
"""

from __future__ import annotations

import hmac
import re
import secrets
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from matchmaker.errors import InputError, NotFoundError
from matchmaker.files import sha256
from matchmaker_api.access import ROLES
from matchmaker_api.state.database import opened

LONGEST_DAYS: Final = 365
LONGEST_LABEL: Final = 100
_KEY: Final = re.compile(r"mm_([0-9a-f]{8})_[A-Za-z0-9_-]{43}")
_ID: Final = re.compile(r"[0-9a-f]{8}")
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS keys (
    id        TEXT PRIMARY KEY,
    role      TEXT NOT NULL,
    label     TEXT NOT NULL,
    sha256    TEXT NOT NULL,
    created   TEXT NOT NULL,
    expires   TEXT NOT NULL,
    revoked   TEXT,
    last_used TEXT
) STRICT
"""


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of a key. All are days, UTC; `expires` is the first on which it no longer holds."""

    id: str
    role: str
    label: str
    created: date
    expires: date
    revoked: date | None = None
    last_used: date | None = None

    def holds(self, at: date) -> bool:
        """Whether it opens anything on the day `at`."""
        return self.revoked is None and at < self.expires


@dataclass(frozen=True, slots=True)
class KeyStore:
    """Keys in the database `path`; `now` is the clock."""

    path: Path
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def create(self, role: str, label: str = "", days: int = LONGEST_DAYS) -> tuple[Key, str]:
        """Make a key that holds for `days`; it and its text, which nobody can get again.

        Raises InputError for a role that does not exist, more than 365 days or a label of more than 100 characters.
        """
        if role not in ROLES:
            raise InputError(f"there is no role {role!r}", hint=f"roles: {', '.join(ROLES)}")
        if not 1 <= days <= LONGEST_DAYS:
            raise InputError(f"a key of {days} days is not made", hint=f"allowed are 1 to {LONGEST_DAYS} days")
        if len(label) > LONGEST_LABEL or not label.isprintable():
            raise InputError("this label is not taken", hint=f"one line of at most {LONGEST_LABEL} characters")
        key = Key(secrets.token_hex(4), role, label, self._today(), self._today() + timedelta(days=days))
        shown = f"mm_{key.id}_{secrets.token_urlsafe(32)}"
        row = (key.id, role, label, sha256(shown.encode()), key.created.isoformat(), key.expires.isoformat())
        with self._open() as database, database:
            database.execute("INSERT INTO keys (id, role, label, sha256, created, expires) VALUES (?,?,?,?,?,?)", row)
        return key, shown

    def listed(self) -> list[Key]:
        """All keys ever made, newest first."""
        with self._open() as database:
            return [_key(row) for row in database.execute("SELECT * FROM keys ORDER BY created DESC, rowid DESC")]

    def revoke(self, id: str) -> Key:
        """End a key at once; a key that has been revoked keeps its day. Raises NotFoundError."""
        with self._open() as database, database:
            database.execute(
                "UPDATE keys SET revoked = coalesce(revoked, ?) WHERE id = ?", (self._today().isoformat(), id)
            )
            row = database.execute("SELECT * FROM keys WHERE id = ?", (id,)).fetchone()
        if row is None:
            shown = id if _ID.fullmatch(id) else "of that id"  # it may be a whole key, which belongs in no message
            raise NotFoundError(f"there is no key {shown}", hint="`matchmaker keys list` shows the ids")
        return _key(row)

    def holder(self, shown: str) -> Key | None:
        """The key with this text, where it holds today; None for anything else. Notes the day of its last use."""
        found = _KEY.fullmatch(shown)
        if found is None or not self.path.exists():
            return None
        with self._open() as database:
            row = database.execute("SELECT * FROM keys WHERE id = ?", (found[1],)).fetchone()
            digest = "" if row is None else str(row["sha256"])
            if not hmac.compare_digest(sha256(shown.encode()), digest) or not _key(row).holds(self._today()):
                return None
            if row["last_used"] != (today := self._today().isoformat()):
                with database:
                    database.execute("UPDATE keys SET last_used = ? WHERE id = ?", (today, found[1]))
            return _key(row)

    def _today(self) -> date:
        return self.now().astimezone(UTC).date()

    def _open(self) -> AbstractContextManager[sqlite3.Connection]:
        return opened(self.path, _SCHEMA)


def _key(row: Any) -> Key:
    days = [None if row[name] is None else date.fromisoformat(row[name]) for name in ("revoked", "last_used")]
    return Key(
        row["id"], row["role"], row["label"], date.fromisoformat(row["created"]), date.fromisoformat(row["expires"]),
        *days,
    )  # fmt: skip
