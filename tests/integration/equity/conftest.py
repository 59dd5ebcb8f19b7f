"""The invented world after forty people have asked, once per test run for all that looks at what they were shown."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from tests.integration.equity.steps import seekers

from matchmaker_api import connect
from matchmaker_api.http.app import create_app


@pytest.fixture(scope="session")
def used(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which forty people have asked. Tests may give out keys there; for all else they copy it."""
    data = tmp_path_factory.mktemp("used") / "data"
    shutil.copytree(demo_data, data)
    for left in ("audit", "state.db", "state.db-wal", "state.db-shm"):
        path = data / left
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    with connect(data) as matchmaker:
        for person in seekers(matchmaker):
            matchmaker.match(researcher=person, k=10)
    return data


@pytest.fixture
def copied(used: Path, tmp_path: Path) -> Path:
    """A copy that may be written to."""
    return Path(shutil.copytree(used, tmp_path / "data"))


@pytest.fixture
def client(used: Path) -> Iterator[TestClient]:
    """The service over that folder, not over the invented world as it is."""
    with connect(used) as matchmaker, TestClient(create_app(matchmaker)) as client:
        yield client
