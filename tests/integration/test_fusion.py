"""`--fusion ranks`, from the command line to the answer, the index and the benchmark."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tests.commands import Command, runner
from tests.unit.evaluation.topical import CUTOFF, works, write

TEXT = "artemisinin resistance of malaria parasites"


@pytest.fixture
def command(demo_data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run `matchmaker …` in this process, on the invented world."""
    monkeypatch.setenv("MATCHMAKER_DATA", str(demo_data))
    return runner(monkeypatch, capsys)


def test_an_index_adds_up_ranks_where_it_was_asked_to(command: Command, demo_data: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(demo_data, copy)
    given = ("--encoder", "tfidf-svd", "--fusion", "ranks", "--data", copy, "--quiet")
    digest = command("index", "build", *given).json["digest"]
    found = command("match", TEXT, "--data", copy).json
    assert [note for note in found["meta"]["notes"] if "reciprocal rank" in note]
    best = {part["feature"]: part["value"] for part in found["results"][0]["contributions"]}
    ranks = [61 / best[name] - 60 for name in ("words", "meaning", "focus")]
    assert ranks == pytest.approx([round(rank) for rank in ranks], abs=0.01)
    assert {each["lift"] for each in found["results"]} == {None}
    learnt = json.loads((copy / "gen" / digest / "learnt.json").read_text())
    assert (learnt["fusion"], learnt["calibrations"]) == ("ranks", [])
    assert all("ranks are added up" in why for why in learnt["provenance"].values())
    # A program that knows nothing of ranks reads format 3, and must not read this one.
    told = command("index", "describe", "--data", copy).json
    assert (told["fusion"], told["format_version"]) == ("ranks", 4)
    told = command("index", "describe").json
    assert (told["fusion"], told["format_version"]) == ("scale", 3)
    ended = command("index", "build", "--fusion", "zscore", "--data", copy)
    assert ended.code == 2 and "scale, ranks" in ended.err


def test_a_benchmark_of_ranks_says_so_and_can_be_asked_for_again(command: Command, tmp_path: Path) -> None:
    file = write(tmp_path / "topics.parquet", works())
    asked = ("evaluate", "xborder", file, "--cutoff", CUTOFF, "--encoder", "tfidf-svd", "--data", tmp_path / "data")
    by_rank, by_scale = command(*asked, "--fusion", "ranks").json, command(*asked).json
    assert "--fusion ranks" in by_rank["meta"]["command"]
    assert [note for note in by_rank["meta"]["notes"] if "reciprocal rank" in note]
    assert not [note for note in by_scale["meta"]["notes"] if "reciprocal rank" in note]
    assert by_rank["rows"][0]["measures"] != by_scale["rows"][0]["measures"]
