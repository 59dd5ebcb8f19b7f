"""The quarantine file: what was skipped, one JSON line each, for somebody to look at and mend.

It may hold personal data of the records, so it goes only where the user asked for it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from matchmaker.errors import SourceError
from matchmaker.files import canonical_json, replace_bytes, write_failure


def checked(target: Path) -> None:
    """Raise SourceError if `target` cannot become a quarantine file, before hours of reading."""
    if not target.parent.is_dir() or target.is_dir():
        raise SourceError(f"{target} cannot be a quarantine file", hint="name a file in a folder that exists")


def deliver(lines: Iterable[bytes], target: Path, marker: Path) -> None:
    """Append `lines` to `target`, once: a second call with the same `marker` writes over what the first one appended.

    `marker` remembers where in `target` the first call began; it lives as long as the job does.
    """
    begin = _begin(target, marker)
    try:
        with target.open("r+b" if target.exists() else "w+b") as file:
            file.truncate(begin)
            file.seek(begin)
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise write_failure(error, target) from error


def _begin(target: Path, marker: Path) -> int:
    size = target.stat().st_size if target.exists() else 0
    if marker.exists():
        known = json.loads(marker.read_bytes())
        if known["target"] == str(target.resolve()) and known["begin"] <= size:
            return int(known["begin"])
    replace_bytes(marker, canonical_json({"target": str(target.resolve()), "begin": size}))
    return size
