"""The search for as few joiners as possible under which no binding clause fails or is open."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from heapq import heappop, heappush
from itertools import count
from typing import Literal

from matchmaker.domain.calls import TopShare
from matchmaker.rules.checks import Binding
from matchmaker.rules.gauges import Ledger, Pair
from matchmaker.rules.joining import Joiner, Joiners, Sign
from matchmaker.rules.money import Chair, settled

# So many teams are looked at before the search gives up: well under a second of work.
MOST_TEAMS = 6_000


@dataclass(frozen=True, slots=True)
class Spot:
    """A country where somebody is: which counters of countries have it already (certainly, perhaps), as bits.

    `signs` are of the further partners there and `held` is the country itself; both are kept only where amounts are
    compared by country.
    """

    pool: int
    code: str
    least: int = 0
    most: int = 0
    signs: tuple[Sign, ...] = ()
    held: str = ""

    @property
    def alike(self) -> tuple[object, ...]:
        """What tells the spot from others; the countries of a pool are interchangeable."""
        return self.pool, self.least, self.most, self.signs, self.held


@dataclass(frozen=True, slots=True)
class Node:
    """A team with some further partners: its counters, its countries, and who joined from where."""

    values: tuple[Pair, ...]
    spots: tuple[Spot, ...]
    chosen: tuple[tuple[Joiner, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """Who may join and from which country, with the amounts they may state, in the same order."""

    chosen: tuple[tuple[Joiner, str], ...]
    amounts: tuple[dict[str, Fraction], ...]


class Search:
    """Further partners for some bindings; joiners alike in all that these look at are one."""

    def __init__(self, ledger: Ledger, bindings: Sequence[Binding], known: Joiners, most: int | None = None) -> None:
        self.ledger, self.bindings, self.known = ledger, bindings, known
        self.most = MOST_TEAMS if most is None else most
        self.tried = 0
        self.used = frozenset().union(*(each.gauges for each in bindings))
        self.rules = [each.money for each in bindings if each.money is not None]
        tops = [rule.clause for rule in self.rules if isinstance(rule.clause, TopShare)]
        self.measures = {clause.measure for clause in tops if clause.by == "country"}
        self.by_country = bool(self.measures)
        # So many alike can share any amount without one of them having too much; still more change nothing.
        self.enough = max((math.ceil(1 / clause.max) if clause.max else 1 for clause in tops), default=1)
        self.tracked = self.by_country or any(ledger.gauges[place].left for place in self.used)
        self.team_codes = {seat.standing.key or "" for seat in ledger.scene.seats if seat.standing.kind == "country"}
        self.options = self._options()

    def found(self) -> Found | Literal["nobody", "too many"]:
        """The fewest who complete the team; `nobody` where there are none."""
        root = Node(tuple(gauge.start for gauge in self.ledger.gauges), self._spots() if self.tracked else ())
        serial = count()
        waiting = [(self._least(root), 0, next(serial), root)]
        fewest = {self._key(root): 0}
        while waiting:
            node = heappop(waiting)[-1]
            amounts = self._met(node)
            if amounts is not None:
                return Found(node.chosen, amounts)
            for child in self._children(node):
                self.tried += 1
                key = self._key(child)
                if len(child.chosen) < fewest.get(key, math.inf) and self._may_end_well(child):
                    fewest[key] = len(child.chosen)
                    heappush(waiting, (self._least(child), -len(child.chosen), next(serial), child))
            if self.tried > self.most:
                return "too many"
        return "nobody"

    def _may_end_well(self, node: Node) -> bool:
        return all(each.check(node.values) != "fail" for each in self.bindings)

    def _least(self, node: Node) -> int:
        return len(node.chosen) + max(0, *(each.lacks(node.values) for each in self.bindings))

    def _met(self, node: Node) -> tuple[dict[str, Fraction], ...] | None:
        """The amounts with which nothing is lacking, None where something is."""
        if any(each.check(node.values) in ("fail", "open") for each in self.bindings):
            return None
        chairs: dict[tuple[Sign, str], list[Joiner]] = {}
        keys = [(self._sign(joiner), code if self.by_country else "") for joiner, code in node.chosen]
        for key, (joiner, _) in zip(keys, node.chosen, strict=True):
            chairs.setdefault(key, []).append(joiner)
        seated = [Chair(alike[0].seat, code, len(alike)) for (_, code), alike in chairs.items()]
        amounts = settled(self.rules, node.values, seated, self.ledger.scene)
        if amounts is None:
            return None
        order = {key: number for number, key in enumerate(chairs)}
        return tuple(
            {measure: each.get(order[key], Fraction(0)) / len(chairs[key]) for measure, each in amounts.items()}
            for key in keys
        )

    def _sign(self, joiner: Joiner) -> Sign:
        return tuple(value for number, value in enumerate(joiner.sign) if self._signs[number])

    def _key(self, node: Node) -> tuple[object, ...]:
        alone: list[Sign] = []
        if self.rules and not self.by_country:
            alone = [self._sign(joiner) for joiner, _ in node.chosen]
        elif self.rules:
            alone = [self._sign(joiner) for joiner, code in node.chosen if not code]
        counted = Counter(alone)
        return (
            node.values,
            tuple(sorted(repr(spot.alike) for spot in node.spots)),
            tuple(sorted((repr(sign), min(number, self.enough)) for sign, number in counted.items())),
        )

    def _options(self) -> list[Joiner]:
        """The joiners, each with only what the bindings look at, those alike once."""
        self._signs = [each in self.rules for each in self.known.rules for _ in range(2)]
        first: dict[tuple[object, ...], Joiner] = {}
        for joiner in self.known.joiners:
            adds = tuple(add if place in self.used else (0, 0) for place, add in enumerate(joiner.adds))
            key = (joiner.pool, adds, self._sign(joiner), joiner.only_at)
            first.setdefault(key, replace(joiner, adds=adds))
        return list(first.values())

    def _spots(self) -> tuple[Spot, ...]:
        """Countries of the team, of those alike the one with the least money."""
        asked = {joiner.only_at for joiner in self.options}
        pool_of = {code: number for number, codes in enumerate(self.known.pools) for code in codes}
        kept: dict[tuple[object, ...], Spot] = {}
        for code in sorted(self.team_codes, key=lambda code: (self._money_at(code), code)):
            spot = Spot(pool_of[code], code)
            for place in self.used:
                left = self.ledger.gauges[place].left
                if left is not None:
                    least, most = left(code)
                    spot = replace(spot, least=spot.least | (1 - least) << place, most=spot.most | (1 - most) << place)
            key = (*spot.alike, code if code in asked or len(self.measures) > 1 else "")
            kept.setdefault(key, replace(spot, held=code if self.by_country else ""))
        return tuple(kept.values())

    def _money_at(self, code: str) -> Fraction:
        seats = [seat.partner for seat in self.ledger.scene.seats if seat.standing.key == code]
        stated = (getattr(partner, measure) for partner in seats for measure in self.measures)
        return sum((amount for amount in stated if amount is not None), Fraction(0))

    def _children(self, node: Node) -> Iterator[Node]:
        taken = {spot.code for spot in node.spots} | self.team_codes
        for joiner in self.options:
            codes = self.known.pools[joiner.pool]
            if not codes or not self.tracked:
                yield self._joined(node, joiner, None, codes[0] if codes else "")
                continue
            free = None if joiner.only_at else next((code for code in codes if code not in taken), None)
            if free is not None:
                yield self._joined(node, joiner, Spot(joiner.pool, free), free)
            there = {spot.alike: spot for spot in node.spots
                     if spot.pool == joiner.pool and joiner.only_at in (None, spot.code)}  # fmt: skip
            for spot in there.values():
                yield self._joined(node, joiner, spot, spot.code)

    def _joined(self, node: Node, joiner: Joiner, spot: Spot | None, code: str) -> Node:
        values, spots = list(node.values), node.spots
        least, most = (spot.least, spot.most) if spot else (0, 0)
        for place, (low, high) in enumerate(joiner.adds):
            gauge = self.ledger.gauges[place]
            if gauge.left and spot:
                low, high = low & ~(least >> place), high & ~(most >> place)
                least, most = least | low << place, most | high << place
            if low or high:
                values[place] = _raised(values[place], (low, high), gauge.most)
        if spot:
            signs = spot.signs
            if self.by_country:
                sign = self._sign(joiner)
                signs = tuple(sorted((*signs, sign), key=repr)) if signs.count(sign) < self.enough else signs
            spots = (*(each for each in spots if each is not spot), replace(spot, least=least, most=most, signs=signs))
        return Node(tuple(values), spots, (*node.chosen, (joiner, code)))


def _raised(old: Pair, by: Pair, most: int | None) -> Pair:
    """The counter with more, as far as any check can tell the difference."""
    if most is None:
        return old[0] + by[0], old[1] + by[1]
    return min(old[0] + by[0], max(old[0], most + 1)), min(old[1] + by[1], max(old[1], most + 1))
