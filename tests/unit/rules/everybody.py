"""All partners of a small world, for a call: a few countries of every kind it tells apart, and all that it asks about.

Nothing here knows how the package looks for partners; the plain evaluator judges every team.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import combinations, combinations_with_replacement, product
from typing import Any

import yaml
from tests.unit.rules.chance import raw_call
from tests.unit.rules.plain import Plain

from matchmaker.domain.teams import Org, Partner, Person
from matchmaker.rules.language import preset
from matchmaker.rules.rulebook import rulebook

Raw = dict[str, Any]
LONG_AGO = {"country": "AQ", "from": "1900-01-01", "to": "1900-01-02"}
OF_EACH_KIND = 3


@cache
def binding_call(call_id: str) -> Raw:
    """The call with its binding clauses only."""
    call = dict(raw_call(call_id))
    call["clauses"] = [each for each in call["clauses"] if each.get("effect", "ineligible") == "ineligible"]
    return call


def lacking(call_id: str, team: Raw) -> set[str]:
    """The binding clauses that the team does not meet and what they are: fail or open."""
    return {status for status in Plain(binding_call(call_id)).statuses(team).values() if status in ("fail", "open")}


@cache
def codes(call_id: str, taken: frozenset[str] = frozenset()) -> list[str]:
    """Of every kind that the sets of the call tell apart, one country that is taken and up to three others."""
    book = rulebook(preset(call_id))
    kinds: dict[tuple[bool | None, ...], list[str]] = {}
    for code in book.countries:
        inside = tuple(places.holds(code) for places in book.sets.values())
        if None not in inside:
            kinds.setdefault(inside, []).append(code)
    both = [([code for code in kind if code in taken][:1], [code for code in kind if code not in taken][:OF_EACH_KIND])
            for kind in kinds.values()]  # fmt: skip
    return [code for old, new in both for code in (*old, *new)]


@cache
def world(call_id: str, taken: frozenset[str] = frozenset()) -> list[Raw]:
    """Partners of every kind that a binding clause may ask for, some of them in countries that are taken."""
    call = binding_call(call_id)
    text = str(yaml.safe_dump({"clauses": call["clauses"], "counting": call.get("counting", {})}))
    flags = sorted(set(re.findall(r"flag: (\w+)", text)))
    roles = {*re.findall(r"  role: (\w+)", text), *re.findall(r"who: (\w+)", text), "beneficiary", "associated"}
    roles |= {"host"} & set(re.findall(r"\w+", text))
    asked = {
        "country": codes(call_id, taken), "role": sorted(roles),
        "type": ["university", "company"] if re.search("org_type|sme|sector", text) else ["university"],
        "flags": [list(each) for size in range(len(flags) + 1) for each in combinations(flags, size)],
        "funded": [True, False] if "funded" in text else [True],
        "control": [["DE"], ["CN"]] if "control" in text else [["DE"]],
        "discipline": [["natural_sciences"], ["humanities", "natural_sciences"], ["engineering"]]
        if "discipline" in text else [["engineering"]],
        "phd": ["2024-05-01", "2010-05-01"] if "phd" in text else ["2010-05-01"],
        "citizen": ["KE", "US", "DE"] if "citizenship" in text else ["DE"],
    }  # fmt: skip
    kinds = [dict(zip(asked, chosen, strict=True)) for chosen in product(*asked.values())]
    everybody = [partner(kind) for kind in kinds] + (
        [partner({**kinds[0], "iero": True})] if "iero" in str(call) else []
    )
    # An organisation that the call names may come in every role.
    for name in re.findall(r"org_id:\s+- ([\w-]+)", text):
        named = {each["role"]: {**each, "org": {**each["org"], "id": name}} for each in everybody}
        everybody += named.values()
    return everybody


def partner(kind: Raw) -> Raw:
    return {
        "org": {
            "country": kind["country"], "type": kind["type"], "sme": kind["type"] == "company", "gep": True,
            "control": kind["control"], "flags": dict.fromkeys(kind["flags"], True),
            **({"iero": True, "hq": "DE"} if "iero" in kind else {}),
        },
        "role": kind["role"], "funded": kind["funded"], "budget": 5, "requested": 5, "person_months": 5,
        "discipline": kind["discipline"],
        "person": {"phd": kind["phd"], "citizenship": [kind["citizen"]], "stays": [LONG_AGO]},
    }  # fmt: skip


def joined(team: Raw, further: tuple[Raw, ...]) -> Raw:
    named = [{**each, "org": {"id": f"further-{number}", **each["org"]}} for number, each in enumerate(further)]
    return {**team, "partners": [*team["partners"], *named]}


def fewest(call_id: str, team: Raw, most: int, tries: int) -> int | None:
    """The smallest number of partners of the world that complete the team; None where no `most` or fewer do.

    Raises OverflowError where more than `tries` teams would have to be looked at.
    """
    for number in range(most + 1):
        for tried, further in enumerate(_chosen(call_id, team, number)):
            if tried > tries:
                raise OverflowError
            if not lacking(call_id, joined(team, further)):
                return number
    return None


def _chosen(call_id: str, team: Raw, number: int) -> Iterator[tuple[Raw, ...]]:
    # Whoever makes the team fail alone does so in company: no further partner repairs a failed clause.
    taken = frozenset(each["org"]["country"] for each in team["partners"])
    useful = [each for each in world(call_id, taken) if "fail" not in lacking(call_id, joined(team, (each,)))]
    return combinations_with_replacement(useful, number)


def as_raw(given: Partner) -> Raw:
    """A partner of the package as the plain evaluator reads it."""
    org: Org = given.org
    return {
        "org": {
            "country": org.country, "type": org.type, "sme": org.sme, "gep": org.gep, "id": org.id,
            "control": list(org.control or ()), "flags": dict(org.flags), "iero": org.iero, "io": org.io,
            "eu_body": org.eu_body,
        },
        "role": given.role, "funded": given.funded, "budget": given.budget or 0, "requested": given.requested or 0,
        "person_months": given.person_months or 0, "discipline": list(given.disciplines or ()),
        "person": _person(given.person) if given.person else None,
    }  # fmt: skip


def _person(given: Person) -> Raw:
    phd = min(given.events.values()).isoformat() if given.events else "1900-01-01"
    return {"phd": phd, "citizenship": list(given.citizenship or ()), "stays": [LONG_AGO]}
