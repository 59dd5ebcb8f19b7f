"""What a target costs in relevance: over the lists that had one, and along the settings that could be chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from matchmaker.charts import wording
from matchmaker.charts.dots import Mark, Scale, dot_plot, record
from matchmaker.charts.figure import Figure, Words, drawn
from matchmaker.charts.palette import BLUE, DIAMOND, DISC, GREY, INK, VERMILION
from matchmaker.domain.reports import Interval, Price
from matchmaker.errors import InputError

Point = tuple[str, float, float]  # label, parity, nDCG

_LIST: Final = Mark("quantiles over lists", VERMILION, DISC)
_MEAN: Final = Mark("mean of all lists", BLUE, DIAMOND)


def relevance_kept(price: Price) -> Figure:
    """nDCG of lists after the equity step against the same lists by score: mean with interval, lowest, quantiles."""
    figures = {
        "mean": (_MEAN, price.ndcg),
        **{f"quantile {key}": (_LIST, Interval(value)) for key, value in price.quantiles.items()},
        "lowest": (_LIST, Interval(price.lowest_ndcg)),
    }
    records = [found for name, (mark, value) in figures.items() if (found := record(name, mark, value)) is not None]
    said = {name: "no list" for name, (_, value) in figures.items() if value.value is None}
    scale = Scale("nDCG against the order by score", ".3~f", from_zero=False)
    plot = dot_plot(records, said, (_MEAN, _LIST), list(figures), scale)
    rows = [(name, wording.quality_with(value)) for name, (_, value) in figures.items()]
    mean, lowest = wording.quality_with(price.ndcg), wording.quality(price.lowest_ndcg)
    told = f"{wording.count(price.lists)} lists had a target. Mean nDCG {mean}, lowest {lowest}."
    return drawn(plot, Words("Relevance kept under a target", told), ("Over lists", "nDCG"), rows)


def trade_off(points: Sequence[Point], chosen: str, parity: str) -> Figure:
    """Relevance (nDCG) against `parity` (what that is, in words) for each setting, the `chosen` one marked.

    Each point is (label, parity, nDCG); labels differ. Raises InputError where no point is the chosen one.
    """
    labels = [label for label, _, _ in points]
    if chosen not in labels or len(set(labels)) < len(labels):
        raise InputError(f"the chosen point {chosen!r} is not one of {labels}", hint="labels differ, one is chosen")
    ranked = sorted(points, key=lambda point: point[1:])
    rows = [
        (wording.printable(label), wording.quality(x), wording.quality(y), "yes" if label == chosen else "")
        for label, x, y in ranked
    ]
    at = next(row for row in rows if row[3])
    told = f"{len(points)} settings. Chosen: {at[0]}, with {parity} {at[1]} and nDCG {at[2]}."
    columns = ("Setting", wording.started(parity), "nDCG", "Chosen")
    return drawn(_curve(ranked, chosen, parity), Words("Relevance against parity", told), columns, rows)


def _curve(points: Sequence[Point], chosen: str, parity: str) -> Any:
    import altair as alt

    records = [
        {"label": wording.printable(label), "parity": x, "ndcg": y, "mark": "chosen" if label == chosen else "possible"}
        for label, x, y in points
    ]
    names = ["possible", "chosen"]
    chart = alt.Chart({"values": records}).encode(
        x=alt.X("parity:Q", title=parity, scale=alt.Scale(zero=False, nice=True, padding=24)),
        y=alt.Y("ndcg:Q", title="nDCG", scale=alt.Scale(zero=False, nice=True, padding=14)),
    )
    points_drawn = chart.mark_point().encode(
        color=alt.Color("mark:N", scale=alt.Scale(domain=names, range=[VERMILION, BLUE])),
        shape=alt.Shape("mark:N", scale=alt.Scale(domain=names, range=[DISC, DIAMOND])),
        size=alt.Size("mark:N", scale=alt.Scale(domain=names, range=[70, 190]), legend=None),
    )
    line = chart.mark_line(color=GREY, strokeWidth=1.5).encode(order="parity:Q")
    labels = chart.mark_text(align="left", dx=9, dy=-9, color=INK).encode(text="label:N")
    return alt.layer(line, points_drawn, labels).properties(width=460, height=260)
