"""Countries and sets of countries, as the filters and the equity step understand them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse

from matchmaker.domain.matches import plain
from matchmaker.places.resolve import border_key, code_of, resolve
from matchmaker.places.sets import country_set, income_group, income_vintage
from matchmaker_api.calls import tables_named
from matchmaker_api.http import examples
from matchmaker_api.http.asking import Asked
from matchmaker_api.http.schemas import AtIn, PlaceOut, SetOut

router = APIRouter(tags=["places"])
# Reference tables hold nobody's data.
_PUBLIC = {"Cache-Control": "public, max-age=3600"}
_Text = Annotated[str, Path(max_length=200, openapi_examples=examples.PLACE)]
_Ref = Annotated[str, Path(max_length=80, openapi_examples=examples.SET)]


@router.get("/places/{code:path}", response_model=PlaceOut, responses=examples.ANSWERS)
def place(matchmaker: Asked, code: _Text) -> JSONResponse:
    """What a code or name means. What could be several places is refused with the codes that it could be."""
    found, at = resolve(code), matchmaker.corpus.as_of
    if found.kind == "unknown":
        code_of(code)  # raises with the reason
    known = None if found.code is None else (border_key(found.code), income_group(found.code, at))
    border, income = known or (None, None)
    told = plain(asdict(found)) | {"border": border, "income_group": income, "income_table": income_vintage(at)}
    return JSONResponse(told, headers=_PUBLIC)


@router.get("/sets/{ref}", response_model=SetOut, responses=examples.ANSWERS, operation_id="country_set")
def members(matchmaker: Asked, ref: _Ref, day: Annotated[AtIn, Query()]) -> JSONResponse:
    """The countries of a named set, such as `wb.L` or `eu_members`, on a day, with the table the answer rests on."""
    found = country_set(ref, day.at or matchmaker.today(), tables_named(matchmaker.data, ref))
    told = plain(asdict(found)) | {"codes": sorted(found.codes), "uncertain": sorted(found.uncertain)}
    return JSONResponse(told, headers=_PUBLIC)
