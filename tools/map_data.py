"""Write the map that figures draw on, from a folder of the npm package `world-atlas` (countries-110m, -50m, -10m.json).

Usage: python tools/map_data.py FOLDER. Writes `countries.json` (TopoJSON, one geometry per country with its alpha-2
code) and `dots.csv` (a place for each code too small for that map) into src/matchmaker/charts/map.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from matchmaker.places.reading import rows
from matchmaker.places.resolve import all_codes

TARGET = Path(__file__).parents[1] / "src" / "matchmaker" / "charts" / "map"
# Shapes to which Natural Earth gives no number. ISO 3166 has no code for the second and third: their ground lies within
# CY and SO there, and whoever works there is counted under those codes.
UNNUMBERED = {"Kosovo": "XK", "N. Cyprus": "CY", "Somaliland": "SO"}
# Antarctica has nobody to show and would take a fifth of the picture.
LEFT_OUT = {"AQ"}
# Places that no file of the atlas draws on their own: a point on the main island, degrees east and north.
BY_HAND = {
    "BQ": (-68.26, 12.18), "BV": (3.36, -54.42), "CC": (96.85, -12.17), "CX": (105.65, -10.49), "GF": (-53.1, 3.95),
    "GP": (-61.55, 16.25), "MQ": (-61.02, 14.65), "RE": (55.54, -21.12), "SJ": (16.0, 78.3), "TK": (-171.85, -9.2),
    "YT": (45.15, -12.83),
}  # fmt: skip

Point = tuple[float, float]


def main(folder: Path) -> None:
    """Write both files."""
    coarse = json.loads((folder / "countries-110m.json").read_text(encoding="utf-8"))
    drawn = pruned(coarse)
    codes = {geometry["properties"]["code"] for geometry in drawn["objects"]["countries"]["geometries"]}
    (TARGET / "countries.json").write_text(json.dumps(drawn, separators=(",", ":")) + "\n", encoding="utf-8")
    with (TARGET / "dots.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("alpha2", "longitude", "latitude"))
        writer.writerows(dots(folder, all_codes() - codes - LEFT_OUT))


def code_of(geometry: dict[str, Any]) -> str | None:
    """The alpha-2 code of a shape of the atlas, None for one that has none."""
    numbers = {row["numeric"]: row["alpha2"] for row in rows("iso3166")}
    return numbers.get(geometry.get("id", "")) or UNNUMBERED.get(geometry["properties"]["name"])


def pruned(atlas: dict[str, Any]) -> dict[str, Any]:
    """The atlas with countries only, each with its code and nothing else, and the arcs they need."""
    kept: list[dict[str, Any]] = []
    numbers: dict[int, int] = {}
    for geometry in atlas["objects"]["countries"]["geometries"]:
        code = code_of(geometry)
        if code is None:
            raise SystemExit(f"no code for {geometry['properties']['name']}")
        if code not in LEFT_OUT:
            arcs = renumbered(geometry["arcs"], numbers)
            kept.append({"type": geometry["type"], "arcs": arcs, "properties": {"code": code}})
    arcs = [atlas["arcs"][old] for old in numbers]
    countries = {"type": "GeometryCollection", "geometries": kept}
    return {"type": "Topology", "objects": {"countries": countries}, "arcs": arcs, "transform": atlas["transform"]}


def renumbered(arcs: Any, numbers: dict[int, int]) -> Any:
    """`arcs` (nested lists of numbers; ~n is arc n backwards) with numbers in order of first use."""
    if isinstance(arcs, list):
        return [renumbered(each, numbers) for each in arcs]
    forward = arcs if arcs >= 0 else ~arcs
    number = numbers.setdefault(forward, len(numbers))
    return number if arcs >= 0 else ~number


def dots(folder: Path, wanted: frozenset[str]) -> Iterator[tuple[str, float, float]]:
    """Code, longitude and latitude (degrees) of the middle of each wanted country's largest part."""
    found: dict[str, Point] = {}
    for name in ("countries-10m.json", "countries-50m.json"):
        found |= centres(json.loads((folder / name).read_text(encoding="utf-8")))
    for code in sorted(wanted):
        east, north = BY_HAND.get(code) or found[code]
        yield code, round(east, 2), round(north, 2)


def centres(atlas: dict[str, Any]) -> dict[str, Point]:
    """Code → centre of mass of the largest ring of each country, on the plane of longitude and latitude."""
    lines = [decoded(arc, atlas["transform"]) for arc in atlas["arcs"]]
    middle: dict[str, Point] = {}
    for geometry in atlas["objects"]["countries"]["geometries"]:
        code = code_of(geometry)
        if code is not None and "arcs" in geometry:
            polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
            rings = [stitched(polygon[0], lines) for polygon in polygons]
            middle.setdefault(code, max((mass(ring) for ring in rings), key=lambda each: each[0])[1])
    return middle


def decoded(arc: list[list[int]], transform: dict[str, Any]) -> list[Point]:
    """Degrees from the differences of an arc."""
    (wide, high), (left, low) = transform["scale"], transform["translate"]
    x = y = 0
    points = []
    for step_x, step_y in arc:
        x, y = x + step_x, y + step_y
        points.append((x * wide + left, y * high + low))
    return points


def stitched(ring: list[int], lines: list[list[Point]]) -> list[Point]:
    """One closed ring from its arcs."""
    points: list[Point] = []
    for number in ring:
        points += lines[number] if number >= 0 else lines[~number][::-1]
    return points


def mass(ring: list[Point]) -> tuple[float, Point]:
    """Area (square degrees) and centre of mass of a ring."""
    doubled = east = north = 0.0
    for (x, y), (next_x, next_y) in zip(ring, ring[1:] + ring[:1], strict=True):
        cross = x * next_y - next_x * y
        doubled, east, north = doubled + cross, east + (x + next_x) * cross, north + (y + next_y) * cross
    if doubled == 0:
        return 0.0, ring[0]
    return abs(doubled) / 2, (east / (3 * doubled), north / (3 * doubled))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
