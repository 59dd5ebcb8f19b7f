"""Who is seen over a period: for programme staff and those who answer for a programme; never single people."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends
from fastapi.responses import JSONResponse

from matchmaker.report.faces import as_json
from matchmaker_api.auditing import RIGHT
from matchmaker_api.http import examples
from matchmaker_api.http.asking import Asked
from matchmaker_api.http.principal import Principal, require
from matchmaker_api.http.schemas_audit import AuditIn, BalanceOut, ExposureOut, FunnelOut

router = APIRouter(tags=["audits"])
Staff = Annotated[Principal, Depends(require(RIGHT))]
_Wanted = Annotated[AuditIn, Body(openapi_examples=examples.AUDIT)]
_NOT_KEPT = {"Cache-Control": "private, no-store"}


@router.post("/audit/exposure", response_model=ExposureOut, responses=examples.ANSWERS)
def audit_exposure(matchmaker: Asked, staff: Staff, wanted: _Wanted) -> JSONResponse:
    """Who is seen, against who could have been: by group with intervals, declared targets, and what they cost."""
    return _answer(matchmaker.audits.exposure(wanted.look(staff.role)))


@router.post("/audit/funnel", response_model=FunnelOut, responses=examples.ANSWERS)
def audit_funnel(matchmaker: Asked, staff: Staff, wanted: _Wanted) -> JSONResponse:
    """Where people are lost on the way from the pool to the list, by group, and at which filter."""
    return _answer(matchmaker.audits.funnel(wanted.look(staff.role)))


@router.post("/audit/balance", response_model=BalanceOut, responses=examples.ANSWERS)
def audit_balance(matchmaker: Asked, staff: Staff, wanted: _Wanted) -> JSONResponse:
    """Who leads joint works, who moves, who is studied without being there, and whether suggestions go both ways."""
    return _answer(matchmaker.audits.balance(wanted.look(staff.role)))


def _answer(report: Any) -> JSONResponse:
    return JSONResponse(as_json(report), headers=_NOT_KEPT)
