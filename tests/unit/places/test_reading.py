from __future__ import annotations

from datetime import date
from importlib import resources

import pytest

from matchmaker.errors import InputError, SourceError
from matchmaker.places import reading
from matchmaker.places.reading import rows, table, tables


def test_every_table_is_described_and_every_description_has_its_table() -> None:
    folder = resources.files("matchmaker.places") / "tables"
    assert {path.name.removesuffix(".csv") for path in folder.iterdir() if path.name.endswith(".csv")} == set(tables())
    for name in tables():
        assert rows(name)


def test_a_description_says_how_old_and_how_sure_a_table_is() -> None:
    ldc = table("ldc")
    assert ldc.version == "ldc@2026-07-01"
    assert ldc.confidence in {"high", "medium", "low"}
    assert not ldc.is_stale(date(2026, 12, 28))
    assert ldc.is_stale(date(2026, 12, 29))


def test_a_table_that_lost_namibia_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "alpha2,official_name_en\n,Namibia\nDE,Germany\n"
    monkeypatch.setattr(reading, "_text", lambda _file: text)
    rows.cache_clear()
    try:
        with pytest.raises(SourceError, match="Namibia"):
            rows("iso3166")
    finally:
        rows.cache_clear()


@pytest.mark.parametrize("name", ["dac_oda", "cost", "country_sets"])
def test_a_row_whose_code_was_read_as_missing_is_refused_in_any_table(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_text", lambda _file: "set,alpha2\nX,DE\nX,\n")
    rows.cache_clear()
    try:
        with pytest.raises(SourceError, match="Namibia"):
            rows(name)
    finally:
        rows.cache_clear()


@pytest.mark.parametrize("text", ["a,b\n1\n", "a,b\n1,2,3\n"])
def test_a_row_that_does_not_fit_its_header_is_an_error_that_names_the_line(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_text", lambda _file: text)
    rows.cache_clear()
    try:
        with pytest.raises(SourceError, match="line 2"):
            rows("ldc")
    finally:
        rows.cache_clear()


def test_a_table_that_is_not_there_is_an_error() -> None:
    with pytest.raises(SourceError, match=r"atlantis\.csv"):
        rows("atlantis")
    with pytest.raises(InputError, match="atlantis"):
        table("atlantis")
