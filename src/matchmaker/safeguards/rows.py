"""Rows of foreign files, one at a time: CSV with a header, JSON lines, and the objects of one large JSON array."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from matchmaker.errors import SourceError

LONGEST: Final = 16 * 2**20  # characters of one JSON object
_PIECE: Final = 2**20
_BETWEEN: Final = re.compile(r"[\s,]*")
_BEGINS_AN_ENTITY: Final = re.compile(r"\s*\{\s*\"(?:id|caption|schema|properties)\"\s*:")
AGAIN: Final = "fetch the list again; nothing of it was used"


@dataclass(frozen=True, slots=True)
class Unread:
    """A row that could not be read, and the reason it is counted under."""

    reason: str


def csv_rows(path: Path) -> Iterator[dict[str, str] | Unread]:
    """Rows of a CSV file with a header, as text: nothing is read as missing, so `NA` stays Namibia.

    Raises SourceError when the file cannot be read or ends inside a quoted field: a list that was cut off would
    miss entries without saying so.
    """
    with _opened(path) as file:
        rows = csv.reader(file, strict=True)
        header = [name.strip().casefold() for name in _next(rows, path) or []]
        while (row := _next(rows, path)) is not None:
            if row:
                yield _row(header, row)


def header_of(path: Path) -> frozenset[str]:
    """Names in the first row of a CSV file, lower-case."""
    with _opened(path) as file:
        return frozenset(name.strip().casefold() for name in _next(csv.reader(file, strict=True), path) or [])


def json_lines(path: Path) -> Iterator[dict[str, Any] | Unread]:
    """One JSON object per line; blank lines are no rows."""
    with _opened(path) as file:
        while line := file.readline(LONGEST):
            if len(line) == LONGEST and not line.endswith("\n"):
                raise SourceError(f"{path} has a line of more than {LONGEST:,} characters", hint=AGAIN)
            if line.strip():
                yield _object(line)


def json_array(path: Path) -> Iterator[dict[str, Any] | Unread]:
    """Objects of the array in `{"results": […]}` or of a bare array, without holding the file in memory.

    Raises SourceError when there is no such array or it is cut off.
    """
    decoder = json.JSONDecoder()
    with _opened(path) as file:
        text, start = _from_array(path, file.read(_PIECE)), 0
        while True:
            start = _BETWEEN.match(text, start).end()  # type: ignore[union-attr]
            if text.startswith("]", start):
                return
            try:
                value, start = decoder.raw_decode(text, start)
            except (ValueError, RecursionError) as error:
                more = file.read(_PIECE)
                if not more or len(text) - start > LONGEST:
                    raise SourceError(f"{path} is cut off or is no JSON", hint=AGAIN) from error
                text, start = text[start:] + more, 0
                continue
            yield _clean(value)


def first_character(path: Path) -> str:
    """The first character of a file that is no space, empty for an empty file."""
    with _opened(path) as file:
        return str(file.read(_PIECE)).lstrip()[:1]


def looks_like_lines(path: Path) -> bool:
    """Whether the first line is a whole JSON object with a `schema`, as FollowTheMoney entities are."""
    with _opened(path) as file:
        first = file.readline(LONGEST)
    value = _object(first) if first.strip() else Unread("empty")
    return not isinstance(value, Unread) and "schema" in value


def begins_like_lines(path: Path) -> bool:
    """Whether the file begins as a FollowTheMoney entity does, be its first line whole or not."""
    with _opened(path) as file:
        return bool(_BEGINS_AN_ENTITY.match(file.read(_PIECE)))


def _opened(path: Path) -> Any:
    try:
        # Bytes that are no UTF-8 become lone surrogates, so that one bad row is skipped and not the whole file.
        return path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}", hint="check that it may be read") from error


def _next(rows: Iterator[list[str]], path: Path) -> list[str] | None:
    try:
        return next(rows, None)
    except csv.Error as error:
        raise SourceError(f"{path} is damaged or cut off: {error}", hint=AGAIN) from error


def _row(header: list[str], row: list[str]) -> dict[str, str] | Unread:
    if len(row) != len(header):
        return Unread("does_not_fit_header")
    read = {name: value.strip() for name, value in zip(header, row, strict=True)}
    return read if _is_unicode("".join(row)) else Unread("not_utf8")


def _object(line: str) -> dict[str, Any] | Unread:
    try:
        return _clean(json.loads(line))
    except (ValueError, RecursionError):
        return Unread("not_json")


def _clean(value: Any) -> dict[str, Any] | Unread:
    if not isinstance(value, dict):
        return Unread("not_an_object")
    return value if _is_unicode(json.dumps(value, ensure_ascii=False)) else Unread("not_utf8")


def _is_unicode(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _from_array(path: Path, text: str) -> str:
    start = text.find("[", max(text.find('"results"'), 0))
    if start < 0:
        raise SourceError(f"{path} has no list of results", hint="load the file as trade.gov publishes it")
    return text[start + 1 :]
