"""place resolve, place set."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from matchmaker_api.cli.output import AnyData, FormatOption, JsonOption, chosen, show

_NOT_ALL_FOUND = 3

app = typer.Typer(no_args_is_help=True, help="Countries and sets of countries.", rich_markup_mode=None)


@app.command("resolve")
def resolve(
    texts: Annotated[list[str], typer.Argument(help="Codes or names.")],
    data: AnyData = None,
    format: FormatOption = None,
    as_json: JsonOption = False,
) -> None:
    """The country each text names, or why none can be said."""
    from matchmaker_api.cli.place import resolve_rows

    rows = resolve_rows(texts)
    show(rows, rows, chosen(format, as_json))
    if any(row["code"] is None for row in rows):
        raise typer.Exit(_NOT_ALL_FOUND)


@app.command("set")
def country_set(
    ref: Annotated[str, typer.Argument(help="For example wb.L, eu_members, ldc, own.NAME.")],
    at: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="As of this date; default today.")] = None,
    data: AnyData = None,
    format: FormatOption = None,
    as_json: JsonOption = False,
) -> None:
    """The countries of a set on a date, with the version of the table."""
    from matchmaker_api.cli.place import set_row

    row = set_row(ref, (at or datetime.now(UTC)).date(), data)
    show(row, [{**row, "codes": " ".join(row["codes"])}], chosen(format, as_json))
