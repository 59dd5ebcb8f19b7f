"""Browsing the people of the index."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse

from matchmaker_api.http import examples
from matchmaker_api.http.asking import Asked
from matchmaker_api.http.schemas import PageIn, ProfileOut, ResearchersOut
from matchmaker_api.requests import researcher_id
from matchmaker_api.researchers import page_of, profile_of

router = APIRouter(tags=["people"])


@router.get("/researchers", response_model=ResearchersOut, responses=examples.ANSWERS)
def researchers(matchmaker: Asked, page: Annotated[PageIn, Query()]) -> JSONResponse:
    """People of the index, page by page; filters are `country_code`, `home`, `thin`, `institution` and `name`."""
    found = page_of(matchmaker.corpus, filter_text=page.filter, cursor=page.cursor, per_page=page.per_page)
    return JSONResponse(found)


@router.get("/researchers/{researcher:path}", response_model=ProfileOut, responses=examples.ANSWERS)
def researcher(
    matchmaker: Asked, researcher: Annotated[str, Path(openapi_examples=examples.RESEARCHER)]
) -> JSONResponse:
    """Somebody with their texts, newest first. Ids are percent-encoded; an ORCID serves as well."""
    corpus = matchmaker.corpus
    return JSONResponse(profile_of(corpus, corpus.person_number(researcher_id(corpus, researcher))))
