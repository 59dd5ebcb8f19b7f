"""Reading a team from JSON: unknown keys are errors, what is missing or null is not known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from matchmaker.domain.teams import ORG_TYPES, Break, Org, Partner, Person, Project, Stay, Team
from matchmaker.rules.documents import Node, parsed, read_text

Read = Callable[[Node], Any]


def _texts(node: Node) -> tuple[str, ...]:
    return tuple(item.text() for item in node.items())


def _disciplines(node: Node) -> tuple[str, ...]:
    return (node.text(),) if isinstance(node.value, str) else _texts(node)


_ORG: dict[str, Read] = {
    "id": Node.text, "ror": Node.text, "lei": Node.text, "country": Node.text, "name": Node.text, "aliases": _texts,
    "type": lambda node: node.word(ORG_TYPES), "address": Node.text, "sme": Node.boolean, "group": Node.text,
    "control": _texts, "gep": Node.boolean, "iero": Node.boolean, "io": Node.boolean, "eu_body": Node.boolean,
    "hq": Node.text, "subdivision": Node.text, "flags": Node.flags,
}  # fmt: skip
MOST_PARTNERS = 300
# Every stay is compared with every host; nobody applies with hundreds of fellows at once.
MOST_COMPARISONS = 1000
_NOT_USED = frozenset({"ror", "lei", "aliases", "address"})
_EVENTS = {"phd": "phd_defence", "phd_defence": "phd_defence", "phd_award": "phd_award",
           "first_independent_position": "first_independent_position"}  # fmt: skip
_PROJECT: dict[str, Read] = {
    "duration_months": Node.number, "person_months": Node.number, "requested": Node.number, "budget": Node.number,
    "variant": Node.text, "copublications": Node.whole, "statements": Node.flags, "flags": Node.flags,
}  # fmt: skip


def find_team(path: Path) -> Team:
    """The team in a file. Raises InputError naming file and path, SourceError where the file cannot be read."""
    return read_team(parsed(read_text(path), str(path)))


def team_of(document: object, file: str = "team") -> Team:
    """The team in a document that is read already (JSON)."""
    return read_team(Node(document, "", file))


def read_team(node: Node) -> Team:
    """The team at `node`: `partners`, and `project` where it is known."""
    given = node.fields(("partners", "project", "call"), ("partners",))
    items = given["partners"].items()
    if len(items) > MOST_PARTNERS:
        given["partners"].fail(f"{len(items)} partners are too many", f"at most {MOST_PARTNERS}")
    partners = tuple(_partner(item, number) for number, item in enumerate(items, 1))
    histories = sum(len(each.person.stays or ()) for each in partners if each.person)
    if histories * len(partners) > MOST_COMPARISONS:
        given["partners"].fail(
            f"{histories} stays of people in a team of {len(partners)} are too many",
            f"stays × partners: at most {MOST_COMPARISONS}; judge fellows one by one",
        )
    return Team(partners, Project(**_known(given["project"], _PROJECT)) if "project" in given else Project())


def _known(node: Node, reads: dict[str, Read], required: tuple[str, ...] = ()) -> dict[str, Any]:
    """The values that are given; null is as if the key was not there."""
    given = node.fields(reads, required)
    return {key: reads[key](part) for key, part in given.items() if part.value is not None}


def _partner(node: Node, number: int) -> Partner:
    reads: dict[str, Read] = {
        "org": lambda part: _org(part, number), "role": Node.text, "funded": Node.boolean, "budget": Node.number,
        "requested": Node.number, "person_months": Node.number, "discipline": _disciplines, "flags": Node.flags,
        "person": _person,
    }  # fmt: skip
    known = _known(node, reads, ("org",))
    if "org" not in known:
        node.fail("org is null", "a partner joins through an organisation; write at least its id")
    disciplines = known.pop("discipline", None)
    return Partner(**known, disciplines=disciplines)


def _org(node: Node, number: int) -> Org:
    known = {key: value for key, value in _known(node, _ORG).items() if key not in _NOT_USED}
    return Org(**{"id": f"partner {number}", **known})


def _person(node: Node) -> Person:
    reads: dict[str, Read] = {
        "id": Node.text, "orcid": Node.text, **dict.fromkeys(_EVENTS, Node.day), "breaks": _breaks, "stays": _stays,
        "citizenship": _texts,
    }  # fmt: skip
    known = _known(node, reads)
    events: dict[str, date] = {_EVENTS[key]: known.pop(key) for key in tuple(known) if key in _EVENTS}
    known["id"] = known.get("id") or known.pop("orcid", None)
    known.pop("orcid", None)
    return Person(**known, events=events)


def _breaks(node: Node) -> tuple[Break, ...]:
    return tuple(_break(item) for item in node.items())


def _break(node: Node) -> Break:
    reads: dict[str, Read] = {"kind": Node.text, "months": Node.number, "from": Node.day, "to": Node.day}
    known = _known(node, reads, ("kind",))
    if "kind" not in known:
        node.fail("kind is null", "say what the break was for, in a word of the call")
    if {"from", "to"} <= known.keys() and known["to"] < known["from"]:
        node.fail("a break runs from a day to the same or a later day", "write from and to like 2026-11-22")
    if "months" not in known and len({"from", "to"} & known.keys()) == 1:
        node.fail("a break needs months, or both from and to", "an end that is open counts no time; give the months")
    if "months" not in known and {"from", "to"} <= known.keys():
        return Break(known["kind"], start=known["from"], end=known["to"])
    return Break(known["kind"], known.get("months"))


def _stays(node: Node) -> tuple[Stay, ...]:
    return tuple(_stay(item) for item in node.items())


def _stay(node: Node) -> Stay:
    reads: dict[str, Read] = {
        "country": Node.text, "employer_country": Node.text, "org": Node.text, "kind": Node.text, "from": Node.day,
        "to": Node.day,
    }  # fmt: skip
    known = _known(node, reads, ("from",))
    start, end = known.pop("from", None), known.pop("to", None)
    if start is None or (end is not None and end < start):
        node.fail("a stay runs from a day to the same or a later day", "write from and to like 2026-11-22")
    return Stay(start, end, **known)
