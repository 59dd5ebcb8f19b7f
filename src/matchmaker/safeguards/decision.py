"""From what is known to a decision: every rule that fires is kept, the gravest decides.

block > needs_review > allow_with_conditions > allow. A rule can only add to what the others say, so a further finding
never lowers the decision, and a possible match asks for a person at most.
"""

from __future__ import annotations

from typing import Final, Literal

from matchmaker.safeguards.cases import Case, Decision, Fired, Scope, Tier
from matchmaker.safeguards.gates import GATES
from matchmaker.safeguards.records import VERDICTS, Verdict

# The default ceiling of data access; the data owner may set a lower one, and a review may raise it.
CEILINGS: Final[dict[Verdict, Tier]] = {
    "allow": "T1", "allow_with_conditions": "T2", "needs_review": "T0", "block": "T0",
}  # fmt: skip


def decide(case: Case) -> Decision:
    """The decision of the rules G0 to G14 for one case. Same case, same decision."""
    fired = tuple(rule for gate in GATES for rule in gate(case))
    verdict = _gravest(fired, "collaboration")
    return Decision(
        verdict=verdict,
        at=case.at,
        fired=fired,
        conditions=tuple(dict.fromkeys(condition for rule in fired for condition in rule.conditions)),
        tier=CEILINGS[verdict],
        data_flow=_gravest(fired, "data_flow"),
        not_screened=tuple(rule.text for rule in fired if rule.id == "G0"),
    )


def shown_verdict(decision: Decision) -> Verdict | Literal["not_screened"]:
    """The decision in one word, as it is shown: nothing is allowed by a screening that does not count as one."""
    return "not_screened" if decision.not_screened and decision.verdict == "allow" else decision.verdict


def _gravest(fired: tuple[Fired, ...], scope: Scope) -> Verdict:
    return max((rule.outcome for rule in fired if rule.scope == scope), key=VERDICTS.index, default="allow")
