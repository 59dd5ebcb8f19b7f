"""From a checked body to a question for the Matchmaker: the one translation that the API and the pages share."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Depends, Request

from matchmaker.domain.identifiers import orcid
from matchmaker_api.assemble import VISITING, Answer, Matchmaker
from matchmaker_api.http.schemas import MatchIn
from matchmaker_api.requests import policy_of
from matchmaker_api.state.safeguard_log import Actor


def the_matchmaker(request: Request) -> Matchmaker:
    """The one that this process opened."""
    return cast(Matchmaker, request.app.state.matchmaker)


Asked = Annotated[Matchmaker, Depends(the_matchmaker)]


def answered(matchmaker: Matchmaker, wanted: MatchIn, actor: Actor = VISITING) -> Answer:
    """Ask and remember. Raises what `Matchmaker.match` raises."""
    policy = None if wanted.policy is None else policy_of(wanted.policy.model_dump(exclude_none=True))
    return matchmaker.match(
        wanted.text, researcher=wanted.researcher if wanted.orcid is None else orcid(wanted.orcid), k=wanted.k,
        countries=tuple(wanted.countries), not_countries=tuple(wanted.not_countries), home=wanted.home,
        include_known=wanted.include_known, include_unknown_country=wanted.include_unknown_country,
        strict=wanted.strict, as_of=wanted.as_of, policy=policy, call=wanted.call, team=wanted.team,
        seeker_role=wanted.seeker_role, sought_role=wanted.sought_role, only_helpful=wanted.only_helpful,
        terms=wanted.terms, require_compatible=wanted.require_compatible, actor=actor,
    )  # fmt: skip
