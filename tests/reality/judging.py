"""What the presets say about funded projects, and how often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from tests.reality.funded import Funded

from matchmaker.rules.findings import ClauseResult
from matchmaker.rules.language import preset
from matchmaker.rules.rulebook import Rulebook, rulebook
from matchmaker.rules.team import Result, TeamVerdict, judge, overall

RESULTS: tuple[Result, ...] = ("eligible", "review", "incomplete", "ineligible")
# Clauses that rest on what CORDIS never states, for no project: plans for equality, persons, what was declared.
NOT_ON_RECORD = frozenset(
    {"gep", "person-months", "person-months-540", "phd", "mobility", "resubmission", "window", "one-application"}
)
# What the calls of Global Health EDCTP3 ask for instead of the default: African states count like Member States.
EDCTP3 = ("three", "north", "south")


@cache
def book(call: str, day: date) -> Rulebook:
    """A preset on a day."""
    return rulebook(preset(call), day)


def _settled(clause: ClauseResult) -> bool:
    """Whether the clause is met, or only says who may join and is not paid."""
    return clause.status in ("pass", "n/a") or (clause.effect, clause.status) == ("unfunded", "fail")


@dataclass(frozen=True, slots=True)
class Judged:
    """A project with its verdict; `result` counts every clause, `on_record` those that CORDIS could settle."""

    project: Funded
    verdict: TeamVerdict

    @property
    def result(self) -> Result:
        """The verdict with nothing assumed."""
        return self.verdict.result

    @property
    def on_record(self) -> Result:
        """The verdict with what CORDIS never states taken as given."""
        return overall(tuple(each for each in self.verdict.clauses if each.id not in NOT_ON_RECORD))

    @property
    def why(self) -> tuple[str, ...]:
        """The clauses that keep the project from being eligible and could be settled, with their status."""
        clauses = (each for each in self.verdict.clauses if each.id not in NOT_ON_RECORD and not _settled(each))
        return tuple(f"{each.id}: {each.status}" for each in clauses)

    @property
    def paid(self) -> int:
        """How many partners are paid by the grant."""
        return sum(each.funded is True for each in self.project.team.partners)

    @property
    def paid_against_rule(self) -> tuple[str, ...]:
        """The countries, as written, of partners that are paid and that the preset would not pay."""
        partners = (each for each in self.project.team.partners if each.funded and each.org.id in self.verdict.unfunded)
        return tuple(str(each.org.country) for each in partners)


def judged(projects: Iterable[Funded], on: date | None = None) -> list[Judged]:
    """Every project by the preset of its action, on its own day, or all on the day `on`."""
    return [Judged(each, judge(book(each.action.preset, on or each.day), each.team)) for each in projects]


def admitted_by_edctp3(project: Funded) -> bool:
    """Whether the states that form EDCTP3 make the team complete, where the default countries do not."""
    verdict = judge(book("edctp3-csa", project.day), project.team)
    status = {each.id: each.status for each in verdict.clauses}
    return all(status[clause] == "pass" for clause in EDCTP3)


def shares(found: Sequence[Judged], how: str) -> dict[Result, float]:
    """Result → share of the projects, in [0, 1]; `how` is `result` or `on_record`."""
    if not found:
        raise ValueError("no projects have no shares")
    counted = Counter(getattr(each, how) for each in found)
    return {result: counted[result] / len(found) for result in RESULTS}


def sample(projects: Sequence[Funded], most: int) -> list[Funded]:
    """At most so many of the projects, spread evenly over their ids: the same ones whenever the data are the same."""
    step = max(1, -(-len(projects) // most))
    return list(projects[::step])
