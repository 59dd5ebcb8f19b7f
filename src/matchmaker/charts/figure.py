"""One figure: a picture for the eye and the same figures as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from matchmaker.charts import vector
from matchmaker.charts.palette import GREY, INK

Row = tuple[str, ...]

NOTE: Final = "Note"

_FONT: Final = "system-ui, 'Noto Sans', 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"
_CONFIG: Final[dict[str, Any]] = {
    "aria": False,  # the picture is one image with a name and a description; its figures are in the table
    "background": "transparent",
    "font": _FONT,
    "view": {"stroke": None},
    "axis": {
        "labelColor": INK, "titleColor": INK, "labelFontSize": 13, "titleFontSize": 13, "titleFontWeight": "normal",
        "labelLimit": 230, "domainColor": GREY, "tickColor": GREY, "gridColor": GREY, "gridOpacity": 0.3,
    },
    "header": {"labelColor": INK, "titleColor": INK, "labelFontSize": 13, "titleFontSize": 13, "labelLimit": 200},
    "legend": {
        "labelColor": INK, "titleColor": INK, "labelFontSize": 13, "titleFontSize": 13, "labelLimit": 330,
        "orient": "top", "title": None, "symbolSize": 110, "columnPadding": 18,
        "symbolStrokeWidth": 2, "columns": 2, "symbolOpacity": 1,
    },
    "text": {"color": INK, "fontSize": 13},
    "title": {"color": INK, "fontSize": 14, "anchor": "start"},
    "point": {"size": 90, "filled": True, "opacity": 1},
    "rule": {"strokeWidth": 2},
}  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """A picture and its table twin.

    `svg` is one element with a name (`title`) and a `description`; it loads nothing, runs nothing, and its ids are its
    own, so that many may stand in one page. It is drawn when it is first asked for (a tenth of a second); equal figures
    give equal bytes. `rows` (texts, as read) run along `columns` and hold every figure that is drawn. `note` says what
    to know before reading either. `spec` is the Vega-Lite specification.
    """

    title: str
    description: str
    columns: Row
    rows: tuple[Row, ...]
    note: str
    spec: Mapping[str, Any] = field(repr=False)

    @cached_property
    def svg(self) -> str:
        """The picture."""
        import vl_convert  # 30 MB and a JavaScript engine: loaded when something is drawn, not with matchmaker

        drawn_by_vega = vl_convert.vegalite_to_svg(dict(self.spec), allowed_base_urls=[])
        return vector.image(drawn_by_vega, self.title, self.description, _FONT)


@dataclass(frozen=True)
class Words:
    """What is said of a picture."""

    title: str
    description: str
    note: str = ""


def drawn(chart: Any, words: Words, columns: Sequence[str], rows: Sequence[Row]) -> Figure:
    """The figure of an Altair chart. A last column `Note` that says nothing is left out."""
    spec = {**chart.to_dict(), "config": _CONFIG}
    width = len(columns) - (columns[-1] == NOTE and not any(row[-1] for row in rows))
    kept = tuple(tuple(row[:width]) for row in rows)
    return Figure(words.title, words.description, tuple(columns[:width]), kept, words.note, spec)
