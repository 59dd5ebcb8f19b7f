"""Data on stdout in four formats, everything else on stderr."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from matchmaker_api.settings import DEFAULT_DATA


class Format(StrEnum):
    """How data are printed."""

    table = "table"
    json = "json"
    jsonl = "jsonl"
    csv = "csv"


Row = dict[str, Any]
Data = Annotated[Path, typer.Option("--data", envvar="MATCHMAKER_DATA", help="The data folder.", show_default=True)]
DATA_DEFAULT = Path(DEFAULT_DATA)
AnyData = Annotated[
    Path | None, typer.Option("--data", help="Accepted as everywhere; this command needs no data folder.")
]
FormatOption = Annotated[
    Format | None, typer.Option("--format", help="Default: a table on a terminal, json otherwise.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Short for --format json.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress bars.")]

# A cell that begins so is taken for a formula by spreadsheet programs.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", " =", " +", " -", " @")
errors = Console(stderr=True, highlight=False)


def chosen(given: Format | None, as_json: bool) -> Format:
    """The format to print in."""
    if as_json:
        return Format.json
    return given or (Format.table if sys.stdout.isatty() else Format.json)


def show(whole: Any, rows: Sequence[Row], given: Format) -> None:
    """Print: `whole` as one JSON document, or `rows` as lines, CSV or a table."""
    if given is Format.json:
        print(json.dumps(whole, ensure_ascii=False, indent=2, allow_nan=False))
    elif given is Format.jsonl:
        for row in whole["results"] if isinstance(whole, dict) and "results" in whole else rows:
            print(json.dumps(row, ensure_ascii=False, allow_nan=False))
    elif given is Format.csv:
        _print_csv(rows)
    else:
        _print_table(rows)


def safe_cell(value: Any) -> Any:
    """A CSV cell no spreadsheet program runs: text that looks like a formula gets an apostrophe in front."""
    text = "" if value is None else value
    return f"'{text}" if isinstance(text, str) and text.startswith(_FORMULA) else text


@contextmanager
def progress(quiet: bool) -> Iterator[Progress]:
    """Bars on stderr when it is a terminal, nothing otherwise."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors, disable=quiet or not sys.stderr.isatty(), transient=True) as bars:
        yield bars


class Stages:
    """One progress bar per stage of a long work; one whose end is not known has a total of 0."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def at(self, stage: str, done: int, total: int) -> None:
        """So much of a stage is done."""
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(stage, total=total or None)
        self._bars.update(self._tasks[stage], completed=done)


def _print_csv(rows: Sequence[Row]) -> None:
    if rows:
        writer = csv.writer(sys.stdout, lineterminator="\r\n")
        writer.writerow(rows[0])
        writer.writerows([safe_cell(value) for value in row.values()] for row in rows)


def _print_table(rows: Sequence[Row]) -> None:
    if not rows:
        return
    table = Table(show_edge=False, pad_edge=False)
    for name in rows[0]:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*["" if value is None else str(value) for value in row.values()])
    Console(highlight=False, markup=False).print(table)
