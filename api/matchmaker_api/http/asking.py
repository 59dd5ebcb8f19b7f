"""From a checked body to a question for the Matchmaker: the one translation that the API and the pages share."""

from __future__ import annotations

from typing import Annotated, Any, cast

from fastapi import Depends, Request

from matchmaker.domain.identifiers import orcid
from matchmaker_api.answers import Answer
from matchmaker_api.asking import Wanted
from matchmaker_api.assemble import VISITING, Matchmaker
from matchmaker_api.http.schemas import MatchIn
from matchmaker_api.policies import ASKER, policy_of
from matchmaker_api.state.safeguard_log import Actor


def the_matchmaker(request: Request) -> Matchmaker:
    """The one that this process opened."""
    return cast(Matchmaker, request.app.state.matchmaker)


Asked = Annotated[Matchmaker, Depends(the_matchmaker)]


def answered(matchmaker: Matchmaker, wanted: MatchIn, actor: Actor = VISITING) -> Answer:
    """Ask and remember. Raises what `Matchmaker.match` raises."""
    return matchmaker.match(**as_wanted(wanted), actor=actor)


def as_wanted(wanted: MatchIn) -> dict[str, Any]:
    """A checked body in the words of `asking.request_of`."""
    said = {name: getattr(wanted, name) for name in (*Wanted.__annotations__, "text")}
    policy = None if wanted.policy is None else policy_of(wanted.policy.model_dump(exclude_none=True), ASKER)
    return said | {
        "researcher": wanted.researcher if wanted.orcid is None else orcid(wanted.orcid),
        "policy": policy,
    }
