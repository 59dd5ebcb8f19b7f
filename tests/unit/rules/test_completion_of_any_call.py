"""Calls made up by chance, with everybody who could join: as many partners are needed as a full search says."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from itertools import combinations_with_replacement, product
from random import Random
from typing import Any

import pytest
from tests.unit.rules.plain import Plain

from matchmaker.rules.completion import completion
from matchmaker.rules.language import read_call
from matchmaker.rules.rulebook import rulebook
from matchmaker.rules.team import judge
from matchmaker.rules.teams import team_of

Raw = dict[str, Any]
CALLS = 1200 if os.environ.get("HYPOTHESIS_PROFILE") == "night" else 90  # for each of six seeds; a fortieth is searched
FURTHER = 3
SETS = {"A": ["DE", "FR"], "B": ["KE", "UG", "ZA"], "AB": ["DE", "FR", "KE"]}
# All of the sets, and of the other countries more than could be needed.
COUNTRIES = ["DE", "FR", "KE", "UG", "ZA", "US", "CA", "MX"]
WHERE: list[Raw] = [
    {"country": {"in": "A"}}, {"country": {"in": "B"}}, {"country": {"not_in": "AB"}}, {"flag": "young"},
    {"all": [{"country": {"in": "AB"}}, {"flag": "young"}]},
    {"any": [{"country": {"in": "B"}}, {"not": {"flag": "young"}}]},
    {"role": ["beneficiary"]},
]  # fmt: skip


def a_call(random: Random) -> Raw:
    """One to four clauses; the sets are written out, so that nothing about places is uncertain."""
    clauses = [a_clause(random, f"c{number}") for number in range(random.randint(1, 4))]
    return {
        "schema": "rcp-call/1", "id": "chance", "title": "By chance", "funder": "nobody",
        "provenance": {"source": "chance", "retrieved": "2026-11-22", "confidence": "low", "illustrative": True},
        "dates": {"reference": "2026-11-22"}, "sets": {name: {"codes": codes} for name, codes in SETS.items()},
        "counting": {"roles": ["coordinator", "beneficiary"], "independent": random.random() < 0.7}, "clauses": clauses,
    }  # fmt: skip


def a_clause(random: Random, name: str, inside: bool = False) -> Raw:
    pick = random.choice
    kind = pick(["count"] * 5 + ["share", "role", "each", "none"] + ([] if inside else ["any_of", "all_of"]))
    clause: Raw = {"id": name, "type": kind}
    if kind in ("any_of", "all_of"):
        return {**clause, "clauses": [a_clause(random, f"{name}-{part}", inside=True) for part in range(2)]}
    if kind == "count":
        clause |= a_count(random)
    if kind == "share":
        bound = {pick(["min", "max"]): pick([0.5, 0.4, 0.75, 1, 0])}
        clause |= {"measure": pick(["entities", "countries", "persons"]), "of": pick(WHERE), **bound}
    if kind == "role":
        clause |= {"role": "coordinator", "must": pick(WHERE[:5]), **pick([{}, {"max": 1}])}
    if kind == "each":
        clause |= {"where": pick(WHERE), "must": pick(WHERE[:5])}
    if kind == "none":
        clause |= {"where": pick(WHERE)}
    if random.random() < 0.2:
        count = {"count": {"of": pick(["entities", "countries"]), "where": pick(WHERE), "min": random.randint(1, 2)}}
        clause["when"] = pick([count, {"not": count}])
    return clause


def a_count(random: Random) -> Raw:
    pick = random.choice
    least = random.randint(1, 4)
    bounds = pick([{"min": least}, {"min": least}, {"max": least}, {"min": least, "max": least + random.randint(0, 2)}])
    where = pick([{}, *({"where": each} for each in WHERE)])
    return {"of": pick(["entities", "countries", "persons"]), **where, **bounds}


def partner(name: str, country: str, role: str, young: bool, group: str | None = None) -> Raw:
    org = {"id": name, "country": country, "type": "university", "group": group, "flags": {"young": young}}
    return {"org": org, "role": role, "funded": True}


def a_team(random: Random) -> Raw:
    def one(number: int) -> Raw:
        role = random.choice(["coordinator", "beneficiary", "beneficiary", "associated"])
        group = random.choice([None, None, "acme"])
        return partner(f"org-{number}", random.choice(COUNTRIES), role, random.random() < 0.5, group)

    return {"partners": [one(number) for number in range(random.randint(0, 5))], "project": {}}


def teams(team: Raw, number: int) -> Iterator[Raw]:
    kinds = list(product(COUNTRIES, ("coordinator", "beneficiary", "associated"), (True, False)))
    for chosen in combinations_with_replacement(kinds, number):
        further = [partner(f"further-{place}", *kind) for place, kind in enumerate(chosen)]
        yield {**team, "partners": [*team["partners"], *further]}


def fewest(plain: Plain, team: Raw) -> int | None:
    for number in range(FURTHER + 1):
        if any(not {"fail", "open"} & set(plain.statuses(each).values()) for each in teams(team, number)):
            return number
    return None


@pytest.mark.parametrize("seed", range(6))
def test_every_clause_of_a_call_made_up_by_chance_says_what_a_plain_evaluator_says(seed: int) -> None:
    for turn in range(CALLS):
        random = Random(f"any clause/{seed}/{turn}")
        call, given = a_call(random), a_team(random)
        found = judge(read_call(json.dumps(call), "chance.json"), team_of(given)).clauses
        assert {each.id: each.status for each in found} == Plain(call).statuses(given), (call["clauses"], given)


@pytest.mark.parametrize("seed", range(6))
def test_a_full_search_finds_as_few(seed: int) -> None:
    for turn in range(CALLS // 40):
        random = Random(f"any call/{seed}/{turn}")
        call, team = a_call(random), a_team(random)
        found = completion(rulebook(read_call(json.dumps(call), "chance.json")), team_of(team))
        if found.state == "undecided":
            assert found.reason
            continue
        plain = Plain(call)
        if found.state == "dead":
            assert fewest(plain, team) is None, (call["clauses"], team, found)
            only = {**call, "clauses": [each for each in call["clauses"] if each["id"] in found.collides]}
            assert fewest(Plain(only), team) is None, (call["clauses"], team, found)
        else:
            least = fewest(plain, team)
            assert found.further == least or (least is None and (found.further or 0) > FURTHER), (call, team, found)
