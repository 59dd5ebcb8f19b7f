"""Audits that a service makes: one at a time, and each kept for as long as nothing was logged since."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Final, Literal, TypeVar

from matchmaker.audit.balance import Holdings
from matchmaker.domain.balance import BalanceReport
from matchmaker.domain.reports import ExposureReport, FunnelReport
from matchmaker.errors import LockedError
from matchmaker_api import auditing
from matchmaker_api.auditing import Look
from matchmaker_api.declarations import FILE as DECLARED
from matchmaker_api.state.decision_log import DecisionLog

Kind = Literal["exposure", "funnel", "balance"]
KINDS: Final[tuple[Kind, ...]] = ("exposure", "funnel", "balance")
_KEPT: Final = 8
_PATIENCE: Final = 5.0  # whoever waits holds one of the threads that answer questions
_Made = TypeVar("_Made", ExposureReport, FunnelReport, BalanceReport)


class Audits:
    """The audits of one data folder, served from one generation. Reading a large log takes a minute of one core, so
    they take turns."""

    def __init__(self, data: Path, holdings: Callable[[], Holdings], generation: str) -> None:
        self._data, self._generation = data, generation
        self._holdings = holdings
        self._turn = Lock()
        self._made: dict[tuple[Kind, Look, str], ExposureReport | FunnelReport | BalanceReport] = {}

    def exposure(self, look: Look) -> ExposureReport:
        """See `auditing.exposure`. Raises LockedError where another audit is being made."""
        return self._kept("exposure", look, lambda: auditing.exposure(self._data, look))

    def funnel(self, look: Look) -> FunnelReport:
        """See `auditing.funnel`, without outcomes, which a programme loads on the command line. Raises LockedError."""
        return self._kept("funnel", look, lambda: auditing.funnel(self._data, look))

    def balance(self, look: Look) -> BalanceReport:
        """See `auditing.balanced`, over the latest five years. Raises LockedError."""
        return self._kept("balance", look, lambda: auditing.balanced(self._data, look, self._holdings()))

    def _rests_on(self) -> str:
        """What a report is made of: the log up to its head, what people declared, and the index that is served."""
        declared = self._data / DECLARED
        stamp = declared.stat() if declared.exists() else None
        written = "" if stamp is None else f"{stamp.st_mtime_ns} {stamp.st_size}"
        return f"{DecisionLog(self._data).chain.head().hash} {written} {self._generation}"

    def _kept(self, kind: Kind, look: Look, make: Callable[[], _Made]) -> _Made:
        auditing.check_role(look)  # before anything that was kept for somebody else
        if not self._turn.acquire(timeout=_PATIENCE):
            raise LockedError("another audit is being made", hint="try again in a minute")
        try:
            key = (kind, look, self._rests_on())
            found: _Made | None = self._made.get(key)  # type: ignore[assignment]
            if found is None:
                found = make()
                self._made[key] = found
                while len(self._made) > _KEPT:
                    self._made.pop(next(iter(self._made)))
            return found
        finally:
            self._turn.release()
