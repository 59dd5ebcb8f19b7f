"""Who may see what: the table in `access.toml`, checked when it is read."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from matchmaker.errors import InputError, SourceError
from matchmaker.safeguards import visibility
from matchmaker.terms.words import Reader, read_keys, text, words

ROLES: Final[tuple[str, ...]] = (*visibility.ROLES, "operator")
RIGHTS: Final = (
    "safeguard_reasons", "clause_failures", "aggregate_counts", "log", "verify_log", "equity_report",
    "sensitive_groups",
)  # fmt: skip
VISITOR: Final = "researcher"  # whoever shows no key


@dataclass(frozen=True, slots=True)
class Right:
    """Something that only some may see: what it is, and the roles that may."""

    means: str
    roles: frozenset[str]


def may(role: str, what: str) -> bool:
    """Whether `role` may see `what`. Raises InputError for a role or a right that does not exist."""
    if role not in ROLES:
        raise InputError(f"there is no role {role!r}", hint=f"roles: {', '.join(ROLES)}")
    if what not in RIGHTS:
        raise InputError(f"there is no right {what!r}", hint=f"rights: {', '.join(RIGHTS)}")
    return role in table()[what].roles


@cache
def table() -> Mapping[str, Right]:
    """All rights by name. Raises SourceError where the packaged table is not what this version needs."""
    return read((resources.files("matchmaker_api") / "access.toml").read_text(encoding="utf-8"))


def read(written: str) -> dict[str, Right]:
    """The rights in a table as `access.toml` writes it: exactly `RIGHTS`, each with roles of `ROLES`."""
    try:
        said = read_keys(tomllib.loads(written), "access.toml", dict.fromkeys(RIGHTS, _right))
    except (InputError, tomllib.TOMLDecodeError) as error:
        raise SourceError(f"the table of access cannot be used: {error}", hint="install matchmaker again") from error
    if missing := [right for right in RIGHTS if right not in said]:
        raise SourceError(f"the table of access says nothing of {missing[0]}", hint="install matchmaker again")
    return said


def _right(value: object, where: str) -> Right:
    readers: dict[str, Reader] = {"means": text, "roles": words(*ROLES)}
    said: dict[str, Any] = read_keys(value, where, readers)
    if said.keys() != readers.keys() or not said["roles"] or len(set(said["roles"])) < len(said["roles"]):
        raise InputError(f"{where} needs means and roles, each role once")
    return Right(said["means"], frozenset(said["roles"]))
