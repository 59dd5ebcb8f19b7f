"""Rules on what the collaboration is about and what would be transferred: G7–G10 and G13."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Final

from matchmaker.places.reading import rows, table
from matchmaker.places.resolve import border_key, is_country
from matchmaker.safeguards import conditions, policy
from matchmaker.safeguards.cases import Case, DataFlow, Fired
from matchmaker.safeguards.records import TopicLabel, Verdict
from matchmaker.safeguards.topics import BIOLOGICAL_TIERS, SENSITIVE_TIERS

_OMIC_AND_BULK: Final = frozenset({"human_omic", "bulk_personal"})
_ASKED: Final = {
    "G8": (conditions.CONTROLLED_DATA, conditions.EXPORT_CLASSIFICATION),
    "G9": (conditions.BIOSAFETY_REVIEW,),
}
_FRIENDLY_GROUPS: Final = ("A:5", "A:6")


def sensitive(case: Case) -> tuple[TopicLabel, ...]:
    """Labels of a tier that matters: highest, control or biological. Lists that only name or track areas do not."""
    return tuple(label for label in case.topics if label.tier in SENSITIVE_TIERS | BIOLOGICAL_TIERS)


def of_concern(case: Case) -> bool | None:
    """Whether the destination is of concern to the deployer; None when the country is not known."""
    if case.country is None or not is_country(case.country):
        return None
    if case.deployer.concern is not None:
        return case.country in case.deployer.concern
    return not {case.country, border_key(case.country)} & (_friendly() | case.deployer.allies)


def technology(case: Case) -> Iterator[Fired]:
    """G7 and G8: a critical or controlled technology, by destination. Unknown destination: somebody must look.

    A label that rests on everyday words only counts together with a destination of concern, never alone.
    """
    labels = [label for label in case.topics if label.tier in SENSITIVE_TIERS]
    concern, stale = of_concern(case), _stale(case.at)
    for label in labels:
        if concern is False and not stale:
            if not label.broad:
                yield _labelled("G8", "allow_with_conditions", "sensitive technology", label)
        elif concern or not label.broad:
            why = "destination of concern" if concern else stale or "destination not known"
            yield _labelled("G7", "needs_review", f"sensitive technology, {why}", label)


def biology(case: Case) -> Iterator[Fired]:
    """G9: agents, toxins and experiments of concern, whatever the country; everyday words alone (aerosol) are none."""
    for label in case.topics:
        if label.tier in BIOLOGICAL_TIERS and not label.broad:
            yield _labelled("G9", "needs_review", "ask the biosafety body, whatever the country", label)


def data_flows(case: Case) -> Iterator[Fired]:
    """G10: human omic, bulk personal or controlled-access data leaving the US; concerns the flow, not the work."""
    for flow in case.data_flows:
        name = "US_DOJ_BULK_DATA" if flow.kind in _OMIC_AND_BULK else "US_NIH_CADR"
        if flow.origin == "US" and (flow.destination is None or flow.destination in _members(name)):
            yield _flowing(flow, name)


def lost_exclusion(case: Case) -> Iterator[Fired]:
    """G13: terms under which research may no longer count as fundamental, for a US party and a sensitive topic."""
    if "US" in case.deployer.jurisdictions and sensitive(case):
        for risk in sorted(case.terms_risks):
            yield Fired("G13", "needs_review", "fundamental-research exclusion may be lost", risk.replace("_", " "))


def _labelled(rule: str, outcome: Verdict, text: str, label: TopicLabel) -> Fired:
    about = policy.tables()["sensitive_topics"]
    weighed = f"{label.score:.2f}" if label.by_score else "by its words alone"
    evidence = f"{label.list_id} {label.code} {label.area}, {weighed}: {', '.join(label.phrases)}"
    asked = _ASKED.get(rule, ())
    return Fired(
        rule, outcome, text, evidence, label.list_id, label.code, about.version, about.vintage, conditions=asked
    )


def _flowing(flow: DataFlow, name: str) -> Fired:
    about = table("country_sets")
    text = f"{flow.kind.replace('_', ' ')} data from the US to {flow.destination or 'a place not known'}"
    return Fired("G10", "needs_review", text, name, version=about.version, dated=about.vintage,
                 conditions=(conditions.TRANSFER_ASSESSMENT,), scope="data_flow")  # fmt: skip


@cache
def _friendly() -> frozenset[str]:
    grouped = {row["alpha2"] for row in rows("ear_groups") if any(row[group] for group in _FRIENDLY_GROUPS)}
    return frozenset(grouped) | _members("EU_GEA_EU001")


@cache
def _members(name: str) -> frozenset[str]:
    return frozenset(row["alpha2"] for row in rows("country_sets") if row["set"] == name)


def _stale(at: date) -> str:
    old = [table(name).version for name in ("ear_groups", "country_sets") if table(name).is_stale(at)]
    old += policy.stale_tables(at, "sensitive_topics")
    return f"{', '.join(old)} too old to say whether the destination is of concern" if old else ""
