"""Partners for the tests of calls, written as short as they can be: everything not named is settled and harmless."""

from __future__ import annotations

from typing import Any

from matchmaker.domain.teams import Team
from matchmaker.rules.language import preset
from matchmaker.rules.team import TeamVerdict, judge
from matchmaker.rules.teams import team_of

_OF_ORG = ("type", "sme", "group", "control", "gep", "iero", "io", "eu_body", "hq", "subdivision", "id", "flags")


def party(country: str | None, role: str = "beneficiary", **more: Any) -> dict[str, Any]:
    """A university with a gender equality plan that asks for money, unless said otherwise."""
    org = {"id": f"org-{country}", "country": country, "type": "university", "gep": True}
    org |= {key: more.pop(key) for key in _OF_ORG if key in more}
    return {"org": org, "role": role, "funded": True, **more}


CERN = party(None, id="cern", type="research_org", iero=True, io=True, hq="CH")


def team(*partners: dict[str, Any], **project: Any) -> Team:
    return team_of({"partners": list(partners), "project": project})


def verdict(call: str, *partners: dict[str, Any], **project: Any) -> TeamVerdict:
    return judge(preset(call), team(*partners, **project))


def status(of: TeamVerdict, clause: str) -> str:
    return next(each.status for each in of.clauses if each.id == clause)


def need(of: TeamVerdict, clause: str) -> int:
    return int(next(each.finding.need for each in of.clauses if each.id == clause))


def eurostars(*, lead_budget: float, other_budget: float, lead: str = "DE", other: str = "FR") -> Any:
    first = party(lead, "coordinator", type="company", sme=True, flags={"innovative": True}, budget=lead_budget)
    second = party(other, budget=other_budget)
    return verdict("eurostars", first, second, duration_months=36, statements={"civil_purpose": True})
