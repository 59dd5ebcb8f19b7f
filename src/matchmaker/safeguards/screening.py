"""An organisation against the lists: what is confirmed by an identifier, what a person should look at, what is logged.

A name alone never confirms anything. Names that are close count as possibly the same organisation where something
speaks for it besides their closeness: see `Screen`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from matchmaker.errors import InputError
from matchmaker.safeguards.borders import Borders, border_of, borders
from matchmaker.safeguards.candidates import Close, Similar
from matchmaker.safeguards.formats import identifier
from matchmaker.safeguards.names import LOGGED, POSSIBLE, comparable
from matchmaker.safeguards.records import Entry, Finding, Organisation, Strength
from matchmaker.safeguards.telling import carries, contradict

LOG_LINES: Final = 5  # kept per organisation; the rest are counted


@dataclass(frozen=True, slots=True)
class Screened:
    """What was found for one organisation. `logged` are at most five of the `log_lines` that fell short."""

    findings: tuple[Finding, ...] = ()
    logged: tuple[Finding, ...] = ()
    log_lines: int = 0


class Screen:
    """Entries of lists, ready to be compared with many organisations.

    Names whose closeness is at least `possible` are possibly the same

    - in one country, unless the words that tell organisations apart speak against it (Jinling Institute of Technology,
      Luoyang Institute of Technology);
    - where a country is not known, if the organisation's name carries all such words of the listed name, or the names
      are equal; equal names of everyday words alone (National Defence University) do not count in a country that the
      list is not about;
    - in two known countries, never.

    What falls short is a line in the log. Measured in `docs/explanation/safeguards.md`.
    """

    def __init__(self, entries: Sequence[Entry], possible: float = POSSIBLE) -> None:
        if not POSSIBLE <= possible <= 1:
            raise InputError(f"names count as possibly the same from {possible}", hint=f"allowed: {POSSIBLE} to 1")
        self._entries, self._possible = entries, possible
        self._countries = Borders(entries)
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
            for key, score in self._names_like(asked, border_of(organisation)) if asked else ():
                for number, listed in self._written[key].items():
                    entry = self._entries[number]
                    agrees = score >= self._possible and self._may_be(organisation, entry, asked, key)
                    strength: Strength = "possible" if agrees else "log"
                    found.append((number, Finding(strength, entry, f"“{written}” and “{listed}”: {score:.3f}", score)))
        return found

    def _may_be(self, organisation: Organisation, entry: Entry, asked: str, listed: str) -> bool:
        """Whether something besides the closeness of two names speaks for one organisation; names are comparable."""
        agreement = self._countries.agreement(organisation, entry)
        if agreement == "same":
            return not contradict(asked, listed)
        if agreement == "differ":
            return False
        return carries(asked, listed) or (asked == listed and not self._countries.is_unusual(organisation, entry))

    def _names_like(self, asked: str, border: str | None) -> list[tuple[str, float]]:
        """Listed names that are close, and some that are similar enough for the log."""
        found = dict(self._similar.to(asked, LOGGED))
        for where in (border,) if border is None else (border, ""):
            found |= dict(self._close_in(where).to(asked))
        return sorted(found.items())

    def _close_in(self, border: str | None) -> Close:
        if border not in self._close:
            names = self._written if border is None else self._names_in.get(border, set())
            self._close[border] = Close(names, self._possible)
        return self._close[border]

    def _by_border(self) -> dict[str, set[str]]:
        """Names by the countries of their entries; under the empty text those of which no country is known."""
        names: dict[str, set[str]] = {}
        for key, numbers in self._written.items():
            for number in numbers:
                for border in borders(self._entries[number].countries) or ("",):
                    names.setdefault(border, set()).add(key)
        return names


def _by_number(known: str, organisation: Organisation, entry: Entry) -> Strength:
    # A number of unsaid kind is unique within one country at most.
    agrees = border_of(organisation) in borders(entry.countries)
    return "confirmed" if not known.startswith("id:") or agrees else "possible"


def _strength(finding: Finding) -> tuple[int, float]:
    return ("log", "possible", "confirmed").index(finding.strength), finding.score or 1.0


def _last(finding: Finding) -> tuple[int, float]:
    rank, score = _strength(finding)
    return -rank, -score
