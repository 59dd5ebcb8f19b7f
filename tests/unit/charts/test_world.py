"""The map: every code has a place, nothing is lost, and it says what its borders mean."""

from __future__ import annotations

import json
from importlib import resources

from tests.unit.charts.figures import records

from matchmaker.charts import world
from matchmaker.charts.figure import Figure
from matchmaker.domain.reports import Country
from matchmaker.places.resolve import all_codes, display_name


def _classes(figure: Figure) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for each in records(figure):
        found.setdefault(each["code"], set()).add(each["class"])
    return found


def test_every_code_is_on_the_map_or_named_as_being_in_the_table_only() -> None:
    figure = world.world([Country(code, 12, 0.003) for code in sorted(all_codes())], 10)
    drawn = {code for code, classes in _classes(figure).items() if classes == {"under 0.5 %"}}
    assert all_codes() - drawn == {"AQ"}
    assert "In the table only: Antarctica." in figure.note
    assert len(figure.rows) == len(all_codes())


def test_namibia_and_kosovo_are_countries_like_all_others() -> None:
    classes = _classes(world.world([Country("NA", 30, 0.03), Country("XK", 12, 0.004)], 10))
    assert classes["NA"] == {"2 to 5 %"} and classes["XK"] == {"under 0.5 %"} and classes["DE"] == {"nobody shown"}


def test_the_table_is_ranked_and_holds_the_shares_of_the_map() -> None:
    countries = [
        Country("MT", 11, 0.01),
        Country("US", 90, 0.4),
        Country("TV", None, None, True),
        Country("KE", 20, 0.2),
    ]
    figure = world.world(countries, 10)
    assert [row[0] for row in figure.rows] == ["United States", "Kenya", "Malta", "Tuvalu"]
    drawn = {
        display_name(each["code"]): f"{100 * each['share']:.1f}\u00a0%" for each in records(figure) if "share" in each
    }
    assert drawn == {row[0]: row[2] for row in figure.rows[:3]}
    assert figure.rows[3] == ("Tuvalu", "n < 10", "n < 10")


def test_a_withheld_country_is_hatched_and_a_country_without_anybody_is_not() -> None:
    figure = world.world([Country("BT", None, None, True), Country("KE", 20, 0.2)], 10)
    assert _classes(figure)["BT"] == {"n < 10"}
    assert "-hatch)" in figure.svg
    assert "-hatch)" not in world.world([Country("KE", 20, 0.2)], 10).svg


def test_whoever_has_no_country_is_in_the_table() -> None:
    figure = world.world([Country("", 20, 0.2), Country("international", 20, 0.1)], 10)
    assert [row[0] for row in figure.rows] == ["not known", "international"]
    assert {classes for each in _classes(figure).values() for classes in each} == {"nobody shown"}


def test_a_world_without_anybody_is_drawn() -> None:
    figure = world.world([], 10)
    assert figure.rows == () and "none" in figure.description and figure.svg


def test_the_note_says_what_borders_mean() -> None:
    assert "nothing about the status" in world.world([], 10).note


def test_the_map_is_small_and_its_sources_are_named() -> None:
    folder = resources.files("matchmaker.charts") / "map"
    files = [(folder / name).read_text(encoding="utf-8") for name in ("countries.json", "dots.csv")]
    assert sum(len(text.encode()) for text in files) < 120_000
    codes = [each["properties"]["code"] for each in json.loads(files[0])["objects"]["countries"]["geometries"]]
    assert set(codes) <= all_codes() and "AQ" not in codes
    assert "Natural Earth" in (folder / "SOURCES.md").read_text(encoding="utf-8")
