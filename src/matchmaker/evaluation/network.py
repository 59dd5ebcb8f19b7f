"""Baselines that read no text: chance, fame, and who wrote with whom, each by its usual library."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from scipy.sparse import csr_matrix, diags
from threadpoolctl import threadpool_limits

from matchmaker.evaluation.material import Material, Scores
from matchmaker.evaluation.ranks import Scorer
from matchmaker.matching.arrays import FloatArray, IntArray
from matchmaker.matching.ties import coauthorship

FACTORS: Final = 128


def at_random(material: Material) -> Scorer:
    """Any order, drawn anew for every query."""

    def scores(rows: IntArray) -> Scores:
        n = len(material.split.candidates)
        return np.stack([np.random.default_rng([material.seed, int(row)]).random(n) for row in rows])

    return scores


def popularity(material: Material) -> Scorer:
    """Whoever wrote most comes first, whoever asks."""
    works = material.split.corpus.n_texts[material.split.candidates].astype(np.float32)
    return lambda rows: np.tile(works, (len(rows), 1))


def common_neighbours(material: Material) -> Scorer:
    """How many co-authors two people share (Newman 2001)."""
    return _over_neighbours(material, np.ones_like)


def adamic_adar(material: Material) -> Scorer:
    """The same, where a co-author of few counts more (Adamic & Adar 2003)."""
    return _over_neighbours(material, lambda degree: 1 / np.log(np.maximum(degree, 2)))


def _over_neighbours(material: Material, weigh: Callable[[FloatArray], Scores]) -> Scorer:
    together = coauthorship(material.split.corpus)
    degree = np.asarray(together.sum(axis=1), dtype=np.float32).ravel()
    there = csr_matrix(diags(weigh(degree)) @ together[material.split.candidates].T)
    people = material.split.queries
    return lambda rows: (together[people[rows]] @ there).toarray()


def als(material: Material) -> Scorer:
    """Who wrote with whom, factorised by alternating least squares (Hu et al. 2008), by `implicit`."""
    from implicit.cpu.als import AlternatingLeastSquares

    return _factorised(material, AlternatingLeastSquares, {"iterations": 15})


def bpr(material: Material) -> Scorer:
    """The same by Bayesian personalised ranking (Rendle et al. 2009), by `implicit`."""
    from implicit.cpu.bpr import BayesianPersonalizedRanking

    # Factors begin near nothing: at the library's own rate of 0.01, 100 rounds leave a sparse network almost unlearnt.
    return _factorised(material, BayesianPersonalizedRanking, {"iterations": 200, "learning_rate": 0.05})


def _factorised(material: Material, kind: Callable[..., Any], settings: Mapping[str, float]) -> Scorer:
    # One thread each: the same seed gives the same factors, and `implicit` is slower where BLAS brings its own threads.
    with threadpool_limits(1):
        model = kind(factors=FACTORS, **settings, random_state=material.seed, num_threads=1)
        model.fit(coauthorship(material.split.corpus), show_progress=False)
    people, candidates = material.split.queries, material.split.candidates
    mine, theirs = np.asarray(model.user_factors), np.asarray(model.item_factors)[candidates]
    return lambda rows: mine[people[rows]] @ theirs.T
