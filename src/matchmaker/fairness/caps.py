"""Lists for many seekers in which nobody is suggested to everyone: at most `cap` lists for each candidate.

Deferred acceptance (Gale & Shapley 1962, doi:10.2307/2312726), many to many: seekers propose down their pools until k
candidates hold them; a candidate holds the `cap` seekers for whom their score is highest (ties by the order of seekers)
and lets the others go on. In the end no two who are kept apart would both rather have each other than somebody they
hold or an empty place, and of all outcomes of that kind each seeker has the best (Roth 1984, Econometrica 52, 47-57).
Lists become shorter than k where pools run out: their length is not promised.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic

import numpy as np

from matchmaker.errors import InputError
from matchmaker.fairness.flows import owners
from matchmaker.fairness.pools import (
    Id,
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
class Capped(Generic[Id]):
    """Lists for many seekers with at most `cap` lists per candidate, and what that cost.

    `lists[s]` holds up to min(k, allowed) ids, best first. `relieved` counts by candidate the lists they left, of those
    who were in more than `cap`. `short` counts by seeker the places that stay empty because the pool ran out. `notes`
    are sentences.
    """

    lists: tuple[tuple[Id, ...], ...]
    relieved: Mapping[Id, int]
    short: Mapping[int, int]
    result: Spread[Id]
    unconstrained: Spread[Id]
    price: Price
    notes: tuple[str, ...]


def capped(pools: Pools[Id], k: int, cap: int) -> Capped[Id]:
    """Lists of k in which nobody is more than `cap` times; the unconstrained lists where nobody was.

    Raises InputError for k or cap below 1.
    """
    check_length(k)
    if cap < 1:
        raise InputError(f"a cap of {cap} lists per candidate", hint="cap is 1 or more; leave people out by a rule")
    lists, before = _accepted(pools, k, cap), pools.best(k)
    over = exposure(pools, before) - cap
    missing = np.minimum(pools.sizes, k) - np.array([len(shown) for shown in lists])
    short = {seeker: int(missing[seeker]) for seeker in np.flatnonzero(missing).tolist()}
    relieved = {pools.ids[c]: int(over[c]) for c in np.flatnonzero(over > 0).tolist()}
    return Capped(
        lists=pools.named(lists),
        relieved=relieved,
        short=short,
        result=spread(pools, lists),
        unconstrained=spread(pools, before),
        price=price(pools, lists, k),
        notes=(*_notes(relieved, short, cap), *told_if_nobody(pools)),
    )


def _accepted(pools: Pools[Id], k: int, cap: int) -> list[list[int]]:
    """The entries that hold at the end, per seeker, best first."""
    candidates, scores, seeker_of = pools.candidates.tolist(), pools.scores.tolist(), owners(pools).tolist()
    walks = [iter(pools.entries(seeker)) for seeker in range(pools.seekers)]
    # Of equal scores the later seeker goes first: a larger entry is a later seeker, the heap's first goes.
    holding: list[list[tuple[float, int]]] = [[] for _ in pools.ids]
    waiting = deque(seeker for seeker in range(pools.seekers) for _ in range(k))
    while waiting:
        seeker = waiting.popleft()
        entry = next(walks[seeker], None)
        if entry is None:
            continue
        held = holding[candidates[entry]]
        heapq.heappush(held, (scores[entry], -entry))
        if len(held) > cap:
            waiting.append(seeker_of[-heapq.heappop(held)[1]])
    lists: list[list[int]] = [[] for _ in range(pools.seekers)]
    for entry in sorted(-negative for held in holding for _, negative in held):
        lists[seeker_of[entry]].append(entry)
    return lists


def _notes(relieved: Mapping[Id, int], short: Mapping[int, int], cap: int) -> list[str]:
    notes = []
    if relieved:
        notes.append(
            f"{_count(len(relieved), 'candidate')} would have been in more than {_count(cap, 'list')}; now nobody is"
        )
    if short:
        lists = "1 list is shorter than it" if len(short) == 1 else f"{len(short)} lists are shorter than they"
        places = _count(sum(short.values()), "place")
        notes.append(f"{lists} could be, by {places} in all: everybody left in the pool is at the cap")
    return notes


def _count(number: int, thing: str) -> str:
    return f"1 {thing}" if number == 1 else f"{number} {thing}s"
