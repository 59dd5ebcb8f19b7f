"""Attention by country: a map to see where, and a ranked table to read how much."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any, Final

from matchmaker.charts import wording
from matchmaker.charts.figure import Figure, Row, Words, drawn
from matchmaker.charts.palette import GREY, HATCH, INK, NOTHING, STEPS
from matchmaker.domain.reports import Country
from matchmaker.errors import SourceError
from matchmaker.places.resolve import is_country

BORDERS: Final = (
    "Borders are Natural Earth’s, drawn as they are held on the ground; they say nothing about the status of any "
    "territory. Places too small for this map are dots."
)
# Fixed, so that two reports can be laid side by side.
_EDGES: Final = (0.005, 0.01, 0.02, 0.05)
_CLASSES: Final = ("under 0.5 %", "0.5 to 1 %", "1 to 2 %", "2 to 5 %", "5 % and more")
_ABSENT: Final = "nobody shown"


def world(countries: Sequence[Country], below: int) -> Figure:
    """Share of attention by country (Equal Earth projection), and the same ranked.

    Countries are alpha-2 codes or XK; any other text (unknown, international) stands in the table only. `below` is the
    number of people under which a country is withheld: it is hatched, and its figures are not given.
    """
    ranked = sorted(countries, key=lambda each: (each.withheld, -(each.exposure or 0.0), each.country))
    names = {each.country: wording.country_name(each.country) for each in ranked}
    rows = [_row(names[each.country], each, below) for each in ranked]
    placed = {each.country: each for each in ranked if is_country(each.country)}
    told = [f"{names[each.country]} {wording.percent(each.exposure)}" for each in ranked[:3] if not each.withheld]
    hidden = sum(each.withheld for each in ranked)
    description = f"{len(placed)} countries; {hidden} withheld. Most attention: {', '.join(told) or 'none'}."
    note = " ".join(filter(None, (BORDERS, _off_the_map(placed))))
    return drawn(
        _map(placed, below),
        Words("Attention by country", description, note),
        ("Country", "People shown", "Attention"),
        rows,
    )


def _map(placed: Mapping[str, Country], below: int) -> Any:
    import altair as alt

    classes = (*_CLASSES, wording.withheld(below), _ABSENT)
    used = {_class(each, below) for each in placed.values()} | {_ABSENT}
    colours = dict(zip(classes, (*STEPS, HATCH, NOTHING), strict=True))
    shown = [each for each in classes if each in used]
    scale = alt.Scale(domain=shown, range=[colours[each] for each in shown])
    fill = alt.Fill("properties.class:N", scale=scale, legend=alt.Legend(symbolType="square", columns=4))
    outline: Any = {"stroke": INK, "strokeWidth": 0.4, "strokeOpacity": 0.7}
    topology = {"values": _coloured(placed, below), "format": {"type": "topojson", "feature": "countries"}}
    layers: list[Any] = [
        alt.Chart(alt.sphere()).mark_geoshape(fill="none", stroke=GREY, strokeWidth=0.6),
        alt.Chart(topology).mark_geoshape(**outline).encode(fill=fill),
    ]
    dots = [dot for code, each in placed.items() if (dot := _dot(code, each, below)) is not None]
    if dots:
        small = alt.Chart({"values": dots}).mark_circle(size=38, opacity=1, **outline)
        layers.append(small.encode(longitude="longitude:Q", latitude="latitude:Q", fill=fill))
    return alt.layer(*layers).project("equalEarth").properties(width=640, height=312)


def _coloured(placed: Mapping[str, Country], below: int) -> dict[str, Any]:
    """The map, each shape with its class and, where it may be told, its share."""
    topology: dict[str, Any] = json.loads(_package_data("countries.json"))
    for geometry in topology["objects"]["countries"]["geometries"]:
        geometry["properties"] = _properties(geometry["properties"]["code"], placed, below)
    return topology


def _dot(code: str, country: Country, below: int) -> dict[str, Any] | None:
    at = _dots().get(code)
    if at is None:
        return None
    return {"longitude": at[0], "latitude": at[1], "properties": _properties(code, {code: country}, below)}


def _properties(code: str, placed: Mapping[str, Country], below: int) -> dict[str, Any]:
    country = placed.get(code)
    if country is None:
        return {"code": code, "class": _ABSENT}
    share = None if country.withheld else country.exposure
    return {"code": code, "class": _class(country, below), **({} if share is None else {"share": share})}


def _class(country: Country, below: int) -> str:
    if country.withheld or country.exposure is None:
        return wording.withheld(below)
    return _CLASSES[sum(country.exposure >= edge for edge in _EDGES)]


def _dots() -> dict[str, tuple[float, float]]:
    """Code → degrees east and north of the places that the map is too coarse to draw."""
    read = csv.DictReader(_package_data("dots.csv").splitlines())
    return {row["alpha2"]: (float(row["longitude"]), float(row["latitude"])) for row in read}


def _off_the_map(placed: Mapping[str, Country]) -> str:
    topology = json.loads(_package_data("countries.json"))
    drawn_codes = {geometry["properties"]["code"] for geometry in topology["objects"]["countries"]["geometries"]}
    missing = sorted(placed.keys() - drawn_codes - _dots().keys())
    return f"In the table only: {', '.join(wording.country_name(code) for code in missing)}." if missing else ""


def _package_data(file: str) -> str:
    path = resources.files("matchmaker.charts") / "map" / file
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise SourceError(f"cannot read the package's map {file}: {error}", hint="install matchmaker again") from error


def _row(name: str, country: Country, below: int) -> Row:
    if country.withheld:
        return (name, wording.withheld(below), wording.withheld(below))
    return (name, wording.count(country.people), wording.percent(country.exposure))
