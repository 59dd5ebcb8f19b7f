"""Sets of places that know what they do not know: three-valued evaluation of the set algebra of calls.

A place is in a set, not in it, or it is unknown (Kleene 1952). A set is kept as its certain members and the uncertain
places; union, intersection and difference are taken on both bounds, so that whatever the uncertain ones turn out to be,
the plain set lies between them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial, reduce

from matchmaker.domain.conditions import Codes, Named, Ref, SetTerm, When
from matchmaker.errors import InputError
from matchmaker.places.own_tables import NO_TABLES, OwnTables
from matchmaker.places.parts import nearest, own_code, settled, within
from matchmaker.places.resolve import all_codes
from matchmaker.places.sets import members_on

Reasons = Mapping[str, tuple[str, ...]]
Bounds = tuple[frozenset[str], frozenset[str]]  # the places certainly in a set, and those certainly or perhaps in it


@dataclass(frozen=True, slots=True)
class PlaceSet:
    """A three-valued set of places.

    `members` are certainly in it, `uncertain` may be (the two never overlap), everything else is certainly not.
    Codes are alpha-2, and ISO 3166-2 for the `parts` of countries that the set tells apart: where `ES-CN` is among
    `parts`, `ES` stands for the rest of Spain. `versions` has the table version of every ref that was used and `days`
    the days it was asked for; `doubts` says, for every uncertain code, why.
    """

    members: frozenset[str]
    uncertain: frozenset[str] = frozenset()
    versions: Mapping[str, str] = field(default_factory=dict)
    days: Mapping[str, tuple[date, ...]] = field(default_factory=dict)
    doubts: Reasons = field(default_factory=dict)
    parts: frozenset[str] = frozenset()

    def holds(self, code: str | None, subdivision: str | None = None) -> bool | None:
        """Whether a place is in the set; None where that is not known.

        A country without its subdivision is unknown where its parts differ (ES in `widening`), a place without a
        country always.
        """
        found = {self._value(atom) for atom in self._atoms(code, subdivision)} if code else {None}
        return found.pop() if len(found) == 1 else None

    def why_unknown(self, code: str | None, subdivision: str | None = None) -> tuple[str, ...]:
        """The reasons why `holds` is None, empty where it is not."""
        if self.holds(code, subdivision) is not None:
            return ()
        if code is None:
            return ("the country is not known",)
        atoms = self._atoms(code, subdivision)
        known = {reason: None for atom in sorted(atoms) for reason in self.doubts.get(atom, ())}
        differ = {self._value(atom) for atom in atoms} >= {True, False}
        return (*known, *([f"it is not known which part of {code} the place is in"] if differ else []))

    def _value(self, atom: str) -> bool | None:
        return None if atom in self.uncertain else atom in self.members

    def _atoms(self, code: str, subdivision: str | None) -> set[str]:
        own, part = settled(code, subdivision)
        if part is None or not part.startswith(f"{own}-"):
            return {own} | {named for named in self.parts if named.startswith(f"{own}-")}
        return {nearest(part, self.parts) or own} | {named for named in self.parts if within(named) == part}


def evaluate_all(
    sets: Mapping[str, SetTerm], dates: Mapping[When, date], judged: date, own: OwnTables = NO_TABLES
) -> dict[str, PlaceSet]:
    """Every named set of a call; as `evaluate`, each name once."""
    asked = _Asked(sets, dates, judged, {}, own)
    return {name: _named(name, asked) for name in sets}


def evaluate(
    term: SetTerm,
    sets: Mapping[str, SetTerm],
    dates: Mapping[When, date],
    judged: date,
    own: OwnTables = NO_TABLES,
) -> PlaceSet:
    """The places that `term` means on the `dates` of a call; `sets` holds the terms of the names it uses, `own` the
    tables of a deployer.

    `judged` is the day the answer is given: a table is too old relative to that day, so that a set asked for at the end
    of a project is not stale for lying ahead. A ref whose table is too old, or that is asked for a date the call does
    not give, is uncertain for every place. Raises InputError for a ref or name that does not exist, and for a name that
    is defined by itself.
    """
    return _evaluated(term, _Asked(sets, dates, judged, {}, own))


@dataclass(frozen=True, slots=True)
class _Asked:
    sets: Mapping[str, SetTerm]
    dates: Mapping[When, date]
    judged: date
    known: dict[str, PlaceSet]
    own: OwnTables
    open: tuple[str, ...] = ()


def _evaluated(term: SetTerm, asked: _Asked) -> PlaceSet:
    if isinstance(term, Codes):
        codes = frozenset(own_code(code) or code for code in term.codes)
        return PlaceSet(codes, parts=_parts(codes))
    if isinstance(term, Ref):
        return _looked_up(term, asked)
    if isinstance(term, Named):
        return _named(term.name, asked)
    return reduce(partial(_combined, bounds=_BOUNDS[term.how]), (_evaluated(part, asked) for part in term.terms))


def _named(name: str, asked: _Asked) -> PlaceSet:
    if name in asked.known:
        return asked.known[name]
    if name not in asked.sets:
        raise InputError(f"there is no set {name[:80]!r} in this call", hint=f"sets: {', '.join(asked.sets)}")
    if name in asked.open:
        raise InputError(f"the set {name[:80]!r} is defined by itself", hint=" → ".join((*asked.open, name)))
    asked.known[name] = _evaluated(asked.sets[name], replace(asked, open=(*asked.open, name)))
    return asked.known[name]


def _looked_up(term: Ref, asked: _Asked) -> PlaceSet:
    day = asked.dates.get(term.at)
    members, about = members_on(term.ref, day or asked.judged, asked.own)
    unusable = about.too_old(asked.judged) if day else f"the call gives no date {term.at}"
    uncertain, reason = members.uncertain, f"{term.ref} on {day}: {members.note or 'membership is not certain'}"
    if unusable:
        # An old table is no witness for those outside it either: a country may have joined.
        uncertain, reason = all_codes() | _parts(members.codes | uncertain), f"{term.ref}: {unusable}"
    return PlaceSet(
        members.codes - uncertain,
        uncertain,
        versions={term.ref: about.version},
        days={term.ref: (day,) if day else ()},
        doubts=dict.fromkeys(uncertain, (reason,)),
        parts=_parts(members.codes | uncertain),
    )


def _combined(one: PlaceSet, other: PlaceSet, bounds: Callable[[Bounds, Bounds], Bounds]) -> PlaceSet:
    parts = one.parts | other.parts
    low, high = bounds(_bounds(one, parts), _bounds(other, parts))
    return PlaceSet(
        low,
        high - low,
        versions={**one.versions, **other.versions},
        days={ref: _days(ref, one, other) for ref in (*one.days, *other.days)},
        doubts={code: _reasons(code, one, other) for code in high - low},
        parts=parts,
    )


def _either(one: Bounds, other: Bounds) -> Bounds:
    return one[0] | other[0], one[1] | other[1]


def _both(one: Bounds, other: Bounds) -> Bounds:
    return one[0] & other[0], one[1] & other[1]


def _without(kept: Bounds, removed: Bounds) -> Bounds:
    # What may be removed is not certain to stay; only what is certainly removed is certain to go.
    return kept[0] - removed[1], kept[1] - removed[0]


_BOUNDS = {"union": _either, "intersect": _both, "minus": _without}


def _bounds(places: PlaceSet, parts: frozenset[str]) -> Bounds:
    """Both bounds of a set, written with `parts` told apart: a part it does not name goes with the rest around it."""
    whole = {part: _around(part, places.parts) for part in parts - places.parts}
    low = places.members | {part for part, around in whole.items() if around in places.members}
    high = low | places.uncertain | {part for part, around in whole.items() if around in places.uncertain}
    return low, high


def _around(code: str, parts: frozenset[str]) -> str:
    return nearest(code, parts) or code.partition("-")[0]


def _reasons(code: str, one: PlaceSet, other: PlaceSet) -> tuple[str, ...]:
    found = (*one.doubts.get(_around(code, one.parts), ()), *other.doubts.get(_around(code, other.parts), ()))
    return tuple(dict.fromkeys(found))


def _days(ref: str, one: PlaceSet, other: PlaceSet) -> tuple[date, ...]:
    return tuple(sorted({*one.days.get(ref, ()), *other.days.get(ref, ())}))


def _parts(codes: frozenset[str]) -> frozenset[str]:
    return frozenset(code for code in codes if "-" in code)
