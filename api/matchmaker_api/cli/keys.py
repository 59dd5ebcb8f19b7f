"""keys create, list, revoke."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matchmaker_api.cli.output import DATA_DEFAULT, Data, FormatOption, JsonOption, Row, chosen, errors, show

if TYPE_CHECKING:
    from matchmaker_api.state.keys import Key, KeyStore

app = typer.Typer(no_args_is_help=True, help="Keys: who shows one to the service has its role.", rich_markup_mode=None)


@app.command("create")
def create(
    role: Annotated[str, typer.Option(help="What the holder is, such as research_security_officer.")],
    label: Annotated[str, typer.Option(help="Whose it is, to tell keys apart; no secret.")] = "",
    days: Annotated[int, typer.Option(min=1, max=365, help="How long it holds.")] = 365,
    data: Data = DATA_DEFAULT, format: FormatOption = None, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Make a key. It is printed once and cannot be shown again: only its SHA-256 is kept."""
    key, shown = _store(data).create(role, label, days)
    row = {"key": shown, **_row(key)}
    show(row, [row], chosen(format, as_json))
    errors.print("the key stands above and nowhere else: hand it over and keep no copy", soft_wrap=True)


@app.command("list")
def list_keys(data: Data = DATA_DEFAULT, format: FormatOption = None, as_json: JsonOption = False) -> None:
    """All keys ever made, newest first, without their secrets."""
    rows = [_row(key) for key in _store(data).listed()]
    show(rows, rows, chosen(format, as_json))


@app.command("revoke")
def revoke(
    id: Annotated[str, typer.Argument(help="The id of the key, as `keys list` shows it.")],
    data: Data = DATA_DEFAULT, format: FormatOption = None, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """End a key: from the next request on, it opens nothing."""
    row = _row(_store(data).revoke(id))
    show(row, [row], chosen(format, as_json))


def _store(data: Path) -> KeyStore:
    from matchmaker_api.state.database import STATE
    from matchmaker_api.state.keys import KeyStore

    return KeyStore(data / STATE)


def _row(key: Key) -> Row:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(key).items()}
