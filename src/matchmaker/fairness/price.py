"""What a target may cost: an nDCG that the list may not fall below, and the part of the target held above it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from matchmaker.errors import InputError
from matchmaker.fairness.outcome import Reranked

STEPS = 100
_ROUNDING = 1e-12


def check_ndcg_floor(least: float) -> None:
    """Raise InputError for an nDCG floor outside 0 to 1."""
    if not 0 <= least <= 1:
        raise InputError(f"the nDCG floor is {least}", hint="an nDCG floor lies between 0 and 1, for example 0.95")


def with_ndcg_floor(
    least: float, of_part: Callable[[Fraction], Reranked], nested: bool, steps: int = STEPS
) -> Reranked:
    """The list that holds the largest part of a target with an nDCG of at least `least`, in [0, 1].

    `of_part(t)` is the list that holds the part t of the target, floors ⌊t · p · i⌋; t = 0 is the order by score, whose
    nDCG is 1. Where the whole target costs too much, t is the largest of the `steps` equal parts whose list does not:
    by halving where the lists are `nested` (each is the best within its floors, and more floors never gain), else by
    trying each from the top. The answer says in `held` which part that is, in `ndcg_of_target` what the whole would
    have had, and in `notes` that both cannot hold. Raises InputError for a `least` outside 0 to 1.
    """
    check_ndcg_floor(least)
    whole = of_part(Fraction(1))
    if _affordable(whole, least):
        return whole
    found = (_by_halving if nested else _from_the_top)(least, of_part, steps)
    said = (
        f"the target and an nDCG of at least {least:g} cannot both hold: with the whole target it is {whole.ndcg:.4f}, "
        f"{least - whole.ndcg:.4f} too low; {float(found.held):.0%} of the target is held instead, "
        f"at an nDCG of {found.ndcg:.4f}"
    )
    return replace(found, ndcg_of_target=whole.ndcg, notes=(said, *found.notes))


def _by_halving(least: float, of_part: Callable[[Fraction], Reranked], steps: int) -> Reranked:
    good, bad, best = 0, steps, None
    while bad - good > 1:
        middle = (good + bad) // 2
        tried = of_part(Fraction(middle, steps))
        good, bad, best = (middle, bad, tried) if _affordable(tried, least) else (good, middle, best)
    return best or of_part(Fraction(0))


def _from_the_top(least: float, of_part: Callable[[Fraction], Reranked], steps: int) -> Reranked:
    tried = (of_part(Fraction(step, steps)) for step in range(steps - 1, 0, -1))
    return next((result for result in tried if _affordable(result, least)), None) or of_part(Fraction(0))


def _affordable(result: Reranked, least: float) -> bool:
    return result.ndcg >= least - _ROUNDING
