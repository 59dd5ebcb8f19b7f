"""Target shares: which part of a list each group should hold at least, who set that, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from matchmaker.errors import InputError


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


def target_named(wanted: str, groups: Sequence[str], attribute: str) -> Target | None:
    """The target a policy names: pool, uniform, or none (also where there is nobody to share places)."""
    if wanted == "none" or not groups:
        return None
    makers = {"pool": pool_proportional, "uniform": uniform}
    if wanted not in makers:
        raise InputError(f"there is no target {wanted!r}", hint="targets are pool, uniform and none")
    return makers[wanted](groups, attribute)


def parse_target(
    table: Mapping[str, object], attribute: str = "group", source: str = "policy", note: str = ""
) -> Target:
    """A target as people write it: `{"H": "1/2", "UM": 0.3, "L": "0.2"}`.

    A decimal means what it says: 0.3 is 3/10, not the nearest binary number. Raises InputError for a share that is no
    number and for shares that do not sum to 1.
    """
    return Target(attribute, {group: _share(group, given) for group, given in table.items()}, source, note)


def _share(group: str, given: object) -> Fraction:
    if isinstance(given, str | float | int | Fraction) and not isinstance(given, bool):
        try:
            # str() of a float is the shortest decimal that means it, which is what was typed.
            return Fraction(str(given))
        except (ValueError, ZeroDivisionError) as error:
            raise _no_share(group, given) from error
    raise _no_share(group, given)


def _no_share(group: str, given: object) -> InputError:
    return InputError(f"the target share of {group!r} is {given!r}", hint='write a number from 0 to 1: 0.3 or "3/10"')
