"""The three verdicts on the people of an index for one question: rules, safeguards, terms."""

from __future__ import annotations

from datetime import date

from matchmaker.domain.matches import MatchRequest
from matchmaker.domain.verdicts import ClauseNote, Eligibility, ReasonNote, Safeguards
from matchmaker.matching.arrays import BoolArray, IntArray
from matchmaker.matching.corpus import Corpus
from matchmaker.matching.explanation import Sought
from matchmaker.verdicts.agreement import Agreement
from matchmaker.verdicts.eligibility import UnderRules
from matchmaker.verdicts.screening import Judged, Watch, in_full
from matchmaker.verdicts.setting import Setting
from matchmaker.verdicts.technology import of_question


class Verdicts:
    """`rules` is None where no call was named; the other two always stand."""

    def __init__(
        self, corpus: Corpus, request: MatchRequest, seeker: int | None, sought: Sought, setting: Setting, today: date
    ) -> None:
        self.rules = None if request.call is None else UnderRules(corpus, setting, request, seeker)
        call = None if self.rules is None else self.rules.call
        labels = of_question(corpus, setting, sought, request.text)
        self.watch = Watch(corpus, setting, today, call, labels)
        self.agreement = Agreement(corpus, setting, request, seeker, call, today)

    def filters(self) -> list[tuple[str, BoolArray]]:
        """Who may join, who is available, whose terms stand in the way: named masks over people, in this order."""
        rules = [] if self.rules is None else self.rules.filters()
        return [*rules, ("available", self.watch.available()), *self.agreement.filters()]

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
            return tuple(each for each in self.eligibility(person).clauses if each.status == "fail"), ()
        return (), self.safeguards(person).reasons if step == "available" else ()

    @property
    def team_cannot_be_repaired(self) -> bool:
        """Whether the team so far is ineligible already."""
        return self.rules is not None and self.rules.prospects.before.result == "ineligible"
