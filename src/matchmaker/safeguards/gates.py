"""Rules on the screening itself, on list matches and on places: G0–G6, G11, G12, G14. The others are in `uses`.

A match on a name never gives more than needs_review. A regime over a part of a country is never one over the whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from matchmaker.places.reading import Row, rows, table
from matchmaker.safeguards import policy, uses
from matchmaker.safeguards.cases import Case, Condition, Fired
from matchmaker.safeguards.conditions import EXPORT_CONDITIONS
from matchmaker.safeguards.records import VERDICTS, Finding, Verdict

Gate = Callable[[Case], Iterator[Fired]]
_TRI_AGENCY: Final = frozenset({"NSERC", "SSHRC", "CIHR", "CFI", "TRI-AGENCY"})
# The EAR has no row for Hong Kong and treats it as China; regimes of others do not.
_EAR_COUNTS_AS: Final = {"HK": "CN"}
_DOD: Final = frozenset({"DOD", "DARPA", "ONR", "AFOSR", "ARO", "DTRA"})


def screening_gaps(case: Case) -> Iterator[Fired]:
    """G0: lists are missing or stale, or the table of embargoes is; a sensitive call then needs a person."""
    gaps = list(case.gaps)
    if table("embargo").is_stale(case.at):
        gaps.append(f"{table('embargo').version} is older than {table('embargo').max_age_days} days")
    for gap in gaps:
        yield Fired("G0", "needs_review" if case.call.sensitive else "allow", gap)


def sanctions(case: Case) -> Iterator[Fired]:
    """G1: a confirmed match on a sanctions list; it blocks where the issuer binds the deployer (UN: always)."""
    for finding in _confirmed(case, {"sanction"}):
        issuer = policy.issuer(finding.entry.list_id)
        binding = finding.current and issuer in case.deployer.jurisdictions | {"UN"}
        text = f"listed by {issuer or 'an issuer not known'}" + (
            "" if binding else ", whose law was not declared binding"
        )
        yield _listed("G1", "block" if binding else "needs_review", text, finding)


def places(case: Case) -> Iterator[Fired]:
    """G2 and G3: regimes over a country, or over the part of it that the address lies in."""
    for row in rows("embargo"):
        if _is_here(row, case.country) and row["iso3166_2"] in ("", case.subdivision or ""):
            yield from _regime(row, case)


def research_security(case: Case) -> Iterator[Fired]:
    """G4: a confirmed match on a research-security list blocks inside the list's scope and needs a person outside it.

    Canada's list concerns current affiliations only: a past one is no finding. Lists of other families, and lists we
    cannot classify, never block.
    """
    for finding in _confirmed(case, {"research_security", "investment", "countermeasure", "advisory", "unclassified"}):
        if finding.entry.list_id == "CA_NRO" and not finding.current:
            continue
        inside = finding.current and _in_scope(finding, case)
        text = "this call is in the scope of the list" if inside else "listed; this call is not in the list's scope"
        yield _listed("G4", "block" if inside else "needs_review", text, finding)


def export_control(case: Case) -> Iterator[Fired]:
    """G5: a confirmed match on an export-control list."""
    for finding in _confirmed(case, {"export_control"}):
        text = "a licence may be needed for items and technology"
        yield _listed("G5", "needs_review", text, finding, EXPORT_CONDITIONS)


def possible_matches(case: Case) -> Iterator[Fired]:
    """G6: names are close and countries agree or are not known; somebody must look."""
    for finding in case.findings:
        counts = finding.current and finding.entry.holds(case.at) and finding.entry.list_id != "LOCAL"
        if finding.strength == "possible" and counts:
            yield _listed("G6", "needs_review", "a name or number like this one is listed", finding)


def disputed_areas(case: Case) -> Iterator[Fired]:
    """G11: the address lies, or may lie, in a disputed or occupied area."""
    about = policy.tables()["disputed_areas"]
    for row in policy.rows("disputed_areas"):
        if evidence := _lies_in(row, case):
            text = f"address in or near: {row['area']}" + (f" ({row['note']})" if row["note"] else "")
            yield Fired("G11", "needs_review", text, evidence, version=about.version, dated=about.vintage)


def local_list(case: Case) -> Iterator[Fired]:
    """G12: what the deployer declared, until it expires; on a name alone no more than needs_review."""
    for finding in case.findings:
        rule = finding.entry.local
        counts = finding.strength != "log" and finding.current and finding.entry.holds(case.at)
        if rule is not None and finding.entry.list_id == "LOCAL" and counts:
            outcome = rule.decision if finding.strength == "confirmed" else _at_most_review(rule.decision)
            yield _listed("G12", outcome, f"{rule.reason} (entered by {rule.owner}, until {rule.expires})", finding)


def eligibility(case: Case) -> Iterator[Fired]:
    """G14: a clause of the call excludes; that is eligibility, reported there and no safeguard."""
    for clause in case.excluded_by:
        yield Fired("G14", "allow", "excluded by a clause of the call: see eligibility", clause, scope="eligibility")


GATES: Final[tuple[Gate, ...]] = (
    screening_gaps, sanctions, places, research_security, export_control, possible_matches,
    uses.technology, uses.biology, uses.data_flows, disputed_areas, local_list, uses.lost_exclusion, eligibility,
)  # fmt: skip


def _confirmed(case: Case, families: set[str]) -> Iterator[Finding]:
    for finding in case.findings:
        if finding.strength == "confirmed" and finding.entry.family in families and finding.entry.holds(case.at):
            yield finding


def _in_scope(finding: Finding, case: Case) -> bool:
    funder = case.call.funder.upper()
    if finding.entry.list_id == "US_1286":
        return funder in _DOD and case.call.fundamental_research
    if finding.entry.list_id == "CA_NRO":
        return funder in _TRI_AGENCY and any(label.list_id == "CA_STRA" for label in case.topics)
    return False


def _regime(row: Row, case: Case) -> Iterator[Fired]:
    bound = set(row["jurisdiction"].split(";")) & (case.deployer.jurisdictions | {"UN"})
    asked = row["default_decision"]
    if asked == "block" and bound:
        yield _placed("G2", "block", row)
    if asked == "needs_review" or (
        asked == "needs_review_if_sensitive" and (case.call.sensitive or uses.sensitive(case))
    ):
        yield _placed("G3", "needs_review", row)


def _is_here(row: Row, country: str | None) -> bool:
    return row["alpha2"] == (_EAR_COUNTS_AS.get(country or "", country) if row["jurisdiction"] == "US" else country)


def _placed(rule: str, outcome: Verdict, row: Row) -> Fired:
    about = table("embargo")
    where = row["iso3166_2"] or row["alpha2"]
    evidence = "; ".join(filter(None, (where, row["basis"], row["note"], f"confidence {row['confidence']}")))
    return Fired(rule, outcome, f"regime {row['regime']}", evidence, version=about.version, dated=about.vintage)


def _listed(rule: str, outcome: Verdict, text: str, finding: Finding, conditions: tuple[Condition, ...] = ()) -> Fired:
    entry = finding.entry
    return Fired(
        rule, outcome, text, finding.evidence, entry.list_id, entry.entry_id, entry.version, entry.dated, conditions
    )


def _lies_in(row: Row, case: Case) -> str:
    if row["country"] != case.country:
        return ""
    if row["subdivision"] and row["subdivision"] == case.subdivision:
        return row["subdivision"]
    found = row["phrase"] and re.search(rf"(?<!\w){re.escape(row['phrase'])}(?!\w)", case.address, re.IGNORECASE)
    return found[0] if found else ""


def _at_most_review(verdict: Verdict) -> Verdict:
    return min(verdict, "needs_review", key=VERDICTS.index)
