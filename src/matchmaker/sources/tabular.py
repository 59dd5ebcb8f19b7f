"""A table of people that no bibliographic database knows: one row per work, or per person with interests only.

Columns of the template (a ? marks those that may be missing or empty):

    researcher_id?  any id of the person; without it, the ORCID or else name, institution and country tell people apart
    name            as the person writes it
    orcid?          in any usual spelling; a wrong one is left out and counted
    institution?    name of the employer
    ror?            its ROR id
    country         code or English name of the employer's country; an unknown one is left out and counted
    kind?           primary (if empty), secondary, visiting or honorary
    interests?      free text; rows of one person add up
    title?          of a work; a row without title and abstract states the person and their interests
    abstract?
    year?           of publication; a work without one is taken into the interests, because it cannot be dated
    url?
    coauthors?      names separated by ";", each a name in this table, another name, or an ORCID or researcher_id

A table of people is small enough to be gone through twice: first to know who is in it and which rows speak of the same
work, then row by row.
"""

from __future__ import annotations

import csv
import hashlib
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final, Literal, get_args

from matchmaker.domain.research import AffiliationRow, AuthorshipRow, InstitutionRow, ResearcherRow, WorkRow
from matchmaker.errors import InputError, SourceError
from matchmaker.sources import cleaning, prestige
from matchmaker.sources.intake import Item, Kept, Reader, Skipped
from matchmaker.sources.organisations import named, plain_words

SOURCE: Final = "csv"
SUFFIXES: Final = (".csv",)
COLUMNS: Final = (
    "researcher_id", "name", "orcid", "institution", "ror", "country", "kind", "interests", "title", "abstract", "year",
    "url", "coauthors",
)  # fmt: skip
REQUIRED: Final = ("name", "country")
FIELD_CAP: Final = 16 * 2**20  # characters of one cell

_Kind = Literal["primary", "secondary", "visiting", "honorary"]
_KINDS: Final[dict[str, _Kind]] = {kind: kind for kind in get_args(_Kind)}

Row = Mapping[str, str]


def csv_template() -> str:
    """The header of the table and two rows to show how it is filled in."""
    return (
        ",".join(COLUMNS) + "\n"
        ",Amara Okafor,0000-0002-1825-0097,University of Harbour Lake,,NG,,,"
        "Malaria vaccines for young children,We compare two schedules.,2024,https://example.org/w1,"
        "Luca Meier; Ines Duarte\n"
        "p-2,Luca Meier,,Institut des Sciences de Valmont,,CH,primary,vaccine logistics; cold chains,,,,,\n"
    )


def reader(mapping: Path | None) -> Reader:
    """A reader of CSV files; `mapping` is a TOML file of lines `template_column = "Your column"`.

    Raises SourceError where the mapping cannot be read, InputError where it names a column that the template has not.
    """
    names = {} if mapping is None else _mapping(mapping)
    return lambda path: _read(path, names)


def _mapping(path: Path) -> dict[str, str]:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SourceError(
            f"{path} cannot be read as TOML: {error}", hint='write lines such as: name = "Full name"'
        ) from error
    wrong = [key for key, value in found.items() if key not in COLUMNS or not isinstance(value, str)]
    if wrong:
        raise InputError(
            f"{path}: {', '.join(sorted(wrong))} is no column of the template", hint=f"allowed: {', '.join(COLUMNS)}"
        )
    return found


def _read(path: Path, names: Mapping[str, str]) -> Iterator[Item]:
    table = _Table()
    for _, row in _rows(path, names):
        table.add(row)
    for number, row in _rows(path, names):
        yield table.item(row, f"{path.name}:{number}")


# ---- rows --------------------------------------------------------------------------------------------------


def _rows(path: Path, names: Mapping[str, str]) -> Iterator[tuple[int, Row]]:
    """Each row that is not blank, by the template's columns, with its line number."""
    _check_encoding(path)
    csv.field_size_limit(FIELD_CAP)
    number = 0
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file, strict=True)
            header = [cell.strip() for cell in next(lines, [])]
            where = _positions(path, header, names)
            for cells in lines:
                number += 1
                if any(cell.strip() for cell in cells):
                    yield (
                        lines.line_num,
                        {name: cells[at].strip() if at < len(cells) else "" for name, at in where.items()},
                    )
    except csv.Error as error:
        raise SourceError(
            f"{path} is no well-formed CSV after row {number}: {error}",
            hint="put texts with commas or line breaks in double quotes",
        ) from error


def _check_encoding(path: Path) -> None:
    at = 0
    try:
        with path.open("rb") as file:
            for line in file:
                line.decode("utf-8")
                at += len(line)
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{path} is not UTF-8: byte {at + error.start} cannot be read",
            hint="save it as 'CSV UTF-8', or convert it with iconv -t UTF-8",
        ) from error
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}", hint="check that it may be read") from error


def _positions(path: Path, header: list[str], names: Mapping[str, str]) -> dict[str, int]:
    absent = [f"{own!r} (for {name})" for name, own in names.items() if own not in header]
    found = {name: header.index(names.get(name, name)) for name in COLUMNS if names.get(name, name) in header}
    unused = sorted(set(range(len(header))) - set(found.values()))
    found |= {plain: at for at in unused if (plain := prestige.mark(header[at]))}  # read to be counted as ignored
    absent += [name for name in REQUIRED if name not in found and name not in names]
    if len(header) == 1 and any(mark in header[0] for mark in ";\t"):
        raise SourceError(f"{path} is not separated by commas", hint="save it as CSV with commas between the columns")
    if absent:
        raise SourceError(
            f"{path} has no column {', '.join(absent)}",
            hint=f"columns: {', '.join(COLUMNS)}; required: {', '.join(REQUIRED)}; map other names with --mapping FILE",
        )
    return found


# ---- who is in the table -----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Table:
    """What the first pass learns: who bears a name, and who wrote a work that several rows speak of."""

    people: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    known: set[str] = field(default_factory=set)
    authors: dict[str, list[AuthorshipRow]] = field(default_factory=lambda: defaultdict(list))
    coauthors: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    given: set[str] = field(default_factory=set)

    def add(self, row: Row) -> None:
        """Learn from one row."""
        name = cleaning.name(row["name"])
        if not name:
            return
        person = _person_id(row)
        self.people[plain_words(name)].add(person)
        self.known.add(person)
        if _is_work(row):
            work = _work_id(row)
            self.authors[work].append(_authorship(row, person))
            entries = (cleaning.name(entry) for entry in row.get("coauthors", "").split(";"))
            self.coauthors[work] += [(person, entry) for entry in entries if entry]

    def item(self, row: Row, where: str) -> Item:
        """The item of one row; the first row of a work carries the work, with the authors of all its rows."""
        name = cleaning.name(row["name"])
        if not name:
            return Skipped("no_name", where, repr(dict(row)))
        notes = prestige.notes(row)
        person = _person_id(row)
        institution = _institution(row, notes)
        works, interests = self._work(row, notes)
        researcher = ResearcherRow(
            researcher_id=person,
            name=name,
            orcid=cleaning.orcid(row.get("orcid", ""), notes),
            interests=interests,
            affiliations=_affiliations(row, institution, notes),
            source=SOURCE,
        )
        return Kept(works, (researcher,), (institution,) if institution else (), tuple(notes))

    def _work(self, row: Row, notes: list[str]) -> tuple[tuple[WorkRow, ...], str | None]:
        """The work that this row is the first to speak of, if any, and the person's interests."""
        stated = cleaning.plain(row.get("interests", ""), cleaning.ABSTRACT_CAP)[0]
        texts = cleaning.title_and_abstract(row.get("title", ""), row.get("abstract", ""), notes)
        if texts is None:
            return (), stated or None
        year = cleaning.year(row.get("year", ""))
        if year is None:
            notes.append("work_without_year_taken_as_interests")
            return (), "\n".join(filter(None, (stated, *texts)))[: cleaning.ABSTRACT_CAP]
        work_id = _work_id(row)
        if work_id in self.given:
            notes.append("work_in_several_rows")
            return (), stated or None
        self.given.add(work_id)
        work = WorkRow(
            work_id, texts[0], texts[1], year, date(year, 12, 31), None, (),
            cleaning.web_address(row.get("url", "")), SOURCE, self._by_line(work_id),
        )  # fmt: skip
        return (work,), stated or None

    def _by_line(self, work_id: str) -> tuple[AuthorshipRow, ...]:
        # A person who lists a work and is named as co-author of it in another row is one person: no repair to count.
        named = [self._coauthor(person, entry) for person, entry in self.coauthors[work_id]]
        return cleaning.by_line([*self.authors[work_id], *named], [])

    def _coauthor(self, person: str, entry: str) -> AuthorshipRow:
        """A co-author by id, ORCID or a name that one person of the table bears; else somebody only `person` knows."""
        notes: list[str] = []
        orcid = cleaning.orcid(entry, notes) if re.search(r"\d{4}", entry) else None
        bearers = self.people.get(plain_words(entry), set())
        if orcid:
            return AuthorshipRow(_made_id("orcid", orcid), "", orcid)
        if entry in self.known or len(bearers) == 1:
            return AuthorshipRow(entry if entry in self.known else next(iter(bearers)), "")
        return AuthorshipRow(_made_id("coauthor", person, plain_words(entry)), entry)


def _person_id(row: Row) -> str:
    given = cleaning.identifier(row.get("researcher_id", ""))
    if given:
        return given
    orcid = cleaning.orcid(row.get("orcid", ""), [])
    if orcid:
        return _made_id("orcid", orcid)
    country = cleaning.country(row["country"], []) or ""
    return _made_id("person", plain_words(cleaning.name(row["name"])), plain_words(row.get("institution", "")), country)


def _work_id(row: Row) -> str:
    url = cleaning.web_address(row.get("url", "")) or ""
    title = (
        cleaning.plain(row.get("title", ""), cleaning.TITLE_CAP)[0] or cleaning.plain(row.get("abstract", ""), 200)[0]
    )
    return _made_id("work", url or plain_words(title), str(cleaning.year(row.get("year", ""))))


def _made_id(*parts: str) -> str:
    return "csv:" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def _is_work(row: Row) -> bool:
    return bool(row.get("title") or row.get("abstract")) and cleaning.year(row.get("year", "")) is not None


# ---- parts of a row ----------------------------------------------------------------------------------------


def _institution(row: Row, notes: list[str]) -> InstitutionRow | None:
    by_name = named(row.get("institution", ""))
    ror = cleaning.ror(row.get("ror", ""), notes)
    if ror is None:
        return by_name
    return InstitutionRow(ror, by_name.name if by_name else ror, ror=ror)


def _affiliations(row: Row, institution: InstitutionRow | None, notes: list[str]) -> tuple[AffiliationRow, ...]:
    country = cleaning.country(row["country"], notes)
    if institution is None and country is None:
        return ()
    kind = row.get("kind", "").lower()
    if kind not in ("", *_KINDS):
        notes.append("unknown_kind_taken_as_primary")
    return (AffiliationRow(institution.institution_id if institution else None, country, _KINDS.get(kind, "primary")),)


def _authorship(row: Row, person: str) -> AuthorshipRow:
    # No organisation and no country: where somebody works now was not observed on what they wrote before.
    return AuthorshipRow(person, cleaning.name(row["name"]), cleaning.orcid(row.get("orcid", ""), []))
