"""call list, show, check, check-team."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from matchmaker.errors import InputError
from matchmaker_api.cli.output import AnyData, Format, FormatOption, JsonOption, chosen, show

app = typer.Typer(
    no_args_is_help=True, help="Calls: their rules, and how a team stands under them.", rich_markup_mode=None
)

Call = Annotated[str, typer.Argument(help="The id of a call, or a file with one.")]
At = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="In place of the call's reference date.")]


@app.command("list")
def list_calls(data: AnyData = None, format: FormatOption = None, as_json: JsonOption = False) -> None:
    """The calls that come with the program, with how sure their rules are and where they were read."""
    from matchmaker_api.cli.calling import list_rows

    rows = list_rows()
    show(rows, rows, chosen(format, as_json))


@app.command("show")
def show_call(call: Call, data: AnyData = None, format: FormatOption = None, as_json: JsonOption = False) -> None:
    """The rules of a call as sentences."""
    from matchmaker_api.cli.calling import named_call, show_lines

    lines = show_lines(named_call(call))
    if chosen(format, as_json) is Format.table:
        print("\n".join(lines))
    else:
        show({"call": call, "lines": lines}, [{"line": line} for line in lines], chosen(format, as_json))


@app.command("check")
def check(
    file: Annotated[Path, typer.Argument(help="A call file (YAML or JSON).")],
    data: AnyData = None, format: FormatOption = None, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Whether a call file is well formed; every mistake is named with its place and what is allowed there."""
    from matchmaker_api.cli.calling import check_file

    row = check_file(file)
    show(row, [row], chosen(format, as_json))


@app.command("check-team")
def check_team(
    call: Call,
    team: Annotated[str, typer.Option(help="A team file (JSON); - reads standard input.")],
    at: At = None,
    data: AnyData = None, format: FormatOption = None, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Whether a team is eligible, incomplete (what it still needs), to be reviewed, or ineligible (why)."""
    from matchmaker_api.cli.calling import check_team as judged
    from matchmaker_api.cli.calling import named_call

    answer = judged(named_call(call), _piped() if team == "-" else Path(team), None if at is None else at.date())
    rows = [{"result": answer["result"], **clause} for clause in answer["clauses"]]
    show(answer, rows, chosen(format, as_json))


def _piped() -> Any:
    try:
        return json.load(sys.stdin)
    except ValueError as error:
        raise InputError(f"standard input is no JSON: {error}", hint="see docs/reference/cli.md") from error
