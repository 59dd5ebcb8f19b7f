"""Asks an index many questions and looks through the answers for anybody who should not be in them.

Past co-authors are looked for in the snapshot, by another road than the mask was made; countries and organisations
are those the index states.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from matchmaker.domain.matches import CallDocument, MatchAnswer, MatchRequest, UnderCall
from matchmaker.matching.corpus import Corpus
from matchmaker.places.resolve import border_key
from matchmaker.recommend import recommend
from matchmaker.rules.language import preset_ids, preset_text
from matchmaker.sources.snapshot import Snapshot
from matchmaker.verdicts.everything import nothing_loaded


@dataclass(frozen=True, slots=True)
class Broken:
    """How often a promise was broken over all results of `queries` questions; all zero is the only good answer."""

    queries: int
    results: int
    domestic: int
    coauthor: int
    own_organisation: int
    ineligible: int
    unknown_country: int
    short_without_reason: int

    @property
    def total(self) -> int:
        """Broken promises in all."""
        people = self.domestic + self.coauthor + self.own_organisation + self.ineligible + self.unknown_country
        return people + self.short_without_reason


def check_answers(
    corpus: Corpus, snapshot: Snapshot, queries: int, seed: int, progress: Callable[[int], None] = lambda done: None
) -> Broken:
    """Ask for the partners of `queries` people drawn with `seed`, and look for anybody who should not be suggested.

    Every second one is asked under a call of the package, each in turn, with the seeker's organisation as the team.

    Past co-authors are found by walking the snapshot's by-lines as sets of ids, not through the index.
    """
    wrote_with = _coauthors_by_id(snapshot)
    asking = np.flatnonzero((corpus.n_texts > 0) & (corpus.home == "country") & corpus.people_vectors.any(axis=1))
    drawn = np.random.default_rng(seed).choice(asking, size=min(queries, len(asking)), replace=False)
    found: dict[str, int] = defaultdict(int)
    calls, now = _calls(), nothing_loaded(corpus)
    for done, person in enumerate(drawn.tolist(), start=1):
        request = MatchRequest(researcher=corpus.researcher(person).id, call=calls[done % len(calls)])
        answer = recommend(corpus, request, run_id="", now=now)
        _look(corpus, answer, wrote_with, found)
        progress(done)
    names = (
        "results",
        "domestic",
        "coauthor",
        "own_organisation",
        "ineligible",
        "unknown_country",
        "short_without_reason",
    )
    return Broken(len(drawn), *(found[name] for name in names))


def _look(corpus: Corpus, answer: MatchAnswer, wrote_with: dict[str, set[str]], found: dict[str, int]) -> None:
    seeker = answer.meta.seeker
    assert seeker is not None and seeker.country is not None
    ours = set(corpus.institutions_of(corpus.person_number(seeker.id)))
    found["short_without_reason"] += len(answer.results) < answer.meta.k and answer.meta.shortfall is None
    for result in answer.results:
        who = result.researcher
        found["results"] += 1
        found["ineligible"] += result.eligibility.status == "ineligible" or result.safeguards.decision == "block"
        found["unknown_country"] += who.home == "unknown"
        found["domestic"] += who.country is not None and border_key(who.country) == border_key(seeker.country)
        found["coauthor"] += who.id in wrote_with[seeker.id] or who.id == seeker.id
        found["own_organisation"] += bool(ours & set(corpus.institutions_of(corpus.person_number(who.id))))


def _calls() -> list[UnderCall | None]:
    under = [UnderCall(CallDocument(f"{name}.yaml", preset_text(name))) for name in preset_ids()]
    return [each for call in under for each in (call, None)]


def _coauthors_by_id(snapshot: Snapshot) -> dict[str, set[str]]:
    names: dict[str, list[str]] = defaultdict(list)
    rows = snapshot.authorships(["work_id", "researcher_id"])
    for work, person in zip(rows["work_id"].to_pylist(), rows["researcher_id"].to_pylist(), strict=True):
        names[work].append(person)
    together: dict[str, set[str]] = defaultdict(set)
    for people in names.values():
        for person in people:
            together[person].update(people)
    return together
