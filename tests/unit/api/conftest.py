"""A short chained log, and a disk that nobody waits for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from matchmaker_api.state.chain import Chain


@pytest.fixture(scope="module")
def quick_disk() -> Iterator[None]:
    """No waiting for the disk: for tests that write hundreds of small logs and are not about power loss."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _handle: None)
        yield


@pytest.fixture
def log(tmp_path: Path) -> Chain:
    log = Chain(tmp_path / "log.jsonl")
    for number in range(5):
        log.append({"number": number})
    return log
