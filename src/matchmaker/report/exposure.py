"""The report of who is seen."""

from __future__ import annotations

from collections.abc import Sequence

from matchmaker.charts import exposure, price, slopes, wording, world
from matchmaker.charts.price import Point
from matchmaker.domain.reports import AttributeExposure, DeclaredTarget, ExposureReport, GroupExposure, Price, Spread
from matchmaker.report import basis, methods
from matchmaker.report.document import Block, Document, Facts, Part, Section, Table
from matchmaker.report.safe import withheld_cells

_LEAD = "How attention in the lists that were answered is shared between groups, against who there was to be shown."
_AGAINST = "parity of attention (AWRF)"


def document(report: ExposureReport, curve: Sequence[Point] = (), chosen: str = "") -> Document:
    """The report of exposure; `curve` and `chosen` are the points of `charts.price.trade_off`, where there are any."""
    below = report.meta.withheld_below
    sections = (
        basis.findings(report.findings),
        basis.basis(report.meta, withheld_cells(report), methods.EXPOSURE, methods.EXPOSURE_LIMITS),
        _targets(report, below),
        _price(report.price, curve, chosen),
        _attributes(report.attributes, below),
        _trends(report.attributes, below),
        _crossed(report.crossed, below),
        _countries(report, below),
        _spread(report.spread),
    )
    return Document("Who is seen: report of exposure", _LEAD, sections)


def _targets(report: ExposureReport, below: int) -> Section:
    title = "Declared targets and what came of them"
    if not report.targets:
        return Section(
            title, ("No target was declared for these lists, so nobody was moved for the sake of exposure.",)
        )
    by_name = {each.attribute: each for each in report.attributes}
    return Section(title, parts=tuple(_target(each, by_name.get(each.attribute), below) for each in report.targets))


def _target(target: DeclaredTarget, attribute: AttributeExposure | None, below: int) -> Part:
    facts = Facts((
        ("Shares from", wording.printable(target.source)),
        ("Set by", wording.printable(target.set_by)),
        ("Why", wording.printable(target.why)),
        ("Method", wording.printable(target.method)),
        ("Lists under it", wording.count(target.lists)),
        ("nDCG against the order by score", wording.quality_with(target.ndcg)),
        ("Lowest nDCG of a list", wording.quality(target.lowest_ndcg)),
        ("Largest fall of a person, in places", wording.count(target.largest_fall)),
        ("Lists in which every floor was met", wording.percent(target.floors_met)),
        ("Part of the target held", wording.percent(target.part_held)),
    ))  # fmt: skip
    title = wording.started(wording.attribute_name(wording.printable(target.attribute)))
    blocks: list[Block] = [facts, _held(target, attribute, below)]
    if attribute is not None:
        blocks.append(slopes.shares(attribute, below))
    return Part(title, (*blocks, *_said(target.note)))


def _held(target: DeclaredTarget, attribute: AttributeExposure | None, below: int) -> Table:
    hidden = {group.group for group in attribute.groups if group.withheld} if attribute else set()
    rows = []
    for group, row in target.held.items():
        name, share = wording.group_name(target.attribute, group), wording.percent(row.get("target"))
        outcome = (wording.percent(row.get(part)) for part in ("shown", "exposure", "below"))
        rows.append((name, share, *([wording.withheld(below)] * 3 if group in hidden else outcome)))
    columns = ("Group", "Target", "Share of places", "Attention", "Lists that end below the floor")
    return Table("Target and outcome over the lists under it", columns, tuple(rows))


def _price(paid: Price, curve: Sequence[Point], chosen: str) -> Section:
    title = "What the targets cost"
    if not paid.lists and not curve:
        return Section(title, ("No list had a target, so nothing was paid.",))
    facts = Facts((
        ("Lists with a target", wording.count(paid.lists)),
        ("nDCG against the order by score", wording.quality_with(paid.ndcg)),
        ("Lowest nDCG of a list", wording.quality(paid.lowest_ndcg)),
        ("Largest fall of a person, in places", wording.count(paid.largest_fall)),
        ("Lists that changed", wording.percent(paid.changed)),
    ))  # fmt: skip
    figures = [price.relevance_kept(paid)] if paid.lists else []
    if curve:
        figures.append(price.trade_off(curve, chosen, _AGAINST))
    return Section(title, (facts, *figures))


def _attributes(attributes: Sequence[AttributeExposure], below: int) -> Section:
    title = "Exposure by attribute"
    if not attributes:
        return Section(title, ("There are too few lists for any figure by group.",))
    return Section(title, parts=tuple(_attribute(each, below) for each in attributes))


def _attribute(attribute: AttributeExposure, below: int) -> Part:
    blocks = (
        _summary(attribute),
        exposure.attention(attribute, below),
        exposure.per_head(attribute, below),
        _people(attribute, below),
    )
    return Part(wording.started(wording.attribute_name(wording.printable(attribute.attribute))), blocks)


def _summary(attribute: AttributeExposure) -> Facts:
    return Facts((
        ("AWRF as shown", wording.quality_with(attribute.awrf)),
        ("AWRF in the order by score", wording.quality_with(attribute.awrf_before)),
        ("NDKL as shown", wording.quality_with(attribute.ndkl)),
        ("NDKL in the order by score", wording.quality_with(attribute.ndkl_before)),
        ("Prefixes below a floor, mean per list", wording.ratio(attribute.infeasible)),
        ("The same in the order by score", wording.ratio(attribute.infeasible_before)),
    ))  # fmt: skip


def _people(attribute: AttributeExposure, below: int) -> Table:
    columns = ("Group", "People shown", "Pool, mean", "Of all", "Of eligible", "Of the pool", "Of places")
    rows = tuple(
        (wording.group_name(attribute.attribute, each.group), *_shares(each, below)) for each in attribute.groups
    )
    note = "People in the pool are the mean of a list; the other columns are shares at each stage."
    return Table("From everybody who can be compared to those shown", columns, rows, note)


def _shares(group: GroupExposure, below: int) -> tuple[str, ...]:
    if group.withheld:
        return (wording.withheld(below),) * 6
    shares = (group.index_share, group.eligible_share, group.pool_share, group.shown_share)
    return (wording.count(group.people), wording.count(group.pool_people), *(wording.percent(each) for each in shares))


def _trends(attributes: Sequence[AttributeExposure], below: int) -> Section:
    figures = tuple(exposure.trend(each, below) for each in attributes if each.trend)
    return Section("Over time", figures or ("There are too few lists to divide them by period.",))


def _crossed(crossed: Sequence[AttributeExposure], below: int) -> Section:
    none = ("No two attributes were crossed, or every crossed group is too small.",)
    return Section("Two attributes at once", tuple(exposure.attention(each, below) for each in crossed) or none)


def _countries(report: ExposureReport, below: int) -> Section:
    if not report.countries:
        return Section("By country", ("Nobody was shown whose country is known.",))
    return Section("By country", (world.world(report.countries, below),))


def _spread(spread: Spread) -> Section:
    facts = Facts((
        ("Gini of attention over people", wording.quality(spread.gini)),
        ("Part of the pool that was shown at all", wording.percent(spread.coverage)),
        ("Attention of the most shown hundredth", wording.percent(spread.top_share)),
        ("Lists that the most shown person was in", wording.count(spread.most_lists)),
        ("Concentration by country (HHI)", wording.quality(spread.country_hhi)),
        ("Equally seen countries that would give the same", wording.ratio(spread.effective_countries)),
    ))  # fmt: skip
    return Section("Spread over single people", (facts, *_said(spread.note)))


def _said(note: str) -> tuple[str, ...]:
    return (wording.printable(note),) if note else ()
