"""OpenAlex's own JSON Lines of works, authors and institutions, of every age of its schema.

Records are told apart by their id (W, A, I). Counts of citations, h-index, journals and other marks of prestige
are not read; which there were is counted (`prestige`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

from matchmaker.domain import identifiers
from matchmaker.domain.research import AffiliationRow, AuthorshipRow, InstitutionRow, ResearcherRow, WorkRow
from matchmaker.errors import InputError
from matchmaker.sources import cleaning, prestige
from matchmaker.sources.intake import Item, Kept, Skipped
from matchmaker.sources.lines import json_records

SOURCE: Final = "openalex"
SUFFIXES: Final = (".jsonl", ".jsonl.gz", ".json.gz", ".ndjson", ".gz")
TOPICS_CAP: Final = 20
WORDS_CAP: Final = 20_000

# Kinds of organisation as OpenAlex (after ROR) names them, in our words. What is not here is `other`.
_TYPES: Final = {
    "education": "university",
    "facility": "infrastructure",
    "healthcare": "hospital",
    "company": "company",
    "government": "public_body",
    "nonprofit": "ngo",
}

Record = dict[str, Any]


def read(path: Path) -> Iterator[Item]:
    """One item per line of `path` (.jsonl or .gz). Raises SourceError when the file is cut off or damaged."""
    for number, record in enumerate(json_records(path), start=1):
        yield record if isinstance(record, Skipped) else item(record, f"{path.name}:{number}")


def item(record: Record, where: str) -> Item:
    """What one record becomes; `where` names its file and line. Never raises, whatever the record's shape."""
    id_ = _id(record)
    if id_ is None:
        return Skipped("no_id", where, repr(record))
    become = _KINDS.get(id_.rpartition("/")[2][0])
    notes = _prestige(record)
    kept = become(id_, record, notes) if become else "other_entity"
    return Skipped(kept, where, repr(record)) if isinstance(kept, str) else kept


def _prestige(record: Record) -> list[str]:
    journal = _dict(record, "primary_location").get("source")
    return prestige.notes({**_dict(record, "summary_stats"), **record, "journal": journal})


# ---- works -------------------------------------------------------------------------------------------------


def _work(id_: str, record: Record, notes: list[str]) -> Kept | str:
    """The work, or the reason to skip it."""
    for flag in ("is_retracted", "is_paratext"):
        if record.get(flag) is True:
            return flag.removeprefix("is_")
    year = cleaning.year(record.get("publication_year"))
    if year is None:
        return "no_year"
    abstract = record.get("abstract") or _abstract(record.get("abstract_inverted_index"), notes)
    texts = cleaning.title_and_abstract(record.get("title") or record.get("display_name"), abstract, notes)
    if texts is None:
        return "no_title"
    institutions = _institutions_of(record, notes)
    work = WorkRow(
        work_id=id_,
        title=texts[0],
        abstract=texts[1],
        year=year,
        published=_published(record.get("publication_date"), year),
        language=_language(record.get("language")),
        topics=_topics(record),
        url=cleaning.web_address(record.get("doi"))
        or cleaning.web_address(_dict(record, "primary_location").get("landing_page_url")),
        source=SOURCE,
        authors=_authors(record, institutions, notes),
    )
    return Kept(works=(work,), institutions=tuple(institutions.values()), notes=tuple(notes))


def _authors(record: Record, institutions: dict[str, InstitutionRow], notes: list[str]) -> tuple[AuthorshipRow, ...]:
    rows = (_authorship(entry, institutions, notes) for entry in _dicts(record, "authorships"))
    return cleaning.by_line((row for row in rows if row), notes)


def _authorship(entry: Record, institutions: dict[str, InstitutionRow], notes: list[str]) -> AuthorshipRow | None:
    author = _dict(entry, "author")
    id_ = _id(author)
    if id_ is None:
        notes.append("author_without_id")
        return None
    places = [institutions[i] for place in _dicts(entry, "institutions") if (i := _id(place)) in institutions]
    # The countries of organisations come first, in the by-line's order: OpenAlex's own list is sorted by code.
    observed = [place.country for place in places if place.country]
    return AuthorshipRow(
        researcher_id=id_,
        name=cleaning.name(author.get("display_name")) or cleaning.name(entry.get("raw_author_name")),
        orcid=cleaning.orcid(author.get("orcid"), notes),
        institution_ids=tuple(dict.fromkeys(place.institution_id for place in places)),
        countries=tuple(dict.fromkeys((*observed, *cleaning.countries(_list(entry, "countries"), notes)))),
    )


def _institutions_of(record: Record, notes: list[str]) -> dict[str, InstitutionRow]:
    found: dict[str, InstitutionRow] = {}
    for entry in _dicts(record, "authorships"):
        for place in _dicts(entry, "institutions"):
            id_ = _id(place)
            if id_ is not None and id_ not in found:
                found[id_] = _institution_row(id_, place, notes)
    return found


def _abstract(index: object, notes: list[str]) -> str | None:
    """The text behind `{word: [positions]}`, of its first 20,000 words."""
    if not isinstance(index, dict):
        return None
    index = index.get("InvertedIndex", index)
    entries = index.items() if isinstance(index, dict) else ()
    placed = [
        (at, word) for word, places in entries if isinstance(places, list) for at in places if isinstance(at, int)
    ]
    if len(placed) > WORDS_CAP:
        notes.append("abstract_cut")
    return " ".join(word for _, word in sorted(placed)[:WORDS_CAP]) or None


def _published(text: object, year: int) -> date:
    # 1 January stands for "some day of this year" in OpenAlex. The last day is taken, so that nothing looks ahead.
    unknown = date(year, 12, 31)
    if not isinstance(text, str):
        return unknown
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return unknown
    return day if day.year == year and (day.month, day.day) != (1, 1) else unknown


def _topics(record: Record) -> tuple[str, ...]:
    topics = [topic.get("display_name") for topic in _dicts(record, "topics")]
    concepts = [c.get("display_name") for c in _dicts(record, "concepts") if _level(c) in (1, 2, 3) and _score(c) > 0.3]
    keywords = [word.get("display_name") or word.get("keyword") for word in _dicts(record, "keywords")]
    names = [cleaning.name(name) for name in topics or concepts or keywords]
    return tuple(dict.fromkeys(name for name in names if name))[:TOPICS_CAP]


def _level(concept: Record) -> object:
    return concept.get("level")


def _score(concept: Record) -> float:
    score = concept.get("score")
    return float(score) if isinstance(score, int | float) else 0.0


def _language(code: object) -> str | None:
    return code.lower() if isinstance(code, str) and code.isascii() and code.isalpha() and len(code) in (2, 3) else None


# ---- authors -----------------------------------------------------------------------------------------------


def _author(id_: str, record: Record, notes: list[str]) -> Kept | str:
    """The person, or the reason to skip the record."""
    name = cleaning.name(record.get("display_name"))
    if not name:
        return "no_name"
    current = _dicts(record, "last_known_institutions") or [
        place for place in [_dict(record, "last_known_institution")] if place
    ]
    past = _dicts(record, "affiliations")
    places = {i: p for p in (*current, *(_dict(entry, "institution") for entry in past)) if (i := _id(p))}
    institutions = {i: _institution_row(i, place, notes) for i, place in places.items()}
    ids = list(dict.fromkeys(i for place in current if (i := _id(place))))
    row = ResearcherRow(
        researcher_id=id_,
        name=name,
        orcid=cleaning.orcid(record.get("orcid"), notes),
        affiliations=_affiliations(ids, _years(past), institutions),
        source=SOURCE,
    )
    return Kept(researchers=(row,), institutions=tuple(institutions.values()), notes=tuple(notes))


def _years(past: list[Record]) -> dict[str, list[int]]:
    found = {
        i: [cleaning.year(y) for y in _list(entry, "years")]
        for entry in past
        if (i := _id(_dict(entry, "institution")))
    }
    return {i: sorted(year for year in years if year is not None) for i, years in found.items()}


def _affiliations(
    current: list[str], years: dict[str, list[int]], institutions: dict[str, InstitutionRow]
) -> tuple[AffiliationRow, ...]:
    """The first of the current ones is primary, every other one secondary; a current one has no end."""
    earlier = sorted((i for i in years if i not in current), key=lambda i: (-max(years[i], default=0), i))
    return tuple(
        AffiliationRow(
            institution_id=i,
            country=institutions[i].country,
            kind="secondary" if at else "primary",
            start=date(years[i][0], 1, 1) if years.get(i) else None,
            end=date(years[i][-1], 12, 31) if years.get(i) and i not in current else None,
            basis="source",
        )
        for at, i in enumerate((*current, *earlier))
    )


# ---- institutions ------------------------------------------------------------------------------------------


def _institution(id_: str, record: Record, notes: list[str]) -> Kept | str:
    """The organisation, or the reason to skip the record."""
    row = _institution_row(id_, record, notes)
    return Kept(institutions=(row,), notes=tuple(notes)) if row.name != id_ else "no_name"


def _institution_row(id_: str, record: Record, notes: list[str]) -> InstitutionRow:
    kind = record.get("type")
    return InstitutionRow(
        institution_id=id_,
        name=cleaning.name(record.get("display_name")) or id_,
        country=cleaning.country(record.get("country_code"), notes),
        type=_TYPES.get(kind.lower(), "other") if isinstance(kind, str) and kind else None,
        ror=cleaning.ror(record.get("ror"), notes),
    )


_KINDS: Final[dict[str, Callable[[str, Record, list[str]], Kept | str]]] = {"W": _work, "A": _author, "I": _institution}


# ---- untrusted shapes --------------------------------------------------------------------------------------


def _id(record: Record) -> str | None:
    text = record.get("id")
    try:
        return identifiers.openalex(text) if isinstance(text, str) and text else None
    except InputError:
        # Whoever asks counts it: as a skipped record, or as a repair of one that is kept.
        return None


def _dict(record: Record, key: str) -> Record:
    value = record.get(key)
    return value if isinstance(value, dict) else {}


def _list(record: Record, key: str) -> list[Any]:
    value = record.get(key)
    return value if isinstance(value, list) else []


def _dicts(record: Record, key: str) -> list[Record]:
    return [value for value in _list(record, key) if isinstance(value, dict)]
