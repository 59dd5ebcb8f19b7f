"""An invented world of 300 people, ingested and indexed once per test run, for everything that needs a whole index."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from matchmaker.matching.corpus import Corpus
from matchmaker.sources.ingest import IngestOptions, ingest
from matchmaker_api import Matchmaker, connect
from matchmaker_index import generations
from matchmaker_index.building import build
from matchmaker_index.recipe import Recipe

# Times vary on shared machines; a slow example is not a wrong one.
hypothesis.settings.register_profile("ci", deadline=None, max_examples=100, derandomize=True, print_blob=True)
hypothesis.settings.register_profile("night", deadline=None, max_examples=10_000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

WORLD_PEOPLE = 400


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a published index of an invented world. Tests that write must copy it."""
    data = tmp_path_factory.mktemp("demo") / "data"
    ingest("demo", [], data, options=IngestOptions(seed=7, people=WORLD_PEOPLE))
    built = build(data, Recipe(dimension=64))
    generations.publish(data, built.digest)
    return data


@pytest.fixture(scope="session")
def demo(demo_data: Path) -> Iterator[Matchmaker]:
    """The opened Matchmaker of that folder."""
    with connect(demo_data) as matchmaker:
        yield matchmaker


@pytest.fixture(scope="session")
def corpus(demo: Matchmaker) -> Corpus:
    """Its corpus."""
    return demo.corpus
