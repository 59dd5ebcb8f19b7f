"""Promises of the safeguard log: what was decided and who looked can be read again, and nobody's name is in it."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.errors import StateError
from matchmaker.safeguards.cases import CallContext, Case, Deployer
from matchmaker.safeguards.clearance import Reviewer, clear
from matchmaker.safeguards.decision import decide
from matchmaker.safeguards.lists import Lists
from matchmaker.safeguards.records import Entry, Finding, ListFile, TopicLabel
from matchmaker_api.state.safeguard_log import Actor, Decided, SafeguardLog, inputs_digest

TODAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PERSON = "https://demo.invalid/people/P00001"
OFFICER = Actor("research_security_officer", "0123abcd")
ENTRY = Entry("UN_SC", "un-17", "Invented Rocket Institute", countries=frozenset({"KP", "IR"}), family="sanction",
              version="v1", dated=TODAY)  # fmt: skip
LISTS = Lists((ListFile("un.csv", "opensanctions", "v1", TODAY, "file name", (ENTRY,), 1),))
LABEL = TopicLabel("EU_CTA_2023", "3", "Quantum technologies", "highest", 0.7, ("quantum cryptography",))
CASE = Case(
    TODAY, "IR", findings=(Finding("possible", ENTRY, "“A” and “B”: 0.950", 0.95),), topics=(LABEL,),
    call=CallContext("he-ria"), deployer=Deployer(frozenset({"EU"})),
)  # fmt: skip
DECIDED = Decided("https://ror.org/01ggx4157", CASE, decide(CASE), {"name_possible": 0.92}, PERSON)


@pytest.fixture
def log(tmp_path: Path) -> SafeguardLog:
    return SafeguardLog(tmp_path, lambda: NOON)


def test_a_decision_is_logged_with_all_that_it_rests_on(log: SafeguardLog) -> None:
    assert log.decided(OFFICER, LISTS, [DECIDED]) == [1]
    (record,) = log.chain.records()
    assert record["ts"] == "2026-11-20T12:00:00Z" and record["kind"] == "decision"
    assert record["actor"] == {"role": "research_security_officer", "id": "0123abcd"}
    assert (record["call_id"], record["org_id"]) == ("he-ria", "https://ror.org/01ggx4157")
    assert record["decision"] == "needs_review" and record["inputs_digest"] == inputs_digest(CASE)
    assert {"id": "G6", "evidence": "“A” and “B”: 0.950"} in record["rules_fired"]
    listed = {"id": "UN_SC", "version": "v1", "date": "2026-11-20"}
    assert record["lists"][0] == listed and {**listed, "entry_id": "un-17"} in record["lists"]
    assert {"EU_CTA_2023"} < {source["id"] for source in record["lists"]}  # the table of topics has a version too
    assert record["topic_labels"] == [
        {"list": "EU_CTA_2023", "code": "3", "score": 0.7, "evidence": ["quantum cryptography"]}
    ]
    assert record["thresholds"] == {"name_possible": 0.92}
    assert record["software_version"].startswith("matchmaker ")
    assert {"seq", "prev_hash", "hash", "subject", "conditions"} <= record.keys()
    assert not {"reviewer", "justification", "expires"} & record.keys()


def test_a_clearance_is_logged_with_who_why_and_until_when(log: SafeguardLog) -> None:
    cleared = clear(CASE, DECIDED.decision, (Reviewer("export_control_officer", "k1"),), TODAY, "talked to them")
    log.decided(OFFICER, LISTS, [replace(DECIDED, clearance=cleared)])
    (record,) = log.chain.records()
    assert record["reviewer"] == [{"role": "export_control_officer", "id": "k1"}]
    assert (record["justification"], record["expires"]) == ("talked to them", "2027-05-19")


def test_looking_is_logged_too(log: SafeguardLog) -> None:
    assert log.looked(OFFICER, "safeguard_reasons", "a" * 32) == 1
    (record,) = log.chain.records()
    assert (record["kind"], record["what"], record["run_id"]) == ("access", "safeguard_reasons", "a" * 32)


def test_no_id_or_name_of_a_person_is_in_the_folder_of_the_log(log: SafeguardLog, tmp_path: Path) -> None:
    log.decided(OFFICER, LISTS, [DECIDED])
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) == 3
    assert not [path for path in files if b"P00001" in path.read_bytes()]
    (record,) = log.chain.records()
    assert record["subject"] == log.pseudonyms.of(PERSON) != SafeguardLog(tmp_path / "audit").pseudonyms.of(PERSON)


def test_nobody_else_may_read_the_log_or_its_key(log: SafeguardLog, tmp_path: Path) -> None:
    log.decided(OFFICER, LISTS, [DECIDED])
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "audit").iterdir()} == {0o600}
    assert (tmp_path / "audit").stat().st_mode & 0o777 == 0o700


def test_a_person_keeps_one_pseudonym_whoever_asks_first(tmp_path: Path) -> None:
    found: list[str] = []
    askers = [
        threading.Thread(target=lambda: found.append(SafeguardLog(tmp_path).pseudonyms.of(PERSON))) for _ in range(8)
    ]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert len(found) == 8 and len(set(found)) == 1
    assert SafeguardLog(tmp_path).pseudonyms.of("another") not in found


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"short")], ids=["lost", "damaged"])
def test_a_lost_or_damaged_key_is_never_replaced_by_another(log: SafeguardLog, tmp_path: Path, damage: object) -> None:
    log.decided(OFFICER, LISTS, [DECIDED])
    damage(tmp_path / "audit" / "subject.key")  # type: ignore[operator]
    with pytest.raises(StateError, match=r"subject\.key"):
        log.decided(OFFICER, LISTS, [DECIDED])


def test_what_cannot_be_logged_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "audit").write_text("no folder")
    with pytest.raises(StateError):
        SafeguardLog(tmp_path).decided(OFFICER, LISTS, [DECIDED])


def test_nothing_decided_writes_nothing(log: SafeguardLog, tmp_path: Path) -> None:
    assert log.decided(OFFICER, LISTS, []) == []
    assert list(tmp_path.iterdir()) == []


@given(st.permutations(["AU", "CA", "JP", "KR", "NO"]), st.permutations(["AU", "CA", "JP", "KR", "NO"]))
def test_equal_cases_have_equal_digests_and_others_have_others(one: list[str], other: list[str]) -> None:
    first, second = (replace(CASE, deployer=Deployer(allies=frozenset(allies))) for allies in (one, other))
    assert inputs_digest(first) == inputs_digest(second)
    assert inputs_digest(replace(first, country="DE")) != inputs_digest(first)


def test_the_log_is_lines_of_json_that_hold(log: SafeguardLog, tmp_path: Path) -> None:
    log.decided(OFFICER, LISTS, [DECIDED, replace(DECIDED, person=None)])
    log.looked(OFFICER, "log")
    lines = (tmp_path / "audit" / "safeguards.jsonl").read_text().splitlines()
    assert [json.loads(line)["seq"] for line in lines] == [1, 2, 3]
    assert json.loads(lines[1])["subject"] is None
    assert log.chain.verify().first_bad is None
