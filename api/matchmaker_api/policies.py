"""Policies as people write them (TOML or JSON) and as the library takes them: weights, and who should be seen."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from fractions import Fraction
from pathlib import Path
from typing import Any, Final, get_args

from matchmaker.domain.policies import MERIT, Aim, Combination, Equity, EquityTarget, Policy, RerankMethod, Weights
from matchmaker.errors import InputError, SourceError, StateError
from matchmaker.fairness.reranking import BEST
from matchmaker.fairness.targets import exact_share, parse_target
from matchmaker.groups import check_attribute, group_names

FILE: Final = "policy.toml"  # in the data folder: what holds where a question brings no policy of its own
AIM_KEYS: Final = tuple(field.name for field in fields(Aim))
_OWN_KEYS: Final = tuple(field.name for field in fields(Equity) if field.name != "aim")
EQUITY_KEYS: Final = (*AIM_KEYS, *_OWN_KEYS)
ASKER: Final = "whoever asked"
_MOST_AIMS: Final = 3
_FINEST_PART: Final = 100
_PAGE: Final = "see docs/reference/policy.md"


def policy_from(path: Path, set_by: str = Equity().set_by) -> Policy:
    """Read a policy file (TOML). Unknown keys are errors: a typo must not switch equity off."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SourceError(f"cannot read the policy {path}: {error}", hint=_PAGE) from error
    try:
        return policy_of(table, set_by)
    except InputError as error:
        raise InputError(f"{path}: {error.message}", hint=error.hint) from error


def installed_policy(data: Path) -> Policy:
    """The policy of the installation: `policy.toml` of the data folder, the default of the program without one.

    Raises StateError for a file that cannot be used: whoever asks is not told what stands in it.
    """
    path = data / FILE
    if not path.exists():
        return Policy()
    try:
        return policy_from(path)
    except (InputError, SourceError) as error:
        raise StateError(
            "the policy of this installation cannot be used", hint="whoever runs it sees why with `matchmaker doctor`"
        ) from error


def policy_for(data: Path, given: Policy | Mapping[str, Any] | None) -> Policy:
    """The policy of a question: the one it brings, or that of the installation where it brings none."""
    if given is None:
        return installed_policy(data)
    return given if isinstance(given, Policy) else policy_of(given, ASKER)


def policy_of(table: Mapping[str, Any], set_by: str = Equity().set_by) -> Policy:
    """A policy from its JSON or TOML form {name, weights, equity}; what is left out keeps its default.

    `set_by` is who set it where the table does not say.
    """
    _only(table, ("name", "weights", "equity"), "policy")
    weights, equity = table.get("weights", {}), table.get("equity", {})
    _only(weights, [field.name for field in fields(Weights)], "weights")
    policy = Policy(
        str(table.get("name", "custom" if table else "default")), Weights(**weights), _equity(equity, set_by)
    )
    _check_weights(policy.weights)
    return policy


def policy_table(policy: Policy) -> dict[str, Any]:
    """The JSON form of a policy, from which `policy_of` makes it again; shares are exact fractions in text."""
    return {"name": policy.name, "weights": asdict(policy.weights), "equity": equity_table(policy.equity)}


def equity_table(equity: Equity) -> dict[str, Any]:
    """The equity part of a policy, with the first aim beside the rest, as it stands in a file."""
    rest = {key: getattr(equity, key) for key in _OWN_KEYS if key != "also"}
    return {**_aim_table(equity.aim), **rest, "also": [_aim_table(aim) for aim in equity.also]}


def _aim_table(aim: Aim) -> dict[str, Any]:
    return {
        "attribute": aim.attribute,
        "target": aim.target,
        "shares": {group: str(share) for group, share in aim.shares.items()},
        "pool_part": str(aim.pool_part),
        "no_floor_for": list(aim.spared),
    }


def _equity(table: Mapping[str, Any], set_by: str) -> Equity:
    _only(table, EQUITY_KEYS, "equity")
    given = {key: value for key, value in table.items() if key in _OWN_KEYS and key != "also"}
    also = table.get("also", ())
    if not isinstance(also, list | tuple) or len(also) >= _MOST_AIMS:
        raise InputError("equity.also must be a list of one or two further aims", hint=_PAGE)
    can_spare = given.get("method", Equity().method) in BEST and not given.get("ceilings")
    first = _aim({key: table[key] for key in AIM_KEYS if key in table}, "equity", can_spare)
    further = []
    for number, each in enumerate(also):
        _only(each, AIM_KEYS, f"equity.also[{number}]")
        further.append(_aim(each, f"equity.also[{number}]", can_spare))
    equity = Equity(first, tuple(further), **{"set_by": set_by, **given})
    _check(equity)
    if "policy" in (aim.target for aim in (first, *further)) and not (given.get("set_by") and given.get("why")):
        raise InputError("equity.shares do not say who set them and why", hint='add set_by = "…" and why = "…"')
    return equity


def _aim(table: Mapping[str, Any], where: str, can_spare: bool) -> Aim:
    attribute, target = table.get("attribute", "income_group"), table.get("target", "pool")
    if not isinstance(attribute, str):
        raise InputError(f"{where}.attribute is {attribute!r}", hint="give the name of an attribute")
    check_attribute(attribute)
    _choice(target, get_args(EquityTarget), f"{where}.target")
    shares = table.get("shares", {})
    if not isinstance(shares, Mapping) or bool(shares) != (target == "policy"):
        raise InputError(
            f"{where}.shares and target {target!r} do not go together",
            hint='write target = "policy" and shares such as {L = "1/5", H = "4/5"}, or leave shares out',
        )
    exact = dict(parse_target(shares, attribute).shares) if shares else {}
    _known_groups(exact, attribute, f"{where}.shares")
    part = _part(table.get("pool_part", 0), f"{where}.pool_part")
    return Aim(attribute, target, exact, part, _spared(table, attribute, where, can_spare))


def _part(given: object, where: str) -> Fraction:
    part = exact_share(where, given)
    if not 0 <= part <= 1 or part.denominator > _FINEST_PART:
        raise InputError(f"{where} is {given!r}", hint=f"write a number from 0 to 1 in parts of {_FINEST_PART} at most")
    return part


def _spared(table: Mapping[str, Any], attribute: str, where: str, can_spare: bool) -> tuple[str, ...] | None:
    spared = table.get("no_floor_for")
    if spared is None:
        return None if can_spare else ()
    if not isinstance(spared, list | tuple) or not all(isinstance(group, str) for group in spared):
        raise InputError(f"{where}.no_floor_for must be a list of groups", hint='for example ["H"]')
    _known_groups(spared, attribute, f"{where}.no_floor_for")
    if spared and not can_spare:
        raise InputError(
            f"{where}.no_floor_for is {list(spared)}, and this method cannot spare anybody",
            hint=f"methods that can: {', '.join(BEST)}, without ceilings",
        )
    return tuple(spared)


def _known_groups(named: Sequence[str] | Mapping[str, Any], attribute: str, where: str) -> None:
    allowed = group_names(attribute)
    unknown = [group for group in named if allowed is not None and group not in allowed]
    if unknown:
        groups = ", ".join(allowed or ())
        raise InputError(f"{where}: {attribute} has no group {unknown[0]!r}", hint=f"groups: {groups}")


def _check(equity: Equity) -> None:
    _choice(equity.method, get_args(RerankMethod), "equity.method")
    _choice(equity.combine, get_args(Combination), "equity.combine")
    attributes = [aim.attribute for aim in (equity.aim, *equity.also)]
    if len(set(attributes)) < len(attributes):
        raise InputError("equity names an attribute twice", hint="one aim for each attribute")
    if equity.also and (equity.method != "floors" or "none" in {aim.target for aim in (equity.aim, *equity.also)}):
        raise InputError(
            "several attributes at once need the method 'floors' and a target each", hint="or name one attribute only"
        )
    if not isinstance(equity.ceilings, bool) or (equity.ceilings and equity.method != "exact"):
        raise InputError("equity.ceilings goes with the method 'exact' only", hint='method = "exact"')
    for key, lowest, highest in (("relevance_floor", 0, 1), ("ndcg_floor", 0, 1), ("alpha", 0.001, 0.25)):
        value = getattr(equity, key)
        if not isinstance(value, int | float) or isinstance(value, bool) or not lowest <= value <= highest:
            raise InputError(f"equity.{key} is {value!r}", hint=f"allowed is {lowest} to {highest}")
    for key in ("set_by", "why"):
        if not isinstance(getattr(equity, key), str):
            raise InputError(f"equity.{key} is {getattr(equity, key)!r}", hint="write a text")


def _check_weights(given: Weights) -> None:
    if not isinstance(given.terms, int | float) or not 0 <= given.terms <= 0.1:
        raise InputError(f"weights.terms is {given.terms!r}; allowed is 0 to 0.1", hint="0 leaves terms out")
    weights = given.merit
    if weights is not None and (
        not all(isinstance(w, int | float) and 0 <= w <= 1 for w in weights.values())
        or abs(sum(weights.values()) - 1) > 1e-9
    ):
        raise InputError(
            f"weights {weights} must lie in 0..1 and add up to 1",
            hint=f"the score stays in 0..1 only then; known are {', '.join(MERIT)}, and none at all takes those learnt",
        )


def _choice(value: object, allowed: Sequence[str], where: str) -> None:
    if value not in allowed:
        raise InputError(f"{where} is {value!r}", hint=f"allowed are {', '.join(allowed)}")


def _only(table: Any, known: Sequence[str], what: str) -> None:
    if not isinstance(table, Mapping):
        raise InputError(f"{what} must be a table of keys and values", hint=_PAGE)
    if unknown := sorted(set(table) - set(known)):
        raise InputError(f"unknown keys in {what}: {', '.join(unknown)}", hint=f"known are {', '.join(sorted(known))}")
