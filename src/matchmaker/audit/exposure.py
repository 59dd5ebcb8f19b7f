"""`audit exposure`: who is seen, against who could have been.

Shares of attention and of the pool are taken within each list and averaged over lists, because the pool is another one
each time. Intervals come from resampling lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from matchmaker.audit import findings as remarks
from matchmaker.audit.disclosure import Disclosure, Strata, disclosure
from matchmaker.audit.groups_seen import attribute_exposure, drawn
from matchmaker.audit.meta import meta_of
from matchmaker.audit.options import AuditOptions
from matchmaker.audit.resampling import Ints, Numbers
from matchmaker.audit.spread import WITHHELD, countries, is_too_small, mean_of, places_each, price, spread
from matchmaker.audit.targets_held import Family, Held, Shares
from matchmaker.audit.trend import drifts, periods, trend
from matchmaker.audit.use import Use, use_of
from matchmaker.domain.events import Declared, ListEvent
from matchmaker.domain.reports import DeclaredTarget, ExposureReport, Finding

_NOTES: Final = (
    "each list counts once: shares are taken within a list and averaged over lists",
    "intervals resample lists; lists of one seeker hang together and the log does not say which these are, so true "
    "intervals are somewhat wider",
    "what is withheld is withheld in every table; a group with nobody shown is no secret and stands as 0",
)


def audit_exposure(
    events: Iterable[ListEvent], declared: Declared | None = None, options: AuditOptions | None = None
) -> ExposureReport:
    """Who was seen in the lists of a period. Reads `events` once.

    `declared` has groups that the log does not (gender), by pseudonym; whoever is not in it is `undeclared`. The same
    events in another order give the same report. Raises InputError for an attribute asked for that no list has.
    """
    use = use_of(events, declared or Declared(), options or AuditOptions())
    by_period, by_target = periods(use), _under_targets(use)
    hidden = disclosure(use, [by_period, *(strata for strata, _ in by_target)])
    attributes, crossed, found = [], [], []
    for each in use.one_way():
        figures = drawn(use, each, hidden)
        attributes.append(attribute_exposure(use, each, figures, hidden, trend(use, each, by_period, hidden)))
        found += remarks.of_exposure(each, figures, hidden)
        found += remarks.of_trend(each.table.name, drifts(use, each, by_period, hidden))
    for each in use.crossed():
        figures = drawn(use, each, hidden)
        crossed.append(attribute_exposure(use, each, figures, hidden))
        found += remarks.of_exposure(each, figures, hidden)
    targets, of_targets = _targets(use, by_target, hidden)
    spreading = spread(use)
    return ExposureReport(
        meta=meta_of(use.reading, "exposure", [*_reservations(use), *_NOTES]),
        attributes=tuple(attributes),
        crossed=tuple(crossed),
        targets=targets,
        price=price(use),
        spread=spreading,
        countries=countries(use, hidden),
        findings=(*found, *of_targets, *remarks.of_spread(spreading, use.lists, places_each(use))),
    )


def _reservations(use: Use) -> list[str]:
    lists = use.targets.without_table
    said = [f"{lists} lists had a target for an attribute that is not reported"] if lists else []
    if use.lists and is_too_small(use):
        said.append("fewer than 10 different people were shown; nothing is told by group or country")
    return said


_Declared = tuple[Family, Shares, str]


def _under_targets(use: Use) -> list[tuple[Strata, list[tuple[_Declared, list[int]]]]]:
    """For each attribute with targets, the lists under each of them, and the targets themselves."""
    costs = use.targets.costs()
    by_attribute: dict[str, list[tuple[_Declared, list[int]]]] = {}
    for declared, keys in sorted(use.targets.families().items()):
        by_attribute.setdefault(declared[0][0], []).append((declared, keys))
    found = []
    for attribute, targets in by_attribute.items():
        of_key = np.full(len(use.targets.keys), -1, dtype=np.int64)
        for number, (_, keys) in enumerate(targets):
            of_key[keys] = number
        of_list = np.full(use.lists, -1, dtype=np.int64)
        of_list[costs.lists] = of_key[costs.keys]
        names = tuple(f"target {number}" for number in range(len(targets)))
        found.append((Strata(of_list, names, (attribute,)), targets))
    return found


def _targets(
    use: Use, by_attribute: Sequence[tuple[Strata, list[tuple[_Declared, list[int]]]]], hidden: Disclosure
) -> tuple[tuple[DeclaredTarget, ...], list[Finding]]:
    reported, found = [], []
    for strata, targets in by_attribute:
        for number, (declared, keys) in enumerate(targets):
            held = Held()
            for key in keys:
                held.add(use.targets.held[key])
            table = strata.table(strata.attributes[0], number)
            one = _target(use, declared, keys, _by_group(use, held, strata.attributes[0], table, hidden))
            reported.append(one)
            labels = use.attention[strata.attributes[0]].table.labels
            unmet = {
                str(label): float(held.unmet[g] / held.lists) for label, g in labels.items() if g < len(held.unmet)
            }
            found += remarks.of_target(one, unmet)
    return tuple(reported), found


def _target(use: Use, declared: _Declared, keys: list[int], held: dict[str, dict[str, float | None]]) -> DeclaredTarget:
    (attribute, method, source, set_by), shares, why = declared
    costs, whys = use.targets.costs(), use.targets.whys(keys)
    mine: Ints = np.flatnonzero(np.isin(costs.keys, keys))
    said = [] if shares else ["its shares change from list to list; `target` is their mean"]
    said += [f"{len(whys)} different reasons were given"] if not why and len(whys) > 1 else []
    said += [WITHHELD] if any(each["shown"] is None for each in held.values()) else []
    return DeclaredTarget(
        attribute=attribute, source=source, set_by=set_by, why=why or (whys[0] if len(whys) == 1 else ""),
        method=method, lists=len(mine),
        ndcg=mean_of(use, costs.ndcg[mine], costs.lists[mine]),
        lowest_ndcg=float(costs.ndcg[mine].min()),
        largest_fall=int(costs.largest_fall[mine].max()),
        floors_met=float(costs.floors_met[mine].mean()),
        part_held=float(costs.held[mine].mean()),
        held=held,
        note="; ".join(said),
    )  # fmt: skip


def _by_group(
    use: Use, held: Held, attribute: str, table: str, hidden: Disclosure
) -> dict[str, dict[str, float | None]]:
    """Group → target, shown, exposure and below; all None where withheld. Groups without any of them are left out."""
    labels = use.attention[attribute].table.labels
    found: dict[str, dict[str, float | None]] = {}
    for label, g in sorted(labels.items(), key=lambda each: str(each[0])):
        figures = {name: _at(getattr(held, name), g) / held.lists for name in ("target", "shown", "exposure", "below")}
        if hidden.hides(table, str(label)):
            found[str(label)] = dict.fromkeys(figures)
        elif figures["target"] or figures["shown"]:
            found[str(label)] = dict(figures)
    return found


def _at(sums: Numbers, column: int) -> float:
    return float(sums[column]) if column < len(sums) else 0.0
