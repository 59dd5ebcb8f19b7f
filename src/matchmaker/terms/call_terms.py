"""What a call sets out, and what the project plans, as far as it bears on terms."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any, get_args

from matchmaker.errors import InputError
from matchmaker.terms.adequacy import Adequacy, packaged, source
from matchmaker.terms.declaration import OPENNESS, Access, Openness, Ownership
from matchmaker.terms.words import Reader, read_keys, text, texts, truth, whole, word

_DOCTORATE_MONTHS = 36
"""Shortest usual doctoral programme in the European area (three to four years), so that nobody's thesis is missed."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the project plans; None where it has not been said. Lengths are in months.

    `intended_fields` are the fields in which results are to be used; `early_researchers` tells whether doctoral
    candidates (R1) are in the team.
    """

    months: int | None = None
    derivatives: bool | None = None
    exploitation: bool | None = None
    intended_fields: tuple[str, ...] | None = None
    early_researchers: bool | None = None
    doctorate_months: int = _DOCTORATE_MONTHS


@dataclass(frozen=True, slots=True)
class CallTerms:
    """What a call demands (None: it says nothing, or we do not know) and the `plan` of the project under it.

    `openness_floor` is the least open access to data that the call takes without a ground. `adequacy` says where
    personal data may go without more ado. `version` names the table these terms come from, if any. Terms of
    exploitation and publication licence, ownership, notice and data management are shown, not judged.
    """

    openness_floor: Openness | None = None
    immediate_open_access: bool | None = None
    background_implementation: Access | None = None
    background_exploitation: Access | None = None
    publication_licence: str | None = None
    ownership: Ownership | None = None
    notice_days: int | None = None
    data_management_plan: bool | None = None
    name: str = ""
    version: str = ""
    plan: Plan = field(default_factory=Plan)
    adequacy: Adequacy | None = None


_CALL: dict[str, Reader] = {
    "openness_floor": word(*OPENNESS),
    "immediate_open_access": truth,
    "background_implementation": word(*get_args(Access)),
    "background_exploitation": word(*get_args(Access)),
    "publication_licence": text,
    "ownership": word(*get_args(Ownership)),
    "notice_days": whole(365),
    "data_management_plan": truth,
}
_PLAN: dict[str, Reader] = {
    "months": whole(1200),
    "derivatives": truth,
    "exploitation": truth,
    "intended_fields": texts,
    "early_researchers": truth,
    "doctorate_months": whole(1200),
}


def read_call_terms(written: object, *, where: str = "terms of the call", name: str = "") -> CallTerms:
    """The terms of a call from a mapping. Raises InputError for unknown keys and words, naming those allowed."""
    return CallTerms(**read_keys(written, where, _CALL), name=name)


def read_plan(written: object, *, where: str = "plan of the project") -> Plan:
    """The plan of a project from a mapping. Raises InputError for unknown keys and values."""
    return Plan(**read_keys(written, where, _PLAN))


def preset(name: str, at: date) -> CallTerms:
    """The terms of a programme that travel with the package, for use on the day `at`.

    On a day for which they are too old to rest on, they demand nothing and `version` says so: what rests on them is
    unknown. Raises InputError for a name that is not there.
    """
    entries = _presets()
    if name not in entries:
        raise InputError(f"there are no terms called {name[:80]!r}", hint=f"there are: {', '.join(sorted(entries))}")
    about = source(name)
    if about.is_stale(at):
        return CallTerms(name=name, version=f"{about.version}, too old on {at}")
    written = {key: value for key, value in entries[name].items() if key != "calls"}
    return replace(read_call_terms(written, where=f"call_terms.toml: {name}", name=name), version=about.version)


def of_call(call_id: str, at: date) -> CallTerms:
    """The terms that a call of the package sets out on the day `at`; of another call nothing is known."""
    found = next((name for name, entry in _presets().items() if call_id in entry["calls"]), None)
    return CallTerms() if found is None else preset(found, at)


@cache
def _presets() -> dict[str, dict[str, Any]]:
    return tomllib.loads(packaged("call_terms.toml"))
