"""What more or less of a target would have cost: the same questions asked again, from no target to the whole of it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

import numpy as np

from matchmaker.asking import Question, Stopwatch, asked
from matchmaker.domain.matches import MatchRequest
from matchmaker.domain.policies import Aim, Equity
from matchmaker.errors import InputError, NotFoundError, NothingToMatchError
from matchmaker.fairness.step import EquityStep
from matchmaker.matching.corpus import Corpus
from matchmaker.matching.pool import Candidate
from matchmaker.measures.awrf import awrf_of_list
from matchmaker.measures.exposure import group_exposure
from matchmaker.recommend import chosen
from matchmaker.verdicts.everything import Now

_PARTS: Final = (Fraction(1), Fraction(3, 4), Fraction(1, 2), Fraction(1, 4), Fraction(0))
_BY_SCORE: Final = "by score alone"


@dataclass(frozen=True, slots=True)
class PriceCurve:
    """Points (label, mean AWRF against `against`, mean nDCG), and the label of the one whose policy is in force.

    `lists` is how many questions could be asked again; each point is a mean over those with somebody to choose from.
    """

    points: tuple[tuple[str, float, float], ...]
    chosen: str
    against: str
    lists: int


def price_curve(corpus: Corpus, requests: Sequence[MatchRequest], equity: Equity, now: Now) -> PriceCurve:
    """Ask `requests` again under the first attribute of `equity`, from its target to the proportions of the pool.

    The goal is the target of the policy: equal shares, unless it sets shares of its own. Each point mixes it with the
    proportions of the pool; nothing keeps nDCG up here, so that the price is seen. No request gives no points.
    """
    goal = _goal(equity.aim)
    settings = _settings(equity, goal)
    questions = [each for each in (_with_pool(corpus, request, now) for request in requests) if each is not None]
    found = {label: _mean(questions, setting, goal) for label, setting in settings.items()}
    points = tuple((label, *values) for label, values in found.items() if values is not None)
    return PriceCurve(points, _in_force(equity, settings), _named(goal), len(questions))


def _goal(aim: Aim) -> Aim:
    """The aim that a curve leads to: its own shares, or equal ones."""
    return replace(aim, target="policy" if aim.target == "policy" else "uniform", pool_part=Fraction(0))


def _named(goal: Aim) -> str:
    return "the shares of the policy" if goal.target == "policy" else "an equal share for each group of the pool"


def _settings(equity: Equity, goal: Aim) -> dict[str, Equity]:
    parts = {*_PARTS, equity.aim.pool_part if equity.aim.target not in ("pool", "none") else Fraction(1)}
    base = replace(equity, also=(), ndcg_floor=0.0)
    mixes = {_label(part): replace(base, aim=replace(goal, pool_part=part)) for part in sorted(parts, reverse=True)}
    return {_BY_SCORE: replace(base, aim=replace(goal, target="none", shares={})), **mixes}


def _label(part: Fraction) -> str:
    if part == 1:
        return "as the pool"
    return f"{part} as the pool, {1 - part} the goal" if part else "the goal"


def _in_force(equity: Equity, settings: dict[str, Equity]) -> str:
    if equity.aim.target == "none":
        return _BY_SCORE
    label = _label(Fraction(1) if equity.aim.target == "pool" else equity.aim.pool_part)
    return label if label in settings else ""


def _with_pool(corpus: Corpus, request: MatchRequest, now: Now) -> tuple[Question, list[Candidate]] | None:
    """The question and its pool; None where the index no longer knows the seeker or has nothing to compare with."""
    try:
        question = asked(corpus, request, now, Stopwatch(time.perf_counter))
    except (NotFoundError, NothingToMatchError, InputError):
        return None
    return question, question.nearest(request.k)


def _mean(
    questions: Sequence[tuple[Question, list[Candidate]]], equity: Equity, goal: Aim
) -> tuple[float, float] | None:
    found = []
    for question, pool in questions:
        if pool:
            policy = replace(question.request.policy, equity=equity)
            step = chosen(replace(question, request=replace(question.request, policy=policy)), pool)
            found.append((_parity(step, goal), step.ndcg))
    if not found:
        return None
    parity, ndcg = np.mean(found, axis=0).tolist()
    return parity, ndcg


def _parity(step: EquityStep, goal: Aim) -> float:
    """AWRF of the list against the goal, over the groups that the relevant pool has."""
    exposure = group_exposure([step.groups[place] for place in step.order if place < step.relevant])
    shares = goal.shares if goal.target == "policy" else dict.fromkeys(step.pool[0], Fraction(1, len(step.pool[0])))
    return awrf_of_list(exposure, shares)
