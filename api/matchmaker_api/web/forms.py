"""The search form: from what a browser sends to a question, or to a message beside each field that is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from fastapi import HTTPException, Request
from pydantic import ValidationError

from matchmaker.errors import MatchmakerError, NotFoundError, RefusedError
from matchmaker.matching.corpus import Corpus
from matchmaker.places.resolve import code_of, display_name, resolve
from matchmaker_api.http.problems import validation_problem
from matchmaker_api.http.schemas import MatchIn
from matchmaker_api.requests import researcher_id
from matchmaker_api.web.typed import team_in, terms_in
from matchmaker_api.web.views import message_of

FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 40
_FLAGS = ("include_known", "include_unknown_country", "strict", "only_helpful", "require_compatible")
_LISTS = ("countries", "not_countries")
_TEXTS = ("text", "researcher", "home", "as_of")
_ROLES = ("seeker_role", "sought_role")
DOCUMENTS = ("team", "terms", "file")


@dataclass(frozen=True, slots=True)
class Filled:
    """The fields as somebody filled them in, and a message for each that is wrong ("" is the form as a whole)."""

    values: Mapping[str, str]
    messages: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """What stands in a field."""
        return self.values.get(name, "")

    def used(self, *names: str) -> bool:
        """Whether one of these fields is filled in or has a message, and so must not be folded away."""
        return any(self.get(name) or name in self.messages for name in names)


INSTALLED = "installed"  # the equity step as the policy of the installation has it
_TARGETS = ("pool", "uniform", "none")
BLANK = Filled({"k": "20", "target": INSTALLED})


async def sent(request: Request) -> dict[str, str]:
    """The fields of a form. Raises RefusedError for one that another site sent, HTTPException for another encoding."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise RefusedError("this form was sent from another site", hint="open this service and fill in its own form")
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise HTTPException(400)
    try:
        body = (await request.body()).decode("ascii")
        pairs = parse_qsl(body, keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
    except ValueError as error:
        raise HTTPException(400) from error
    return {name: _tidy(name, value.replace("\r\n", "\n")) for name, value in pairs}


def _tidy(name: str, value: str) -> str:
    """Without the spaces around it; a document stays as it was typed, since its first spaces may be indentation."""
    return value if name in DOCUMENTS else value.strip()


def question(corpus: Corpus, values: Mapping[str, str]) -> tuple[MatchIn | None, dict[str, str]]:
    """The question that a form asks; None and a message for each wrong field where it cannot be asked."""
    documents, unread = _documents(values)
    wrong = _unknown_places(values) | _unknown_person(corpus, values) | unread
    try:
        wanted = MatchIn.model_validate(_as_body(values) | documents)
    except ValidationError as error:
        told = validation_problem([dict(e) for e in error.errors()]).errors
        wrong = {_field_of(e["pointer"]): e["message"] for e in told} | wrong
        return None, wrong
    return (None, wrong) if wrong else (wanted, {})


def _documents(values: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """The documents that were typed, and a message for each that cannot be used."""
    read = {"team": team_in(values.get("team", "")), "terms": terms_in(values.get("terms", ""))}
    return (
        {name: document for name, (document, _) in read.items() if document is not None},
        {name: message for name, (_, message) in read.items() if message},
    )


def filled_from(request: Mapping[str, Any], call: str = "") -> dict[str, str]:
    """The fields of a form that asks the question of a run again.

    `call` is the id of the call whose rules it was asked under; without it that part is left out.
    """
    texts = {name: request[name] or "" for name in _TEXTS}
    lists = {name: ", ".join(_one_name(code) for code in request[name]) for name in _LISTS}
    flags = {name: "yes" for name in _FLAGS if request.get(name)}
    policy = request["policy"]
    own = policy["name"] == "custom" and policy["equity"]["target"] in _TARGETS
    asked = {"k": str(request["k"]), "target": policy["equity"]["target"] if own else INSTALLED}
    return {**texts, **lists, **flags, **asked, **_under(request, call)}


def _under(request: Mapping[str, Any], call: str) -> dict[str, str]:
    """The fields about the call `call`, the team and the terms, which older runs do not have."""
    under, terms = request.get("call"), request.get("terms")
    told = {} if terms is None else {"terms": json.dumps(terms, ensure_ascii=False, indent=2)}
    if under is None or not call:
        return told
    team = "" if under["team"] is None else json.dumps(under["team"], ensure_ascii=False, indent=2)
    roles = {name: under[name] or "" for name in _ROLES}
    return {**told, **roles, "call": call, "team": team, **({"only_helpful": "yes"} if under["only_helpful"] else {})}


def _one_name(code: str) -> str:
    """A country as the form takes it: by its name, unless that would be read as two (a comma) or refused (Guinea)."""
    name = display_name(code)
    return name if named(name) == [name] and resolve(name).code == code else code


def _as_body(values: Mapping[str, str]) -> dict[str, Any]:
    """The body that the API would be sent; empty fields are left out."""
    body: dict[str, Any] = {name: values[name] for name in (*_TEXTS, *_ROLES, "call") if values.get(name)}
    body |= {name: named(values[name]) for name in _LISTS if values.get(name)}
    body |= {name: True for name in _FLAGS if values.get(name)}
    k, target = values.get("k", ""), values.get("target", "")
    body |= {"k": int(k) if k.isdecimal() and len(k) < 6 else k} if k else {}
    return body | ({"policy": {"equity": {"target": target}}} if target and target != INSTALLED else {})


def named(text: str) -> list[str]:
    """The countries of a list with commas, semicolons or line breaks."""
    return [part.strip() for part in re.split(r"[,;\n]", text) if part.strip()]


def _unknown_places(values: Mapping[str, str]) -> dict[str, str]:
    wrong = {}
    for name in (*_LISTS, "home"):
        for given in named(values.get(name, "")):
            try:
                code_of(given)
            except MatchmakerError as error:
                wrong[name] = message_of(error)
                break
    return wrong


def _unknown_person(corpus: Corpus, values: Mapping[str, str]) -> dict[str, str]:
    if not values.get("researcher"):
        return {}
    try:
        researcher_id(corpus, values["researcher"])
    except NotFoundError as error:
        return {"researcher": message_of(error)}
    return {}


def _field_of(pointer: str) -> str:
    name = pointer.strip("/").partition("/")[0]
    return "target" if name == "policy" else name
