"""`ingest demo`: an invented world from a seed, for the first steps, the tutorials and the tests.

Nobody in it lives and no organisation in it exists: identifiers end in `.invalid`, ORCID iDs lie where ORCID gives
none out. What looks like research is patterns filled with words of a topic. Shares of countries, topics and
productivity are chosen to look plausible; they are no statistics and support no conclusion about the real world.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from matchmaker.domain.research import AffiliationRow, AuthorshipRow, InstitutionRow, ResearcherRow, WorkRow
from matchmaker.errors import InputError
from matchmaker.sources.intake import Kept
from matchmaker.sources.invented.cast import (
    EDGE_CASES,
    LEAST_PEOPLE,
    MOST_PEOPLE,
    TODAY,
    EdgeCase,
    person_id,
    work_id,
)
from matchmaker.sources.invented.dice import Dice
from matchmaker.sources.invented.people import Person, populate
from matchmaker.sources.invented.places import found_institutions
from matchmaker.sources.invented.teams import Draft, form_teams, moving_days
from matchmaker.sources.invented.vocabulary import Topic, countries
from matchmaker.sources.invented.writing import Pen

__all__ = ["EDGE_CASES", "TODAY", "EdgeCase", "invented_world"]

_SOURCE = "demo"
_TITLE_TRIES = 20
_PERCENT_WITHOUT_ABSTRACT = 3
_PERCENT_IN_OWN_LANGUAGE = 65  # of works whose topic has phrases in the language of the lead's organisation


def invented_world(seed: int = 7, people: int = 2000) -> Iterator[Kept]:
    """The organisations, then every work, then every person about whom there is more to say than by-lines tell.

    The same seed and number of people give the same rows, in the same order, on every platform. `people` is in
    [300, 99,999]; dates run from 2010-01-01 to 2026-06-30. `EDGE_CASES` names what the world holds on purpose.
    Raises InputError for a negative seed or another number of people.
    """
    if not LEAST_PEOPLE <= people <= MOST_PEOPLE:
        raise InputError(
            f"an invented world of {people} people", hint=f"ask for {LEAST_PEOPLE} to {MOST_PEOPLE:,} people"
        )
    return _world(Dice(seed), people)


def _world(dice: Dice, people: int) -> Iterator[Kept]:
    institutions = found_institutions(dice)
    persons = populate(institutions, people, dice)
    drafts = form_teams(persons, dice)
    moved = moving_days(persons, drafts)
    yield Kept(institutions=tuple(institutions))
    yield from _works(drafts, {person.number: person for person in persons}, moved, dice)
    for person in persons:
        if person.orcid or person.has_statement or person.declares:
            yield Kept(researchers=(_researcher(person, moved.get(person.number), dice),))


def _works(
    drafts: Sequence[Draft], people: Mapping[int, Person], moved: Mapping[int, date], dice: Dice
) -> Iterator[Kept]:
    titles: set[str] = set()
    for draft in drafts:
        lead = people[draft.authors[0]]
        pen = Pen(draft.topic, dice, bent=lead.number, language=_language(draft.topic, lead, dice))
        title = _new_title(pen, titles)
        titles.add(title)
        authors = tuple(_authorship(people[n], draft.published, moved.get(n)) for n in draft.authors)
        yield Kept(works=(_work(draft, title, pen, authors, dice),))


def _work(draft: Draft, title: str, pen: Pen, authors: tuple[AuthorshipRow, ...], dice: Dice) -> WorkRow:
    return WorkRow(
        work_id=work_id(draft.number),
        title=title,
        abstract=None if dice.chance(_PERCENT_WITHOUT_ABSTRACT) else pen.abstract(),
        year=draft.published.year,
        published=draft.published,
        language=pen.language,
        topics=(draft.topic.name, draft.topic.field),
        url=work_id(draft.number),
        source=_SOURCE,
        authors=authors,
    )


def _new_title(pen: Pen, taken: set[str]) -> str:
    """A title that no work has yet, if one comes up within a few tries; real titles repeat now and then."""
    title = pen.title()
    for _ in range(_TITLE_TRIES):
        if title not in taken:
            break
        title = pen.title()
    return title


def _language(topic: Topic, lead: Person, dice: Dice) -> str:
    own = next((country.language for country in countries() if country.code == lead.country), "en")
    return own if own in topic.abroad and dice.chance(_PERCENT_IN_OWN_LANGUAGE) else "en"


def _authorship(person: Person, published: date, moved: date | None) -> AuthorshipRow:
    homes = _homes_on(person, published, moved)
    return AuthorshipRow(
        researcher_id=person_id(person.number),
        name=person.name,
        orcid=person.orcid,
        institution_ids=tuple(home.institution_id for home in homes),
        countries=tuple(home.country for home in homes if home.country),
    )


def _homes_on(person: Person, day: date, moved: date | None) -> tuple[InstitutionRow, ...]:
    if person.earlier and moved and day < moved:
        return (person.earlier,)
    return person.homes


def _researcher(person: Person, moved: date | None, dice: Dice) -> ResearcherRow:
    pen = Pen(person.topic, dice, bent=person.number)
    return ResearcherRow(
        researcher_id=person_id(person.number),
        name=person.name,
        orcid=person.orcid,
        interests=pen.statement() if person.has_statement else None,
        affiliations=_declared(person, moved) if person.declares else (),
        source=_SOURCE,
    )


def _declared(person: Person, moved: date | None) -> tuple[AffiliationRow, ...]:
    """What a person declares: current organisations without an end, and for a mover the one before."""
    begun = date(person.first_year, 1, 1)
    primary, *further = person.homes
    rows = [AffiliationRow(primary.institution_id, primary.country, "primary", moved or begun)]
    rows += [AffiliationRow(home.institution_id, home.country, "secondary", begun) for home in further]
    if person.earlier and moved:
        left = moved - timedelta(days=1)
        rows.append(AffiliationRow(person.earlier.institution_id, person.earlier.country, "primary", begun, left))
    return tuple(rows)
