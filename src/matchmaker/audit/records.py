"""A list event as it lies in the log: lossless, and a fraction of the size of its names spelt out.

Names of groups stand once per event, in `groups`; wherever else groups are meant there are numbers, or lists that run
along those names, attribute by attribute, with zeros at the end left out. Filters say how many each took away since the
one before, which is mostly nothing; stages stand alone, because an audit of exposure reads them without the filters. A
group with nobody left in it is left out, in the log as in the event.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import chain
from operator import sub
from typing import Any, Final

from matchmaker.domain.events import STAGES, Counts, EquityOutcome, ListEvent, ShownPeople
from matchmaker.errors import InputError

FORMAT: Final = 1
CROSS: Final = "×"
_PLAIN: Final = ("run_id", "role", "direction", "call", "generation", "k", "home")
_EQUITY: Final = (
    "attribute", "method", "source", "set_by", "why", "ndcg", "ndcg_floor", "held", "floors_met", "largest_fall",
)  # fmt: skip

Names = Mapping[str, list[str]]


def record_of(event: ListEvent) -> dict[str, Any]:
    """The JSON form of an event. `event_from` gives the same event back, without groups that have nobody.

    Raises InputError for a stage that is not one of `STAGES`, for a crossed group that does not join two names by "×",
    and for sequences along the places that differ in length.
    """
    _check(event)
    names = _names(event)
    shown, equity = event.shown, event.equity
    pairs = sorted({pair for counts in event.crossed.values() for pair in counts})
    return {
        "format": FORMAT,
        "at": event.at.isoformat(),
        **{field: getattr(event, field) for field in _PLAIN},
        "seeker": dict(event.seeker),
        "groups": names,
        "filters": _taken(event.filters, names),
        "stages": _stages(event, names),
        "pairs": pairs,
        "crossed": [[stage, _cells(counts, pairs, names)] for stage, counts in event.crossed.items()],
        "people": list(shown.people),
        "countries": list(shown.countries),
        "scores": list(shown.scores),
        "rank_before": list(shown.rank_before),
        "shown": _along(shown.groups, names),
        "by_score": _along(event.by_score, names),
        "relevance": [_means(event.relevance.get(attribute), groups) for attribute, groups in names.items()],
        "equity": [
            *(getattr(equity, field) for field in _EQUITY),
            dict(equity.target),
            dict(equity.unmet),
            list(equity.spared),
        ],
    }


def event_from(record: Mapping[str, Any], *, filters: bool = True, crossed: bool = True) -> ListEvent:
    """The event of a record; without `filters` or what is `crossed` where nobody needs them, which is quicker.

    Raises InputError, naming the run, for a record that `record_of` did not write.
    """
    if record.get("format") != FORMAT:
        raise InputError(
            f"the log's record of run {record.get('run_id', '?')} has the format {record.get('format')!r}",
            hint=f"this program reads {FORMAT}; audit it with the version that wrote it",
        )
    try:
        return _event(record, filters, crossed)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        run = record.get("run_id", "?")
        raise InputError(
            f"the log's record of run {run} cannot be read: {type(error).__name__}: {error}",
            hint="check the log with: matchmaker audit log-verify",
        ) from error


def _event(record: Mapping[str, Any], with_filters: bool, with_crossed: bool) -> ListEvent:
    names: Names = record["groups"]
    *plain, target, unmet, spared = record["equity"]
    shown = ShownPeople(
        people=tuple(record["people"]),
        countries=tuple(record["countries"]),
        scores=tuple(record["scores"]),
        rank_before=tuple(record["rank_before"]),
        groups=_named(record["shown"], names),
    )
    return ListEvent(
        at=datetime.fromisoformat(record["at"]),
        **{field: record[field] for field in _PLAIN},
        seeker=record["seeker"],
        stages=_at_stages(record["stages"], names),
        crossed=_crossed(record["crossed"], record["pairs"], names) if with_crossed else {},
        filters=tuple(_left(record["filters"], names)) if with_filters else (),
        shown=shown,
        by_score=_named(record["by_score"], names),
        relevance=_relevance(record["relevance"], names),
        equity=EquityOutcome(
            **dict(zip(_EQUITY, plain, strict=True)), target=target, unmet=unmet, spared=tuple(spared)
        ),
    )


def _check(event: ListEvent) -> None:
    stray = set(event.stages) - set(STAGES)
    if stray:
        raise InputError(f"there is no stage {min(stray)!r}", hint=f"stages are {', '.join(STAGES)}")
    shown = event.shown
    along = (shown.people, shown.countries, shown.scores, shown.rank_before, *shown.groups.values())
    if len({len(each) for each in along}) != 1:
        raise InputError(
            f"run {event.run_id} does not say the same number of places everywhere",
            hint="give one person, country, score, rank and group per place",
        )


def _names(event: ListEvent) -> dict[str, list[str]]:
    """For each attribute, every group the event speaks of, in the order of their names, which events share."""
    found: dict[str, dict[str, None]] = {}
    counts: list[Mapping[str, Mapping[str, Any]]] = [
        *event.stages.values(),
        *(left for _, left in event.filters),
        event.relevance,
    ]
    for attribute, by_group in chain.from_iterable(each.items() for each in counts):
        found.setdefault(attribute, {}).update(dict.fromkeys(by_group))
    for attribute, along in (*event.shown.groups.items(), *event.by_score.items()):
        found.setdefault(attribute, {}).update(dict.fromkeys(along))
    for pairs in event.crossed.values():
        for pair, cells in pairs.items():
            for attribute, groups in zip(_halves(pair), _columns(cells), strict=True):
                found.setdefault(attribute, {}).update(dict.fromkeys(groups))
    # Arrays below run along these attributes, and whoever writes JSON with sorted keys must not change their order.
    return {attribute: sorted(groups) for attribute, groups in sorted(found.items())}


def _columns(cells: Mapping[str, int]) -> tuple[list[str], list[str]]:
    halves = [_halves(cell) for cell in cells]
    return [a for a, _ in halves], [b for _, b in halves]


def _halves(crossed: str) -> tuple[str, str]:
    halves = crossed.split(CROSS)
    if len(halves) != 2:
        raise InputError(f"{crossed!r} does not join two names", hint=f'write "income_group{CROSS}profile"')
    return halves[0], halves[1]


def _rows(counts: Counts, names: Names) -> list[list[int] | None]:
    """Counts along the names of each attribute; None for an attribute that is not counted."""
    return [
        None if attribute not in counts else [counts[attribute].get(group, 0) for group in groups]
        for attribute, groups in names.items()
    ]


def _taken(steps: Sequence[tuple[str, Counts]], names: Names) -> list[Any]:
    """[step, how many it took away of each group]."""
    left = [[0] * len(groups) for groups in names.values()]
    written = []
    for step, counts in steps:
        rows = _rows(counts, names)
        written.append([step, [_lost(before, now) for before, now in zip(left, rows, strict=True)]])
        left = [before if now is None else now for before, now in zip(left, rows, strict=True)]
    return written


def _lost(before: list[int], now: list[int] | None) -> list[int] | None:
    return None if now is None else _short(list(map(sub, before, now)))


def _stages(event: ListEvent, names: Names) -> list[Any]:
    """[stage, how many of each group were left]."""
    steps = ((stage, event.stages[stage]) for stage in STAGES if stage in event.stages)
    return [[stage, [None if row is None else _short(row) for row in _rows(counts, names)]] for stage, counts in steps]


def _at_stages(written: Sequence[Any], names: Names) -> dict[str, Counts]:
    """The inverse of `_stages`."""
    return {
        stage: {
            attribute: _present(groups, row)
            for (attribute, groups), row in zip(names.items(), rows, strict=True) if row is not None
        }
        for stage, rows in written
    }  # fmt: skip


def _left(written: Sequence[Any], names: Names) -> Iterator[tuple[str, Counts]]:
    """The inverse of `_taken`."""
    rows = {attribute: [0] * len(groups) for attribute, groups in names.items()}
    named: dict[str, Mapping[str, int]] = {attribute: {} for attribute in names}
    for step, taken in written:
        lost = {a: gone for a, gone in zip(names, taken, strict=True) if gone is not None}
        # What took nobody away leaves the same counts: one mapping serves both.
        fewer = {a: [*map(sub, rows[a], gone), *rows[a][len(gone) :]] for a, gone in lost.items() if gone}
        rows = {**rows, **fewer}
        named |= {a: _present(names[a], left) for a, left in fewer.items()}
        yield step, {a: named[a] for a in lost}


def _present(names: Sequence[str], counts: Sequence[int]) -> dict[str, int]:
    """Name → count, without zeros; names beyond the counts have none."""
    if 0 in counts:
        return {name: count for name, count in zip(names, counts, strict=False) if count}
    return dict(zip(names, counts, strict=False))


def _short(numbers: list[int]) -> list[int]:
    """Without zeros at the end."""
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return numbers


def _cells(counts: Counts, pairs: Sequence[str], names: Names) -> list[list[int] | None]:
    """Counts of each pair along its cells, the second attribute's groups within the first's; None if not counted."""
    return [
        _short([counts[pair].get(cell, 0) for cell in _cell_names(pair, names)]) if pair in counts else None
        for pair in pairs
    ]


def _cell_names(pair: str, names: Names) -> tuple[str, ...]:
    one, other = _halves(pair)
    return _joined(tuple(names[one]), tuple(names[other]))


@lru_cache(maxsize=1024)
def _joined(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{a}{CROSS}{b}" for a in first for b in second)


def _crossed(written: Sequence[Any], pairs: Sequence[str], names: Names) -> dict[str, dict[str, dict[str, int]]]:
    cells = [_cell_names(pair, names) for pair in pairs]
    return {
        stage: {
            pair: _present(of, counts)
            for pair, of, counts in zip(pairs, cells, rows, strict=True)
            if counts is not None
        }
        for stage, rows in written
    }


def _along(groups: Mapping[str, Sequence[str]], names: Names) -> list[list[int] | None]:
    """The numbers of the groups along the places, for each attribute."""
    return [
        [of.index(group) for group in groups[attribute]] if attribute in groups else None
        for attribute, of in names.items()
    ]


def _named(written: Sequence[Any], names: Names) -> dict[str, tuple[str, ...]]:
    return {
        attribute: tuple(map(groups.__getitem__, numbers))
        for (attribute, groups), numbers in zip(names.items(), written, strict=True)
        if numbers is not None
    }


def _means(means: Mapping[str, float] | None, names: Sequence[str]) -> list[float | None] | None:
    return None if means is None else [means.get(name) for name in names]


def _relevance(written: Sequence[Any], names: Names) -> dict[str, dict[str, float]]:
    return {
        attribute: {name: mean for name, mean in zip(groups, means, strict=True) if mean is not None}
        for (attribute, groups), means in zip(names.items(), written, strict=True)
        if means is not None
    }
