"""ingest openalex, works, csv, demo."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from matchmaker_api.cli.output import (
    DATA_DEFAULT,
    Data,
    Format,
    FormatOption,
    JsonOption,
    Quiet,
    chosen,
    errors,
    progress,
    show,
)

app = typer.Typer(no_args_is_help=True, help="Read people and works into a snapshot.", rich_markup_mode=None)

Paths = Annotated[list[Path], typer.Argument(help="Files or folders.")]
Resume = Annotated[bool, typer.Option("--resume", help="Go on after what an interrupted ingest had read.")]
Fresh = Annotated[bool, typer.Option("--fresh", help="Begin a new snapshot instead of adding to the current one.")]
Quarantine = Annotated[Path | None, typer.Option(help="Append every skipped record to this file (JSON lines).")]


@app.command("openalex")
def openalex(
    paths: Paths, resume: Resume = False, fresh: Fresh = False, quarantine: Quarantine = None,
    data: Data = DATA_DEFAULT, quiet: Quiet = False, format: FormatOption = None, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """OpenAlex works, authors and institutions, as JSON lines, plain or .gz."""
    _ingest(
        "openalex",
        paths,
        data,
        {"resume": resume, "fresh": fresh, "quarantine": quarantine},
        quiet,
        chosen(format, as_json),
    )


@app.command("works")
def works(
    paths: Paths, resume: Resume = False, fresh: Fresh = False, quarantine: Quarantine = None,
    data: Data = DATA_DEFAULT, quiet: Quiet = False, format: FormatOption = None, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Works with their authors in Parquet files."""
    _ingest(
        "works",
        paths,
        data,
        {"resume": resume, "fresh": fresh, "quarantine": quarantine},
        quiet,
        chosen(format, as_json),
    )


@app.command("csv")
def tabular(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files or folders.")] = None,
    mapping: Annotated[Path | None, typer.Option(help="A TOML file: your column names to the template's.")] = None,
    template: Annotated[bool, typer.Option("--template", help="Print the template and end.")] = False,
    resume: Resume = False, fresh: Fresh = False, quarantine: Quarantine = None,
    data: Data = DATA_DEFAULT, quiet: Quiet = False, format: FormatOption = None, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """People no database knows, from a table of your own (`--template` shows its columns)."""
    if template:
        from matchmaker.sources.tabular import csv_template

        print(csv_template(), end="")
        return
    options = {"resume": resume, "fresh": fresh, "quarantine": quarantine, "mapping": mapping}
    _ingest("csv", paths or [], data, options, quiet, chosen(format, as_json))


@app.command("demo")
def demo(
    people: Annotated[int, typer.Option(min=300, help="How many people.")] = 2_000,
    seed: Annotated[int, typer.Option(help="Another seed is another world.")] = 7,
    fresh: Fresh = False,
    data: Data = DATA_DEFAULT, quiet: Quiet = False, format: FormatOption = None, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """An invented world, to try everything on."""
    _ingest("demo", [], data, {"people": people, "seed": seed, "fresh": fresh}, quiet, chosen(format, as_json))


def _ingest(source: str, paths: list[Path], data: Path, options: dict[str, Any], quiet: bool, format: Format) -> None:
    from matchmaker.sources.ingest import IngestOptions, ingest

    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    with progress(quiet) as bars:
        task = bars.add_task("records", total=None)
        report = ingest(
            source, paths, data, options=IngestOptions(**options, started=now),
            progress=lambda records: bars.update(task, completed=records),
        )  # fmt: skip
    row = report.as_dict()
    counted = {key: value for key, value in row.items() if not isinstance(value, dict)}
    reasons = {f"{kind} {name}": n for kind in ("skipped", "repaired") for name, n in row[kind].items()}
    show(row, [{"what": key, "value": value} for key, value in {**counted, **reasons}.items()], format)
    if row["skipped"]:
        errors.print(
            f"{sum(row['skipped'].values())} records were left out; --quarantine FILE keeps them", soft_wrap=True
        )
