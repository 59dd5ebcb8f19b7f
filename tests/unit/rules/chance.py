"""Random small teams for a call, with some of their facts left out, and all ways to fill these in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from itertools import product
from random import Random
from typing import Any

import yaml

from matchmaker.rules.language import preset
from matchmaker.rules.rulebook import rulebook

Raw = dict[str, Any]

CODES = tuple("DE FR PL PT GB NO TR IL KR CA US CN KE ZA BR TW TN VN JP RU".split())
TYPES = ("university", "research_org", "company", "public_body", "ngo")
DOCTORATES = ("2010-05-01", "2019-05-01", "2024-05-01")


@cache
def raw_call(call_id: str) -> Raw:
    text = (resources.files("matchmaker.rules") / "presets" / f"{call_id}.yaml").read_text(encoding="utf-8")
    call: Raw = yaml.safe_load(text)
    return call


@cache
def settled_codes(call_id: str) -> list[str]:
    """Countries whose membership is certain in every set of the call."""
    sets = rulebook(preset(call_id)).sets.values()
    return [code for code in CODES if all(places.holds(code) is not None for places in sets)]


@cache
def _written(call_id: str) -> str:
    return str(yaml.safe_dump(raw_call(call_id)))


class Dice:
    """Teams for one call."""

    def __init__(self, call_id: str, seed: int) -> None:
        text = _written(call_id)
        self.random = Random(f"{call_id}/{seed}")
        self.codes = settled_codes(call_id)
        self.flags = sorted(set(re.findall(r"flag: (\w+)", text)))
        self.statements = re.findall(r"key: (\w+)", text)
        # Only what the call can tell apart is left out of a team, or most unknowns would be of no matter.
        self.matters = [word for word in ("sme", "gep", "funded", "control", "phd", "budget", "requested")
                        if word in text]  # fmt: skip
        named = re.findall(r"  role: (\w+)", text)
        self.roles = [
            *named,
            "beneficiary",
            "beneficiary",
            "beneficiary",
            "associated",
            *re.findall(r"who: (\w+)", text),
        ]
        self.few = 1 if "residence" in text else 6

    def team(self) -> Raw:
        size = self.random.randint(2, 8)
        partners = [self._partner(number) for number in range(size)]
        return {"partners": partners, "project": self._project()}

    def _partner(self, number: int) -> Raw:
        pick = self.random.choice
        role = self.roles[number] if number < len(self.roles) and self.random.random() < 0.7 else pick(self.roles)
        org: Raw = {
            "id": f"org-{number}", "country": pick(self.codes), "type": pick(TYPES), "gep": pick([True, True, False]),
            "sme": pick([True, False]), "group": pick([None, None, None, "acme"]), "control": [pick(self.codes)],
            "flags": {flag: True for flag in self.flags if self.random.random() < 0.7},
        }  # fmt: skip
        kind = self.random.random()
        if kind < 0.08:
            org |= {"iero": True, "hq": "DE"} if kind < 0.05 else {"io": True, "hq": "FR"}
        return {
            "org": org, "role": role, "funded": pick([True, True, False]), "budget": self.random.randint(1, 9),
            "requested": self.random.randint(1, 9), "person_months": self.random.randint(1, 9),
            "discipline": pick(["natural_sciences", "social_sciences", "engineering"]), "person": self._person(),
        }  # fmt: skip

    def _person(self) -> Raw:
        pick = self.random.choice
        stays = [self._stay() for _ in range(self.random.randint(1, 3))]
        return {"phd": pick(DOCTORATES), "citizenship": [pick(self.codes)], "stays": stays}

    def _stay(self) -> Raw:
        pick = self.random.choice
        start = self.random.randint(2022, 2025)
        return {
            "country": pick(self.codes), "employer_country": pick(self.codes),
            "org": f"org-{self.random.randint(0, 3)}",
            "from": f"{start}-0{self.random.randint(1, 9)}-15", "to": f"{start + 1}-0{self.random.randint(1, 9)}-01",
        }  # fmt: skip

    def _project(self) -> Raw:
        pick = self.random.choice
        return {
            "duration_months": pick([24, 36, 48]), "person_months": pick([300, 360, 420]),
            "variant": pick(["industrial", "x"]), "requested": pick([100_000, 400_000]), "copublications": pick([0, 1]),
            "statements": {key: pick([True, True, False]) for key in self.statements},
            "flags": {flag: pick([True, True, False]) for flag in self.flags},
        }  # fmt: skip

    def holes(self, team: Raw, most: int) -> list[tuple[str, int, list[Any]]]:
        """Facts to leave out: what, of which partner, and what it might be."""
        values: dict[str, list[Any]] = {
            "country": self.codes, "sme": [True, False], "gep": [True, False], "funded": [True, False],
            "control": [["DE"], ["CN"]], "phd": list(DOCTORATES), "budget": [0, 1, 5, 40], "requested": [0, 1, 5, 40],
        }  # fmt: skip
        people = range(len(team["partners"]))
        kinds = ["country", *self.matters]
        chosen: dict[tuple[str, int], list[Any]] = {}
        for _ in range(self.random.randint(0, most)):
            what = self.random.choice(kinds)
            chosen[(what, self.random.choice(people))] = values[what]
            if what == "country":
                # A second one would be many more teams to look at; it is drawn now and then.
                kinds = [kind for kind in kinds if kind != "country"] if self.random.random() < 0.95 else kinds
            if not kinds:
                break
        return [(what, number, options) for (what, number), options in chosen.items()]


def with_facts(team: Raw, holes: list[tuple[str, int, list[Any]]], facts: tuple[Any, ...]) -> Raw:
    filled: Raw = {
        **team,
        "partners": [{**each, "org": dict(each["org"]), "person": dict(each["person"])} for each in team["partners"]],
    }
    for (what, number, _), value in zip(holes, facts, strict=True):
        partner = filled["partners"][number]
        place = partner["org"] if what in ("country", "sme", "gep", "control") else partner
        place = partner["person"] if what == "phd" else place
        place[what] = value
    return filled


def completions(team: Raw, holes: list[tuple[str, int, list[Any]]]) -> Iterator[Raw]:
    for facts in product(*(options for _, _, options in holes)):
        yield with_facts(team, holes, facts)
