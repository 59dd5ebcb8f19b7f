from __future__ import annotations

import json
import re
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest
import yaml
from tests.unit.rules.chance import raw_call

from matchmaker.domain.conditions import Codes
from matchmaker.errors import InputError, NotFoundError, SourceError
from matchmaker.rules.language import find_call, preset, preset_ids, preset_text, read_call
from matchmaker.rules.rulebook import rulebook
from matchmaker.rules.wording import sentence

SMALL = """
schema: rcp-call/1
id: small
title: A small call
funder: nobody
provenance: {source: written for a test, retrieved: 2026-11-22, confidence: high, illustrative: true}
dates: {reference: 2026-11-22}
sets: {NORTH: {codes: [SE, "NO"]}}
clauses:
  - {id: two, type: count, of: countries, where: {country: {in: NORTH}}, min: 2}
"""


def complaint(text: str) -> str:
    with pytest.raises(InputError) as caught:
        read_call(text, "small.yaml")
    return f"{caught.value.message} | {caught.value.hint}"


def test_all_calls_of_the_package_are_read_and_say_where_they_come_from() -> None:
    assert len(preset_ids()) == 23
    for call_id in preset_ids():
        call = preset(call_id)
        assert call.id == call_id
        assert call.provenance.source
        assert rulebook(call).sets.keys() == call.sets.keys()


@pytest.mark.parametrize("call_id", preset_ids())
def test_every_rule_is_a_sentence_without_a_word_of_the_program(call_id: str) -> None:
    for clause in preset(call_id).clauses:
        said = sentence(clause)
        assert said[0].isupper()
        assert said.endswith(".")
        assert not re.search(r"_[a-z]|None|Fraction|\(\)", said), said


def test_the_rules_of_a_call_read_as_they_would_be_signed() -> None:
    said = [sentence(clause) for clause in preset("he-ria").clauses]
    assert said[0] == "There are at least 3 countries with a partner in MSAC."
    assert said[1] == "There is at least 1 entity in MS."
    assert "Every partner asking for funding and with the role coordinator" in said[2]
    assert said[2].endswith("Otherwise a partner may join without funding.")


def test_a_call_in_json_is_the_same_call() -> None:
    written = json.dumps(raw_call("cost-oc"), default=str)
    assert read_call(written, "cost.json") == preset("cost-oc")


@pytest.mark.parametrize("call_id", preset_ids())
def test_a_call_with_any_key_misspelt_is_refused(call_id: str) -> None:
    raw = yaml.safe_dump(raw_call(call_id))
    keys = set(re.findall(r"(\w+):", raw)) - set(raw_call(call_id).get("sets", {})) - {"variant"}
    keys = {key for key in keys if not re.search(rf'"[^"]*\b{key}:|\'[^\']*\b{key}:', raw)} & set(_VOCABULARY)
    for key in keys:
        with pytest.raises(InputError, match=r"call\.yaml"):
            read_call(re.sub(rf"\b{key}:", f"{key}x:", raw), "call.yaml")


_VOCABULARY = "schema title funder provenance dates sets clauses type where country in must measure max role".split()


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        ('"NO"', "NO", "NO must be quoted"),
        ('"NO"', "no", "NO must be quoted"),
        ('"NO"', "XX", "XX"),
        ("rcp-call/1", "rcp-call/2", "allowed: rcp-call/1"),
        ("min: 2", "min: two", "clauses[0].min"),
        ("min: 2", "min: 1.5", "no whole number"),
        ("min: 2", "min: 3, max: 2", "min 3 is above max 2"),
        (", min: 2", "", "min or max"),
        ("of: countries", "of: planets", "entities, countries, persons"),
        ("reference: 2026-11-22", "reference: tomorrow", "2026-11-22"),
        ("{country: {in: NORTH}}", "{}", "a predicate is expected"),
        ("{in: NORTH}", "{in: NORTH, not_in: NORTH}", "one of in, not_in"),
        ("id: small", "id: Small Call", "a-z"),
        ("funder: nobody", "funder: nobody\nfunder: me", "written twice"),
        ("{codes: [SE, \"NO\"]}", "{name: NORTH}", "NORTH rests on itself"),
        ("{codes: [SE, \"NO\"]}", "{name: SOUTH}", "SOUTH"),
        ("{codes: [SE, \"NO\"]}", "{ref: dac_oda, at: project_end}", "dates.project_end"),
        ("{codes: [SE, \"NO\"]}", "&a {codes: [SE], x: *a}", "anchors"),
        ("type: count", "type: [count]", "clauses[0].type"),
        ("min: 2}", "min: 2, on_unknown: shrug}", "review, fail, pass"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_the_file_and_what_is_allowed(written: str, instead: str, said: str) -> None:
    assert written in SMALL
    text = complaint(SMALL.replace(written, instead))
    assert "small.yaml" in text
    assert said in text


@pytest.mark.parametrize(
    ("written", "path"),
    [("reference: 2026-11-22", "dates.reference"), ("retrieved: 2026-11-22", "provenance.retrieved")],
)
@pytest.mark.parametrize("day", ["2026-11-41", "2026-02-30", "2027-03-01T25:61:00Z", "2027-03-01T10:00:00Z"])
def test_a_day_that_is_none_is_named_with_its_place(written: str, path: str, day: str) -> None:
    assert f"small.yaml: {path}: '{day}' is no day" in complaint(SMALL.replace(written, f"{path.split('.')[1]}: {day}"))


@pytest.mark.parametrize(
    "value",
    [
        "0b_", "0x_", "._", "9" * 5000, r'"\UFFFFFFFF"', r'"\U00110000"', ".inf", ".nan", "<<", "=", "1:99:99",
        "!!timestamp 2026-11-41", "!!timestamp x", "!!binary x", "!!int ''", "!!bool x", "!!float x", "!!set {a, b}",
        "!!omap [a]", "!!python/name:os.system", "? [a]", "{[a]: b}", "{<<: [a]}", "-1e999",
    ],
)  # fmt: skip
def test_a_value_that_only_looks_like_one_is_a_mistake_in_the_file(value: str) -> None:
    assert "small.yaml" in complaint(SMALL.replace("min: 2", f"min: {value}"))


_PIECES = (
    "2027-03-41", "2027-03-01T25:61:00Z", "!!int ", "!!binary ", "0x_", "._", "<<: ", "= ", "&a ", "*a", "? ", "- ",
    ": ", "{", "}", "[", "]", '"', "'", "\\UFFFFFFFF", "\\x", "\n", "\t", "\x00", "%", "|", ">", "---", "...", "NO",
    "null", "1e999", "-5", "#", ",", "\ud800", "\U0001f600",
)  # fmt: skip


def test_whatever_is_done_to_a_call_it_is_read_or_refused_as_a_mistake() -> None:
    dice = Random(20261122)
    for turn in range(2000):
        text = preset_text(preset_ids()[turn % len(preset_ids())])
        for _ in range(dice.randint(1, 4)):
            start = dice.randrange(len(text))
            text = text[:start] + dice.choice(_PIECES) + text[start + dice.choice((0, 0, 1, 5, 30)) :]
        with suppress(InputError, SourceError):
            read_call(text, "call.yaml")


@pytest.mark.parametrize("instead", [r'title: "\ud800"', r"title: x" "\n" r'programme: "\udfff"'])
def test_half_a_character_is_no_text(instead: str) -> None:
    assert "holds half of a character" in complaint(SMALL.replace("title: A small call", instead))
    assert "holds half of a character" in complaint(SMALL.replace("NORTH", r'"\ud800"'))


def test_a_day_in_quotes_and_one_without_are_the_same() -> None:
    quoted = SMALL.replace("2026-11-22", '"2026-11-22"')
    assert read_call(quoted, "small.yaml") == read_call(SMALL, "small.yaml")


def test_a_quoted_norway_is_norway() -> None:
    assert read_call(SMALL, "small.yaml").sets["NORTH"] == Codes(frozenset({"SE", "NO"}))


def test_what_is_no_document_is_refused_without_being_run(tmp_path: Path) -> None:
    for text in ("", "[]", "- a\n- b", "!!python/object/apply:os.system ['true']", "{" * 5000, "a: [" * 3000):
        assert "small.yaml" in complaint(text)
    with pytest.raises(SourceError, match="cannot read"):
        find_call(str(tmp_path / "absent.yaml"))
    with pytest.raises(NotFoundError, match="no call 'he-rai'"):
        find_call("he-rai")
