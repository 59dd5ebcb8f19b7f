"""Whether a file can be laid into the folder of calls: its id must be free there."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.rules.test_language import SMALL

from matchmaker.errors import InputError
from matchmaker_api.calling import check_file


def _written(folder: Path, name: str, text: str = SMALL) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_a_free_id_is_no_mistake_nor_is_that_of_the_file_itself(tmp_path: Path) -> None:
    inside = _written(tmp_path / "calls", "small.yaml")
    assert check_file(inside, tmp_path)["id"] == "small"
    assert check_file(_written(tmp_path, "other.yaml", SMALL.replace("small", "other")), tmp_path)["id"] == "other"


def test_the_id_of_a_call_of_the_package_cannot_be_taken_in_a_data_folder(tmp_path: Path) -> None:
    file = _written(tmp_path, "mine.yaml", SMALL.replace("id: small", "id: he-ria"))
    with pytest.raises(InputError, match=r"mine\.yaml: id: 'he-ria' is that of a call of the package"):
        check_file(file, tmp_path)
    assert check_file(file)["id"] == "he-ria", "no folder is named in which it would be in the way"


def test_an_id_that_another_file_of_the_folder_has_is_told_with_that_file(tmp_path: Path) -> None:
    _written(tmp_path / "calls", "first.yaml")
    with pytest.raises(InputError, match=r"second\.yaml: id: 'small' is that of calls/first\.yaml too"):
        check_file(_written(tmp_path, "second.yaml"), tmp_path)
    both = _written(tmp_path / "calls", "third.yaml")
    with pytest.raises(InputError, match=r"third\.yaml: id: 'small' is that of calls/first\.yaml too"):
        check_file(both, tmp_path)
