"""Recommendation put to the test: take a partner away from a funded team, and ask what they would bring.

What should be answered is worked out by plain counting, beside the rules: of coordinator and beneficiaries, how many
countries of the Member States and the associated ones there are, and how many organisations of Member States.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from tests.reality.funded import Funded
from tests.reality.judging import book

from matchmaker.domain.teams import Partner, Team
from matchmaker.rules.team import candidate_effect, judge

COUNTRIES, MEMBER_STATES = 3, 1


@dataclass(frozen=True, slots=True)
class Gap:
    """A team of a funded project with one partner taken away; `partner` belongs there, `others` are left over."""

    project: Funded
    team: Team
    partner: Partner
    others: tuple[Partner, ...]

    def effect(self, partner: Partner) -> str:
        """What the rules say that a partner would do for the team."""
        return candidate_effect(book(self.project.action.preset, self.project.day), self.team, partner).effect

    def expected(self, partner: Partner) -> str:
        """What plain counting says: the partner helps where it brings what is lacking."""
        before, after = (_lacking(self.project, team) for team in (self.team.partners, (*self.team.partners, partner)))
        helps = any(new < old for old, new in zip(before, after, strict=True))
        return "helps" if helps else "no help" if any(before) else "useful"


def natural_gaps(projects: Iterable[Funded]) -> Iterator[Gap]:
    """The whole team less one partner, for the first partner without whom it is incomplete; none where nobody is."""
    for project in projects:
        partners = project.team.partners
        for number in range(len(partners)):
            rest = (*partners[:number], *partners[number + 1 :])
            if any(_lacking(project, rest)):
                yield Gap(project, Team(rest, project.team.project), partners[number], ())
                break


def bared_gaps(projects: Iterable[Funded], dice: random.Random) -> Iterator[Gap]:
    """Teams bared until nobody could be spared, then less one; complete projects only."""
    for project in projects:
        kept = dice.sample(project.team.partners, len(project.team.partners))
        if any(_lacking(project, kept)):
            continue
        spared = list[Partner]()
        for partner in list(kept):
            rest = [each for each in kept if each is not partner]
            if not any(_lacking(project, rest)):
                kept = rest
                spared.append(partner)
        yield Gap(project, Team(tuple(kept[1:]), project.team.project), kept[0], tuple(spared))


def outside_gaps(projects: Iterable[Funded]) -> Iterator[Gap]:
    """Three partners of a team from three associated countries, the others left over: it lacks a Member State only."""
    for project in projects:
        rules = book(project.action.preset, project.day)
        kept: dict[str | None, Partner] = {}
        for seat in map(rules.seat, project.team.partners):
            is_associated = rules.holds("AC", seat.standing) and not rules.holds("MS", seat.standing)
            if _counts(seat.partner) and is_associated and len(kept) < COUNTRIES:
                kept.setdefault(seat.standing.key, seat.partner)
        team = Team(tuple(kept.values()), project.team.project)
        others = tuple(each for each in project.team.partners if each not in team.partners)
        if _lacking(project, team.partners) == (0, MEMBER_STATES):
            yield Gap(project, team, others[0], others)


def any_gaps(projects: Iterable[Funded], dice: random.Random) -> Iterator[Gap]:
    """The whole team less one partner drawn by lot."""
    for project in projects:
        partner = dice.choice(project.team.partners)
        rest = tuple(each for each in project.team.partners if each is not partner)
        yield Gap(project, Team(rest, project.team.project), partner, ())


def _lacking(project: Funded, partners: Sequence[Partner]) -> tuple[int, int]:
    """How many countries, and how many organisations of Member States, a team of the default conditions lacks."""
    rules = book(project.action.preset, project.day)
    standings = {seat.partner.org.id: seat.standing for seat in map(rules.seat, partners) if _counts(seat.partner)}
    countries = {each.key for each in standings.values() if rules.holds("MSAC", each)}
    of_members = sum(rules.holds("MS", each) is True for each in standings.values())
    return max(0, COUNTRIES - len(countries)), max(0, MEMBER_STATES - of_members)


def _counts(partner: Partner) -> bool:
    return partner.role in ("coordinator", "beneficiary")


def answers(gaps: Iterable[Gap], most: int) -> Counter[str]:
    """What is said about the partner that was taken away, for at most that many gaps."""
    return Counter(gap.effect(gap.partner) for gap in islice(gaps, most))


def result_of(gap: Gap) -> str:
    """The verdict on the team that lacks its partner."""
    return judge(book(gap.project.action.preset, gap.project.day), gap.team).result


def agreement(gaps: Iterable[Gap], most: int) -> Counter[tuple[str, str]]:
    """(expected, said) about the partners left over, for at most that many gaps."""
    return Counter((gap.expected(each), gap.effect(each)) for gap in islice(gaps, most) for each in gap.others)
