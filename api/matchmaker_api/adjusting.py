"""Shares moved by the controller of a period, as a policy file for the next lists."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from matchmaker.domain.policies import Aim
from matchmaker.fairness.controller import Control
from matchmaker.fairness.targets import exact_share
from matchmaker_api.auditing import Adjustment
from matchmaker_api.policies import installed_policy, policy_of, policy_table


def control(gain: str, bound: str) -> Control:
    """How strongly and how far shares are moved, as typed. Raises InputError for what is none."""
    return Control(exact_share("gain", gain), exact_share("bound", bound))


def told(found: Adjustment, data: Path) -> dict[str, Any]:
    """The shares by group with what moved them, and the policy of the installation with these shares in it."""
    shares = found.adjusted.shares
    rows = [
        {
            "group": group, "target": str(share), "seen": round(found.seen[group], 6) if group in found.seen else None,
            "next": str(shares[group]), "moved": str(found.adjusted.moved.get(group, Fraction(0))),
        }
        for group, share in found.target.items()
    ]  # fmt: skip
    base = installed_policy(data)
    own = base.equity.aim
    spared = own.no_floor_for if own.attribute == found.attribute else None
    aim = Aim(found.attribute, "policy", dict(shares), no_floor_for=spared)
    declared = ", ".join(f"{group} {share}" for group, share in found.target.items())
    why = f"moved against the exposure of {found.lists} lists; the declared target is {declared}"
    further = tuple(each for each in base.equity.also if each.attribute != found.attribute)
    equity = replace(
        base.equity,
        aim=aim,
        also=further,
        set_by=f"calculated by `audit adjust` from the target of {', '.join(found.set_by)}"[:200],
        why=why,
    )
    policy = policy_table(replace(base, name="adjusted", equity=equity))
    policy_of(policy)  # what is written must be what can be read
    return {"attribute": found.attribute, "lists": found.lists, "note": found.adjusted.note, "shares": rows,
            "policy": policy}  # fmt: skip


def as_toml(policy: dict[str, Any]) -> str:
    """A policy table as a file that `policies.policy_from` reads."""
    lines = [f"name = {_value(policy['name'])}", ""]
    for section in ("weights", "equity"):
        # TOML has no null: a weight that nobody set is left out.
        given = {key: value for key, value in policy[section].items() if value is not None}
        lines += [f"[{section}]", *(f"{key} = {_value(value)}" for key, value in given.items()), ""]
    return "\n".join(lines)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {_value(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)  # texts, numbers and truth are written in TOML as in JSON
