from __future__ import annotations

from datetime import date

import pytest

from matchmaker.errors import InputError
from matchmaker.places.sets import refs
from matchmaker_api.cli.place import resolve_rows, set_row


def test_a_text_that_is_no_country_is_a_row_with_the_reason() -> None:
    greece, congo, nothing = resolve_rows(["EL", "Congo", ""])
    assert (greece["code"], greece["border"]) == ("GR", "GR")
    assert (congo["code"], congo["could_be"]) == (None, ["CG", "CD"])
    assert (nothing["code"], nothing["note"]) == (None, "nothing was given")


def test_a_set_is_a_row_with_its_day_its_version_and_its_doubts() -> None:
    row = set_row("ldc", date(2026, 12, 1))
    assert (row["count"], row["at"], row["version"]) == (41, "2026-12-01", "ldc@2026-07-01")
    assert row["count"] == len(row["codes"])
    assert row["uncertain"] == ["BD", "NP"]
    with pytest.raises(InputError):
        set_row("atlantis", date(2026, 12, 1))


@pytest.mark.parametrize("ref", refs())
def test_every_set_is_a_row_with_members_version_confidence_and_source(ref: str) -> None:
    row = set_row(ref, date(2026, 11, 22))
    assert row["ref"] == ref
    assert row["codes"]
    assert row["version"].count("@") == 1
    assert row["confidence"] in {"high", "medium", "low"}
    assert row["source"]
