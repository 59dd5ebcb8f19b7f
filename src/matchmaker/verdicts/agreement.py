"""Can they agree: what was declared for people of an index, held against the seeker's terms and the call's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Final

import numpy as np

from matchmaker.domain.calls import Call
from matchmaker.domain.matches import MatchRequest
from matchmaker.domain.verdicts import TermCondition, TermNote, Terms
from matchmaker.errors import InputError
from matchmaker.matching.arrays import BoolArray, IntArray
from matchmaker.matching.corpus import Corpus
from matchmaker.safeguards.cases import TermsRisk
from matchmaker.terms.call_terms import CallTerms, of_call
from matchmaker.terms.compatibility import Compatibility, compare, ranking_loss, score
from matchmaker.terms.declaration import Declaration, publication_restraints
from matchmaker.terms.reading import read_declaration
from matchmaker.verdicts.setting import Setting

_RISKS: Final[dict[str, TermsRisk]] = {
    "publication.approval_right": "publication_approval",
    "publication.policy": "publication_approval",
    "confidentiality.nda": "secrecy",
}


class Agreement:
    """One question and the terms declared for it."""

    def __init__(
        self, corpus: Corpus, setting: Setting, request: MatchRequest, seeker: int | None, call: Call | None, at: date
    ) -> None:
        if request.require_compatible and request.terms is None and call is None:
            raise InputError("nothing to be compatible with", hint="declare your own terms, or name a call")
        self._corpus, self._request = corpus, request
        country = request.home or (str(corpus.country[seeker]) if seeker is not None else "") or None
        self.own = read_declaration(request.terms or {}, where="terms", party="the seeker", country=country)
        self._call = CallTerms() if call is None else setting.declared.calls.get(call.id) or of_call(call.id, at)
        self._declared: dict[int, Declaration] = {}
        for name in sorted(setting.declared.by_id, key=lambda name: _is_person(corpus, name)):
            for person in _people(corpus, name).tolist():
                self._declared[person] = setting.declared.by_id[name]  # a person's own word comes last, and stands
        self.left_out = len(setting.declared.faults)
        self._found: dict[tuple[int, str], Compatibility] = {}

    def filters(self) -> list[tuple[str, BoolArray]]:
        """Who is not left out for their terms: in conflict with the call or, where that is asked for, with the seeker.

        Empty where nobody declared anything, unless only compatible partners are wanted.
        """
        with_call = self._over_people(lambda found: not found.against_call("second"))
        named = [] if with_call.all() else [("call_terms", with_call)]
        if self._request.require_compatible:
            named.append(("terms", self._over_people(lambda found: found.outcome != "incompatible")))
        return named

    def conflict(self, person: int) -> float:
        """How much of the terms is known to stand in the way, in [0, 1]; 0 where nothing was declared."""
        return ranking_loss(self._compared(person)) if person in self._declared else 0.0

    def of(self, person: int) -> Terms:
        """The checklist for one person."""
        if person not in self._declared:
            return Terms()
        found = self._compared(person)
        rules = (*found.checklist, *(each for each in found.results if each.outcome == "compatible"))
        return Terms(
            found.outcome,
            score(found),
            tuple(TermNote(each.id, each.outcome, each.text, each.asker, each.with_call) for each in rules),
            tuple(TermCondition(each.code, each.text) for each in found.conditions),
        )

    def risks(self, person: int) -> frozenset[TermsRisk]:
        """Terms of either side that may cost research its standing as fundamental."""
        sides = (self.own, self._declared.get(person, Declaration()))
        return frozenset(_RISKS[path] for side in sides for path in publication_restraints(side))

    def _over_people(self, holds: Callable[[Compatibility], bool]) -> BoolArray:
        mask = np.ones(self._corpus.n_people, dtype=np.bool_)
        for person in self._declared:
            mask[person] = holds(self._compared(person))
        return mask

    def _compared(self, person: int) -> Compatibility:
        declared, country = self._declared[person], str(self._corpus.country[person])
        key = (id(declared), country)
        if key not in self._found:
            theirs = _from(declared, country or None)
            self._found[key] = compare(self.own, theirs, self._call)
        return self._found[key]


def _from(declared: Declaration, country: str | None) -> Declaration:
    return replace(declared, party="the partner", country=country)


def _people(corpus: Corpus, name: str) -> IntArray:
    """The person with this id or ORCID, or all who would join through the organisation with this id or ROR."""
    rows = corpus.people_named(name)
    if len(rows):
        return rows
    place = corpus.institution_named(name)
    return np.empty(0, dtype=np.int32) if place is None else corpus.joining_through(place)


def knows(corpus: Corpus, name: str) -> bool:
    """Whether the index has a person or organisation with this id, ORCID or ROR."""
    return len(corpus.people_named(name)) > 0 or corpus.institution_named(name) is not None


def _is_person(corpus: Corpus, name: str) -> tuple[bool, str]:
    return len(corpus.people_named(name)) > 0, name
