from __future__ import annotations

import csv
import tomllib
from importlib import resources

import pytest

from matchmaker.places.resolve import is_country
from matchmaker.terms.adequacy import source
from matchmaker.terms.licences import traits


@pytest.mark.parametrize(
    ("licence", "expected"),
    [
        ("MIT", {"permissive"}),
        ("apache-2.0", {"permissive"}),
        ("CC0-1.0", {"permissive"}),
        (" CC-BY-4.0 ", {"permissive"}),
        ("CC-BY-3.0-IGO", {"permissive"}),
        ("CC-BY-SA-4.0", {"copyleft"}),
        ("CC-BY-NC-SA-4.0", {"non_commercial", "copyleft"}),
        ("CC-BY-NC-ND-4.0", {"non_commercial", "no_derivatives"}),
        ("GPL-3.0-or-later", {"copyleft"}),
        ("AGPL-3.0-only", {"copyleft"}),
        ("ODbL-1.0", {"copyleft"}),
        ("proprietary", {"proprietary"}),
    ],
)
def test_a_licence_is_read_from_its_identifier(licence: str, expected: set[str]) -> None:
    assert traits(licence) == expected


@pytest.mark.parametrize("licence", ["", "CC", "Creative Commons", "MIT or GPL", "not GPL-3.0", "our own"])
def test_a_licence_that_is_not_recognised_is_not_guessed_at(licence: str) -> None:
    assert traits(licence) is None


def test_every_table_is_described_and_every_adequate_place_is_a_code_that_stands_once() -> None:
    folder = resources.files("matchmaker.terms") / "tables"
    rows = list(csv.DictReader((folder / "adequacy.csv").read_text(encoding="utf-8").splitlines(), strict=True))
    codes = [row["alpha2"] for row in rows]
    assert len(set(codes)) == len(codes) and all(is_country(code) for code in codes)
    assert {row["extent"] for row in rows} == {"whole", "part", "unverified"}
    presets = tomllib.loads((folder / "call_terms.toml").read_text(encoding="utf-8"))
    for name in ("adequacy", *presets):
        assert source(name).title and source(name).confidence in ("high", "medium")
