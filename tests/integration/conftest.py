"""The service over the invented world, as programs reach it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from matchmaker_api import Matchmaker
from matchmaker_api.http.app import create_app


@pytest.fixture(scope="module")
def client(demo: Matchmaker) -> Iterator[TestClient]:
    """Whatever fails in the service is an answer here, not an exception."""
    with TestClient(create_app(demo), raise_server_exceptions=False) as client:
        yield client
