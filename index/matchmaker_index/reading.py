"""Reads the texts of an index: words, encoder, vectors, and what is learnt from past collaborations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, vstack

from matchmaker.learning import rehearsal
from matchmaker.matching import bands
from matchmaker.matching.arrays import FloatArray, IntArray
from matchmaker.matching.authorship import authorship_pairs
from matchmaker.matching.corpus import Corpus, Tables
from matchmaker.matching.dating import at_date, people_vectors
from matchmaker.matching.encoders import CORPUS_FITTED, FITTED, STATIC
from matchmaker.matching.encoding import Encoder, LexiconEncoder, SentenceTransformerEncoder, TfidfSvdEncoder, untuned
from matchmaker.matching.learnt import BY_RANK, Learnt
from matchmaker.matching.lexicon import Lexicon
from matchmaker.matching.static import StaticEncoder
from matchmaker.matching.tuning import Course, Tuning, tuned_if_better
from matchmaker.matching.words import centroid_lengths
from matchmaker_index.embeddings import SHARD, EmbeddingCache
from matchmaker_index.recipe import Recipe
from matchmaker_index.retrievers.faiss import FaissRetriever

Progress = Callable[[str, int, int], None]
# Fewer pairs than this are too few to tell what people of a corpus have in common.
FEWEST_PAIRS = 10_000


def corpus_of(
    data: Path, recipe: Recipe, known: tuple[Tables, Sequence[str], date], progress: Progress
) -> tuple[Corpus, int]:
    """The corpus of some tables and their texts as of a date, and how many damaged shards of embeddings were made
    again."""
    tables, texts, as_of = known
    progress("lexicon", 0, len(texts))
    lexicon = Lexicon.fit(texts)
    words, terms = _words(lexicon, texts, progress)
    nothing = np.zeros((len(texts), 1), dtype=np.float32)
    bare = Corpus(
        generation="", as_of=as_of, tables=tables, encoder=StaticEncoder.shipped(), lexicon=lexicon, text_terms=terms,
        text_vectors=nothing, people_vectors=nothing[:0],
        search_texts=FaissRetriever(nothing), search_people=FaissRetriever(nothing[:0]),
        text_words=words, people_word_lengths=nothing[:0, 0], learnt=Learnt({}),
    )  # fmt: skip
    bare = replace(bare, people_word_lengths=centroid_lengths(bare.mixing, words))
    encoder, tuning = _encoder(recipe, bare, texts, progress)
    vectors, damaged = _vectors(data, encoder, texts, progress)
    corpus = _with_vectors(bare, encoder, vectors)
    learnt = Learnt(bands.known_cases(corpus, np.random.default_rng(recipe.seed)))
    told = None if tuning is None else asdict(tuning)
    corpus = replace(corpus, learnt=replace(learnt, tuning=told, fusion=recipe.fusion))
    if recipe.fusion == BY_RANK:
        why = "ranks are added up, and those among the people of two years ago are others"
        return replace(corpus, learnt=corpus.learnt.because(why, "text").because(why)), damaged
    if not recipe.learn:
        return replace(corpus, learnt=corpus.learnt.because("the recipe has learn = false")), damaged
    return replace(corpus, learnt=_learnt(corpus, recipe, texts, progress)), damaged


def _with_vectors(corpus: Corpus, encoder: Encoder, vectors: FloatArray) -> Corpus:
    read = replace(corpus, encoder=encoder, text_vectors=vectors, search_texts=FaissRetriever(vectors))
    centroids = people_vectors(read)
    return replace(read, people_vectors=centroids, search_people=FaissRetriever(centroids))


def _learnt(corpus: Corpus, recipe: Recipe, texts: Sequence[str], progress: Progress) -> Learnt:
    """What is learnt by asking as people would have asked two years before. An encoder that was tuned on those two
    years knows the answers, so it is tuned again without them."""
    day = rehearsal.rehearsed(corpus)
    if day is None:
        few = f"fewer than {rehearsal.FEWEST_WORTH_ASKING} works of the last {rehearsal.REHEARSED_YEARS} years"
        return corpus.learnt.because(few)
    then = at_date(corpus, day)
    if corpus.learnt.tuning is not None and corpus.learnt.tuning["kept"]:
        encoder, _ = _tuned(then, recipe, progress)
        vectors = np.empty_like(corpus.text_vectors)
        for start in range(0, len(vectors), SHARD):
            vectors[start : start + SHARD] = encoder.encode(texts[start : start + SHARD])
        then = _with_vectors(then, encoder, vectors)
    cases = bands.known_cases(then, np.random.default_rng(recipe.seed))
    then = replace(then, learnt=replace(corpus.learnt, cases=cases))
    return rehearsal.learnt(corpus, then, recipe.seed, progress)


def _encoder(recipe: Recipe, bare: Corpus, texts: Sequence[str], progress: Progress) -> tuple[Encoder, Tuning | None]:
    if recipe.encoder == CORPUS_FITTED:
        progress("fit", 0, 1)
        return TfidfSvdEncoder.fit(bare.lexicon, texts, dimension=recipe.dimension, seed=recipe.seed), None
    if recipe.encoder == STATIC:
        return _tuned(bare, recipe, progress) if recipe.tune else (StaticEncoder.shipped(), None)
    precision = None if recipe.precision == "auto" else recipe.precision
    return SentenceTransformerEncoder.load(recipe.encoder, precision=precision), None


def _tuned(bare: Corpus, recipe: Recipe, progress: Progress) -> tuple[Encoder, Tuning | None]:
    """The static encoder, tuned on who wrote what where there is enough of it and it helps."""
    pairs, person = authorship_pairs(bare, np.random.default_rng(recipe.seed))
    if len(pairs) < FEWEST_PAIRS:
        return StaticEncoder.shipped(), None
    before = untuned(bare.lexicon)
    after, told = tuned_if_better(
        before.components, pairs, person, Course(seed=recipe.seed), lambda done, total: progress("tune", done, total)
    )
    kept: Encoder = LexiconEncoder(before.lexicon, after, before.id) if told.kept else StaticEncoder.shipped()
    return kept, told


def _vectors(data: Path, encoder: Encoder, texts: Sequence[str], progress: Progress) -> tuple[FloatArray, int]:
    """Rows of all texts. Those of an encoder fitted on this corpus, or as quick, are not kept."""
    done = 0

    def count(more: int) -> None:
        nonlocal done
        done += more
        progress("encode", done, len(texts))

    if encoder.id not in (*FITTED, STATIC):
        cache = EmbeddingCache.open(data, encoder)
        return cache.encode(encoder, texts, count), cache.damaged
    rows = np.empty((len(texts), encoder.dimension), dtype=np.float32)
    for start in range(0, len(texts), SHARD):
        rows[start : start + SHARD] = encoder.encode(texts[start : start + SHARD])
        count(len(texts[start : start + SHARD]))
    return rows, 0


def _words(lexicon: Lexicon, texts: Sequence[str], progress: Progress) -> tuple[csr_matrix, IntArray]:
    """TF-IDF rows of all texts, and their most telling terms."""
    rows, terms = [], []
    for start in range(0, len(texts), SHARD):
        rows.append(lexicon.weights(texts[start : start + SHARD]))
        terms.append(lexicon.telling_terms(rows[-1]))
        progress("words", min(start + SHARD, len(texts)), len(texts))
    return csr_matrix(vstack(rows, format="csr", dtype=np.float32)), np.concatenate(terms)
