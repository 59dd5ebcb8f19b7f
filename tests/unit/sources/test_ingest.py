"""What comes in is counted, comes in once, and comes in the same however often it was interrupted."""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.unit.sources.records import a_record, json_lines, take_in

from matchmaker.errors import InputError, LockedError, NoSpaceError, SourceError
from matchmaker.locks import writing
from matchmaker.sources import spool as spooling
from matchmaker.sources.ingest import IngestOptions, ingest
from matchmaker.sources.snapshot import Snapshot, current_digest

RECORDS = [a_record(number) for number in range(23)]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The digest of an ingest of RECORDS that nothing interrupted."""
    folder = tmp_path_factory.mktemp("whole")
    return take_in("openalex", folder / "data", json_lines(folder / "works.jsonl.gz", RECORDS)).snapshot


def test_the_report_counts_what_came_in_and_the_snapshot_holds_it(tmp_path: Path) -> None:
    report = take_in("openalex", tmp_path / "data", json_lines(tmp_path / "works.jsonl", RECORDS))
    assert (report.read, report.kept, report.skipped, report.replaced) == (23, 23, {}, 0)
    assert (report.works, report.researchers, report.institutions, report.countries) == (23, 8, 2, 2)
    snapshot = Snapshot.open(tmp_path / "data")
    assert snapshot.digest == report.snapshot
    first = snapshot.works().to_pylist()[0]
    assert first["title"] == "Title of work 0"
    assert first["abstract"] == "On subject s0 subject"
    assert first["n_authors"] == 2
    line = snapshot.authorships().to_pylist()[0]
    assert (line["position"], line["countries"]) == (0, ["KE"])
    assert not list((tmp_path / "data" / "ingest").iterdir())


@settings(
    max_examples=8, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    order=st.permutations(range(len(RECORDS))),
    parts=st.sampled_from([6, 5000]),
    ranges=st.sampled_from([500, 3000, 2**25]),
    files=st.integers(1, 4),
)
def test_order_parts_ranges_and_files_do_not_change_the_digest(
    whole: str, tmp_path_factory: pytest.TempPathFactory, order: list[int], parts: int, ranges: int, files: int
) -> None:
    folder = tmp_path_factory.mktemp("order")
    paths = [json_lines(folder / f"{at}.jsonl", [RECORDS[i] for i in order[at::files]]) for at in range(files)]
    assert take_in("openalex", folder / "data", *paths, part_records=parts, range_bytes=ranges).snapshot == whole
    shutil.rmtree(folder)


@pytest.mark.parametrize("parts", range(6))
def test_an_ingest_stopped_after_any_part_resumes_to_the_same_digest(
    whole: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parts: int
) -> None:
    path = json_lines(tmp_path / "works.jsonl.gz", RECORDS)
    write = spooling.Spool.write

    def fail_after(spool: spooling.Spool, part: spooling.Part) -> None:
        if len(spool.parts) == parts:
            raise KeyboardInterrupt
        write(spool, part)

    monkeypatch.setattr(spooling.Spool, "write", fail_after)
    stopped = pytest.raises(KeyboardInterrupt) if parts < 5 else pytest.raises(ZeroDivisionError)
    with stopped:
        take_in("openalex", tmp_path / "data", path, part_records=5)
        raise ZeroDivisionError  # the sixth stop never comes: five parts hold everything
    monkeypatch.undo()
    report = take_in("openalex", tmp_path / "data", path, part_records=5, resume=True)
    assert report.resumed_at == (parts * 5 if parts < 5 else 0)
    assert report.read == 23
    assert report.snapshot == whole


@pytest.mark.parametrize("delay", [0.02, 0.1, 0.2, 0.3, 0.45])
def test_an_ingest_killed_at_any_moment_leaves_the_former_snapshot_and_resumes(tmp_path: Path, delay: float) -> None:
    data = tmp_path / "data"
    before = take_in("openalex", data, json_lines(tmp_path / "a.jsonl", RECORDS[:3]))
    path = json_lines(tmp_path / "b.jsonl", RECORDS)
    child = os.fork()
    if child == 0:
        take_in("openalex", data, path, part_records=1)
        os._exit(0)
    time.sleep(delay)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    after = Snapshot.open(data)
    assert after.manifest["counts"]["works"] in (before.works, 23)
    report = take_in("openalex", data, path, part_records=1, resume=True)
    clean = take_in("openalex", tmp_path / "clean", tmp_path / "a.jsonl", path)
    assert report.snapshot == clean.snapshot
    assert {entry.name for entry in (data / "snapshots").iterdir()} == {before.snapshot, report.snapshot}


def test_without_resume_what_was_spooled_is_thrown_away_and_the_report_says_so(tmp_path: Path) -> None:
    path = cut_off(json_lines(tmp_path / "works.jsonl.gz", RECORDS))
    for _ in range(2):
        with pytest.raises(SourceError):
            take_in("openalex", tmp_path / "data", path, part_records=2)
    json_lines(path, RECORDS)
    report = take_in("openalex", tmp_path / "data", path, part_records=2)
    assert report.discarded > 0
    assert (report.resumed_at, report.read) == (0, 23)


def cut_off(path: Path) -> Path:
    """The file without its last 60 bytes."""
    content = path.read_bytes()
    path.write_bytes(content[:-60])
    return path


def test_a_truncated_gzip_is_an_error_that_names_the_file_and_loses_nothing_once_mended(
    whole: str, tmp_path: Path
) -> None:
    path = json_lines(tmp_path / "works.jsonl.gz", RECORDS)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(SourceError, match=r"works\.jsonl\.gz is cut off after record \d+"):
        take_in("openalex", tmp_path / "data", path, part_records=2)
    assert current_digest(tmp_path / "data") is None
    path.write_bytes(content)
    report = take_in("openalex", tmp_path / "data", path, part_records=2, resume=True)
    assert report.resumed_at > 0
    assert (report.read, report.snapshot) == (23, whole)


def test_a_file_changed_since_the_interruption_is_read_from_the_start(tmp_path: Path) -> None:
    path = cut_off(json_lines(tmp_path / "works.jsonl.gz", RECORDS))
    with pytest.raises(SourceError):
        take_in("openalex", tmp_path / "data", path, part_records=2)
    json_lines(path, RECORDS[1:])
    report = take_in("openalex", tmp_path / "data", path, part_records=2, resume=True)
    assert (report.read, report.resumed_at) == (22, 0)
    assert report.discarded > 0


def test_the_first_of_two_works_with_one_id_wins_and_the_other_is_counted(tmp_path: Path) -> None:
    records = [*RECORDS, a_record(3, title="Another title"), a_record(3, title="A third title")]
    report = take_in(
        "openalex", tmp_path / "data", json_lines(tmp_path / "w.jsonl", records), quarantine=tmp_path / "q.jsonl"
    )
    assert (report.read, report.kept, report.skipped) == (25, 23, {"duplicate_work_id": 2})
    titles = Snapshot.open(tmp_path / "data").works(["title"]).column("title").to_pylist()
    assert "Title of work 3" in titles
    assert "Another title" not in titles
    left_out = [json.loads(line) for line in (tmp_path / "q.jsonl").read_text().splitlines()]
    assert [line["where"] for line in left_out] == ["record 24", "record 25"]


def test_a_later_ingest_replaces_works_and_keeps_the_rest(tmp_path: Path) -> None:
    data = tmp_path / "data"
    take_in("openalex", data, json_lines(tmp_path / "a.jsonl", RECORDS))
    changed = a_record(3, title="Corrected", authorships=[])
    report = take_in("openalex", data, json_lines(tmp_path / "b.jsonl", [changed, a_record(99)]))
    assert (report.replaced, report.works) == (1, 24)
    snapshot = Snapshot.open(data)
    assert "Corrected" in snapshot.works().column("title").to_pylist()
    assert changed["id"] not in snapshot.authorships().column("work_id").to_pylist()
    again = take_in("openalex", data, tmp_path / "b.jsonl")
    assert (again.snapshot, again.replaced) == (report.snapshot, 2)


def test_two_ingests_one_after_the_other_end_like_one_of_both(whole: str, tmp_path: Path) -> None:
    take_in("openalex", tmp_path / "data", json_lines(tmp_path / "a.jsonl", RECORDS[:9]))
    assert take_in("openalex", tmp_path / "data", json_lines(tmp_path / "b.jsonl", RECORDS[9:])).snapshot == whole


def test_a_fresh_ingest_leaves_the_former_snapshot_out_but_on_disk(tmp_path: Path) -> None:
    data = tmp_path / "data"
    first = take_in("openalex", data, json_lines(tmp_path / "a.jsonl", RECORDS))
    second = take_in("openalex", data, json_lines(tmp_path / "b.jsonl", [a_record(99)]), fresh=True)
    assert second.works == 1
    assert Snapshot.open(data, first.snapshot).manifest["counts"]["works"] == 23


def test_skipped_records_are_quarantined_once_with_their_reason(tmp_path: Path) -> None:
    bad = [b"{not json", b'{"id": "W1", "title": NaN}', b'["W1"]', b'{"id": "W1", "title": "\\ud800"}', b'"\xff"']
    path = json_lines(tmp_path / "works.jsonl.gz", [*bad, *RECORDS])
    quarantine = tmp_path / "q.jsonl"
    quarantine.write_bytes(b"before\n")
    content = path.read_bytes()
    path.write_bytes(content[:-60])
    with pytest.raises(SourceError):
        take_in("openalex", tmp_path / "data", path, part_records=3, quarantine=quarantine)
    path.write_bytes(content)
    report = take_in("openalex", tmp_path / "data", path, part_records=3, quarantine=quarantine, resume=True)
    assert report.skipped == {"lone_surrogate": 1, "not_a_number": 1, "not_an_object": 1, "not_json": 1, "not_utf8": 1}
    assert report.read == report.kept + sum(report.skipped.values()) == 28
    before, *lines = quarantine.read_text(encoding="utf-8").splitlines()
    assert before == "before"
    assert [json.loads(line)["where"] for line in lines] == [f"works.jsonl.gz:{n}" for n in range(1, 6)]


def test_a_huge_skipped_record_is_cut_in_the_quarantine(tmp_path: Path) -> None:
    path = json_lines(tmp_path / "w.jsonl", [b"x" * 1_000_000])
    take_in("openalex", tmp_path / "data", path, quarantine=tmp_path / "q.jsonl")
    assert len(json.loads((tmp_path / "q.jsonl").read_text())["raw"]) == 10_000


def test_a_quarantine_that_cannot_be_written_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="quarantine"):
        take_in("demo", tmp_path / "data", quarantine=tmp_path / "missing" / "q.jsonl")


@pytest.mark.parametrize("name", ["empty", "missing.jsonl", "notes.txt"])
def test_nothing_to_read_is_an_error_that_says_what_was_looked_for(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(SourceError, match=name) as caught:
        take_in("openalex", tmp_path / "data", tmp_path / name)
    assert caught.value.hint


def test_no_path_at_all_and_an_unknown_source_are_errors_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nothing to ingest"):
        ingest("openalex", [], tmp_path)
    with pytest.raises(InputError, match="unknown source") as caught:
        ingest("scopus", [tmp_path], tmp_path)
    assert "openalex" in caught.value.hint


def test_a_folder_stands_for_every_fitting_file_in_it(whole: str, tmp_path: Path) -> None:
    (tmp_path / "in" / "deeper").mkdir(parents=True)
    json_lines(tmp_path / "in" / "b.jsonl", RECORDS[:5])
    json_lines(tmp_path / "in" / "deeper" / "a.jsonl.gz", RECORDS[5:])
    (tmp_path / "in" / "README").write_text("not a record")
    assert take_in("openalex", tmp_path / "data", tmp_path / "in").snapshot == whole


def test_a_second_writer_is_told_who_is_writing(tmp_path: Path) -> None:
    with (
        writing(tmp_path / "data", started="2026-06-30T12:00:00Z"),
        pytest.raises(LockedError, match="2026-06-30T12:00:00Z") as caught,
    ):
        take_in("demo", tmp_path / "data")
    assert str(os.getpid()) in caught.value.message


def test_a_dead_writer_holds_no_lock(tmp_path: Path) -> None:
    child = os.fork()
    if child == 0:
        with writing(tmp_path, started="then"):
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    with writing(tmp_path, started="now"):
        assert json.loads((tmp_path / "LOCK").read_text())["started"] == "now"


@pytest.mark.parametrize("limit", [10, 500, 1_000, 2_000, 4_000])
def test_a_full_disk_is_told_apart_and_the_former_snapshot_stays(tmp_path: Path, limit: int) -> None:
    data = tmp_path / "data"
    before = take_in("openalex", data, json_lines(tmp_path / "a.jsonl", RECORDS[:3]))
    path = json_lines(tmp_path / "b.jsonl", RECORDS)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        with pytest.raises(NoSpaceError):
            take_in("openalex", data, path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert Snapshot.open(data).digest == before.snapshot
    assert take_in("openalex", data, path, resume=True).works == 23


def test_progress_tells_records_read_after_every_part(tmp_path: Path) -> None:
    seen: list[int] = []
    path = json_lines(tmp_path / "w.jsonl", RECORDS)
    ingest("openalex", [path], tmp_path / "data", options=IngestOptions(part_records=10), progress=seen.append)
    assert seen == [10, 20, 23]


def test_names_and_organisations_are_what_was_said_most_often(tmp_path: Path) -> None:
    records = [a_record(number) for number in range(0, 21, 7)]
    odd = json.loads(json.dumps(a_record(70)))
    odd["authorships"][0]["author"]["display_name"] = "A. Another Spelling"
    for order in ([odd, *records], [*records, odd]):
        random.Random(1).shuffle(order)
        data = tmp_path / "data"
        shutil.rmtree(data, ignore_errors=True)
        take_in("openalex", data, json_lines(tmp_path / "w.jsonl", order))
        names = Snapshot.open(data).researchers(["researcher_id", "name"]).to_pylist()
        assert {"researcher_id": "https://openalex.org/A1", "name": "Person 1"} in names
