"""encoders."""

from __future__ import annotations

from dataclasses import asdict

import typer

from matchmaker_api.cli.output import AnyData, FormatOption, JsonOption, chosen, show


def add_to(app: typer.Typer) -> None:
    """Add the commands of this noun."""
    app.command("encoders")(encoders)


def encoders(data: AnyData = None, format: FormatOption = None, as_json: JsonOption = False) -> None:
    """The encoders that can be used here: dimension, size, licence, where their weights come from."""
    from matchmaker.matching.encoders import usable

    rows = [asdict(encoder) for encoder in usable()]
    show(rows, rows, chosen(format, as_json))
