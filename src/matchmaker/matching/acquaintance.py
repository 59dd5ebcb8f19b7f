"""How near people are in the network of co-authors: how often a walk from the seeker comes by, and on which way.

A random walk with restart (Tong, Faloutsos & Pan 2006, doi:10.1109/ICDM.2006.70), over by-lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from matchmaker.matching.arrays import FloatArray
from matchmaker.matching.corpus import Corpus

STEPS: Final = 5
CARRIES_ON: Final = 0.6
# Whoever a step reaches less likely than this is not followed: at most a million are, however large the corpus is, and
# it is a tenth of what begins to count (scoring.LEAST_ACQUAINTANCE).
LEAST_LIKELY: Final = 1e-6


@dataclass(frozen=True, eq=False)
class Walk:
    """A walk from somebody: how often it comes by everybody, shape (n_people,), float32, and at which step it first
    does, shape (n_people,), int8, 0 where it never comes and for themselves."""

    visits: FloatArray
    first: NDArray[np.int8]

    def way(self, corpus: Corpus, person: int) -> tuple[int, ...]:
        """Who stands between, by rows, from a co-author of whoever asks to one of `person`: the shortest way that the
        walk went, at each turn by whom it visits most. Empty for co-authors themselves and where it never comes."""
        between: list[int] = []
        while self.first[person] > 1:
            others = corpus.text_people.of_all(corpus.person_texts.of(person))
            nearer = others[(self.first[others] > 0) & (self.first[others] < self.first[person])]
            if len(nearer) == 0:  # The walk had come back to whoever asks, so they did write together.
                return ()
            person = int(nearer[np.lexsort((nearer, -self.visits[nearer], self.first[nearer]))[0]])
            between.append(person)
        return tuple(reversed(between))


def walk(corpus: Corpus, seeker: int | None) -> Walk:
    """A walk of five steps from the seeker over co-authors.

    A step goes from a person to one of their works, the more likely the newer it is (as in `Corpus.text_weight`), and
    on to anybody of its by-line; after each, the walk goes on with probability 0.6. It comes by nobody when there is no
    seeker. The seeker's own co-authors are visited too: whoever asks leaves them out.
    """
    visits = np.zeros(corpus.n_people, dtype=np.float32)
    first = np.zeros(corpus.n_people, dtype=np.int8)
    if seeker is None:
        return Walk(visits, first)
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
        first[at.indices[first[at.indices] == 0]] = step + 1
    visits[themselves] = 0
    first[themselves] = 0
    return Walk(visits, first)
