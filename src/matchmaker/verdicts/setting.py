"""What an installation brings to every question: the lists it loaded, whose rules bind it, what was declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from matchmaker.matching.arrays import FloatArray
from matchmaker.matching.corpus import Corpus
from matchmaker.safeguards.cases import Deployer
from matchmaker.safeguards.lists import Lists
from matchmaker.safeguards.records import Finding
from matchmaker.safeguards.topics import descriptions
from matchmaker.terms.declared import NOTHING_DECLARED, Declared

NO_LISTS = Lists(())


@dataclass(frozen=True, eq=False)
class Setting:
    """The same for all questions until lists, declarations or the index change.

    `findings` maps the id of an organisation of the index to what the lists say of it. What is worked out for a day or
    an index is kept, so one object should serve many questions.
    """

    lists: Lists = NO_LISTS
    findings: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)
    deployer: Deployer = field(default_factory=Deployer)
    declared: Declared = NOTHING_DECLARED
    _gaps: dict[date, tuple[str, ...]] = field(default_factory=dict)
    _flagged: dict[tuple[str, date], dict[int, tuple[str, ...]]] = field(default_factory=dict)
    _areas: dict[str, FloatArray] = field(default_factory=dict)

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
