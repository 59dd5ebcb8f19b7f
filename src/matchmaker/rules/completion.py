"""Whether further partners can make a team complete, and how few of them: exact, or openly undecided.

A further partner joins through an organisation of its own, independent of the team, and all that the call asks about it
is known. They are tried as kinds that the binding clauses can tell apart, best first by a number of partners below
which a clause cannot be met (A*; Hart, Nilsson and Raphael 1968), so that the first answer is a smallest one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from typing import Any, Literal

from matchmaker.domain.calls import AnyClause
from matchmaker.domain.teams import Partner, Team
from matchmaker.rules.checks import Binding, binding
from matchmaker.rules.clauses import Scene
from matchmaker.rules.describing import partners, words
from matchmaker.rules.gauges import Ledger
from matchmaker.rules.joining import Joiners, joiners
from matchmaker.rules.newcomers import MOST_KINDS, Asked
from matchmaker.rules.rulebook import Rulebook
from matchmaker.rules.searching import MOST_TEAMS, Found, Search
from matchmaker.rules.team import judge

State = Literal["complete", "completable", "dead", "undecided"]
# So many clauses at most are shown to collide, and so many teams are looked at for that; else all are named.
_LARGEST_FAMILY = 3
_TEAMS_OF_A_FAMILY = 1_000


@dataclass(frozen=True, slots=True)
class Completion:
    """What a team still needs so that no binding clause fails or is open; what is not known does not stand in its way.

    `complete`: nothing. `completable`: `further` partners at least, `example` says in words who they may be. `dead`: no
    further partners help, `collides` names clauses that cannot be met together (as few as possible). `undecided`: not
    settled, for the `reason`; then `exact` is False. With `partners`, those of the example, the team was judged.
    """

    state: State
    further: int | None = None
    example: tuple[str, ...] = ()
    collides: tuple[str, ...] = ()
    exact: bool = True
    reason: str = ""
    partners: tuple[Partner, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The published JSON: all but the partners of the example."""
        return {
            "state": self.state,
            "further": self.further,
            "example": list(self.example),
            "collides": list(self.collides),
            "exact": self.exact,
            "reason": self.reason,
        }


def completion(book: Rulebook, team: Team) -> Completion:
    """Whether and with how few further partners `team` can meet the call of `book`."""
    clauses = tuple(clause for clause in book.call.clauses if clause.effect == "ineligible")
    results = [each for each in judge(book, team).clauses if each.effect == "ineligible"]
    if failed := [each.id for each in results if each.status == "fail"]:
        return Completion("dead", collides=(failed[0],))
    if not [each for each in results if each.status == "open"]:
        return Completion("complete", 0)
    return _completed(clauses, book, team)


def _completed(clauses: Sequence[AnyClause], book: Rulebook, team: Team) -> Completion:
    ledger = Ledger(Scene(tuple(book.seat(partner) for partner in team.partners), team.project, book))
    bindings = [binding(clause, ledger) for clause in clauses]
    asked = Asked(book, clauses, team)
    if ledger.unsettled or asked.kinds > MOST_KINDS:
        return _undecided((*ledger.unsettled, "the call tells too many kinds of partners apart")[0])
    known = joiners(asked, ledger, bindings)
    found = Search(ledger, bindings, known.certain()).found()
    if isinstance(found, Found):
        return _checked(found, known, book, team)
    colliding = _colliding(ledger, bindings, joiners(asked, ledger, bindings, blocked=True))
    if not colliding and found == "too many":
        return _undecided("too many combinations of partners would have to be tried")
    if not colliding and known.doubtful and Search(ledger, bindings, known).found() != "nobody":
        return _undecided("only partners in countries whose membership is not certain may help")
    return Completion("dead", collides=colliding or tuple(each.id for each in bindings))


def _checked(found: Found, known: Joiners, book: Rulebook, team: Team) -> Completion:
    """The answer, after the whole team has been judged once more with the partners that were found."""
    further = partners(found)
    whole = Team((*team.partners, *further), team.project)
    lacking = [each.id for each in judge(book, whole).clauses
               if each.effect == "ineligible" and each.status in ("fail", "open")]  # fmt: skip
    if lacking:
        return _undecided(f"what was found does not meet {', '.join(lacking)} when judged")
    codes = frozenset(book.seat(partner).standing.key or "" for partner in team.partners)
    return Completion("completable", len(further), words(found, known, codes), partners=further)


def _undecided(reason: str) -> Completion:
    return Completion("undecided", exact=False, reason=reason)


def _colliding(ledger: Ledger, bindings: Sequence[Binding], known: Joiners) -> tuple[str, ...]:
    """A smallest family of clauses that no further partners, certain or not, can meet together; empty where not found.

    Few clauses leave few combinations, so what is impossible shows soon, also where the whole call has too many.
    """
    tried = 0
    for family in chain.from_iterable(combinations(bindings, size) for size in range(1, _LARGEST_FAMILY + 1)):
        search = Search(ledger, family, known, _TEAMS_OF_A_FAMILY)
        if search.found() == "nobody":
            return tuple(each.id for each in family)
        tried += search.tried
        if tried > MOST_TEAMS:
            break
    return ()
