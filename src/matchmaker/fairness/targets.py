"""Target shares: which part of a list each group should hold at least, who set that, and why.

Whoever could not be placed in a group is a group of its own (`unknown`, `undeclared`), with a share like any other. A
target may name groups that the pool does not have: it stays as it is, and the list says what it lacks.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from matchmaker.errors import InputError

FINEST = 1_000_000
# Digits with a point or a bar, or the exponent that str() gives a small float; never one that takes long to work out.
_NUMBER = re.compile(r"[+-]?\d{1,12}(\.\d{1,12})?(e-\d)?|[+-]?\.\d{1,12}|[+-]?\d{1,12}(e-0?\d)?|[+-]?\d{1,12}/\d{1,12}")

TARGETS = ("pool", "uniform", "policy", "none")


@dataclass(frozen=True, slots=True)
class Target:
    """Shares of groups, exact and summing to 1.

    `attribute` says what the groups are (`income_group`, `m49`, `career_stage` …), `source` who set the shares, `note`
    why. Raises InputError for negative shares and for shares that do not sum to exactly 1: none is scaled in silence.
    """

    attribute: str
    shares: Mapping[str, Fraction]
    source: str
    note: str = ""

    def __post_init__(self) -> None:
        check_shares(self.shares)
        object.__setattr__(self, "shares", MappingProxyType(dict(self.shares)))


def check_shares(shares: Mapping[str, Fraction]) -> None:
    """Raise InputError unless the shares are all 0 or more and sum to exactly 1."""
    negative = [group for group, share in shares.items() if share < 0]
    if negative:
        raise InputError(f"the target share of {negative[0]!r} is {shares[negative[0]]}", hint="shares are 0 or more")
    if sum(shares.values()) != 1:
        parts = " + ".join(f"{group} {share}" for group, share in shares.items()) or "no groups"
        raise InputError(
            f"target shares sum to {sum(shares.values())}, not 1: {parts}",
            hint='name every group that may be shown, and write thirds as "1/3"',
        )


def pool_proportional(groups: Sequence[str], attribute: str = "group") -> Target:
    """Each group's share among the eligible and relevant candidates; `groups[i]` is the group of candidate i.

    It repeats the proportions of the pool, so it answers "who is seen" only as well as the pool was drawn. Raises
    InputError for an empty pool.
    """
    if not groups:
        raise InputError("an empty pool has no proportions", hint="loosen the filters, or give a target")
    shares = {group: Fraction(count, len(groups)) for group, count in sorted(Counter(groups).items())}
    return Target(attribute, shares, "pool", f"proportions of the {len(groups)} candidates left after the filters")


def uniform(groups: Iterable[str], attribute: str = "group") -> Target:
    """The same share for each distinct group. Raises InputError where there is none."""
    names = sorted(set(groups))
    if not names:
        raise InputError("a uniform target needs at least one group", hint="name the groups")
    return Target(attribute, dict.fromkeys(names, Fraction(1, len(names))), "uniform", "the same share for each group")


def policy_target(table: Mapping[str, object], attribute: str, set_by: str, why: str) -> Target:
    """Shares that somebody set, such as the quota of a call; see `parse_target` for how they are written.

    Raises InputError where nobody says who set them and why, besides the errors of `parse_target`.
    """
    for said, what in ((set_by, "who set it"), (why, "why")):
        if not said.strip():
            raise InputError(
                f"a target by {attribute} does not say {what}", hint="a policy names its author and reason"
            )
    return parse_target(table, attribute, set_by, why)


def mixed(pool: Target, policy: Target, pool_part: object) -> Target:
    """p = λ · pool + (1 - λ) · policy, exact, with λ = `pool_part` in [0, 1], a number or text such as "1/3".

    A group that only one of them names has the share 0 in the other. Raises InputError for targets of two attributes
    and for a λ that is no number from 0 to 1.
    """
    part = exact_share("pool_part", pool_part)
    if not 0 <= part <= 1:
        raise InputError(f"pool_part is {pool_part!r}", hint='write a number from 0 to 1: 0.3 or "3/10"')
    if pool.attribute != policy.attribute:
        raise InputError(
            f"targets by {pool.attribute} and by {policy.attribute} cannot be mixed",
            hint="mix targets of one attribute",
        )
    shares = {
        group: part * pool.shares.get(group, Fraction(0)) + (1 - part) * policy.shares.get(group, Fraction(0))
        for group in sorted({*pool.shares, *policy.shares})
    }
    note = "; ".join(filter(None, (f"{part} of {pool.source}, {1 - part} of {policy.source}", pool.note, policy.note)))
    return Target(pool.attribute, shares, f"{pool.source} and {policy.source}", note)


def target_named(
    wanted: str, groups: Sequence[str], attribute: str, policy: Target | None = None, pool_part: object = 0
) -> Target | None:
    """The target a policy names: pool, uniform, policy (the one given), or none (also where there is nobody to share
    places), mixed with the proportions of the pool by `pool_part` (see `mixed`).

    `groups[i]` is the group of candidate i of the eligible and relevant. Raises InputError for another name and for a
    policy without shares.
    """
    if wanted not in TARGETS:
        raise InputError(f"there is no target {wanted!r}", hint=f"targets are {', '.join(TARGETS)}")
    if wanted == "policy" and policy is None:
        raise InputError(f"a policy target by {attribute} has no shares", hint="give each group's share, or use 'pool'")
    if wanted == "none" or not groups:
        return None
    pool = pool_proportional(groups, attribute)
    if wanted == "pool":
        return pool
    aim = policy if wanted == "policy" and policy is not None else uniform(groups, attribute)
    return aim if exact_share("pool_part", pool_part) == 0 else mixed(pool, aim, pool_part)


def parse_target(
    table: Mapping[str, object], attribute: str = "group", source: str = "policy", note: str = ""
) -> Target:
    """A target as people write it: `{"H": "1/2", "UM": 0.3, "L": "0.2"}`.

    A decimal means what it says: 0.3 is 3/10, not the nearest binary number. Raises InputError for a share that is no
    number and for shares that do not sum to 1.
    """
    return Target(
        attribute,
        {group: exact_share(f"the target share of {group!r}", given) for group, given in table.items()},
        source,
        note,
    )


def exact_share(what: str, given: object) -> Fraction:
    """A number as it was written, exact: 0.3 and "3/10" are 3/10; six decimals, or a denominator up to 1,000,000.

    Raises InputError, naming `what`, for anything else: floors are whole numbers of such fractions, and longer ones
    would cost much and say nothing.
    """
    no_number = InputError(
        f"{what} is {repr(given)[:80]}", hint='write a number with at most six decimals, or a fraction: 0.3 or "3/10"'
    )
    if not isinstance(given, str | float | int | Fraction) or isinstance(given, bool):
        raise no_number
    # str() of a float is the shortest decimal that means it, which is what was typed.
    written = str(given).strip()
    if not _NUMBER.fullmatch(written):
        raise no_number
    try:
        number = Fraction(written)
    except (ValueError, ZeroDivisionError) as error:
        raise no_number from error
    if number.denominator > FINEST:
        raise no_number
    return number
