"""Who is asking: nobody in particular (a researcher), or the holder of a key.

A key comes as `Authorization: Bearer mm_…`, or as the password of HTTP Basic with any user name, which is what a
browser can ask for. Whoever shows something that is no key of today is refused; they are never taken for a visitor,
who would see less without being told why. Keys are not logged.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Request
from starlette.exceptions import HTTPException

from matchmaker.errors import RefusedError
from matchmaker_api.access import VISITOR, may, table
from matchmaker_api.http.asking import Asked
from matchmaker_api.state.database import STATE
from matchmaker_api.state.keys import KeyStore
from matchmaker_api.state.safeguard_log import Actor

# Basic stands first: browsers take the first challenge that they know.
CHALLENGE: Final = 'Basic realm="matchmaker", charset="UTF-8", Bearer realm="matchmaker"'
_READING: Final = ("GET", "HEAD", "OPTIONS")
_OWN_PAGES: Final = ("same-origin", "none", None)


@dataclass(frozen=True, slots=True)
class Principal:
    """Whoever asks: their role, and the id of their key; None for somebody who showed none."""

    role: str
    key_id: str | None = None

    @property
    def actor(self) -> Actor:
        """As logs name them."""
        return Actor(self.role, self.key_id or "")


def principal(request: Request, matchmaker: Asked) -> Principal:
    """Who is asking. Raises 401 for a key that does not hold, RefusedError for a form sent from another site."""
    given = request.headers.getlist("authorization")
    if not given:
        return Principal(VISITOR)
    key = KeyStore(matchmaker.data / STATE).holder(_key_in(given[0])) if len(given) == 1 else None
    if key is None:
        raise _unauthorised()
    # A browser sends a remembered password with every form, whichever site the form stands on.
    if request.method not in _READING and request.headers.get("sec-fetch-site") not in _OWN_PAGES:
        raise RefusedError("this request comes from another site", hint="send it from a page of this service")
    return Principal(key.role, key.id)


Asker = Annotated[Principal, Depends(principal)]


def require(what: str) -> Callable[[Principal], Principal]:
    """A dependency that lets through those who may see `what` (see `access.toml`).

    It asks for a key where none was shown (401), and raises RefusedError (403) where the role may not. Raises
    InputError when it is made for a right that does not exist.
    """
    may(VISITOR, what)

    def allowed(asker: Asker) -> Principal:
        if may(asker.role, what):
            return asker
        if asker.key_id is None:
            raise _unauthorised()
        roles = ", ".join(sorted(table()[what].roles))
        raise RefusedError(f"the role {asker.role} may not see this: {table()[what].means}", hint=f"roles: {roles}")

    return allowed


def _unauthorised() -> HTTPException:
    return HTTPException(401, headers={"WWW-Authenticate": CHALLENGE})


def _key_in(authorization: str) -> str:
    """The key in a header; what is none gives a text that is no key."""
    scheme, _, credentials = authorization.partition(" ")
    credentials = credentials.strip()
    if scheme.casefold() == "bearer":
        return credentials
    if scheme.casefold() != "basic":
        return ""
    try:
        return base64.b64decode(credentials, validate=True).decode().partition(":")[2]
    except ValueError:
        return ""
