"""What a person responsible may set: the weights of the score and the equity target."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

EquityTarget = Literal["pool", "uniform", "none"]
RerankMethod = Literal["floors", "detconstsort", "detgreedy", "detcons", "detrelaxed"]


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of the visible contributions; `relevance` and `recency` in [0, 1] and together 1.

    `terms`, in [0, 0.1], is the most that terms known to conflict can take from a score. It counts only where the
    seeker declares terms; what nobody declared takes nothing.
    """

    relevance: float = 0.9
    recency: float = 0.1
    terms: float = 0.05

    def as_dict(self, terms_declared: bool = False) -> dict[str, float]:
        """Feature name → weight as it counts, in the order the score is explained."""
        merit = {"relevance": self.relevance, "recency": self.recency}
        return {**merit, "terms": -self.terms} if terms_declared else merit


@dataclass(frozen=True, slots=True)
class Equity:
    """Who should be seen: the attribute, where the target comes from and who set it.

    `relevance_floor` is a share of the best score, in [0, 1]; candidates below it never enter the pool from which
    targets are taken or floors are filled, and it is fixed before anybody looks at groups. Groups in `no_floor_for`
    have a share that is reported, but nobody is moved down for them; only the method `floors` can do this.
    """

    attribute: Literal["income_group"] = "income_group"
    target: EquityTarget = "pool"
    method: RerankMethod = "floors"
    relevance_floor: float = 0.5
    no_floor_for: tuple[str, ...] = ("H", "unknown")
    set_by: str = "the default of this installation"


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything about a ranking that is somebody's decision rather than a fact."""

    name: str = "default"
    weights: Weights = field(default_factory=Weights)
    equity: Equity = field(default_factory=Equity)
