"""From a template and values to a page. Everything is escaped; nothing is loaded from anywhere else."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import quote

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.staticfiles import StaticFiles

from matchmaker_api import equity_words, verdict_words, wording
from matchmaker_api.web import verdicts, views


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("matchmaker_api.web", "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters |= {
        "in_path": lambda text: quote(str(text), safe=""),
        "number": lambda value: f"{value:,}",
        "percent": lambda share: f"{100 * share:.0f} %",
        "marked": views.marked,
    }
    environment.globals |= {
        "country_text": wording.country_text, "step_text": wording.step_text, "feature_text": wording.feature_text,
        "equity_text": wording.equity_text, "lift_text": wording.lift_text, "path_text": wording.path_text,
        "BANDS": wording.BANDS, "group_text": equity_words.group_text,
        "CHANNELS": wording.CHANNELS, "place_name": views.place_name, "verdict_badges": verdicts.badges,
        "RESULTS": verdicts.RESULTS, "CONSEQUENCES": verdicts.CONSEQUENCES, "CONFIDENCE": verdicts.CONFIDENCE,
        "OUTCOMES": verdicts.OUTCOMES, "OUTCOME_WORDS": verdict_words.OUTCOMES, "TIERS": verdicts.TIERS,
    }  # fmt: skip
    return environment


def page(template: str, status: int = 200, headers: Mapping[str, str] | None = None, **values: Any) -> HTMLResponse:
    """A page; a value that a template needs and does not get is an error, never an empty place."""
    html = _environment().get_template(template).render(**values)
    return HTMLResponse(html, status, dict(headers or {}))


def error_page(problem: dict[str, Any], headers: Mapping[str, str]) -> HTMLResponse:
    """A problem document as a page."""
    told = {"hint": "", "errors": [], **problem}
    return page("problem.html", problem["status"], headers, problem=told)


def static_files() -> StaticFiles:
    """The style sheet and the icon."""
    return _Static(packages=[("matchmaker_api.web", "static")])


class _Static(StaticFiles):
    """Static files that a browser keeps for an hour and then asks for by their ETag."""

    def file_response(self, *args: Any, **kwargs: Any) -> Any:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "public, max-age=3600"
        return response
