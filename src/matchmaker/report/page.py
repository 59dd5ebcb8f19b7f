"""A report as one HTML file."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from matchmaker.charts.figure import Figure
from matchmaker.report.document import Block, Bullets, Document, Facts, Table

_NUMBER: Final = re.compile(r"[−\d]|n < \d|–$|none$")
_NAMESPACE: Final = ' xmlns="http://www.w3.org/2000/svg"'


def page(document: Document) -> str:
    """The file: styles and pictures inside, everything else escaped; nothing is loaded and nothing runs."""
    style = (resources.files("matchmaker.report") / "templates" / "report.css").read_text(encoding="utf-8")
    return _environment().get_template("report.html").render(document=document, style=Markup(style))  # noqa: S704


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("matchmaker.report", "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.globals |= {"kind": _kind, "inside": _inside}
    environment.tests["number"] = lambda cell: bool(_NUMBER.match(cell))
    return environment


def _kind(block: Block) -> str:
    kinds = {str: "paragraph", Bullets: "bullets", Facts: "facts", Table: "table", Figure: "figure"}
    return kinds[type(block)]


def _inside(figure: Figure) -> Markup:
    """The picture as part of a page, where an SVG needs no namespace. Its texts were escaped when it was drawn."""
    return Markup(figure.svg.replace(_NAMESPACE, "", 1))  # noqa: S704
