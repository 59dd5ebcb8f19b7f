"""FA*IR: floors that a ranking drawn by chance with the target share would seldom break.

Zehlike, Bonchi, Castillo, Hajian, Megahed & Baeza-Yates (2017), doi:10.1145/3132847.3132938. The tables are those of
`fairness.tests`, with α adjusted for one test per prefix. Several protected groups share α equally (Bonferroni).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import numpy as np

from matchmaker.errors import InputError
from matchmaker.fairness.floors import best_within
from matchmaker.fairness.lineup import Counts, Lineup, check_length, line_up
from matchmaker.fairness.quotas import Shares, check_part
from matchmaker.fairness.tests import FairTable, fair_table

MOST_ALPHA = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class FairStarFloors:
    """`floors[i, g]`: how many of group g the first i + 1 places must hold, shape (length, G).

    `protected` are the groups that have floors, `notes` warn of what the tables cannot ask for.
    """

    floors: Counts
    protected: tuple[str, ...]
    notes: tuple[str, ...]


def fair_star(
    groups: Sequence[str],
    scores: Sequence[float],
    target: Shares,
    k: int,
    protected: Collection[str] = (),
    alpha: float = 0.1,
) -> list[int]:
    """Indices of min(k, n) candidates: the best order within the FA*IR floors of the protected groups.

    When no group is named, those of `protected_groups` are. `target` may be a part of a target: shares of 0 or
    more, together at most 1. Raises InputError for other shares, for a protected group without a share, for alpha
    outside 0 (excluded) to 0.25, for scores that are negative or no number, and for k below 1.
    """
    check_length(k)
    check_part(target)
    lineup = line_up(groups, scores, target)
    named = protected or protected_groups(lineup, target)
    return best_within(lineup, fair_star_floors(lineup, target, min(k, len(groups)), named, alpha).floors)


def protected_groups(lineup: Lineup, shares: Shares, spared: Collection[str] = ()) -> tuple[str, ...]:
    """All groups with a share but the one with the largest; of equal shares the one with the higher mean score is left
    out, so of two groups it is the smaller or the lower that is protected. Groups in `spared` never are."""
    with_share = sorted(name for name, share in shares.items() if share)
    largest = max(with_share, key=lambda name: (shares[name], _mean_score(lineup, name)), default=None)
    return tuple(name for name in with_share if name != largest and name not in spared)


def fair_star_floors(
    lineup: Lineup, shares: Shares, length: int, protected: Collection[str], alpha: float = 0.1
) -> FairStarFloors:
    """The floors m(i) of the adjusted table of each protected group, at alpha divided by their number.

    Floors of several groups can always be held together for alpha up to 1/4: P(X ≤ n p) > 1/4 for
    X ~ Bin(n, p) and p < 1 - 1/n (Greenberg & Mohri 2014, doi:10.1016/j.spl.2013.12.009, applied to n - X), so m(i) ≤
    ⌊p · i⌋; and for a p above 1 - 1/i every other group has a floor of 0. Raises InputError for an alpha outside 0
    (excluded) to 0.25 and for a protected group without a share.
    """
    if not 0 < alpha <= MOST_ALPHA:
        raise InputError(f"alpha is {alpha}", hint=f"alpha is above 0 and at most {MOST_ALPHA}; 0.1 is usual")
    strangers = [name for name in protected if not shares.get(name)]
    if strangers:
        raise InputError(
            f"the group {strangers[0]!r} is to be protected and has no share",
            hint=f"groups with a share: {', '.join(name for name, share in shares.items() if share)}",
        )
    named = tuple(sorted(set(protected)))
    floors = np.zeros((length, len(lineup.names)), dtype=np.int64)
    notes = [] if named or not length else ["fair-star asks for nothing: no group is protected"]
    for name in named if length else ():
        if shares[name] == 1:
            raise InputError(
                f"the group {name!r} is to be protected and has the whole share", hint="protect a group that has a part"
            )
        table = _table(length, shares[name], alpha / len(named))
        floors[:, lineup.names.index(name)] = table.m_adjusted
        if not any(table.m_adjusted):
            notes.append(_vacuous(name, table))
    return FairStarFloors(floors, named, tuple(notes))


@lru_cache(maxsize=512)
def _table(length: int, share: Fraction, alpha: float) -> FairTable:
    return fair_table(length, share, alpha)


def _vacuous(name: str, table: FairTable) -> str:
    asked = f"with a share of {table.p:g} and alpha {table.alpha:g}"
    if table.vacuous:
        return f"fair-star asks for nobody of group {name}: {asked} the test needs a list of {table.needs_k} or more"
    return f"fair-star asks for nobody of group {name}: {asked}, adjusted, no list of {len(table.m)} can fail the test"


def _mean_score(lineup: Lineup, name: str) -> float:
    queue = lineup.queues[lineup.names.index(name)]
    return float(lineup.scores[queue].mean()) if queue else -1.0
