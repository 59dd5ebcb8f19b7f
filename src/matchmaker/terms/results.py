"""The answer of one rule: an outcome in three values and "not known", with the words and conditions that go with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from matchmaker.terms.declaration import Declaration

RuleId = Literal["P1", "P2", "P3", "P4", "D1", "D2", "D3", "D4", "D5", "D6", "L1", "B1", "B2", "F1", "F2", "N1", "X1"]
Outcome = Literal["unknown", "compatible", "negotiable", "incompatible"]
Asker = Literal["first", "second", "both"]

SEVERITY: dict[Outcome, float] = {"unknown": 0.0, "compatible": 0.0, "negotiable": 0.5, "incompatible": 1.0}
_AMONG_RULES: tuple[Outcome, ...] = ("unknown", "compatible", "negotiable", "incompatible")
# Within one rule a known obstacle stands whatever else is unsaid, but "compatible" must be known of every part.
_WITHIN_A_RULE: tuple[Outcome, ...] = ("compatible", "unknown", "negotiable", "incompatible")


@dataclass(frozen=True, slots=True)
class Condition:
    """What would have to be agreed or done: a `code` for programs and a `text` for people."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """One thing a rule looks at. `x_fields` and `y_fields` are what each side said that the outcome turns on.

    `with_call`: the conflict is with the call, not with the other partner. `scored`: whether it may lower a score.
    """

    outcome: Outcome
    text: str
    conditions: tuple[Condition, ...] = ()
    x_fields: tuple[str, ...] = ()
    y_fields: tuple[str, ...] = ()
    with_call: bool = False
    scored: bool = True


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What a rule found. `asker` tells whose wish was held against the other: x is the first party or the second.

    `penalty` is what the rule takes from a score, in {0, ½, 1}: that of the outcome, or 0 where the matter is never
    scored. `with_call`: what is incompatible is so with the call, whatever the partners agree.
    """

    id: RuleId
    outcome: Outcome
    text: str
    conditions: tuple[Condition, ...] = ()
    with_call: bool = False
    penalty: float = 0.0
    asker: Asker = "both"

    @property
    def known(self) -> bool:
        """Whether enough was declared for the rule to say anything."""
        return self.outcome != "unknown"


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """The gravest outcome; "unknown" only if nothing else is there."""
    return max(outcomes, key=_AMONG_RULES.index, default="unknown")


def silence(about: str) -> Part:
    """The part of a rule for which something it needs has not been said."""
    return Part("unknown", f"not said: {about}")


def settled(rule: RuleId, x: Declaration, y: Declaration, parts: Iterable[Part]) -> RuleResult:
    """The result of a rule: its gravest part, with everything said that is as grave; compatible only if all parts are.

    A negotiable part that turns on a field one side holds hard is incompatible. It stays a matter between the partners:
    being firm about what a call allows removes nobody from the call.
    """
    held = [_hardened(part, x, y) for part in parts]
    outcome = max((part.outcome for part in held), key=_WITHIN_A_RULE.index)
    gravest = [part for part in held if part.outcome == outcome]
    return RuleResult(
        rule,
        outcome,
        "; ".join(dict.fromkeys(part.text for part in gravest)),
        tuple(dict.fromkeys(condition for part in held for condition in part.conditions)),
        outcome == "incompatible" and any(part.with_call for part in gravest),
        max((SEVERITY[part.outcome] for part in held if part.scored), default=0.0),
    )


def _hardened(part: Part, x: Declaration, y: Declaration) -> Part:
    firm = [f"{x.party} will not move on {path}" for path in part.x_fields if x.is_hard(path)]
    firm += [f"{y.party} will not move on {path}" for path in part.y_fields if y.is_hard(path)]
    if part.outcome != "negotiable" or not firm:
        return part
    return replace(part, outcome="incompatible", text=f"{part.text} ({', '.join(firm)})")
