"""One benchmark from end to end: every ranking on the same questions, measured by slices and groups, and compared."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matchmaker.evaluation.comparing import Difference, differences, interval
from matchmaker.evaluation.ranks import MEASURES, Ranks, Scorer, measured, ranked
from matchmaker.evaluation.splits import PeopleSplit, Split
from matchmaker.evaluation.spread import Spread, spread
from matchmaker.evaluation.strata import WORST_OF_AT_LEAST, Stratum, strata

OURS: Final = "matchmaker"
COMPARED: Final = ("recall@100", "recall@50", "ndcg@10")
SLICES: Final = ("all", "discovery", "discovery channel", "bridged")
Values = NDArray[np.float64]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Row:
    """One ranking: `measures` maps slice → measure → (mean, low, high) over queries; `groups` maps how people are
    grouped → group → (mean recall@50, queries); `spread` is whom the first places go to; `seconds` is for all queries.
    """

    name: str
    measures: Mapping[str, Mapping[str, tuple[float, float, float]]]
    groups: Mapping[str, Mapping[str, tuple[float, int]]]
    spread: Spread
    seconds: float

    def worst(self, by: str) -> tuple[str, float] | None:
        """The group with the lowest recall@50 among those with enough queries, and its share of the mean over all."""
        told = {group: mean for group, (mean, n) in self.groups[by].items() if n >= WORST_OF_AT_LEAST}
        if not told:
            return None
        group = min(told, key=lambda each: told[each])
        overall = self.measures["all"]["recall@50"][0]
        return group, told[group] / overall if overall else float("nan")


@dataclass(frozen=True)
class Benchmark:
    """A task with all its rankings; `differences` maps slice → measure → baseline → ours minus theirs."""

    task: str
    cutoff: str
    until: str
    queries: int
    candidates: int
    answers: int
    discovery_answers: int
    counts: Mapping[str, int]
    rows: Sequence[Row]
    differences: Mapping[str, Mapping[str, Mapping[str, Difference]]]
    seed: int


@dataclass(frozen=True, eq=False)
class _Measured:
    tables: Mapping[str, Values]
    row: Row
    alone: int


def benchmark(
    task: str, split: Split, scorers: Mapping[str, Callable[[], Scorer]], until: str, seed: int,
    progress: Progress = lambda what, done, total: None,
) -> Benchmark:  # fmt: skip
    """Rank, measure and compare; `scorers` are made one after the other, and the first of them is ours."""
    grouped, found = strata(split), {}
    for name, make in scorers.items():
        begun = time.perf_counter()
        ranks = ranked(split, make(), progress=lambda done, total, name=name: progress(name, done, total))  # type: ignore[misc]
        found[name] = _measured(split, name, ranks, grouped, (time.perf_counter() - begun, seed))
    ours, *others = found
    compared = {
        part: {
            measure: differences(
                split,
                found[ours].tables[part][:, MEASURES.index(measure)],
                {name: found[name].tables[part][:, MEASURES.index(measure)] for name in others},
                np.random.default_rng(seed),
            )
            for measure in COMPARED
        }
        for part in found[ours].tables
        if others
    }
    return Benchmark(
        task=task, cutoff=split.corpus.as_of.isoformat(), until=until, queries=len(split.queries),
        candidates=len(split.candidates), answers=len(split.truth.query),
        discovery_answers=found[ours].alone, counts=split.counts,
        rows=[each.row for each in found.values()], differences=compared, seed=seed,
    )  # fmt: skip


def _measured(split: Split, name: str, ranks: Ranks, grouped: Sequence[Stratum], how: tuple[float, int]) -> _Measured:
    seconds, seed = how
    tables = {"all": measured(split, ranks.whole)}
    if isinstance(split, PeopleSplit):
        tables["discovery"] = measured(split, ranks.whole, ~ranks.introduced)
        tables["discovery channel"] = measured(split, ranks.channel, ~ranks.introduced)
        tables["bridged"] = measured(split, ranks.whole, ranks.introduced)
    rng = np.random.default_rng(seed)
    measures = {part: _means(split, table, rng) for part, table in tables.items()}
    groups = {each.name: _grouped(split, ranks, each) for each in grouped}
    return _Measured(
        tables, Row(name, measures, groups, spread(split, ranks.top), round(seconds, 1)), int((~ranks.introduced).sum())
    )


def _means(split: Split, table: Values, rng: np.random.Generator) -> dict[str, tuple[float, float, float]]:
    told = {}
    for column, measure in enumerate(MEASURES):
        values = table[:, column]
        mean = float(np.nanmean(values)) if (~np.isnan(values)).any() else float("nan")
        told[measure] = (mean, *interval(split, values, rng))
    return told


def _grouped(split: Split, ranks: Ranks, stratum: Stratum) -> dict[str, tuple[float, int]]:
    """recall@50 over the queries of each group, or over the right answers in it."""
    column = MEASURES.index("recall@50")
    told = {}
    for number, group in enumerate(stratum.names):
        if stratum.of_answers:
            values = measured(split, ranks.whole, stratum.group == number)[:, column]
        else:
            values = np.where(stratum.group == number, measured(split, ranks.whole)[:, column], np.nan)
        known = ~np.isnan(values)
        if known.any():
            told[group] = (float(values[known].mean()), int(known.sum()))
    return told


def as_dict(found: Benchmark) -> dict[str, Any]:
    """JSON."""
    return asdict(found)
