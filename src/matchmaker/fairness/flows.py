"""How many lists every candidate can be promised, and how a promise is kept: maximum flow between seekers and pools.

A candidate passes on up to `level` units, one to each seeker who may be shown them; a seeker takes up to `room`. The
flow is whole, so it is a choice of pairs (Ford & Fulkerson 1956, doi:10.4153/CJM-1956-045-5; Dinic's algorithm, SciPy).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import maximum_flow

from matchmaker.fairness.pools import Id, Pools

_Counts = NDArray[np.int64]
_Held = NDArray[np.bool_]


def largest_promise(pools: Pools[Id], room: _Counts) -> int:
    """The most lists that every one of the n candidates can be in at once, 0 or more.

    `room[s]` is how many candidates the list of seeker s can hold. Nobody can be in more lists than they are allowed
    in, nor all together in more than there are places; below that, maximum flow decides.
    """
    nobody = np.zeros(len(pools.candidates), dtype=np.bool_)
    allowed_in = np.bincount(pools.candidates, minlength=len(pools.ids))
    low, high = 0, min(int(allowed_in.min()), int(room.sum()) // len(pools.ids))
    # The highest that counting allows is often possible, and then this is the only flow.
    level = high
    while low < high:
        if _flow(pools, nobody, room, level)[0] == level * len(pools.ids):
            low = level
        else:
            high = level - 1
        level = (low + high + 1) // 2
    return low


def augmented(pools: Pools[Id], held: _Held, room: _Counts, level: int) -> _Held:
    """The pairs after exchanges that bring as many candidates as possible as near as possible to `level` lists.

    `held[e]` is whether entry e of the pools is given already: at most `level` per candidate, `room[s]` per seeker.
    No candidate and no seeker loses in number by an exchange, and Σ min(level, lists) over the candidates becomes the
    largest there is. Among several exchanges that do, relevance does not choose.
    """
    if not (np.bincount(pools.candidates[held], minlength=len(pools.ids)) < level).any():
        return held
    flow = coo_array(_flow(pools, held, room, level)[1])
    moves = flow.data > 0
    source, target = flow.coords[0][moves].astype(np.int64), flow.coords[1][moves].astype(np.int64)
    n, people = len(pools.ids), len(pools.ids) + pools.seekers
    given = (source < n) & (target < people)
    taken = (target < n) & (source < people)
    after = held.copy()
    after[_entries(pools, target[given] - n, source[given])] = True
    after[_entries(pools, source[taken] - n, target[taken])] = False
    return after


def owners(pools: Pools[Id]) -> _Counts:
    """The seeker of each entry of the pools."""
    return np.repeat(np.arange(pools.seekers), pools.sizes)


def _flow(pools: Pools[Id], held: _Held, room: _Counts, level: int) -> tuple[int, csr_array]:
    """The size of the largest flow on top of what is held, and it. Nodes: candidates, seekers, sink, source."""
    n, sink = len(pools.ids), len(pools.ids) + pools.seekers
    seeker, candidate = owners(pools) + n, pools.candidates
    wanted = level - np.bincount(candidate[held], minlength=n)
    free = room - np.bincount(seeker[held] - n, minlength=pools.seekers)
    # A pair that is held can be undone, so its edge leads back.
    source = np.concatenate([np.where(held, seeker, candidate), np.full(n, sink + 1), np.arange(n, sink)])
    target = np.concatenate([np.where(held, candidate, seeker), np.arange(n), np.full(pools.seekers, sink)])
    capacity = np.concatenate([np.ones(len(candidate), dtype=np.int64), wanted, free])
    used = capacity > 0
    edges = (source[used].astype(np.int32), target[used].astype(np.int32))
    graph = csr_array(coo_array((capacity[used].astype(np.int32), edges), shape=(sink + 2, sink + 2)))
    found = maximum_flow(graph, sink + 1, sink)
    return int(found.flow_value), found.flow


def _entries(pools: Pools[Id], seeker: _Counts, candidate: _Counts) -> _Counts:
    """The entries of these pairs in the pools."""
    keys = owners(pools) * len(pools.ids) + pools.candidates
    by_key = np.argsort(keys)
    return by_key[np.searchsorted(keys, seeker * len(pools.ids) + candidate, sorter=by_key)]
