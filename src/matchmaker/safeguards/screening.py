"""An organisation against the lists: what is confirmed by an identifier, what a person should look at, what is logged.

A name alone never confirms anything, and names of organisations in different known countries are logged, not found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from matchmaker.errors import InputError
from matchmaker.places.resolve import border_key, is_country
from matchmaker.safeguards.candidates import Close, Similar
from matchmaker.safeguards.formats import identifier
from matchmaker.safeguards.names import LOGGED, POSSIBLE, comparable
from matchmaker.safeguards.records import Entry, Finding, Organisation, Strength

LOG_LINES: Final = 5  # kept per organisation; the rest are counted


@dataclass(frozen=True, slots=True)
class Screened:
    """What was found for one organisation. `logged` are at most five of the `log_lines` that fell short."""

    findings: tuple[Finding, ...] = ()
    logged: tuple[Finding, ...] = ()
    log_lines: int = 0


class Screen:
    """Entries of lists, ready to be compared with many organisations."""

    def __init__(self, entries: Sequence[Entry], possible: float = POSSIBLE) -> None:
        if not POSSIBLE <= possible <= 1:
            raise InputError(f"names count as possibly the same from {possible}", hint=f"allowed: {POSSIBLE} to 1")
        self._entries, self._possible = entries, possible
        self._by_identifier: dict[str, list[int]] = {}
        self._written: dict[str, dict[int, str]] = {}  # comparable name → entry → the name as the list writes it
        for number, entry in enumerate(entries):
            for known in entry.identifiers:
                self._by_identifier.setdefault(known, []).append(number)
            for name in (entry.name, *entry.aliases):
                if key := comparable(name):
                    self._written.setdefault(key, {}).setdefault(number, name)
        self._similar = Similar(self._written)
        self._names_in = self._by_border()
        self._close: dict[str | None, Close] = {}

    def screen(self, organisation: Organisation) -> Screened:
        """Findings for one organisation, the strongest for each entry; same input, same order."""
        best: dict[int, Finding] = {}
        for number, finding in (*self._identified(organisation), *self._named(organisation)):
            known = best.get(number)
            if known is None or _strength(finding) > _strength(known):
                best[number] = finding
        ordered = [best[number] for number in sorted(best, key=lambda number: (*_last(best[number]), number))]
        logged = [finding for finding in ordered if finding.strength == "log"]
        findings = tuple(finding for finding in ordered if finding.strength != "log")
        return Screened(findings, tuple(logged[:LOG_LINES]), len(logged))

    def _identified(self, organisation: Organisation) -> list[tuple[int, Finding]]:
        given = [text for text in (organisation.ror, organisation.lei, organisation.tax_id) if text.strip()]
        return [
            (number, Finding(_by_number(known, organisation, self._entries[number]), self._entries[number], known))
            for known in map(identifier, given)
            for number in self._by_identifier.get(known, ())
        ]

    def _named(self, organisation: Organisation) -> list[tuple[int, Finding]]:
        found = []
        for written in (organisation.name, *organisation.aliases):
            asked = comparable(written)
            for key, score in self._names_like(asked, _border(organisation)) if asked else ():
                for number, listed in self._written[key].items():
                    agreeing = score >= self._possible and _may_be_same_country(organisation, self._entries[number])
                    strength: Strength = "possible" if agreeing else "log"
                    evidence = f"“{written}” and “{listed}”: {score:.3f}"
                    found.append((number, Finding(strength, self._entries[number], evidence, score)))
        return found

    def _names_like(self, asked: str, border: str | None) -> list[tuple[str, float]]:
        if border not in self._close:
            listed = (
                self._written if border is None else self._names_in.get(border, set()) | self._names_in.get("", set())
            )
            self._close[border] = Close(listed, self._possible)
        close = self._close[border]
        return sorted((dict(self._similar.to(asked, LOGGED)) | dict(close.to(asked))).items())

    def _by_border(self) -> dict[str, set[str]]:
        """Names by the countries of their entries; under the empty text those of which no country is known."""
        names: dict[str, set[str]] = {}
        for key, numbers in self._written.items():
            for number in numbers:
                for border in _borders(self._entries[number].countries) or ("",):
                    names.setdefault(border, set()).add(key)
        return names


@lru_cache(maxsize=65536)
def _borders(countries: frozenset[str]) -> frozenset[str]:
    return frozenset(map(border_key, countries))


def _by_number(known: str, organisation: Organisation, entry: Entry) -> Strength:
    # A number of unsaid kind is unique within one country at most.
    return "confirmed" if not known.startswith("id:") or _agree(organisation, entry) else "possible"


def _may_be_same_country(organisation: Organisation, entry: Entry) -> bool:
    return _border(organisation) is None or not entry.countries or _agree(organisation, entry)


def _agree(organisation: Organisation, entry: Entry) -> bool:
    return _border(organisation) in _borders(entry.countries)


def _border(organisation: Organisation) -> str | None:
    code = organisation.country
    return border_key(code) if code and is_country(code) else None


def _strength(finding: Finding) -> tuple[int, float]:
    return ("log", "possible", "confirmed").index(finding.strength), finding.score or 1.0


def _last(finding: Finding) -> tuple[int, float]:
    rank, score = _strength(finding)
    return -rank, -score
