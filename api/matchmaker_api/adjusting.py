"""Shares moved by the controller of a period, as a policy file for the next lists."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from matchmaker.domain.policies import Aim
from matchmaker.errors import InputError
from matchmaker.fairness.controller import Control
from matchmaker_api.auditing import Adjustment
from matchmaker_api.policies import installed_policy, policy_table


def control(gain: str, bound: str) -> Control:
    """How strongly and how far shares are moved, as typed. Raises InputError for what is none."""
    try:
        return Control(Fraction(gain), Fraction(bound))
    except (ValueError, ZeroDivisionError) as error:
        raise InputError(f"gain {gain!r} and bound {bound!r} are no numbers", hint='write 10 and "1/10"') from error


def told(found: Adjustment, data: Path) -> dict[str, Any]:
    """The shares by group with what moved them, and the policy of the installation with these shares in it."""
    shares = found.adjusted.shares
    rows = [
        {
            "group": group, "target": str(share), "seen": round(found.seen.get(group, 0.0), 6),
            "next": str(shares[group]), "moved": str(found.adjusted.moved.get(group, Fraction(0))),
        }
        for group, share in found.target.items()
    ]  # fmt: skip
    base = installed_policy(data)
    aim = replace(Aim(found.attribute, "policy", dict(shares)), no_floor_for=base.equity.aim.no_floor_for)
    declared = ", ".join(f"{group} {share}" for group, share in found.target.items())
    why = f"moved against the exposure of {found.lists} lists; the declared target is {declared}"
    equity = replace(base.equity, aim=aim, set_by=", ".join(found.set_by), why=why)
    policy = policy_table(replace(base, name="adjusted", equity=equity))
    return {"attribute": found.attribute, "lists": found.lists, "note": found.adjusted.note, "shares": rows,
            "policy": policy}  # fmt: skip


def as_toml(policy: dict[str, Any]) -> str:
    """A policy table as a file that `policies.policy_from` reads."""
    lines = [f"name = {_value(policy['name'])}", ""]
    for section in ("weights", "equity"):
        lines += [f"[{section}]", *(f"{key} = {_value(value)}" for key, value in policy[section].items()), ""]
    return "\n".join(lines)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {_value(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)  # texts, numbers and truth are written in TOML as in JSON
