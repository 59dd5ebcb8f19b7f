"""Events as an audit reads them, made by hand or by dice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import numpy as np

from matchmaker.domain.events import STAGES, Counts, EquityOutcome, ListEvent, ShownPeople

ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "income_group": ("H", "UM", "LM", "L", "unknown"),
    "region": ("north", "south", "east", "west", "isles", "plains", "coast", "hills"),
    "ldc": ("LDC", "other", "unknown"),
    "organisation_type": (
        "university",
        "company",
        "hospital",
        "ngo",
        "public_body",
        "research_org",
        "other",
        "unknown",
    ),
    "profile": ("thin", "full"),
    "language": ("en", "fr", "es", "sw", "ar", "zh", "pt", "unknown"),
}
NO_TARGET = EquityOutcome("income_group", "floors", {}, "none", "", "", 1.0, 0.95, 1.0, True, 0, {})
START = datetime(2026, 1, 1, 12, tzinfo=UTC)
FILTERS = ("index", "other country", "not a past co-author", "language", "call", "held back")


def an_event(shown: Sequence[tuple[str, str]], **given: Any) -> ListEvent:
    """One list of (person, income group) pairs; the pool is those shown, unless `pool` (group → people) is given.

    `groups`, `countries`, `scores` and `rank_before` along the places, and any field of `ListEvent`, may be given.
    """
    people = tuple(person for person, _ in shown)
    incomes = tuple(group for _, group in shown)
    pool = given.pop("pool", dict(Counter(incomes)))
    groups = given.pop("groups", {"income_group": incomes})
    places = ShownPeople(
        people,
        tuple(given.pop("countries", ["" for _ in people])),
        tuple(given.pop("scores", [1 - place / 100 for place in range(len(people))])),
        tuple(given.pop("rank_before", range(1, len(people) + 1))),
        groups,
    )
    stages = {stage: {"income_group": pool} for stage in STAGES[:-1]}
    stages["shown"] = {name: dict(Counter(of_place)) for name, of_place in groups.items()}
    fields = {
        "at": START, "run_id": "run", "role": "researcher", "direction": "text", "call": None, "generation": "g1",
        "k": len(people), "seeker": {}, "home": "", "stages": stages, "crossed": {}, "filters": (),
        "shown": places, "by_score": groups, "relevance": {}, "equity": NO_TARGET,
    }  # fmt: skip
    return ListEvent(**{**fields, **given})


def listed(n: int, order: str, **given: object) -> list[ListEvent]:
    """`n` lists of the groups in `order` ("HHUL"), each of other people."""
    return [
        an_event([(f"p{number}-{place}", group) for place, group in enumerate(order)], run_id=f"run-{number}", **given)
        for number in range(n)
    ]


def many_events(
    n: int,
    seed: int = 0,
    *,
    k: int = 20,
    people: int = 5000,
    attributes: Mapping[str, tuple[str, ...]] = ATTRIBUTES,
    days: int = 300,
    pool: int = 120,
) -> list[ListEvent]:
    """Random lists of one invented population, whose stages follow from one another."""
    dice = np.random.default_rng(seed)
    population = _population(dice, people, attributes)
    return [_random_event(dice, population, attributes, number, (k, days, pool)) for number in range(n)]


def _population(dice: np.random.Generator, people: int, attributes: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    groups = {name: np.array(of)[_skewed(dice, people, len(of))] for name, of in attributes.items()}
    countries = np.array([f"{group[:1].upper()}{dice.integers(4)}" for group in groups[next(iter(attributes))]])
    return {"groups": groups, "countries": countries, "people": people}


def _skewed(dice: np.random.Generator, people: int, n: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    weights = 1.0 / np.arange(1, n + 1) ** 1.5
    return dice.choice(n, people, p=weights / weights.sum())


def _random_event(
    dice: np.random.Generator, population: Any, attributes: Mapping[str, tuple[str, ...]], number: int, sizes: Any
) -> ListEvent:
    k, days, pool = sizes
    left = [np.arange(population["people"])]
    for _ in FILTERS[1:]:
        left.append(left[-1][dice.random(len(left[-1])) < 0.9])
    ranked = left[-1][np.argsort(dice.random(len(left[-1])))][:pool]
    relevant = ranked[: max(1, len(ranked) * 2 // 3)]
    scores = np.sort(dice.uniform(0.3, 1.0, len(relevant)).round(6))[::-1]
    chosen = np.arange(min(k, len(relevant)))
    if dice.random() < 0.5:
        dice.shuffle(chosen)
    by_stage = dict(zip(STAGES, (left[0], left[-2], left[-1], ranked, relevant, relevant[chosen]), strict=True))
    groups = population["groups"]
    income = groups[next(iter(attributes))]
    return ListEvent(
        at=START + timedelta(days=int(dice.integers(days))),
        run_id=f"run-{number}", role="researcher", direction="text", call=None, generation=f"g{number % 2}", k=k,
        seeker={"income_group": "H"}, home="FR",
        stages={stage: _counts(groups, of) for stage, of in by_stage.items()},
        crossed={stage: _crossed(groups, by_stage[stage]) for stage in ("pool", "eligible", "relevant")},
        filters=tuple((name, _counts(groups, of)) for name, of in zip(FILTERS, left, strict=True)),
        shown=ShownPeople(
            tuple(f"p{person:06d}" for person in relevant[chosen].tolist()),
            tuple(population["countries"][relevant[chosen]].tolist()),
            tuple(scores[chosen].tolist()), tuple((chosen + 1).tolist()),
            {name: tuple(of[relevant[chosen]].tolist()) for name, of in groups.items()},
        ),
        by_score={name: tuple(of[relevant[: len(chosen)]].tolist()) for name, of in groups.items()},
        relevance={name: _means(of[relevant], scores) for name, of in groups.items()},
        equity=_outcome(dice, next(iter(attributes)), Counter(income[relevant].tolist()), len(relevant)),
    )  # fmt: skip


def _counts(groups: Mapping[str, Any], people: Any) -> Counts:
    return {name: dict(Counter(of[people].tolist())) for name, of in groups.items()}


def _crossed(groups: Mapping[str, Any], people: Any) -> Counts:
    first, *others = groups
    pairs = {
        other: zip(groups[first][people].tolist(), groups[other][people].tolist(), strict=True) for other in others
    }
    return {f"{first}×{other}": dict(Counter(f"{a}×{b}" for a, b in pair)) for other, pair in pairs.items()}


def _means(groups: Any, scores: Any) -> dict[str, float]:
    return {group: round(float(scores[groups == group].mean()), 6) for group in sorted(set(groups.tolist()))}


def _outcome(dice: np.random.Generator, attribute: str, pool: Counter[str], n: int) -> EquityOutcome:
    if dice.random() < 0.2:
        return NO_TARGET
    target = {group: str(Fraction(count, n)) for group, count in sorted(pool.items())}
    met = bool(dice.random() < 0.7)
    return EquityOutcome(
        attribute, "floors", target, "pool", "the default", "", float(dice.uniform(0.95, 1)), 0.95, 1.0, met,
        int(dice.integers(5)), {} if met else {next(iter(target)): 1},
    )  # fmt: skip
