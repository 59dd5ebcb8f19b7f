"""Whether the process lives, whether it can answer, and what is running."""

from __future__ import annotations

from importlib.metadata import version as installed_version

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from matchmaker_api.http import examples
from matchmaker_api.http.asking import Asked
from matchmaker_api.http.schemas import Alive, Ready, Version

router = APIRouter(tags=["service"])
VERSION = installed_version("matchmaker")


@router.get("/healthz", response_model=Alive, responses=examples.ANSWERS)
def healthz() -> JSONResponse:
    """The process answers."""
    return JSONResponse({"status": "ok"})


@router.get("/readyz", response_model=Ready, responses=examples.ANSWERS)
def readyz(matchmaker: Asked) -> JSONResponse:
    """Which index is served. It was verified and its probes were answered before it was opened."""
    corpus = matchmaker.corpus
    counts = {"people": corpus.n_people, "texts": corpus.tables.texts.num_rows,
              "institutions": corpus.tables.institutions.num_rows}  # fmt: skip
    return JSONResponse({
        "status": "ready", "generation": corpus.generation, "as_of": corpus.as_of.isoformat(),
        "encoder": corpus.encoder.id, "counts": counts, "probes": "passed when opened",
    })  # fmt: skip


@router.get("/v1/version", response_model=Version, responses=examples.ANSWERS)
def version(matchmaker: Asked) -> JSONResponse:
    """What is running, and on which index."""
    generation = matchmaker.corpus.generation
    return JSONResponse({"name": "matchmaker", "version": VERSION, "api": "v1", "generation": generation})
