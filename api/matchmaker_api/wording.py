"""Results in words and in flat rows; used by the command line, the pages and the notebooks alike."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from matchmaker.places.resolve import display_name
from matchmaker_api.equity_words import group_text
from matchmaker_api.verdict_words import verdict_lines

Result = dict[str, Any]

BANDS = {
    "strong": "strong: as near as the middle of people who did work together, or nearer",
    "good": "good: as near as the lower quarter of people who did work together",
    "exploratory": "exploratory: further apart than most people who did work together, or too few of these are known",
}


def country_text(researcher: dict[str, Any]) -> str:
    """Where somebody would join from, always said."""
    if researcher["home"] == "country":
        return f"{display_name(researcher['country'])} ({researcher['country']})"
    return "international organisation" if researcher["home"] == "international" else "country to be confirmed"


def flat_row(result: Result) -> dict[str, Any]:
    """A result as one row of a table or CSV file."""
    who = result["researcher"]
    return {
        "rank": result["rank"],
        "name": who["name"],
        "country": who["country"] or who["home"],
        "institution": who["institution"]["name"],
        "score": result["score"],
        "band": result["band"],
        "lift": result["lift"],
        "lift_labels": result.get("lift_labels"),
        "channel": result["channel"],
        "group": result["fairness"]["group"],
        "rank_before": result["fairness"]["rank_before"],
        "evidence": result["evidence"][0]["work"]["title"] if result["evidence"] else "",
        "terms": "; ".join(result["evidence"][0]["terms"]) if result["evidence"] else "",
        "eligibility": result["eligibility"]["status"],
        "effect": result["eligibility"].get("effect"),
        "helps": "; ".join(result["eligibility"].get("helps", [])),
        "role": result["eligibility"].get("role"),
        "may_be_paid": result["eligibility"].get("funded"),
        "safeguards": result["safeguards"]["decision"],
        "declared_terms": result["terms"]["outcome"],
        "id": who["id"],
        "orcid": who["orcid"],
    }


def lift_text(result: Result) -> str:
    """What a lift says, with how much it rests on."""
    times = f"{result['lift']:,.1f}" if result["lift"] < 10 else f"{result['lift']:,.0f}"
    return (
        f"People with this score began to work together {times} times as often as a random eligible pair "
        f"({result['lift_labels']} known pairs near this score)."
    )


def why_lines(result: Result) -> list[str]:
    """Everything that made a result, line by line."""
    who = result["researcher"]
    place = who["institution"]["name"]
    return [
        f"{result['rank']}. {who['name']}, {place + ', ' if place else ''}{country_text(who)}",
        f"Match: {BANDS[result['band']]}.",
        *([lift_text(result)] if result["lift"] is not None else []),
        *_score_lines(result),
        *_evidence_lines(result),
        *_topic_lines(result),
        *_tie_lines(result),
        *_equity_lines(result["fairness"]),
        *verdict_lines(result),
    ]


def _score_lines(result: Result) -> list[str]:
    parts = [
        f"  {p['feature']}: {p['value']:.3f} × {p['weight']:g} = {p['points']:.3f}" for p in result["contributions"]
    ]
    return [f"Score {result['score']:.3f}, the sum of", *parts]


def _evidence_lines(result: Result) -> list[str]:
    lines = ["Their texts nearest to what is sought:"]
    for item in result["evidence"]:
        lines.append(f"  “{item['work']['title']}”{_year(item['work'])}, similarity {item['similarity']:.3f}")
        if item["matched"]:
            lines.append(f"    beside “{item['matched']['title']}”{_year(item['matched'])}")
        if item["terms"]:
            lines.append(f"    both use: {', '.join(item['terms'])}")
    if result["researcher"]["thin"]:
        lines.append("  Little to go by: two texts or fewer.")
    return lines


def _topic_lines(result: Result) -> list[str]:
    named = (("Shared topics", "shared_topics"), ("They add", "complementary_topics"))
    return [f"{label}: {', '.join(result[key])}." for label, key in named if result[key]]


def path_text(result: Result) -> str:
    """The shortest way over co-authors, in words; only where there is one."""
    between = result["path"]
    ways = [f"{one} wrote with {two}" for one, two in pairwise([*between, result["researcher"]["name"]])]
    return f"You wrote with {between[0]}; {'; '.join(ways)}."


def _tie_lines(result: Result) -> list[str]:
    lines = []
    if result["via"]:
        lines.append(f"Bridged: wrote with {', '.join(result['via'])}, who could introduce you.")
    elif result.get("path"):
        lines.append(f"No co-author in common. {path_text(result)}")
    if result["conflicts"]["coauthor"]:
        lines.append("You have published together before.")
    if result["conflicts"]["shares_secondary_country"]:
        lines.append("One of your current posts is in the same country.")
    return lines


def _equity_lines(fairness: dict[str, Any]) -> list[str]:
    group = group_text(fairness["group"])
    if fairness["moved"] == 0:
        return [f"Equity step: {group}; rank {fairness['rank_before']} before and after."]
    return [f"Equity step: {group}; {fairness['because'] or 'moved'} (rank {fairness['rank_before']} before)."]


def _year(work: dict[str, Any]) -> str:
    return f" ({work['year']})" if work["year"] else ""


STEPS = {
    "has_texts": "with something to go by",
    "not_the_seeker": "other than the seeker",
    "country_known": "country known",
    "cross_border": "across a border",
    "other_organisation": "another organisation",
    "new_partner": "not a past co-author",
    "countries": "in a wanted country",
    "not_countries": "not in an unwanted country",
    "rules": "may join under the call",
    "helpful": "would help the team",
    "available": "available",
    "call_terms": "terms the call allows",
    "terms": "terms that can be agreed",
    "ranked": "nearest, and scored",
    "shown": "shown",
}
FEATURES = {
    "words": "how near their texts are by the words used",
    "meaning": "how near their texts are in meaning",
    "focus": "whether it is what they mostly work on",
    "acquaintance": "how near you are in the network of co-authors",
    "complementarity": "shared ground, and something beyond it",
    "recency": "how lately they worked",
    "thinness": "how few texts there are to go by",
    "terms": "how much of what was declared is known to stand in the way of an agreement",
}
CHANNELS = {
    "bridged": "bridged: you share co-authors",
    "discovery": "discovery: no co-author in common",
}


def step_text(step: str) -> str:
    """A filter in a few words; a step without words of its own is shown by its name."""
    return STEPS.get(step, step.replace("_", " "))


def feature_text(feature: str) -> str:
    """A part of a score in a few words."""
    return FEATURES.get(feature, feature.replace("_", " "))


def equity_text(fairness: dict[str, Any]) -> str:
    """What the equity step did to one person, in a sentence without a full stop."""
    if fairness["moved"] == 0:
        return "the equity step left this place as it was"
    direction = "up" if fairness["moved"] > 0 else "down"
    return fairness["because"] or f"moved {direction} by the equity step"
