"""One benchmark from end to end: every ranking on the same questions, measured by slices and groups, and compared."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matchmaker.evaluation.comparing import Difference, differences, intervals
from matchmaker.evaluation.ranks import MEASURES, Ranks, Scorer, measured, ranked
from matchmaker.evaluation.splits import PeopleSplit, Split
from matchmaker.evaluation.spread import Spread, spread
from matchmaker.evaluation.strata import WORST_OF_AT_LEAST, Stratum, strata
from matchmaker.matching.arrays import BoolArray

OURS: Final = "matchmaker"
COMPARED: Final = ("recall@100", "recall@50", "ndcg@10")
# All answers; those whom nobody could introduce, in the one list and in a list of such people alone; the rest.
CHANNEL: Final = "discovery channel"
SLICES: Final = ("all", "discovery", CHANNEL, "bridged")
Values = NDArray[np.float64]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Row:
    """One ranking: `measures` maps slice → measure → (mean, low, high) over queries, nan where there is none; `groups`
    maps how people are grouped → group → (mean recall@50, queries); `spread` is whom the first places go to; `seconds`
    is for all queries, ranking and what the ranking is made of.
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
    """A task with all its rankings; `differences` maps slice → measure → baseline → ours minus theirs.

    `discovery_answers` are the right answers that no common co-author could have introduced, 0 where texts ask.
    """

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
    ranks: Ranks
    tables: Mapping[str, Values]
    row: Row


def benchmark(
    task: str, split: Split, scorers: Mapping[str, Callable[[], Scorer]], until: str, seed: int,
    progress: Progress = lambda what, done, total: None,
) -> Benchmark:  # fmt: skip
    """Rank, measure and compare; `scorers` are made one after the other, and the first of them is ours."""
    grouped, found = strata(split), {}
    for name, make in scorers.items():
        begun = time.perf_counter()
        ranks = ranked(split, make(), progress=partial(progress, name))
        found[name] = _measured(split, ranks, grouped, Row(name, {}, {}, spread(split, ranks.top), _since(begun)), seed)
    ours, *others = found
    chosen = _slices(split, found[ours].ranks)
    compared = {
        part: {
            measure: differences(
                _answered(split, chosen[part]),
                found[ours].tables[part][:, MEASURES.index(measure)],
                {name: found[name].tables[part][:, MEASURES.index(measure)] for name in others},
                np.random.default_rng(seed),
            )
            for measure in COMPARED
        }
        for part in chosen
        if others
    }
    alone = chosen.get("discovery", np.zeros(0, dtype=np.bool_))
    return Benchmark(
        task=task, cutoff=split.corpus.as_of.isoformat(), until=until, queries=len(split.queries),
        candidates=len(split.candidates), answers=len(split.truth.query),
        discovery_answers=int(alone.sum()), counts=split.counts,
        rows=[each.row for each in found.values()], differences=compared, seed=seed,
    )  # fmt: skip


def _since(begun: float) -> float:
    return round(time.perf_counter() - begun, 1)


def _slices(split: Split, ranks: Ranks) -> dict[str, BoolArray]:
    """Slice → which right answers are in it; the same for every ranking."""
    everything = np.ones(len(split.truth.query), dtype=np.bool_)
    if not isinstance(split, PeopleSplit):
        return {"all": everything}
    alone = ~ranks.introduced
    return dict(zip(SLICES, (everything, alone, alone, ranks.introduced), strict=True))


def _answered(split: Split, chosen: BoolArray) -> Split:
    return replace(split, truth=split.truth.only(chosen))


def _measured(split: Split, ranks: Ranks, grouped: Sequence[Stratum], row: Row, seed: int) -> _Measured:
    tables, measures, rng = {}, {}, np.random.default_rng(seed)
    for part, chosen in _slices(split, ranks).items():
        tables[part] = measured(split, ranks.channel if part == CHANNEL else ranks.whole, chosen)
        measures[part] = _means(_answered(split, chosen), tables[part], rng)
    groups = {each.name: _grouped(split, ranks, tables["all"], each) for each in grouped}
    return _Measured(ranks, tables, replace(row, measures=measures, groups=groups))


def _means(split: Split, table: Values, rng: np.random.Generator) -> dict[str, tuple[float, float, float]]:
    told = {}
    ends = intervals(split, {measure: table[:, column] for column, measure in enumerate(MEASURES)}, rng)
    for column, measure in enumerate(MEASURES):
        values = table[:, column]
        mean = float(np.nanmean(values)) if (~np.isnan(values)).any() else float("nan")
        told[measure] = (mean, *ends[measure])
    return told


def _grouped(split: Split, ranks: Ranks, table: Values, stratum: Stratum) -> dict[str, tuple[float, int]]:
    """recall@50 over the queries of each group, or over the right answers in it."""
    column = MEASURES.index("recall@50")
    told = {}
    for number, group in enumerate(stratum.names):
        if stratum.of_answers:
            values = measured(split, ranks.whole, stratum.group == number)[:, column]
        else:
            values = np.where(stratum.group == number, table[:, column], np.nan)
        known = ~np.isnan(values)
        if known.any():
            told[group] = (float(values[known].mean()), int(known.sum()))
    return told


def as_dict(found: Benchmark) -> dict[str, Any]:
    """JSON; what is not a number is null."""
    plain: dict[str, Any] = _plain(asdict(found))
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
