"""Lists for all seekers of a call at once, in which every candidate is seen: FairRec.

After Patro et al. (2020), doi:10.1145/3366423.3380196. With m seekers, n candidates and lists of k, every candidate is
promised l = ⌊α · m · k / n⌋ lists. First seekers take turns, each taking the best candidate who is not in l lists yet;
then each list is filled by relevance. The paper takes every pair as allowed. Here many are not, so that

- l may be more than the pools can give to everybody: `feasible` is the most they can, by maximum flow;
- taking turns may end with a candidate whom only full lists, or lists that hold them already, could take. Then places
  are exchanged along augmenting paths until everybody is in min(l, feasible) lists. Beyond `feasible`, up to l, as many
  lists as possible are kept in all.

The paper shows lists dealt in turns to be envy-free up to one candidate. That is not claimed here: it speaks of seekers
who may be shown everybody, and an exchange need not keep it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import filterfalse, islice
from typing import Generic

import numpy as np
from numpy.typing import NDArray

from matchmaker.errors import InputError
from matchmaker.fairness.flows import augmented, largest_promise
from matchmaker.fairness.pools import (
    Id,
    Lists,
    Pools,
    Price,
    Spread,
    check_length,
    exposure,
    price,
    spread,
    told_if_nobody,
)


@dataclass(frozen=True, slots=True)
class TwoSided(Generic[Id]):
    """Lists for many seekers, what each candidate was promised, and what keeping it cost.

    `lists[s]` holds min(k, allowed) ids. `promised` is l; `feasible` the most lists the pools can give to everybody,
    which may be more than l; everybody is in at least min(promised, feasible). `unmet` counts by candidate the lists
    that lack to `promised`. `exchanged` places came from exchanges, not from taking turns. `notes` are sentences.
    """

    lists: tuple[tuple[Id, ...], ...]
    promised: int
    feasible: int
    unmet: Mapping[Id, int]
    exchanged: int
    result: Spread[Id]
    unconstrained: Spread[Id]
    price: Price
    notes: tuple[str, ...]


def fairrec(pools: Pools[Id], k: int, alpha: Fraction | str | int, *, best_first: bool = False) -> TwoSided[Id]:
    """Lists of k in which every candidate is in ⌊alpha · m · k / n⌋, as far as the pools allow.

    `alpha` in [0, 1], exact (`Fraction(1, 2)`, "0.5", "1/2"): 0 leaves every list as it is. n counts the candidates
    allowed to at least one seeker. Seekers take turns in the order of the pools. A list begins with the places of the
    promise, best first, and goes on with those filled by relevance, as in the paper; with `best_first` it is by score
    from top to bottom, as people should see it. Its price is that of the order returned. Raises
    InputError for an alpha outside [0, 1] or a float, whose product cannot be floored exactly, and for k below 1.
    """
    check_length(k)
    asked = _exact(alpha) * pools.seekers * k
    promised = asked.numerator // (asked.denominator * len(pools.ids))
    room = np.minimum(pools.sizes, k)
    feasible = largest_promise(pools, room)
    lists, exchanged = _promised_places(pools, room, promised, feasible)
    lists = _filled(pools, lists, room)
    if best_first:
        lists = [sorted(shown) for shown in lists]
    below = promised - exposure(pools, lists)
    answer = TwoSided(
        lists=pools.named(lists),
        promised=promised,
        feasible=feasible,
        unmet={pools.ids[c]: int(below[c]) for c in np.flatnonzero(below > 0).tolist()},
        exchanged=exchanged,
        result=spread(pools, lists),
        unconstrained=spread(pools, pools.best(k)),
        price=price(pools, lists, k),
        notes=(),
    )
    return replace(answer, notes=(*_notes(answer, asked), *told_if_nobody(pools)))


def _promised_places(
    pools: Pools[Id], room: NDArray[np.int64], promised: int, feasible: int
) -> tuple[list[list[int]], int]:
    """Entries dealt to each seeker for the promise alone, and how many of them came from exchanges."""
    lists: list[list[int]] = [[] for _ in range(pools.seekers)]
    exchanged = 0
    # What everybody can have comes first; only then does anybody get more.
    for level in sorted({min(promised, feasible), min(promised, pools.seekers)} - {0}):
        dealt = _dealt(pools, lists, room, level)
        held = np.zeros(len(pools.candidates), dtype=np.bool_)
        held[[entry for shown in dealt for entry in shown]] = True
        after = augmented(pools, held, room, level)
        exchanged += int(np.count_nonzero(after & ~held))
        lists = [[entry for entry in pools.entries(s) if after[entry]] for s in range(pools.seekers)]
    return lists, exchanged


def _dealt(pools: Pools[Id], lists: Lists, room: NDArray[np.int64], level: int) -> list[list[int]]:
    """Lists after seekers took turns until nobody can take a candidate who is in fewer than `level` lists."""
    dealt = [list(shown) for shown in lists]
    left = (level - exposure(pools, lists)).tolist()
    candidates, places = pools.candidates.tolist(), room.tolist()
    # Whom a seeker passes over has no list left to be promised, and never will: each pool is walked once.
    walks = [iter(sorted(set(pools.entries(s)).difference(shown))) for s, shown in enumerate(dealt)]
    taking = list(range(pools.seekers))
    while taking:
        still = []
        for seeker in taking:
            if len(dealt[seeker]) < places[seeker]:
                entry = next((e for e in walks[seeker] if left[candidates[e]] > 0), None)
                if entry is not None:
                    dealt[seeker].append(entry)
                    left[candidates[entry]] -= 1
                    still.append(seeker)
        taking = still
    return dealt


def _filled(pools: Pools[Id], lists: Lists, room: NDArray[np.int64]) -> list[list[int]]:
    """Every list with its best others behind it, up to its room."""
    full = []
    for seeker, shown in enumerate(lists):
        others = filterfalse(set(shown).__contains__, pools.entries(seeker))
        full.append([*shown, *islice(others, int(room[seeker]) - len(shown))])
    return full


def _exact(alpha: Fraction | str | int) -> Fraction:
    hint = 'write it exactly, from 0 to 1: Fraction(1, 2), "0.5" or "1/2"'
    if isinstance(alpha, bool) or not isinstance(alpha, Fraction | str | int):
        raise InputError(f"alpha is {alpha!r}", hint=hint)
    try:
        exact = Fraction(alpha)
    except (ValueError, ZeroDivisionError) as error:
        raise InputError(f"alpha is {alpha!r}", hint=hint) from error
    if not 0 <= exact <= 1:
        raise InputError(f"alpha is {alpha}", hint=hint)
    return exact


def _notes(answer: TwoSided[Id], asked: Fraction) -> list[str]:
    n, notes = len(answer.result.exposure), []
    if answer.promised == 0:
        notes.append(
            f"nobody is promised a list: alpha · m · k = {float(asked):g} is less than the {n} candidates,"
            " so the lists are the unconstrained ones"
        )
    if answer.promised > answer.feasible:
        notes.append(
            f"{answer.promised} lists each were asked for, but who may be shown to whom allows everybody only"
            f" {answer.feasible}; {len(answer.unmet)} of {n} candidates are in fewer than {answer.promised}"
        )
    if answer.exchanged:
        notes.append(f"{answer.exchanged} places were exchanged after taking turns, to keep what was promised")
    return notes
