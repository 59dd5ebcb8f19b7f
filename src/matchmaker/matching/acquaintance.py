"""How near people are in the network of co-authors: how often a walk from the seeker comes by.

A random walk with restart (Tong, Faloutsos & Pan 2006, doi:10.1109/ICDM.2006.70), over by-lines.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.sparse import csr_matrix

from matchmaker.matching.arrays import FloatArray
from matchmaker.matching.corpus import Corpus

STEPS: Final = 5
CARRIES_ON: Final = 0.6
# Whoever a step reaches less likely than this is not followed: at most a million are, however large the corpus is, and
# it is a tenth of what begins to count (scoring.LEAST_ACQUAINTANCE).
LEAST_LIKELY: Final = 1e-6


def acquaintance(corpus: Corpus, seeker: int | None) -> FloatArray:
    """How often a walk from the seeker comes by everybody, counted over five steps, shape (n_people,), float32.

    A step goes from a person to one of their works, the more likely the newer it is (as in `Corpus.text_weight`), and
    on to anybody of its by-line; after each, the walk goes on with probability 0.6. 0 where it never comes, and for all
    when there is no seeker. The seeker's own co-authors have values too: whoever asks leaves them out.
    """
    visits = np.zeros(corpus.n_people, dtype=np.float32)
    if seeker is None:
        return visits
    themselves = corpus.same_person(seeker)
    to_works, to_people = corpus.steps
    here = np.zeros(len(themselves), dtype=np.int32)
    start = np.full(len(themselves), 1 / len(themselves), dtype=np.float32)
    at = csr_matrix((start, (here, themselves)), shape=(1, corpus.n_people))
    for step in range(STEPS):
        at = csr_matrix(at @ to_works @ to_people)
        at.data[at.data < LEAST_LIKELY] = 0
        at.eliminate_zeros()
        visits[at.indices] += at.data * np.float32(CARRIES_ON**step)
    visits[themselves] = 0
    return visits
