"""Builders of declarations and calls for the tests of terms."""

from __future__ import annotations

from typing import Any

from matchmaker.terms.adequacy import Adequacy
from matchmaker.terms.call_terms import CallTerms, read_call_terms, read_plan
from matchmaker.terms.compatibility import MUTUAL, ONE_WAY
from matchmaker.terms.declaration import Declaration
from matchmaker.terms.reading import read_declaration
from matchmaker.terms.results import RuleId

_SHORT = {"compatible": "c", "negotiable": "n", "incompatible": "i", "unknown": "?"}
_SAID = {"yes": True, "no": False}
ADEQUATE = Adequacy(frozenset({"FR", "DE"}), frozenset({"JP"}), frozenset({"CA"}), "a table")


def declared(country: str | None = None, party: str = "one side", **fields: Any) -> Declaration:
    """A declaration from dotted fields with two underscores: data__access="open"."""
    written: dict[str, Any] = {}
    for path, value in fields.items():
        *sections, key = path.split("__")
        inner = written
        for section in sections:
            inner = inner.setdefault(section, {})
        inner[key] = value
    return read_declaration(written, party=party, country=country)


def a_call(plan: dict[str, Any] | None = None, **terms: Any) -> CallTerms:
    """Terms of a call, with the plan of the project and a small table of adequate places."""
    call = read_call_terms(terms)
    return CallTerms(
        call.openness_floor,
        call.immediate_open_access,
        call.background_implementation,
        plan=read_plan(plan or {}),
        adequacy=ADEQUATE,
    )


def found_by(rule: RuleId, x: Declaration, y: Declaration, call: CallTerms | None = None) -> str:
    """What one rule finds, as a letter: c, n, i, I (incompatible with the call) or ? for unknown."""
    result = (ONE_WAY | MUTUAL)[rule](x, y, call or CallTerms())
    assert result.id == rule
    assert result.text
    return "I" if result.with_call else _SHORT[result.outcome]


def only(**fields: Any) -> dict[str, Any]:
    """The fields that have been said, with words for truth values made into truth values."""
    said = {key: value for key, value in fields.items() if value != "-"}
    return {key: _SAID.get(value, value) if isinstance(value, str) else value for key, value in said.items()}
