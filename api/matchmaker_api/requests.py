"""From what people type to a MatchRequest, and back to what a run stores: one translation for all faces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

from matchmaker.domain.identifiers import openalex, orcid
from matchmaker.domain.matches import CallDocument, MatchRequest, UnderCall
from matchmaker.domain.policies import Policy, Sharing
from matchmaker.errors import InputError, NotFoundError
from matchmaker.matching.corpus import Corpus
from matchmaker.places.resolve import code_of
from matchmaker.rules.documents import read_text
from matchmaker.verdicts.setting import Setting
from matchmaker_api.calls import SUFFIXES, call_file
from matchmaker_api.policies import policy_of, policy_table


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


def call_document(data: Path, name: str, paths: bool = False) -> CallDocument:
    """The call with this id, as it is written; with `paths` also the one in a file (.yaml, .yml or .json).

    Raises NotFoundError for an id that nobody claims, InputError or SourceError for a file that cannot be used.
    """
    if paths and Path(name).suffix in SUFFIXES:
        return CallDocument(name, read_text(Path(name)))
    found = call_file(data, name)
    return CallDocument(found.file, found.text)


def under_call(
    document: CallDocument | None, *, team: dict[str, Any] | None = None, seeker_role: str | None = None,
    sought_role: str | None = None, only_helpful: bool = False,
) -> UnderCall | None:  # fmt: skip
    """The rules to apply; None without a call. Raises InputError for what makes no sense without one."""
    if document is not None:
        return UnderCall(document, team, seeker_role, sought_role, only_helpful)
    given = {"a team": team, "the seeker's role": seeker_role, "the role sought": sought_role}
    named = [what for what, value in given.items() if value is not None] + (["only_helpful"] if only_helpful else [])
    if named:
        raise InputError(f"{named[0]} was given without a call", hint="name the call whose rules apply")
    return None


def as_stored(request: MatchRequest, sharing: Sharing | None = None) -> dict[str, Any]:
    """A request as JSON values, and how it shared people with other lists where it did.

    What a team says of its people (stays, citizenship, doctorates) serves one answer and is not kept.
    """
    stored = {**asdict(replace(request, policy=Policy())), "policy": policy_table(request.policy)}
    stored["as_of"] = None if request.as_of is None else request.as_of.isoformat()
    team = None if request.call is None else request.call.team
    if team is not None and isinstance(team.get("partners"), list):
        stored["call"]["team"] = {**team, "partners": [_without_person(each) for each in team["partners"]]}
        stored["call"]["people_left_out"] = any("person" in each for each in team["partners"] if isinstance(each, dict))
    if sharing is not None and sharing != Sharing():
        stored["sharing"] = {"cap": sharing.cap, "guarantee": sharing.guarantee and str(sharing.guarantee)}
    return stored


def as_asked(stored: dict[str, Any]) -> MatchRequest:
    """The request of a stored run."""
    as_of, call = stored["as_of"], stored.get("call")
    call = None if call is None else {key: value for key, value in call.items() if key != "people_left_out"}
    plain = {
        **{key: value for key, value in stored.items() if key != "sharing"},
        "policy": policy_of(stored["policy"]),
        "as_of": None if as_of is None else date.fromisoformat(as_of),
        "call": None if call is None else UnderCall(**{**call, "document": CallDocument(**call["document"])}),
    }
    return MatchRequest(
        **{**plain, "countries": tuple(stored["countries"]), "not_countries": tuple(stored["not_countries"])}
    )


def what_changed(stored: dict[str, Any], meta: dict[str, Any], setting: Setting) -> str:
    """What keeps an answer of today from being that of the run: appended to its reason, empty where nothing does."""
    told = []
    if (stored.get("call") or {}).get("people_left_out"):
        told.append("what the team file said of people was not kept and is not part of this")
    before = {(each["file"], each["version"]) for each in (meta.get("safeguards") or {}).get("lists", [])}
    if stored.get("sharing"):
        told.append("the list was made together with others, which share people")
    if before != {(file.file, file.version) for file in setting.lists.files}:
        told.append("the screening lists have changed since; this is by those of today")
    return "".join(f" ({each})" for each in told)


def _without_person(partner: Any) -> Any:
    return {key: value for key, value in partner.items() if key != "person"} if isinstance(partner, dict) else partner
