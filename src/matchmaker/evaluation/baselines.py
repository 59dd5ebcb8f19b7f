"""What a ranking must beat: chance, fame, the network, and the words of others, each by its usual library."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags
from sklearn.feature_extraction.text import TfidfVectorizer

from matchmaker.evaluation.later import Later
from matchmaker.evaluation.ranks import Scorer
from matchmaker.evaluation.splits import Split, coauthorship
from matchmaker.matching.arrays import BoolArray, FloatArray, IntArray
from matchmaker.matching.encoding import unit_rows
from matchmaker.matching.links import Links
from matchmaker.matching.retrieval import top_means

Scores = NDArray[np.floating]
FACTORS: Final = 128
RRF_K: Final = 60  # Cormack et al. 2009, doi:10.1145/1571941.1572114
NEAREST_TEXTS: Final = 3


@dataclass(frozen=True, eq=False)
class Material:
    """What baselines are made of: the texts (title and abstract) of candidates up to the date, and those who ask.

    `texts` are all texts of the corpus in its order, `has_abstract` says which have one: only these are read, as only
    these make a candidate. `later` holds the texts that ask, for a split of texts. `encoder` is the sentence encoder of
    the dense baselines, `encode` gives its rows (and may remember them).
    """

    split: Split
    texts: Sequence[str]
    has_abstract: BoolArray
    seed: int
    encode: Callable[[Sequence[str]], FloatArray]
    later: Later | None = None

    @cached_property
    def profile(self) -> Links:
        """Candidate → the texts with an abstract that they wrote up to the date."""
        links = self.split.corpus.person_texts
        pairs = [
            (row, text)
            for row, person in enumerate(self.split.candidates.tolist())
            for text in links.of(person).tolist()
            if self.has_abstract[text]
        ]
        left, right = (np.array(column, dtype=np.int32) for column in zip(*pairs, strict=True))
        return Links.between(left, right, len(self.split.candidates))

    @cached_property
    def used(self) -> IntArray:
        """The texts that some candidate wrote, ascending."""
        return np.unique(self.profile.indices)

    @cached_property
    def mean_of_texts(self) -> csr_matrix:
        """Candidate × used text: the mean over a candidate's texts."""
        links = self.profile
        counts = np.diff(links.indptr)
        weight = np.repeat(1.0 / np.maximum(counts, 1), counts).astype(np.float32)
        columns = np.searchsorted(self.used, links.indices)
        return csr_matrix((weight, columns, links.indptr), shape=(len(counts), len(self.used)))

    @property
    def by_text(self) -> bool:
        """Whether texts ask."""
        return self.later is not None

    def asking(self, rows: IntArray) -> list[str]:
        """What each query says: the text that asks, or all texts of the person who asks."""
        queries = self.split.queries[rows].tolist()
        if self.later is not None:
            return [self.later.texts[work] for work in queries]
        return [self._document(int(np.searchsorted(self.split.candidates, person))) for person in queries]

    def _document(self, candidate: int) -> str:
        return "\n".join(self.texts[text] for text in self.profile.of(candidate).tolist())

    def documents(self) -> list[str]:
        """Every candidate's texts as one."""
        return [self._document(candidate) for candidate in range(len(self.split.candidates))]

    def candidate_rows(self, rows: IntArray) -> IntArray:
        """The candidates that queries are, where people ask."""
        found: IntArray = np.searchsorted(self.split.candidates, self.split.queries[rows]).astype(np.int32)
        return found

    @cached_property
    def dense(self) -> FloatArray:
        """Rows of the used texts by the sentence encoder."""
        return self.encode([self.texts[text] for text in self.used.tolist()])

    @cached_property
    def tfidf(self) -> tuple[TfidfVectorizer, csr_matrix]:
        """TF-IDF of the used texts, as scikit-learn does it with one and two words."""
        vectorizer = TfidfVectorizer(
            ngram_range=(1, 2), sublinear_tf=True, stop_words="english", min_df=2, max_features=100_000
        )
        rows = vectorizer.fit_transform([self.texts[text] for text in self.used.tolist()])
        return vectorizer, csr_matrix(rows, dtype=np.float32)


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
    return _over_neighbours(material, lambda degree: np.ones_like(degree))


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

    model = AlternatingLeastSquares(factors=FACTORS, iterations=15, random_state=material.seed, num_threads=1)
    return _factorised(material, model)


def bpr(material: Material) -> Scorer:
    """The same by Bayesian personalised ranking (Rendle et al. 2009), by `implicit`."""
    from implicit.cpu.bpr import BayesianPersonalizedRanking

    model = BayesianPersonalizedRanking(factors=FACTORS, iterations=100, random_state=material.seed, num_threads=1)
    return _factorised(material, model)


def _factorised(material: Material, model: Any) -> Scorer:
    together = coauthorship(material.split.corpus)
    model.fit(together, show_progress=False)
    people, candidates = material.split.queries, material.split.candidates
    theirs = np.asarray(model.item_factors)[candidates]
    return lambda rows: np.asarray(model.user_factors)[people[rows]] @ theirs.T


def bm25(material: Material) -> Scorer:
    """A candidate's texts as one document, asked with all the words of the query, by `bm25s`."""
    index, tokens = _bm25_index(material.documents())
    return lambda rows: np.stack([index.get_scores(each) for each in tokens(material.asking(rows))])


def bm25_texts(material: Material) -> Scorer:
    """Every text by itself, and the mean of a candidate's three best, by `bm25s`."""
    index, tokens = _bm25_index([material.texts[text] for text in material.used.tolist()])

    def scores(rows: IntArray) -> Scores:
        return np.stack([_best_texts(material, index.get_scores(each)) for each in tokens(material.asking(rows))])

    return scores


def _bm25_index(documents: list[str]) -> tuple[Any, Callable[[list[str]], list[list[str]]]]:
    import bm25s

    def tokens(texts: list[str]) -> list[list[str]]:
        found: list[list[str]] = bm25s.tokenize(texts, stopwords="en", return_ids=False, show_progress=False)
        return [[word for word in each if word in known] for each in found]

    index = bm25s.BM25()
    index.index(bm25s.tokenize(documents, stopwords="en", show_progress=False), show_progress=False)
    known = index.vocab_dict
    return index, tokens


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
        return np.stack([_best_texts(material, each) for each in near])

    return scores


def lsa(material: Material) -> Scorer:
    """Latent semantic analysis (Deerwester et al. 1990) of the same rows, 200 dimensions, centroids."""
    from sklearn.decomposition import TruncatedSVD

    vectorizer, texts = material.tfidf
    svd = TruncatedSVD(200, n_iter=4, random_state=material.seed).fit(texts)
    centroids = unit_rows((material.mean_of_texts @ unit_rows(svd.transform(texts))).astype(np.float32))
    return _asked_with(material, centroids, lambda asked: unit_rows(svd.transform(vectorizer.transform(asked))))


def mean_pooled(material: Material) -> Scorer:
    """The mean of a candidate's sentence vectors: the usual first design."""
    centroids = unit_rows(np.asarray(material.mean_of_texts @ material.dense, dtype=np.float32))
    return _asked_with(material, centroids, material.encode)


def nearest_texts(material: Material) -> Scorer:
    """The mean of a candidate's three nearest texts by sentence vectors (of those of the person who asks, each with the
    text of theirs it is nearest to)."""
    vectors = material.dense

    def scores(rows: IntArray) -> Scores:
        if material.later is not None:
            near = material.encode(material.asking(rows)) @ vectors.T
        else:
            near = np.stack([_nearest_to(material, row) for row in material.candidate_rows(rows).tolist()])
        return np.stack([_best_texts(material, each) for each in near])

    return scores


def _nearest_to(material: Material, candidate: int) -> FloatArray:
    mine = np.searchsorted(material.used, material.profile.of(candidate))
    near: FloatArray = (material.dense @ material.dense[mine].T).max(axis=1)
    return near


def rrf(*scorers: Scorer) -> Scorer:
    """Reciprocal rank fusion, k = 60."""
    return lambda rows: sum(1 / (RRF_K + _order(scorer(rows))) for scorer in scorers)  # type: ignore[return-value]


def convex(*scorers: Scorer) -> Scorer:
    """The mean of scores brought to mean 0 and spread 1 within each query (Bruch et al. 2023,
    doi:10.1145/3596512, find such combinations better than RRF)."""
    return lambda rows: sum(_standard(scorer(rows)) for scorer in scorers)  # type: ignore[return-value]


def _order(scores: Scores) -> Scores:
    places = np.empty(scores.shape, dtype=np.float64)
    order = np.argsort(-scores, axis=1, kind="stable")
    np.put_along_axis(places, order, np.arange(1.0, scores.shape[1] + 1)[np.newaxis, :], axis=1)
    return places


def _standard(scores: Scores) -> Scores:
    spread = scores.std(axis=1, keepdims=True)
    standard: Scores = (scores - scores.mean(axis=1, keepdims=True)) / np.where(spread > 0, spread, 1)
    return standard


def _best_texts(material: Material, near: Scores) -> FloatArray:
    """The mean of each candidate's three best of `near`, shape (used texts,)."""
    columns = np.searchsorted(material.used, material.profile.indices)
    return top_means(material.profile.indptr, np.asarray(near, dtype=np.float32)[columns])


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
