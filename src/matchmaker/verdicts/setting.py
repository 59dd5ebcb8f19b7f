"""What an installation brings to every question: the lists it loaded, whose rules bind it, what was declared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from matchmaker.domain.matches import CallDocument
from matchmaker.domain.teams import Team
from matchmaker.matching.arrays import FloatArray
from matchmaker.matching.corpus import Corpus
from matchmaker.places.own_tables import NO_TABLES, OwnTables
from matchmaker.rules.completion import Completion, completion
from matchmaker.rules.language import read_call
from matchmaker.rules.rulebook import Rulebook, rulebook
from matchmaker.rules.vocabulary import refers_to_own
from matchmaker.safeguards.cases import Deployer
from matchmaker.safeguards.lists import Lists
from matchmaker.safeguards.records import Finding
from matchmaker.safeguards.topics import descriptions
from matchmaker.terms.declared import NOTHING_DECLARED, Declared

NO_LISTS = Lists(())
_TEAMS_KEPT = 1000
_CALLS_KEPT = 200
_DATES_KEPT = 4
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


def _no_tables() -> OwnTables:
    return NO_TABLES


@dataclass(frozen=True, eq=False)
class Setting:
    """The same for all questions until lists, declarations or the index change.

    `findings` maps the id of an organisation of the index to what the lists say of it; `own_tables` reads the country
    sets of the installation, and is asked only for a call that refers to one. What is worked out for a day or
    an index is kept, so one object should serve many questions. `declared_groups` maps an attribute that people declare
    for equity targets (`career_stage`) to the group of each id.
    """

    lists: Lists = NO_LISTS
    findings: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)
    deployer: Deployer = field(default_factory=Deployer)
    declared: Declared = NOTHING_DECLARED
    own_tables: Callable[[], OwnTables] = _no_tables
    declared_groups: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    _books: dict[CallDocument, Rulebook] = field(default_factory=dict)
    _needed: dict[tuple[CallDocument, str], Completion] = field(default_factory=dict)
    _gaps: dict[date, tuple[str, ...]] = field(default_factory=dict)
    _flagged: dict[tuple[str, date], dict[int, tuple[str, ...]]] = field(default_factory=dict)
    _areas: dict[str, FloatArray] = field(default_factory=dict)

    def book(self, document: CallDocument) -> Rulebook:
        """The call, read and ready for its reference date. Raises InputError for what is not well formed."""
        known = self._books.get(document)
        if known is not None:
            return known
        call = read_call(document.text, document.name)
        own = self.own_tables() if refers_to_own(call) else NO_TABLES
        return _kept(self._books, document, rulebook(call, own=own), _CALLS_KEPT)

    def needed(self, document: CallDocument, team: Team) -> Completion:
        """Whether and with whom the team can be completed; the same few teams are asked about again and again."""
        if any(partner.person for partner in team.partners):
            return completion(self.book(document), team)  # what is said of people serves one answer and is not kept
        key = (document, repr(team))
        found = self._needed.get(key) or completion(self.book(document), team)
        return _kept(self._needed, key, found, _TEAMS_KEPT)

    def gaps(self, day: date) -> tuple[str, ...]:
        """Why a screening on that day does not count as one; empty where it does."""
        known = self._gaps.get(day)
        if known is not None:
            return known
        return _kept(self._gaps, day, self.lists.gaps(day, self.deployer.required_lists), _DATES_KEPT)

    def flagged(self, corpus: Corpus) -> dict[int, tuple[str, ...]]:
        """People of whose current organisations the lists say something → these organisations, in order."""
        key = (corpus.generation, corpus.as_of)
        known = self._flagged.get(key)
        if known is not None:
            return known
        found: dict[int, list[str]] = {}
        for place in sorted(self.findings.keys() & corpus.institution_people.keys()):
            for person in corpus.institution_people[place].tolist():
                found.setdefault(person, []).append(place)
        flagged = {person: tuple(places) for person, places in found.items()}
        return _kept(self._flagged, key, flagged, _DATES_KEPT)

    def areas(self, corpus: Corpus) -> FloatArray:
        """What sensitive technology areas are about, as unit vectors of the index, in the order of `descriptions()`."""
        if corpus.generation not in self._areas:
            self._areas[corpus.generation] = corpus.encoder.encode(list(descriptions().values()))
        return self._areas[corpus.generation]


def _kept(kept: dict[_Key, _Value], key: _Key, value: _Value, most: int) -> _Value:
    """Keep a value, and give it back whatever other threads do; the oldest goes where there are too many."""
    kept[key] = value
    while len(kept) > most:
        kept.pop(next(iter(kept)), None)
    return value
