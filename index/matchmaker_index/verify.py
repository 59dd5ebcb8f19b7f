"""Nothing is read from a generation that was not compared with what was published, byte for byte."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from matchmaker.errors import DamagedIndexError, StaleIndexError
from matchmaker.files import sha256
from matchmaker.matching.learnt import BY_RANK, BY_SCALE

# By how words and meaning are added up: a program that knows nothing of ranks must not read an index of them.
FORMATS: Final = {BY_SCALE: 3, BY_RANK: 4}
MANIFEST = "MANIFEST.json"
_AGAIN = "publish another generation (`matchmaker index list`, `rollback`) or run `matchmaker index build` again"


@dataclass(frozen=True)
class Verified:
    """A generation's manifest and the content of its files, as read once and checked."""

    digest: str
    manifest: dict[str, Any]
    files: dict[str, bytes]


def manifest_of(folder: Path) -> dict[str, Any]:
    """The manifest of a generation. Raises DamagedIndexError where it is not the one the folder is named after."""
    manifest_bytes = _read(folder / MANIFEST)
    if sha256(manifest_bytes) != folder.name:
        raise DamagedIndexError(f"{folder / MANIFEST} is not the one this generation is named after", hint=_AGAIN)
    manifest: dict[str, Any] = json.loads(manifest_bytes)
    return manifest


def verified(folder: Path) -> Verified:
    """Read and check a generation. Raises DamagedIndexError naming the file, StaleIndexError for another format."""
    manifest = manifest_of(folder)
    if manifest["format_version"] not in FORMATS.values():
        readable = " and ".join(str(each) for each in FORMATS.values())
        raise StaleIndexError(
            f"this index has format {manifest['format_version']}, this program reads {readable}",
            hint="run `matchmaker index build` again with this version",
        )
    strangers = {entry.name for entry in folder.iterdir()} - manifest["files"].keys() - {MANIFEST}
    if strangers:
        raise DamagedIndexError(f"{folder} holds files it was not published with: {sorted(strangers)}", hint=_AGAIN)
    return Verified(
        folder.name, manifest, {name: _checked(folder / name, is_) for name, is_ in manifest["files"].items()}
    )


def _checked(path: Path, expected: dict[str, Any]) -> bytes:
    content = _read(path)
    if len(content) != expected["bytes"] or sha256(content) != expected["sha256"]:
        raise DamagedIndexError(
            f"{path} is damaged: {len(content)} bytes with another digest, published were {expected['bytes']}",
            hint=_AGAIN,
        )
    return content


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DamagedIndexError(f"{path} cannot be read: {error.strerror}", hint=_AGAIN) from error
