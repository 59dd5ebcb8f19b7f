"""Documents that people type or paste into a field: a team as JSON, terms as YAML or JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from matchmaker.errors import InputError
from matchmaker.rules.documents import parsed
from matchmaker.rules.teams import read_team
from matchmaker.terms.reading import read_declaration
from matchmaker_api.web.views import message_of

# What was read (None for an empty field), and what is wrong with it or "".
Read = tuple[dict[str, Any] | None, str]


def team_in(text: str) -> Read:
    """The document of a team, checked as `check-team` checks it."""
    try:
        return _read(text, _team)
    except json.JSONDecodeError as error:
        return None, f"This is not JSON: {error.msg} in line {error.lineno}, column {error.colno}."


def terms_in(text: str) -> Read:
    """The document of a declaration of terms, checked key by key."""
    return _read(text, _terms)


def _read(text: str, reader: Callable[[str], Any]) -> Read:
    if not text.strip():
        return None, ""
    try:
        return reader(text), ""
    except InputError as error:
        return None, message_of(error)
    except RecursionError:
        return None, "This is nested too deeply."


def _team(text: str) -> Any:
    document = json.loads(text)
    read_team(parsed(text, "the team"))  # finds keys that stand twice, too
    return document


def _terms(text: str) -> Any:
    document = parsed(text, "the terms").value
    read_declaration(document, where="the terms")
    return document
