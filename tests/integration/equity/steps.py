"""Whoever asks about equity, with the key of their role, and what a command tells them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from typer.testing import CliRunner

from matchmaker_api import Matchmaker
from matchmaker_api.cli.main import app
from matchmaker_api.state.database import STATE
from matchmaker_api.state.keys import KeyStore

LISTS = 40


def seekers(matchmaker: Matchmaker, n: int = LISTS) -> list[str]:
    corpus = matchmaker.corpus
    people = np.flatnonzero((corpus.home == "country") & (corpus.n_texts > 1))[:n]
    return [corpus.researcher(person).id for person in people.tolist()]


def told(*words: str, data: Path, code: int = 0) -> Any:
    """What a command prints as JSON."""
    done = CliRunner().invoke(app, [*words, "--data", str(data), "--format", "json"])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == code, done.output
    return json.loads(done.stdout)


def staff(data: Path, role: str = "programme_staff") -> dict[str, str]:
    _, key = KeyStore(data / STATE).create(role, "test")
    return {"Authorization": f"Bearer {key}"}
