"""encoders, screen."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from matchmaker_api.cli.output import AnyData, Format, FormatOption, JsonOption, chosen, errors, show

Own = Annotated[
    Path | None,
    typer.Option(
        "--data", envvar="MATCHMAKER_DATA", help="A data folder: its deployment.toml says whose rules bind you."
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this noun."""
    app.command("encoders")(encoders)
    app.command("screen")(screen)


def encoders(data: AnyData = None, format: FormatOption = None, as_json: JsonOption = False) -> None:
    """The encoders that can be used here: dimension, size, licence, where their weights come from."""
    from matchmaker.matching.encoders import usable

    rows = [asdict(encoder) for encoder in usable()]
    show(rows, rows, chosen(format, as_json))


def screen(
    organisations: Annotated[Path, typer.Argument(help="A CSV file of organisations; only `name` is required.")],
    lists: Annotated[Path, typer.Option(help="A folder with the screening lists you have the right to use.")],
    call: Annotated[str | None, typer.Option(help="The id of a call, or a file with one: its funder counts.")] = None,
    data: Own = None,
    format: FormatOption = None,
    as_json: JsonOption = False,
) -> None:
    """Organisations against screening lists, with every reason. For research-security staff; not legal advice."""
    from matchmaker_api.cli.screening import call_context, deployer_of, screen_rows

    rows, report = screen_rows(organisations, lists, call_context(data, call), deployer=deployer_of(data))
    output = chosen(format, as_json)
    show({"meta": report, "results": rows}, rows, output)
    if output is not Format.json:
        errors.print_json(data=report)
