"""Asking for partners, and asking an answer for its reasons again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path
from fastapi.responses import JSONResponse

from matchmaker.domain.matches import MAX_K, MatchResult
from matchmaker_api.http import examples
from matchmaker_api.http.asking import Asked, answered, as_wanted
from matchmaker_api.http.principal import Asker, Principal, require
from matchmaker_api.http.schemas import AbsenceOut, MatchIn, MatchOut, RunOut
from matchmaker_api.http.schemas_batch import BatchIn, BatchOut
from matchmaker_api.http.schemas_officers import WithheldOut

router = APIRouter(tags=["matching"])
RunId = Annotated[str, Path(description="`meta.run_id` of an answer", openapi_examples=examples.RUN_ID)]
Officer = Annotated[Principal, Depends(require("safeguard_reasons"))]
_NOT_KEPT = {"Cache-Control": "private, no-store"}
Rank = Annotated[int, Path(ge=1, le=MAX_K, openapi_examples=examples.RANK)]


@router.post("/match", response_model=MatchOut, responses=examples.ANSWERS)
def match(
    matchmaker: Asked, asker: Asker, wanted: Annotated[MatchIn, Body(openapi_examples=examples.MATCH)]
) -> JSONResponse:
    """Ranked partners across borders for a text, a researcher or both, with every reason. The answer is kept."""
    return JSONResponse(answered(matchmaker, wanted, asker.actor).as_dict())


@router.post("/match/batch", response_model=BatchOut, responses=examples.ANSWERS)
def match_batch(
    matchmaker: Asked, asker: Asker, wanted: Annotated[BatchIn, Body(openapi_examples=examples.BATCH)]
) -> JSONResponse:
    """Lists for several questions made together, so that the same few people are not suggested to everyone."""
    questions = [as_wanted(each) for each in wanted.requests]
    sharing = wanted.sharing
    found = matchmaker.match_many(questions, cap=sharing.cap, guarantee=sharing.guarantee, actor=asker.actor).as_dict()
    meta = found["meta"] | {"generation": matchmaker.corpus.generation, "next_cursor": None}
    return JSONResponse({"meta": meta, "results": found["results"]})


@router.get("/runs/{run_id}", response_model=RunOut, responses=examples.ANSWERS)
def run(matchmaker: Asked, run_id: RunId) -> JSONResponse:
    """An answer as it was given, with its question."""
    kept = matchmaker.runs.get(run_id)
    return JSONResponse({**kept.answer, "created": kept.created, "request": kept.request})


@router.get("/runs/{run_id}/why/{rank}", response_model=MatchResult, responses=examples.ANSWERS)
def why(matchmaker: Asked, asker: Asker, run_id: RunId, rank: Rank) -> JSONResponse:
    """Why somebody has this rank: the parts that sum to the score, the evidence, the verdicts, the equity step."""
    return JSONResponse(matchmaker.why(run_id, rank, asker.actor), headers=_NOT_KEPT)


@router.get("/runs/{run_id}/why-not/{researcher:path}", response_model=AbsenceOut, responses=examples.ANSWERS)
def why_not(
    matchmaker: Asked, asker: Asker, run_id: RunId,
    researcher: Annotated[str, Path(openapi_examples=examples.RESEARCHER)],
) -> JSONResponse:  # fmt: skip
    """Why somebody is not in a list: the filter that removed them, or the rank they have beyond its end."""
    return JSONResponse(matchmaker.why_not(run_id, researcher, asker.actor).as_dict(), headers=_NOT_KEPT)


@router.get("/runs/{run_id}/safeguards", response_model=WithheldOut, responses=examples.ANSWERS)
def safeguards(matchmaker: Asked, officer: Officer, run_id: RunId) -> JSONResponse:
    """For officers: who was held back from a list and who of those shown needs a look, with every reason."""
    return JSONResponse(matchmaker.withheld(run_id, officer.actor), headers=_NOT_KEPT)
