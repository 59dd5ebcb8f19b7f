"""Audits of a data folder: the decision log, checked as it is read, and the reports that are made of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import numpy as np

from matchmaker.audit.balance import Holdings, balance, latest_window
from matchmaker.audit.exposure import audit_exposure
from matchmaker.audit.funnel import audit_funnel
from matchmaker.audit.options import WITHHELD_BELOW, AuditOptions
from matchmaker.domain.balance import BalanceReport
from matchmaker.domain.events import Declared, ListEvent, Outcome
from matchmaker.domain.reports import AuditMeta, ExposureReport, FunnelReport
from matchmaker.errors import InputError, RefusedError
from matchmaker.fairness.controller import DEFAULT, Adjusted, Control, adjusted_shares
from matchmaker.fairness.controller import Period as Exposures
from matchmaker.measures.intervals import FEWEST_LISTS
from matchmaker_api.access import may, table
from matchmaker_api.declarations import declared_groups, outcomes
from matchmaker_api.state.decision_log import DecisionLog
from matchmaker_api.state.links import Head
from matchmaker_api.state.pseudonyms import pseudonym

RIGHT: Final = "equity_report"
SENSITIVE: Final = ("gender", "career_stage")
OPEN: Final = ("income_group", "region", "ldc", "organisation_type", "profile", "language")


@dataclass(frozen=True, slots=True)
class Look:
    """Which lists, how they are looked at, and by whom.

    Days are inclusive; no `attributes` means all that the role may see. `browsing` is how attention falls with rank
    (logarithmic, trec, geometric), `call` leaves out lists of other calls, `seed` starts the resampling.
    """

    start: date | None = None
    end: date | None = None
    attributes: tuple[str, ...] = ()
    browsing: str = "logarithmic"
    call: str | None = None
    seed: int = 0
    role: str = "programme_staff"


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Shares for the next lists, the target they were moved from, and the exposure that moved them.

    `seen` is each group's share of attention over `lists` lists; `set_by` are those who set the target.
    """

    attribute: str
    target: Mapping[str, Fraction]
    adjusted: Adjusted
    seen: Mapping[str, float]
    lists: int
    set_by: tuple[str, ...]


def exposure(data: Path, look: Look) -> ExposureReport:
    """Who is seen. Raises RefusedError for a role that may not, StateError for a log that does not hold, InputError."""
    log, until = _opened(data, look)
    events = _events(log, until, look, filters=False)
    return audit_exposure(events, _declared(data, log, look), _options(look, until))


def funnel(data: Path, look: Look, steps_taken: Path | None = None) -> FunnelReport:
    """Where people are lost on the way; `steps_taken` is a table of outcomes. Raises as `exposure`."""
    log, until = _opened(data, look)
    taken = () if steps_taken is None else _pseudonymous(outcomes(steps_taken), log)
    events = _events(log, until, look, crossed=False)
    return audit_funnel(events, taken, _declared(data, log, look), _options(look, until))


def balanced(data: Path, look: Look, holdings: Holdings, window: tuple[int, int] | None = None) -> BalanceReport:
    """Who leads, who moves, who is studied, and whether suggestions go both ways. Raises as `exposure`."""
    log, until = _opened(data, look)
    events = list(_covered(_events(log, until, look, filters=False, crossed=False), look))
    days = sorted(event.at.date().isoformat() for event in events)
    meta = AuditMeta(
        kind="balance", start=days[0] if days else None, end=days[-1] if days else None, lists=len(events),
        people=len({person for event in events for person in event.shown.people}),
        generations=tuple(sorted({event.generation for event in events})), log=_log_note(until),
        browsing=look.browsing, withheld_below=WITHHELD_BELOW, fewest_lists=FEWEST_LISTS,
    )  # fmt: skip
    rng = np.random.default_rng(look.seed)
    return balance(holdings, events, window or latest_window(holdings.corpus), meta, rng)


def logged_runs(data: Path, look: Look) -> list[str]:
    """The run ids of the lists in a look, oldest first. Raises as `exposure`."""
    log, until = _opened(data, look)
    return [event.run_id for event in _covered(_events(log, until, look, filters=False, crossed=False), look)]


def adjusted(data: Path, look: Look, control: Control = DEFAULT) -> Adjustment:
    """Shares for the next lists, moved a little against what those of the period have shown.

    The target is the one its lists had. Groups without a floor may give and never get more. Raises InputError where no
    list had a target, where they were several, and where each list took its own from its pool; else as `exposure`.
    """
    log, until = _opened(data, look)
    aimed = [
        event
        for event in _covered(_events(log, until, look, filters=False, crossed=False), look)
        if event.equity.target
    ]
    attributes = sorted({event.equity.attribute for event in aimed})
    if len(attributes) != 1:
        found = f"lists with targets for {', '.join(attributes)}" if attributes else "no list with a target"
        raise InputError(f"there are {found} in this period", hint="name a period and a call with one target")
    target = _one_target([event.equity.target for event in aimed])
    seen = Exposures()
    for event in aimed:
        seen = seen.after(event.shown.groups[attributes[0]])
    set_by = sorted({event.equity.set_by for event in aimed})
    moved = adjusted_shares(target, seen.seen(), seen.lists, control, aimed[-1].equity.spared)
    return Adjustment(attributes[0], target, moved, _told(seen, aimed, attributes[0]), len(aimed), tuple(set_by))


def _one_target(targets: Sequence[Mapping[str, str]]) -> dict[str, Fraction]:
    if any(target != targets[0] for target in targets):
        raise InputError(
            "the lists of this period had different targets, or each took its own from its pool",
            hint='name a period and a call with one target of fixed shares (target = "policy")',
        )
    return {group: Fraction(share) for group, share in targets[0].items()}


def _told(seen: Exposures, events: Sequence[ListEvent], attribute: str) -> dict[str, float]:
    """Each group's share of attention; without groups of which fewer than ten people were shown."""
    people: dict[str, set[str]] = {}
    for event in events:
        for person, group in zip(event.shown.people, event.shown.groups[attribute], strict=True):
            people.setdefault(group, set()).add(person)
    return {group: share for group, share in seen.seen().items() if len(people.get(group, ())) >= WITHHELD_BELOW}


def _opened(data: Path, look: Look) -> tuple[DecisionLog, Head]:
    """The log up to its present head, once it is settled that the role may see what it asks for."""
    check_role(look)
    log = DecisionLog(data)
    return log, log.chain.head()


def check_role(look: Look) -> None:
    """Raise RefusedError unless the role may see what the look asks for."""
    if not may(look.role, RIGHT):
        raise RefusedError(f"the role {look.role} may not see this: {table()[RIGHT].means}", hint=_roles(RIGHT))
    wanted = [attribute for attribute in look.attributes if attribute in SENSITIVE]
    if wanted and not may(look.role, "sensitive_groups"):
        raise RefusedError(f"the role {look.role} may not see {wanted[0]}", hint=_roles("sensitive_groups"))


def _roles(right: str) -> str:
    return f"roles: {', '.join(sorted(table()[right].roles))}"


def _events(log: DecisionLog, until: Head, look: Look, **parts: bool) -> Iterator[ListEvent]:
    return (event for event in log.events(until, **parts) if look.call is None or event.call == look.call)


def _covered(events: Iterable[ListEvent], look: Look) -> Iterator[ListEvent]:
    options = AuditOptions(start=look.start, end=look.end)
    return (event for event in events if options.covers(event.at.date()))


def _options(look: Look, until: Head) -> AuditOptions:
    seen = look.attributes or (() if may(look.role, "sensitive_groups") else OPEN)
    browsing: Any = look.browsing
    return AuditOptions(seen, look.start, look.end, browsing, look.seed, _log_note(until))


def _log_note(until: Head) -> dict[str, Any]:
    return {"records": until.seq, "head": until.hash, "checked": True}


def _declared(data: Path, log: DecisionLog, look: Look) -> Declared:
    """What people declared, by pseudonym; only for those who may see it. Career stages stand in the log itself."""
    if not may(look.role, "sensitive_groups"):
        return Declared()
    groups = declared_groups(data).get("gender", {})
    key = log.pseudonyms.key() if groups else b""
    return Declared({"gender": {pseudonym(key, person): group for person, group in groups.items()}} if groups else {})


def _pseudonymous(taken: Sequence[Outcome], log: DecisionLog) -> list[Outcome]:
    key = log.pseudonyms.key() if taken else b""
    return [replace(each, person=pseudonym(key, each.person)) for each in taken]
