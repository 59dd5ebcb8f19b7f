"""A snapshot is what was published, byte for byte, or it is not opened."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow as pa
import pytest
from tests.unit.sources.records import a_record, json_lines, take_in

from matchmaker.errors import DamagedIndexError, SourceError, StaleIndexError
from matchmaker.files import canonical_json, sha256
from matchmaker.sources.snapshot import SCHEMAS, Snapshot

FILES = ["MANIFEST.json", *(f"{name}.parquet" for name in SCHEMAS)]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one snapshot."""
    folder = tmp_path_factory.mktemp("published")
    take_in("openalex", folder / "data", json_lines(folder / "w.jsonl", [a_record(n) for n in range(9)]))
    return folder / "data"


@pytest.fixture
def copy(published: Path, tmp_path: Path) -> Path:
    """A copy to do damage to."""
    return Path(shutil.copytree(published, tmp_path / "data"))


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", ["flip", "cut", "more", "gone", "empty"])
def test_any_damage_to_any_file_is_an_error_that_names_the_file(copy: Path, name: str, damage: str) -> None:
    path = Snapshot.open(copy).folder / name
    content = path.read_bytes()
    middle = len(content) // 2
    changed = {
        "flip": content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :],
        "cut": content[:-1],
        "more": content + b"\0",
        "empty": b"",
    }
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(changed[damage])
    with pytest.raises(DamagedIndexError, match=name) as caught:
        Snapshot.open(copy)
    assert caught.value.hint


def test_a_damaged_snapshot_is_mended_by_ingesting_the_same_again(copy: Path, tmp_path: Path) -> None:
    folder = Snapshot.open(copy).folder
    (folder / "works.parquet").write_bytes(b"damaged")
    report = take_in("openalex", copy, json_lines(tmp_path / "w.jsonl", [a_record(n) for n in range(9)]), fresh=True)
    assert Snapshot.open(copy).digest == report.snapshot == folder.name


def test_no_snapshot_is_an_error_that_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no snapshot") as caught:
        Snapshot.open(tmp_path)
    assert "ingest" in caught.value.hint


@pytest.mark.parametrize("name", ["../../etc", "ab", "A" * 64])
def test_only_a_digest_names_a_snapshot(published: Path, name: str) -> None:
    with pytest.raises(DamagedIndexError, match="not the name"):
        Snapshot.open(published, name)
    with pytest.raises(SourceError, match="no snapshot"):
        Snapshot.open(published, "0" * 64)


def test_a_pointer_to_nothing_is_damage(copy: Path) -> None:
    (copy / "SNAPSHOT").write_text("0" * 64 + "\n")
    with pytest.raises(DamagedIndexError, match="missing"):
        Snapshot.open(copy)


def test_a_format_of_another_age_is_refused_by_name(copy: Path) -> None:
    snapshot = Snapshot.open(copy)
    content = canonical_json({**snapshot.manifest, "format_version": 99})
    other = snapshot.folder.with_name(sha256(content))
    snapshot.folder.rename(other)
    (other / "MANIFEST.json").write_bytes(content)
    with pytest.raises(StaleIndexError, match="format 99"):
        Snapshot.open(copy, other.name)


def test_tables_have_the_published_schema_and_order_and_counts(published: Path) -> None:
    snapshot = Snapshot.open(published)
    for name, schema in SCHEMAS.items():
        table: pa.Table = getattr(snapshot, name)()
        assert table.schema.equals(schema)
        assert len(table) == snapshot.manifest["counts"][name] == sum(map(len, snapshot.batches(name)))
        key = table.column(0).to_pylist()
        assert key == sorted(key)
    assert snapshot.works(["title", "year"]).column_names == ["title", "year"]
    assert snapshot.manifest["latest_published"] == "2008-12-31"


def test_the_manifest_holds_no_time_and_no_path(published: Path) -> None:
    assert set(Snapshot.open(published).manifest) == {"counts", "files", "format_version", "latest_published"}
