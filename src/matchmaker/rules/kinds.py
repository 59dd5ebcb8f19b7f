"""What one more partner of each kind would do for a team: worked out once per kind, never person by person.

A kind is what is known of an organisation through which somebody would join: country, type, and which organisation it
is where the call or the team names it. Kinds that the call cannot tell apart share one verdict.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from matchmaker.domain.teams import Org, Partner, Project, Team
from matchmaker.rules.findings import ClauseResult
from matchmaker.rules.predicates import sector, sme
from matchmaker.rules.rulebook import Rulebook
from matchmaker.rules.team import RESULTS, TeamVerdict, judge, said_of, shrinks
from matchmaker.rules.vocabulary import COORDINATOR, flags_of, roles_of, words_of

Effect = Literal["helps", "may help", "useful", "no help", "sets back"]

EFFECTS: Final[tuple[Effect, ...]] = ("helps", "may help", "useful", "no help", "sets back")
_HELPFUL: Final = frozenset({"helps", "may help", "useful"})
_NEWCOMER: Final = "this partner"


@dataclass(frozen=True, slots=True)
class Kind:
    """`country` is alpha-2 and `type` one of the types of organisations, None where it is not known."""

    country: str | None
    type: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Prospect:
    """The team with one more partner of a kind, in the role that serves it best.

    `clauses` are those whose deficit shrinks (`helps`) or may shrink (`may help`), or that are met now and would lack
    something (`sets back`); `sentences` say it for each, and for what would be lost where something is gained.
    `funded`: whether the newcomer may be paid; None where that is not known.
    """

    role: str
    verdict: TeamVerdict
    effect: Effect
    clauses: tuple[str, ...]
    sentences: tuple[str, ...]
    funded: bool | None

    @property
    def blocked(self) -> bool:
        """Whether the team would be ineligible with them."""
        return self.verdict.result == "ineligible"


class Prospects:
    """All kinds of newcomers for one team under one call. `role` is the one sought; None tries those of the call."""

    def __init__(self, book: Rulebook, team: Team, role: str | None = None) -> None:
        self.book, self.team = book, team
        self.before = judge(book, team)
        held = {partner.role for partner in team.partners}
        free = tuple(each for each in roles_of(book.call) if each != COORDINATOR or each not in held)
        self.roles = free if role is None else (role,)
        self._flags: dict[str, bool | None] = dict.fromkeys(flags_of(book.call))
        self._types = tuple(sorted(words_of(book.call, "org_type")))
        self._by_type: dict[str | None, Hashable] = {}
        self._by_class: dict[Hashable, Prospect] = {}
        self._by_kind: dict[Kind, Prospect] = {}

    def of(self, kind: Kind) -> Prospect:
        """What somebody of this very kind would do for the team."""
        if kind not in self._by_kind:
            # The role is the same for all that the call cannot tell apart; the words are those of this kind.
            self._by_kind[kind] = self._in_role(kind, self._alike(kind).role)
        return self._by_kind[kind]

    def blocked(self, kind: Kind) -> bool:
        """Whether the team would be ineligible with somebody of this kind."""
        return self._alike(kind).blocked

    def helpful(self, kind: Kind) -> bool:
        """Whether somebody of this kind would bring the team nearer to what is asked, or it lacks nothing."""
        return self._alike(kind).effect in _HELPFUL

    @property
    def named(self) -> frozenset[str]:
        """Organisations that the call or the team names: each is a kind of its own."""
        return words_of(self.book.call, "org_id") | {partner.org.id for partner in self.team.partners}

    def _alike(self, kind: Kind) -> Prospect:
        """The prospect of some kind that the call cannot tell from this one, but for its words."""
        key = self._class(kind)
        if key not in self._by_class:
            self._by_class[key] = self._best(kind)
        return self._by_class[key]

    def _class(self, kind: Kind) -> Hashable:
        standing, inside = self.book.memberships(kind.country)
        own = standing.key if standing.key in self._told_apart else None
        return standing.kind, inside, own, self._words(kind.type), kind.id

    def _words(self, type_: str | None) -> Hashable:
        if type_ not in self._by_type:
            org = Org(_NEWCOMER, type=type_)
            words = tuple(type_ == word for word in self._types) if type_ else None
            self._by_type[type_] = words, sector(org), sme(org)
        return self._by_type[type_]

    @cached_property
    def _told_apart(self) -> frozenset[str | None]:
        """Countries that matter as themselves: those of the team, and where its people have lived."""
        seats = (self.book.seat(partner).standing.key for partner in self.team.partners)
        lived = (self.book.placed(text, None).key for text in _lived_in(self.team))
        return frozenset((*seats, *lived))

    def _org(self, kind: Kind) -> Org:
        # Of an organisation in an index nobody has said whether it has what a call asks about.
        return Org(kind.id or _NEWCOMER, kind.country, kind.type, flags=self._flags)

    def _best(self, kind: Kind) -> Prospect:
        found = [self._in_role(kind, role) for role in self.roles]
        return min(found, key=_preference)

    def _in_role(self, kind: Kind, role: str) -> Prospect:
        newcomer = Partner(self._org(kind), role, funded=True)
        after = judge(self.book, Team((*self.team.partners, newcomer), self.team.project))
        effect, clauses = change(self.before, after)
        lost = [] if effect == "sets back" else opened(self.before, after)
        return Prospect(
            role,
            after,
            effect,
            tuple(each.id for each in clauses),
            (*map(said_of, clauses), *(f"{said_of(each)} (met without them)" for each in lost)),
            _paid(self.before, after, newcomer.org.id),
        )


def _preference(each: Prospect) -> tuple[bool, int, int, int]:
    """What serves the team best comes first: not blocked, the better effect, more clauses helped, the better result."""
    return each.blocked, EFFECTS.index(each.effect), -len(each.clauses), _rank(each.verdict)


def change(before: TeamVerdict, after: TeamVerdict) -> tuple[Effect, list[ClauseResult]]:
    """What a newcomer did for a team, and the binding clauses through which they did it.

    A deficit shrinks where fewer are lacking for certain; it may shrink where a clause that was open is no longer. Who
    only brings a clause that is met to lack something sets the team back.
    """
    pairs = [(old, new) for old, new in zip(before.clauses, after.clauses, strict=True) if old.effect == "ineligible"]
    helped = [new for old, new in pairs if shrinks(old, new)]
    if helped:
        return "helps", helped
    perhaps = [new for old, new in pairs if old.status == "open" and new.status == "unknown"]
    if perhaps:
        return "may help", perhaps
    lost = opened(before, after)
    if lost:
        return "sets back", lost
    return ("useful" if before.result in ("eligible", "review") else "no help"), []


def opened(before: TeamVerdict, after: TeamVerdict) -> list[ClauseResult]:
    """The binding clauses that lack something only with the newcomer."""
    pairs = zip(before.clauses, after.clauses, strict=True)
    return [new for old, new in pairs if old.effect == "ineligible" and new.status == "open" and old.status != "open"]


def alone(book: Rulebook, org: Org, project: Project, role: str | None = None) -> Team:
    """A team of one: the seeker's own organisation, in `role` or in the one that leaves least to be done."""
    known = Org(org.id, org.country, org.type, org.name, flags=dict.fromkeys(flags_of(book.call)))
    roles = roles_of(book.call) if role is None else (role,)
    teams = [Team((Partner(known, each, funded=True),), project) for each in (*roles[-1:], *roles[:-1])]
    return min(teams, key=lambda team: _lacking(judge(book, team)))


def _lacking(verdict: TeamVerdict) -> tuple[int, int]:
    return _rank(verdict), sum(each.status in ("open", "fail") for each in verdict.clauses)


def _rank(verdict: TeamVerdict) -> int:
    return RESULTS.index(verdict.result)


def _paid(before: TeamVerdict, after: TeamVerdict, org: str) -> bool | None:
    if org in after.unfunded and org not in before.unfunded:
        return False
    return None if _undecided(after) > _undecided(before) else True


def _undecided(verdict: TeamVerdict) -> int:
    found = [each.finding for each in verdict.clauses if each.effect == "unfunded"]
    return sum(int((finding.hi or 0) - (finding.lo or 0)) for finding in found)


def _lived_in(team: Team) -> Iterable[str]:
    people: Iterator[Partner] = (partner for partner in team.partners if partner.person and partner.person.stays)
    for partner in people:
        assert partner.person is not None
        for stay in partner.person.stays or ():
            yield from (text for text in (stay.country, stay.employer_country) if text is not None)
