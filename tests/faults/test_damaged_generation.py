"""Whatever happens to a generation's files: a clear error, never an answer."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tests.world import every_file

from matchmaker.errors import DamagedIndexError, IndexProblem, NoIndexError, StaleIndexError
from matchmaker.files import canonical_json, sha256
from matchmaker_api import connect
from matchmaker_index import generations
from matchmaker_index.building import build
from matchmaker_index.opening import opened
from matchmaker_index.recipe import Recipe

FLIPS_PER_FILE = 12


@pytest.fixture
def data(demo_data: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "data"
    shutil.copytree(demo_data, copy, ignore=shutil.ignore_patterns("pins", "state.db*"))
    return copy


@pytest.fixture
def generation(data: Path) -> Path:
    return generations.folder_of(data, generations.current(data))


def names(demo_data: Path) -> list[str]:
    return [path.name for path in every_file(generations.folder_of(demo_data, generations.current(demo_data)))]


def test_a_flipped_bit_in_any_file_never_yields_an_answer(generation: Path) -> None:
    rng = np.random.default_rng(11)
    for path in every_file(generation):
        content = path.read_bytes()
        # The first bytes hold the headers that readers trust most.
        places = {*range(4), *rng.integers(0, len(content), FLIPS_PER_FILE).tolist()}
        for place in places:
            damaged = bytearray(content)
            damaged[place] ^= 1 << int(rng.integers(0, 8))
            path.write_bytes(damaged)
            with pytest.raises(DamagedIndexError) as error:
                opened(generation)
            assert path.name in error.value.message and error.value.hint
        path.write_bytes(content)
    assert opened(generation).n_people


@pytest.mark.parametrize("harm", ["cut", "emptied", "removed", "lengthened", "page of zeros"])
def test_other_damage_to_any_file_never_yields_an_answer(generation: Path, harm: str) -> None:
    for path in every_file(generation):
        content = path.read_bytes()
        harmed = {"cut": content[: len(content) // 2], "emptied": b"", "lengthened": content + b"\0",
                  "page of zeros": b"\0" * min(4096, len(content)) + content[4096:]}.get(harm)  # fmt: skip
        path.unlink() if harmed is None else path.write_bytes(harmed)
        with pytest.raises(DamagedIndexError, match=path.name.replace(".", r"\.")):
            opened(generation)
        path.write_bytes(content)


def test_two_files_that_changed_places_never_yield_an_answer(generation: Path) -> None:
    one, two = generation / "text_vectors.npy", generation / "people_vectors.npy"
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)
    with pytest.raises(DamagedIndexError):
        opened(generation)


def test_a_stranger_in_the_folder_is_an_error(generation: Path) -> None:
    (generation / "extra.npy").write_bytes(b"x")
    with pytest.raises(DamagedIndexError, match="extra"):
        opened(generation)


@pytest.mark.parametrize("content", [b"", b"\n", b"../../etc\n", b"0" * 64 + b"\n", b"\xff" * 65])
def test_a_pointer_that_names_nothing_is_an_error(data: Path, content: bytes) -> None:
    (data / "CURRENT").write_bytes(content)
    with pytest.raises(DamagedIndexError, match="CURRENT"):
        connect(data)


def test_every_flipped_bit_of_the_pointer_is_an_error(data: Path) -> None:
    content = (data / "CURRENT").read_bytes()
    for place in range(len(content)):
        for bit in range(8):
            damaged = bytearray(content)
            damaged[place] ^= 1 << bit
            (data / "CURRENT").write_bytes(damaged)
            with pytest.raises(IndexProblem):
                generations.current(data)


def test_an_empty_folder_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoIndexError) as error:
        connect(tmp_path)
    assert "matchmaker ingest" in error.value.hint


def rewritten(generation: Path, change: dict[str, object], arrays: dict[str, bytes] | None = None) -> Path:
    """The same generation with another manifest, properly named, as somebody with other tools could make it."""
    manifest = json.loads((generation / "MANIFEST.json").read_bytes()) | change
    for name, content in (arrays or {}).items():
        (generation / name).write_bytes(content)
        manifest["files"][name] = {"bytes": len(content), "sha256": sha256(content)}
    content = canonical_json(manifest)
    (generation / "MANIFEST.json").write_bytes(content)
    return generation.rename(generation.with_name(sha256(content)))


def test_a_newer_format_is_refused_kindly(generation: Path) -> None:
    with pytest.raises(StaleIndexError, match="format 99"):
        opened(rewritten(generation, {"format_version": 99}))


@pytest.mark.parametrize(
    "change", [{"dimension": 13}, {"encoder": {"id": "tfidf-svd", "digest": "0" * 64, "precision": "float32"}}]
)
def test_another_encoder_or_dimension_is_refused(generation: Path, change: dict[str, object]) -> None:
    with pytest.raises(StaleIndexError):
        opened(rewritten(generation, change))


def test_vectors_of_another_index_are_found_out_by_the_probes(generation: Path) -> None:
    vectors = np.load(generation / "text_vectors.npy")
    header = (generation / "text_vectors.npy").read_bytes()[: -vectors.nbytes]
    shuffled = header + vectors[::-1].tobytes()
    with pytest.raises(StaleIndexError, match="finds other texts"):
        opened(rewritten(generation, {}, {"text_vectors.npy": shuffled}))


@pytest.fixture
def killed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A build that dies when it has written everything but not yet given the generation its name."""

    def dead(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("matchmaker_index.building.files.rename", dead)
    yield
    monkeypatch.undo()


def test_a_killed_build_leaves_the_old_index_serving_and_its_litter_is_cleared(data: Path, killed: None) -> None:
    before = generations.current(data)
    with pytest.raises(KeyboardInterrupt):
        build(data, Recipe(encoder="tfidf-svd", dimension=16))
    assert generations.current(data) == before
    assert list((data / "gen").glob("tmp-*"))
    with connect(data) as matchmaker:
        assert len(matchmaker.match("solar cells", k=3)) == 3
    generations.clear_litter(data)
    assert generations.digests(data) == [before]
