"""The pages people work with: ask, read the list, read the reasons, look at a person."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import RedirectResponse, Response

from matchmaker.domain.matches import MAX_K
from matchmaker.errors import InputError, MatchmakerError, NotFoundError, NothingToMatchError
from matchmaker_api.assemble import Matchmaker
from matchmaker_api.calls import all_calls, call_file
from matchmaker_api.equity_words import price_lines
from matchmaker_api.http.asking import Asked, answered
from matchmaker_api.http.principal import Asker, Principal, require
from matchmaker_api.http.problems import kind_of
from matchmaker_api.requests import researcher_id
from matchmaker_api.researchers import profile_of
from matchmaker_api.web import calls, equity, forms, verdicts, views
from matchmaker_api.web.forms import BLANK, Filled
from matchmaker_api.web.rendering import page

router = APIRouter()
router.include_router(calls.router)
router.include_router(equity.router)
Officer = Annotated[Principal, Depends(require("safeguard_reasons"))]
Rank = Annotated[int, Path(ge=1, le=MAX_K)]


@router.get("/")
def start(matchmaker: Asked, call: Annotated[str, Query(max_length=64)] = "") -> Response:
    """One form, what the tool refuses to do, and what the data are; `call` is the one chosen in it."""
    if not call:
        return _start(matchmaker, BLANK)
    call_file(matchmaker.data, call)  # raises for a call that there is not
    return _start(matchmaker, Filled({**BLANK.values, "call": call}))


@router.post("/match")
def ask(matchmaker: Asked, asker: Asker, values: Annotated[dict[str, str], Depends(forms.sent)]) -> Response:
    """Ask, keep the answer, and go to its page; or show the form again with what is wrong."""
    wanted, wrong = forms.question(matchmaker.corpus, values)
    if wanted is None:
        return _start(matchmaker, Filled(values, wrong), 422)
    try:
        answer = answered(matchmaker, wanted, asker.actor)
    except (InputError, NotFoundError, NothingToMatchError) as error:
        return _start(matchmaker, Filled(values, {"": views.message_of(error)}), kind_of(error).status)
    return RedirectResponse(f"/runs/{answer.meta.run_id}", status_code=303)


@router.get("/runs/{run_id}")
def results(matchmaker: Asked, run_id: str) -> Response:
    """The list as it was given."""
    run = matchmaker.runs.get(run_id)
    meta, shortfall = run.answer["meta"], run.answer["meta"]["shortfall"]
    again = views.relaxed(run.request, shortfall["relaxes"]) if shortfall else None
    funnel = views.funnel(meta["filter_counts"])
    rules = verdicts.rules_of(meta)
    team = rules["team"] if rules else None
    known = _calls(matchmaker)
    call = rules["call"] if rules and rules["call"] in dict(known) else ""
    return page(
        "results.html", meta=meta, results=run.answer["results"], request=run.request, created=run.created,
        funnel=funnel, emptied=views.emptied(funnel), rules=rules, rested=verdicts.rested_on(meta),
        lacks=verdicts.lacking(verdicts.checks(team["clauses"])) if team else [],
        completion=verdicts.completion(team["completion"]) if team else "",
        exposure=views.exposure(run.answer["results"], meta["policy"]["equity"]), price=price_lines(meta),
        form=Filled(forms.filled_from(run.request, call)), countries=views.countries(), calls=known,
        again=None if again is None else forms.filled_from(again, call),
    )  # fmt: skip


@router.get("/runs/{run_id}/why/{rank}")
def why(matchmaker: Asked, asker: Asker, run_id: str, rank: Rank) -> Response:
    """Everything that made one result; officers see the reasons of safeguards too."""
    result = matchmaker.why(run_id, rank, asker.actor)
    run = matchmaker.runs.get(run_id)
    meta, joins = run.answer["meta"], verdicts.eligibility(result)
    return page(
        "why.html", result=result, meta=meta, request=run.request, created=run.created,
        segments=views.stacked(result["contributions"]), joins=joins, clauses=verdicts.checks(joins["clauses"]),
        rules=verdicts.rules_of(meta), guarded=verdicts.safeguards(result), rested=verdicts.rested_on(meta),
        screening=verdicts.screening(result, meta), agreed=verdicts.terms(result), price=price_lines(meta),
    )  # fmt: skip


@router.get("/runs/{run_id}/why-not")
def why_not(
    matchmaker: Asked, asker: Asker, run_id: str, researcher: Annotated[str, Query(max_length=500)] = ""
) -> Response:
    """Why somebody is not in the list: a form, and its answer."""
    meta = matchmaker.runs.get(run_id).answer["meta"]
    given = researcher.strip()
    absence, message, status = _absence(matchmaker, asker, run_id, given) if given else (None, "", 200)
    return page(
        "why_not.html", status, meta=meta, given=given, absence=absence, message=message,
        clauses=verdicts.lacking(verdicts.checks(absence["clauses"])) if absence else [],
    )  # fmt: skip


@router.get("/runs/{run_id}/safeguards")
def safeguards(matchmaker: Asked, officer: Officer, run_id: str) -> Response:
    """For officers: who was held back from a list and who on it needs a look, with every reason."""
    return page("withheld.html", told=matchmaker.withheld(run_id, officer.actor))


@router.get("/people/{researcher:path}")
def person(matchmaker: Asked, researcher: str) -> Response:
    """What is held about somebody."""
    corpus = matchmaker.corpus
    who = profile_of(corpus, corpus.person_number(researcher_id(corpus, researcher)))
    return page("person.html", who=who, as_of=corpus.as_of)


def _absence(
    matchmaker: Matchmaker, asker: Principal, run_id: str, given: str
) -> tuple[dict[str, Any] | None, str, int]:
    try:
        return matchmaker.why_not(run_id, given, asker.actor).as_dict(), "", 200
    except MatchmakerError as error:
        return None, views.message_of(error), kind_of(error).status


def _start(matchmaker: Matchmaker, form: Filled, status: int = 200) -> Response:
    return page("start.html", status, form=form, countries=views.countries(), calls=_calls(matchmaker),
                facts=_facts(matchmaker))  # fmt: skip


def _calls(matchmaker: Matchmaker) -> list[tuple[str, str]]:
    """(id, title) of every call, by title."""
    files = all_calls(matchmaker.data).files.values()
    return sorted(((file.call.id, file.call.title) for file in files), key=lambda pair: pair[1].casefold())


def _facts(matchmaker: Matchmaker) -> dict[str, Any]:
    corpus = matchmaker.corpus
    lands = {code for code in corpus.country.tolist() if code}
    return {"people": corpus.n_people, "texts": corpus.tables.texts.num_rows, "countries": len(lands),
            "institutions": corpus.tables.institutions.num_rows, "as_of": corpus.as_of,
            "generation": corpus.generation, "encoder": corpus.encoder.id}  # fmt: skip
