"""How far down people read: attention at each rank, by browsing model.

`logarithmic` is 1 / log2(1 + rank), the discount of DCG (Järvelin & Kekäläinen 2002, doi:10.1145/582415.582418), and
the default. `trec` is 1 / log2(max(rank, 2)), as the TREC 2022 Fair Ranking track computed it (Ekstrand et al. 2023,
arXiv:2302.05558): ranks 1 and 2 weigh the same. `geometric` is patience^(rank - 1), a reader who goes on to the next
place with that probability (Moffat & Zobel 2008, doi:10.1145/1416950.1416952).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from matchmaker.errors import InputError
from matchmaker.measures.ranking import position_weights

Browsing = Literal["logarithmic", "trec", "geometric"]
PATIENCE = 0.5


def trec_weights(n: int) -> NDArray[np.float64]:
    """Attention at ranks 1 to n, shape (n,): 1 / log2(max(rank, 2)). Raises InputError for a negative n."""
    if n < 0:
        raise InputError(f"a ranking cannot have {n} places", hint="n is 0 or more")
    return 1.0 / np.log2(np.maximum(np.arange(1, n + 1, dtype=np.float64), 2.0))


def geometric_weights(n: int, patience: float = PATIENCE) -> NDArray[np.float64]:
    """Attention at ranks 1 to n, shape (n,): patience^(rank - 1).

    Raises InputError for a negative n and for a patience outside 0 to 1 (both excluded).
    """
    if n < 0:
        raise InputError(f"a ranking cannot have {n} places", hint="n is 0 or more")
    if not 0 < patience < 1:
        raise InputError(f"a patience of {patience}", hint="patience lies between 0 and 1, 0.5 where nothing is known")
    return np.power(patience, np.arange(n, dtype=np.float64))


BROWSING: Mapping[Browsing, Callable[[int], NDArray[np.float64]]] = {
    "logarithmic": position_weights,
    "trec": trec_weights,
    "geometric": geometric_weights,
}


def attention_weights(n: int, browsing: Browsing = "logarithmic") -> NDArray[np.float64]:
    """Attention at ranks 1 to n under a browsing model, shape (n,), each in (0, 1].

    Raises InputError for a model that does not exist and for a negative n.
    """
    if browsing not in BROWSING:
        raise InputError(f"there is no browsing model {browsing!r}", hint=f"models: {', '.join(BROWSING)}")
    return BROWSING[browsing](n)
