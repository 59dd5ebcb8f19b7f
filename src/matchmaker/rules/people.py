"""Clauses about a person: time since a doctorate, and where a person lived and worked before the call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from matchmaker.domain.calls import Residence, TimeSince
from matchmaker.domain.teams import Person, Stay
from matchmaker.rules.findings import Finding, bounded, together
from matchmaker.rules.predicates import disjunction
from matchmaker.rules.rulebook import Rulebook, Seat
from matchmaker.rules.windows import extension_months, months_before, months_within, years_since
from matchmaker.rules.wording import number

# A person may be named with the host that would employ them instead of having a place of their own in the team.
AT_THE_HOST = frozenset({"pi", "fellow"})


def holders(role: str, seats: Sequence[Seat]) -> list[Seat]:
    """The seats with a role; for a PI or fellow also a host that names its person."""
    return [seat for seat in seats if seat.partner.role == role or (role in AT_THE_HOST and _hosts_somebody(seat))]


def _hosts_somebody(seat: Seat) -> bool:
    return seat.partner.role == "host" and seat.partner.person is not None


def _each_person(found: Sequence[Finding], who: str) -> Finding:
    """The findings of all persons of a role as one; of the worst the one with the longest time speaks."""
    if not found:
        return Finding("open", need=Fraction(1), detail=f"no {who} is named yet")
    status = together("all_of", (finding.status for finding in found))
    return max((finding for finding in found if finding.status == status), key=_longest)


def _longest(finding: Finding) -> tuple[bool, Fraction, Fraction, str]:
    return finding.hi is not None, finding.hi or Fraction(0), finding.lo or Fraction(0), finding.detail


def time_since(clause: TimeSince, seats: Sequence[Seat], book: Rulebook) -> Finding:
    """Years since the event; documented extensions are taken off for the maximum, never for the minimum."""
    return _each_person([_years(clause, seat, book) for seat in holders(clause.who, seats)], clause.who)


def _years(clause: TimeSince, seat: Seat, book: Rulebook) -> Finding:
    person = seat.partner.person or Person()
    event = person.events.get(clause.event)
    if event is None:
        return Finding("unknown", detail=f"the {clause.event} of the {clause.who} is not given")
    years = years_since(event, book.dates[clause.at])
    least, most = extension_months(person.breaks, clause.extensions, seat.partner)
    reached = Fraction(0) if event <= book.dates[clause.at] else None
    early = clause.min_years is not None and (reached is None or years < clause.min_years)
    hi, lo = years - least / 12, years - most / 12
    status = "fail" if early else bounded(lo, hi, None, clause.max_years)
    said = f"{float(years):.2f} years, {_months(least, most)} months of extensions"
    return Finding(status, lo, hi, detail=said)


def _months(least: Fraction, most: Fraction) -> str:
    return number(least) if least == most else f"{number(least)} to {number(most)}"


def residence(clause: Residence, seats: Sequence[Seat], book: Rulebook) -> Finding:
    """Months in the host country, or with the host where it is international, in the window before the date."""
    role = "third_country_host" if clause.place == "third_country_host" else "host"
    hosts = [seat for seat in seats if seat.partner.role == role]
    people = holders(clause.who, seats)
    if not hosts or not people:
        missing = role if not hosts else clause.who
        return Finding("open", need=Fraction(1), detail=f"no {missing} is named yet")
    return _each_person([months_at(clause, seat, host, book) for seat in people for host in hosts], clause.who)


def months_at(clause: Residence, seat: Seat, host: Seat, book: Rulebook) -> Finding:
    """Months of one person at one host in the window, against the most that is allowed."""
    stays = seat.partner.person.stays if seat.partner.person else None
    if not stays:
        return Finding("unknown", detail=f"no history of the {clause.who} is given")
    day = book.dates[clause.at]
    window = (months_before(day, clause.window_months), day)
    counted = [stay for stay in stays if stay.kind not in clause.ignore]
    there = [(stay, _at_host(stay, clause, host, book)) for stay in counted]
    lo = months_within([stay for stay, value in there if value], window)
    # A host whose country is not known is in one of them, not in all at once.
    hi = max(
        months_within([stay for stay in counted if _at_host(stay, clause, place, book) is not False], window)
        for place in _possible_hosts(host, counted, book)
    )
    said = f"{float(lo):.2f}" + (f" to {float(hi):.2f}" if hi > lo else "")
    return Finding(
        bounded(lo, hi, None, clause.max_months), lo, hi, detail=f"{said} months, at most {number(clause.max_months)}"
    )


def _possible_hosts(host: Seat, stays: Sequence[Stay], book: Rulebook) -> list[Seat]:
    if host.standing.kind != "unknown" or book.rule_for(host.partner.org) is not None:
        return [host]
    texts = {text for stay in stays for text in (stay.country, stay.employer_country) if text is not None}
    places = [book.placed(text, None) for text in sorted(texts)]
    return [replace(host, standing=place) for place in places if place.key is not None] or [host]


def _at_host(stay: Stay, clause: Residence, host: Seat, book: Rulebook) -> bool | None:
    """Whether a stay counts: with the organisation where the host is international, else in the host's country.

    The physical place and the employer's place both count.
    """
    if clause.place == "host_country_or_org" and book.rule_for(host.partner.org) is not None:
        return None if stay.org is None else _same(stay.org, host.partner.org.id)
    places = [text for text in (stay.country, stay.employer_country) if text is not None]
    return disjunction(_in_country(text, host, book) for text in places) if places else None


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()


def _in_country(text: str, host: Seat, book: Rulebook) -> bool | None:
    stay = book.placed(text, None)
    if stay.key is None or host.standing.key is None:
        return None
    return stay.key == host.standing.key
