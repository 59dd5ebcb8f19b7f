"""What already ties a candidate to the seeker: common co-authors, shared papers, organisations and countries."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from matchmaker.domain.matches import Conflicts
from matchmaker.matching.arrays import IntArray
from matchmaker.matching.corpus import Corpus
from matchmaker.places.resolve import border_key

NAMES_SHOWN = 3


def coauthors(corpus: Corpus, person: int) -> IntArray:
    """Everybody who shares a by-line with a person (under any of their ids) up to the date, sorted, without them."""
    themselves = corpus.same_person(person)
    people = corpus.text_people.of_all(corpus.person_texts.of_all(themselves))
    others: IntArray = people[~np.isin(people, themselves)]
    return others


def coauthorship(corpus: Corpus) -> csr_matrix:
    """Who wrote with whom up to the date: 0/1, float32, shape (n_people, n_people), without oneself."""
    links = corpus.person_texts
    ones = np.ones(len(links.indices), dtype=np.float32)
    wrote = csr_matrix((ones, links.indices, links.indptr), shape=(corpus.n_people, corpus.tables.texts.num_rows))
    together = csr_matrix(wrote @ wrote.T)
    together.setdiag(0)
    together.eliminate_zeros()
    together.data[:] = 1
    return together


def common_coauthors(corpus: Corpus, seeker: int | None, person: int) -> tuple[str, ...]:
    """Names of up to three people who wrote with both and could introduce them; those with most works first."""
    if seeker is None:
        return ()
    both = np.intersect1d(coauthors(corpus, seeker), coauthors(corpus, person))
    known_best = both[np.lexsort((both, -corpus.n_texts[both]))][:NAMES_SHOWN]
    return tuple(corpus.researcher(int(p)).name for p in known_best)


def conflicts(corpus: Corpus, seeker: int | None, person: int) -> Conflicts:
    """Ties a reader must know of before writing to somebody."""
    if seeker is None:
        return Conflicts()
    wrote_together = bool(np.isin(person, coauthors(corpus, seeker)))
    same_place = bool(set(corpus.institutions_of(seeker)) & set(corpus.institutions_of(person)))
    return Conflicts(wrote_together, same_place, bool(_countries(corpus, seeker) & _countries(corpus, person)))


def _countries(corpus: Corpus, person: int) -> set[str]:
    joining = str(corpus.country[person])
    codes = [*corpus.other_countries[person], *([joining] if joining else [])]
    return {border_key(code) for code in codes}
