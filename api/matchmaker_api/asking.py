"""What may be asked for, and the question it makes: one translation for Python, the command line, HTTP and pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, Final, TypedDict, Unpack

from matchmaker.domain.matches import CallDocument, MatchRequest
from matchmaker.domain.policies import Policy, Sharing
from matchmaker.errors import InputError, NotFoundError
from matchmaker.fairness.targets import exact_share
from matchmaker.matching.corpus import Corpus
from matchmaker_api import policies, requests


class Wanted(TypedDict, total=False):
    """Everything beside the text; all of it may be left out.

    Countries may be codes or names, `as_of` a date or "YYYY-MM-DD", `policy` a Policy or its table (without one, that
    of the installation). `call` is the id of a call (or its document), whose rules then say who may join `team` (its
    JSON document; without one, the seeker's own organisation) and in which role; `only_helpful` leaves out whoever
    brings it no nearer. `terms` is what the seeker declares.
    """

    researcher: str | None
    k: int
    countries: str | Sequence[str]
    not_countries: str | Sequence[str]
    home: str | None
    include_known: bool
    include_unknown_country: bool
    strict: bool
    as_of: date | str | None
    policy: Policy | dict[str, Any] | None
    call: str | CallDocument | None
    team: dict[str, Any] | None
    seeker_role: str | None
    sought_role: str | None
    only_helpful: bool
    terms: dict[str, Any] | None
    require_compatible: bool


_KNOWN: Final = frozenset(Wanted.__annotations__)
_SWITCHES: Final = ("include_known", "include_unknown_country", "strict", "require_compatible")


def request_of(data: Path, corpus: Corpus, text: str | None = None, **wanted: Unpack[Wanted]) -> MatchRequest:
    """The question. Raises InputError, UnknownPlaceError and NotFoundError for what cannot be meant."""
    if unknown := sorted(wanted.keys() - _KNOWN):
        raise InputError(
            f"unknown words in a question: {', '.join(unknown)}", hint=f"known: {', '.join(sorted(_KNOWN))}"
        )
    call = wanted.get("call")
    researcher, home = wanted.get("researcher"), wanted.get("home")
    return MatchRequest(
        text=requests.text_of(text),
        researcher=None if researcher is None else requests.researcher_id(corpus, researcher),
        k=requests.whole_number(wanted.get("k", 20)),
        countries=requests.countries(wanted.get("countries", ())),
        not_countries=requests.countries(wanted.get("not_countries", ())),
        home=None if home is None else requests.countries(home)[0],
        **{name: bool(wanted.get(name, False)) for name in _SWITCHES},
        as_of=requests.day_of(wanted.get("as_of")),
        policy=policies.policy_for(data, wanted.get("policy")),
        call=requests.under_call(
            requests.call_document(data, call) if isinstance(call, str) else call,
            team=wanted.get("team"), seeker_role=wanted.get("seeker_role"), sought_role=wanted.get("sought_role"),
            only_helpful=wanted.get("only_helpful", False),
        ),
        terms=wanted.get("terms"),
    )  # fmt: skip


def numbered(number: int, data: Path, corpus: Corpus, question: Mapping[str, Any]) -> MatchRequest:
    """One of several questions; what is wrong with it is told with its number. Raises as `request_of`."""
    try:
        return request_of(data, corpus, **question)
    except (InputError, NotFoundError) as error:
        raise type(error)(f"question {number}: {error.message}", hint=error.hint) from error


def sharing_of(cap: int | None, guarantee: Fraction | str | float | None) -> Sharing:
    """How people are shared among lists. Raises InputError for a cap below 1 and a guarantee outside (0, 1]."""
    if cap is not None and (not isinstance(cap, int) or isinstance(cap, bool) or cap < 1):
        raise InputError(f"cap is {cap!r}", hint="give a whole number from 1: the most lists that anybody may be in")
    if guarantee is None:
        return Sharing(cap)
    part = exact_share("guarantee", guarantee)
    if not 0 < part <= 1:
        raise InputError(f"guarantee is {guarantee!r}", hint='write a number above 0 and up to 1: 0.5 or "1/2"')
    return Sharing(cap, part)
