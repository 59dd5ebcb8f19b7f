"""The pages of calls: look for one, read its rules, check a team against it, check a call file of your own."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from matchmaker.errors import InputError
from matchmaker.rules.rulebook import rulebook
from matchmaker_api import calling
from matchmaker_api.call_description import LONGEST_TEXT, checked, description, overview, rules
from matchmaker_api.calls import FOLDER, CallFile, Fault, all_calls, call_file, matching, tables_for
from matchmaker_api.example_team import example_team
from matchmaker_api.http.asking import Asked
from matchmaker_api.requests import day_of
from matchmaker_api.web import forms, verdicts
from matchmaker_api.web.forms import Filled
from matchmaker_api.web.rendering import page
from matchmaker_api.web.typed import team_in
from matchmaker_api.web.views import message_of

router = APIRouter()
_Words = Annotated[str, Query(max_length=200)]
_Fields = Annotated[dict[str, str], Depends(forms.sent)]


@router.get("/calls")
def calls(matchmaker: Asked, words: _Words = "", funder: _Words = "") -> Response:
    """Every call, or those with all words and of a funder; files that cannot be used are named with the reason."""
    catalogue = all_calls(matchmaker.data)
    found = matching(catalogue, words, funder)
    return page(
        "calls.html", words=words, funder=funder, total=len(catalogue.files), faults=_told(catalogue.faults),
        rows=[{**overview(file.call), "own": file.own} for file in found],
        funders=sorted({file.call.funder for file in catalogue.files.values()}, key=str.casefold),
    )  # fmt: skip


# Before the page of one call, whose address would take this one for an id.
@router.get("/calls/check")
def check_page() -> Response:
    """An empty field for a call file."""
    return _check("", None)


@router.post("/calls/check")
def check(matchmaker: Asked, values: _Fields) -> Response:
    """The rules of a call file as sentences, or what is wrong with it; the text stays in its field."""
    text = values.get("file", "")
    if len(text) > LONGEST_TEXT:
        told: dict[str, Any] = {"valid": False, "errors": [
            {"where": "the document", "what": f"it has {len(text):,} characters",
             "hint": f"at most {LONGEST_TEXT:,} are read here"}]}  # fmt: skip
        return _check(text, told)
    return _check(text, checked(text, matchmaker.data))


@router.get("/calls/{call}")
def call(matchmaker: Asked, call: str) -> Response:
    """A call: every rule as a sentence, its sets of countries, where it was read, and its file."""
    return page("call.html", call=description(call_file(matchmaker.data, call), matchmaker.data))


@router.get("/calls/{call}/team")
def team_page(matchmaker: Asked, call: str) -> Response:
    """A field with a small team to start from."""
    file = call_file(matchmaker.data, call)
    book = rulebook(file.call, own=tables_for(matchmaker.data, file.call))
    example = json.dumps(example_team(book), indent=2)
    return _team(file, Filled({"team": example}), example=True)


@router.post("/calls/{call}/team")
def check_team(matchmaker: Asked, call: str, values: _Fields) -> Response:
    """The verdict on a team, clause by clause; or what is wrong with what was typed, which stays in its field."""
    file = call_file(matchmaker.data, call)
    document, unread = team_in(values.get("team", ""))
    at, wrong_day = _day(values.get("at", ""))
    missing = "" if document is not None or unread else "Write the team as JSON."
    wrong = {"team": unread or missing, "at": wrong_day}
    messages = {name: message for name, message in wrong.items() if message}
    if messages:
        return _team(file, Filled(values, messages), status=422)
    try:
        own = tables_for(matchmaker.data, file.call)
        return _team(file, Filled(values), calling.check_team(file.call, document, at, own=own))
    except InputError as error:
        return _team(file, Filled(values, {"team": message_of(error)}), status=422)


def _check(text: str, told: dict[str, Any] | None) -> Response:
    return page("call_check.html", 200 if told is None or told["valid"] else 422, text=text, checked=told,
                longest=LONGEST_TEXT)  # fmt: skip


def _team(
    file: CallFile, form: Filled, verdict: dict[str, Any] | None = None, *, example: bool = False, status: int = 200
) -> Response:
    """The page of a team, with the verdict where there is one. `example`: what stands in the field is ours."""
    said = {rule["id"]: rule["sentence"] for rule in rules(file.call)}
    told = verdict or {}
    annexes = [{**annex, "found": verdicts.checks(annex["clauses"])} for annex in told.get("annexes", [])]
    return page(
        "call_team.html", status, call=overview(file.call), form=form, example=example, verdict=verdict,
        found=verdicts.checks(told.get("clauses", []), said), completion=verdicts.completion(told.get("completion")),
        annexes=annexes,
    )  # fmt: skip


def _day(given: str) -> tuple[date | None, str]:
    try:
        return day_of(given) if given else None, ""
    except InputError as error:
        return None, message_of(error)


def _told(faults: tuple[Fault, ...]) -> list[dict[str, str]]:
    return [{"file": f"{FOLDER}/{fault.file}", "message": fault.message, "hint": fault.hint} for fault in faults]
