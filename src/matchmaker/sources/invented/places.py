"""Invented organisations: about four for each country, and three that belong to no country."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matchmaker.domain.research import InstitutionRow
from matchmaker.sources.invented.cast import institution_id
from matchmaker.sources.invented.dice import Dice, shared_out
from matchmaker.sources.invented.vocabulary import (
    Country,
    countries,
    international_organisations,
    organisations,
    places,
)

NATIONAL = 247
# A country's organisations, first to last; the small have a university and one of the next kinds.
_KINDS = ("university", "research_org", "university", "hospital", "university", "company", "public_body", "ngo")
_SECOND = ("research_org", "hospital", "public_body", "university")
_STAFF: Mapping[str, int] = {"university": 6, "research_org": 3, "hospital": 2}  # elsewhere 1


def found_institutions(dice: Dice) -> list[InstitutionRow]:
    """All organisations: the national ones by country, then the international ones."""
    shares = shared_out(NATIONAL, [country.weight for country in countries()], least=2)
    towns = {region: dice.shuffled(names) for region, names in places().items()}
    rows: list[InstitutionRow] = []
    for turn, (country, many) in enumerate(zip(countries(), shares, strict=True)):
        for kind in _kinds(turn, many):
            name = _name(country, kind, towns[country.places].pop(), dice)
            rows.append(InstitutionRow(institution_id(len(rows) + 1), name, country.code, kind))
    for name in international_organisations():
        rows.append(InstitutionRow(institution_id(len(rows) + 1), name, None, "international_organisation"))
    return rows


def by_country(rows: Sequence[InstitutionRow]) -> dict[str | None, list[InstitutionRow]]:
    """Country (None for international) -> its organisations, each as often as it has staff."""
    found: dict[str | None, list[InstitutionRow]] = {}
    for row in rows:
        found.setdefault(row.country, []).extend([row] * _STAFF.get(row.type or "", 1))
    return found


def _kinds(turn: int, many: int) -> list[str]:
    if many == 2:
        return ["university", _SECOND[turn % len(_SECOND)]]
    return [_KINDS[i % len(_KINDS)] for i in range(many)]


def _name(country: Country, kind: str, town: str, dice: Dice) -> str:
    return dice.one_of(organisations()[country.language][kind]).format(place=town)
