"""Re-rankers that hold target shares in every prefix.

A group with target share p should hold at least ⌊p · i⌋ of the first i places, for every i, after Geyik, Ambler &
Kenthapadi (2019), doi:10.1145/3292500.3330691; `fair-star` asks for fewer. All methods take the best candidates of each
group in order of score (ties by input order), so the order within a group is kept, nobody is shown twice and nobody
comes from outside. When a group runs out, the others go on, and `shortfall` says what is missing. A group without a
share has no claim.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial

from matchmaker.errors import InputError
from matchmaker.fairness.deterministic import det_cons, det_const_sort, det_greedy, det_relaxed
from matchmaker.fairness.exact import exact, exact_within_ceilings
from matchmaker.fairness.fair_star import fair_star, fair_star_floors, protected_groups
from matchmaker.fairness.floors import best_within, best_within_floors
from matchmaker.fairness.lineup import Counts, Lineup, check_length, line_up
from matchmaker.fairness.outcome import Held, Reranked, holds, reranked, shortfall
from matchmaker.fairness.price import check_ndcg_floor, with_ndcg_floor
from matchmaker.fairness.quotas import Shares, floor_table
from matchmaker.fairness.targets import Target, check_shares

__all__ = [
    "METHODS", "Reranked", "Way", "det_cons", "det_const_sort", "det_greedy", "det_relaxed", "rerank", "shortfall",
]  # fmt: skip

METHODS: Mapping[str, Callable[[Sequence[str], Sequence[float], Shares, int], list[int]]] = {
    "floors": best_within_floors,
    "exact": exact,
    "fair-star": fair_star,
    "detconstsort": det_const_sort,
    "detgreedy": det_greedy,
    "detcons": det_cons,
    "detrelaxed": det_relaxed,
}
# These hold whatever floors they are given with the highest gain, so a group can be spared, and less is never dearer.
BEST = ("floors", "exact", "fair-star")


@dataclass(frozen=True, slots=True)
class Way:
    """How a target is held: the `method`, see `METHODS`, and what it may do.

    Nobody is moved down for a group in `no_floor_for`; only `floors`, `exact` and `fair-star` can spare one. `ceilings`
    also keeps each group below its water-filled quota (`exact` only, and then nobody can be spared). `protected` and
    `alpha`, above 0 and at most 0.25, are those of `fair-star`; when nobody is named, all groups but the one with the
    largest share are protected. `least_ndcg`, in [0, 1], is what the nDCG may not fall below: where the target asks for
    more, a part of it is held. Raises InputError for what does not go together.
    """

    method: str = "floors"
    no_floor_for: Collection[str] = ()
    ceilings: bool = False
    protected: Collection[str] = ()
    alpha: float = 0.1
    least_ndcg: float = 0.0

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise InputError(f"there is no re-ranking method {self.method!r}", hint=f"methods: {', '.join(METHODS)}")
        if self.no_floor_for and self.method not in BEST:
            raise InputError(f"the method {self.method!r} gives every group a floor", hint="use the method 'floors'")
        if self.no_floor_for and self.ceilings:
            raise InputError("with ceilings every group has a floor", hint="leave out ceilings or no_floor_for")
        if self.ceilings and self.method != "exact":
            raise InputError(f"the method {self.method!r} has no ceilings", hint="use the method 'exact'")
        if self.protected and self.method != "fair-star":
            raise InputError(f"the method {self.method!r} protects every group", hint="use the method 'fair-star'")
        if both := sorted(set(self.protected) & set(self.no_floor_for)):
            raise InputError(f"the group {both[0]!r} is to be protected and spared", hint="name it once")
        check_ndcg_floor(self.least_ndcg)


def rerank(
    groups: Sequence[str],
    scores: Sequence[float],
    target: Target | Shares | None,
    k: int,
    method: str | Way = "floors",
    no_floor_for: Collection[str] = (),
) -> Reranked:
    """The first k of a list, re-ranked for `target` by a method, or in a `Way` that says more than its name.

    `groups[i]` and `scores[i]` (0 or more) belong to candidate i. Without a target, or where the order by score already
    holds every floor that the pool allows, the order by score is the answer. Raises InputError for an unknown method,
    what a method cannot do, shares that do not sum to 1, scores that are negative or no number, lengths that differ,
    and k below 1.
    """
    if isinstance(method, Way) and no_floor_for:
        raise InputError("no_floor_for beside a Way", hint="give it to the Way")
    way = method if isinstance(method, Way) else Way(method, no_floor_for)
    shares = target.shares if isinstance(target, Target) else target
    if shares is not None:
        check_shares(shares)
    check_length(k)
    lineup = line_up(groups, scores, shares or ())
    question = _Question(groups, lineup, way, {g: p for g, p in (shares or {}).items() if g not in way.no_floor_for})
    whole = _whole(question, target, min(k, len(groups)))
    return with_ndcg_floor(way.least_ndcg, partial(_of_part, question, whole), nested=way.method in BEST)


@dataclass(frozen=True, slots=True, eq=False)
class _Question:
    """Who is to be placed and how; `floored` are the shares of the groups that are not spared."""

    groups: Sequence[str]
    lineup: Lineup
    way: Way
    floored: Shares


def _whole(question: _Question, target: Target | Shares | None, length: int) -> Held:
    """The floors of the whole target."""
    lineup, way = question.lineup, question.way
    attribute, shares = (target.attribute, target.shares) if isinstance(target, Target) else ("", target)
    if shares is None or way.method != "fair-star":
        floors = floor_table(question.floored, lineup.names, length)
        return Held(attribute, shares, floors, floors)
    protected = way.protected or protected_groups(lineup, shares, way.no_floor_for)
    found = fair_star_floors(lineup, shares, length, protected, way.alpha)
    return Held(attribute, shares, found.floors, found.floors, notes=found.notes)


def _of_part(question: _Question, whole: Held, part: Fraction) -> Reranked:
    length = len(whole.asked)
    floored = {group: share * part for group, share in question.floored.items()}
    if question.way.method == "fair-star":
        floors = whole.asked * part.numerator // part.denominator
    else:
        floors = whole.asked if part == 1 else floor_table(floored, question.lineup.names, length)
    order = _order(question, floored, floors)
    return reranked(question.lineup, order, replace(whole, floors=floors, part=part))


def _order(question: _Question, floored: Shares, floors: Counts) -> list[int]:
    lineup, way, length = question.lineup, question.way, len(floors)
    by_score = lineup.by_score[:length]
    if not length or (holds(lineup, by_score, floors) and not (way.ceilings and floored)):
        return by_score
    if way.method in ("floors", "fair-star"):
        return best_within(lineup, floors)
    method = exact_within_ceilings if way.ceilings else METHODS[way.method]
    return method(question.groups, lineup.scores.tolist(), floored, length)
