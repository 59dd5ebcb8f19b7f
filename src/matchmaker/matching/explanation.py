"""Why this person: texts side by side and the terms both use. Computed from the profile, never generated."""

from __future__ import annotations

from collections import Counter

import numpy as np

from matchmaker.domain.matches import Evidence, InstitutionRef, ResearcherRef, WorkRef
from matchmaker.matching.arrays import IntArray
from matchmaker.matching.corpus import Corpus
from matchmaker.matching.profiles import THIN_TEXTS
from matchmaker.matching.signals import Sought

EVIDENCE_SHOWN = 3
TOPICS_SHOWN = 5
TERMS_SHOWN = 6


def reference(corpus: Corpus, person: int) -> ResearcherRef:
    """A person as every answer shows them."""
    who = corpus.researcher(person)
    place = who.institution
    return ResearcherRef(
        id=who.id, orcid=who.orcid, name=who.name, country=who.country, home=who.home, works=who.works,
        institution=InstitutionRef(*(None, None, None) if place is None else (place.id, place.name, place.type)),
        other_countries=who.other_countries, last_year=who.last_year, thin=who.thin,
    )  # fmt: skip


def evidence(corpus: Corpus, sought: Sought, person: int) -> tuple[Evidence, ...]:
    """Up to three of a person's texts, nearest first, each beside the seeker's text it is nearest to."""
    theirs = corpus.person_texts.of(person)
    if sought.by_text:
        similarity = corpus.text_vectors[theirs] @ sought.meaning
        nearest = np.lexsort((theirs, -similarity))[:EVIDENCE_SHOWN]
        return tuple(_against_words(corpus, sought, int(theirs[i]), float(similarity[i])) for i in nearest)
    similarities = corpus.text_vectors[theirs] @ corpus.text_vectors[sought.texts].T
    closest = similarities.argmax(axis=1)
    similarity = similarities[np.arange(len(theirs)), closest]
    nearest = np.lexsort((theirs, -similarity))[:EVIDENCE_SHOWN]
    return tuple(
        _side_by_side(corpus, int(theirs[i]), int(sought.texts[closest[i]]), float(similarity[i])) for i in nearest
    )


def topics(corpus: Corpus, sought: Sought, person: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(shared, complementary): what both work on, and what they work on that is not in what is sought.

    Against a query in words, a subject is shared when it is named there or has a telling word of it.
    """
    theirs = [name for name, _ in _subjects(corpus, corpus.person_texts.of(person)).most_common()]
    if sought.by_text:
        named = {corpus.lexicon.terms[term] for term in sought.terms}
        shared = [name for name in theirs if name in named or named.intersection(name.casefold().split())]
    else:
        ours = _subjects(corpus, sought.texts)
        shared = [name for name in theirs if name in ours]
    beyond = [name for name in theirs if name not in shared]
    return tuple(shared[:TOPICS_SHOWN]), tuple(beyond[:TOPICS_SHOWN])


def _against_words(corpus: Corpus, sought: Sought, text: int, similarity: float) -> Evidence:
    mine = [int(term) for term in corpus.text_terms[text] if int(term) in sought.terms]
    return Evidence(_work(corpus, text), None, round(similarity, 6), _terms(corpus, mine))


def _side_by_side(corpus: Corpus, theirs: int, ours: int, similarity: float) -> Evidence:
    both = [int(term) for term in corpus.text_terms[theirs] if term >= 0 and term in corpus.text_terms[ours]]
    return Evidence(_work(corpus, theirs), _work(corpus, ours), round(similarity, 6), _terms(corpus, both))


def _work(corpus: Corpus, text: int) -> WorkRef:
    found = corpus.text(text)
    return WorkRef(found.id, found.title, found.year, found.kind, found.language)


def _subjects(corpus: Corpus, texts: IntArray) -> Counter[str]:
    """Topics the source names and telling terms of some texts, with the number of texts each stands in."""
    named = corpus.tables.texts["topics"].take(texts).to_pylist()
    counted: Counter[str] = Counter(topic for topics in named for topic in topics)
    for term, count in sorted(corpus.terms_of(texts).items()):
        name = corpus.lexicon.terms[term]
        # One word alone rarely names a subject; a phrase does, if it comes back.
        if " " in name and (count > 1 or len(texts) <= THIN_TEXTS):
            counted[name] += count
    return counted


def _terms(corpus: Corpus, numbers: list[int]) -> tuple[str, ...]:
    """Names, phrases before words, without a word that a named phrase already contains."""
    names = sorted((corpus.lexicon.terms[number] for number in numbers), key=lambda name: " " not in name)
    kept: list[str] = []
    for name in names:
        if not any(name in phrase.split(" ") for phrase in kept):
            kept.append(name)
    return tuple(kept[:TERMS_SHOWN])
