"""`matchmaker`: the commands, and the exit code of every error."""

from __future__ import annotations

import io
import sys

import typer

from matchmaker import errors
from matchmaker_api.cli import (
    asking,
    auditing,
    batching,
    browsing,
    calls,
    evaluating,
    indexing,
    ingesting,
    keys,
    measuring,
    operating,
    placing,
)
from matchmaker_api.cli.output import errors as console

EXIT_CODES: tuple[tuple[type[errors.MatchmakerError], int], ...] = (
    (errors.InputError, 2),
    (errors.NotFoundError, 3),
    (errors.NothingToMatchError, 3),
    (errors.IndexProblem, 4),
    (errors.GenerationGoneError, 4),
    (errors.LockedError, 5),
    (errors.NoSpaceError, 6),
    (errors.RefusedError, 7),
    (errors.StateError, 8),
    (errors.SourceError, 8),
)
INTERRUPTED = 130

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Finds research partners across borders. Examples: "
    "`matchmaker ingest demo`, `matchmaker index build`, `matchmaker match 'malaria vaccines' --home DE`.",
)
for room in (asking, batching, browsing, measuring, operating):
    room.add_to(app)
app.add_typer(ingesting.app, name="ingest")
app.add_typer(indexing.app, name="index")
app.add_typer(placing.app, name="place")
app.add_typer(calls.app, name="call")
app.add_typer(auditing.app, name="audit")
app.add_typer(evaluating.app, name="evaluate")
app.add_typer(keys.app, name="keys")


def run() -> None:
    """Entry point: every expected error is one message, one hint and one exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")  # names of the world, whatever the terminal claims
    try:
        app()
    except errors.MatchmakerError as error:
        sys.exit(report(error))
    except SystemExit as end:
        if end.code == INTERRUPTED:
            console.print("interrupted; what was published before still stands")
        raise


def report(error: errors.MatchmakerError) -> int:
    """Say what went wrong and what to do; return the exit code."""
    console.print(f"error: {error.message}", markup=False, soft_wrap=True)
    if error.hint:
        console.print(f"  try: {error.hint}", markup=False, soft_wrap=True)
    return next(code for kind, code in EXIT_CODES if isinstance(error, kind))
