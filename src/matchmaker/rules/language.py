"""The call language `rcp-call/1`: one YAML or JSON file per call, a closed vocabulary, nothing ignored.

Unknown keys, clause types, sets and codes are errors that name the file, the path in it and the allowed words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from graphlib import CycleError, TopologicalSorter
from importlib import resources
from pathlib import Path
from typing import Any, cast

from matchmaker.domain.calls import AnyClause, Call, Counting, InternationalRule, Provenance
from matchmaker.domain.conditions import Combined, Ref, SetTerm
from matchmaker.errors import NotFoundError
from matchmaker.rules.clause_forms import clause
from matchmaker.rules.documents import Node, parsed, read_text
from matchmaker.rules.grammar import names_used, predicate, set_name, set_term
from matchmaker.rules.roles import TEAM_ROLES

_KEYS = ("schema", "id", "title", "funder", "programme", "topics", "provenance", "dates", "sets", "place", "counting",
         "clauses")  # fmt: skip
_REQUIRED = ("schema", "id", "title", "funder", "provenance", "dates", "clauses")
_DATES = ("opens", "deadline", "reference", "project_start", "project_end")
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")


def preset_ids() -> tuple[str, ...]:
    """The calls that travel with the package, in alphabetical order."""
    files = (resources.files("matchmaker.rules") / "presets").iterdir()
    return tuple(sorted(file.name.removesuffix(".yaml") for file in files if file.name.endswith(".yaml")))


def preset(call_id: str) -> Call:
    """A call of the package by its id. Raises NotFoundError for another id; the hint lists all."""
    return read_call(preset_text(call_id), f"{call_id}.yaml")


def preset_text(call_id: str) -> str:
    """A call of the package as it is written. Raises NotFoundError for another id; the hint lists all."""
    if call_id not in preset_ids():
        hint = f"calls: {', '.join(preset_ids())}; or give the path of a file"
        raise NotFoundError(f"there is no call {call_id[:80]!r}", hint=hint)
    return (resources.files("matchmaker.rules") / "presets" / f"{call_id}.yaml").read_text(encoding="utf-8")


def find_call(name: str) -> Call:
    """A call by its id, or by the path of its file where the name ends in .yaml, .yml or .json."""
    if Path(name).suffix in {".yaml", ".yml", ".json"}:
        return read_call(read_text(Path(name)), name)
    return preset(name)


def read_call(text: str, file: str) -> Call:
    """The call written in `text`; `file` is named in complaints. Raises InputError with path and allowed words."""
    document = parsed(text, file)
    given = document.fields(_KEYS, _REQUIRED)
    given["schema"].word(("rcp-call/1",))
    sets = _sets(given.get("sets"))
    dates = {cast("Any", key): node.day() for key, node in given["dates"].fields(_DATES, ("reference",)).items()}
    _dates_are_given(sets, dates, document)
    names = frozenset(sets)
    return Call(
        id=_id(given["id"]),
        title=given["title"].text(),
        funder=given["funder"].text(),
        provenance=_provenance(given["provenance"]),
        dates=dates,
        clauses=_clauses(given["clauses"], names, dates),
        programme=given["programme"].text() if "programme" in given else "",
        topics=given["topics"].words() if "topics" in given else (),
        sets=sets,
        **_place(given.get("place"), names),
        counting=_counting(given["counting"], names) if "counting" in given else Counting(),
    )


def _id(node: Node) -> str:
    text = node.text()
    return (
        text if _ID.fullmatch(text) else node.fail(f"{text!r} is no id", "2 to 64 of a-z, 0-9, dot, dash, underscore")
    )


def _provenance(node: Node) -> Provenance:
    required = ("source", "retrieved", "confidence", "illustrative")
    given = node.fields((*required, "note"), required)
    return Provenance(
        given["source"].text(),
        given["retrieved"].day(),
        cast("Any", given["confidence"].word(("high", "medium", "low"))),
        given["illustrative"].boolean(),
        given["note"].text() if "note" in given else "",
    )


def _sets(node: Node | None) -> dict[str, SetTerm]:
    if node is None:
        return {}
    sets = {name: set_term(part) for name, part in node.entries().items()}
    _rest_on_known_sets(sets, node)
    return sets


def _rest_on_known_sets(sets: dict[str, SetTerm], node: Node) -> None:
    """Every named set exists, and none rests on itself."""
    rests_on = {name: names_used(term) for name, term in sets.items()}
    for name, used in rests_on.items():
        if unknown := sorted(used - sets.keys()):
            node.fail(f"{name} rests on {unknown[0]!r}, which is not defined", f"sets: {', '.join(sorted(sets))}")
    try:
        TopologicalSorter(rests_on).prepare()
    except CycleError as error:
        node.fail(f"{error.args[1][0]} rests on itself", "a set may only build on others")


def _dates_are_given(sets: dict[str, SetTerm], dates: dict[Any, Any], document: Node) -> None:
    for name, term in sets.items():
        missing = sorted(_moments(term) - dates.keys())
        if missing:
            document.fail(f"sets.{name} is taken at {missing[0]}, which dates do not give", f"give dates.{missing[0]}")


def _moments(term: SetTerm) -> frozenset[str]:
    if isinstance(term, Combined):
        return frozenset().union(*(_moments(part) for part in term.terms))
    return frozenset({term.at}) if isinstance(term, Ref) else frozenset()


def _place(node: Node | None, sets: frozenset[str]) -> dict[str, Any]:
    if node is None:
        return {}
    given = node.fields(("territories", "international"))
    read: dict[str, Callable[[Node], Any]] = {
        "territories": lambda part: part.word(("iso", "sovereign", "he")),
        "international": lambda part: tuple(_international(item, sets) for item in part.items()),
    }
    return {key: read[key](part) for key, part in given.items()}


def _international(node: Node, sets: frozenset[str]) -> InternationalRule:
    given = node.fields(("match", "as", "member_of"), ("match", "as"))
    return InternationalRule(
        cast("Any", given["match"].word(("iero", "io", "eu_body"))),
        cast("Any", given["as"].word(("distinct", "hq", "none", "review"))),
        set_name(given["member_of"], sets) if "member_of" in given else None,
    )


def _counting(node: Node, sets: frozenset[str]) -> Counting:
    given = node.fields(("roles", "independent", "exclude"))
    roles = frozenset(item.word(TEAM_ROLES) for item in given["roles"].items(1)) if "roles" in given else None
    exclude = predicate(given["exclude"], sets) if "exclude" in given else None
    return Counting(roles, "independent" in given and given["independent"].boolean(), exclude)


def _clauses(node: Node, sets: frozenset[str], dates: dict[Any, Any]) -> tuple[AnyClause, ...]:
    read = tuple(clause(item, sets, frozenset(dates)) for item in node.items(1))
    ids = [each.id for each in read]
    twice = next((each for each in ids if ids.count(each) > 1), None)
    return node.fail(f"two clauses have the id {twice!r}") if twice else read
