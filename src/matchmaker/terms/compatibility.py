"""Two declarations held against each other and a call: a checklist to negotiate, an outcome and a score."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import Literal, get_args

from matchmaker.errors import InputError
from matchmaker.terms.call_terms import CallTerms
from matchmaker.terms.declaration import Declaration
from matchmaker.terms.results import Condition, Outcome, RuleId, RuleResult, worst
from matchmaker.terms.rules_data import (
    as_open_as_the_call_asks,
    data_may_leave,
    embargo_ends_in_time,
    needed_data_can_be_had,
    personal_data_may_travel,
    rights_of_origin_are_kept,
)
from matchmaker.terms.rules_publication import (
    must_publish_and_may,
    nobody_may_forbid_publication,
    publishes_at_once_if_the_call_says_so,
    waits_no_longer_than_accepted,
)
from matchmaker.terms.rules_rights import (
    background_can_be_used,
    background_is_unburdened,
    exclusive_fields_do_not_meet,
    export_control_is_clear,
    licences_allow_the_use,
    ownership_fits,
    secrecy_leaves_time_for_a_thesis,
)

Rule = Callable[[Declaration, Declaration, CallTerms], RuleResult]
Party = Literal["first", "second"]

ONE_WAY: dict[RuleId, Rule] = {
    "P1": must_publish_and_may,
    "P2": waits_no_longer_than_accepted,
    "P3": nobody_may_forbid_publication,
    "P4": publishes_at_once_if_the_call_says_so,
    "D1": as_open_as_the_call_asks,
    "D2": needed_data_can_be_had,
    "D3": embargo_ends_in_time,
    "D4": personal_data_may_travel,
    "D5": data_may_leave,
    "D6": rights_of_origin_are_kept,
    "L1": licences_allow_the_use,
    "B1": background_can_be_used,
    "B2": background_is_unburdened,
    "N1": secrecy_leaves_time_for_a_thesis,
    "X1": export_control_is_clear,
}
"""Rules that hold what y declares against x and the call; asked once each way."""

MUTUAL: dict[RuleId, Rule] = {"F1": ownership_fits, "F2": exclusive_fields_do_not_meet}
"""Rules that say the same of both sides; asked once."""

_SIDES: tuple[Party, ...] = ("first", "second")


@dataclass(frozen=True, slots=True)
class Compatibility:
    """What all rules found for two parties under a call; `results` has each rule once for each asker."""

    results: tuple[RuleResult, ...]

    @property
    def outcome(self) -> Outcome:
        """The gravest outcome of any rule; "unknown" if no rule could say anything."""
        return worst(result.outcome for result in self.results)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Everything that would have to be agreed or done, each once."""
        return tuple(dict.fromkeys(condition for result in self.results for condition in result.conditions))

    @property
    def checklist(self) -> tuple[RuleResult, ...]:
        """What there is to talk about, the gravest first; else in the order of the rules."""
        open_points = [each for each in self.results if each.outcome in ("negotiable", "incompatible")]
        return tuple(sorted(open_points, key=lambda each: each.outcome != "incompatible"))

    @property
    def unsaid(self) -> tuple[RuleResult, ...]:
        """Rules that could not say anything, because something has not been declared."""
        return tuple(each for each in self.results if not each.known)

    def against_call(self, party: Party) -> tuple[RuleResult, ...]:
        """Where what `party` declares is incompatible with the call itself; nothing else removes anybody by default."""
        other: Party = "second" if party == "first" else "first"
        return tuple(each for each in self.results if each.with_call and each.asker == other)


def compare(first: Declaration, second: Declaration, call: CallTerms) -> Compatibility:
    """All 17 rules for two parties: 15 asked each way (`asker` tells whose wish it was), 2 asked once for both."""
    ways = ((first, second), (second, first))
    found = [
        replace(rule(x, y, call), asker=asker)
        for rule in ONE_WAY.values()
        for asker, (x, y) in zip(_SIDES, ways, strict=True)
    ]
    return Compatibility((*found, *(replace(rule(first, second, call), asker="both") for rule in MUTUAL.values())))


def score(compatibility: Compatibility, weights: Mapping[RuleId, float] | None = None) -> float | None:
    """1 − Σ w · penalty / Σ w over the rules that could say something, in [0, 1]; None if none could.

    Penalties: compatible 0, negotiable ½, incompatible 1. `weights` not given are 1. For show beside a checklist: as it
    divides by what is known, leaving a field out can lower it; a ranking uses `ranking_loss`. Raises InputError for
    weights of unknown rules, negative ones, or none above 0.
    """
    weight_of = _weights(weights)
    known = [(weight_of[each.id], each.penalty) for each in compatibility.results if each.known]
    total = sum(weight for weight, _ in known)
    return 1 - sum(weight * penalty for weight, penalty in known) / total if total else None


def ranking_loss(compatibility: Compatibility, weights: Mapping[RuleId, float] | None = None) -> float:
    """Σ w · penalty over the rules that could say something / Σ w over all rules, in [0, 1].

    What has not been said costs nothing here, so that declaring less never lowers a rank and no score is invented for
    people of whom nothing is known (0). Raises InputError as `score` does.
    """
    weight_of = _weights(weights)
    everything = sum(weight_of[each.id] for each in compatibility.results)
    return sum(weight_of[each.id] * each.penalty for each in compatibility.results) / everything


def _weights(given: Mapping[RuleId, float] | None) -> dict[RuleId, float]:
    rules: tuple[RuleId, ...] = get_args(RuleId)
    unknown = sorted(set(given or {}) - set(rules))
    if unknown:
        raise InputError(f"no rule is called {unknown[0]!r}", hint=f"rules: {', '.join(rules)}")
    weights = {rule: (given or {}).get(rule, 1.0) for rule in rules}
    if not all(isfinite(weight) and weight >= 0 for weight in weights.values()) or not any(weights.values()):
        raise InputError(
            "weights of rules must be 0 or more, and one of them above 0", hint="leave them out for 1 each"
        )
    return weights
