"""The noun `call`: which calls there are, what their rules say, whether a file is well formed, how a team stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from matchmaker.domain.calls import Call
from matchmaker.domain.teams import Team
from matchmaker.rules.documents import read_text
from matchmaker.rules.findings import ClauseResult
from matchmaker.rules.language import find_call, preset, preset_ids, read_call
from matchmaker.rules.rulebook import rulebook
from matchmaker.rules.team import TeamVerdict, judge
from matchmaker.rules.teams import find_team, team_of
from matchmaker.rules.wording import sentence


def list_rows() -> list[dict[str, Any]]:
    """One row per call of the package, with how sure we are of it and when it was read."""
    return [_row(preset(call_id)) for call_id in preset_ids()]


def show_lines(call: Call) -> list[str]:
    """The call as text: what it is, where its rules were read, its sets on its reference date, and every rule."""
    return [*_heading(call), "", *_sets(call), "", *_rules(call)]


def check_file(path: Path) -> dict[str, Any]:
    """Read and check a call file. Raises InputError naming file, path and the allowed words for what is wrong."""
    call = read_call(read_text(path), str(path))
    rulebook(call)
    return _row(call)


def check_team(call: Call, team_json: Team | Path | object, at: date | None = None) -> dict[str, Any]:
    """The answer of `call check-team`: the team as read, the path of its file, or its JSON document.

    `at` takes the place of the call's reference date. Raises InputError for a team that is not well formed.
    """
    return answer(judge(call, _team(team_json), at))


def answer(verdict: TeamVerdict) -> dict[str, Any]:
    """A verdict as JSON; shares are rounded to six places, `detail` has them exactly."""
    return {
        "result": verdict.result,
        "call": verdict.call,
        "reference_date": verdict.reference_date.isoformat(),
        "clauses": [_clause(each) for each in verdict.clauses],
        "unfunded": list(verdict.unfunded),
        "set_versions": dict(verdict.set_versions),
        "notes": list(verdict.notes),
    }


def named_call(name: str) -> Call:
    """A call by its id, or by the path of its file. Raises NotFoundError or InputError."""
    return find_call(name)


def _team(given: Team | Path | object) -> Team:
    if isinstance(given, Team):
        return given
    return find_team(given) if isinstance(given, Path) else team_of(given)


def _clause(each: ClauseResult) -> dict[str, Any]:
    found = each.finding
    return {
        "id": each.id,
        "type": each.type,
        "status": each.status,
        "effect": each.effect,
        "lo": _number(found.lo),
        "hi": _number(found.hi),
        "need": _number(found.need),
        "text": each.text,
        "detail": found.detail,
    }


def _number(value: Fraction | None) -> int | float | None:
    if value is None:
        return None
    return value.numerator if value.denominator == 1 else round(float(value), 6)


def _row(call: Call) -> dict[str, Any]:
    return {
        "id": call.id,
        "title": call.title,
        "funder": call.funder,
        "clauses": len(call.clauses),
        "reference": call.dates["reference"].isoformat(),
        "confidence": call.provenance.confidence,
        "illustrative": call.provenance.illustrative,
        "retrieved": call.provenance.retrieved.isoformat(),
        "source": call.provenance.source,
    }


def _heading(call: Call) -> Iterator[str]:
    about = call.provenance
    yield f"{call.title} ({call.id})"
    yield f"Funder: {call.funder}"
    yield f"Read in: {about.source}, {about.retrieved}; confidence {about.confidence}"
    if about.illustrative:
        yield "Part of this call is illustrative: check it against the funder's text before relying on it."
    if about.note:
        yield f"Note: {about.note}"
    yield "Dates: " + ", ".join(f"{name.replace('_', ' ')} {day}" for name, day in call.dates.items())


def _sets(call: Call) -> Iterator[str]:
    book = rulebook(call)
    for name, places in book.sets.items():
        doubtful = f"; not certain: {', '.join(sorted(places.uncertain))}" if places.uncertain else ""
        yield f"{name}: {', '.join(sorted(places.members)) or 'nobody for certain'}{doubtful}"
    if book.set_versions:
        yield f"Tables: {', '.join(f'{ref} from {version}' for ref, version in book.set_versions.items())}"


def _rules(call: Call) -> Iterator[str]:
    for number, clause in enumerate(call.clauses, 1):
        yield f"{number}. {sentence(clause)} [{clause.id}]"
        if clause.text:
            yield f"   {clause.text}"
