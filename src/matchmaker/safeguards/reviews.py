"""The way of a flagged case: open → in_review → cleared, refused or escalated; who may take each step, what undoes it.

Security and export control officers take steps, nobody else. Somebody takes a case up; from then on it is cleared (see
`clearance`: a block by two people), refused with a reason, or escalated, after which a second person decides. What was
decided holds for the grounds it was decided on: when they change, the case is open again by itself, and so it is when a
clearance ends. A refusal does not end with time. Waiting changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from matchmaker.errors import InputError, RefusedError
from matchmaker.safeguards.cases import Case, Condition, Decision
from matchmaker.safeguards.clearance import MAY_CLEAR, Clearance, Reviewer, clear, grounds, is_overdue

Standing = Literal["open", "in_review", "cleared", "refused", "escalated"]
Taken = Literal["in_review", "refused", "escalated"]

_FROM: Final[dict[Standing, tuple[Standing, ...]]] = {
    "in_review": ("open",),
    "escalated": ("in_review",),
    "cleared": ("in_review", "escalated"),
    "refused": ("in_review", "escalated"),
}


@dataclass(frozen=True, slots=True)
class Matter:
    """What is decided about on the day `at`: a case and what the rules decided on it."""

    case: Case
    decision: Decision
    at: date


@dataclass(frozen=True, slots=True)
class Step:
    """A step that was taken: into which state, on which grounds, by whom, when and why."""

    into: Taken
    grounds: str
    by: tuple[Reviewer, ...]
    at: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """A flagged case from the day it was opened, with the steps taken so far, oldest first.

    A case that opened again by itself is a new review from that day on; the old one stays as it was.
    """

    opened: date
    steps: tuple[Step | Clearance, ...] = ()


def standing(review: Review, matter: Matter) -> Standing:
    """Where the case stands on the day of `matter`: the last step, while it holds for these very grounds."""
    taken = [step for step in review.steps if step.at <= matter.at]
    if not taken or taken[-1].grounds != grounds(matter.case, matter.decision):
        return "open"
    last = taken[-1]
    if isinstance(last, Step):
        return last.into
    return "cleared" if matter.at < last.expires else "open"


def take_up(review: Review, matter: Matter, by: Reviewer) -> Review:
    """Somebody looks at an open case. Raises RefusedError for others than officers, InputError from another state."""
    return _step(review, matter, "in_review", (by,), "")


def escalate(review: Review, matter: Matter, by: Reviewer, reason: str) -> Review:
    """Whoever looks leaves the decision to a second person. Raises as `refuse` does."""
    return _step(review, matter, "escalated", (by,), _given(reason, "an escalation"))


def refuse(review: Review, matter: Matter, by: tuple[Reviewer, ...], reason: str) -> Review:
    """The case may not go ahead, until its grounds change.

    Raises RefusedError for people who may not decide it, InputError without a reason or from another state.
    """
    _second_person(review, matter, by)
    return _step(review, matter, "refused", by, _given(reason, "a refusal"))


def settle(
    review: Review, matter: Matter, by: tuple[Reviewer, ...], reason: str, further: tuple[Condition, ...] = ()
) -> Review:
    """The case may go ahead, under the conditions of the decision and `further` ones. Raises as `refuse` does."""
    _may_follow(review, matter, "cleared")
    _second_person(review, matter, by)
    clearance = clear(matter.case, matter.decision, by, matter.at, reason)
    conditions = tuple(dict.fromkeys((*clearance.conditions, *further)))
    return replace(review, steps=(*review.steps, replace(clearance, conditions=conditions)))


def overdue(review: Review, matter: Matter) -> bool:
    """Whether the case waits for a decision for more than ten working days; shown, never acted on."""
    decided = standing(review, matter) in ("cleared", "refused")
    return not decided and is_overdue(review.opened, matter.at)


def _step(review: Review, matter: Matter, into: Taken, by: tuple[Reviewer, ...], reason: str) -> Review:
    if not by or any(reviewer.role not in MAY_CLEAR for reviewer in by):
        roles = ", ".join(reviewer.role for reviewer in by) or "nobody"
        raise RefusedError(f"{roles} cannot decide a case", hint=f"roles that can: {', '.join(sorted(MAY_CLEAR))}")
    _may_follow(review, matter, into)
    step = Step(into, grounds(matter.case, matter.decision), by, matter.at, reason)
    return replace(review, steps=(*review.steps, step))


def _may_follow(review: Review, matter: Matter, into: Standing) -> None:
    newest = max((step.at for step in review.steps), default=review.opened)
    if matter.at < newest:
        raise InputError(f"{matter.at} is before the last step of {newest}", hint="steps are taken in order of time")
    if (now := standing(review, matter)) not in _FROM[into]:
        allowed = " or ".join(_FROM[into])
        raise InputError(f"a case that is {now} cannot become {into}", hint=f"it must be {allowed} first")


def _second_person(review: Review, matter: Matter, by: tuple[Reviewer, ...]) -> None:
    if standing(review, matter) != "escalated":
        return
    before = {reviewer.id for reviewer in review.steps[-1].by}
    if not {reviewer.id for reviewer in by} - before:
        raise RefusedError("whoever escalates a case does not decide it", hint="a second person decides")


def _given(reason: str, what: str) -> str:
    if not reason.strip():
        raise InputError(f"{what} needs a reason", hint="say why; it is kept with the case")
    return reason
