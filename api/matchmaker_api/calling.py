"""The noun `call`: which calls there are, what their rules say, whether a file is well formed, how a team stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from matchmaker.domain.calls import Call
from matchmaker.domain.teams import Team
from matchmaker.errors import InputError
from matchmaker.places.own_tables import NO_TABLES, OwnTables
from matchmaker.rules.annexes import AnnexVerdict, judge_with_annexes
from matchmaker.rules.completion import Completion, completion
from matchmaker.rules.documents import read_text
from matchmaker.rules.findings import ClauseResult
from matchmaker.rules.language import preset_ids, read_call
from matchmaker.rules.roles import check_roles
from matchmaker.rules.rulebook import rulebook
from matchmaker.rules.team import TeamVerdict
from matchmaker.rules.teams import find_team, team_of
from matchmaker.rules.wording import sentence
from matchmaker_api.calls import FOLDER, all_calls, call_or_path, tables_for
from matchmaker_api.settings import DEFAULT_DATA
from matchmaker_api.verdict_words import completion_line


def list_rows(data: Path | None = None) -> list[dict[str, Any]]:
    """One row per call of the package and of the data folder, with how sure we are of it and when it was read."""
    return [_row(file.call) for file in all_calls(data or Path(DEFAULT_DATA)).files.values()]


def fault_lines(data: Path | None = None) -> list[str]:
    """One line per file of the data folder that should be a call and cannot be used, with the reason."""
    return [f"not usable: {each.file}: {each.message}" for each in all_calls(data or Path(DEFAULT_DATA)).faults]


def show_lines(call: Call, own: OwnTables = NO_TABLES) -> list[str]:
    """The call as text: what it is, where its rules were read, its sets on its reference date, and every rule."""
    return [*_heading(call), "", *_sets(call, own), "", *_rules(call)]


def check_file(path: Path, data: Path | None = None) -> dict[str, Any]:
    """Read and check a call file. Raises InputError naming file, path and the allowed words for what is wrong.

    Where a data folder is named the id must be free in it: neither that of a call of the package nor of another file.
    """
    call = read_call(read_text(path), str(path))
    rulebook(call, own=tables_in(data, call))
    if data is not None:
        _refuse_taken(call.id, path, data)
    return _row(call)


def _refuse_taken(call_id: str, path: Path, data: Path) -> None:
    if call_id in preset_ids():
        raise InputError(f"{path}: id: {call_id!r} is that of a call of the package", hint="give it another id")
    found = all_calls(data)
    claims = [file.file for file in found.files.values() if file.own and file.call.id == call_id]
    claims += [fault.file for fault in found.faults if fault.call_id == call_id]
    others = [f"{FOLDER}/{file}" for file in claims if (data / FOLDER / file).resolve() != path.resolve()]
    if others:
        raise InputError(f"{path}: id: {call_id!r} is that of {', '.join(others)} too", hint="give it another id")


def check_team(
    call: Call,
    team_json: Team | Path | object,
    at: date | None = None,
    annexes: Mapping[str, Call] | None = None,
    own: OwnTables = NO_TABLES,
) -> dict[str, Any]:
    """The answer of `call check-team`: the team as read, the path of its file, or its JSON document.

    `at` takes the place of the reference date of the call and of the `annexes` (by country or organisation), whose
    findings are under `annexes`; `result` is then the worst of all. Raises InputError for a team that is not well
    formed, for a role that neither the call nor an annex names, and for an annex of nobody.
    """
    book, team = rulebook(call, at, own), _team(team_json)
    check_roles(call, (each.role for each in team.partners), (annexes or {}).values())
    judged = judge_with_annexes(book, team, annexes or {}, at, own)
    needed = _completed(completion(book, team), judged.annexes)
    found = {**answer(judged.verdict), "result": judged.result, "completion": needed.as_dict()}
    if annexes:
        found["notes"] = [*found["notes"], *judged.notes]
        found["annexes"] = [_annex(each) for each in judged.annexes]
    return found


def team_lines(found: dict[str, Any]) -> Iterator[str]:
    """What a table of clauses does not show, one line each: what is still needed, the annexes, the notes."""
    yield completion_line(found["completion"])
    for each in found.get("annexes", ()):
        open_ones = [clause["id"] for clause in each["clauses"] if clause["status"] in ("open", "fail", "unknown")]
        lacking = f": {', '.join(open_ones)}" if open_ones else ""
        yield f"{each['partner']} under {each['call']}: {each['result']}{lacking}"
    yield from found["notes"]


def _completed(found: Completion, annexes: Sequence[AnnexVerdict]) -> Completion:
    """Completability with the annexes of partners, which no further partner changes."""
    failed = [f"{each.key}: {clause.id}" for each in annexes for clause in each.verdict.clauses
              if clause.status == "fail" and clause.effect == "ineligible"]  # fmt: skip
    if failed:
        return Completion("dead", collides=tuple(failed))
    if found.state != "dead" and any(each.verdict.result == "incomplete" for each in annexes):
        return Completion("undecided", exact=False, reason="a partner lacks something that its own annex asks for")
    return found


def _annex(each: AnnexVerdict) -> dict[str, Any]:
    return {
        "partner": each.partner,
        "annex": each.key,
        "call": each.verdict.call,
        "result": each.verdict.result,
        "clauses": [_clause(clause) for clause in each.verdict.clauses],
        "notes": list(each.verdict.notes),
    }


def tables_in(data: Path | None, *calls: Call) -> OwnTables:
    """The deployer's sets of countries of a data folder; none where no call refers to one, and then none are read."""
    found = (tables_for(data or Path(DEFAULT_DATA), call) for call in calls)
    return next((tables for tables in found if tables.tables), NO_TABLES)


def named_annexes(given: Iterable[str], data: Path | None = None) -> dict[str, Call]:
    """The annexes written as `DE=file.yaml`. Raises InputError for anything else, and for a key that stands twice."""
    annexes: dict[str, Call] = {}
    for text in given:
        key, equals, file = text.partition("=")
        if not (key and equals and file):
            raise InputError(f"{text[:80]!r} is no annex", hint="write a country or an organisation, =, and a file")
        if key in annexes:
            raise InputError(f"two annexes are given for {key[:80]!r}", hint="give one for each")
        annexes[key] = named_call(file, data)
    return annexes


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


def named_call(name: str, data: Path | None = None) -> Call:
    """A call by its id, or by the path of its file. Raises NotFoundError or InputError."""
    return call_or_path(data or Path(DEFAULT_DATA), name)


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


def _sets(call: Call, own: OwnTables) -> Iterator[str]:
    book = rulebook(call, own=own)
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
