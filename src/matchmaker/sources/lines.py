"""JSON Lines, plain or gzipped, read record by record under limits: a file may be damaged or hostile."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

from matchmaker.errors import SourceError
from matchmaker.sources.intake import Skipped

RECORD_CAP: Final = 64 * 2**20  # bytes of one line
BOMB_RATIO: Final = 200  # unpacked bytes per packed byte; JSON of people and works packs about 10 to 1
BOMB_ALLOWANCE: Final = 10 * 2**20  # unpacked bytes before the ratio is looked at

_SURROGATE: Final = re.compile(rb"\\u[dD][89a-fA-F]")


def json_records(path: Path) -> Iterator[dict[str, Any] | Skipped]:
    """Each line of `path` as an object, or why it is none. Blank lines are no records.

    Raises SourceError naming the file and the record reached when a gzip stream is cut off, damaged or a bomb.
    """
    for number, line in enumerate(_lines(path), start=1):
        where = f"{path.name}:{number}"
        yield Skipped("record_too_long", where, line) if len(line) > RECORD_CAP else parsed(line, where)


def parsed(line: bytes, where: str) -> dict[str, Any] | Skipped:
    """One JSON object of well-formed Unicode and finite numbers, or the reason why `line` is none."""
    try:
        value = json.loads(line.decode("utf-8"), parse_constant=_refused_constant)
        if _SURROGATE.search(line):
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeDecodeError:
        return Skipped("not_utf8", where, line)
    except UnicodeEncodeError:
        return Skipped("lone_surrogate", where, line)
    except _NotANumberError:
        return Skipped("not_a_number", where, line)
    except (ValueError, RecursionError):
        return Skipped("not_json", where, line)
    return value if isinstance(value, dict) else Skipped("not_an_object", where, line)


class _NotANumberError(Exception):
    """NaN or Infinity, which are no JSON."""


def _refused_constant(name: str) -> float:
    raise _NotANumberError(name)


def _lines(path: Path) -> Iterator[bytes]:
    # An overlong line comes as its first RECORD_CAP + 1 bytes; the rest is read past, piece by piece.
    number = 0
    try:
        with path.open("rb") as packed, _unpacked(path, packed) as file:
            while line := file.readline(RECORD_CAP + 1):
                piece = line
                while len(piece) > RECORD_CAP and not piece.endswith(b"\n"):
                    _no_bomb(path, packed, file)
                    piece = file.readline(RECORD_CAP + 1)
                _no_bomb(path, packed, file)
                if line.strip():
                    number += 1
                    yield line
    except EOFError as error:
        raise _damaged(path, number, "is cut off") from error
    except gzip.BadGzipFile as error:
        if number == 0:
            raise SourceError(
                f"{path} is not gzip, although its name says so", hint="drop .gz from its name, or fetch it again"
            ) from error
        raise _damaged(path, number, f"is damaged ({error})") from error
    except zlib.error as error:
        raise _damaged(path, number, f"is damaged ({error})") from error
    except OSError as error:
        raise SourceError(
            f"{path} cannot be read: {error.strerror}", hint="check that it exists and may be read"
        ) from error


def _unpacked(path: Path, packed: IO[bytes]) -> IO[bytes]:
    return gzip.GzipFile(fileobj=packed, mode="rb") if path.suffix == ".gz" else packed  # type: ignore[return-value]


def _no_bomb(path: Path, packed: IO[bytes], file: IO[bytes]) -> None:
    if file is not packed and file.tell() > BOMB_ALLOWANCE and file.tell() > BOMB_RATIO * packed.tell():
        raise SourceError(
            f"{path} unpacks to more than {BOMB_RATIO} times its size",
            hint="unpack it yourself and ingest the plain file if you trust it",
        )


def _damaged(path: Path, number: int, what: str) -> SourceError:
    return SourceError(
        f"{path} {what} after record {number}",
        hint="fetch the file again and ingest with --resume: what was read so far is kept",
    )
