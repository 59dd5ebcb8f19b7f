"""What the steps of this room hand to each other. No record here can hold anything about a person's origin.

There is no field for a name, nationality, birthplace or script of a person: what is not there cannot be used.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Family = Literal[
    "sanction", "export_control", "research_security", "investment", "countermeasure", "advisory", "local",
    "unclassified",
]  # fmt: skip
Verdict = Literal["allow", "allow_with_conditions", "needs_review", "block"]
Strength = Literal["confirmed", "possible", "log"]

VERDICTS: tuple[Verdict, ...] = ("allow", "allow_with_conditions", "needs_review", "block")


@dataclass(frozen=True, slots=True)
class LocalRule:
    """What the deploying organisation declared about an organisation: who owns the entry, and until when it holds."""

    decision: Verdict
    reason: str
    owner: str
    expires: date


@dataclass(frozen=True, slots=True)
class Entry:
    """One organisation on one list. `countries` are codes, empty when the list names none that can be read.

    `identifiers` are `ror:…`, `lei:…` or, where a list does not say what kind they are, `id:…`.
    """

    list_id: str
    entry_id: str
    name: str
    aliases: tuple[str, ...] = ()
    countries: frozenset[str] = frozenset()
    identifiers: frozenset[str] = frozenset()
    family: Family = "unclassified"
    local: LocalRule | None = None
    version: str = ""
    dated: date = date.min

    def holds(self, at: date) -> bool:
        """Whether the entry still counts on the day `at`: what was entered locally ends with its expiry date."""
        return self.local is None or at <= self.local.expires


@dataclass(frozen=True, slots=True)
class ListFile:
    """One file that was read: its format, version (digest of its bytes) and date, and every row that was skipped.

    `dated_by` says where the date comes from: the file's name, the entries' last_seen, or the file's modification.
    """

    file: str
    format: str
    version: str
    dated: date
    dated_by: str
    entries: tuple[Entry, ...]
    read: int
    skipped: Counter[str] = field(default_factory=Counter)
    max_age_days: int = 90

    def is_stale(self, at: date) -> bool:
        """Whether the file is too old on the day `at` for a screening; rows entered locally expire one by one."""
        return self.format != "local" and (at - self.dated).days > self.max_age_days


@dataclass(frozen=True, slots=True)
class Organisation:
    """The legal entity through which somebody would join. `country` is alpha-2, None when it is not known."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    country: str | None = None
    subdivision: str | None = None
    address: str = ""
    ror: str = ""
    lei: str = ""
    tax_id: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A list entry that may be this organisation. `evidence` says what agreed; `score` is None for identifiers.

    `confirmed`: an identifier is equal, or an analyst said so. `possible`: the names are close enough for a person to
    look. `log`: for the log only, never shown and never decided on. `current` is False for a past affiliation.
    """

    strength: Strength
    entry: Entry
    evidence: str
    score: float | None = None
    current: bool = True


@dataclass(frozen=True, slots=True)
class TopicLabel:
    """A technology area a text belongs to: its score and the phrases of the text that speak for it, never empty.

    `broad` labels count only together with a destination of concern: they rest on everyday words alone (such as machine
    learning), or on an area for which labels were not found precise enough when they were measured. `by_score` is False
    where the encoder was never measured: then the label rests on its phrases, and `score` is not to be compared.
    """

    list_id: str
    code: str
    area: str
    tier: str
    score: float
    phrases: tuple[str, ...]
    broad: bool = False
    by_score: bool = True
