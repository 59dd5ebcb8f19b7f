"""What an audit is told: which attributes, which days, how people read a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from matchmaker.errors import InputError
from matchmaker.measures.browsing import Browsing, attention_weights

WITHHELD_BELOW: Final = 10


@dataclass(frozen=True, slots=True)
class AuditOptions:
    """What to look at. Nothing said means everything.

    `attributes` are those to report, in this order (empty: all that the log or a declaration has). `start` and `end`
    are days, both inclusive. `seed` starts the resampling. `log` is told on as it is: how many records held, up to
    which head. Raises InputError for a period that ends before it begins and for a browsing model that there is not.
    """

    attributes: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None
    browsing: Browsing = "logarithmic"
    seed: int = 0
    log: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        attention_weights(1, self.browsing)
        if self.start is not None and self.end is not None and self.end < self.start:
            raise InputError(f"a period from {self.start} to {self.end}", hint="the first day comes first")

    def covers(self, day: date) -> bool:
        """Whether a day lies in the period."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)
