"""The page of staff: who is seen over a period, where people are lost, whether suggestions go both ways."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

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
_TITLES: Final[Mapping[str, str]] = {
    "exposure": "Who is seen",
    "funnel": "Where people are lost on the way",
    "balance": "Whether collaboration goes both ways",
}


class AuditPageIn(BaseModel):
    """The words of the page; any other is refused, because a misspelt period would show another one."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    kind: Literal["", "exposure", "funnel", "balance"] = ""
    start: Annotated[str, Field(alias="from", max_length=10)] = ""
    end: Annotated[str, Field(alias="to", max_length=10)] = ""
    call: Annotated[str, Field(max_length=64)] = ""
    browsing: Annotated[str, Field(max_length=20)] = "logarithmic"

    def words(self) -> dict[str, str]:
        """As they stand in an address."""
        return self.model_dump(by_alias=True)


_Words = Annotated[AuditPageIn, Query()]


@router.get("/equity")
def equity(matchmaker: Asked, staff: Staff, wanted: _Words) -> Response:
    """A period of use: the form, and the report it asks for; never single people."""
    values = wanted.words()
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
def equity_file(matchmaker: Asked, staff: Staff, wanted: _Words) -> Response:
    """The same report as one file that loads nothing and runs nothing, to keep, send or print."""
    values = wanted.words()
    report = _report(matchmaker.audits, _look(values, staff.role), values["kind"])
    headers = {"Content-Disposition": f'attachment; filename="matchmaker-{values["kind"]}.html"'}
    return Response(html(report), media_type="text/html; charset=utf-8", headers=headers)


def _look(values: Mapping[str, str], role: str) -> Look:
    return Look(
        day_of(values["from"] or None), day_of(values["to"] or None), (), values["browsing"],
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
