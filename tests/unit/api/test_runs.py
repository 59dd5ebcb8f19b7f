"""Promises of the store of runs: what only officers may see lies beside a run, and old files gain room for it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from matchmaker.errors import NotFoundError, StateError
from matchmaker_api.state.runs import Run, RunStore

RUN = Run("a" * 32, "2026-11-20T12:00:00Z", "b" * 64, {"text": "x"}, {"meta": {}, "results": []})
WITHHELD: dict[str, Any] = {"organisations": [{"id": "o1", "reasons": [{"rule": "G1", "evidence": "“A” and “Ä”"}]}]}
_OLD = "CREATE TABLE runs (run_id TEXT PRIMARY KEY, created TEXT NOT NULL, generation TEXT NOT NULL, " \
       "request TEXT NOT NULL, answer BLOB NOT NULL) STRICT"  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "state.db")


def test_a_run_and_what_officers_may_see_of_it_are_kept_together(store: RunStore) -> None:
    store.save(RUN, WITHHELD)
    assert (store.get(RUN.run_id), store.screening(RUN.run_id)) == (RUN, WITHHELD)


def test_the_run_itself_says_nothing_of_it(store: RunStore) -> None:
    store.save(RUN, WITHHELD)
    assert "G1" not in repr(store.get(RUN.run_id))


def test_it_can_be_kept_later_and_anew(store: RunStore) -> None:
    store.save(RUN)
    assert store.screening(RUN.run_id) is None
    for content in ({"n": 1}, WITHHELD):
        store.save_screening(RUN.run_id, content)
        assert store.screening(RUN.run_id) == content


def test_there_is_none_of_a_run_that_is_not_here(store: RunStore) -> None:
    with pytest.raises(NotFoundError):
        store.screening(RUN.run_id)
    with pytest.raises(NotFoundError):
        store.save_screening(RUN.run_id, WITHHELD)


def test_both_are_kept_or_neither(store: RunStore) -> None:
    circle: dict[str, Any] = {}
    circle["again"] = circle  # found only after the run itself was written
    with pytest.raises(ValueError, match="Circular"):
        store.save(RUN, circle)
    with pytest.raises(NotFoundError):
        store.get(RUN.run_id)


def test_when_a_run_goes_so_does_what_lies_beside_it(store: RunStore) -> None:
    store.save(RUN, WITHHELD)
    with store._open() as database, database:
        database.execute("DELETE FROM runs")
        assert database.execute("SELECT count(*) FROM run_screening").fetchone()[0] == 0


def test_a_store_of_an_earlier_version_opens_and_gains_the_table(store: RunStore) -> None:
    with closing(sqlite3.connect(store.path)) as database, database:
        database.execute(_OLD)
    store.save(RUN, WITHHELD)
    assert store.screening(RUN.run_id) == WITHHELD


def test_a_new_store_is_for_this_account_alone(store: RunStore) -> None:
    store.save(RUN)
    assert store.path.stat().st_mode & 0o777 == 0o600


def test_a_store_that_cannot_be_used_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StateError, match=r"state\.db"):
        RunStore(tmp_path / "nowhere" / "state.db").save(RUN)
    (tmp_path / "state.db").write_bytes(b"no database" * 100)
    with pytest.raises(StateError, match=r"state\.db"):
        RunStore(tmp_path / "state.db").save(RUN)
