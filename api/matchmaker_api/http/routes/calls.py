"""Calls: which there are, what their rules say, how a team stands under them, whether a call file is well formed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Path, Query
from fastapi.responses import JSONResponse

from matchmaker_api import calling
from matchmaker_api import calls as known
from matchmaker_api.call_description import checked, description, overview
from matchmaker_api.http import examples
from matchmaker_api.http.asking import Asked
from matchmaker_api.http.schemas import AtIn
from matchmaker_api.http.schemas_calls import (
    CALL,
    CALL_TEXT,
    TEAM,
    CallCheckOut,
    CallOut,
    CallsIn,
    CallsOut,
    CallTextIn,
    TeamIn,
    TeamVerdictOut,
)

router = APIRouter(tags=["calls"])
_CallId = Annotated[str, Path(max_length=64, openapi_examples=CALL)]


@router.get("/calls", response_model=CallsOut, responses=examples.ANSWERS)
def calls(matchmaker: Asked, wanted: Annotated[CallsIn, Query()]) -> JSONResponse:
    """The calls whose rules are known: those of the package and those of this installation, by id, all on one page."""
    catalogue = known.all_calls(matchmaker.data)
    rows = [overview(file.call) for file in known.matching(catalogue, wanted.search, wanted.funder)]
    notes = [f"{known.FOLDER}/{fault.file} is not used: {fault.message}" for fault in catalogue.faults]
    meta = {"count": len(rows), "next_cursor": None, "generation": matchmaker.corpus.generation, "notes": notes}
    return JSONResponse({"meta": meta, "results": rows})


@router.get("/calls/{call}", response_model=CallOut, responses=examples.ANSWERS)
def call(matchmaker: Asked, call: _CallId, day: Annotated[AtIn, Query()]) -> JSONResponse:
    """A call with every rule as a sentence, and its sets as they are on its reference date or on another day."""
    return JSONResponse(description(known.call_file(matchmaker.data, call), matchmaker.data, day.at))


@router.post("/calls/{call}/check-team", response_model=TeamVerdictOut, responses=examples.ANSWERS)
def check_team(
    matchmaker: Asked, call: _CallId, team: Annotated[TeamIn, Body(openapi_examples=TEAM)],
    day: Annotated[AtIn, Query()],
) -> JSONResponse:  # fmt: skip
    """How a team stands: eligible, incomplete (what it needs), to be reviewed, or ineligible (why). Nothing is kept."""
    asked = known.call_named(matchmaker.data, call)
    own = known.tables_for(matchmaker.data, asked)
    return JSONResponse(calling.check_team(asked, team.document(), day.at, own=own))


@router.post("/calls/validate", response_model=CallCheckOut, responses=examples.ANSWERS)
def validate_call(matchmaker: Asked, given: Annotated[CallTextIn, Body(openapi_examples=CALL_TEXT)]) -> JSONResponse:
    """Whether a call file is well formed: its rules as sentences, or what is wrong and where. Nothing is kept."""
    return JSONResponse(checked(given.text, matchmaker.data))
