"""The one table from kinds of errors to HTTP states, and their shape: problem details after RFC 9457.

Every error answer has `type`, `title`, `status`, `detail`, `instance`, `request_id`, and where there is something to
say `hint` and `errors` (a JSON pointer and a message for each wrong value). `type` is the address of a page of this
service that says what the problem means and what to do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from matchmaker import errors


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its address (`/problems/<slug>`), HTTP state, and what to say about it in general."""

    slug: str
    status: int
    title: str
    meaning: str
    remedy: str

    @property
    def address(self) -> str:
        """The relative URL that stands in `type`."""
        return f"/problems/{self.slug}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One answer that is an error. `errors` are {pointer, message} and, where it helps, {allowed}."""

    kind: Kind
    detail: str
    hint: str = ""
    errors: tuple[dict[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def as_dict(self, *, instance: str, request_id: str) -> dict[str, Any]:
        """The problem document of RFC 9457."""
        told: dict[str, Any] = {
            "type": self.kind.address, "title": self.kind.title, "status": self.kind.status, "detail": self.detail,
            "instance": instance, "request_id": request_id,
        }  # fmt: skip
        more = {"hint": self.hint, "errors": list(self.errors)}
        return told | {key: value for key, value in more.items() if value}


INVALID: Final = Kind(
    "invalid-request", 422, "The request is not well formed",
    "A value has the wrong form, is missing, lies outside its range, or has a name that is not known here. Names that "
    "are not known are refused, so that a misspelt option never goes unnoticed.",
    "Read `errors`: each entry points to a value and says what is allowed. /docs lists every operation with examples.",
)  # fmt: skip
NO_SUCH_PAGE: Final = Kind(
    "no-such-address", 404, "There is nothing at this address",
    "The path is not one of this service.", "Start at / in a browser, or at /docs for the operations of the API.",
)  # fmt: skip
WRONG_METHOD: Final = Kind(
    "wrong-method", 405, "This address does not take that method",
    "The address exists, but not for this HTTP method.", "The header `Allow` names the methods that it takes.",
)  # fmt: skip
TOO_LARGE: Final = Kind(
    "too-large", 413, "The request is too large",
    "A request may have 128 KiB at most.", "Send the abstract or the scope of a call rather than a whole document.",
)  # fmt: skip
BAD_REQUEST: Final = Kind(
    "bad-request", 400, "The request cannot be read",
    "The body or the headers are not what HTTP and JSON prescribe.", "Check the encoding (UTF-8) and the syntax.",
)  # fmt: skip
UNAUTHORISED: Final = Kind(
    "unauthorised", 401, "A key is needed, or this one does not hold",
    "Some things are shown to some roles only, and a role is shown by a key. No key was given, or the one that was "
    "given is not known here, has expired or was revoked.",
    "Send the key as `Authorization: Bearer mm_…`, or as the password when the browser asks (any user name). Whoever "
    "runs this service makes keys with `matchmaker keys create`.",
)  # fmt: skip
UNEXPECTED: Final = Kind(
    "unexpected", 500, "Something went wrong here",
    "The service met an error that it does not know. It is written to the service's log under the request id, without "
    "the words of the question or the names of people.",
    "Try again. If it happens again, tell whoever runs this service the request id.",
)  # fmt: skip

TABLE: Final[dict[type[errors.MatchmakerError], Kind]] = {
    errors.UnknownPlaceError: Kind(
        "unknown-place", 422, "A country is not recognised",
        "Countries are looked up, never guessed. A name or code that is not in the tables, or that could mean several "
        "places, is refused.",
        "Give an ISO 3166 code (KE, KEN) or the full English name.",
    ),
    errors.InputError: INVALID,
    errors.NotFoundError: Kind(
        "not-found", 404, "It is not here",
        "The id is not one of this index or store. Answers are kept under the id in `meta.run_id`; people have the ids "
        "that GET /v1/researchers lists.",
        "Check the id. A person may be missing because no source that was ingested names them.",
    ),
    errors.NothingToMatchError: Kind(
        "nothing-to-match", 422, "There is nothing to compare with",
        "The question is well formed, but none of its words, or none of the seeker's works, is known to the index.",
        "Give a few sentences in the words of titles and abstracts.",
    ),
    errors.DamagedIndexError: Kind(
        "index-damaged", 503, "The index is damaged",
        "What lies on disk is not what was published, so it is not used.",
        "Whoever runs this service can publish another generation or build the index again.",
    ),
    errors.StaleIndexError: Kind(
        "index-stale", 503, "The index does not fit this version",
        "The index was made with another encoder, dimension or format.",
        "Whoever runs this service can build the index again.",
    ),
    errors.NoIndexError: Kind(
        "no-index", 503, "There is no index yet",
        "Nothing has been built or published in this data folder.",
        "Whoever runs this service can run `matchmaker ingest` and `matchmaker index build`.",
    ),
    errors.IndexProblem: Kind(
        "index-unusable", 503, "The index cannot be used",
        "The index cannot be trusted or opened.", "Whoever runs this service can build the index again.",
    ),
    errors.GenerationGoneError: Kind(
        "generation-gone", 410, "That index is no longer kept",
        "The answer or cursor belongs to an index that has been replaced and removed. Pages of two indexes are never "
        "mixed.",
        "Ask again; the answer may differ.",
    ),
    errors.StateError: Kind(
        "state-unusable", 503, "Answers cannot be remembered",
        "Every answer is kept, so that it can be explained later. Where it cannot be kept, none is given.",
        "Whoever runs this service can check the data folder: is it full, or may it not be written?",
    ),
    errors.LockedError: Kind(
        "locked", 503, "Somebody else is writing",
        "Another process is writing in the data folder.", "Try again in a moment.",
    ),
    errors.NoSpaceError: Kind(
        "no-space", 503, "The disk is full",
        "The answer could not be kept, and an answer that cannot be kept is not given.",
        "Whoever runs this service can free some space.",
    ),
    errors.RefusedError: Kind(
        "refused", 403, "This is refused",
        "Policy or access rules say no.", "The detail names the rule.",
    ),
    errors.SourceError: Kind(
        "source-unreadable", 422, "A file cannot be read",
        "A file or folder that the question needs cannot be read or written.",
        "Whoever runs this service can check that it exists and may be read.",
    ),
}  # fmt: skip

KINDS: Final[dict[str, Kind]] = {
    kind.slug: kind
    for kind in (*TABLE.values(), UNAUTHORISED, NO_SUCH_PAGE, WRONG_METHOD, TOO_LARGE, BAD_REQUEST, UNEXPECTED)
}
_HTTP: Final = {401: UNAUTHORISED, 404: NO_SUCH_PAGE, 405: WRONG_METHOD, 413: TOO_LARGE, 500: UNEXPECTED}


def kind_of(error: errors.MatchmakerError) -> Kind:
    """The kind of an expected error: that of the nearest class of the tree that stands in the table."""
    found = (TABLE[step] for step in type(error).__mro__ if step in TABLE)
    return next(found, UNEXPECTED)


def problem_of(error: errors.MatchmakerError) -> Problem:
    """What to answer to an expected error."""
    return Problem(kind_of(error), error.message, error.hint)


def http_problem(status: int, headers: Mapping[str, str] | None = None) -> Problem:
    """What to answer where HTTP itself says no: no such path, wrong method, body too large or unreadable."""
    kind = _HTTP.get(status)
    if kind is None:
        kind = BAD_REQUEST if status == 400 else Kind("bad-request", status, HTTPStatus(status).phrase, "", "")
    return Problem(kind, kind.meaning, kind.remedy, headers=headers or {})


def validation_problem(found: Sequence[Mapping[str, Any]]) -> Problem:
    """What to answer to values of the wrong form. `found` are pydantic's errors; the values are not repeated."""
    told = tuple(_told(error) for error in found)
    where = ", ".join(dict.fromkeys(error["pointer"] or "the body" for error in told))
    count = "1 value is" if len(told) == 1 else f"{len(told)} values are"
    return Problem(INVALID, f"{count} not accepted: {where}", "each entry of errors says what is allowed", told)


def _told(error: Mapping[str, Any]) -> dict[str, str]:
    """One wrong value: where (RFC 6901), what is wrong with it, and what is allowed."""
    place = error["loc"][1:] if error["loc"] and error["loc"][0] in ("body", "query", "path") else error["loc"]
    # Where JSON itself is broken, the place is a character, not a value.
    steps = () if error["type"] == "json_invalid" else place
    pointer = "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)
    message = re.sub(r"^Value error, ", "", str(error["msg"]))
    bounds = {name: value for name, value in error.get("ctx", {}).items() if name in _BOUNDS}
    allowed = ", ".join(f"{_BOUNDS[name]} {value}" for name, value in bounds.items())
    return {"pointer": pointer, "message": message} | ({"allowed": allowed} if allowed else {})


_BOUNDS: Final = {
    "ge": "at least", "gt": "more than", "le": "at most", "lt": "less than", "expected": "one of",
    "min_length": "length at least", "max_length": "length at most",
}  # fmt: skip


def openapi_schema() -> dict[str, Any]:
    """The JSON schema of a problem document."""
    text = {"type": "string"}
    entry = {"type": "object", "required": ["pointer", "message"],
             "properties": {"pointer": text, "message": text, "allowed": text}}  # fmt: skip
    return {
        "title": "Problem", "type": "object", "description": "An error, after RFC 9457.",
        "required": ["type", "title", "status", "detail", "instance", "request_id"],
        "properties": {
            "type": text, "title": text, "status": {"type": "integer"}, "detail": text, "hint": text,
            "instance": text, "request_id": text, "errors": {"type": "array", "items": entry},
        },
    }  # fmt: skip
