"""Settings, read once at the door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from matchmaker.errors import InputError

DEFAULT_DATA = "data"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the data lie and where to serve: MATCHMAKER_DATA, HOST, PORT."""

    data: Path
    host: str = "127.0.0.1"
    port: int = 8000

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Settings:
        """Raises InputError for a port that is no port."""
        port = environ.get("PORT", "8000")
        if not port.isdecimal() or not 0 < int(port) < 65536:
            raise InputError(f"PORT is {port!r}; allowed are 1 to 65535", hint="for example PORT=8080")
        return cls(Path(environ.get("MATCHMAKER_DATA", DEFAULT_DATA)), environ.get("HOST", "127.0.0.1"), int(port))
