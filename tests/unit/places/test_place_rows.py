from __future__ import annotations

from datetime import date

import pytest

from matchmaker.errors import InputError
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
