"""What a person responsible may set: the weights of the score and the equity target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, Literal

EquityTarget = Literal["pool", "uniform", "policy", "none"]
RerankMethod = Literal["floors", "exact", "fair-star", "detconstsort", "detgreedy", "detcons", "detrelaxed"]
Combination = Literal["worst-of", "product"]
MERIT: Final = ("words", "meaning", "focus", "acquaintance", "complementarity", "recency", "thinness")
_SPARED: Final = {"income_group": ("H", "unknown"), "career_stage": ("undeclared",), "profile": ()}


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of the visible contributions to a score; those of merit are in [0, 1] and together 1.

    None for all of merit takes what the index learnt from past collaborations, or the weights that come with the
    program. Where any is given, one that is left out counts nothing.

    `terms`, in [0, 0.1], is the most that terms known to conflict can take from a score. It counts only where the
    seeker declares terms; what nobody declared takes nothing.
    """

    words: float | None = None
    meaning: float | None = None
    focus: float | None = None
    acquaintance: float | None = None
    complementarity: float | None = None
    recency: float | None = None
    thinness: float | None = None
    terms: float = 0.05

    @property
    def merit(self) -> dict[str, float] | None:
        """Feature → weight of those that were given, None where none was."""
        given = {name: getattr(self, name) for name in MERIT if getattr(self, name) is not None}
        return given or None

    def counting(self, learnt: Mapping[str, float], terms_declared: bool = False) -> dict[str, float]:
        """Feature → weight as it counts, in the order the score is explained; `learnt` holds where none is given."""
        merit = dict(self.merit or learnt)
        return {**merit, "terms": -self.terms} if terms_declared else merit


@dataclass(frozen=True, slots=True)
class Aim:
    """Who should be seen, by one attribute.

    `target` says where the shares come from: `pool` (proportions of the relevant), `uniform` (equal shares), `policy`
    (the `shares` that somebody set, exact and summing to 1) or `none`. `pool_part`, in [0, 1], mixes: each share is
    `pool_part` × that of the pool + (1 − `pool_part`) × that of the target. Groups in `no_floor_for` have a share that
    is reported, but nobody is moved down for them; None stands for those of which that is the default.
    """

    attribute: str = "income_group"
    target: EquityTarget = "pool"
    shares: Mapping[str, Fraction] = field(default_factory=dict)
    pool_part: Fraction = Fraction(0)
    no_floor_for: tuple[str, ...] | None = None

    @property
    def spared(self) -> tuple[str, ...]:
        """The groups without a floor: unless something else was said, high income and whoever cannot be placed."""
        if self.no_floor_for is not None:
            return self.no_floor_for
        return _SPARED.get(self.attribute, ("unknown",))


@dataclass(frozen=True, slots=True)
class Equity:
    """Who should be seen, how that is brought about, what it may cost, and who set it and why.

    `aim` is the first attribute, `also` are further ones; `combine` says whether each of several keeps its own floors
    (`worst-of`) or the cells of their product do (`product`). `relevance_floor`, in [0, 1], is a share of the best
    score, both counted above what somebody has whatever is sought; candidates below it never enter the pool from which
    targets are taken or floors are filled, and it is fixed before anybody looks at groups. `ndcg_floor`, in [0, 1], is
    what the list's nDCG against the order by score may not fall below: where the target asks for more, only a part of
    it is held, and the answer says so. `ceilings` also keeps each group below ⌈share · i⌉ (method `exact` only).
    `alpha` is the significance of the method `fair-star`.
    """

    aim: Aim = field(default_factory=Aim)
    also: tuple[Aim, ...] = ()
    combine: Combination = "worst-of"
    method: RerankMethod = "floors"
    ceilings: bool = False
    alpha: float = 0.1
    relevance_floor: float = 0.5
    ndcg_floor: float = 0.95
    set_by: str = "the default of this installation"
    why: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything about a ranking that is somebody's decision rather than a fact."""

    name: str = "default"
    weights: Weights = field(default_factory=Weights)
    equity: Equity = field(default_factory=Equity)


@dataclass(frozen=True, slots=True)
class Sharing:
    """How people are shared among several lists that are made together: not at all, or in one of two ways.

    `cap` is the most lists that anybody may be in. `guarantee`, in (0, 1], promises everybody who is relevant to
    somebody ⌊guarantee · lists · k / people⌋ lists.
    """

    cap: int | None = None
    guarantee: Fraction | None = None
