"""serve, doctor."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer

from matchmaker.errors import MatchmakerError
from matchmaker_api.cli.output import DATA_DEFAULT, Data, FormatOption, JsonOption, chosen, show

_UNUSABLE_INDEX = 4
_LIBRARIES = (
    "matchmaker", "faiss-cpu", "fastapi", "numpy", "pandas", "pyarrow", "pydantic", "scikit-learn", "scipy",
    "sentence-transformers", "torch", "typer", "uvicorn",
)  # fmt: skip


def add_to(app: typer.Typer) -> None:
    """Add the commands of this noun."""
    app.command("serve")(serve)
    app.command("doctor")(doctor)


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    data: Data = DATA_DEFAULT,
) -> None:
    """Serve the API and the pages (HOST and PORT are read from the environment too)."""
    from matchmaker_api.http.serving import serve as run_server
    from matchmaker_api.settings import Settings

    settings = Settings.from_environment(os.environ)
    run_server(data, host or settings.host, port or settings.port)


def doctor(data: Data = DATA_DEFAULT, format: FormatOption = None, as_json: JsonOption = False) -> None:
    """What this installation is made of and whether its index can be opened; paste it into a bug report."""
    facts = {
        "python": platform.python_version(),
        "system": platform.platform(),
        **{name: version(name) for name in _LIBRARIES},
        "cores": os.cpu_count(),
        **_state_of(data),
        "notes": "; ".join(_notes_on(data)),
    }
    show(facts, [{"what": key, "value": value} for key, value in facts.items()], chosen(format, as_json))
    if "people" not in facts:
        raise typer.Exit(_UNUSABLE_INDEX)


def _notes_on(data: Path) -> tuple[str, ...]:
    """What nobody has said about this installation, or why its settings cannot be used."""
    from matchmaker_api.declarations import declared_groups
    from matchmaker_api.deployment import deployment
    from matchmaker_api.policies import FILE as POLICY
    from matchmaker_api.policies import policy_from

    try:
        declared_groups(data)
        if (data / POLICY).exists():
            policy_from(data / POLICY)
        return deployment(data).notes
    except MatchmakerError as error:
        return (f"{type(error).__name__}: {error.message}",)


def _state_of(data: Path) -> dict[str, Any]:
    """Facts about the data folder; without `people` where its index cannot be opened."""
    from matchmaker.matching.encoding import has_bfloat16
    from matchmaker.sources.snapshot import current_digest
    from matchmaker_index import generations
    from matchmaker_index.opening import opened

    facts: dict[str, Any] = {"bfloat16": has_bfloat16(), "data": str(data.resolve()), "snapshot": current_digest(data)}
    try:
        digest = generations.current(data)
        corpus = opened(generations.folder_of(data, digest))
    except MatchmakerError as error:
        return {**facts, "index": f"{type(error).__name__}: {error.message}"}
    return {**facts, "index": digest, "as_of": corpus.as_of.isoformat(), "encoder": corpus.encoder.id,
            "people": corpus.n_people, "texts": corpus.tables.texts.num_rows}  # fmt: skip
