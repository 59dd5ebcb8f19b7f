"""A report as one HTML file."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from matchmaker.charts.figure import Figure
from matchmaker.report.document import Block, Bullets, Document, Facts, Table

_NUMBER: Final = re.compile(r"[−\d]|n < \d|–$|none$")
_NAMESPACE: Final = ' xmlns="http://www.w3.org/2000/svg"'


def page(document: Document) -> str:
    """The file: styles and pictures inside, everything else escaped; nothing is loaded and nothing runs."""
    style = (resources.files("matchmaker.report") / "templates" / "report.css").read_text(encoding="utf-8")
    return _environment().get_template("report.html").render(document=document, style=style)


def fragment(document: Document) -> str:
    """The sections alone, as part of a page that brings its own frame and style; everything is escaped."""
    return _environment().get_template("body.html").render(document=document)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("matchmaker.report", "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.globals |= {"kind": _kind, "inside": _inside, "figures": _figures}
    return environment


def _kind(block: Block) -> str:
    kinds = {str: "paragraph", Bullets: "bullets", Facts: "facts", Table: "table", Figure: "figure"}
    return kinds[type(block)]


def _figures(table: Table | Figure) -> set[int]:
    """The columns that hold figures only, which stand to the right."""
    columns = range(1, len(table.columns))
    return {at for at in columns if table.rows and all(_NUMBER.match(row[at]) for row in table.rows)}


def _inside(figure: Figure) -> str:
    """The picture as part of a page, where an SVG needs no namespace. Its texts were escaped when it was drawn."""
    return figure.svg.replace(_NAMESPACE, "", 1)
