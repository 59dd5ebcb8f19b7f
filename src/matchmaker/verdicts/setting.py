"""What an installation brings to every question: the lists it loaded, whose rules bind it, what was declared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

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


def _no_tables() -> OwnTables:
    return NO_TABLES


@dataclass(frozen=True, eq=False)
class Setting:
    """The same for all questions until lists, declarations or the index change.

    `findings` maps the id of an organisation of the index to what the lists say of it; `own_tables` reads the country
    sets of the installation, and is asked only for a call that refers to one. What is worked out for a day or
    an index is kept, so one object should serve many questions.
    """

    lists: Lists = NO_LISTS
    findings: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)
    deployer: Deployer = field(default_factory=Deployer)
    declared: Declared = NOTHING_DECLARED
    own_tables: Callable[[], OwnTables] = _no_tables
    _books: dict[CallDocument, Rulebook] = field(default_factory=dict)
    _needed: dict[tuple[CallDocument, str], Completion] = field(default_factory=dict)
    _gaps: dict[date, tuple[str, ...]] = field(default_factory=dict)
    _flagged: dict[tuple[str, date], dict[int, tuple[str, ...]]] = field(default_factory=dict)
    _areas: dict[str, FloatArray] = field(default_factory=dict)

    def book(self, document: CallDocument) -> Rulebook:
        """The call, read and ready for its reference date. Raises InputError for what is not well formed."""
        if document not in self._books:
            call = read_call(document.text, document.name)
            own = self.own_tables() if refers_to_own(call) else NO_TABLES
            self._books[document] = rulebook(call, own=own)
        return self._books[document]

    def needed(self, document: CallDocument, team: Team) -> Completion:
        """Whether and with whom the team can be completed; the same few teams are asked about again and again."""
        key = (document, repr(team))
        if key not in self._needed:
            if len(self._needed) >= _TEAMS_KEPT:
                self._needed.clear()
            self._needed[key] = completion(self.book(document), team)
        return self._needed[key]

    def gaps(self, day: date) -> tuple[str, ...]:
        """Why a screening on that day does not count as one; empty where it does."""
        if day not in self._gaps:
            self._gaps[day] = self.lists.gaps(day, self.deployer.required_lists)
        return self._gaps[day]

    def flagged(self, corpus: Corpus) -> dict[int, tuple[str, ...]]:
        """People of whose current organisations the lists say something → these organisations, in order."""
        key = (corpus.generation, corpus.as_of)
        if key not in self._flagged:
            found: dict[int, list[str]] = {}
            for place in sorted(self.findings.keys() & corpus.institution_people.keys()):
                for person in corpus.institution_people[place].tolist():
                    found.setdefault(person, []).append(place)
            self._flagged[key] = {person: tuple(places) for person, places in found.items()}
        return self._flagged[key]

    def areas(self, corpus: Corpus) -> FloatArray:
        """What sensitive technology areas are about, as unit vectors of the index, in the order of `descriptions()`."""
        if corpus.generation not in self._areas:
            self._areas[corpus.generation] = corpus.encoder.encode(list(descriptions().values()))
        return self._areas[corpus.generation]
