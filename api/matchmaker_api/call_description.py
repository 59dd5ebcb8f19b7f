"""A call for its readers: one row of a list, every rule as a sentence, its sets on a day, what is wrong with a text."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any, Final

from matchmaker.domain.calls import AnyClause, Call, InternationalRule, type_of
from matchmaker.domain.matches import plain
from matchmaker.errors import InputError, MatchmakerError
from matchmaker.rules.documents import Node, parsed
from matchmaker.rules.language import read_call
from matchmaker.rules.rulebook import Rulebook, rulebook
from matchmaker.rules.wording import holds, sentence
from matchmaker_api.calls import CallFile, tables_for

LONGEST_TEXT: Final = 50_000  # characters of a call file; the longest of the package has 3,000
_MOST_SETS: Final = 200  # the most of the package is 6
_KINDS: Final = {"iero": "European research organisations (IERO)", "io": "International organisations",
                 "eu_body": "Bodies of the Union"}  # fmt: skip
_TERRITORIES: Final = {
    "iso": "A territory counts as itself.",
    "sovereign": "A territory counts as the state it belongs to.",
    "he": "Territories count as Horizon Europe counts them: those linked to a Member State as that state.",
}
# A complaint of the reader: the path in the file (`sets.MS.codes[0]`), then what is wrong there.
_COMPLAINT: Final = re.compile(r"(the document|[a-z]+|[a-z]+[.\[]\S*?)(?:: |(?<=[\w\]]) (?=is ))(.+)", re.DOTALL)
_LINE: Final = re.compile(r"line (\d+), column (\d+)")


def overview(call: Call) -> dict[str, Any]:
    """One row of a list of calls."""
    about = call.provenance
    return {
        "id": call.id, "title": call.title, "funder": call.funder, "programme": call.programme,
        "clauses": len(call.clauses), "reference": call.dates["reference"].isoformat(),
        "confidence": about.confidence, "illustrative": about.illustrative, "retrieved": about.retrieved.isoformat(),
        "source": about.source,
    }  # fmt: skip


def description(file: CallFile, data: Path, at: date | None = None) -> dict[str, Any]:
    """The whole call, its sets as they are on its reference date or on the day `at`.

    `data` is the data folder, whose own tables a call may refer to.
    """
    call, book = file.call, rulebook(file.call, at, tables_for(data, file.call))
    return {
        **overview(call), "topics": list(call.topics), "own": file.own, "file": file.file,
        "provenance": plain_provenance(call),
        "dates": {name: day.isoformat() for name, day in book.dates.items()}, "counting": counting(call),
        "rules": rules(call), "sets": _sets(book), "set_versions": book.set_versions, "yaml": file.text,
    }  # fmt: skip


def plain_provenance(call: Call) -> dict[str, Any]:
    """Where the rules were read, when, how sure that is, and whether a part is invented."""
    about = call.provenance
    return {"source": about.source, "retrieved": about.retrieved.isoformat(), "confidence": about.confidence,
            "illustrative": about.illustrative, "note": about.note}  # fmt: skip


def rules(call: Call) -> list[dict[str, Any]]:
    """Every clause as a sentence made from the rule itself, beside the words its author gave it."""
    return [_rule(clause) for clause in call.clauses]


def counting(call: Call) -> list[str]:
    """Who is counted, and where organisations without a country stand, in sentences."""
    how = call.counting
    said = [f"Counted are partners with the role {_either(how.roles)}." if how.roles else "All partners are counted."]
    said += ["Organisations of one group count once."] if how.independent else []
    said += [f"Not counted: {holds(how.exclude)}."] if how.exclude is not None else []
    return [*said, _TERRITORIES[call.territories], *(_placed(rule) for rule in call.international)]


def checked(text: str, data: Path, file: str = "the file") -> dict[str, Any]:
    """Whether `text` is a call: {valid: true, call, rules}, or {valid: false, errors: [{where, what, hint}]}.

    The reader stops at the first thing that is wrong, so there is one error at a time.
    """
    try:
        _of_a_size(text, file)
        call = read_call(text, file)
        rulebook(call, own=tables_for(data, call))
    except MatchmakerError as error:
        return {"valid": False, "errors": [_complaint(error, file)]}
    except RecursionError:
        deep = InputError(f"{file}: it is nested too deeply", hint="no call needs as much")
        return {"valid": False, "errors": [_complaint(deep, file)]}
    return {"valid": True, "call": overview(call), "rules": rules(call)}


def _of_a_size(text: str, file: str) -> None:
    """Refuse what only somebody who wants to keep this service busy would write: sets rest on one another."""
    written = parsed(text, file)
    sets = written.value.get("sets") if isinstance(written.value, dict) else None
    if isinstance(sets, dict) and len(sets) > _MOST_SETS:
        Node(sets, "sets", file).fail(f"there are {len(sets)} sets", f"at most {_MOST_SETS} are read here")


def _rule(clause: AnyClause) -> dict[str, Any]:
    return {"id": clause.id, "type": type_of(clause), "effect": clause.effect, "on_unknown": clause.on_unknown,
            "sentence": sentence(clause), "text": clause.text, "source": clause.source}  # fmt: skip


def _sets(book: Rulebook) -> list[dict[str, Any]]:
    return [
        {
            "name": name, "codes": sorted(places.members), "uncertain": sorted(places.uncertain),
            "reasons": sorted({reason for code in places.uncertain for reason in places.doubts.get(code, ())}),
            "versions": plain(dict(sorted(places.versions.items()))),
        }
        for name, places in book.sets.items()
    ]  # fmt: skip


def _either(roles: frozenset[str]) -> str:
    return " or ".join(role.replace("_", " ") for role in sorted(roles))


def _placed(rule: InternationalRule) -> str:
    member = f"one more member of {rule.member_of}" if rule.member_of else "a member of no set"
    said = {"distinct": f"count as {member}", "hq": "count where their seat is", "none": "count in no country",
            "review": "are left to a human"}[rule.treatment]  # fmt: skip
    return f"{_KINDS[rule.match]} {said}."


def _complaint(error: MatchmakerError, file: str) -> dict[str, str]:
    said = error.message.removeprefix(f"{file}: ").removeprefix(f"{file} ")
    placed, line = _COMPLAINT.fullmatch(said), _LINE.findall(said)
    if line:
        where, what = "line {}, column {}".format(*line[-1]), said
    else:
        where, what = (placed[1], placed[2]) if placed else ("the document", said)
    return {"where": where, "what": what, "hint": error.hint}
