"""Reports of audits as files."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from matchmaker.errors import InputError
from matchmaker.files import write_bytes
from matchmaker.report.faces import as_json, html, markdown

Points = Sequence[tuple[str, float, float]]
_WRITERS: Final[Mapping[str, Callable[..., str]]] = {
    ".html": html,
    ".md": markdown,
    ".json": lambda report, points, chosen: json.dumps(
        as_json(report, points, chosen), ensure_ascii=False, indent=2, allow_nan=False
    ),
}


def write(report: Any, path: Path, points: Points = (), chosen: str = "") -> None:
    """Write a report in the form that the name of the file asks for; `points` are a price curve.

    Raises InputError for another kind of file, NoSpaceError or SourceError where it cannot be written.
    """
    check(path)
    write_bytes(path, _WRITERS[path.suffix](report, points, chosen).encode())


def check(path: Path) -> None:
    """Raise InputError for a kind of file that reports are not written in: to be asked before the work is done."""
    if path.suffix not in _WRITERS:
        raise InputError(f"a report cannot be written to {path.name!r}", hint=f"end it in {', '.join(_WRITERS)}")
