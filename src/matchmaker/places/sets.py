"""Sets of countries as they were on a day: memberships, income groups, regions.

A membership is a fact with dates, so every question carries the day it is asked for and every answer the version of the
table it rests on. Where a table cannot speak for that day, the answer says so in `note` instead of pretending.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Literal

from matchmaker.errors import InputError
from matchmaker.places.members import Members, MembersOn, unsure
from matchmaker.places.own_tables import NO_TABLES, OwnTables, is_own
from matchmaker.places.programmes import programme_sets
from matchmaker.places.reading import Row, Table, rows, table
from matchmaker.places.regions import area_slug
from matchmaker.places.resolve import code_of

IncomeGroup = Literal["L", "LM", "UM", "H", "unknown"]

INCOME_GROUPS: tuple[IncomeGroup, ...] = ("L", "LM", "UM", "H")
# World Bank fiscal years begin on 1 July of the year before; the column of each in wb_income.csv, newest first.
_FISCAL_YEARS = (("fy27", date(2026, 7, 1)), ("fy26", date(2025, 7, 1)))
_DAC_LIST_ENDS = date(2026, 12, 31)
# The last day on which the United Kingdom was a Member State; it has no row, the table is of those of today.
_UK_LAST_MEMBER = date(2020, 1, 31)
# Tables that give no dates: their sets are the same on every day that they are asked for.
_UNDATED = frozenset({
    "african_union", "cost", "country_sets", "ear_groups", "epscor", "he_auto_funded_third", "m49", "widening",
})  # fmt: skip
_GRADUATED = re.compile(r"graduated (\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True, slots=True)
class CountrySet:
    """The countries of a named set on the day `at`.

    `codes` are alpha-2, and ISO 3166-2 where only a part of a country belongs (`ES-CN` in `widening`). `version` names
    the table and its vintage, `note` what to know before relying on the answer. `uncertain` are places (among `codes`
    or not) whose membership on that day is announced, disputed or not verified.
    """

    ref: str
    codes: frozenset[str]
    version: str
    at: date
    note: str = ""
    uncertain: frozenset[str] = frozenset()


def country_set(ref: str, at: date, own: OwnTables = NO_TABLES) -> CountrySet:
    """The set `ref` on the day `at`; see `refs` for all that can be asked, and `own` for tables of a deployer.

    Raises InputError for a set that does not exist; the hint lists those that do.
    """
    members, about = members_on(ref, at, own)
    note = "; ".join(filter(None, (members.note, about.too_old(at))))
    return CountrySet(ref, members.codes, about.version, at, note, members.uncertain)


def members_on(ref: str, at: date, own: OwnTables = NO_TABLES) -> tuple[Members, Table]:
    """The members of `ref` on the day `at`, and the table that says so, whose age is for the asker to judge.

    Raises InputError for a set that does not exist; the hint lists those that do.
    """
    if is_own(ref):
        return own.members_on(ref, at)
    if ref not in _sets():
        raise InputError(f"there is no country set {ref[:80]!r}", hint=f"sets: {', '.join(refs())}")
    source, found_on = _sets()[ref]
    members, about = found_on(ref, at), table(source)
    note = "; ".join(filter(None, (members.note, _too_early(about, at))))
    return replace(members, note=note), about


def _too_early(about: Table, at: date) -> str:
    """Why a table without dates says little of the day `at`; empty where it is not long before the table."""
    early = about.name in _UNDATED and at < about.vintage - timedelta(days=about.max_age_days)
    return f"the table is of {about.vintage} and does not speak for earlier days" if early else ""


def refs() -> tuple[str, ...]:
    """All set references of the package, in alphabetical order."""
    return tuple(sorted(_sets()))


def income_group(code: str, at: date) -> IncomeGroup:
    """World Bank income group of a country on the day `at`: L, LM, UM, H, or `unknown`.

    Unknown are economies that the World Bank does not list or leaves unclassified (Ethiopia, Venezuela); a territory
    inherits nothing from its sovereign. Uses the fiscal year in force on that day (see `income_vintage`). `code` may be
    written in any way that `places.resolve` takes; raises UnknownPlaceError otherwise.
    """
    group = _incomes()[code_of(code)][_fiscal_year(at)]
    return _GROUP_OF.get(group, "unknown")


def income_vintage(at: date) -> str:
    """Which income table answers for the day `at`, and whether it is older or newer than that day.

    `FY26 (in force 2025-07-01 to 2026-06-30)` within a year we hold; otherwise with the addition that it is the oldest
    or the newest held and does not speak for that day.
    """
    column = _fiscal_year(at)
    start = dict(_FISCAL_YEARS)[column]
    said = f"{column.upper()} (in force {start} to {start.year + 1}-06-30)"
    if at < start:
        return f"{said}: the oldest table held, newer than {at}"
    if at >= date(start.year + 1, 7, 1):
        return f"{said}: the newest table held, older than {at}"
    return said


_GROUP_OF: dict[str, IncomeGroup] = {group: group for group in INCOME_GROUPS}


def _fiscal_year(at: date) -> str:
    return next((column for column, start in _FISCAL_YEARS if at >= start), _FISCAL_YEARS[-1][0])


@cache
def _incomes() -> dict[str, Row]:
    return {row["alpha2"]: row for row in rows("wb_income")}


@cache
def _sets() -> dict[str, tuple[str, MembersOn]]:
    """Reference → the table it rests on, and how its members on a day are found there."""
    return {
        "african_union": ("african_union", _african_union),
        "dac_oda": ("dac_oda", _dac_oda),
        "eu_members": ("eu_members", _eu_members),
        "ldc": ("ldc", _ldc),
        **programme_sets(),
        **{f"wb.{group}": ("wb_income", _income_set) for group in INCOME_GROUPS},
        **dict.fromkeys(_m49_members(), ("m49", _m49)),
    }


def _african_union(_ref: str, _at: date) -> Members:
    suspended = [row["alpha2"] for row in rows("african_union") if row["suspended"] != "n"]
    note = f"members suspended from its bodies, or reported so, are counted: {', '.join(suspended)}"
    return Members(frozenset(row["alpha2"] for row in rows("african_union")), note)


def _eu_members(_ref: str, at: date) -> Members:
    joined = {row["alpha2"]: int(row["member_since"]) for row in rows("eu_members")}
    left = frozenset({"GB"}) if at <= _UK_LAST_MEMBER else frozenset()
    note = "former members are not in the table" if left else ""
    # The table gives years. In the year of an accession only the treaty says from which day.
    joining = frozenset(code for code, year in joined.items() if year == at.year)
    return Members(frozenset(code for code, year in joined.items() if year <= at.year), note, joining | left)


def _ldc(_ref: str, at: date) -> Members:
    leaving = {row["alpha2"]: date.fromisoformat(row["exit_date"] or "9999-12-31") for row in rows("ldc")}
    inside = frozenset(code for code, left in leaving.items() if at < left)
    doubted = frozenset(row["alpha2"] for row in rows("ldc") if "treat as uncertain" in row["note"]) - inside
    return Members(inside, unsure("exit asked to be deferred, decision not verified", doubted), doubted)


def _dac_oda(_ref: str, at: date) -> Members:
    note = "" if date(2024, 1, 1) <= at <= _DAC_LIST_ENDS else "the list held is that of 2024-2026"
    # The review at the end of 2026 decides about some that have been proposed for graduation.
    words = ("verify", "proposed for graduation") if at > _DAC_LIST_ENDS else ("verify",)
    doubted = frozenset(row["alpha2"] for row in rows("dac_oda") if any(word in row["note"] for word in words))
    return Members(frozenset(row["alpha2"] for row in rows("dac_oda") if _receives_oda(row, at)), note, doubted)


def _receives_oda(row: Row, at: date) -> bool:
    graduated = _GRADUATED.search(row["note"])
    return at < date.fromisoformat(graduated[1]) if graduated else row["on_list_2026"] == "y"


def _income_set(ref: str, at: date) -> Members:
    column, group = _fiscal_year(at), ref.removeprefix("wb.")
    codes = frozenset(code for code, row in _incomes().items() if row[column] == group)
    # An economy left unclassified has an income all the same: it is not outside the set, we do not know.
    unclassified = frozenset(code for code, row in _incomes().items() if row[column] == "unclassified")
    return Members(codes, f"World Bank {income_vintage(at)}", unclassified)


def _m49(ref: str, _at: date) -> Members:
    codes = frozenset(_m49_members()[ref])
    placed = sorted(row["alpha2"] for row in rows("m49") if row["in_m49"] != "y" and row["alpha2"] in codes)
    return Members(codes, f"placed here by convention, not by M49: {', '.join(placed)}" if placed else "")


@cache
def _m49_members() -> dict[str, list[str]]:
    """Codes of every region, sub-region and intermediate region, by a name such as `m49.sub_saharan_africa`."""
    members: dict[str, list[str]] = {}
    for row in rows("m49"):
        for area in {row["region"], row["subregion"], row["intermediate"]} - {""}:
            members.setdefault(f"m49.{area_slug(area)}", []).append(row["alpha2"])
    return members
