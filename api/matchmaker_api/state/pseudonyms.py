"""The names people have in the logs: `p-` and 32 hex digits, the HMAC-SHA256 of their id under a random key.

The key lies in `DATA/audit/subject.key`, made once for all logs of the folder. Without it nobody can tell whom a
pseudonym means; with it, one can find the records of an id.
"""

from __future__ import annotations

import hmac
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from matchmaker.errors import SourceError, StateError
from matchmaker_api.state import private
from matchmaker_api.state.links import read_head

_KEY: Final = "subject.key"
_KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """The pseudonyms of the logs in `folder`."""

    folder: Path

    def key(self) -> bytes:
        """The key, made once. A lost one is not made anew: the same people would get other names. Raises StateError."""
        path = private.folder(self.folder) / _KEY
        try:
            if not path.exists():
                self._no_log_rests_on_it(path)
                private.create(path, os.urandom(_KEY_BYTES))
            key = path.read_bytes()
        except (SourceError, OSError) as error:
            raise StateError(f"cannot use {path}: {error}", hint="check the data folder") from error
        if len(key) != _KEY_BYTES:
            raise StateError(f"{path} is damaged: it has {len(key)} bytes", hint="restore it from a backup")
        return key

    def of(self, person: str) -> str:
        """The pseudonym of one id. Raises StateError."""
        return pseudonym(self.key(), person)

    def _no_log_rests_on_it(self, path: Path) -> None:
        for head in self.folder.glob("*.jsonl.head"):
            log = head.with_name(head.name.removesuffix(".head"))
            known = read_head(log)
            if known is not None and known.seq:
                raise StateError(f"{path} is missing, and {log.name} rests on it", hint="restore it from a backup")


def pseudonym(key: bytes, person: str) -> str:
    """The pseudonym of an id under a key: for many, so that the key is read once."""
    return f"p-{hmac.new(key, person.encode(), 'sha256').hexdigest()[:32]}"
