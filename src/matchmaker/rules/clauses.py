"""One function per type of clause: what it finds in a team. All are three-valued and take no clock."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from matchmaker.domain.calls import (
    AnyClause,
    Count,
    Each,
    Group,
    HostProject,
    NoneOf,
    Novelty,
    ProjectField,
    Residence,
    RoleHeld,
    Share,
    Statement,
    TimeSince,
    TopShare,
    type_of,
)
from matchmaker.domain.conditions import Combination, Condition, Counted, Flag, Predicate, ProjectIs
from matchmaker.domain.teams import Project
from matchmaker.rules.counting import Weighed, as_one, by_country, counted_as, persons, share, tally, top_share, units
from matchmaker.rules.findings import ClauseResult, Finding, bounded, together
from matchmaker.rules.people import holders, residence, time_since
from matchmaker.rules.predicates import conjunction, disjunction, negation, truth
from matchmaker.rules.rulebook import Rulebook, Seat
from matchmaker.rules.wording import number, sentence

_MONEY = ("budget", "requested", "person_months")


@dataclass(frozen=True, slots=True)
class Scene:
    """A team at the table: its seats, its project, and the call on a day."""

    seats: tuple[Seat, ...]
    project: Project
    book: Rulebook


def result(clause: AnyClause, scene: Scene) -> ClauseResult:
    """What the clause says about the team, with its name and its words."""
    return ClauseResult(
        clause.id, type_of(clause), clause.effect, clause.text or sentence(clause), found(clause, scene)
    )


def found(clause: AnyClause, scene: Scene) -> Finding:
    """What the clause finds, after its condition (`when`) and what unknown is to mean for it (`on_unknown`)."""
    applies = holds(clause.when, scene)
    if applies is False:
        return Finding("n/a", detail="does not apply")
    finding = _FOUND[type(clause)](clause, scene)
    if applies is None and finding.status in ("fail", "open"):
        return replace(finding, status="unknown", detail=f"{finding.detail}; it is not known whether it applies")
    if finding.status == "fail" and clause.when is not None and may_turn(clause.when, to=False):
        return replace(finding, status="open", detail=f"{finding.detail}; would not apply with other partners")
    if finding.status == "unknown" and clause.on_unknown != "review":
        said = f"{finding.detail}; the call takes what is not known as {clause.on_unknown}"
        return replace(finding, status=clause.on_unknown, detail=said)
    return finding


def holds(condition: Condition | None, scene: Scene) -> bool | None:
    """Whether a condition on the team is met."""
    match condition:
        case None:
            return True
        case Counted():
            there = tally(condition, scene.seats, scene.book)
            status = bounded(Fraction(there.lo), Fraction(there.hi), _exact(condition.min), _exact(condition.max))
            return {"pass": True, "unknown": None}.get(status, False)
        case ProjectIs(field, eq):
            value = getattr(scene.project, field)
            return None if value is None else bool(value == eq)
        case Combination(how, parts):
            values = [holds(part, scene) for part in parts]
            return {"all": conjunction, "any": disjunction}[how](values) if how != "not" else negation(values[0])


def may_turn(condition: Condition, to: bool) -> bool:
    """Whether further partners could make the condition true (or false, with `to` False)."""
    match condition:
        case Counted():
            return (condition.min if to else condition.max) is not None
        case Combination(how, parts):
            return any(may_turn(part, to is not (how == "not")) for part in parts)
    return False


def _exact(value: int | None) -> Fraction | None:
    return None if value is None else Fraction(value)


def _span(lo: object, hi: object) -> str:
    return f"{lo}" if lo == hi else f"{lo}..{hi}"


def _count(clause: Count, scene: Scene) -> Finding:
    what = clause.counted
    there = tally(what, scene.seats, scene.book)
    lo, hi = Fraction(there.lo), Fraction(there.hi)
    need = max(Fraction(0), (what.min or 0) - lo)
    against = ", ".join(
        f"{word} {bound}" for word, bound in (("min", what.min), ("max", what.max)) if bound is not None
    )
    return Finding(
        bounded(lo, hi, _exact(what.min), _exact(what.max)),
        lo,
        hi,
        need,
        f"{what.of} {_span(there.lo, there.hi)} against {against}",
    )


def weighed(clause: Share | TopShare, scene: Scene, of: Predicate | None = None) -> list[Weighed]:
    """One item per partner that is or may be in the base; entities and persons are one item each."""
    book = scene.book
    name = persons(scene.seats) if clause.measure == "persons" else units(scene.seats, book)
    items = [
        Weighed(
            name[id(seat)],
            getattr(seat.partner, clause.measure) if clause.measure in _MONEY else Fraction(1),
            counted_as(clause.among, seat, book),
            truth(of, seat, book),
        )
        for seat in scene.seats
    ]
    if clause.measure in _MONEY:
        return items
    return [as_one([item for item in items if item.key == key]) for key in dict.fromkeys(item.key for item in items)]


def _share(clause: Share, scene: Scene) -> Finding:
    if clause.measure == "countries":
        items = by_country(scene.seats, clause.among, clause.of, scene.book)
    else:
        items = weighed(clause, scene, clause.of)
    if all(item.among is False for item in items):
        return Finding("open", need=Fraction(1), detail="nobody is counted yet")
    there = share(items)
    if there is None:
        return Finding("unknown", detail=f"{clause.measure} are not stated, or may be nothing")
    lo, hi, part, base = there
    status = bounded(lo, hi, clause.min, clause.max)
    said = f"{clause.measure}: {number(part)} of {number(base)}, a share of {_span(number(lo), number(hi))}"
    # Further partners outside the part dilute a share that is too large.
    return Finding("open" if status == "fail" else status, lo, hi, _missing(clause, part, base), said)


def _missing(clause: Share, part: Fraction, base: Fraction) -> Fraction:
    """What must be added inside the part to reach the minimum, or outside it to come down to the maximum."""
    if clause.min is not None and part < clause.min * base:
        lacking = clause.min * base - part
        more = lacking / (1 - clause.min) if clause.min < 1 else base - part
    elif clause.max is not None and part > clause.max * base:
        more = part / clause.max - base if clause.max else part
    else:
        return Fraction(0)
    return more if clause.measure in _MONEY else Fraction(math.ceil(more))


def by_key(clause: TopShare, scene: Scene) -> tuple[list[Weighed], list[Weighed]]:
    """The amounts by the entity or country they belong to, and apart those whose country is not known."""
    items = weighed(clause, scene)
    if clause.by == "entity":
        return items, []
    keyed = [
        (replace(item, key=seat.standing.key or f"?{number}"), seat.standing.kind)
        for number, (item, seat) in enumerate(zip(items, scene.seats, strict=True))
    ]
    return [item for item, kind in keyed if kind != "unknown"], [item for item, kind in keyed if kind == "unknown"]


def _top_share(clause: TopShare, scene: Scene) -> Finding:
    items, floating = by_key(clause, scene)
    if all(item.among is False for item in (*items, *floating)):
        return Finding("open", need=Fraction(1), detail="nobody is counted yet")
    there = top_share(items, floating)
    if there is None:
        return Finding("unknown", detail=f"{clause.measure} are not stated, or may be nothing")
    lo, hi, key = there
    status = bounded(lo, hi, None, clause.max)
    base = sum((item.amount or Fraction(0) for item in (*items, *floating) if item.among), Fraction(0))
    need = base * (lo / clause.max - 1) if lo > clause.max > 0 else Fraction(0)
    said = f"{key.removeprefix('*')} has {_span(number(lo), number(hi))} of the {clause.measure}"
    return Finding("open" if status == "fail" else status, lo, hi, need, said)


def _broken(seats: Sequence[Seat], breaks: Callable[[Seat], bool | None], word: str) -> Finding:
    """Fail where a partner certainly breaks the clause, unknown where one may."""
    values = [(seat.partner.org.id, breaks(seat)) for seat in seats]
    certain = tuple(org for org, value in values if value)
    undecided = tuple(org for org, value in values if value is None)
    said = [f"{word}: {', '.join(certain)}"] if certain else []
    said += [f"not known for: {', '.join(undecided)}"] if undecided else []
    lo, hi = Fraction(len(certain)), Fraction(len(certain) + len(undecided))
    return Finding(bounded(lo, hi, None, Fraction(0)), lo, hi, lo, "; ".join(said), certain)


def _each(clause: Each, scene: Scene) -> Finding:
    def breaks(seat: Seat) -> bool | None:
        return conjunction((truth(clause.where, seat, scene.book), negation(truth(clause.must, seat, scene.book))))

    return _broken(scene.seats, breaks, "not met by")


def _none(clause: NoneOf, scene: Scene) -> Finding:
    return _broken(scene.seats, lambda seat: truth(clause.where, seat, scene.book), "excluded")


def _role(clause: RoleHeld, scene: Scene) -> Finding:
    held = holders(clause.role, scene.seats)
    broken = _broken(held, lambda seat: negation(truth(clause.must, seat, scene.book)), "not met by")
    size = Fraction(len(held))
    status = together("all_of", (bounded(size, size, Fraction(clause.min), _exact(clause.max)), broken.status))
    need = max(Fraction(0), clause.min - size)
    said = f"partners with the role {clause.role}: {len(held)}"
    return Finding(status, size, size, need, "; ".join(filter(None, (said, broken.detail))), broken.partners)


def _project(clause: ProjectField, scene: Scene) -> Finding:
    stated = getattr(scene.project, clause.field)
    value = _sum_of_parts(clause.field, scene) if stated is None else stated
    if value is None:
        return Finding("unknown", detail=f"the project's {clause.field} is not stated")
    exact = Fraction(value)
    status = bounded(exact, exact, clause.min, clause.max)
    if status == "open" and stated is not None:
        status = "fail"  # the project says so itself; further partners do not change it
    need = max(Fraction(0), (clause.min or 0) - exact)
    return Finding(status, exact, exact, need, f"{clause.field} is {number(exact)}")


def _sum_of_parts(field: str, scene: Scene) -> Fraction | None:
    """What the partners state together, None where one does not."""
    parts: list[Any] = [getattr(seat.partner, field, None) for seat in scene.seats]
    return sum(parts, Fraction(0)) if parts and None not in parts else None


def _declared(value: bool | None, what: str) -> Finding:
    if value is None:
        return Finding("unknown", detail=f"not declared: {what}")
    return Finding("pass" if value else "fail", detail=f"declared {'true' if value else 'false'}: {what}")


def _host_project(clause: HostProject, scene: Scene) -> Finding:
    name = clause.must.name if isinstance(clause.must, Flag) else ""
    return _declared(scene.project.flags.get(name, scene.project.statements.get(name)), name)


def _statement(clause: Statement, scene: Scene) -> Finding:
    return _declared(scene.project.statements.get(clause.key), clause.key)


def _novelty(clause: Novelty, scene: Scene) -> Finding:
    joint = scene.project.copublications
    if joint is None:
        return Finding("unknown", detail="joint publications of the partners are not stated")
    return Finding("pass" if joint <= clause.max else "fail", Fraction(joint), Fraction(joint), detail=f"{joint} joint")


def _group(clause: Group, scene: Scene) -> Finding:
    parts = [(part.id, found(part, scene)) for part in clause.clauses]
    status = together(clause.how, (finding.status for _, finding in parts))
    needs = [finding.need for _, finding in parts if finding.status != "n/a"]
    need = (min if clause.how == "any_of" else sum)(needs) if needs else 0
    said = "; ".join(f"{name}: {finding.status} ({finding.detail})" for name, finding in parts)
    return Finding(status, need=Fraction(0) if status == "pass" else Fraction(need), detail=said)


_FOUND: dict[type[Any], Callable[[Any, Scene], Finding]] = {
    Count: _count,
    Share: _share,
    TopShare: _top_share,
    Each: _each,
    NoneOf: _none,
    RoleHeld: _role,
    TimeSince: lambda clause, scene: time_since(clause, scene.seats, scene.book),
    Residence: lambda clause, scene: residence(clause, scene.seats, scene.book),
    ProjectField: _project,
    HostProject: _host_project,
    Novelty: _novelty,
    Statement: _statement,
    Group: _group,
}
