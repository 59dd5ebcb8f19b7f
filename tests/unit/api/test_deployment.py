"""Promises of a deployment's file: read strictly, and what it does not say is said."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from matchmaker.errors import InputError, SourceError
from matchmaker.safeguards.cases import Deployer
from matchmaker_api.deployment import FILE, deployment

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "screening-lists-and-keys.md"


def written(data: Path, text: str) -> Path:
    (data / FILE).write_text(text, encoding="utf-8")
    return data


def test_without_a_file_all_is_default_and_that_is_said(tmp_path: Path) -> None:
    found = deployment(tmp_path)
    assert (found.deployer, found.file) == (Deployer(), None)
    assert (found.lists, found.terms, found.tables) == tuple(tmp_path / name for name in ("lists", "terms", "tables"))
    jurisdiction, screening = found.notes
    assert "no jurisdiction" in jurisdiction and "nothing is screened" in screening
    assert found.loaded_lists().entries == ()


def test_what_is_written_holds(tmp_path: Path) -> None:
    for name in ("own", "agreements"):
        (tmp_path / name).mkdir()
    found = deployment(written(tmp_path, """
        [safeguards]
        jurisdictions = ["EU", "GB"]
        allies = ["CH", "NO"]
        concern = ["KP"]
        required_lists = ["UN_SC"]
        lists = "own"
        [terms]
        folder = "agreements"
    """))  # fmt: skip
    assert found.deployer == Deployer(
        frozenset({"EU", "UK"}), frozenset({"CH", "NO"}), frozenset({"KP"}), frozenset({"UN_SC"})
    )
    assert (found.lists, found.terms, found.tables) == tuple(
        tmp_path / name for name in ("own", "agreements", "tables")
    )
    assert (found.file, found.notes) == (tmp_path / FILE, ())


def test_no_concern_at_all_is_something_else_than_none_named(tmp_path: Path) -> None:
    assert deployment(written(tmp_path, "[safeguards]\nconcern = []")).deployer.concern == frozenset()
    assert deployment(written(tmp_path, "[safeguards]")).deployer.concern is None


def test_folders_may_lie_elsewhere(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    data = tmp_path / "data"
    data.mkdir()
    assert deployment(written(data, f'[safeguards]\nlists = "{elsewhere}"')).lists == elsewhere


def test_lists_are_read_from_the_folder(tmp_path: Path) -> None:
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "own.csv").write_text(
        "ror,name,country,decision,reason,owner,expires\n,Invented Institute,DE,block,x,office,2027-01-01\n"
    )
    assert [entry.name for entry in deployment(tmp_path).loaded_lists().entries] == ["Invented Institute"]


WRONG = {
    "[safeguard]\n": ("safeguard", "safeguards"),
    "safeguards = 3\n": ("safeguards", "jurisdictions"),
    '[safeguards]\njurisdiction = ["EU"]\n': ("jurisdiction", "jurisdictions"),
    '[safeguards]\njurisdictions = ["EUR"]\n': ("jurisdictions", "EU"),
    '[safeguards]\njurisdictions = "EU"\n': ("jurisdictions", "[one, two]"),
    '[safeguards]\nallies = ["UK"]\n': ("allies", "GB"),
    '[safeguards]\nallies = ["ES-CN"]\n': ("allies", "codes"),
    '[safeguards]\nconcern = [true]\n': ("concern", "NO"),
    '[safeguards]\nrequired_lists = ["UN"]\n': ("required_lists", "UN_SC"),
    '[safeguards]\nlists = "nowhere"\n': ("nowhere", "make it"),
    '[terms]\nfolder = "nowhere"\n': ("nowhere", "make it"),
    '[tables]\nfolder = ""\n': ("folder", "quotation"),
}  # fmt: skip


@pytest.mark.parametrize("text", sorted(WRONG))
def test_a_mistake_is_refused_with_file_key_and_what_is_allowed(tmp_path: Path, text: str) -> None:
    named, allowed = WRONG[text]
    with pytest.raises(InputError) as error:
        deployment(written(tmp_path, text))
    assert FILE in error.value.message and named in error.value.message
    assert allowed in error.value.hint


@pytest.mark.parametrize("section", ["safeguards", "tables", "terms"])
def test_every_key_is_explained(tmp_path: Path, section: str) -> None:
    with pytest.raises(InputError) as error:
        deployment(written(tmp_path, f"[{section}]\nnothing_of_the_kind = 1"))
    allowed = error.value.hint.removeprefix("allowed: ").split(", ")
    explained = re.findall(rf"^\| `{section}\.(\w+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(allowed) == sorted(explained)


@pytest.mark.parametrize("content", [b"[safeguards", b"\xff\xfe", b"[terms]\n[terms]\n"], ids=repr)
def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(SourceError, match=FILE):
        deployment(tmp_path)
