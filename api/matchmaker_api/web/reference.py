"""Pages about the service itself: its operations, its problems, its limits."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from matchmaker.errors import NotFoundError
from matchmaker_api.http.asking import Asked
from matchmaker_api.http.problems import KINDS
from matchmaker_api.web.rendering import page

router = APIRouter()
_PUBLIC = {"Cache-Control": "public, max-age=3600"}


@router.get("/docs")
def docs(request: Request) -> Response:
    """Every operation with its parameters and examples, from the OpenAPI document; nothing is loaded from elsewhere."""
    described = request.app.openapi()
    return page("docs.html", headers=_PUBLIC, title=described["info"]["title"], version=described["info"]["version"],
                about=described["info"]["description"], operations=_operations(described))  # fmt: skip


@router.get("/problems")
def problems() -> Response:
    """All problems."""
    kinds = sorted(KINDS.values(), key=lambda kind: (kind.status, kind.slug))
    return page("problems.html", headers=_PUBLIC, kinds=kinds)


@router.get("/problems/{slug}")
def problem(slug: str) -> Response:
    """What one problem means and what to do."""
    if slug not in KINDS:
        raise NotFoundError(f"no problem is called {slug!r}", hint="/problems lists all")
    return page("problem_kind.html", headers=_PUBLIC, kind=KINDS[slug])


@router.get("/about")
def about(matchmaker: Asked) -> Response:
    """What the tool does, its limits, and how accessible it is."""
    return page("about.html", headers=_PUBLIC, as_of=matchmaker.corpus.as_of, encoder=matchmaker.corpus.encoder.id)


def _operations(described: dict[str, Any]) -> list[dict[str, Any]]:
    """The operations in a flat form for the page."""
    return [
        {
            "id": told["operationId"], "method": method.upper(), "path": path, "says": told.get("description", ""),
            "parameters": told.get("parameters", []), "fields": _fields(described, told),
            "requests": _requests(told), "answer": _answer(told),
        }
        for path, methods in described["paths"].items()
        for method, told in methods.items()
    ]  # fmt: skip


def _fields(described: dict[str, Any], told: dict[str, Any]) -> list[dict[str, str]]:
    """Name, meaning, form and default of each value of a request's body."""
    content = told.get("requestBody", {}).get("content", {}).get("application/json", {})
    if not content:
        return []
    schemas = described["components"]["schemas"]
    properties = schemas[content["schema"]["$ref"].rpartition("/")[2]]["properties"]
    return [
        {
            "name": name, "what": about.get("description", ""), "form": _form_of(about),
            "default": json.dumps(about["default"]) if about.get("default") is not None else "",
        }
        for name, about in properties.items()
    ]  # fmt: skip


def _form_of(schema: dict[str, Any]) -> str:
    """A JSON schema in a few words."""
    if "anyOf" in schema:
        return " or ".join(_form_of(choice) for choice in schema["anyOf"] if choice.get("type") != "null")
    if "$ref" in schema:
        return "object, see the schema " + str(schema["$ref"]).rpartition("/")[2]
    bounds = [f"{word} {schema[key]:g}" for key, word in _BOUNDS.items() if key in schema]
    inner = f" of {_form_of(schema['items'])}" if "items" in schema else ""
    return ", ".join([f"{schema.get('format') or schema.get('type', 'any')}{inner}", *bounds])


_BOUNDS = {"minimum": "at least", "maximum": "at most", "minLength": "length from", "maxLength": "length up to"}


def _requests(told: dict[str, Any]) -> list[tuple[str, str]]:
    """(summary, JSON) of each request example."""
    content = told.get("requestBody", {}).get("content", {}).get("application/json", {})
    return [(example["summary"], _pretty(example["value"])) for example in content.get("examples", {}).values()]


def _answer(told: dict[str, Any]) -> str:
    return _pretty(told["responses"]["200"]["content"]["application/json"]["example"])


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
