"""A call made ready for a day: its sets looked up, and every organisation placed as the call counts places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

from matchmaker.domain.calls import Call, InternationalRule
from matchmaker.domain.conditions import Combined, Named, SetTerm, When
from matchmaker.domain.teams import Org, Partner
from matchmaker.places.algebra import PlaceSet, evaluate_all
from matchmaker.places.own_tables import NO_TABLES, OwnTables
from matchmaker.places.parts import settled
from matchmaker.places.resolve import all_codes, border_key, resolve
from matchmaker.places.territories import place_of
from matchmaker.rules.vocabulary import country_sets_of


@dataclass(frozen=True, slots=True)
class Standing:
    """How an organisation counts: in a country, as one more member of a set, in no country, or not known.

    `key` is what is counted as a country: the code, or the organisation itself where it is a member of its own. Of a
    territory whose treatment is not settled, `could_be` are the countries it may count for, if it counts at all.
    """

    kind: Literal["country", "member", "nowhere", "unknown"]
    key: str | None = None
    subdivision: str | None = None
    member_of: str | None = None
    reason: str = ""
    could_be: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seat:
    """A partner and how its organisation counts."""

    partner: Partner
    standing: Standing


@dataclass(frozen=True)
class Rulebook:
    """A call on a day. `dates` are the call's, with the reference date asked for."""

    call: Call
    dates: Mapping[When, date]
    sets: Mapping[str, PlaceSet]

    @property
    def reference(self) -> date:
        """The day that drives windows and the versions of sets."""
        return self.dates["reference"]

    @property
    def set_versions(self) -> dict[str, str]:
        """Reference → table version, for every set of the tables that the call rests on."""
        versions: dict[str, str] = {}
        for places in self.sets.values():
            versions.update(places.versions)
        return dict(sorted(versions.items()))

    @cached_property
    def countries(self) -> tuple[str, ...]:
        """Codes that count as a country of their own in this call, in alphabetical order."""
        mode = self.call.territories
        return tuple(code for code in sorted(all_codes()) if place_of(code, None, mode).country == code)

    def holds(self, name: str, standing: Standing) -> bool | None:
        """Whether what stands so is in the set `name`; None where that is not known."""
        if standing.kind == "nowhere":
            return False
        if standing.kind == "member":
            return standing.member_of is not None and self._includes(Named(name), standing.member_of)
        if standing.could_be and all(self.sets[name].holds(code) is False for code in standing.could_be):
            return False
        return self.sets[name].holds(standing.key, standing.subdivision)

    def holds_code(self, name: str, text: str) -> bool | None:
        """Whether the country written as `text` is in the set `name`."""
        return self.holds(name, self.placed(text, None))

    def seat(self, partner: Partner) -> Seat:
        """The partner with its organisation placed."""
        return Seat(partner, self._standing(partner.org))

    def memberships(self, country: str | None) -> tuple[Standing, tuple[bool | None, ...]]:
        """How an ordinary organisation of a country stands, and whether it is in each set the call looks in; kept."""
        if country not in self._seen:
            standing = self.placed(country, None)
            self._seen[country] = standing, tuple(self.holds(name, standing) for name in self._looked_in)
        return self._seen[country]

    @cached_property
    def _looked_in(self) -> tuple[str, ...]:
        return tuple(sorted(country_sets_of(self.call)))

    @cached_property
    def _seen(self) -> dict[str | None, tuple[Standing, tuple[bool | None, ...]]]:
        return {}

    def placed(self, text: str | None, subdivision: str | None) -> Standing:
        """A country, as anybody writes it, under the call's mode for territories. Never guessed: unknown otherwise."""
        if text is None:
            return Standing("unknown", reason="no country is given")
        place = resolve(text)
        part = subdivision or place.subdivision
        country, reason = place_of(place.code, part, self.call.territories)
        if place.code is None:
            return Standing("unknown", reason=place.note)
        if country is None:
            own_part = part is None or part.startswith(f"{place.code}-")  # else one of the two is wrong
            either = tuple(sorted({place.code, border_key(place.code)})) if own_part else ()
            return Standing("unknown", reason=place.note or reason or "", could_be=either)
        own, rest = settled(place.code, part)
        return Standing("country", country, rest if own == country else None)

    def _standing(self, org: Org) -> Standing:
        rule = self.rule_for(org)
        if rule is None:
            return self.placed(org.country, org.subdivision)
        if rule.treatment == "distinct":
            return Standing("member", f"*{org.id}", member_of=rule.member_of)
        if rule.treatment == "hq":
            return self.placed(org.hq, None)
        if rule.treatment == "none":
            return Standing("nowhere")
        return Standing("unknown", reason="the call leaves the place of such organisations to a human")

    def rule_for(self, org: Org) -> InternationalRule | None:
        """The rule of the call for an organisation of this international kind; the first that matches."""
        kinds = {"iero": org.iero, "io": org.io, "eu_body": org.eu_body}
        return next((rule for rule in self.call.international if kinds[rule.match]), None)

    def _includes(self, term: SetTerm, member_of: str) -> bool:
        """Whether one more member of the set `member_of` is in the set that `term` means."""
        if isinstance(term, Named):
            return term.name == member_of or self._includes(self.call.sets[term.name], member_of)
        if not isinstance(term, Combined):
            return False
        parts = [self._includes(part, member_of) for part in term.terms]
        return {"union": any(parts), "intersect": all(parts), "minus": parts[0] and not any(parts[1:])}[term.how]


def rulebook(call: Call, at: date | None = None, own: OwnTables = NO_TABLES) -> Rulebook:
    """The call on its reference date, or on the day `at` instead; `own` are the sets of countries of a deployer.

    A table that is too old on that day makes every answer that rests on it unknown.
    """
    dates = {**call.dates, "reference": at or call.dates["reference"]}
    return Rulebook(call, dates, evaluate_all(call.sets, dates, dates["reference"], own))
