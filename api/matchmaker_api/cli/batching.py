"""batch."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from matchmaker.errors import InputError, SourceError
from matchmaker_api.cli.asking import VISITOR, RoleOption, actor_of
from matchmaker_api.cli.output import DATA_DEFAULT, Data, FormatOption, JsonOption, chosen, errors, show


def add_to(app: typer.Typer) -> None:
    """Add the command of this noun."""
    app.command("batch")(batch)


def batch(
    questions: Annotated[str, typer.Argument(help="A file with one question per line (JSON); - reads standard input.")],
    cap: Annotated[int | None, typer.Option(min=1, help="Nobody is in more of the lists than this.")] = None,
    guarantee: Annotated[
        str | None, typer.Option(help="Promise everybody relevant this part (0 to 1) of an equal number of lists.")
    ] = None,
    role: RoleOption = VISITOR,
    data: Data = DATA_DEFAULT, format: FormatOption = None, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Lists for several questions made together, so that the same few people are not suggested to everyone."""
    from matchmaker_api.assemble import connect
    from matchmaker_api.equity_words import sharing_lines
    from matchmaker_api.wording import flat_row

    asked = list(_questions(questions))
    with connect(data) as matchmaker:
        found = matchmaker.match_many(asked, cap=cap, guarantee=guarantee, actor=actor_of(role)).as_dict()
    rows = [
        {"question": number, **flat_row(result)}
        for number, answer in enumerate(found["results"], 1) for result in answer["results"]
    ]  # fmt: skip
    show(found, rows, chosen(format, as_json))
    for line in sharing_lines(found["meta"]["sharing"]):
        errors.print(line, markup=False, soft_wrap=True)


def _questions(name: str) -> list[dict[str, Any]]:
    lines = (sys.stdin.read() if name == "-" else _read(Path(name))).splitlines()
    return [_question(line, number) for number, line in enumerate(lines, 1) if line.strip()]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"cannot read {path}: {error}", hint="give one JSON object per line, in UTF-8") from error


def _question(line: str, number: int) -> dict[str, Any]:
    hint = 'for example {"researcher": "…", "k": 10}'
    try:
        read = json.loads(line)
    except ValueError as error:
        raise InputError(f"question {number} is no JSON: {error}", hint=hint) from error
    if not isinstance(read, dict):
        raise InputError(f"question {number} is no JSON object", hint=hint)
    return read
