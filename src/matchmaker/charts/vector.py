"""From the SVG that Vega writes to one that is small, named, and safe to put beside others in a page."""

from __future__ import annotations

import hashlib
import re
from typing import Final
from xml.etree import ElementTree as ET

from matchmaker.charts.palette import GREY

_SVG: Final = "http://www.w3.org/2000/svg"
_OF_NO_USE: Final = {"class", "role", "aria-hidden", "aria-roledescription", "pointer-events", "version", "font-family"}
_DEFAULTS: Final = {"opacity": "1", "font-weight": "normal", "transform": "translate(0,0)"}
_GEOMETRY: Final = {"d", "transform", "x", "y", "x2", "y2", "width", "height"}
_LONG_NUMBER: Final = re.compile(r"-?\d+\.\d{2,}(?:e-?\d+)?")
_NOTHING_DRAWN: Final = {None, "", "M0,0h0v0h0Z"}

ET.register_namespace("", _SVG)


def image(svg: str, title: str, description: str, font: str) -> str:
    """`svg` in one font as one image with a name and a description (role img); its ids are its own.

    Equal input gives equal bytes. Raises ElementTree.ParseError for what is no SVG.
    """
    root = ET.fromstring(svg)  # noqa: S314 - what our own renderer wrote, never a file of others
    _tidy(root)
    own = f"figure-{hashlib.sha256(ET.tostring(root) + title.encode()).hexdigest()[:12]}"
    _own_ids(root, own)
    described = _element("desc", description, id=f"{own}-desc")
    root[:0] = [_element("title", title), described, *([_hatch(own)] if _is_hatched(root) else [])]
    root.attrib |= {"role": "img", "aria-label": title, "aria-describedby": f"{own}-desc", "font-family": font}
    return ET.tostring(root, encoding="unicode")


def _tidy(parent: ET.Element) -> None:
    """Without empty parts, hidden labels and defaults; lengths in tenths of a pixel."""
    for child in list(parent):
        _tidy(child)
        if _draws_nothing(child):
            parent.remove(child)
    kept = {key: value for key, value in parent.attrib.items() if key not in _OF_NO_USE and _DEFAULTS.get(key) != value}
    parent.attrib.clear()
    parent.attrib |= {key: _tenths(value) if key in _GEOMETRY else value for key, value in kept.items()}


def _draws_nothing(element: ET.Element) -> bool:
    if element.get("opacity") == "0" or element.get("display") == "none":
        return True
    kind = element.tag.removeprefix(f"{{{_SVG}}}")
    return (kind == "g" and len(element) == 0) or (kind == "path" and element.get("d") in _NOTHING_DRAWN)


def _tenths(geometry: str) -> str:
    return _LONG_NUMBER.sub(lambda number: f"{float(number[0]):.1f}".removesuffix(".0"), geometry)


def _own_ids(root: ET.Element, own: str) -> None:
    for element in root.iter():
        for key, value in element.attrib.items():
            element.set(key, f"{own}-{value}" if key == "id" else value.replace("url(#", f"url(#{own}-"))


def _is_hatched(root: ET.Element) -> bool:
    return any(value.endswith("-hatch)") for element in root.iter() for value in element.attrib.values())


def _hatch(own: str) -> ET.Element:
    definitions = _element("defs")
    turned = {"patternUnits": "userSpaceOnUse", "patternTransform": "rotate(45)", "width": "5", "height": "5"}
    pattern = ET.SubElement(definitions, f"{{{_SVG}}}pattern", {"id": f"{own}-hatch", **turned})
    ET.SubElement(pattern, f"{{{_SVG}}}rect", {"width": "2", "height": "5", "fill": GREY})
    return definitions


def _element(kind: str, text: str | None = None, **attributes: str) -> ET.Element:
    element = ET.Element(f"{{{_SVG}}}{kind}", attributes)
    element.text = text
    return element
