"""A list event as it lies in the log: lossless, and a tenth of the size of its field names spelt out.

Names of groups stand once per event, in `groups`; wherever else groups are meant there are numbers. `stages` and
`filters` say how many were taken away since the one before, which is mostly nothing. A group with nobody left in it is
left out, in the log as in the event.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain
from operator import sub
from typing import Any, Final

from matchmaker.domain.events import STAGES, Counts, EquityOutcome, ListEvent, ShownPeople
from matchmaker.errors import InputError

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
    return {
        "at": event.at.isoformat(),
        **{field: getattr(event, field) for field in _PLAIN},
        "seeker": dict(event.seeker),
        "groups": names,
        "stages": _taken([(stage, event.stages[stage]) for stage in STAGES if stage in event.stages], names),
        "filters": _taken(event.filters, names),
        "crossed": {stage: _cells(counts, names) for stage, counts in event.crossed.items()},
        "people": list(shown.people),
        "countries": list(shown.countries),
        "scores": list(shown.scores),
        "rank_before": list(shown.rank_before),
        "shown": {name: _numbers(groups, names[name]) for name, groups in shown.groups.items()},
        "by_score": {name: _numbers(groups, names[name]) for name, groups in event.by_score.items()},
        "relevance": {name: _pairs(means, names[name]) for name, means in event.relevance.items()},
        "equity": [*(getattr(equity, field) for field in _EQUITY), dict(equity.target), dict(equity.unmet)],
    }


def event_from(record: Mapping[str, Any]) -> ListEvent:
    """The event of a record. Raises InputError, naming the run, for a record that `record_of` did not write."""
    try:
        return _event(record)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        run = record.get("run_id", "?")
        raise InputError(
            f"the log's record of run {run} cannot be read: {type(error).__name__}: {error}",
            hint="check the log with: matchmaker audit log-verify",
        ) from error


def _event(record: Mapping[str, Any]) -> ListEvent:
    names: Names = record["groups"]
    *plain, target, unmet = record["equity"]
    shown = ShownPeople(
        people=tuple(record["people"]),
        countries=tuple(record["countries"]),
        scores=tuple(record["scores"]),
        rank_before=tuple(record["rank_before"]),
        groups=_groups(record["shown"], names),
    )
    return ListEvent(
        at=datetime.fromisoformat(record["at"]),
        **{field: record[field] for field in _PLAIN},
        seeker=record["seeker"],
        stages=dict(_left(record["stages"], names)),
        crossed={stage: _crossed(counts, names) for stage, counts in record["crossed"].items()},
        filters=tuple(_left(record["filters"], names)),
        shown=shown,
        by_score=_groups(record["by_score"], names),
        relevance={a: dict(zip(map(names[a].__getitem__, m[0]), m[1], strict=True))
                   for a, m in record["relevance"].items()},
        equity=EquityOutcome(**dict(zip(_EQUITY, plain, strict=True)), target=target, unmet=unmet),
    )  # fmt: skip


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
    """For each attribute, every group the event speaks of, in the order it first does."""
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
    return {attribute: list(groups) for attribute, groups in found.items()}


def _columns(cells: Mapping[str, int]) -> tuple[list[str], list[str]]:
    halves = [_halves(cell) for cell in cells]
    return [a for a, _ in halves], [b for _, b in halves]


def _halves(crossed: str) -> tuple[str, str]:
    halves = crossed.split(CROSS)
    if len(halves) != 2:
        raise InputError(f"{crossed!r} does not join two names", hint=f'write "income_group{CROSS}profile"')
    return halves[0], halves[1]


def _taken(steps: Sequence[tuple[str, Counts]], names: Names) -> list[Any]:
    """[step, attribute → how many the step took away, by number of group, zeros at the end left out]."""
    left: dict[str, list[int]] = {}
    written = []
    for step, counts in steps:
        taken = {}
        for attribute, groups in counts.items():
            now = [groups.get(group, 0) for group in names[attribute]]
            before = left.get(attribute, [0] * len(now))
            taken[attribute] = _without_zeros_at_the_end(list(map(sub, before, now)))
            left[attribute] = now
        written.append([step, taken])
    return written


def _left(written: Sequence[Any], names: Names) -> list[tuple[str, Counts]]:
    left: dict[str, list[int]] = {}
    named: dict[str, dict[str, int]] = {}
    steps: list[tuple[str, Counts]] = []
    for step, taken in written:
        counts: dict[str, Mapping[str, int]] = {}
        for attribute, gone in taken.items():
            # What took nobody away leaves the same counts: one mapping serves both.
            if gone or attribute not in named:
                before = left.get(attribute) or [0] * len(names[attribute])
                now = [*map(sub, before, gone), *before[len(gone) :]]
                left[attribute] = now
                named[attribute] = {name: count for name, count in zip(names[attribute], now, strict=True) if count}
            counts[attribute] = named[attribute]
        steps.append((step, counts))
    return steps


def _without_zeros_at_the_end(numbers: list[int]) -> list[int]:
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return numbers


def _cells(counts: Counts, names: Names) -> dict[str, list[list[int]]]:
    """Pair of attributes → [cell numbers, counts]; the number is that of the first group × its second's count."""
    written = {}
    for pair, cells in counts.items():
        first, second = (names[attribute] for attribute in _halves(pair))
        firsts, seconds = _columns(cells)
        numbers = [first.index(a) * len(second) + second.index(b) for a, b in zip(firsts, seconds, strict=True)]
        kept = [(number, count) for number, count in zip(numbers, cells.values(), strict=True) if count]
        written[pair] = [[number for number, _ in kept], [count for _, count in kept]]
    return written


def _crossed(written: Mapping[str, Any], names: Names) -> dict[str, dict[str, int]]:
    counts = {}
    for pair, (numbers, people) in written.items():
        one, other = pair.split(CROSS)
        first, second = names[one], names[other]
        width = len(second)
        cells = [f"{first[n // width]}{CROSS}{second[n % width]}" for n in numbers]
        counts[pair] = dict(zip(cells, people, strict=True))
    return counts


def _numbers(groups: Sequence[str], names: Sequence[str]) -> list[int]:
    return [names.index(group) for group in groups]


def _pairs(means: Mapping[str, float], names: Sequence[str]) -> list[list[Any]]:
    return [_numbers(tuple(means), names), list(means.values())]


def _groups(written: Mapping[str, Sequence[int]], names: Names) -> dict[str, tuple[str, ...]]:
    return {attribute: tuple(map(names[attribute].__getitem__, numbers)) for attribute, numbers in written.items()}
