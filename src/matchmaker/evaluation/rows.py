"""A benchmark as rows of a table, one per ranking: as numbers, and as people read them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from matchmaker.evaluation.benchmark import CHANNEL, Benchmark, Row
from matchmaker.evaluation.comparing import Difference

# Column → slice and measure of a row's means; what a task has not (texts know no co-authors) has no column.
_MEANS: Final[Mapping[str, tuple[str, str]]] = {
    "R@10": ("all", "recall@10"),
    "R@50": ("all", "recall@50"),
    "R@100": ("all", "recall@100"),
    "nDCG@10": ("all", "ndcg@10"),
    "MRR": ("all", "mrr"),
    "R@100 discovery": ("discovery", "recall@100"),
    "nDCG@10 discovery": ("discovery", "ndcg@10"),
    "R@100 discovery channel": (CHANNEL, "recall@100"),
}
_WORST_BY: Final = ("income group asking", "income group found")


def rows(found: Benchmark) -> list[dict[str, Any]]:
    """One row per ranking, numbers to four decimals, None for what there is not.

    `difference` is ours minus this one in R@100, with the ends of its 95 % interval and p after Holm's correction.
    """
    return [{**_means(found, row), **_worst(row), **_difference(found, row)} for row in found.rows]


def told_rows(found: Benchmark) -> list[dict[str, str]]:
    """The same for people, to three decimals: a difference and its interval stand in one cell, what there is not is
    –."""
    told = []
    for row in found.rows:
        cells = {name: _told(value) for name, value in {**_means(found, row), **_worst(row)}.items()}
        if len(found.rows) > 1:
            difference = of_slice(found, "all", "recall@100").get(row.name)
            cells["ours − this, R@100 [95 %]"] = told_interval(difference)
            cells["p (Holm)"] = "–" if difference is None else told_p(difference)
        told.append(cells)
    return told


def worst_group(row: Row) -> dict[str, str]:
    """The income group that a ranking serves worst."""
    return {"ranking": row.name, **{name: _told(value) for name, value in _worst(row).items()}}


def told_mean(value: float) -> str:
    """A mean to three decimals; – where there is none."""
    return _told(_rounded(value))


def of_slice(found: Benchmark, part: str, measure: str) -> Mapping[str, Difference]:
    """Baseline → ours minus theirs in a measure over a slice; nothing where there is no baseline or no such slice."""
    return found.differences.get(part, {}).get(measure, {})


def told_interval(difference: Difference | None) -> str:
    """A difference and the ends of its interval."""
    if difference is None or not math.isfinite(difference.value):
        return "–"
    if not math.isfinite(difference.low):
        return f"{difference.value:+.3f} [too few publications]"
    return f"{difference.value:+.3f} [{difference.low:+.3f}, {difference.high:+.3f}]"


def told_p(difference: Difference) -> str:
    """p after Holm's correction."""
    p = difference.p_holm
    return "–" if not math.isfinite(p) else f"{p:.3f}" if p >= 0.001 else "< 0.001"


def _means(found: Benchmark, row: Row) -> dict[str, Any]:
    slices = found.rows[0].measures
    named = {
        name: _rounded(row.measures[part][measure][0]) for name, (part, measure) in _MEANS.items() if part in slices
    }
    return {"ranking": row.name, **named}


def _worst(row: Row) -> dict[str, Any]:
    """The income group served worst, and its R@50 as a share of the mean over all queries."""
    by = next(name for name in _WORST_BY if name in row.groups)
    worst = row.worst(by)
    told = None if worst is None or not math.isfinite(worst[1]) else f"{worst[0]} {worst[1]:.2f}"
    return {f"worst {by}, share of mean R@50": told}


def _difference(found: Benchmark, row: Row) -> dict[str, Any]:
    if len(found.rows) == 1:
        return {}
    given = of_slice(found, "all", "recall@100").get(row.name)
    names = {"difference": "value", "low": "low", "high": "high", "p_holm": "p_holm"}
    return {name: None if given is None else _rounded(getattr(given, field)) for name, field in names.items()}


def _rounded(value: float) -> float | None:
    return round(value, 4) if math.isfinite(value) else None


def _told(value: Any) -> str:
    return "–" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value)
