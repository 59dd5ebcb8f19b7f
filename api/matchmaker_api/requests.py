"""From what people type to a MatchRequest, and back to what a run stores: one translation for all faces."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import date
from pathlib import Path
from typing import Any

from matchmaker.domain.identifiers import openalex, orcid
from matchmaker.domain.matches import MatchRequest
from matchmaker.domain.policies import Equity, Policy, Weights
from matchmaker.errors import InputError, NotFoundError, SourceError
from matchmaker.matching.corpus import Corpus
from matchmaker.places.resolve import code_of
from matchmaker.places.sets import INCOME_GROUPS


def researcher_id(corpus: Corpus, given: str) -> str:
    """The id in the index of somebody named by their id, OpenAlex id or ORCID in any usual spelling."""
    for spelling in (lambda text: text, openalex):
        try:
            return corpus.researcher(corpus.person_number(spelling(given))).id
        except (NotFoundError, InputError):
            continue  # not this kind of identifier; the last try below says what is wrong
    try:
        return corpus.researcher(corpus.person_by_orcid(orcid(given))).id
    except InputError:
        raise NotFoundError(
            f"no researcher {given!r} in this index", hint="give an id of the index, an OpenAlex id or an ORCID"
        ) from None


def countries(given: str | Sequence[str]) -> tuple[str, ...]:
    """Alpha-2 codes of countries named in any spelling; one name alone is one country. Raises UnknownPlaceError."""
    return tuple(code_of(text) for text in ([given] if isinstance(given, str) else given))


def text_of(given: Any) -> str | None:
    """A query in words, or none."""
    if given is not None and not isinstance(given, str):
        raise InputError(f"the text is {type(given).__name__}", hint="give words")
    return given


def whole_number(given: Any) -> int:
    """How many results."""
    if not isinstance(given, int) or isinstance(given, bool):
        raise InputError(f"k is {given!r}", hint="give a whole number from 1 to 200")
    return given


def day_of(given: date | str | None) -> date | None:
    """A date, or one written YYYY-MM-DD."""
    if not isinstance(given, str):
        return given
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise InputError(f"{given!r} is no date", hint="write YYYY-MM-DD") from error


def no_call_yet(call: str | None) -> None:
    """Refuse a call by name, which would otherwise change nothing unnoticed."""
    if call is not None:
        raise InputError("calls are not part of this version", hint="put the scope of the call into the text")


def policy_from(path: Path | None) -> Policy:
    """Read a policy file (TOML); None gives the default. Unknown keys are errors: a typo must not switch equity off."""
    if path is None:
        return Policy()
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SourceError(f"cannot read the policy {path}: {error}", hint="see docs/reference/policy.md") from error
    return policy_of(table)


def policy_of(table: dict[str, Any]) -> Policy:
    """A policy from its JSON or TOML form {name, weights, equity}; what is left out keeps its default."""
    _only(table, ("name", "weights", "equity"), "policy")
    weights, equity = table.get("weights", {}), table.get("equity", {})
    _only(weights, [field.name for field in fields(Weights)], "weights")
    _only(equity, [field.name for field in fields(Equity)], "equity")
    if not isinstance(equity.get("no_floor_for", []), list | tuple):
        raise InputError("equity.no_floor_for must be a list of groups", hint='for example ["H"]')
    spared = equity.get("no_floor_for", Equity().no_floor_for if equity.get("method", "floors") == "floors" else ())
    policy = Policy(
        str(table.get("name", "custom" if table else "default")),
        Weights(**weights),
        Equity(**{**equity, "no_floor_for": tuple(spared)}),
    )
    _check(policy)
    return policy


def as_stored(request: MatchRequest) -> dict[str, Any]:
    """A request as JSON values."""
    stored = asdict(request)
    stored["as_of"] = None if request.as_of is None else request.as_of.isoformat()
    return stored


def as_asked(stored: dict[str, Any]) -> MatchRequest:
    """The request of a stored run."""
    as_of = stored["as_of"]
    plain = {
        **stored,
        "policy": policy_of(stored["policy"]),
        "as_of": None if as_of is None else date.fromisoformat(as_of),
    }
    return MatchRequest(
        **{**plain, "countries": tuple(stored["countries"]), "not_countries": tuple(stored["not_countries"])}
    )


def _only(table: Any, known: tuple[str, ...] | list[str], what: str) -> None:
    if not isinstance(table, dict):
        raise InputError(f"{what} must be a table of keys and values", hint="see docs/reference/policy.md")
    if unknown := sorted(set(table) - set(known)):
        raise InputError(f"unknown keys in {what}: {', '.join(unknown)}", hint=f"known are {', '.join(sorted(known))}")


_GROUPS = (*INCOME_GROUPS, "unknown")
_CHOICES = {
    "target": ("pool", "uniform", "none"),
    "method": ("floors", "detconstsort", "detgreedy", "detcons", "detrelaxed"),
    "attribute": ("income_group",),
}


def _check(policy: Policy) -> None:
    for key, allowed in _CHOICES.items():
        if getattr(policy.equity, key) not in allowed:
            raise InputError(
                f"equity.{key} is {getattr(policy.equity, key)!r}", hint=f"allowed are {', '.join(allowed)}"
            )
    unknown = [group for group in policy.equity.no_floor_for if group not in _GROUPS]
    if unknown or (policy.equity.no_floor_for and policy.equity.method != "floors"):
        raise InputError(
            f"equity.no_floor_for is {list(policy.equity.no_floor_for)} with method {policy.equity.method!r}",
            hint=f"name groups of {', '.join(_GROUPS)}, and only with the method 'floors'",
        )
    weights = policy.weights.as_dict()
    if (
        not all(isinstance(w, int | float) and 0 <= w <= 1 for w in weights.values())
        or abs(sum(weights.values()) - 1) > 1e-9
    ):
        raise InputError(
            f"weights {weights} must lie in 0..1 and add up to 1", hint="the score stays in 0..1 only then"
        )
    floor = policy.equity.relevance_floor
    if not isinstance(floor, int | float) or not 0 <= floor <= 1:
        raise InputError(
            f"equity.relevance_floor is {floor!r}; allowed is 0 to 1", hint="0.5 is half of the best score"
        )
