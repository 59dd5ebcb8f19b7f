"""What every answer carries and every request is held to: a request id, safe headers, a size limit, no leaks.

One ASGI layer around the whole application, so that no route can forget it.
"""

from __future__ import annotations

import logging
import re
import traceback
import uuid
from collections.abc import Callable
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from matchmaker_api.http.problems import UNEXPECTED, Problem, http_problem

# 20,000 characters of any script, escaped in JSON, and room for the rest.
MAX_BODY: Final = 128 * 1024
CSP: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# Answers are about people unless a route says otherwise.
PRIVATE: Final = "private, no-store"
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9-]{8,64}")
_log = logging.getLogger("matchmaker_api.http")

Respond = Callable[[Request, Problem], Response]


class Envelope:
    """ASGI layer. `respond` turns a problem into an answer in the form the client asked for."""

    def __init__(self, app: ASGIApp, respond: Respond) -> None:
        # Chunked bodies are counted as they arrive; those that announce their length are refused before they are read.
        self._app = RequestBodyLimitMiddleware(app, max_body_size=MAX_BODY)
        self._respond = respond

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer for the application where it is too large or fails."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(Headers(scope=scope))
        scope.setdefault("state", {})["request_id"] = request_id
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                _add_headers(MutableHeaders(scope=message), request_id)
            await send(message)

        if scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}  # the server sends no body for a HEAD
        if _announced(Headers(scope=scope)) > MAX_BODY:
            await self._respond(Request(scope), http_problem(413))(scope, receive, send_with_headers)
            return
        try:
            await self._app(scope, receive, send_with_headers)
        except Exception as error:
            _log.error("request %s failed: %s", request_id, where_it_failed(error))
            if started:
                raise ConnectionAbortedError("the answer broke off; see the log") from None
            problem = Problem(UNEXPECTED, UNEXPECTED.meaning, UNEXPECTED.remedy)
            await self._respond(Request(scope), problem)(scope, receive, send_with_headers)


def where_it_failed(error: BaseException) -> str:
    """The class of an error and the lines it passed, without its message: messages may repeat what somebody asked."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    passed = " > ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames)
    return f"{type(error).__name__} at {passed}"


def request_id_of(request: Request) -> str:
    """The id under which this request is logged."""
    return str(request.scope.get("state", {}).get("request_id", ""))


def _request_id(headers: Headers) -> str:
    """The client's own id where it has a harmless form, else a new one."""
    given = headers.get("x-request-id", "")
    return given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex


def _announced(headers: Headers) -> int:
    length = headers.get("content-length", "")
    return int(length) if length.isdecimal() and len(length) < 20 else 0


def _add_headers(headers: MutableHeaders, request_id: str) -> None:
    headers["X-Request-ID"] = request_id
    headers.setdefault("Cache-Control", PRIVATE)
    for name, value in HEADERS.items():
        headers[name] = value
