"""Invented teams: who wrote what with whom, and when. Mostly neighbours of one topic, some across borders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from matchmaker.sources.invented.cast import COLLABORATORS, TODAY
from matchmaker.sources.invented.dice import Dice
from matchmaker.sources.invented.people import Person
from matchmaker.sources.invented.vocabulary import Topic, topics

_SIZE_WEIGHTS = (8, 16, 20, 18, 14, 10, 8, 6)  # percent of teams of 1, 2, … 8, where there are enough people
_TRIES = 10
_PERCENT_KNOWN, _PERCENT_ABROAD = 25, 5  # of seats: someone they wrote with before, someone from anywhere
_COLLABORATION_YEAR = 2022
_COLLABORATION_TOPIC = "Particle detectors and collider physics"


@dataclass(frozen=True, slots=True)
class Draft:
    """A work before it has words. `authors` are numbers of people, the lead first."""

    number: int
    topic: Topic
    published: date
    authors: tuple[int, ...]


def form_teams(people: Sequence[Person], dice: Dice) -> list[Draft]:
    """Drafts such that every person has exactly as many works as `Person.works` says."""
    teams = _Teams(people, dice)
    teams.form_collaboration()
    for lead in dice.shuffled([person for person in people for _ in range(person.works)]):
        if teams.left[lead.number]:
            teams.form(lead)
    return teams.drafts


def moving_days(people: Sequence[Person], drafts: Sequence[Draft]) -> dict[int, date]:
    """Number of a mover -> first day in the new country: the middle of their dates of publication."""
    dates: dict[int, set[date]] = {person.number: set() for person in people if person.earlier}
    for draft in drafts:
        for number in draft.authors:
            if number in dates:
                dates[number].add(draft.published)
    return {number: sorted(days)[len(days) // 2] for number, days in dates.items()}


class _Teams:
    """The state of the draw: works `left` to write, and who has written with whom before."""

    def __init__(self, people: Sequence[Person], dice: Dice) -> None:
        self._dice = dice
        self._people = {person.number: person for person in people}
        self._before: dict[int, list[int]] = {person.number: [] for person in people}
        self._pools = _pools(people)
        self.left = {person.number: person.works for person in people}
        self.drafts: list[Draft] = []

    def form_collaboration(self) -> None:
        """The one work with more than fifty authors, physicists as far as there are enough."""
        topic = next(topic for topic in topics() if topic.name == _COLLABORATION_TOPIC)
        able = [p for p in self._people.values() if p.part == "ordinary" and self._free(p.number, _COLLABORATION_YEAR)]
        able.sort(key=lambda person: (person.topic != topic, person.topic.field != topic.field, person.number))
        members = tuple(person.number for person in able[:COLLABORATORS])
        self._add(topic, date(_COLLABORATION_YEAR, 11, 4), members)

    def form(self, lead: Person) -> None:
        """One work of `lead`, on one of their topics, in one of their years."""
        topic = lead.topic if self._dice.chance(75) else lead.second_topic
        published = self._day(lead)
        team = [lead.number]
        for _ in range(self._dice.weighted(_SIZE_WEIGHTS)):
            fellow = self._fellow(lead, topic, published.year, team)
            if fellow is not None:
                team.append(fellow)
        self._add(topic, published, tuple(team))
        for number in team:
            self._before[number].extend(other for other in team if other != number)

    def _fellow(self, lead: Person, topic: Topic, year: int, team: list[int]) -> int | None:
        pools = self._where_to_look(lead, topic)
        if len(team) == 1 and lead.country:
            pools = (*pools, self._pools[lead.country,])  # rather with a neighbour of another field than alone
        for pool in pools:
            for _ in range(_TRIES if pool else 0):
                number = self._dice.one_of(pool)
                if number not in team and self._free(number, year):
                    return number
        return None  # nobody near has both time and works left: the team stays smaller

    def _where_to_look(self, lead: Person, topic: Topic) -> tuple[Sequence[int], ...]:
        near = self._pools.get((topic.name, lead.country), ())
        colleagues = self._pools.get((lead.topic.name, lead.country), ())
        which = self._dice.below(100)
        if which < _PERCENT_KNOWN:
            return self._before[lead.number], near, colleagues
        if which < _PERCENT_KNOWN + _PERCENT_ABROAD:
            return self._pools.get((topic.name,), ()), self._pools[topic.field,]
        return near, colleagues, self._pools.get((topic.field, lead.country), ())

    def _free(self, number: int, year: int) -> bool:
        person = self._people[number]
        return self.left[number] > 0 and person.first_year <= year <= person.last_year

    def _add(self, topic: Topic, published: date, authors: tuple[int, ...]) -> None:
        for number in authors:
            self.left[number] -= 1
        self.drafts.append(Draft(len(self.drafts) + 1, topic, published, authors))

    def _day(self, lead: Person) -> date:
        year = self._dice.between(lead.first_year, lead.last_year)
        if year < TODAY.year and self._dice.chance(5):
            return date(year, 12, 31)  # as a source gives it that knows the year only
        last = min(date(year, 12, 31), TODAY)
        return date(year, 1, 1) + timedelta(days=self._dice.below((last - date(year, 1, 1)).days + 1))


def _pools(people: Sequence[Person]) -> dict[tuple[str | None, ...], list[int]]:
    """Topic, field, country, or one of the first with the last -> people, each as often as they have works to write."""
    pools: dict[tuple[str | None, ...], list[int]] = {}
    for person in people:
        for topic, weight in ((person.topic, person.works), (person.second_topic, person.works // 3)):
            for key in ((topic.name,), (topic.name, person.country), (topic.field,), (topic.field, person.country)):
                pools.setdefault(key, []).extend([person.number] * weight)
        pools.setdefault((person.country,), []).extend([person.number] * person.works)
    return {key: pool for key, pool in pools.items() if pool}
