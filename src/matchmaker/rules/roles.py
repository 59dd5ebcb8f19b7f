"""The roles that partners of a team may have under a call: the five of every call, and those that the call names."""

from __future__ import annotations

from collections.abc import Iterable

from matchmaker.domain.calls import Call
from matchmaker.errors import InputError
from matchmaker.rules.people import AT_THE_HOST
from matchmaker.rules.vocabulary import roles_of

TEAM_ROLES = ("coordinator", "beneficiary", "affiliated", "associated", "subcontractor")


def known_roles(call: Call, annexes: Iterable[Call] = ()) -> tuple[str, ...]:
    """The words allowed as the role of a partner under the call and its `annexes`: five, then theirs as they appear."""
    named = [role for each in (call, *annexes) for role in roles_of(each)]
    # Where these are asked for, a host that names its person counts as well, whether or not the call names hosts.
    host = ("host",) if AT_THE_HOST.intersection(named) else ()
    return tuple(dict.fromkeys((*TEAM_ROLES, *named, *host)))


def unknown_roles(call: Call, roles: Iterable[str], annexes: Iterable[Call] = ()) -> tuple[str, ...]:
    """Those of `roles` that mean nothing under the call and its `annexes`, each once, in their order."""
    known = known_roles(call, annexes)
    return tuple(dict.fromkeys(role for role in roles if role not in known))


def check_roles(call: Call, roles: Iterable[str], annexes: Iterable[Call] = ()) -> None:
    """Raise InputError, with the words allowed, for a role that nobody counts: most likely a misspelt one."""
    annexes = tuple(annexes)
    unknown = unknown_roles(call, roles, annexes)
    if unknown:
        said = ", ".join(repr(role[:80]) for role in unknown[:5])
        hint = f"allowed: {', '.join(known_roles(call, annexes))}"
        raise InputError(f"the call {call.id} has no role {said}", hint=hint)
