"""A build killed at any moment: what was published before still answers, and the next build ends as ever."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from matchmaker_api import connect
from matchmaker_index import generations

KILLS = 6
_BUILD = """
from pathlib import Path
from matchmaker.locks import writing
from matchmaker_index import generations
from matchmaker_index.building import build
from matchmaker_index.recipe import Recipe
data = Path({data!r})
print("ready", flush=True)
with writing(data, started="now"):
    generations.publish(data, build(data, Recipe(dimension={dimension})).digest)
print("published", flush=True)
"""


def building(data: Path, dimension: int, **environment: str) -> subprocess.Popen[str]:
    """A build in a process of its own, begun when this returns."""
    process = subprocess.Popen(
        [sys.executable, "-c", _BUILD.format(data=str(data), dimension=dimension)],
        stdout=subprocess.PIPE, text=True, env={**os.environ, **environment},
    )  # fmt: skip
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    return process


@pytest.fixture
def data(demo_data: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "data"
    shutil.copytree(demo_data, copy, ignore=shutil.ignore_patterns("pins", "state.db*"))
    return copy


def test_a_build_killed_at_any_moment_loses_nothing_and_mixes_nothing(data: Path) -> None:
    rng = np.random.default_rng(5)
    before = generations.current(data)
    for dimension, delay in enumerate(rng.uniform(0, 3.5, KILLS).tolist(), start=20):
        process = building(data, dimension)
        try:
            process.wait(timeout=delay)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        said, _ = process.communicate()
        with connect(data) as matchmaker:
            served = matchmaker.corpus.generation
            assert matchmaker.match("solar cells", k=3).meta.count == 3
        assert served == before or matchmaker.corpus.encoder.dimension == dimension
        # An acknowledged publication is never lost.
        assert "published" not in said or served != before
        before = served
    with building(data, 19) as process:
        process.communicate()
    assert generations.current(data) != before
    assert not list((data / "gen").glob("tmp-*"))


def test_equal_input_gives_an_equal_digest_whatever_the_machine_is_set_to(data: Path) -> None:
    digests = set()
    for settings in (
        {"OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"},
        {"OMP_NUM_THREADS": "2", "PYTHONHASHSEED": "2", "TZ": "America/Lima", "OPENBLAS_NUM_THREADS": "2"},
    ):
        with building(data, 32, **settings) as process:
            process.communicate()
        digests.add(generations.current(data))
        shutil.rmtree(generations.folder_of(data, generations.current(data)))
    assert len(digests) == 1
