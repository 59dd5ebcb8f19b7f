"""Counters of what a team has, to which a further partner of whom all is known only adds."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal

from matchmaker.domain.calls import Residence, Share, TimeSince
from matchmaker.domain.conditions import Counted
from matchmaker.rules.clauses import Scene, weighed
from matchmaker.rules.counting import Weighed, by_country, counted_as, extreme, matching, tally, units
from matchmaker.rules.findings import Status
from matchmaker.rules.people import holders, months_at, time_since
from matchmaker.rules.predicates import conjunction, truth
from matchmaker.rules.rulebook import Seat

Pair = tuple[int, int]  # certainly at least, certainly at most
Adds = Callable[[Seat], Pair]
Inside = Callable[[Seat], bool | None]


@dataclass(frozen=True, slots=True)
class Gauge:
    """A counter: where the team stands, and what a partner adds in a country that is not counted here yet.

    `most` is the largest number that a check compares it with (None: any may matter), `wanted` whether more of it can
    help. `left` says for a counter of countries what can still be added in a country where the team is already.
    """

    start: Pair
    adds: Adds
    most: int | None = None
    wanted: bool = False
    left: Callable[[str], Pair] | None = None


@dataclass(slots=True)
class Ledger:
    """All counters of a team under a call; `unsettled` says which parts of the call cannot be counted so."""

    scene: Scene
    gauges: list[Gauge] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)
    used: set[int] = field(default_factory=set)
    _places: dict[Hashable, int] = field(default_factory=dict)

    def gauge(self, key: Hashable, made: Callable[[], Gauge], most: int | None = None, wanted: bool = False) -> int:
        """The place of a counter, made where it is not there yet."""
        if key not in self._places:
            self._places[key] = len(self.gauges)
            self.gauges.append(made())
        place = self._places[key]
        old = self.gauges[place]
        highest = max((each for each in (old.most, most) if each is not None), default=None)
        self.gauges[place] = replace(old, most=highest, wanted=old.wanted or wanted)
        self.used.add(place)
        return place

    def holding(self, key: Hashable, holds: Inside, most: int = 0, wanted: bool = False) -> int:
        """The place of a counter of the partners for whom something certainly or perhaps holds."""

        def made() -> Gauge:
            return Gauge(added(pair(holds(seat)) for seat in self.scene.seats), lambda seat: pair(holds(seat)))

        return self.gauge(key, made, most, wanted)

    def role(self, role: str, most: int) -> int:
        """The place of the counter of those who have a role."""
        return self.holding(("holders", role), lambda seat: bool(holders(role, [seat])), most, wanted=True)

    def counted(self, what: Counted, wanted: bool = False) -> int:
        """The place of the counter of entities, persons or countries."""
        most = max(bound for bound in (what.min, what.max) if bound is not None)
        wanted = wanted or what.min is not None
        return self.gauge((what.of, what.where), lambda: _counter(what, self), most, wanted)

    def ratio(self, clause: Share, what: Literal["part", "base", "present"]) -> int:
        """The place of a counter of the part, of the base, or of all that may be in the base, of a share."""
        key = (clause.measure, clause.of, clause.among, what)
        return self.gauge(key, lambda: _ratio(clause, what, self.scene), wanted=True)

    def outside(self, clause: TimeSince | Residence) -> int:
        """The place of the counter of persons who are, or may be, outside the window of a clause."""
        return self.gauge(("outside", clause), lambda: _outside(clause, self.scene), 0)


def pair(value: bool | None) -> Pair:
    """What something adds to a counter that is true, false, or not known."""
    return (int(value is True), int(value is not False))


def added(pairs: Iterable[Pair]) -> Pair:
    """All of them together."""
    there = list(pairs)
    return (sum(least for least, _ in there), sum(most for _, most in there))


def host_role(clause: Residence) -> str:
    """The role of the hosts a clause about residence asks about."""
    return "third_country_host" if clause.place == "third_country_host" else "host"


def _counter(counted: Counted, ledger: Ledger) -> Gauge:
    seats, book = ledger.scene.seats, ledger.scene.book
    if counted.of in ("disciplines", "sectors"):
        ledger.unsettled.append(f"the call counts {counted.of}, of which one partner may bring several")
    there = tally(counted, seats, book)

    def inside(seat: Seat) -> bool | None:
        return counted_as(counted.where, seat, book)

    if counted.of != "countries":
        names = set(units(seats, book).values()) if counted.of == "entities" else set()
        return Gauge((there.lo, there.hi), lambda seat: (0, 0) if seat.partner.org.id in names else pair(inside(seat)))
    # Of partners in an unknown country only one country is certain; a further one may be the same.
    known = tally(counted, [seat for seat in seats if seat.standing.kind != "unknown"], book)
    values = [(seat, inside(seat)) for seat in seats if seat.standing.key is not None]
    return Gauge((known.lo, there.hi), _somewhere(inside), left=_unmatched(values, units(seats, book)))


def _somewhere(inside: Inside) -> Adds:
    return lambda seat: (0, 0) if seat.standing.key is None else pair(inside(seat))


def _unmatched(values: Sequence[tuple[Seat, bool | None]], unit: Mapping[int, str]) -> Callable[[str], Pair]:
    """What one more entity in a country adds, where entities of one group fill one country together."""
    least: dict[str, set[str]] = {}
    most: dict[str, set[str]] = {}
    for seat, value in values:
        for edges in [least] * (value is True) + [most] * (value is not False):
            edges.setdefault(unit[id(seat)], set()).add(seat.standing.key or "")

    def left(edges: dict[str, set[str]], code: str) -> int:
        if all(len(keys) == 1 for keys in edges.values()):
            return int({code} not in edges.values())
        return matching({**edges, "one more": {code}}) - matching(edges)

    return lambda code: (left(least, code), left(most, code))


def _ratio(clause: Share, what: Literal["part", "base", "present"], scene: Scene) -> Gauge:
    def of(items: Sequence[Weighed]) -> Pair:
        there = [item for item in items if item.among is not False]
        if what == "present":
            return (len(there), len(there))
        which = 0 if what == "part" else 1
        return (int(extreme(there, False)[which]), int(extreme(there, True)[which]))

    def item(seat: Seat) -> Weighed:
        return Weighed("", Fraction(1), counted_as(clause.among, seat, scene.book), truth(clause.of, seat, scene.book))

    if clause.measure != "countries":
        return Gauge(of(weighed(clause, scene, clause.of)), lambda seat: of([item(seat)]))

    def inside(seat: Seat) -> bool | None:
        weight = item(seat)
        return conjunction((weight.among, weight.of)) if what == "part" else weight.among

    def left(code: str) -> Pair:
        there = {inside(seat) for seat in scene.seats if seat.standing.key == code}
        return (int(True not in there), int(there <= {False}))

    start = of(by_country(scene.seats, clause.among, clause.of, scene.book))
    return Gauge(start, lambda seat: (0, 0) if seat.standing.key is None else of([item(seat)]), left=left)


def _outside(clause: TimeSince | Residence, scene: Scene) -> Gauge:
    def adds(seat: Seat, others: Sequence[Seat] = scene.seats) -> Pair:
        there = _findings(clause, seat, others, scene)
        return (there.count("fail"), there.count("fail") + there.count("unknown"))

    return Gauge(added(adds(seat, scene.seats[:number]) for number, seat in enumerate(scene.seats)), adds)


def _findings(clause: TimeSince | Residence, seat: Seat, others: Sequence[Seat], scene: Scene) -> list[Status]:
    """What the clause says of a person, or of every person and host, that come in with this seat."""
    person = bool(holders(clause.who, [seat]))
    if isinstance(clause, TimeSince):
        return [time_since(clause, [seat], scene.book).status] if person else []
    host = host_role(clause)
    asked = [(seat, each) for each in (*others, seat) if person and each.partner.role == host]
    asked += [(each, seat) for each in holders(clause.who, others) if seat.partner.role == host]
    return [months_at(clause, each, place, scene.book).status for each, place in asked]
