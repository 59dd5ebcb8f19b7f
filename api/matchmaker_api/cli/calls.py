"""call list, show, check, check-team."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from matchmaker.errors import InputError
from matchmaker_api.cli.output import Format, FormatOption, JsonOption, chosen, errors, show

app = typer.Typer(
    no_args_is_help=True, help="Calls: their rules, and how a team stands under them.", rich_markup_mode=None
)

Call = Annotated[str, typer.Argument(help="The id of a call, or a file with one.")]
Own = Annotated[
    Path | None,
    typer.Option("--data", envvar="MATCHMAKER_DATA", help="A data folder; calls and tables of your own lie there."),
]
Annex = Annotated[
    list[str] | None,
    typer.Option(help="Rules of a partner's own funder: a country or an organisation, =, a call. Repeatable."),
]
At = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="In place of the call's reference date.")]


@app.command("list")
def list_calls(data: Own = None, format: FormatOption = None, as_json: JsonOption = False) -> None:
    """The calls that come with the program and your own, with how sure their rules are and where they were read."""
    from matchmaker_api.calling import fault_lines, list_rows

    rows = list_rows(data)
    for line in fault_lines(data):
        errors.print(line, markup=False, soft_wrap=True)
    show(rows, rows, chosen(format, as_json))


@app.command("show")
def show_call(call: Call, data: Own = None, format: FormatOption = None, as_json: JsonOption = False) -> None:
    """The rules of a call as sentences."""
    from matchmaker_api.calling import named_call, show_lines, tables_in

    known = named_call(call, data)
    lines = show_lines(known, tables_in(data, known))
    if chosen(format, as_json) is Format.table:
        print("\n".join(lines))
    else:
        show({"call": call, "lines": lines}, [{"line": line} for line in lines], chosen(format, as_json))


@app.command("check")
def check(
    file: Annotated[Path, typer.Argument(help="A call file (YAML or JSON).")],
    data: Own = None, format: FormatOption = None, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Whether a call file is well formed; every mistake is named with its place and what is allowed there."""
    from matchmaker_api.calling import check_file

    row = check_file(file, data)
    show(row, [row], chosen(format, as_json))


@app.command("check-team")
def check_team(
    call: Call,
    team: Annotated[str, typer.Option(help="A team file (JSON); - reads standard input.")],
    annex: Annex = None,
    at: At = None,
    data: Own = None, format: FormatOption = None, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Whether a team is eligible, incomplete (what it still needs), to be reviewed, or ineligible (why)."""
    from matchmaker_api.calling import check_team as judged
    from matchmaker_api.calling import named_annexes, named_call, tables_in, team_lines

    given = _piped() if team == "-" else Path(team)
    known, annexes = named_call(call, data), named_annexes(annex or (), data)
    own = tables_in(data, known, *annexes.values())
    answer = judged(known, given, None if at is None else at.date(), annexes, own)
    rows = [{"result": answer["result"], **clause} for clause in answer["clauses"]]
    if chosen(format, as_json) is Format.table:
        for line in team_lines(answer):
            errors.print(line, markup=False, soft_wrap=True)
    show(answer, rows, chosen(format, as_json))


def _piped() -> Any:
    try:
        return json.load(sys.stdin)
    except ValueError as error:
        raise InputError(f"standard input is no JSON: {error}", hint="see docs/reference/cli.md") from error
