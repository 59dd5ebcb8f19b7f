"""Who sees what of a decision. A person looking for partners sees a neutral state and never an accusation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, Final, Literal

from matchmaker.errors import RefusedError
from matchmaker.safeguards.cases import Decision, Fired
from matchmaker.safeguards.records import Verdict

Role = Literal[
    "researcher", "programme_staff", "funder_officer", "export_control_officer", "research_security_officer",
    "data_protection_officer",
]  # fmt: skip

ROLES: Final[tuple[Role, ...]] = (
    "researcher", "programme_staff", "funder_officer", "export_control_officer", "research_security_officer",
    "data_protection_officer",
)  # fmt: skip
SMALLEST_COUNT: Final = 10
_STATES: Final[dict[Verdict, str]] = {
    "allow": "available",
    "allow_with_conditions": "contact through your research office",
    "needs_review": "contact through your research office",
    "block": "absent",
}


def visible_to(role: str, decision: Decision) -> dict[str, Any]:
    """What `role` may see of one decision, as JSON values. Raises RefusedError for a role that is none of `ROLES`.

    Researchers: a neutral state. Programme staff: nothing about one candidate (see `counts`). Funder officers: clauses
    of the call that exclude. Security and export control officers: everything. Data protection officers: what the log
    holds, without names of entries.
    """
    if role in ("export_control_officer", "research_security_officer"):
        return _in_full(decision)
    if role == "researcher":
        return {"state": _STATES[decision.verdict]}
    if role == "programme_staff":
        return {}
    if role == "funder_officer":
        return {"clauses": [rule.evidence for rule in decision.fired if rule.scope == "eligibility"]}
    if role == "data_protection_officer":
        return {"at": decision.at.isoformat(), "decision": decision.verdict, "rules": [*map(_logged, decision.fired)]}
    raise RefusedError(f"{role!r} sees no decisions", hint=f"roles: {', '.join(ROLES)}")


def counts(decisions: Iterable[tuple[str, Decision]], smallest: int = SMALLEST_COUNT) -> list[dict[str, Any]]:
    """For programme staff: how many of each group are in each state. Counts below `smallest` are withheld (None).

    A single withheld count of a group could be found by subtraction, so its next smallest is withheld too.
    """
    counted = Counter((group, decision.verdict) for group, decision in decisions)
    withheld = {cell for cell, count in counted.items() if count < smallest}
    for group in {group for group, _ in counted}:
        own = sorted((cell for cell in counted if cell[0] == group), key=lambda cell: (counted[cell], cell))
        if len([cell for cell in own if cell in withheld]) == 1:
            withheld.update(own[:2])
    return [
        {
            "group": group,
            "decision": verdict,
            "count": None if (group, verdict) in withheld else counted[group, verdict],
        }
        for group, verdict in sorted(counted)
    ]


def _in_full(decision: Decision) -> dict[str, Any]:
    full = asdict(decision)
    full["decision"] = full.pop("verdict")
    full["at"] = decision.at.isoformat()
    full["fired"] = [_dated(rule) for rule in decision.fired]
    full["not_screened"] = list(decision.not_screened)
    full["conditions"] = [asdict(condition) for condition in decision.conditions]
    return full


def _dated(rule: Fired) -> dict[str, Any]:
    conditions = [condition.code for condition in rule.conditions]
    return {**asdict(rule), "dated": rule.dated.isoformat() if rule.dated else None, "conditions": conditions}


def _logged(rule: Fired) -> dict[str, Any]:
    return {"id": rule.id, "list": rule.list_id, "version": rule.version}
