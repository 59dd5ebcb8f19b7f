"""Sets that funding programmes keep: association to Horizon Europe, widening, COST, EPSCoR, and named lists."""

from __future__ import annotations

from datetime import date
from functools import cache

from matchmaker.places.members import Members, MembersOn, coded, unsure
from matchmaker.places.reading import Row, rows

# Lists known to name all members but one, with where the missing one can lie: those named are members, any other place
# there may be one.
_ONE_NOT_NAMED = {"EDCTP_AFRICA": "28 members are stated and 27 named; the missing one may be"}
# Places without a row of their own that are treated as another one: Hong Kong as China since 2020-12-23.
_EAR_TREATED_AS = {"HK": "CN"}
_EAR_TO_VERIFY = {"D:5": frozenset({"ET"})}


def programme_sets() -> dict[str, tuple[str, MembersOn]]:
    """Reference → the table it rests on, and how its members on a day are found there."""
    return {
        "epscor": ("epscor", _epscor),
        "he_auto_funded_third": ("he_auto_funded_third", _he_auto_funded_third),
        "widening": ("widening", _widening),
        "cost.itc": ("cost", _cost_itc),
        **{f"cost.{row['status']}": ("cost", _cost) for row in rows("cost")},
        **{f"he_associated.{row['scope']}": ("he_associated", _he_associated) for row in _with_scope()},
        **{f"set.{name}": ("country_sets", _named) for name in _named_rows()},
        **{f"ear.{group}": ("ear_groups", _ear) for group in rows("ear_groups")[0] if ":" in group},
    }


def _with_scope() -> list[Row]:
    return [row for row in rows("he_associated") if row["scope"]]


def _agreed() -> list[Row]:
    return [row for row in _with_scope() if row["legal_state"] != "negotiating"]


def _he_associated(ref: str, at: date) -> Members:
    scoped = [row for row in _with_scope() if row["scope"] == ref.partition(".")[2]]
    inside = [row for row in _agreed() if row in scoped and int(row["from_call_year"]) <= at.year]
    # A provisional association may not be in force on the day. Where a sign of negotiations is itself doubtful, an
    # agreement may exist.
    doubted = coded(row for row in inside if row["legal_state"] == "provisional")
    doubted |= coded(row for row in scoped if row["confidence"] == "low")
    return Members(coded(inside), unsure("association provisional or not verified", doubted), doubted)


def _he_auto_funded_third(_ref: str, at: date) -> Members:
    note = "derived from income groups; the list in the Work Programme annex is the legal one"
    # The table leaves out what is associated now. Before its first call year such a country was one of these.
    poorer = {row["alpha2"] for row in rows("wb_income") if row["fy26"] in {"L", "LM", "UM"}}
    before = coded(row for row in _agreed() if int(row["from_call_year"]) > at.year) & poorer
    return Members(coded(rows("he_auto_funded_third")) | before, note)


def _widening(_ref: str, _at: date) -> Members:
    conditional = coded(row for row in rows("widening") if row["kind"] == "associated_conditional")
    note = unsure("on condition of an association agreement", conditional)
    return Members(coded(rows("widening")) - conditional, note, conditional)


def _cost(ref: str, _at: date) -> Members:
    return _listed([row for row in rows("cost") if row["status"] == ref.partition(".")[2]])


def _cost_itc(_ref: str, _at: date) -> Members:
    return _listed([row for row in rows("cost") if row["itc"] == "y"])


def _epscor(_ref: str, _at: date) -> Members:
    # This table names territories by alpha-2 in the column of ISO 3166-2 codes.
    return Members(frozenset(row["iso3166_2"] for row in rows("epscor")))


def _named(ref: str, _at: date) -> Members:
    name = ref.partition(".")[2]
    if name not in _ONE_NOT_NAMED:
        return _listed(_named_rows()[name])
    named = coded(_named_rows()[name])
    others = coded(row for row in rows("african_union") if row["region_subsaharan_m49"] == "y") - named
    return Members(named, unsure(_ONE_NOT_NAMED[name], others), others)


@cache
def _named_rows() -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows("country_sets"):
        found.setdefault(row["set"], []).append(row)
    return found


def _listed(entries: list[Row]) -> Members:
    low = coded(row for row in entries if row["confidence"] == "low")
    return Members(coded(entries), unsure("named with low confidence", low), low)


def _ear(ref: str, _at: date) -> Members:
    group = ref.partition(".")[2]
    listed = frozenset(row["alpha2"] for row in rows("ear_groups") if row[group])
    treated = frozenset(code for code, like in _EAR_TREATED_AS.items() if like in listed)
    doubted = _EAR_TO_VERIFY.get(group, frozenset()) - listed
    return Members(listed | treated, unsure("not in the transcription, to be verified", doubted), doubted)
