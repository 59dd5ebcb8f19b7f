"""What a reader should look at, in sentences with their figures. No finding rests on fewer than 30 lists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from matchmaker.audit.attention import Attention
from matchmaker.audit.disclosure import Disclosure
from matchmaker.audit.groups_seen import Drawn
from matchmaker.audit.resampling import interval
from matchmaker.audit.trend import Drift
from matchmaker.domain.group_words import attribute_name, group_text
from matchmaker.domain.reports import DeclaredTarget, Finding, Funnel, FunnelStep, Interval, Spread, StagePass
from matchmaker.measures.attrition import FINDING_BELOW, is_finding
from matchmaker.measures.exposure import ACCEPTABLE_RATIOS
from matchmaker.measures.intervals import FEWEST_LISTS

# A floor that is missed now and then is no news; in a twentieth of the lists it is.
_NOT_HELD: Final = 0.05
_TOP_SHARE: Final = 0.2
_COUNTRY_HHI: Final = 0.5


def of_exposure(each: Attention, figures: Drawn, hidden: Disclosure) -> list[Finding]:
    """Groups whose attention per head of the pool lies outside 0.8 to 1.25, with an interval that leaves out 1."""
    lists = figures.lists.get("pool", 0)
    found = []
    for label, column in each.table.labels.items():
        ratio = interval(figures.ratio[:, column], lists)
        if hidden.hides(each.table.name, str(label)) or not _is_outside(ratio):
            continue
        exposure, pool = (float(figures.means[name][0, column]) for name in ("exposure_with_pool", "pool"))
        found.append(Finding(
            f"{_named(each.table.name, str(label))}: {_percent(exposure)} of the attention, {_percent(pool)} of the "
            f"relevant people ({_spoken(ratio)} of its share, {lists} lists).",
            each.table.name, str(label), "exposure", ratio.value, ratio.low, ratio.high,
        ))  # fmt: skip
    return found


def of_trend(attribute: str, drifts: Iterable[Drift]) -> list[Finding]:
    """Groups whose attention moved further away from their share of the pool, and is outside the band now."""
    return [
        Finding(
            f"{_named(attribute, each.group)}: attention per head of the pool went from {each.before:.2f} in the "
            f"first half of the periods to {each.after:.2f} in the second, further away from 1.",
            attribute, each.group, "trend", each.apart.value, each.apart.low, each.apart.high,
        )
        for each in drifts
        if each.apart.low is not None and each.apart.low > 0 and not _is_inside(each.after)
    ]  # fmt: skip


def of_target(target: DeclaredTarget, unmet: dict[str, float]) -> list[Finding]:
    """Groups whose floor was not held at the end of many lists, with the cause where the log says it.

    `unmet` gives, by group, the part of the lists in which the pool had nobody left to fill the floor.
    """
    if target.lists < FEWEST_LISTS:
        return []
    found = []
    for group, held in target.held.items():
        below = held["below"]
        if below is None or below < _NOT_HELD:
            continue
        text = (
            f"{_named(target.attribute, group)}: its floor under the target {target.source} set by {target.set_by} was "
            f"not held at the end of {_percent(below)} of {target.lists} lists"
        )
        if unmet.get(group):
            text += f"; in {_percent(unmet[group])} the relevant people of the group were too few"
        if target.part_held < 1:
            text += f"; to stay above the nDCG floor, {_percent(target.part_held)} of the target was held on average"
        found.append(Finding(f"{text}.", target.attribute, group, "target", below))
    return found


def of_spread(spread: Spread, lists: int, places_each: float) -> list[Finding]:
    """Attention that piles up on few people or few countries.

    `places_each` is how many places there were for each person: with less than one, few must have had them all.
    """
    if lists < FEWEST_LISTS:
        return []
    found = []
    if spread.top_share is not None and spread.top_share > _TOP_SHARE and places_each >= 1:
        text = f"The most shown hundredth of the people got {_percent(spread.top_share)} of the attention."
        found.append(Finding(text, "people", "", "top_share", spread.top_share))
    if spread.country_hhi is not None and spread.country_hhi > _COUNTRY_HHI and spread.effective_countries is not None:
        text = (
            f"Places went to few countries: HHI {spread.country_hhi:.2f}, as if {spread.effective_countries:.1f} "
            "countries had equal shares."
        )
        found.append(Finding(text, "country", "", "country_hhi", spread.country_hhi))
    return found


def of_funnel(funnel: Funnel) -> list[Finding]:
    """Groups that a stage or a filter lets through less than four fifths as often as the group that passes best."""
    return [
        finding
        for what, steps in (("stage", funnel.stages), ("filter", funnel.filters))
        for step in steps
        for each in step.groups
        if (finding := _lost(funnel.attribute, what, step, each)) is not None
    ]


def _lost(attribute: str, what: str, step: FunnelStep, each: StagePass) -> Finding | None:
    attrition, passed = each.attrition, each.passed.value
    if passed is None or not is_finding(attrition.value, attrition.high):
        return None
    return Finding(
        f"{_named(attribute, each.group)}: {_percent(passed)} pass the {what} {step.step}, {_spoken(attrition)} of the "
        f"rate of the group that passes best ({step.acts} lists; below {FINDING_BELOW} deserves a look).",
        attribute, each.group, f"{what}:{step.step}", attrition.value, attrition.low, attrition.high,
    )  # fmt: skip


def _named(attribute: str, group: str) -> str:
    """`Income group, high income`: which group a sentence is about."""
    words = f"{attribute_name(attribute)}, {group_text(group)}"
    return words[:1].upper() + words[1:]


def _is_outside(ratio: Interval) -> bool:
    if ratio.value is None or ratio.low is None or ratio.high is None:
        return False
    return not _is_inside(ratio.value) and not ratio.low <= 1 <= ratio.high


def _is_inside(ratio: float) -> bool:
    return ACCEPTABLE_RATIOS[0] <= ratio <= ACCEPTABLE_RATIOS[1]


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _spoken(ratio: Interval) -> str:
    return f"{ratio.value:.2f}, 95 % interval {ratio.low:.2f} to {ratio.high:.2f}"
