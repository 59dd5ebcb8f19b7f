"""A build killed at any moment: what was published before still answers, and the next build ends as ever."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from matchmaker.errors import DamagedIndexError
from matchmaker_api import connect
from matchmaker_index import generations

STAGES = ("tables", "lexicon", "words", "fit", "encode", "write", "verify", "publish")
_BUILD = """
import os, signal
from pathlib import Path
from matchmaker.locks import writing
from matchmaker_index import generations
from matchmaker_index.building import build
from matchmaker_index.recipe import Recipe
data = Path({data!r})
def at(stage, done=0, total=0):
    if stage == {stage!r}:
        os.kill(os.getpid(), signal.SIGKILL)
with writing(data, started="now"):
    built = build(data, Recipe(encoder="tfidf-svd", dimension={dimension}), at)
    at("publish")
    generations.publish(data, built.digest)
"""


def built(data: Path, dimension: int, stage: str = "", **environment: str) -> int:
    """Build in a process of its own, killed where `stage` begins; its exit status."""
    script = _BUILD.format(data=str(data), dimension=dimension, stage=stage)
    done = subprocess.run([sys.executable, "-c", script], env={**os.environ, **environment}, timeout=120, check=False)
    return done.returncode


@pytest.fixture
def data(demo_data: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "data"
    shutil.copytree(demo_data, copy, ignore=shutil.ignore_patterns("pins", "state.db*"))
    return copy


def test_a_build_killed_at_any_stage_loses_nothing_and_mixes_nothing(data: Path) -> None:
    before = generations.current(data)
    for dimension, stage in enumerate(STAGES, start=20):
        assert built(data, dimension, stage) == -signal.SIGKILL
        with connect(data) as matchmaker:
            assert matchmaker.corpus.generation == before
            assert matchmaker.match("solar cells", k=3).meta.count == 3
    assert built(data, 19) == 0
    assert generations.current(data) != before
    assert not list((data / "gen").glob("tmp-*"))


def test_a_damaged_generation_is_mended_by_building_it_again(data: Path) -> None:
    assert built(data, 18) == 0
    folder = generations.folder_of(data, generations.current(data))
    content = bytearray((folder / "text_vectors.npy").read_bytes())
    content[5_000] ^= 1
    (folder / "text_vectors.npy").write_bytes(content)
    with pytest.raises(DamagedIndexError):
        connect(data)
    assert built(data, 18) == 0
    with connect(data) as matchmaker:
        assert matchmaker.corpus.generation == folder.name


def test_equal_input_gives_an_equal_digest_whatever_the_machine_is_set_to(data: Path) -> None:
    digests = set()
    for settings in (
        {"OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"},
        {"OMP_NUM_THREADS": "2", "PYTHONHASHSEED": "2", "TZ": "America/Lima", "OPENBLAS_NUM_THREADS": "2"},
    ):
        assert built(data, 32, **settings) == 0
        digests.add(generations.current(data))
        shutil.rmtree(generations.folder_of(data, generations.current(data)))
    assert len(digests) == 1
