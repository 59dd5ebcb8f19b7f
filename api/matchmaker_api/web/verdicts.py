"""Verdicts in words: what the rules of a call, the safeguards and the terms say, as badges and as lists.

Answers are kept for years, so every key that an older answer lacks has a neutral value here. Colour never speaks alone:
each badge has its words, each mark its name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from matchmaker_api import verdict_words
from matchmaker_api.verdict_words import CLAUSES, DECISIONS, EFFECTS

Tone = Literal["good", "care", "bad", "plain"]
Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Badge:
    """A few words, and how they are meant."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Check:
    """A rule that was checked: its mark, whether it is met in words, the rule itself, and what was found."""

    id: str
    status: str
    said: str
    rule: str
    consequence: str
    detail: str = ""
    need: str = ""


STATUSES: Final = CLAUSES
CONSEQUENCES: Final = {
    "ineligible": "a condition", "unfunded": "decides on funding only", "evidence": "to be shown on paper",
    "advice": "advice, not a condition",
}  # fmt: skip
_RESULT_TONES: Final[dict[str, Tone]] = {
    "eligible": "good", "incomplete": "care", "review": "care", "ineligible": "bad",
}  # fmt: skip
RESULTS: Final = {word: Badge(said, _RESULT_TONES[word]) for word, said in verdict_words.RESULTS.items()}
CONFIDENCE: Final[dict[str, Tone]] = {"high": "good", "medium": "plain", "low": "care"}
_OUTCOME_TONES: Final[dict[str, Tone]] = {
    "compatible": "good", "negotiable": "care", "incompatible": "bad", "unknown": "plain",
}  # fmt: skip
OUTCOMES: Final = {word: Badge(f"terms {said}", _OUTCOME_TONES[word]) for word, said in verdict_words.OUTCOMES.items()}
TIERS: Final = {
    "T0": "T0, open data only", "T1": "T1, registered users", "T2": "T2, by agreement, for named users",
    "T3": "T3, in an enclave, no download", "T4": "T4, none from outside",
}  # fmt: skip
_ELIGIBILITY: Final[dict[str, Any]] = {
    "status": "eligible", "clauses": [], "effect": None, "helps": [], "sentences": [], "role": None, "funded": None,
}  # fmt: skip
_SAFEGUARDS: Final[dict[str, Any]] = {
    "decision": "not_screened", "state": "available", "tier": None, "conditions": [], "reasons": [],
}  # fmt: skip
_TERMS: Final[dict[str, Any]] = {"outcome": "unknown", "score": None, "rules": [], "conditions": []}
_RESTED_ON: Final[dict[str, Any]] = {"at": None, "gaps": [], "lists": [], "topics": [], "topics_note": ""}
_COUNTED: Final = re.compile(r"(\w+) (\S+) against min (\S+)")


def eligibility(result: Told) -> dict[str, Any]:
    """What the rules said of one result, with every key."""
    return {**_ELIGIBILITY, **result["eligibility"]}


def safeguards(result: Told) -> dict[str, Any]:
    """What the safeguards said of one result, with every key; each condition as {code, text, owner_role, due}."""
    told = {**_SAFEGUARDS, **result["safeguards"]}
    blank = {"code": "", "text": "", "owner_role": "", "due": ""}
    conditions = [{**blank, **({"text": each} if isinstance(each, str) else each)} for each in told["conditions"]]
    return {**told, "conditions": conditions}


def terms(result: Told) -> dict[str, Any]:
    """What the terms said of one result, with every key."""
    return {**_TERMS, **result["terms"]}


def rested_on(meta: Told) -> dict[str, Any]:
    """The lists and topics that the safeguards of a run rested on, with every key."""
    return {**_RESTED_ON, **(meta.get("safeguards") or {})}


def rules_of(meta: Told) -> dict[str, Any] | None:
    """The call under whose rules a run was made; None for a run without one."""
    found: dict[str, Any] | None = meta.get("rules")
    return found


def badges(result: Told, meta: Told) -> list[Badge]:
    """One badge or two for the rules of the call, one for the screening, one for the terms."""
    found = eligibility(result)
    rules = rules_of(meta)
    return [*(_of_rules(found, rules) if rules else []), screening(result, meta), _of_terms(terms(result))]


def checks(clauses: Sequence[Told], sentences: Mapping[str, str] | None = None) -> list[Check]:
    """Clauses of an answer as a list to read; `sentences` has the rule in words where an answer has only its id."""
    return [
        Check(
            each["id"], each["status"], STATUSES[each["status"]],
            (sentences or {}).get(each["id"]) or each["text"] or each["id"].replace("-", " "),
            CONSEQUENCES[each["effect"]], each["detail"], _still(each.get("need")),
        )
        for each in clauses
    ]  # fmt: skip


def lacking(found: Sequence[Check]) -> list[Check]:
    """What is not met or not known, the gravest first; advice and what decides only on funding come last."""
    order = {"fail": 0, "open": 1, "unknown": 2}
    late = (CONSEQUENCES["unfunded"], CONSEQUENCES["advice"])
    return sorted(
        (each for each in found if each.status in order),
        key=lambda each: (each.consequence in late, order[each.status]),
    )


def completion(told: Told | None) -> str:
    """Whether further partners could complete the team, in a sentence; "" where that was not worked out."""
    if not told:
        return ""
    state, further = told["state"], told.get("further")
    if state == "complete":
        return "Nothing is lacking that further partners could add."
    if state == "dead":
        return f"No further partner can complete this team: {' and '.join(told['collides'])} cannot be met."
    if state != "completable":
        why = f": {told['reason']}" if told.get("reason") else ""
        return f"Whether further partners could complete the team could not be settled{why}."
    who = told.get("example") or ""
    example = "; ".join(who) if isinstance(who, list | tuple) else who
    partners = "1 more partner" if further == 1 else f"{further} more partners"
    least = partners if told.get("exact", True) else f"At least {partners}"
    return f"{least} would complete it{f', for example {example}' if example else ''}."


def screening(result: Told, meta: Told) -> Badge:
    """The state of one person, in words that accuse nobody."""
    found, rested = safeguards(result), rested_on(meta)
    if found["decision"] == "block":
        return Badge(DECISIONS["block"], "bad")
    if found["state"] != "available":
        return Badge(found["state"], "care")
    if found["decision"] == "not_screened":
        why = rested["gaps"][0] if rested["lists"] and rested["gaps"] else "no list is loaded"
        return Badge(f"not screened: {why}")
    return Badge("screened: available", "good")


def _of_rules(found: Told, rules: Told) -> list[Badge]:
    if found["status"] == "ineligible":
        failed = [each for each in found["clauses"] if each["status"] == "fail" and each["effect"] == "ineligible"]
        return [Badge(f"may not join: {_named(failed)}", "bad")]
    before = {each["id"]: each for each in (rules["team"] or {}).get("clauses", [])}
    shown = [_of_effect(found, before)]
    shown += [Badge("may join, not paid", "care")] if found["funded"] is False else []
    known = {key for key, each in before.items() if each["status"] != "unknown"}
    unknown = [each for each in found["clauses"] if each["status"] == "unknown" and each["effect"] != "advice"]
    new = [each for each in unknown if each["id"] in known or not before]
    return shown + ([Badge(f"to be reviewed: {_named(new)}", "care")] if new else [])


def _of_effect(found: Told, before: Mapping[str, Told]) -> Badge:
    match found["effect"]:
        case "helps":
            return Badge(f"helps: {_steps(found, before)}", "good")
        case "may help":
            return Badge(f"may help: {_steps(found, before)}", "plain")
        case "useful":
            return Badge(EFFECTS["useful"], "good")
        case "no help":
            return Badge(EFFECTS["no help"])
        case "sets back":
            return Badge(EFFECTS["sets back"], "care")
    return Badge("within the rules of the call", "good")


def _steps(found: Told, before: Mapping[str, Told]) -> str:
    """`countries 2 of 3 → 3 of 3` for the first clause that gains, and how many more do."""
    after = {each["id"]: each for each in found["clauses"]}
    helped = [_step(key, before.get(key), after.get(key)) for key in found["helps"]]
    more = f" and {len(helped) - 1} more" if len(helped) > 1 else ""
    return f"{helped[0]}{more}" if helped else "the team comes nearer to what is asked"


def _step(key: str, before: Told | None, after: Told | None) -> str:
    counts = [_COUNTED.fullmatch(each["detail"]) for each in (before, after) if each]
    if len(counts) == 2 and counts[0] and counts[1]:
        (what, was, least), (_, now, _) = counts[0].groups(), counts[1].groups()
        return f"{what} {was} of {least} → {now} of {least}"
    return key.replace("-", " ")


def _named(clauses: Sequence[Told]) -> str:
    return ", ".join(each["id"].replace("-", " ") for each in clauses)


def _of_terms(found: Told) -> Badge:
    badge = OUTCOMES[found["outcome"]]
    open_points = [each for each in found["rules"] if each["outcome"] == found["outcome"]]
    with_call = any(each["with_call"] for each in open_points)
    if found["outcome"] == "negotiable":
        return Badge(f"{badge.text}: {len(open_points)} point{'' if len(open_points) == 1 else 's'}", badge.tone)
    return Badge(f"{badge.text} with the call", badge.tone) if with_call else badge


def _still(need: Any) -> str:
    return f"{need:g}" if isinstance(need, int | float) and need > 0 else ""
