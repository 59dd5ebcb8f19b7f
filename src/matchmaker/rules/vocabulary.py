"""The words a call uses: its roles, flags and organisations, gathered from all its clauses and predicates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from matchmaker.domain.calls import Call, Extension, Residence, RoleHeld, TimeSince
from matchmaker.domain.conditions import Flag, InSet, OneOf, Ref
from matchmaker.places.own_tables import is_own

COORDINATOR = "coordinator"
# Places in a team that are not looked for: they bring no part of their own, or none that is counted.
_NOT_SOUGHT = frozenset({"affiliated", "associated", "subcontractor"})


def flags_of(call: Call) -> frozenset[str]:
    """Names of all flags the call asks about."""
    named = {part.name for part in _parts(call) if isinstance(part, Flag)}
    return frozenset(named | {part.when for part in _parts(call) if isinstance(part, Extension) and part.when})


def words_of(call: Call, field: str) -> frozenset[str]:
    """All words the call compares a partner's `field` with (org_type, role, org_id, …)."""
    found = (part.words for part in _parts(call) if isinstance(part, OneOf) and part.field == field)
    return frozenset(word for words in found for word in words)


def country_sets_of(call: Call) -> frozenset[str]:
    """Names of the sets in which the call looks for a partner's country; others only build these."""
    return frozenset(part.name for part in _parts(call) if isinstance(part, InSet) and part.field == "country")


def roles_of(call: Call) -> tuple[str, ...]:
    """Roles in which somebody may be sought: beneficiary, then those of the call as they appear, coordinator last."""
    named: dict[str, None] = {"beneficiary": None}
    for part in _parts(call):
        if isinstance(part, RoleHeld):
            named[part.role] = None
        if isinstance(part, Residence):
            named["third_country_host" if part.place == "third_country_host" else "host"] = None
        if isinstance(part, TimeSince | Residence):
            named[part.who] = None
        if isinstance(part, OneOf) and part.field == "role":
            named.update(dict.fromkeys(part.words))
    named.update(dict.fromkeys(sorted(call.counting.roles or ())))
    return (*(role for role in named if role not in _NOT_SOUGHT | {COORDINATOR}), COORDINATOR)


def refers_to_own(call: Call) -> bool:
    """Whether the call refers to a set of countries that is not the package's."""
    return any(isinstance(part, Ref) and is_own(part.ref) for part in _parts(call))


def _parts(value: Any) -> Iterator[Any]:
    """Every record inside a call, itself among them, in the order they are written."""
    if is_dataclass(value) and not isinstance(value, type):
        yield value
        value = [getattr(value, field.name) for field in fields(value)]
    elif isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            yield from _parts(item)
