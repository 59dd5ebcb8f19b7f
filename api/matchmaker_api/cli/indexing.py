"""index build, verify, list, describe, publish, rollback, gc."""

from __future__ import annotations

import platform
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from matchmaker_api.cli.output import (
    DATA_DEFAULT,
    Data,
    FormatOption,
    JsonOption,
    Quiet,
    Stages,
    chosen,
    progress,
    show,
)

app = typer.Typer(no_args_is_help=True, help="Build, check and publish indexes.", rich_markup_mode=None)
_TIME = "%Y-%m-%dT%H:%M:%SZ"


@app.command("build")
def build(
    recipe: Annotated[
        Path | None, typer.Option(help="A recipe (TOML); default: matchmaker-static, tuned, on everything.")
    ] = None,
    encoder: Annotated[
        str | None, typer.Option(help="matchmaker-static, tfidf-svd, a model's name, or a folder with one.")
    ] = None,
    fusion: Annotated[
        str | None, typer.Option(help="How words, meaning and focus are added up: scale (default), or ranks (RRF).")
    ] = None,
    as_of: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Leave out all later works.")] = None,
    publish: Annotated[bool, typer.Option(help="Serve it once it is verified.")] = True,
    data: Data = DATA_DEFAULT,
    quiet: Quiet = False,
    format: FormatOption = None,
    as_json: JsonOption = False,
) -> None:
    """Build an index of the current snapshot, verify it and publish it."""
    from matchmaker.locks import writing
    from matchmaker_index import generations
    from matchmaker_index.building import build as build_generation
    from matchmaker_index.recipe import Recipe

    chosen_recipe = Recipe() if recipe is None else Recipe.read(recipe)
    if encoder is not None:
        chosen_recipe = replace(chosen_recipe, encoder=encoder)
    if fusion is not None:
        chosen_recipe = replace(chosen_recipe, fusion=fusion)
    if as_of is not None:
        chosen_recipe = replace(chosen_recipe, as_of=as_of.date())
    today = datetime.now(UTC)
    now = today.strftime(_TIME)
    with writing(data, started=now), progress(quiet) as bars:
        # Works of which only the year is known count as of its last day, so the current year is taken whole.
        built = build_generation(data, chosen_recipe, Stages(bars).at, no_later_than=date(today.year, 12, 31))
        generations.note_build(data, built.digest, now, platform.node())
        if publish:
            generations.publish(data, built.digest)
    row = {**asdict(built), "as_of": built.as_of.isoformat(), "published": publish}
    rows = [{"what": key, "value": value} for key, value in _flat(row).items()]
    show(row, rows, chosen(format, as_json))


@app.command("verify")
def verify(
    digest: Annotated[str | None, typer.Argument(help="Beginning of a digest; default: the published one.")] = None,
    queries: Annotated[int, typer.Option(min=0, help="Also ask so many random questions and check the answers.")] = 0,
    seed: Annotated[int, typer.Option(help="Which questions are drawn.")] = 7,
    data: Data = DATA_DEFAULT,
    quiet: Quiet = False,
    format: FormatOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read every byte, restore the encoder, ask the probes; exit 4 if anything differs.

    With --queries, people are drawn as seekers and every suggestion is checked: nobody of their own country or
    organisation as the index states them, no past co-author as the snapshot's by-lines show them; exit 1 if any is.
    """
    from matchmaker.sources.snapshot import Snapshot
    from matchmaker_index.invariants import check_answers
    from matchmaker_index.opening import opened
    from matchmaker_index.verify import verified

    name = _named(data, digest)
    corpus = opened(_folder(data, name))
    row: dict[str, Any] = {
        "digest": name,
        "verified": True,
        "people": corpus.n_people,
        "texts": corpus.tables.texts.num_rows,
    }
    if queries:
        snapshot = Snapshot.open(data, verified(_folder(data, name)).manifest["snapshot"])
        with progress(quiet) as bars:
            task = bars.add_task("questions", total=queries)
            broken = check_answers(corpus, snapshot, queries, seed, lambda done: bars.update(task, completed=done))
        row |= asdict(broken)
    show(row, [{"what": key, "value": value} for key, value in row.items()], chosen(format, as_json))
    if queries and broken.total:
        raise typer.Exit(1)


@app.command("list")
def list_generations(data: Data = DATA_DEFAULT, format: FormatOption = None, as_json: JsonOption = False) -> None:
    """All generations, newest first."""
    from matchmaker_index import generations

    rows = [asdict(row) for row in generations.listed(data)]
    show(rows, rows, chosen(format, as_json))


@app.command("describe")
def describe(
    digest: Annotated[str | None, typer.Argument(help="Beginning of a digest; default: the published one.")] = None,
    data: Data = DATA_DEFAULT,
    format: FormatOption = None,
    as_json: JsonOption = False,
) -> None:
    """The manifest of a generation: counts, encoder, snapshot, files."""
    from matchmaker_index.verify import verified

    name = _named(data, digest)
    manifest = {"digest": name, **verified(_folder(data, name)).manifest}
    show(manifest, [{"what": key, "value": value} for key, value in _flat(manifest).items()], chosen(format, as_json))


@app.command("publish")
def publish(
    digest: Annotated[str, typer.Argument(help="Beginning of the digest of a generation.")],
    data: Data = DATA_DEFAULT,
) -> None:
    """Serve a generation, after verifying it."""
    from matchmaker.locks import writing
    from matchmaker_index import generations
    from matchmaker_index.opening import opened

    with writing(data, started=datetime.now(UTC).strftime(_TIME)):
        name = generations.named(data, digest)
        opened(_folder(data, name))
        generations.publish(data, name)
    print(name)


@app.command("rollback")
def rollback(data: Data = DATA_DEFAULT) -> None:
    """Serve the generation built before the current one."""
    from matchmaker.locks import writing
    from matchmaker_index import generations

    with writing(data, started=datetime.now(UTC).strftime(_TIME)):
        print(generations.rollback(data))


@app.command("gc")
def collect(
    keep: Annotated[int, typer.Option(min=1, help="How many of the newest to keep.")] = 3,
    data: Data = DATA_DEFAULT,
    format: FormatOption = None,
    as_json: JsonOption = False,
) -> None:
    """Remove old generations that are neither published nor being read."""
    from matchmaker.locks import writing
    from matchmaker_index import generations

    with writing(data, started=datetime.now(UTC).strftime(_TIME)):
        rows = [{"removed": digest} for digest in generations.collect(data, keep)]
    show(rows, rows, chosen(format, as_json))


def _named(data: Path, prefix: str | None) -> str:
    from matchmaker_index import generations

    return generations.current(data) if prefix is None else generations.named(data, prefix)


def _folder(data: Path, digest: str) -> Path:
    from matchmaker_index import generations

    return generations.folder_of(data, digest)


def _flat(manifest: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in manifest.items():
        if key == "probes":
            continue
        flat |= _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return flat
