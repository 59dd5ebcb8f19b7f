"""The page of staff: who is seen over a period, where people are lost, whether suggestions go both ways."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from matchmaker.errors import InputError, LockedError, StateError
from matchmaker.measures.browsing import BROWSING
from matchmaker.report.faces import Report, fragment, html
from matchmaker_api.auditing import RIGHT, Look
from matchmaker_api.calls import all_calls
from matchmaker_api.http.asking import Asked
from matchmaker_api.http.principal import Principal, require
from matchmaker_api.http.problems import kind_of
from matchmaker_api.kept_audits import KINDS, Audits
from matchmaker_api.requests import day_of
from matchmaker_api.web.rendering import page
from matchmaker_api.web.views import message_of

router = APIRouter()
Staff = Annotated[Principal, Depends(require(RIGHT))]
_Text = Annotated[str, Query(max_length=64)]
_TITLES: Final[Mapping[str, str]] = {
    "exposure": "Who is seen",
    "funnel": "Where people are lost on the way",
    "balance": "Whether collaboration goes both ways",
}


def _asked(
    kind: _Text = "", start: _Text = "", end: _Text = "", call: _Text = "", browsing: _Text = "logarithmic"
) -> dict[str, str]:
    return {"kind": kind, "start": start, "end": end, "call": call, "browsing": browsing}


Asked_ = Annotated[dict[str, str], Depends(_asked)]


@router.get("/equity")
def equity(matchmaker: Asked, staff: Staff, values: Asked_) -> Response:
    """A period of use: the form, and the report it asks for; never single people."""
    report, message, status = None, "", 200
    try:
        if values["kind"]:  # reading a large log takes a minute: only for somebody who asked for it
            report = _report(matchmaker.audits, _look(values, staff.role), values["kind"])
    except (InputError, LockedError, StateError) as error:
        message, status = message_of(error), kind_of(error).status
    return page(
        "equity.html", status, values=values, message=message, titles=_TITLES, models=tuple(BROWSING),
        calls=sorted(all_calls(matchmaker.data).files), body=None if report is None else fragment(report),
        query=urlencode({name: value for name, value in values.items() if value}),
    )  # fmt: skip


@router.get("/equity/report.html")
def equity_file(matchmaker: Asked, staff: Staff, values: Asked_) -> Response:
    """The same report as one file that loads nothing and runs nothing, to keep, send or print."""
    report = _report(matchmaker.audits, _look(values, staff.role), values["kind"])
    headers = {"Content-Disposition": f'attachment; filename="matchmaker-{values["kind"]}.html"'}
    return Response(html(report), media_type="text/html; charset=utf-8", headers=headers)


def _look(values: Mapping[str, str], role: str) -> Look:
    return Look(
        day_of(values["start"] or None), day_of(values["end"] or None), (), values["browsing"],
        values["call"] or None, role=role,
    )  # fmt: skip


def _report(audits: Audits, look: Look, kind: str) -> Report:
    if kind not in KINDS:
        raise InputError(f"there is no report {kind!r}", hint=f"reports: {', '.join(KINDS)}")
    makers: dict[str, Callable[[Look], Any]] = {
        "exposure": audits.exposure, "funnel": audits.funnel, "balance": audits.balance,
    }  # fmt: skip
    report: Report = makers[kind](look)
    return report
