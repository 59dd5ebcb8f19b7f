"""Whether each person gets attention in proportion to relevance, over a batch of lists.

After Biega, Gummadi & Weikum (2018), doi:10.1145/3209978.3210063.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from matchmaker.errors import InputError
from matchmaker.measures.quotients import amounts_of, shares_of


def individual_unfairness(attention: ArrayLike, relevance: ArrayLike) -> float:
    """Amortised individual unfairness Σ_i |A_i - R_i|, in [0, 2]; 0 where attention follows relevance exactly.

    Both have shape (lists, candidates): the attention candidate i got in a list, and the relevance for it, in any
    unit. Each list is divided by its own sums, so that all lists weigh the same; A_i and R_i are the means over the
    lists, which is the sum of the paper per list. Shape (candidates,) is one list, or a batch added up already. nan
    where a list has no attention or no relevance. One list can hardly reach 0, as attention falls steeply and
    relevance does not: compare batches. Raises InputError for shapes that differ, no candidates, and negative or
    non-finite values.
    """
    seen, merit = amounts_of(attention, "attention"), amounts_of(relevance, "relevance")
    if seen.shape != merit.shape or seen.ndim not in (1, 2) or not seen.size:
        shapes = f"attention of shape {seen.shape} and relevance of shape {merit.shape}"
        raise InputError(shapes, hint="give both for the same lists and candidates, at least one of each")
    owed = np.atleast_2d(shares_of(seen) - shares_of(merit))
    return float(np.abs(owed.mean(axis=0)).sum())
