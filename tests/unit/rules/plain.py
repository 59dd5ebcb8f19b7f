"""A second evaluator of calls, for teams of which everything is known: two values, no intervals, no cleverness.

It reads the YAML of a call by itself and shares with the package only the tables of countries. A European research
organisation becomes one more Member State that nobody else of the team is in, which is what the rules say it counts as.
"""

from __future__ import annotations

import math
from datetime import date, timedelta
from fractions import Fraction
from itertools import product
from typing import Any

from matchmaker.places.sets import country_set

Raw = dict[str, Any]
SPARE_MEMBERS = ("LU", "MT", "SI", "CY")  # countries that no team of the tests names


def exact(value: Any) -> Fraction:
    return Fraction(str(value))


class Plain:
    """One call on its reference date."""

    def __init__(self, call: Raw) -> None:
        self.call = call
        self.sets = {name: self._codes(term) for name, term in call.get("sets", {}).items()}
        self.international = {rule["match"]: rule["as"] for rule in call.get("place", {}).get("international", [])}

    def day(self, name: str) -> date:
        day = self.call["dates"][name]
        return day if isinstance(day, date) else date.fromisoformat(day)

    def _codes(self, term: Raw) -> set[str]:
        if "codes" in term:
            return set(term["codes"])
        if "ref" in term:
            return set(country_set(term["ref"], self.day(term.get("at", "reference"))).codes)
        if "name" in term:
            return self._codes(self.call["sets"][term["name"]])
        ((how, terms),) = term.items()
        parts = [self._codes(part) for part in terms]
        if how == "minus":
            return parts[0] - parts[1]
        return set.union(*parts) if how == "union" else set.intersection(*parts)

    def statuses(self, team: Raw) -> dict[str, str]:
        spare = iter(SPARE_MEMBERS)
        partners = [{**partner, "at": self._country(partner["org"], spare)} for partner in team["partners"]]
        self.partners, self.project = partners, team["project"]
        return {clause["id"]: self.status(clause) for clause in self.call["clauses"]}

    def _country(self, org: Raw, spare: Any) -> str:
        for kind, treatment in self.international.items():
            if org.get(kind):
                return {"distinct": lambda: next(spare), "hq": lambda: org["hq"], "none": lambda: ""}[treatment]()
        return str(org["country"])

    def status(self, clause: Raw) -> str:
        if "when" in clause and not self.condition(clause["when"]):
            return "n/a"
        status = str(getattr(self, f"_{clause['type']}")(clause))
        # With one more partner the condition may no longer hold, and then the clause does not apply.
        when = clause.get("when", {})
        return "open" if status == "fail" and "not" in when and "project" not in str(when) else status

    def condition(self, condition: Raw) -> bool:
        ((how, part),) = condition.items()
        if how == "not":
            return not self.condition(part)
        if how in ("any", "all"):
            return {"any": any, "all": all}[how](self.condition(each) for each in part)
        if how == "project":
            return bool(self.project.get(part["field"]) == part["eq"])
        return self.number(part) >= part["min"]

    def counted(self) -> list[Raw]:
        counting = self.call.get("counting", {})
        roles, exclude = counting.get("roles"), counting.get("exclude")
        return [
            partner
            for partner in self.partners
            if (roles is None or partner["role"] in roles) and not (exclude and self.true(exclude, partner))
        ]

    def unit(self, partner: Raw) -> str:
        group = partner["org"].get("group") if self.call.get("counting", {}).get("independent") else None
        return str(group or partner["org"]["id"])

    def number(self, clause: Raw) -> int:
        found = [partner for partner in self.counted() if self.true(clause.get("where", {}), partner)]
        if clause["of"] == "persons":
            return len(found)
        if clause["of"] == "entities":
            return len({self.unit(partner) for partner in found})
        choices: dict[str, set[str]] = {}
        for partner in found:
            if partner["at"]:
                choices.setdefault(self.unit(partner), set()).add(partner["at"])
        return max(len(set(chosen)) for chosen in product(*choices.values()))

    def _count(self, clause: Raw) -> str:
        number = self.number(clause)
        if number > clause.get("max", math.inf):
            return "fail"
        return "open" if number < clause.get("min", 0) else "pass"

    def _share(self, clause: Raw) -> str:
        base = [partner for partner in self.counted() if self.true(clause.get("among", {}), partner)]
        part = [partner for partner in base if self.true(clause["of"], partner)]
        if clause["measure"] == "countries":
            sizes = [len({partner["at"] for partner in chosen} - {""}) for chosen in (part, base)]
        elif clause["measure"] in ("entities", "persons"):
            sizes = [len({self.unit(each) for each in chosen}) if clause["measure"] == "entities" else len(chosen)
                     for chosen in (part, base)]  # fmt: skip
        else:
            sizes = [sum(exact(partner[clause["measure"]]) for partner in chosen) for chosen in (part, base)]
        if not base or (clause["measure"] == "countries" and not sizes[1]):
            return "open"
        if not sizes[1]:
            return "unknown"
        whole = Fraction(sizes[0], sizes[1])
        return "pass" if exact(clause.get("min", 0)) <= whole <= exact(clause.get("max", 1)) else "open"

    def _top_share(self, clause: Raw) -> str:
        base = [partner for partner in self.counted() if self.true(clause.get("among", {}), partner)]
        total = sum(exact(partner[clause["measure"]]) for partner in base)
        if not base or not total:
            return "unknown" if base else "open"
        parts: dict[str, Fraction] = {}
        for partner in base:
            key = (partner["at"] or partner["org"]["id"]) if clause["by"] == "country" else self.unit(partner)
            parts[key] = parts.get(key, Fraction(0)) + exact(partner[clause["measure"]])
        return "pass" if max(parts.values()) <= exact(clause["max"]) * total else "open"

    def _each(self, clause: Raw) -> str:
        bad = [p for p in self.partners if self.true(clause.get("where", {}), p) and not self.true(clause["must"], p)]
        return "fail" if bad else "pass"

    def _none(self, clause: Raw) -> str:
        return "fail" if any(self.true(clause["where"], partner) for partner in self.partners) else "pass"

    def holders(self, role: str) -> list[Raw]:
        def holds(partner: Raw) -> bool:
            hosted = role in ("pi", "fellow") and partner["role"] == "host" and partner.get("person") is not None
            return partner["role"] == role or hosted

        return [partner for partner in self.partners if holds(partner)]

    def _role(self, clause: Raw) -> str:
        held = self.holders(clause["role"])
        if any(not self.true(clause["must"], partner) for partner in held) or len(held) > clause.get("max", 99):
            return "fail"
        return "pass" if len(held) >= clause.get("min", 1) else "open"

    def _time_since(self, clause: Raw) -> str:
        people = self.holders(clause["who"])
        if not people:
            return "open"
        late = timedelta(days=math.floor(clause["max_years"] * 365.2425))
        spans = [self.day(clause["at"]) - date.fromisoformat(person["person"]["phd"]) for person in people]
        return "pass" if all(timedelta(0) <= span <= late for span in spans) else "fail"

    def _residence(self, clause: Raw) -> str:
        people, hosts = self.holders(clause["who"]), self.holders("host")
        if not people or not hosts:
            return "open"
        worst = max(self._days_at(person, host, clause) for person in people for host in hosts)
        return "fail" if worst > clause["max_months"] * 365.2425 / 12 else "pass"

    def _days_at(self, person: Raw, host: Raw, clause: Raw) -> int:
        end = self.day(clause["at"])
        window = range(end.replace(year=end.year - clause["window_months"] // 12).toordinal(), end.toordinal())
        days: set[int] = set()
        for stay in person["person"]["stays"]:
            if self._there(stay, host):
                first, last = (date.fromisoformat(stay[key]).toordinal() for key in ("from", "to"))
                days |= set(range(first, last))
        return len(days & set(window))

    def _there(self, stay: Raw, host: Raw) -> bool:
        if any(host["org"].get(kind) for kind in self.international):
            return bool(stay["org"] == host["org"]["id"])
        return host["at"] in (stay["country"], stay.get("employer_country"))

    def _project(self, clause: Raw) -> str:
        value = self.project[clause["field"]]
        return "pass" if clause.get("min", 0) <= value <= clause.get("max", math.inf) else "fail"

    def _host_project(self, clause: Raw) -> str:
        return "pass" if self.project["flags"][clause["must"]["flag"]] else "fail"

    def _statement(self, clause: Raw) -> str:
        return "pass" if self.project["statements"][clause["key"]] else "fail"

    def _novelty(self, clause: Raw) -> str:
        return "pass" if self.project["copublications"] <= clause["max"] else "fail"

    def _any_of(self, clause: Raw) -> str:
        found = [self.status(part) for part in clause["clauses"]]
        return next(status for status in ("pass", "unknown", "open", "fail", "n/a") if status in found)

    def _all_of(self, clause: Raw) -> str:
        found = [self.status(part) for part in clause["clauses"]]
        return next(status for status in ("fail", "open", "unknown", "pass", "n/a") if status in found)

    def true(self, predicate: Raw, partner: Raw) -> bool:
        return all(self._true(key, value, partner) for key, value in predicate.items())

    def _true(self, key: str, value: Any, partner: Raw) -> bool:  # noqa: C901 - one case for every word
        org, person = partner["org"], partner.get("person") or {}
        match key:
            case "all":
                return all(self.true(part, partner) for part in value)
            case "any":
                return any(self.true(part, partner) for part in value)
            case "not":
                return not self.true(value, partner)
            case "country":
                return self._member(value, partner["at"])
            case "control":
                return all(self._member(value, code) for code in org["control"])
            case "citizenship":
                declared = set(person["citizenship"])
                wanted = not value.get("any_in") or bool(declared & self.sets[value["any_in"]])
                return wanted and not (value.get("none_in") and declared & self.sets[value["none_in"]])
            case "sme":
                return (org["type"] == "company" and bool(org["sme"])) is value
            case "gep":
                return bool(org["gep"]) is value
            case "funded":
                return bool(partner["funded"]) is value
            case "org_type":
                return org["type"] in value
            case "sector":
                academic = org.get("iero") or org["type"] in ("university", "research_org")
                return bool(academic) is (value == "academic")
            case "flag":
                return bool({**org.get("flags", {}), **partner.get("flags", {})}.get(value))
            case "years_since_phd":
                reached = date.fromisoformat(person["phd"])
                return (self.day("reference") - reached).days <= value["max"] * 365.2425
            case "org_id":
                return org["id"] in value
            case "discipline":
                known = partner["discipline"]
                return bool(set([known] if isinstance(known, str) else known) & set(value))
            case _:
                return partner[key] in value

    def _member(self, asked: Raw, code: str) -> bool:
        return code in self.sets[asked["in"]] if "in" in asked else code not in self.sets[asked["not_in"]]
