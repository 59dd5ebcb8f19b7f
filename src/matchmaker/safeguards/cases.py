"""What a decision may rest on, and what it says: cases, rules that fired, conditions, decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from matchmaker.safeguards.policy import jurisdictions
from matchmaker.safeguards.records import Finding, TopicLabel, Verdict

Tier = Literal["T0", "T1", "T2", "T3", "T4"]
Scope = Literal["collaboration", "data_flow", "eligibility"]
DataKind = Literal["human_omic", "bulk_personal", "nih_controlled_access"]
TermsRisk = Literal["publication_approval", "citizenship_limits", "secrecy"]


@dataclass(frozen=True, slots=True)
class Condition:
    """What must be done, by whom. `code` is one of the twelve of the conditions table."""

    code: str
    text: str
    owner_role: str
    due: str = "before work begins"


@dataclass(frozen=True, slots=True)
class CallContext:
    """What safeguards need to know of a call. `fundamental_research` says that the money is for such research."""

    id: str = ""
    funder: str = ""
    sensitive: bool = False
    fundamental_research: bool = True


@dataclass(frozen=True, slots=True)
class Deployer:
    """Whose rules apply: the jurisdictions that bind the deployer, and who its allies are.

    `concern` replaces the suggested destinations of concern: all but EAR groups A:5 and A:6, EU001 and `allies`.
    `required_lists` must be loaded for a screening to count.
    """

    jurisdictions: frozenset[str] = frozenset()
    allies: frozenset[str] = frozenset()
    concern: frozenset[str] | None = None
    required_lists: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Refuse jurisdictions that no list belongs to: a mistyped one would switch rules off."""
        object.__setattr__(self, "jurisdictions", jurisdictions(self.jurisdictions))


@dataclass(frozen=True, slots=True)
class DataFlow:
    """Data that would go from one country to another (alpha-2; None when not known)."""

    kind: DataKind
    origin: str
    destination: str | None


@dataclass(frozen=True, slots=True)
class Case:
    """All that a decision may rest on. `gaps` say why the screening does not count as one, `excluded_by` names clauses.

    Nothing about a person is among it.
    """

    at: date
    country: str | None = None
    subdivision: str | None = None
    address: str = ""
    findings: tuple[Finding, ...] = ()
    topics: tuple[TopicLabel, ...] = ()
    gaps: tuple[str, ...] = ()
    call: CallContext = CallContext()
    deployer: Deployer = Deployer()
    data_flows: tuple[DataFlow, ...] = ()
    terms_risks: frozenset[TermsRisk] = frozenset()
    excluded_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fired:
    """One rule that fired: what it says, what it rests on, and the version and date of that list or table."""

    id: str
    outcome: Verdict
    text: str
    evidence: str = ""
    list_id: str = ""
    entry_id: str = ""
    version: str = ""
    dated: date | None = None
    conditions: tuple[Condition, ...] = ()
    scope: Scope = "collaboration"


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided on the day `at`, and every rule that fired.

    `data_flow` is the decision about declared data flows alone; the collaboration is not touched by it. `not_screened`
    is shown as a banner whatever the decision. `tier` is the highest tier of data access until somebody decides.
    """

    verdict: Verdict
    at: date
    fired: tuple[Fired, ...] = ()
    conditions: tuple[Condition, ...] = ()
    tier: Tier = "T1"
    data_flow: Verdict = "allow"
    not_screened: tuple[str, ...] = ()

    @property
    def rules(self) -> tuple[str, ...]:
        """Ids of the rules that fired, each once, in the order of the table."""
        return tuple(dict.fromkeys(rule.id for rule in self.fired))
