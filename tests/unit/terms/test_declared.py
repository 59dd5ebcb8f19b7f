from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from matchmaker.errors import InputError, SourceError
from matchmaker.terms.declared import NOTHING_DECLARED, Declared, load_declared
from matchmaker.terms.reading import read_yaml

GOOD = "for: {whom}\ndeclared_by: its office\ndeclared_on: {day}\ndeclaration: {{data: {{access: open}}}}\n"


def _folder(folder: Path, **files: str) -> Declared:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return load_declared(folder)


def _good(whom: str, day: str = "2026-11-01") -> str:
    return GOOD.format(whom=whom, day=day)


@pytest.mark.parametrize("day", ["2026-11-01", '"2026-11-01"'])
def test_a_declaration_is_found_by_whom_it_is_for(tmp_path: Path, day: str) -> None:
    found = _folder(tmp_path, a=_good("one", day))
    assert found.by_id["one"].data.access == "open"
    assert found.faults == ()


def test_a_folder_that_is_not_there_declares_nothing(tmp_path: Path) -> None:
    assert load_declared(tmp_path / "absent") == NOTHING_DECLARED == Declared({}, {})


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (_good("bad").replace("declared_by: its office\n", ""), "a.yaml: 'declared_by' is missing"),
        (_good("bad", "2027-03-41"), "a.yaml: declared_on: '2027-03-41' is no day"),
        (_good("bad", "2027-03-01T25:61:00Z"), "a.yaml: declared_on: '2027-03-01T25:61:00Z' is no day"),
        (_good("bad", "12"), "a.yaml: declared_on: '12' is no day"),
        (_good("bad").replace("open", "shut"), "a.yaml: data: access: 'shut' is not allowed"),
        (_good("bad").replace("open", "0x_"), "a.yaml is not YAML"),
        (_good("bad").replace("open", "!!timestamp x"), "a.yaml is not YAML"),
        (_good("bad").replace("open", "&a [*a]"), "a.yaml is not YAML"),
        ("a: [" * 3000, "a.yaml is nested too deeply"),
        ("", "a.yaml must be a list of keys and values"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_and_takes_no_other_with_it(tmp_path: Path, text: str, fault: str) -> None:
    found = _folder(tmp_path, a=text, b=_good("two"))
    assert set(found.by_id) == {"two"}
    assert len(found.faults) == 1
    assert fault in found.faults[0]
    assert found.faults[0].startswith("a.yaml")


def test_a_file_that_cannot_be_opened_takes_no_other_with_it(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").mkdir()
    found = _folder(tmp_path, b=_good("two"))
    assert set(found.by_id) == {"two"}
    assert len(found.faults) == 1 and "cannot read a.yaml" in found.faults[0]


def test_of_two_files_for_the_same_one_neither_counts_and_both_are_told(tmp_path: Path) -> None:
    found = _folder(tmp_path, a=_good("one"), b=_good("one"), c=_good("two"))
    assert set(found.by_id) == {"two"}
    assert found.faults == tuple(
        f"{name}: one is declared by 2 files (a.yaml, b.yaml)" for name in ("a.yaml", "b.yaml")
    )


def test_terms_of_a_call_that_are_wrong_take_no_other_call_with_them(tmp_path: Path) -> None:
    found = _folder(tmp_path, a=_good("one"), calls="mine: {openness_floor: open}\nyours: {openness: open}\n")
    assert set(found.calls) == {"mine"}
    assert set(found.by_id) == {"one"}
    assert len(found.faults) == 1 and found.faults[0].startswith("calls.yaml: yours: unknown key 'openness'")
    assert _folder(tmp_path, calls="- mine\n").faults == ("calls.yaml must be a list of call ids and their terms",)


def test_whatever_is_in_a_file_it_is_read_or_a_mistake(tmp_path: Path) -> None:
    dice, path = Random(20261122), tmp_path / "a.yaml"
    pieces = (
        "2027-03-41",
        "!!int ",
        "0x_",
        "._",
        "<<: ",
        "= ",
        "&a ",
        "*a",
        "? ",
        "- ",
        "{",
        "}",
        "[",
        '"',
        "\\UFFFFFFFF",
    )
    for _ in range(500):
        text = _good("one")
        for _ in range(dice.randint(1, 4)):
            start = dice.randrange(len(text))
            text = text[:start] + dice.choice(pieces) + text[start + dice.choice((0, 1, 5)) :]
        path.write_text(text, encoding="utf-8")
        with suppress(InputError, SourceError):
            read_yaml(path)
        load_declared(tmp_path)
