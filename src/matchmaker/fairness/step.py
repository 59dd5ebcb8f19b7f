"""The equity step for one list, as a policy asks for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from matchmaker.domain.policies import Aim, Equity
from matchmaker.errors import InputError
from matchmaker.fairness.outcome import Reranked
from matchmaker.fairness.reranking import Way, rerank
from matchmaker.fairness.several import Attribute, rerank_product, rerank_worst_of
from matchmaker.fairness.targets import Target, target_named


@dataclass(frozen=True, slots=True)
class EquityStep:
    """Who is shown of a pool, and what the step did and cost.

    `order` are positions in the pool, best place first; `because` runs along it as far as the step reached: those who
    are not relevant only fill places for which nobody else is left. `relevant` is how many of the pool are near enough,
    and `groups` the group of everybody of the pool by the first attribute. `shares` (None without a target), `pool`
    (members among the relevant) and `unmet` (places that nobody could fill) have one entry for each attribute of the
    policy. `ndcg`, `ndcg_of_target`, `held`, `floors_met`, `largest_fall` and `notes` are those of `Reranked`.
    """

    order: tuple[int, ...]
    because: tuple[str, ...]
    relevant: int
    of_everybody: tuple[tuple[str, ...], ...]
    source: str
    shares: tuple[Mapping[str, Fraction] | None, ...]
    pool: tuple[Mapping[str, int], ...]
    unmet: tuple[Mapping[str, int], ...]
    ndcg: float
    ndcg_of_target: float
    held: float
    floors_met: bool
    largest_fall: int
    notes: tuple[str, ...]

    @property
    def groups(self) -> tuple[str, ...]:
        """The group of everybody of the pool by the first attribute."""
        return self.of_everybody[0]


def equity_step(
    equity: Equity, scores: Sequence[float], groups: Sequence[Sequence[str]], k: int, relevant: int | None = None
) -> EquityStep:
    """Choose min(k, n) of a pool whose `scores` (0 or more) stand best first.

    `groups` has the groups of everybody of the pool for each attribute of the policy, in its order. The relevant are
    settled by score alone, before groups are looked at: nobody below is moved up, whatever a target asks for. They are
    those with `relevance_floor` of the best score; for a part of a pool, give how many of it are `relevant` in the
    whole. Raises InputError for what the policy cannot mean.
    """
    aims = (equity.aim, *equity.also)
    if len(groups) != len(aims) or any(len(each) != len(scores) for each in groups):
        raise InputError("groups and scores do not fit", hint="one group per attribute and candidate")
    if relevant is None:
        relevant = relevant_count(equity, scores)
    near = [each[:relevant] for each in groups]
    targets = [_target(aim, of_near, equity) for aim, of_near in zip(aims, near, strict=True)]
    found = _reranked(equity, scores[:relevant], targets, near, max(1, min(k, relevant)))
    rest = range(relevant, min(k, len(scores)))
    return EquityStep(
        order=(*found.order, *rest),
        because=found.because,
        relevant=relevant,
        of_everybody=tuple(map(tuple, groups)),
        source="none" if targets[0] is None else targets[0].source,
        shares=tuple(None if target is None else target.shares for target in targets),
        pool=tuple(dict(sorted(Counter(of_near).items())) for of_near in near),
        unmet=_unmet(found, aims),
        ndcg=found.ndcg,
        ndcg_of_target=found.ndcg_of_target,
        held=float(found.held),
        floors_met=found.floors_met,
        largest_fall=found.largest_fall,
        notes=found.notes,
    )


def relevant_count(equity: Equity, scores: Sequence[float], of_anybody: float = 0.0) -> int:
    """How many of a pool, best score first, have `relevance_floor` of the best score; all of it with a floor of 0.

    Both are counted above `of_anybody`, what somebody may score whatever is sought: nobody is relevant for that alone.
    """
    if not scores or not equity.relevance_floor:
        return len(scores)
    base = min(of_anybody, scores[0])
    return sum(score >= base + equity.relevance_floor * (scores[0] - base) for score in scores)


def _target(aim: Aim, groups: Sequence[str], equity: Equity) -> Target | None:
    own = Target(aim.attribute, aim.shares, "policy", equity.why) if aim.target == "policy" else None
    return target_named(aim.target, groups, aim.attribute, own, aim.pool_part)


def _reranked(
    equity: Equity, scores: Sequence[float], targets: Sequence[Target | None], groups: Sequence[Sequence[str]], k: int
) -> Reranked:
    if len(targets) == 1 or None in targets:
        way = Way(equity.method, _present(equity.aim, targets[0]), equity.ceilings, (), equity.alpha, equity.ndcg_floor)
        return rerank(groups[0], scores, targets[0], k, way)
    aims = (equity.aim, *equity.also)
    attributes = [
        Attribute(target, of_near, _present(aim, target))
        for aim, target, of_near in zip(aims, targets, groups, strict=True) if target is not None
    ]  # fmt: skip
    if equity.combine == "product":
        return rerank_product(attributes, scores, k, Way(least_ndcg=equity.ndcg_floor))
    return rerank_worst_of(attributes, scores, k, equity.ndcg_floor)


def _present(aim: Aim, target: Target | None) -> tuple[str, ...]:
    """The groups to spare that have a share at all."""
    return () if target is None else tuple(group for group in aim.spared if group in target.shares)


def _unmet(found: Reranked, aims: Sequence[Aim]) -> tuple[Mapping[str, int], ...]:
    if not found.by_attribute:
        return (found.shortfall, *({} for _ in aims[1:]))
    return tuple(found.by_attribute[aim.attribute].shortfall for aim in aims)
