"""Invented people: name, organisation, topics, years of work and number of works."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matchmaker.domain.identifiers import orcid_check_digit
from matchmaker.domain.research import InstitutionRow
from matchmaker.sources.invented.cast import FIRST_YEAR, NAMESAKE, NAMESAKES, TODAY, Part, part_of
from matchmaker.sources.invented.dice import Dice, shared_out
from matchmaker.sources.invented.places import by_country
from matchmaker.sources.invented.vocabulary import Topic, countries, manners, topics

_LEAST_PER_COUNTRY = 4
_MOST_WORKS = 40
_PEOPLE_PER_TOPIC = 5
# Chance of k works falls as 1 / (k + 3)², from two works to forty: many with a few, a few with many.
_WORKS_WEIGHTS = tuple(10**6 // (k + 3) ** 2 for k in range(2, _MOST_WORKS + 1))
_PERCENT_WITH_ORCID = 45
_PERCENT_WITH_STATEMENT = 15
_PERCENT_DECLARING = 30


@dataclass(frozen=True, slots=True)
class Person:
    """A person of the world. `homes` are current, the joining one first; `earlier` is where a mover came from."""

    number: int
    part: Part
    name: str
    orcid: str | None
    topic: Topic
    second_topic: Topic
    homes: tuple[InstitutionRow, ...]
    earlier: InstitutionRow | None
    first_year: int
    last_year: int
    works: int
    has_statement: bool
    declares: bool

    @property
    def country(self) -> str | None:
        """Country of the joining organisation, None at an international one or without any."""
        return self.homes[0].country if self.homes else None


def populate(institutions: Sequence[InstitutionRow], people: int, dice: Dice) -> list[Person]:
    """People 1 … `people`, in order of number."""
    staff = by_country(institutions)
    where = _countries_of(people, dice)
    strengths = _strengths(where, dice)
    found: list[Person] = []
    for number in range(1, people + 1):
        part, code = part_of(number), where.get(number)
        topic = strengths[code].pop() if code else dice.one_of(topics())
        homes = () if part == "placeless" else (dice.one_of(staff[code]),)
        elsewhere = _elsewhere(staff, code, dice) if part in ("dual", "mover") else None
        if part == "dual" and elsewhere:
            homes, elsewhere = (*homes, elsewhere), None
        found.append(_person(number, topic, homes, elsewhere, dice))
    return found


def orcid_of(number: int) -> str:
    """An ORCID iD of right form and check digit (ISO 7064 MOD 11-2) that is nobody's.

    It lies at 0000-0009-9…, outside the blocks that ORCID takes its identifiers from (0000-0001-5000-0007 to
    0000-0003-5000-0001, and 0009-0000-0000-0000 to 0009-0010-0000-0000).
    """
    digits = f"000000099{number:06d}"
    text = digits + orcid_check_digit(digits)
    return f"https://orcid.org/{text[:4]}-{text[4:8]}-{text[8:12]}-{text[12:]}"


def _person(
    number: int, topic: Topic, homes: tuple[InstitutionRow, ...], earlier: InstitutionRow | None, dice: Dice
) -> Person:
    part = part_of(number)
    first, last = _years(part, dice)
    return Person(
        number=number,
        part=part,
        name=NAMESAKE if number in NAMESAKES else _name(homes, dice),
        orcid=orcid_of(number) if dice.chance(_PERCENT_WITH_ORCID) else None,
        topic=topic,
        second_topic=_second_topic(topic, dice),
        homes=homes,
        earlier=earlier,
        first_year=first,
        last_year=last,
        works=_works(part, dice),
        has_statement=dice.chance(_PERCENT_WITH_STATEMENT) or part == "interests_only",
        declares=bool(homes) and (dice.chance(_PERCENT_DECLARING) or part == "interests_only"),
    )


def _countries_of(people: int, dice: Dice) -> dict[int, str]:
    """Number -> country, for all who have one; every country has four people or more."""
    placed = [n for n in range(1, people + 1) if part_of(n) not in ("international", "placeless")]
    shares = shared_out(len(placed), [country.weight for country in countries()], least=_LEAST_PER_COUNTRY)
    deck = [country.code for country, share in zip(countries(), shares, strict=True) for _ in range(share)]
    for code in NAMESAKES.values():
        deck.remove(code)
    others = [number for number in placed if number not in NAMESAKES]
    return dict(NAMESAKES) | dict(zip(others, dice.shuffled(deck), strict=True))


def _strengths(where: dict[int, str], dice: Dice) -> dict[str, list[Topic]]:
    """Country -> a topic for each of its people, about five to a topic, so that they have whom to work with."""
    codes = list(where.values())
    deck: list[Topic] = []
    dealt: dict[str, list[Topic]] = {}
    for turn, country in enumerate(countries()):
        many = codes.count(country.code)
        while len(deck) < many // _PEOPLE_PER_TOPIC + 1:
            deck = dice.shuffled(topics()) + deck
        chosen = [deck.pop() for _ in range(max(1, many // _PEOPLE_PER_TOPIC))]
        # A topic with phrases in the country's language, or its abstracts in that language would be too few to test.
        spoken = [topic for topic in topics() if country.language in topic.abroad]
        for i in range(0, len(chosen) if spoken else 0, 5):
            chosen[i] = spoken[(turn + i) % len(spoken)]
        dealt[country.code] = [chosen[i % len(chosen)] for i in range(many)]
    return dealt


def _elsewhere(staff: dict[str | None, list[InstitutionRow]], code: str | None, dice: Dice) -> InstitutionRow:
    return dice.one_of([row for abroad, rows in staff.items() if abroad and abroad != code for row in rows])


def _name(homes: tuple[InstitutionRow, ...], dice: Dice) -> str:
    codes = {country.code: country for country in countries()}
    home = codes.get(homes[0].country or "") if homes else None
    manner = dice.one_of((home or dice.one_of(countries())).names)
    given, family, pattern = manners()[manner]
    return pattern.format(given=dice.one_of(given), family=dice.one_of(family))


def _second_topic(topic: Topic, dice: Dice) -> Topic:
    near = [other for other in topics() if other.field == topic.field and other != topic]
    return dice.one_of(near) if dice.chance(70) else dice.one_of([other for other in topics() if other != topic])


def _years(part: Part, dice: Dice) -> tuple[int, int]:
    if part == "stopped":
        return FIRST_YEAR, 2012
    first = dice.between(FIRST_YEAR, 2017 if part == "mover" else 2024)
    last = TODAY.year if part == "mover" or dice.chance(82) else min(TODAY.year, first + dice.between(2, 10))
    return first, last


def _works(part: Part, dice: Dice) -> int:
    drawn = 2 + dice.weighted(_WORKS_WEIGHTS)
    match part:
        case "interests_only":
            return 0
        case "one_paper":
            return 1
        case "stopped":
            return 5
        case "mover":
            return max(4, drawn)
        case _:
            return drawn
