"""The rows of an exposure report: each group of one attribute, or of two crossed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from matchmaker.audit.attention import Attention
from matchmaker.audit.disclosure import Disclosure
from matchmaker.audit.records import CROSS
from matchmaker.audit.resampling import Numbers, Sums, interval, value_of
from matchmaker.audit.spread import WITHHELD
from matchmaker.audit.use import Use
from matchmaker.domain.reports import AttributeExposure, GroupExposure, Interval, Period
from matchmaker.groups import UNDECLARED, UNKNOWN, group_names
from matchmaker.measures.exposure import exposure_parity, impact_ratio
from matchmaker.measures.quotients import quotient

NOTHING: Final = Interval(None)
_NOT_PLACED: Final = (UNKNOWN, UNDECLARED)


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """Figures of one table: total first, then the resamples, shape (1 + RESAMPLES, groups); nan where undefined.

    `against` is the column of the group that ratios compare with, None where there is none.
    """

    means: dict[str, Numbers]
    lists: dict[str, int]
    ratio: Numbers
    parity: Numbers
    treatment: Numbers
    impact: Numbers
    against: int | None


def drawn(use: Use, each: Attention, hidden: Disclosure) -> Drawn:
    """Resample one table."""
    width, draw = len(each.table.labels), use.resamples.sums
    none = Sums()
    sums = {
        name: draw(kept.wide(max(width, 1) if name not in ("awrf", "awrf_before") else 1))
        for name, kept in each.shares.items()
    }
    over = {name: draw(kept.wide(1)) for name, kept in each.over.items()}
    means = {name: quotient(values, over[name]) for name, values in sums.items()}
    empty = draw(none.wide(width))
    exposure, pool = sums.get("exposure_with_pool", empty), sums.get("pool", empty)
    earned, merit = sums.get("exposure_with_merit", empty), sums.get("merit", empty)
    against = _against(each, pool[0], hidden)
    nan = np.full(exposure.shape, np.nan)
    return Drawn(
        means=means,
        lists={name: int(values[0, 0]) for name, values in over.items()},
        ratio=quotient(exposure, pool),
        parity=nan if against is None else exposure_parity(exposure, pool, against),
        # People times their mean relevance take the place of heads: attention per unit of relevance.
        treatment=nan if against is None else exposure_parity(earned, merit, against),
        impact=nan if against is None else impact_ratio(sums.get("use", empty), pool, against),
        against=against,
    )  # fmt: skip


def _against(each: Attention, pool: Numbers, hidden: Disclosure) -> int | None:
    """The group with most heads among those that are known and published."""
    able = [
        number
        for label, number in each.table.labels.items()
        if not is_not_placed(str(label)) and not hidden.hides(each.table.name, str(label)) and pool[number] > 0
    ]
    return max(able, key=lambda number: pool[number], default=None)


def is_not_placed(label: str) -> bool:
    """Whether a group, or a part of a crossed one, is of those who cannot be placed."""
    return any(part in _NOT_PLACED for part in label.split(CROSS))


def attribute_exposure(
    use: Use, each: Attention, figures: Drawn, hidden: Disclosure, trend: tuple[Period, ...] = ()
) -> AttributeExposure:
    """Everything about one table."""
    labels = sorted(map(str, each.table.labels), key=lambda label: in_order(each.table.attributes, label))
    prefixes = _prefixes(use, each)
    return AttributeExposure(
        attribute=each.table.name,
        groups=tuple(_group(use, each, figures, hidden, label) for label in labels),
        awrf=_one(figures, "awrf"),
        awrf_before=_one(figures, "awrf_before"),
        ndkl=_ndkl(prefixes[:, :4]),
        ndkl_before=_ndkl(prefixes[:, 4:]),
        infeasible=_ratio(prefixes[0, 3], prefixes[0, 0]),
        infeasible_before=_ratio(prefixes[0, 7], prefixes[0, 4]),
        trend=trend,
        note=_note(each, figures, prefixes[0]),
    )


def in_order(attributes: tuple[str, ...], label: str) -> tuple[tuple[int, int, str], ...]:
    """Sorts groups as people list them: known orders first (H, UM, LM, L), else by name; the unplaced last."""
    parts = zip(attributes, label.split(CROSS), strict=True)
    return tuple(_place(group_names(attribute) or (), part) for attribute, part in parts)


def _place(known: tuple[str, ...], part: str) -> tuple[int, int, str]:
    return int(part in _NOT_PLACED), known.index(part) if part in known else len(known), part


def _group(use: Use, each: Attention, figures: Drawn, hidden: Disclosure, label: str) -> GroupExposure:
    if hidden.hides(each.table.name, label):
        return GroupExposure(label, None, None, None, None, None, None, *(NOTHING,) * 5, None, True, WITHHELD)
    column = each.table.labels[label]
    heads = each.pool_people[column] if column < len(each.pool_people) else 0.0
    return GroupExposure(
        group=label,
        people=hidden.people[each.table.name, label],
        pool_people=_ratio(heads, figures.lists.get("pool", 0)),
        index_share=_share(figures, "index", column),
        eligible_share=_share(figures, "eligible", column),
        pool_share=_share(figures, "pool", column),
        shown_share=_share(figures, "shown", column),
        exposure=_mean(figures, "exposure", column),
        before=_mean(figures, "before", column),
        parity=interval(figures.parity[:, column], figures.lists.get("pool", 0)),
        treatment=interval(figures.treatment[:, column], figures.lists.get("merit", 0)),
        impact=interval(figures.impact[:, column], figures.lists.get("use", 0)),
        target=_target(use, each, column),
    )


def _target(use: Use, each: Attention, column: int) -> float | None:
    if each.table.name not in use.targets.shares:
        return None
    sums = use.targets.shares[each.table.name].wide(1 + len(each.table.labels)).sum(axis=0)
    return _ratio(sums[1 + column], sums[0])


def _mean(figures: Drawn, name: str, column: int) -> Interval:
    if name not in figures.means:
        return NOTHING
    return interval(figures.means[name][:, column], figures.lists[name])


def _share(figures: Drawn, name: str, column: int) -> float | None:
    return None if name not in figures.means else value_of(figures.means[name][:, column])


def _one(figures: Drawn, name: str) -> Interval:
    return _mean(figures, name, 0)


def _prefixes(use: Use, each: Attention) -> Numbers:
    return use.resamples.sums(use.targets.prefixes.get(each.table.name, Sums()).wide(8))


def _ndkl(sums: Numbers) -> Interval:
    return interval(quotient(sums[:, 2], sums[:, 1]), float(sums[0, 1]))


def _ratio(top: float, bottom: float) -> float | None:
    return float(top / bottom) if bottom else None


def _note(each: Attention, figures: Drawn, prefixes: Numbers) -> str:
    lists, with_pool = figures.lists.get("exposure", 0), figures.lists.get("pool", 0)
    said = [f"{lists} lists"]
    if each.table.declared:
        said.append("the log does not have it: groups are as declared, and what the pool held is not known")
    elif with_pool < lists:
        said.append(f"{lists - with_pool} of them do not say who was relevant, and are not compared with a pool")
    if figures.against is not None:
        said.append(f"ratios compare with {list(each.table.labels)[figures.against]}")
    infinite = int(prefixes[0] - prefixes[1])
    if infinite:
        said.append(f"{infinite} lists show a group without a share of the target and have no finite NDKL")
    return "; ".join(said)
