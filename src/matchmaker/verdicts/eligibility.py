"""May they: a call's rules applied to everybody in an index, once for each kind of organisation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from matchmaker.domain.calls import Call
from matchmaker.domain.matches import MatchRequest, UnderCall
from matchmaker.domain.teams import Org, Project, Team
from matchmaker.domain.verdicts import ClauseNote, Eligibility, RulesNote, TeamNote
from matchmaker.errors import InputError
from matchmaker.matching.arrays import BoolArray
from matchmaker.matching.corpus import Corpus
from matchmaker.places.resolve import display_name
from matchmaker.rules.kinds import Kind, Prospects, alone
from matchmaker.rules.roles import check_roles
from matchmaker.rules.rulebook import Rulebook
from matchmaker.rules.team import TeamVerdict
from matchmaker.rules.teams import team_of
from matchmaker.rules.vocabulary import words_of
from matchmaker.verdicts.setting import Setting

_SEEKER = "your organisation"


class UnderRules:
    """One question under one call."""

    def __init__(self, corpus: Corpus, setting: Setting, request: MatchRequest, seeker: int | None) -> None:
        assert request.call is not None
        under = request.call
        self._corpus, self._setting = corpus, setting
        self._home = request.home or ("" if seeker is None else str(corpus.country[seeker]))
        self.book = setting.book(under.document)
        self._team = _spelt_alike(_team(corpus, self.book, under, request, seeker), corpus, self.book.call)
        self.prospects = Prospects(self.book, self._team, under.sought_role)
        self._under = under
        check_roles(self.call, (partner.role for partner in self._team.partners))
        check_roles(self.call, () if under.sought_role is None else (under.sought_role,))
        self._named = _rows_of(corpus, self.prospects.named)

    @property
    def call(self) -> Call:
        """The call."""
        return self.book.call

    def filters(self) -> list[tuple[str, BoolArray]]:
        """Who may join at all and, where only that is wanted, who would help: masks over people."""
        named = [("rules", self._over_people(lambda kind: not self.prospects.blocked(kind)))]
        if self._under.only_helpful:
            named.append(("helpful", self._over_people(self.prospects.helpful)))
        return named

    def of(self, person: int) -> Eligibility:
        """What the rules say of the team with this person in it."""
        kind = self._kind(person)
        found = self.prospects.of(kind)
        adds = f"Adds {display_name(kind.country)}: " if kind.country else ""
        sentences = tuple(f"{adds}{sentence}" for sentence in found.sentences)
        return Eligibility(
            found.verdict.result,
            _notes(found.verdict),
            found.effect,
            found.clauses,
            sentences,
            found.role,
            found.funded,
        )

    def note(self) -> RulesNote:
        """The call, the day and tables it rests on, and how the team so far stands."""
        call, before, about = self.call, self.prospects.before, self.call.provenance
        own = self._team.partners[0].role if self._under.team is None and self._team.partners else None
        missing = self._setting.needed(self._under.document, self._team).as_dict()
        team = TeamNote(before.result, len(self._team.partners), _notes(before), before.unfunded, missing)
        return RulesNote(
            call.id, call.title, call.funder, about.confidence, about.illustrative, about.source, about.retrieved,
            before.reference_date, dict(before.set_versions), own, self.prospects.roles, team,
            (*before.notes, *self._absent_seeker()),
        )  # fmt: skip

    def _absent_seeker(self) -> tuple[str, ...]:
        """A word to whoever asks with a team in which nobody joins from their country."""
        if self._under.team is None or not self._home:
            return ()
        places = {self.book.seat(partner).standing.key for partner in self._team.partners}
        if self.book.placed(self._home, None).key in places:
            return ()
        return (f"nobody in the team joins from {display_name(self._home)}; if you are part of it, add yourself",)

    def _over_people(self, holds: Callable[[Kind], bool]) -> BoolArray:
        kinds, of_person = self._corpus.joining
        by_kind = np.array([holds(Kind(*kind)) for kind in kinds], dtype=np.bool_)
        mask: BoolArray = by_kind[of_person]
        for name, place in self._named.items():
            people = self._corpus.joining_through(place)
            for number in np.unique(of_person[people]).tolist():
                mask[people[of_person[people] == number]] = holds(Kind(kinds[number][0], kinds[number][1], name))
        return mask

    def _kind(self, person: int) -> Kind:
        kinds, of_person = self._corpus.joining
        place = self._corpus.tables.standing["institution"][person].as_py()
        own = next((name for name, named in self._named.items() if named == place), None)
        return Kind(*kinds[int(of_person[person])], own)


def _spelt_alike(team: Team, corpus: Corpus, call: Call) -> Team:
    """The team with each organisation named in one way: as the call names it, else as the team does first.

    By id or by ROR an organisation is the same, and counts once.
    """
    spelling = {place: name for name, place in _rows_of(corpus, words_of(call, "org_id")).items()}
    partners = []
    for each in team.partners:
        place = corpus.institution_named(each.org.id)
        own = each.org.id if place is None else spelling.setdefault(place, each.org.id)
        partners.append(each if own == each.org.id else replace(each, org=replace(each.org, id=own)))
    return replace(team, partners=tuple(partners))


def _rows_of(corpus: Corpus, names: frozenset[str]) -> dict[str, str]:
    """Names of organisations (as a call or team writes them: id or ROR) → their ids in the index."""
    found = {}
    for name in sorted(names):
        place = corpus.institution_named(name)
        if place is not None:
            found[name] = place
    return found


def _team(corpus: Corpus, book: Rulebook, under: UnderCall, request: MatchRequest, seeker: int | None) -> Team:
    """The team so far: as given, else the seeker's own organisation, else nobody."""
    if under.team is not None:
        if under.seeker_role is not None:
            raise InputError("a team and the seeker's role were given", hint="give the role in the team, beside you")
        return team_of(under.team)
    if seeker is None:
        return (
            Team(()) if request.home is None else alone(book, Org(_SEEKER, request.home), Project(), under.seeker_role)
        )
    kinds, of_person = corpus.joining
    country, kind = kinds[int(of_person[seeker])]
    place = corpus.tables.standing["institution"][seeker].as_py() or _SEEKER
    return alone(book, Org(place, country or request.home, kind), Project(), under.seeker_role)


def _notes(verdict: TeamVerdict) -> tuple[ClauseNote, ...]:
    return tuple(
        ClauseNote(each.id, each.type, each.status, each.effect, each.text, each.finding.detail)
        for each in verdict.clauses
    )
