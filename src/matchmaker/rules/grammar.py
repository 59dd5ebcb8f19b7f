"""The words of the call language below the clauses: terms of sets, predicates, conditions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from matchmaker.domain.conditions import (
    AllOf,
    AnyOf,
    Citizenship,
    Codes,
    Combination,
    Combined,
    Condition,
    Counted,
    Fact,
    Flag,
    InSet,
    Named,
    Not,
    OneOf,
    Predicate,
    ProjectIs,
    Ref,
    SetTerm,
    YearsSincePhd,
)
from matchmaker.domain.teams import ORG_TYPES
from matchmaker.places.codes import code_list
from matchmaker.places.own_tables import PREFIX, is_own
from matchmaker.places.sets import refs
from matchmaker.rules.documents import Node

SETS_AT = ("reference", "project_start", "project_end")
SECTORS = ("academic", "non_academic")
PROJECT_FIELDS = ("duration_months", "person_months", "requested", "budget", "variant", "copublications")


def set_term(node: Node) -> SetTerm:
    """`codes`, `ref` (with `at`), `name`, `union`, `intersect` or `minus`."""
    if isinstance(node.value, dict) and "ref" in node.value:
        return _ref(node)
    given = node.fields(("codes", "ref", "name", "union", "intersect", "minus"))
    if len(given) != 1:
        node.fail("one of codes, ref, name, union, intersect, minus is expected")
    ((how, part),) = given.items()
    if how == "codes":
        return Codes(frozenset(code_list(part.value, part.file, part.path)))
    if how == "name":
        return Named(part.text())
    terms = tuple(set_term(item) for item in part.items(1))
    if how == "minus" and len(terms) != 2:
        part.fail("minus has two terms: from the first the second is taken")
    return Combined(cast("Any", how), terms)


def _ref(node: Node) -> SetTerm:
    given = node.fields(("ref", "at"))
    # Whether a table of a deployer is there shows when the call is made ready for a day.
    ref = given["ref"].text()
    ref = ref if is_own(ref) else given["ref"].word((*refs(), f"{PREFIX}<name>"))
    return Ref(ref, cast("Any", given["at"].word(SETS_AT) if "at" in given else "reference"))


def names_used(term: SetTerm) -> frozenset[str]:
    """The named sets that a term rests on directly."""
    if isinstance(term, Named):
        return frozenset({term.name})
    return frozenset().union(*(names_used(part) for part in term.terms)) if isinstance(term, Combined) else frozenset()


def predicate(node: Node, sets: frozenset[str]) -> Predicate:
    """A predicate on a partner; several keys in one mapping mean that all hold. `sets` are the names of the call."""
    given = node.fields(tuple(_PREDICATES))
    if not given:
        node.fail("a predicate is expected", f"one of {', '.join(_PREDICATES)}")
    parts = tuple(_PREDICATES[key](part, key, sets) for key, part in given.items())
    return parts[0] if len(parts) == 1 else AllOf(parts)


def _in_set(node: Node, key: str, sets: frozenset[str]) -> Predicate:
    given = node.fields(("in", "not_in"))
    if len(given) != 1:
        node.fail("one of in, not_in is expected")
    ((how, part),) = given.items()
    return InSet(cast("Any", key), set_name(part, sets), how == "not_in")


def set_name(node: Node, sets: frozenset[str]) -> str:
    """The name of a set of this call."""
    name = node.text()
    return node.fail(f"there is no set {name!r} in this call", _listed(sets)) if name not in sets else name


def _listed(sets: frozenset[str]) -> str:
    return f"sets: {', '.join(sorted(sets)) or 'none'}"


def _citizenship(node: Node, _key: str, sets: frozenset[str]) -> Predicate:
    given = node.fields(("any_in", "none_in"))
    if not given:
        node.fail("any_in or none_in is expected")
    return Citizenship(**{how: set_name(part, sets) for how, part in given.items()})


def _org_type(node: Node, _key: str, _sets: frozenset[str]) -> Predicate:
    return OneOf("org_type", tuple(item.word(ORG_TYPES) for item in node.items(1)))


def _sector(node: Node, _key: str, _sets: frozenset[str]) -> Predicate:
    return OneOf("sector", (node.word(SECTORS),))


def _words(node: Node, key: str, _sets: frozenset[str]) -> Predicate:
    return OneOf(cast("Any", key), node.words())


def _fact(node: Node, key: str, _sets: frozenset[str]) -> Predicate:
    return Fact(cast("Any", key), node.boolean())


def _flag(node: Node, _key: str, _sets: frozenset[str]) -> Predicate:
    return Flag(node.text())


def _years(node: Node, _key: str, _sets: frozenset[str]) -> Predicate:
    given = node.fields(("min", "max", "extensions"))
    if not given.keys() & {"min", "max"}:
        node.fail("min or max is expected")
    bounds = {bound: given[bound].number() for bound in ("min", "max") if bound in given}
    return YearsSincePhd(**bounds, extensions="extensions" in given and given["extensions"].boolean())


def _all(node: Node, _key: str, sets: frozenset[str]) -> Predicate:
    return AllOf(tuple(predicate(item, sets) for item in node.items(1)))


def _any(node: Node, _key: str, sets: frozenset[str]) -> Predicate:
    return AnyOf(tuple(predicate(item, sets) for item in node.items(1)))


def _not(node: Node, _key: str, sets: frozenset[str]) -> Predicate:
    return Not(predicate(node, sets))


_PREDICATES: dict[str, Callable[[Node, str, frozenset[str]], Predicate]] = {
    "country": _in_set, "control": _in_set, "citizenship": _citizenship, "org_type": _org_type, "sector": _sector,
    "sme": _fact, "gep": _fact, "funded": _fact, "role": _words, "discipline": _words, "flag": _flag, "org_id": _words,
    "years_since_phd": _years, "all": _all, "any": _any, "not": _not,
}  # fmt: skip


def condition(node: Node, sets: frozenset[str]) -> Condition:
    """When a clause applies: `count`, `project`, `all`, `any`, `not`."""
    given = node.fields(("count", "project", "all", "any", "not"))
    if len(given) != 1:
        node.fail("one of count, project, all, any, not is expected")
    ((how, part),) = given.items()
    if how == "count":
        return counted(part.fields(("of", "where", "min", "max"), ("of",)), part, sets)
    if how == "project":
        return _project_is(part)
    if how == "not":
        return Combination("not", (condition(part, sets),))
    return Combination(cast("Any", how), tuple(condition(item, sets) for item in part.items(1)))


def counted(given: dict[str, Node], node: Node, sets: frozenset[str]) -> Counted:
    """What is counted, which of it, and the bounds; at least one bound is required."""
    if not given.keys() & {"min", "max"}:
        node.fail("min or max is expected")
    of = given["of"].word(("entities", "countries", "persons", "disciplines", "sectors"))
    where = predicate(given["where"], sets) if "where" in given else None
    low, high = (given[bound].whole() if bound in given else None for bound in ("min", "max"))
    if low is not None and high is not None and low > high:
        node.fail(f"min {low} is above max {high}")
    return Counted(cast("Any", of), where, low, high)


def _project_is(node: Node) -> Condition:
    given = node.fields(("field", "eq"), ("field", "eq"))
    if not isinstance(given["eq"].value, str | int | bool):
        given["eq"].fail("a text, a whole number, true or false is expected")
    return ProjectIs(given["field"].word(PROJECT_FIELDS), given["eq"].value)
