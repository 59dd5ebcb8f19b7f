"""What people decided about a flagged case, and how long it holds.

A review is cleared by one person, a block by two different people. A clearance ends after 180 days, or as soon as what
it was given for has changed: a list entry, the affiliation, the topic. Nothing is ever cleared by waiting.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from matchmaker.errors import InputError, RefusedError
from matchmaker.files import canonical_json, sha256
from matchmaker.safeguards.cases import Case, Condition, Decision

State = Literal["open", "cleared"]

HOLDS_DAYS: Final = 180
WAIT_WORKING_DAYS: Final = 10
MAY_CLEAR: Final = frozenset({"export_control_officer", "research_security_officer"})


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who decided: the role and a pseudonymous id."""

    role: str
    id: str


@dataclass(frozen=True, slots=True)
class Clearance:
    """A flagged case that may go ahead under `conditions`, until it expires or its grounds change."""

    grounds: str
    by: tuple[Reviewer, ...]
    at: date
    justification: str
    conditions: tuple[Condition, ...] = ()

    @property
    def expires(self) -> date:
        """The first day on which it no longer holds."""
        return self.at + timedelta(days=HOLDS_DAYS)


def grounds(case: Case, decision: Decision) -> str:
    """Digest of what a clearance is given for: place, decision, rules, list entries as they read, topics.

    The version of a whole list is not part of it: a list that is published anew with the same entry changes nothing.
    """
    entries = sorted(
        [finding.strength, finding.entry.list_id, finding.entry.entry_id, finding.entry.name,
         *sorted(finding.entry.aliases), *sorted(finding.entry.countries), *sorted(finding.entry.identifiers)]
        for finding in case.findings if finding.strength != "log"
    )  # fmt: skip
    topics = sorted([label.list_id, label.code] for label in case.topics)
    place = [case.country, case.subdivision, case.address]
    rules = sorted({f"{rule.id} {rule.outcome}" for rule in decision.fired})
    what = {"entries": entries, "topics": topics, "place": place, "rules": rules, "verdict": decision.verdict}
    return sha256(canonical_json(what))


def clear(case: Case, decision: Decision, by: tuple[Reviewer, ...], at: date, justification: str) -> Clearance:
    """Clear a flagged case. Raises RefusedError for too few or the wrong people, InputError without justification."""
    if not justification.strip():
        raise InputError("a clearance needs a justification", hint="say why the case may go ahead")
    if wrong := [reviewer.role for reviewer in by if reviewer.role not in MAY_CLEAR]:
        raise RefusedError(f"a {wrong[0]} cannot clear a case", hint=f"roles that can: {', '.join(sorted(MAY_CLEAR))}")
    needed = 2 if decision.verdict == "block" else 1
    if len({reviewer.id for reviewer in by}) < needed:
        raise RefusedError(f"this takes {needed} different people", hint="a block is cleared by two, a review by one")
    return Clearance(grounds(case, decision), by, at, justification, decision.conditions)


def state(clearance: Clearance | None, case: Case, decision: Decision, at: date) -> State:
    """`cleared` while the clearance holds for this very case on the day `at`; otherwise `open`, by itself."""
    if clearance is None or not clearance.at <= at < clearance.expires:
        return "open"
    return "cleared" if clearance.grounds == grounds(case, decision) else "open"


def is_overdue(opened: date, at: date) -> bool:
    """Whether an open case has waited for more than ten working days (Monday to Friday); shown, never acted on."""
    days = (opened + timedelta(days=number) for number in range(1, (at - opened).days + 1))
    return sum(day.weekday() < 5 for day in days) > WAIT_WORKING_DAYS
