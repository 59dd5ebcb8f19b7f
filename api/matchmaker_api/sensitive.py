"""What of an answer would tell somebody's career stage: for programme staff alone, also where a target rests on it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from matchmaker.domain.matches import FairnessNote, MatchAnswer
from matchmaker_api.access import may

# Attributes that people declare. Gender is none of them that a target can be set for.
DECLARED: Final = ("career_stage",)
NOT_TOLD: Final = "not told"
_BECAUSE: Final = "moved so that groups hold their share of the list"


def without_sensitive_groups(role: str, answer: MatchAnswer) -> MatchAnswer:
    """The answer without the group of anybody, and without counts by group, where the role may not see them."""
    equity = answer.meta.policy["equity"]
    aims = [equity, *equity["also"]]
    if may(role, "sensitive_groups") or not any(aim["attribute"] in DECLARED for aim in aims):
        return answer
    is_first = equity["attribute"] in DECLARED
    results = tuple(replace(each, fairness=_note(each.fairness, is_first)) for each in answer.results)
    told = {**_aim(equity), "also": [_aim(aim) for aim in equity["also"]], "notes": []}
    return replace(answer, meta=replace(answer.meta, policy={**answer.meta.policy, "equity": told}), results=results)


def _note(note: FairnessNote, is_first: bool) -> FairnessNote:
    return replace(note, group=NOT_TOLD if is_first else note.group, because=_BECAUSE if note.because else None)


def _aim(aim: dict[str, Any]) -> dict[str, Any]:
    if aim["attribute"] not in DECLARED:
        return aim
    shares = aim["shares"] if aim["target"] == "policy" else None  # those of a pool say who is in it
    return {
        **aim,
        "shares": shares,
        "pool": {NOT_TOLD: sum(aim["pool"].values())},
        "unmet": {},
        "unmet_because": {},
        "below": {},
    }
