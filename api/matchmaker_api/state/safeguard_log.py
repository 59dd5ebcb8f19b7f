"""The safeguard log: what was decided about an organisation and on what, and who looked at the reasons.

`DATA/audit/safeguards.jsonl`, a chain (see `chain`). It is kept apart from the answers of `state.db`, and holds no id
or name of a person: people stand in it under pseudonyms (see `pseudonyms`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Literal

from matchmaker.files import canonical_json, sha256
from matchmaker.safeguards.cases import Case, Decision
from matchmaker.safeguards.clearance import Clearance
from matchmaker.safeguards.lists import Lists
from matchmaker_api.state.chain import Chain
from matchmaker_api.state.pseudonyms import Pseudonyms, pseudonym

Seen = Literal["safeguard_reasons", "clause_failures", "aggregate_counts", "log"]
FOLDER: Final = "audit"
LOG: Final = "safeguards.jsonl"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: the role, and the id of the key that was shown; empty for somebody who showed none."""

    role: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision to be logged. `person` is the id of whom the organisation was looked at for, None for nobody.

    `thresholds` are all numbers that the decision rests on, by name (`name_possible`, `topic`, …).
    """

    organisation: str
    case: Case
    decision: Decision
    thresholds: Mapping[str, float]
    person: str | None = None
    clearance: Clearance | None = None


class SafeguardLog:
    """The log of the folder `data`, made when first needed. Times are UTC, by `now`."""

    def __init__(self, data: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self._listed: tuple[Lists | None, list[dict[str, str]]] = (None, [])
        self.pseudonyms = Pseudonyms(data / FOLDER)
        self.chain = Chain(data / FOLDER / LOG)

    def decided(self, actor: Actor, lists: Lists, decisions: Sequence[Decided]) -> list[int]:
        """Log decisions made against `lists`; on disk when it returns. Raises StateError, LockedError or NoSpaceError.

        Whoever gives an answer that rests on them calls this first: what cannot be logged is not answered.
        """
        if not decisions:
            return []
        loaded = self._loaded(lists)
        key = self.pseudonyms.key() if any(each.person is not None for each in decisions) else b""
        head = self._head("decision", actor)
        subjects = (None if each.person is None else pseudonym(key, each.person) for each in decisions)
        records = [
            {**head, "subject": subject, **_said(each, loaded)}
            for subject, each in zip(subjects, decisions, strict=True)
        ]
        return self._append(records)

    def looked(self, actor: Actor, what: Seen, run_id: str | None = None) -> int:
        """Log that somebody looked at what only some roles may see, before it is shown. Raises as `decided`."""
        return self._append([{**self._head("access", actor), "what": what, "run_id": run_id}])[0]

    def _loaded(self, lists: Lists) -> list[dict[str, str]]:
        # Going through all entries takes a moment, and lists stay loaded for a long time.
        if self._listed[0] is not lists:
            self._listed = (lists, _loaded(lists))
        return self._listed[1]

    def _head(self, kind: str, actor: Actor) -> dict[str, Any]:
        at = self._now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return {"kind": kind, "ts": at, "actor": asdict(actor), "software_version": software()}

    def _append(self, records: list[dict[str, Any]]) -> list[int]:
        self.pseudonyms.key()  # made before the first record, whatever that is: later a missing key means a lost one
        return self.chain.append_all(records)


def _said(decided: Decided, loaded: list[dict[str, str]]) -> dict[str, Any]:
    """The fields of a decision's record. Absent are those that only a review has, where there was none."""
    case, decision = decided.case, decided.decision
    return {
        "call_id": case.call.id or None,
        "org_id": decided.organisation,
        "inputs_digest": inputs_digest(case),
        "rules_fired": [{"id": rule.id, "evidence": rule.evidence} for rule in decision.fired],
        "lists": [*loaded, *_entries(decision)],
        "thresholds": dict(decided.thresholds),
        "topic_labels": [
            {"list": label.list_id, "code": label.code, "score": label.score, "evidence": list(label.phrases)}
            for label in case.topics
        ],
        "decision": decision.verdict,
        "conditions": [condition.code for condition in decision.conditions],
        **_review(decided.clearance),
    }


def _loaded(lists: Lists) -> list[dict[str, str]]:
    """Each list that was there, by the file it came in: one file can hold several."""
    return [
        {"id": list_id, "version": file.version, "date": file.dated.isoformat()}
        for file in lists.files
        for list_id in sorted({entry.list_id for entry in file.entries})
    ]


def _entries(decision: Decision) -> list[dict[str, str | None]]:
    """What the rules rest on: entries of lists, and tables of the program."""
    return [
        {"id": rule.list_id, "version": rule.version, "date": rule.dated.isoformat() if rule.dated else None}
        | ({"entry_id": rule.entry_id} if rule.entry_id else {})
        for rule in decision.fired if rule.list_id
    ]  # fmt: skip


def _review(clearance: Clearance | None) -> dict[str, Any]:
    if clearance is None:
        return {}
    return {
        "reviewer": [asdict(reviewer) for reviewer in clearance.by],
        "justification": clearance.justification,
        "expires": clearance.expires.isoformat(),
    }


def inputs_digest(case: Case) -> str:
    """SHA-256 of everything a decision rested on: equal cases have equal digests."""
    return sha256(canonical_json({"case": _ordered(case)}))


def _ordered(value: Any) -> Any:
    """Records as JSON values, sets in order and days as text.

    Raises TypeError for anything else: a digest that left out what it cannot read would call different cases equal.
    """
    if isinstance(value, str | int | float | None):
        return value
    if isinstance(value, list | tuple):
        return [_ordered(each) for each in value]
    if isinstance(value, frozenset):
        return sorted(_ordered(each) for each in value)
    if isinstance(value, date):
        return value.isoformat()
    return {field.name: _ordered(getattr(value, field.name)) for field in fields(value)}


@cache
def software() -> str:
    """The program and its version, as logs name them."""
    return f"matchmaker {version('matchmaker')}"
