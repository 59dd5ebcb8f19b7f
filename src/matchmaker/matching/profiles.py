"""Where people stand as of a date, and what their texts add up to. Nothing later than the date is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from matchmaker.matching.arrays import FloatArray
from matchmaker.matching.arrays import IntArray as Rows
from matchmaker.matching.vectors import unit_rows

IntArray = NDArray[np.int64]

RECENCY_YEARS = 4.0
# How slowly a single text loses its likeness to a query in words; found on papers of 2019 (docs/decisions/0017).
FADING_YEARS = 20.0
THIN_TEXTS = 2
_INTERNATIONAL = "international_organisation"
# A post somebody declares as theirs today outweighs what by-lines say, so it is filed under a year of its own.
_DECLARED_YEAR = 9999
# From here on a post is no home: visiting, honorary, or declared beside another one.
_GUEST = 2


def centroids(
    person: Rows, text: Rows, age_in_years: FloatArray, text_vectors: FloatArray, n_people: int
) -> FloatArray:
    """Recency-weighted mean of each person's text vectors, unit length; shape (n_people, d).

    A text counts exp(-age / 4 years). `person[i]` wrote `text[i]`, `age_in_years[i]` ≥ 0 years before the date.
    """
    weight = np.exp(-age_in_years / RECENCY_YEARS).astype(np.float32)
    mixing = csr_matrix((weight, (person, text)), shape=(n_people, len(text_vectors)))
    return unit_rows(np.asarray(mixing @ text_vectors, dtype=np.float32))


@dataclass(frozen=True)
class _Sightings:
    """`value[i]` (a country or organisation, as a number) was seen for `person[i]` on `day[i]`, filed in `year[i]`.

    `place[i]` is where it stood on its by-line, 0 for the first.
    """

    person: IntArray
    value: IntArray
    day: IntArray
    year: IntArray
    place: IntArray

    def where(self, kept: NDArray[np.bool_]) -> _Sightings:
        return _Sightings(self.person[kept], self.value[kept], self.day[kept], self.year[kept], self.place[kept])

    def with_those_of(self, other: _Sightings) -> _Sightings:
        pairs = zip(self._columns(), other._columns(), strict=True)
        return _Sightings(*(np.concatenate(pair) for pair in pairs))

    def _columns(self) -> tuple[IntArray, ...]:
        return self.person, self.value, self.day, self.year, self.place

    def latest(self, n_people: int) -> _Sightings:
        """Only those of each person's latest year."""
        newest = np.full(n_people, -1, dtype=np.int64)
        np.maximum.at(newest, self.person, self.year)
        return self.where(self.year == newest[self.person])

    def settled(self, n_people: int) -> IntArray:
        """One value per person, -1 where never seen.

        The one seen most often in the latest year; then on the latest day, nearest to the front of a by-line, smallest.
        """
        seen = self.latest(n_people)
        answer = np.full(n_people, -1, dtype=np.int64)
        if len(seen.person) == 0:
            return answer
        pairs, inverse, counts = np.unique(
            np.stack([seen.person, seen.value]), axis=1, return_inverse=True, return_counts=True
        )
        last_day = np.full(pairs.shape[1], np.iinfo(np.int64).min)
        np.maximum.at(last_day, inverse.ravel(), seen.day)
        place = np.full(pairs.shape[1], np.iinfo(np.int64).max)
        np.minimum.at(place, inverse.ravel(), seen.place)
        order = np.lexsort((pairs[1], place, -last_day, -counts, pairs[0]))
        people, first = np.unique(pairs[0][order], return_index=True)
        answer[people] = pairs[1][order][first]
        return answer


def standing(
    people: pa.Table,
    texts: pa.Table,
    authorships: pa.Table,
    affiliations: pa.Table,
    institutions: pa.Table,
    as_of: date,
) -> pa.Table:
    """Country, organisation and activity of every person as of a date; one row per person, in their order.

    Columns: home (country, international or unknown), country, institution, other_countries (list), institutions
    (list), works, texts, last_year, thin. The country is that of the organisation through which a person would join:
    a post they declare as theirs, else the one most often on their by-lines in the latest year that has any. It never
    comes from a name, an e-mail address or a language.
    """
    desk = _Desk(people.num_rows, texts, authorships, affiliations, institutions, as_of)
    country = desk.joining_country()
    institution = desk.joining_institution(country)
    return pa.table(
        {
            "home": pa.array(desk.home_of(country)),
            "country": pa.array([desk.country_code(c) for c in country], pa.string()),
            "institution": pa.array([desk.institution_ids[i] if i >= 0 else None for i in institution], pa.string()),
            "other_countries": pa.array(desk.other_countries(country), pa.list_(pa.string())),
            "institutions": pa.array(desk.current_institutions(institution), pa.list_(pa.string())),
            **desk.activity(),
        }
    )


class _Desk:
    """The sightings of one date, gathered once for the questions `standing` asks of them."""

    def __init__(
        self, n_people: int, texts: pa.Table, authorships: pa.Table, affiliations: pa.Table,
        institutions: pa.Table, as_of: date,
    ) -> None:  # fmt: skip
        self.n = n_people
        self.as_of = int(np.datetime64(as_of, "D").astype(int))
        self.texts = texts
        published = texts["published"].to_numpy().astype("datetime64[D]").astype(np.int64)
        self.known = authorships.filter(pa.array(published[authorships["text"].to_numpy()] <= self.as_of))
        self.posts = affiliations.filter(pa.array(_active_or_past(affiliations, self.as_of)))
        self.published = published
        self.institution_ids: list[str] = institutions["id"].to_pylist()
        self._number = {name: i for i, name in enumerate(self.institution_ids)}
        self._own_country: list[str | None] = [
            _INTERNATIONAL if t == _INTERNATIONAL else c
            for c, t in zip(institutions["country"].to_pylist(), institutions["type"].to_pylist(), strict=True)
        ]
        stated = pc.unique(self.known["countries"].combine_chunks().flatten()).to_pylist()
        posted = pc.unique(self.posts["country"]).to_pylist()
        self.codes = sorted({c for c in [*stated, *posted, *self._own_country, _INTERNATIONAL] if c})
        self._code_number = {code: i for i, code in enumerate(self.codes)}
        self._first, self._guest, self._all, self._places = self._sightings()

    def _sightings(self) -> tuple[_Sightings, _Sightings, _Sightings, _Sightings]:
        """Joining countries, those of guests, all, and organisations (with `_place_country` beside them)."""
        first: list[tuple[int, ...]] = []
        guest: list[tuple[int, ...]] = []
        every: list[tuple[int, ...]] = []
        places: list[tuple[int, ...]] = []
        for person, day, year, countries, organisations, place in self._rows():
            numbers = [self._number[o] for o in organisations]
            codes = [self._code_number[c] for c in countries] or [
                self._code_number[c] for n in numbers if (c := self._own_country[n])
            ]
            if codes:
                (first if place < _GUEST else guest).append((person, codes[0], day, year, place))
                every.extend((person, code, day, year, i) for i, code in enumerate(codes, place))
            for i, n in enumerate(numbers, place):
                own = self._own_country[n]
                lies_in = self._code_number[own] if own else (codes[0] if codes else -1)
                places.append((person, n, day, year, i, lies_in))
        self._place_country = np.array([p[5] for p in places], dtype=np.int64)
        return _columns(first), _columns(guest), _columns(every), _columns([p[:5] for p in places])

    def _rows(self) -> list[tuple[int, int, int, list[str], list[str], int]]:
        """(person, day, year, countries, organisations, place) of every by-line and post that says where somebody is;
        a post that is not their primary one stands behind."""
        said = self.known.filter(
            pc.or_(pc.greater(pc.list_value_length(self.known["countries"]), 0),
                   pc.greater(pc.list_value_length(self.known["institutions"]), 0))
        )  # fmt: skip
        days = self.published[said["text"].to_numpy()]
        years = days.astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970
        rows = list(
            zip(said["person"].to_pylist(), days.tolist(), years.tolist(), said["countries"].to_pylist(),
                said["institutions"].to_pylist(), [0] * said.num_rows, strict=True)
        )  # fmt: skip
        for post in self.posts.to_pylist():
            running = post["end"] is None or _day(post["end"]) >= self.as_of
            place = _standing_of(post)
            if place == _GUEST and not running:
                continue
            day = self.as_of if running else _day(post["end"])
            declared = running and (place == _GUEST or (place == 0 and post["basis"] == "declared"))
            organisations = [post["institution"]] if post["institution"] is not None else []
            countries = [post["country"]] if post["country"] else []
            year = _DECLARED_YEAR if declared else day_year(day)
            rows.append((post["person"], day, year, countries, organisations, place))
        return rows

    def joining_country(self) -> IntArray:
        """That of a primary post or a by-line; of a guest's post only where nothing else is known."""
        joining = self._first.settled(self.n)
        return np.where(joining < 0, self._guest.settled(self.n), joining)

    def joining_institution(self, country: IntArray) -> IntArray:
        return self._places.where(self._place_country == country[self._places.person]).settled(self.n)

    def country_code(self, number: int) -> str | None:
        code = self.codes[number] if number >= 0 else None
        return None if code == _INTERNATIONAL else code

    def home_of(self, country: IntArray) -> list[str]:
        return [
            "unknown" if c < 0 else "international" if self.codes[c] == _INTERNATIONAL else "country" for c in country
        ]

    def other_countries(self, country: IntArray) -> list[list[str]]:
        """Countries of the latest year beside the joining one (a declared post leaves the by-lines' latest year in)."""
        return self._beside(self._recent(self._all), country, [self.country_code(i) for i in range(len(self.codes))])

    def current_institutions(self, institution: IntArray) -> list[list[str]]:
        recent = self._recent(self._places)
        listed = self._beside(recent, np.full(self.n, -1), list(self.institution_ids))
        for person, main in enumerate(institution):
            if main >= 0 and self.institution_ids[main] not in listed[person]:
                listed[person].insert(0, self.institution_ids[main])
        return listed

    def _recent(self, sightings: _Sightings) -> _Sightings:
        declared = sightings.year == _DECLARED_YEAR
        by_line = sightings.where(~declared).latest(self.n)
        return sightings.where(declared).with_those_of(by_line)

    def _beside(self, sightings: _Sightings, main: IntArray, names: list[str | None] | list[str]) -> list[list[str]]:
        listed: list[list[str]] = [[] for _ in range(self.n)]
        pairs = np.unique(np.stack([sightings.person, sightings.value]), axis=1)
        for person, value in pairs.T.tolist():
            name = names[value]
            if name is not None and value != main[person]:
                listed[person].append(name)
        return listed

    def activity(self) -> dict[str, pa.Array]:
        person = self.known["person"].to_numpy()
        text = self.known["text"].to_numpy()
        is_work = np.asarray(pc.equal(self.texts["kind"], "work").to_numpy())[text]
        n_texts = np.bincount(person, minlength=self.n)
        never = np.iinfo(np.int32).min  # days before 1970 are negative, so -1 would not do
        last = np.full(self.n, never, dtype=np.int64)
        np.maximum.at(last, person[is_work], self.published[text[is_work]])
        years = last.astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970
        return {
            "works": pa.array(np.bincount(person[is_work], minlength=self.n).astype(np.int32)),
            "texts": pa.array(n_texts.astype(np.int32)),
            "last_year": pa.array(years.astype(np.int32), mask=last == never),
            "thin": pa.array(n_texts <= THIN_TEXTS),
        }


def _standing_of(post: dict[str, Any]) -> int:
    """0 for a primary post, 1 for a further one a database names, _GUEST for what is no home."""
    if post["kind"] == "primary":
        return 0
    return 1 if post["kind"] == "secondary" and post["basis"] == "source" else _GUEST


def _columns(rows: list[tuple[int, ...]]) -> _Sightings:
    table = np.array(rows, dtype=np.int64).reshape(-1, 5)
    return _Sightings(*table.T)


def _active_or_past(affiliations: pa.Table, as_of: int) -> NDArray[np.bool_]:
    starts = affiliations["start"].to_pylist()
    return np.array([start is None or _day(start) <= as_of for start in starts], dtype=np.bool_)


def _day(day: date) -> int:
    return int(np.datetime64(day, "D").astype(int))


def day_year(day: int) -> int:
    """Calendar year of a day counted from 1970-01-01."""
    return int(np.datetime64(day, "D").astype("datetime64[Y]").astype(int)) + 1970
