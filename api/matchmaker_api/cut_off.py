"""The world on the last day of a year, built aside from files of works, and what happened after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np

from matchmaker.errors import InputError
from matchmaker.evaluation import projects
from matchmaker.evaluation.later import Later, later_works, texts_of, with_abstract
from matchmaker.evaluation.splits import FEWEST_ABSTRACTS, MOST_AUTHORS
from matchmaker.locks import writing
from matchmaker.matching.arrays import BoolArray
from matchmaker.matching.corpus import Corpus
from matchmaker.matching.encoders import CORPUS_FITTED, STATIC
from matchmaker.sources.ingest import IngestOptions, ingest, input_files
from matchmaker.sources.snapshot import Snapshot
from matchmaker_index import generations
from matchmaker_index.building import build
from matchmaker_index.opening import opened
from matchmaker_index.recipe import Recipe

Task = Literal["xborder", "calls"]
# What is being done, how much of it is done, and of how much (0: not known).
Progress = Callable[[str, int, int], None]
_EMBEDDINGS: Final = "embeddings"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be evaluated: new partners abroad ("xborder") or later texts ("calls"), from files or folders of
    works; profiles up to the end of the year `cutoff`, what is right from the years after it up to `until` (None: the
    last there is).

    `encoder` and `fusion` are those of the index (None: as in any recipe). `fewest` abstracts make a candidate;
    `queries` are drawn with the seed, all for 0. The seed is that of the index too, for whatever is drawn there by
    chance.
    """

    task: Task
    paths: tuple[Path, ...]
    cutoff: int
    until: int | None = None
    baselines: bool = False
    encoder: str | None = None
    fusion: str | None = None
    fewest: int = FEWEST_ABSTRACTS
    queries: int = 0
    seed: int = 7


@dataclass(frozen=True, eq=False)
class World:
    """What was known up to the cut-off, and what happened afterwards, up to `until`.

    `texts` are what the texts of the corpus say, in its order, `has_abstract` says which have an abstract.
    `most_authors` a later work may have to count, None for any number. `ingested` counts what came in, `profiles` what
    the corpus holds.
    """

    corpus: Corpus
    later: Later
    texts: Sequence[str]
    has_abstract: BoolArray
    until: date
    most_authors: int | None
    ingested: Mapping[str, Any]
    profiles: Mapping[str, int]


def world_of(asked: Asked, data: Path, folder: Path, progress: Progress) -> World:
    """Ingest what was asked for into the empty `folder`, index it as of the cut-off, and read the years after it.

    Raises InputError for a cut-off without works before or after it, SourceError for files that cannot be read.
    """
    if asked.until is not None and asked.until <= asked.cutoff:
        raise InputError(
            f"until {asked.until} is not after the cut-off {asked.cutoff}", hint="give a later year, or none"
        )
    given = projects.told_apart(input_files("works", asked.paths))
    if given.of_projects and asked.task == "xborder":
        raise InputError(
            "funded projects tell which organisations joined, not which people met", hint="matchmaker evaluate calls"
        )
    # Only weights of person against person are learnt; nothing an evaluation shows rests on the rest.
    recipe = Recipe(as_of=date(asked.cutoff, 12, 31), learn=asked.task == "xborder", seed=asked.seed)
    if asked.encoder is not None:
        recipe = replace(recipe, encoder=asked.encoder)
    if asked.fusion is not None:
        recipe = replace(recipe, fusion=asked.fusion)
    ingested = _ingested(given, folder, progress)
    snapshot = Snapshot.open(folder)
    until = _until(snapshot, asked)
    if recipe.encoder not in (CORPUS_FITTED, STATIC):
        # What a sentence encoder made once is not made again.
        (data / _EMBEDDINGS).mkdir(parents=True, exist_ok=True)
        (folder / _EMBEDDINGS).symlink_to((data / _EMBEDDINGS).resolve())
    with writing(folder, started=now()):
        built = build(folder, recipe, progress)
    corpus = opened(generations.folder_of(folder, built.digest))
    return World(
        corpus, later_works(snapshot, corpus, until), texts_of(snapshot, corpus), with_abstract(snapshot, corpus),
        until, None if given.of_projects else MOST_AUTHORS, ingested, built.counts,
    )  # fmt: skip


def _ingested(given: projects.Given, folder: Path, progress: Progress) -> dict[str, Any]:
    files, counted = list(given.works), {}
    if given.of_projects:
        files = [folder / "projects.parquet"]
        counted = projects.write_works(given, files[0])
    report = ingest(
        "works", files, folder, options=IngestOptions(started=now()),
        progress=lambda records: progress("records", records, 0),
    )  # fmt: skip
    return {**counted, **report.as_dict()}


def _until(snapshot: Snapshot, asked: Asked) -> date:
    """The last day of what counts as right."""
    years = np.unique(snapshot.works(["year"])["year"].to_numpy())
    if len(years) == 0:
        raise InputError("the files hold no work that can be read", hint="see docs/reference/data.md for the columns")
    there = f"the works are of {years[0]} to {years[-1]}"
    until = int(years[-1]) if asked.until is None else asked.until
    if years[0] > asked.cutoff:
        raise InputError(f"no work is of {asked.cutoff} or before: {there}", hint="choose a later cut-off")
    if not ((years > asked.cutoff) & (years <= until)).any():
        raise InputError(f"no work is after {asked.cutoff} and up to {until}: {there}", hint="choose another cut-off")
    return date(until, 12, 31)


def now() -> str:
    """UTC, RFC 3339."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
