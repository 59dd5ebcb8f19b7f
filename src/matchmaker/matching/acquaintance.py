"""How well common co-authors tie two people, after Adamic & Adar (2003), doi:10.1016/S0378-8733(03)00009-1."""

from __future__ import annotations

import numpy as np

from matchmaker.matching.arrays import FloatArray
from matchmaker.matching.corpus import Corpus
from matchmaker.matching.links import gathered
from matchmaker.matching.ties import coauthors


def acquaintance(corpus: Corpus, seeker: int | None) -> FloatArray:
    """Σ 1 / ln(number of co-authors) over the co-authors that everybody has in common with the seeker, (n_people,).

    Somebody who wrote with few people ties those few closely; 0 where nobody could introduce the two, and for all when
    there is no seeker. The seeker's own co-authors have values too: whoever asks leaves them out.
    """
    tie = np.zeros(corpus.n_people, dtype=np.float32)
    if seeker is None:
        return tie
    between = coauthors(corpus, seeker)
    texts, introducer = gathered(corpus.person_texts, between)
    people, row = gathered(corpus.text_people, texts)
    pairs = np.unique(np.stack([introducer[row], people.astype(np.int64)]), axis=1)
    pairs = pairs[:, pairs[1] != between[pairs[0]]]
    known = np.bincount(pairs[0], minlength=len(between))
    strength = 1 / np.log(np.maximum(known, 2))
    tie += np.bincount(pairs[1], weights=strength[pairs[0]], minlength=corpus.n_people).astype(np.float32)
    tie[corpus.same_person(seeker)] = 0
    return tie
