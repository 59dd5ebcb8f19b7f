"""Promises of `matchmaker keys`: a key is printed once, on standard output, and never again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from matchmaker.errors import InputError, NotFoundError
from matchmaker_api.cli.keys import app
from matchmaker_api.state.database import STATE
from matchmaker_api.state.keys import KeyStore


def ran(data: Path, *words: str) -> tuple[str, str]:
    """What the command prints on standard output and on standard error."""
    done = CliRunner().invoke(app, [*words, "--data", str(data)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout, done.stderr


def test_a_key_is_printed_once_and_opens(tmp_path: Path) -> None:
    out, err = ran(tmp_path, "create", "--role", "research_security_officer", "--label", "office", "--days", "30")
    made = json.loads(out)
    assert made["key"] not in err and "nowhere else" in err
    holder = KeyStore(tmp_path / STATE).holder(made["key"])
    assert holder is not None and (holder.role, holder.label) == ("research_security_officer", "office")
    listed, _ = ran(tmp_path, "list")
    assert made["key"] not in listed and "key" not in json.loads(listed)[0]
    assert json.loads(listed)[0]["id"] == made["id"]


def test_a_revoked_key_is_shown_as_such(tmp_path: Path) -> None:
    made = json.loads(ran(tmp_path, "create", "--role", "operator", "--json")[0])
    ended = json.loads(ran(tmp_path, "revoke", made["id"])[0])
    assert ended["revoked"] == ended["created"] and ended["id"] == made["id"]
    assert KeyStore(tmp_path / STATE).holder(made["key"]) is None


def test_mistakes_are_errors_with_hints(tmp_path: Path) -> None:
    for words, kind in ((("create", "--role", "boss"), InputError), (("revoke", "01234567"), NotFoundError)):
        error = CliRunner().invoke(app, [*words, "--data", str(tmp_path)]).exception
        assert isinstance(error, kind) and error.hint


@pytest.mark.parametrize("days", ["0", "366", "-1", "x"])
def test_days_out_of_range_are_refused(tmp_path: Path, days: str) -> None:
    assert CliRunner().invoke(app, ["create", "--role", "operator", "--days", days]).exit_code == 2
