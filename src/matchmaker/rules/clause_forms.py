"""How each type of clause is written: its keys, which of them are required, and what they become."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from matchmaker.domain.calls import (
    AnyClause,
    Count,
    Each,
    Extension,
    Group,
    HostProject,
    NoneOf,
    Novelty,
    ProjectField,
    Residence,
    RoleHeld,
    Share,
    Statement,
    TimeSince,
    TopShare,
)
from matchmaker.domain.conditions import Flag
from matchmaker.rules.documents import Node
from matchmaker.rules.grammar import PROJECT_FIELDS, condition, counted, predicate

_HEAD = ("id", "type", "text", "source", "effect", "on_unknown", "when")
_MEASURES = ("entities", "countries", "persons", "budget", "requested", "person_months")
_MONEY = ("budget", "requested", "person_months")
_EVENTS = ("phd_defence", "phd_award", "first_independent_position")

Given = dict[str, Node]
Names = frozenset[str]


def clause(node: Node, sets: Names, dates: Names) -> AnyClause:
    """The clause that stands at `node`. Raises InputError for an unknown type or key, naming those allowed."""
    if not isinstance(node.value, dict) or "type" not in node.value:
        node.fail("a clause is a mapping with id and type", f"types: {', '.join(_FORMS)}")
    form = Node(node.value["type"], f"{node.path}.type", node.file).word(_FORMS)
    keys, required, build = _FORMS[form]
    given = node.fields((*_HEAD, *keys), ("id", "type", *required))
    if "at" in given:
        given["at"].word(sorted(dates))
    return build({**_head(given, sets)}, given, node, (sets, dates))


def _head(given: Given, sets: Names) -> dict[str, Any]:
    head: dict[str, Any] = {key: given[key].text() for key in ("id", "text", "source") if key in given}
    if "effect" in given:
        head["effect"] = given["effect"].word(("ineligible", "unfunded", "evidence", "advice"))
    if "on_unknown" in given:
        head["on_unknown"] = given["on_unknown"].word(("review", "fail", "pass"))
    if "when" in given:
        head["when"] = condition(given["when"], sets)
    return head


Names2 = tuple[Names, Names]
Head = dict[str, Any]


def _bounds(given: Given, node: Node, read: Callable[[Node], Any]) -> dict[str, Any]:
    bounds: dict[str, Any] = {bound: read(given[bound]) for bound in ("min", "max") if bound in given}
    if not bounds:
        node.fail("min or max is expected")
    if len(bounds) == 2 and bounds["min"] > bounds["max"]:
        node.fail("min is above max")
    return bounds


def _where(given: Given, sets: Names, *keys: str) -> dict[str, Any]:
    return {key: predicate(given[key], sets) for key in keys if key in given}


def _count(head: Head, given: Given, node: Node, names: Names2) -> AnyClause:
    return Count(**head, counted=counted(given, node, names[0]))


def _share(head: Head, given: Given, node: Node, names: Names2) -> AnyClause:
    bounds = _bounds(given, node, Node.share)
    return Share(**head, measure=given["measure"].word(_MEASURES), **bounds, **_where(given, names[0], "of", "among"))  # type: ignore[arg-type]


def _top_share(head: Head, given: Given, _node: Node, names: Names2) -> AnyClause:
    by, cap = given["by"].word(("entity", "country")), given["max"].share()
    measure = given["measure"].word(_MONEY)
    return TopShare(
        **head, measure=cast("Any", measure), by=cast("Any", by), max=cap, **_where(given, names[0], "among")
    )


def _each(head: Head, given: Given, _node: Node, names: Names2) -> AnyClause:
    return Each(**head, **_where(given, names[0], "must", "where"))


def _none(head: Head, given: Given, _node: Node, names: Names2) -> AnyClause:
    return NoneOf(**head, **_where(given, names[0], "where"))


def _role(head: Head, given: Given, node: Node, names: Names2) -> AnyClause:
    bounds: dict[str, Any] = {bound: given[bound].whole() for bound in ("min", "max") if bound in given}
    if bounds.get("max", bounds.get("min", 1)) < bounds.get("min", 1):
        node.fail("min is above max")
    return RoleHeld(**head, role=given["role"].text(), **bounds, **_where(given, names[0], "must"))


def _time_since(head: Head, given: Given, node: Node, _names: Names2) -> AnyClause:
    years: dict[str, Any] = {key: given[key].number() for key in ("min_years", "max_years") if key in given}
    if not years:
        node.fail("min_years or max_years is expected")
    extensions = tuple(_extension(item) for item in given["extensions"].items()) if "extensions" in given else ()
    return TimeSince(
        **head,
        who=given["who"].text(),
        event=cast("Any", given["event"].word(_EVENTS)),
        extensions=extensions,
        **_at(given),
        **years,
    )


def _at(given: Given) -> dict[str, Any]:
    return {"at": given["at"].text()} if "at" in given else {}


def _extension(node: Node) -> Extension:
    given = node.fields(("kind", "months_per_child", "min_days", "max_months", "when"), ("kind",))
    read: dict[str, Callable[[Node], Any]] = {
        "kind": Node.text, "months_per_child": Node.number, "min_days": Node.whole, "max_months": Node.number,
        "when": Node.text,
    }  # fmt: skip
    return Extension(**{key: read[key](part) for key, part in given.items()})


def _residence(head: Head, given: Given, _node: Node, _names: Names2) -> AnyClause:
    place = given["place"].word(("host_country", "host_country_or_org", "third_country_host"))
    return Residence(
        **head,
        who=given["who"].text(),
        place=cast("Any", place),
        max_months=given["max_months"].number(),
        window_months=given["window_months"].whole(),
        ignore=frozenset(given["ignore"].words()) if "ignore" in given else frozenset(),
        **_at(given),
    )


def _project(head: Head, given: Given, node: Node, _names: Names2) -> AnyClause:
    numbers = tuple(field for field in PROJECT_FIELDS if field != "variant")
    return ProjectField(**head, field=given["field"].word(numbers), **_bounds(given, node, Node.number))


def _host_project(head: Head, given: Given, _node: Node, names: Names2) -> AnyClause:
    must = predicate(given["must"], names[0])
    if not isinstance(must, Flag):
        given["must"].fail("only a flag of the project can be asked for", "write {flag: NAME}")
    return HostProject(**head, field=given["field"].text() if "field" in given else "", must=must)


def _novelty(head: Head, given: Given, _node: Node, _names: Names2) -> AnyClause:
    most = given["max"].whole() if "max" in given else 0
    field = given["field"].word(("copublication",))
    return Novelty(**head, field=field, window_years=given["window_years"].number(), max=most)


def _statement(head: Head, given: Given, _node: Node, _names: Names2) -> AnyClause:
    return Statement(**head, key=given["key"].text())


def _group(head: Head, given: Given, _node: Node, names: Names2) -> AnyClause:
    how = cast("Any", given["type"].text())
    return Group(**head, how=how, clauses=tuple(clause(item, *names) for item in given["clauses"].items(1)))


Build = Callable[[Head, Given, Node, Names2], AnyClause]
_FORMS: dict[str, tuple[tuple[str, ...], tuple[str, ...], Build]] = {
    "count": (("of", "where", "min", "max"), ("of",), _count),
    "share": (("measure", "of", "among", "min", "max"), ("measure", "of"), _share),
    "top_share": (("measure", "by", "among", "max"), ("measure", "by", "max"), _top_share),
    "each": (("where", "must"), ("must",), _each),
    "none": (("where",), ("where",), _none),
    "role": (("role", "must", "min", "max"), ("role", "must"), _role),
    "time_since": (("who", "event", "min_years", "max_years", "at", "extensions"), ("who", "event"), _time_since),
    "residence": (
        ("who", "place", "max_months", "window_months", "at", "ignore"),
        ("who", "place", "max_months", "window_months"),
        _residence,
    ),
    "project": (("field", "min", "max"), ("field",), _project),
    "novelty": (("field", "window_years", "max"), ("field", "window_years"), _novelty),
    "host_project": (("field", "must"), ("must",), _host_project),
    "statement": (("key",), ("key",), _statement),
    "any_of": (("clauses",), ("clauses",), _group),
    "all_of": (("clauses",), ("clauses",), _group),
}
