"""The verdicts of rules, safeguards and terms in sentences; the same for the command line, the pages and notebooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

Json = Mapping[str, Any]

RESULTS: Final = {
    "eligible": "eligible",
    "incomplete": "not complete yet",
    "review": "to be reviewed: something is not known",
    "ineligible": "ineligible",
}
EFFECTS: Final = {
    "helps": "brings the team nearer to what the call asks for",
    "may help": "may bring the team nearer, if what is not known turns out well",
    "useful": "may join; the team lacks nothing",
    "no help": "may join, and does not reduce what is lacking",
    "sets back": "may join, but then something is lacking that is met now",
}
CLAUSES: Final = {
    "pass": "met",
    "fail": "not met",
    "open": "not met yet",
    "unknown": "not known",
    "n/a": "does not apply",
}
DECISIONS: Final = {
    "allow": "no objection found",
    "allow_with_conditions": "possible under conditions",
    "needs_review": "contact through your research office",
    "block": "not available",
    "not_screened": "not screened",
}
OUTCOMES: Final = {
    "compatible": "compatible",
    "negotiable": "to be negotiated",
    "incompatible": "incompatible",
    "unknown": "not declared",
}


def badges(row: Json) -> str:
    """The verdicts on a flat row in a few words: under a call, where somebody must look, where terms were declared."""
    told = [RESULTS[row["eligibility"]].partition(":")[0], row["effect"]] if row["effect"] else []
    told += [DECISIONS[row["safeguards"]]] if row["safeguards"] not in ("allow", "not_screened") else []
    told += [f"terms {OUTCOMES[row['declared_terms']]}"] if row["declared_terms"] != "unknown" else []
    return " · ".join(told)


def verdict_lines(result: Json) -> list[str]:
    """What rules, safeguards and terms say about one result."""
    return [*_eligibility(result["eligibility"]), *_safeguards(result["safeguards"]), *_terms(result["terms"])]


def rules_lines(meta: Json) -> list[str]:
    """The call and the team so far, for the head of a list; nothing where no call was named."""
    rules = meta.get("rules")
    if not rules:
        return []
    team = rules["team"]
    lines = [
        f"under {rules['call']} ({rules['title']}), reference date {rules['reference_date']}, "
        f"confidence {rules['confidence']}" + (", partly illustrative" if rules["illustrative"] else ""),
        f"the team so far ({team['partners']} partner{'' if team['partners'] == 1 else 's'}"
        + (f", you as {rules['seeker_role']}" if rules["seeker_role"] else "")
        + f"): {RESULTS[team['result']]}",
    ]
    lines += [f"  {CLAUSES[each['status']]}: {each['id']}: {each['detail']}" for each in lacking(team["clauses"])]
    return [*lines, completion_line(team["completion"]), "These are flags for people who decide, not legal advice."]


def completion_line(found: Json) -> str:
    """Whether and with whom a team can still be completed."""
    if found["state"] == "completable":
        return f"further partners needed at least: {found['further']}, such as {'; '.join(found['example'])}"
    said = {
        "complete": "no further partners are needed",
        "dead": f"no further partners can complete this team: {' and '.join(found['collides'])} cannot be met",
        "undecided": f"whether further partners can complete this team is not settled: {found['reason']}",
    }
    return said[found["state"]]


def because_lines(absence: Json) -> list[str]:
    """The clauses or reasons for which somebody was left out, where the reader may see them."""
    clauses = [f"{each['id']}: {each['detail'] or each['text']}" for each in absence.get("clauses", [])]
    return [*clauses, *(_reason(each) for each in absence.get("reasons", []))]


def lacking(clauses: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Clauses that bind and are not met, or not known to be."""
    return [each for each in clauses if each["status"] in ("fail", "open", "unknown") and each["effect"] != "advice"]


def _eligibility(found: Json) -> list[str]:
    if not found["clauses"]:
        return []
    effect = found.get("effect")
    lines = [f"Under the call, with them as {found.get('role') or 'partner'}: {RESULTS[found['status']]}."]
    lines += [f"They {EFFECTS[effect].replace('brings', 'bring', 1)}."] if effect else []
    lines += [f"  {sentence}" for sentence in found.get("sentences", [])]
    lines += [f"  {CLAUSES[each['status']]}: {each['id']}: {each['detail']}" for each in lacking(found["clauses"])]
    if found.get("funded") is False:
        lines.append("  They may join and not be paid from this call.")
    return lines


def _safeguards(found: Json) -> list[str]:
    lines = [f"Safeguards: {DECISIONS[found['decision']]}."]
    lines += [f"  condition: {each['text']} ({each['owner_role']})" for each in found["conditions"]]
    return [*lines, *(f"  {_reason(each)}" for each in found.get("reasons", []))]


def _reason(each: Json) -> str:
    rests_on = " ".join(str(each[key]) for key in ("list", "entry", "version", "date") if each[key])
    return f"{each['rule']} ({each['outcome']}): {each['text']}" + (f" [{rests_on}]" if rests_on else "")


def _terms(found: Json) -> list[str]:
    lines = [f"Terms: {OUTCOMES[found['outcome']]}."]
    lines += [f"  {each['id']} {OUTCOMES[each['outcome']]}: {each['text']}" for each in found["rules"]]
    return [*lines, *(f"  to agree: {each['text']}" for each in found.get("conditions", []))]
