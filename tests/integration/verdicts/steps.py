"""What is asked where calls, lists and terms count, when, and how a command is run."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from typer.testing import CliRunner

from matchmaker_api.cli.main import app

TEXT = "insecticide resistance and malaria treatment"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def on_the_command_line(*words: str, given: str | None = None) -> Any:
    return CliRunner().invoke(app, list(words), input=given)
