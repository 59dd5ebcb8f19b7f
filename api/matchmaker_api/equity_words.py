"""The equity step in words: groups, what a target cost, and why it could not be met."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from matchmaker.domain import group_words

_TARGETS: Final[Mapping[str, str]] = {
    "pool": "as the groups share the pool", "uniform": "equal shares", "policy": "shares that were set", "none": "none",
}  # fmt: skip
_LACKING: Final = "cannot be filled"
_STEPS: Final[Mapping[str, str]] = {
    "before_ranking": "before ranking, by rules, filters or safeguards",
    "available": "by safeguards",
    "rules": "by the rules of the call",
    "helpful": "because they would not help the team",
    "terms": "by declared terms",
    "call_terms": "by terms the call does not allow",
}


def group_text(group: str) -> str:
    """A group of any attribute in words, where the attribute is not named beside it."""
    return "group unknown" if group == "unknown" else group_words.group_text(group)


def price_lines(meta: Mapping[str, Any]) -> list[str]:
    """What the equity step of a list did and cost, in sentences."""
    equity = meta["policy"]["equity"]
    if equity["target"] == "none":
        return ["No equity step: the list is by score alone."]
    kept = f"The equity step kept {100 * equity['ndcg']:.1f} % of the relevance of the list by score alone (nDCG)"
    fall = equity.get("largest_fall", 0)
    lines = [f"{kept}; {_fall(fall)}.", _author(equity)]
    # What the pool lacks is told below, with the reason.
    told = [note for note in equity.get("notes", []) if not note.endswith(_LACKING)]
    lines += [f"{note[:1].upper()}{note[1:]}." for note in told]
    for aim in (equity, *equity.get("also", [])):
        lines += [*_missing(aim), *_unmet(aim)]
    return lines


def _author(equity: Mapping[str, Any]) -> str:
    why = f": {equity['why']}" if equity.get("why") else ""
    return f"Target ({_TARGETS[equity['target']]}) set by {equity['set_by']}{why}."


def _missing(aim: Mapping[str, Any]) -> list[str]:
    """Floors that are not held at the end of the list although there were people for them."""
    return [
        f"{group_text(group).capitalize()}: {told['shown']} of the {told['asked']} places that its share asks for."
        for group, told in aim.get("below", {}).items() if group not in aim["unmet"]
    ]  # fmt: skip


def _fall(places: int) -> str:
    if places == 0:
        return "nobody was moved down"
    return f"nobody was moved down by more than {places} place{'' if places == 1 else 's'}"


def _unmet(aim: Mapping[str, Any]) -> list[str]:
    causes = aim.get("unmet_because", {})
    return [_because(group, places, causes.get(group)) for group, places in aim["unmet"].items()]


def _because(group: str, places: int, cause: Mapping[str, Any] | None) -> str:
    what = "1 place of its share has" if places == 1 else f"{places} places of its share have"
    empty = f"{group_text(group).capitalize()}: {what} nobody of the group"
    if cause is None:
        return f"{empty}."
    removed = dict(cause["removed"])
    told = [f"{removed.pop(step)} removed {why}" for step, why in _STEPS.items() if step in removed]
    if others := sum(removed.values()):
        told.append(f"{others} by the filters of the question")
    near = f"{cause['relevant']} of {cause['admitted']} who may be suggested are near enough"
    return f"{empty}: {near}{'; ' if told else ''}{', '.join(told)}."


def sharing_lines(sharing: dict[str, Any]) -> list[str]:
    """What making several lists together did, in sentences."""
    lines = [
        f"{sharing['lists']} lists: nobody is in more than {sharing['most_lists']} "
        f"(by score alone {sharing['most_lists_before']})",
        f"of {sharing['people']} people fetched, {100 * sharing['coverage']:.1f} % are in a list "
        f"(by score alone {100 * sharing['coverage_before']:.1f} %); "
        f"Gini {sharing['gini']:.3f} (by score alone {sharing['gini_before']:.3f})",
        f"relevance kept (nDCG): mean {sharing['ndcg_mean']:.3f}, lowest {sharing['ndcg_lowest']:.3f}",
    ]
    return lines + [f"note: {note}" for note in sharing["notes"]]
