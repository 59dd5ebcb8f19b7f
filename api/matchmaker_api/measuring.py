"""A list of anybody's own, re-ranked or measured: what `matchmaker rerank` and `matchmaker measure` answer."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from matchmaker.errors import InputError
from matchmaker.fairness.reranking import Way, rerank
from matchmaker.fairness.targets import Target, exact_share, parse_target
from matchmaker.fairness.tests import draw_tails, fair_table
from matchmaker.measures.awrf import awrf_of_list
from matchmaker.measures.browsing import BROWSING, Browsing
from matchmaker.measures.concentration import gini, herfindahl
from matchmaker.measures.exposure import exposure_parity, exposure_shares, group_exposure, treatment_ratio
from matchmaker.measures.representation import infeasible_count, infeasible_index, ndkl, skew

_KEYS: Final = frozenset({"id", "score", "group"})
_PLACES: Final = 6


@dataclass(frozen=True, slots=True)
class Listed:
    """A list as it was given: ids, scores of 0 or more, groups, in that order."""

    ids: tuple[str, ...]
    scores: tuple[float, ...]
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a measure is told beside the list; a measure ignores what it does not need."""

    target: Target | None = None
    k: int | None = None
    browsing: Browsing = "logarithmic"
    p: Fraction | None = None
    alpha: float = 0.1
    pool: int | None = None
    protected: int | None = None
    observed: int | None = None


def listed(given: object) -> Listed:
    """A list from its JSON, `[{"id", "score", "group"}]`. Raises InputError naming the entry that cannot be used."""
    if not isinstance(given, list):
        raise InputError("the list is no JSON array", hint='write [{"id": "a", "score": 0.9, "group": "H"}, …]')
    for place, each in enumerate(given):
        if not isinstance(each, dict) or each.keys() != _KEYS:
            raise InputError(
                f"entry {place} of the list has not exactly id, score and group", hint=f"got {each!r}"[:200]
            )
        if not isinstance(each["id"], str | int) or not isinstance(each["group"], str):
            raise InputError(f"entry {place}: id and group are texts", hint=f"got {each!r}"[:200])
        if isinstance(each["score"], bool) or not isinstance(each["score"], int | float):
            raise InputError(f"entry {place}: the score is no number", hint=f"got {each['score']!r}"[:200])
    ids = [str(each["id"]) for each in given]
    if twice := [name for name, count in Counter(ids).items() if count > 1]:
        raise InputError(f"the id {twice[0]!r} stands {ids.count(twice[0])} times in the list", hint="once each")
    return Listed(tuple(ids), tuple(float(each["score"]) for each in given), tuple(each["group"] for each in given))


def target_of(given: object) -> Target:
    """A target from its JSON, `{group: "3/10" | 0.3}`. Raises InputError for what is none."""
    if not isinstance(given, Mapping):
        raise InputError("the target is no JSON object", hint='write {"H": "1/2", "L": 0.5}')
    return parse_target(given)


def share_of(given: str) -> Fraction:
    """A share as it was typed: 0.3 is 3/10. Raises InputError for what is none."""
    return exact_share("the share", given)


def reranked(given: Listed, target: Target, k: int, way: Way) -> dict[str, Any]:
    """The first k of a list under a target, and what that changed."""
    found = rerank(given.groups, given.scores, target, k, way)
    shown = [given.groups[place] for place in found.order]
    return {
        "order": [given.ids[place] for place in found.order],
        "rank_before": {given.ids[place]: rank for place, rank in zip(found.order, found.rank_before, strict=True)},
        "ndcg": found.ndcg,
        "ndkl": _finite(found.ndkl),
        "shortfall": dict(found.shortfall),
        "method": way.method,
        "floors_met": found.floors_met,
        "infeasible": [infeasible_index(shown, target.shares), infeasible_count(shown, target.shares)],
        "largest_fall": found.largest_fall,
        "held": str(found.held),
        "ndcg_of_target": found.ndcg_of_target,
        "moves": {given.ids[place]: said for place, said in zip(found.order, found.because, strict=True) if said},
        "notes": list(found.notes),
    }


def measure(name: str, given: object, asked: Asked) -> dict[str, Any]:
    """One measure of a list, of numbers, or of nothing but its parameters: `{"value": …}` and what belongs to it.

    Raises InputError for a measure that there is not, and where a measure lacks what it needs.
    """
    if name not in MEASURES:
        raise InputError(f"there is no measure {name[:80]!r}", hint=f"measures: {', '.join(MEASURES)}")
    found: dict[str, Any] = _rounded(MEASURES[name](given, asked))
    return {"measure": name, **found}


def needs_list(name: str) -> bool:
    """Whether a measure reads a list."""
    return name not in ("fa-star-table", "hypergeometric")


def _target(asked: Asked) -> Mapping[str, Fraction]:
    if asked.target is None:
        raise InputError("this measure compares with a target and none was given", hint="--target FILE")
    return asked.target.shares


def _groups(given: object, asked: Asked) -> tuple[str, ...]:
    groups = listed(given).groups
    if asked.k is not None and not 1 <= asked.k <= len(groups):
        raise InputError(f"a list of {len(groups)} has no first {asked.k}", hint=f"k is 1 to {len(groups)}")
    return groups[: asked.k]


def _ndkl(given: object, asked: Asked) -> dict[str, Any]:
    return {"value": ndkl(_groups(given, asked), _target(asked))}


def _skew(given: object, asked: Asked) -> dict[str, Any]:
    groups = _groups(given, asked)
    found = skew(groups, _target(asked), len(groups))
    return {"value": found, "min": min(found.values()), "max": max(found.values()), "k": len(groups)}


def _infeasible(given: object, asked: Asked) -> dict[str, Any]:
    groups, target = _groups(given, asked), _target(asked)
    index, count = infeasible_index(groups, target), infeasible_count(groups, target)
    return {"value": index, "index": index, "count": count}


def _exposure(given: object, asked: Asked) -> dict[str, Any]:
    everybody, groups = listed(given), _groups(given, asked)
    members = Counter(everybody.groups)
    names = [name for name, _ in members.most_common()]
    heads = [members[name] for name in names]
    seen = group_exposure(groups, asked.browsing)
    exposure = [seen.get(name, 0.0) for name in names]
    relevance = [
        math.fsum(s for s, g in zip(everybody.scores, everybody.groups, strict=True) if g == name) / members[name]
        for name in names
    ]
    parity = exposure_parity(exposure, heads, 0).tolist()
    treatment = treatment_ratio(exposure, heads, relevance, 0).tolist()
    return {
        "value": exposure_shares(groups, asked.browsing),
        "against": names[0],
        "parity": dict(zip(names, parity, strict=True)),
        "treatment": dict(zip(names, treatment, strict=True)),
        "browsing": asked.browsing,
    }


def _awrf(given: object, asked: Asked) -> dict[str, Any]:
    return {"value": awrf_of_list(group_exposure(_groups(given, asked), asked.browsing), _target(asked))}


def _gini(given: object, _asked: Asked) -> dict[str, Any]:
    return {"value": gini(_numbers(given))}


def _hhi(given: object, _asked: Asked) -> dict[str, Any]:
    amounts = _numbers(given, by_group=True)
    found = herfindahl(amounts)
    return {"value": found.hhi, "effective_number": found.effective_number, "normalised": found.normalised}


def _numbers(given: object, by_group: bool = False) -> Sequence[float]:
    """Plain numbers as they are; of a list of candidates the scores, or how many there are of each group."""
    if isinstance(given, list) and given and not isinstance(given[0], dict):
        if not all(isinstance(each, int | float) and not isinstance(each, bool) for each in given):
            raise InputError("the list mixes numbers with other things", hint="write [0.5, 0.25, 0.25]")
        return given
    found = listed(given)
    return list(Counter(found.groups).values()) if by_group else found.scores


def _fair_table(_given: object, asked: Asked) -> dict[str, Any]:
    if asked.k is None or asked.p is None:
        raise InputError("a FA*IR table needs a length and a share", hint="--k 10 --p 0.5 --alpha 0.1")
    table = fair_table(asked.k, asked.p, asked.alpha)
    return {
        "value": list(table.m_adjusted), "k": asked.k, "p": table.p, "alpha": table.alpha,
        "m_unadjusted": list(table.m), "fail_unadjusted": table.fail, "alpha_adjusted": table.alpha_adjusted,
        "m_adjusted": list(table.m_adjusted), "fail_adjusted": table.fail_adjusted,
        "vacuous": table.vacuous, "needs_k": table.needs_k, "warning": table.warning,
    }  # fmt: skip


def _hypergeometric(_given: object, asked: Asked) -> dict[str, Any]:
    if asked.pool is None or asked.protected is None or asked.k is None or asked.observed is None:
        raise InputError(
            "the test needs the pool, its protected members, the draw and what was seen",
            hint="--pool 200 --protected 60 --k 20 --observed 2",
        )
    tails = draw_tails(asked.observed, asked.pool, asked.protected, asked.k)
    return {"value": tails.hypergeometric, "binomial": tails.binomial, "expected": tails.expected}


MEASURES: Final[Mapping[str, Callable[[object, Asked], dict[str, Any]]]] = {
    "ndkl": _ndkl,
    "skew": _skew,
    "infeasible": _infeasible,
    "exposure": _exposure,
    "awrf": _awrf,
    "gini": _gini,
    "hhi": _hhi,
    "fa-star-table": _fair_table,
    "hypergeometric": _hypergeometric,
}
MODELS: Final = tuple(BROWSING)


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else value


def _rounded(value: Any) -> Any:
    """Figures to six places; what is infinite or no number is text, because JSON has no word for it."""
    if isinstance(value, float):
        return round(value, _PLACES) if math.isfinite(value) else str(value)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return [_rounded(item) for item in value] if isinstance(value, list) else value
