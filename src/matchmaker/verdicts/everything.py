"""The three verdicts on the people of an index for one question: rules, safeguards, terms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from matchmaker.domain.matches import MatchRequest
from matchmaker.domain.verdicts import ClauseNote, Eligibility, ReasonNote, Safeguards
from matchmaker.matching.admission import HELD_BACK
from matchmaker.matching.arrays import BoolArray, IntArray
from matchmaker.matching.corpus import Corpus
from matchmaker.matching.signals import Sought
from matchmaker.verdicts.agreement import Agreement
from matchmaker.verdicts.eligibility import UnderRules
from matchmaker.verdicts.screening import Judged, Watch, in_full
from matchmaker.verdicts.setting import Setting
from matchmaker.verdicts.technology import of_question


@dataclass(frozen=True, eq=False)
class Now:
    """What holds today, whatever day a question is asked for: lists, rules that bind, and where people are.

    `corpus` has the same people as the one that is asked, as they stand today: who has moved to a listed organisation
    since the day asked for is listed.
    """

    setting: Setting
    today: date
    corpus: Corpus


def nothing_loaded(corpus: Corpus) -> Now:
    """An installation that brings nothing, on the day of the corpus."""
    return Now(Setting(), corpus.as_of, corpus)


class Verdicts:
    """`rules` is None where no call was named; the other two always stand."""

    def __init__(self, corpus: Corpus, request: MatchRequest, seeker: int | None, sought: Sought, now: Now) -> None:
        setting, today = now.setting, now.today
        self.rules = None if request.call is None else UnderRules(corpus, setting, request, seeker)
        call = None if self.rules is None else self.rules.call
        labels = of_question(corpus, setting, sought, request.text)
        self.watch = Watch(now.corpus, setting, today, call, labels)
        self.agreement = Agreement(corpus, setting, request, seeker, call, today)

    def filters(self) -> list[tuple[str, BoolArray]]:
        """Who may join, who is available, whose terms stand in the way: named masks over people, in this order."""
        rules = [] if self.rules is None else self.rules.filters()
        return [*rules, (HELD_BACK, self.watch.available()), *self.agreement.filters()]

    def eligibility(self, person: int) -> Eligibility:
        """What the call's rules say of somebody."""
        return Eligibility() if self.rules is None else self.rules.of(person)

    def safeguards(self, person: int) -> Safeguards:
        """Whether somebody must look, in full."""
        return in_full(self.watch.decision(person, self.agreement.risks(person)))

    def judged(self, shown: list[int], held_back: IntArray) -> tuple[Judged, ...]:
        """The decisions that are no plain approval: for each person shown, and for each group held back."""
        of_shown = (self.watch.judged(person, self.agreement.risks(person)) for person in shown)
        return (*(each for each in of_shown if each.decision.verdict != "allow"), *self.watch.judged_groups(held_back))

    def against(self, person: int, step: str) -> tuple[tuple[ClauseNote, ...], tuple[ReasonNote, ...]]:
        """The clauses, or the reasons of safeguards, for which a filter of this room left somebody out."""
        if step == "rules":
            return _binding(self.eligibility(person).clauses, ("fail",)), ()
        if step == "helpful" and self.rules is not None:
            return _binding(self.rules.note().team.clauses, ("open", "unknown")), ()
        return (), self.safeguards(person).reasons if step == HELD_BACK else ()

    @property
    def team_cannot_be_repaired(self) -> bool:
        """Whether the team so far is ineligible already."""
        return self.rules is not None and self.rules.prospects.before.result == "ineligible"


def _binding(clauses: tuple[ClauseNote, ...], statuses: tuple[str, ...]) -> tuple[ClauseNote, ...]:
    """Clauses that decide on eligibility and have one of these statuses."""
    return tuple(each for each in clauses if each.effect == "ineligible" and each.status in statuses)
