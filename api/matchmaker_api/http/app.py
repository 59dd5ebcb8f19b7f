"""The application: routes, the one shape of errors, and the layer that every request passes."""

from __future__ import annotations

import json
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from matchmaker.errors import MatchmakerError
from matchmaker_api.assemble import Matchmaker
from matchmaker_api.http import examples
from matchmaker_api.http.envelope import Envelope, request_id_of
from matchmaker_api.http.problems import Problem, http_problem, openapi_schema, problem_of, validation_problem
from matchmaker_api.http.routes import audits, calls, health, matching, people, places
from matchmaker_api.web import pages, reference
from matchmaker_api.web.rendering import error_page, static_files

_ABOUT = (
    "Finds research partners across borders: ranked, filtered by rule, re-ranked for equity, explained. Errors are "
    "problem documents after RFC 9457; names that are not known are refused."
)


def create_app(matchmaker: Matchmaker) -> FastAPI:
    """The service for one opened Matchmaker; the caller closes it."""
    app = described()
    app.state.matchmaker = matchmaker
    return app


def described() -> FastAPI:
    """The application without an index: enough to describe its operations, not to answer."""
    app = FastAPI(
        title="matchmaker", version=health.VERSION, description=_ABOUT, docs_url=None, redoc_url=None,
        openapi_url=None, generate_unique_id_function=lambda route: route.name, redirect_slashes=False,
    )  # fmt: skip
    for routes in (matching.router, calls.router, people.router, places.router, audits.router):
        app.include_router(routes, prefix="/v1")
    app.include_router(health.router)
    app.include_router(reference.router, include_in_schema=False)
    app.include_router(pages.router, include_in_schema=False)
    app.add_api_route("/openapi.json", _openapi_route, include_in_schema=False, name="openapi")
    app.mount("/static", static_files(), name="static")
    app.openapi = lambda: openapi_document(app)  # type: ignore[method-assign]
    app.add_middleware(Envelope, respond=respond)
    _answer_errors(app)
    return app


def openapi_document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, with problem documents for every error."""
    told = FastAPI.openapi(app)  # made once and kept by FastAPI
    told["components"]["schemas"]["Problem"] = openapi_schema()
    examples.shown_in(told)
    return told


def respond(request: Request, problem: Problem) -> Response:
    """A problem as JSON for programs and as a page for browsers; both say the same."""
    told = problem.as_dict(instance=request.url.path, request_id=request_id_of(request))
    headers = dict(problem.headers)
    if _is_for_people(request):
        return error_page(told, headers)
    return Response(
        json.dumps(told, ensure_ascii=False, allow_nan=False).encode(), problem.kind.status, headers,
        "application/problem+json",
    )  # fmt: skip


def _is_for_people(request: Request) -> bool:
    return not request.url.path.startswith("/v1/") and "text/html" in request.headers.get("accept", "")


def _answer_errors(app: FastAPI) -> None:
    @app.exception_handler(MatchmakerError)
    def expected(request: Request, error: MatchmakerError) -> Response:
        return respond(request, problem_of(error))

    @app.exception_handler(RequestValidationError)
    def malformed(request: Request, error: RequestValidationError) -> Response:
        return respond(request, validation_problem(error.errors()))

    @app.exception_handler(HTTPException)
    def refused(request: Request, error: HTTPException) -> Response:
        return respond(request, http_problem(error.status_code, error.headers))


def _openapi_route(request: Request) -> JSONResponse:
    return JSONResponse(request.app.openapi(), headers={"Cache-Control": "public, max-age=3600"})
