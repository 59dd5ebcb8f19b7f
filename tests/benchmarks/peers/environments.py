"""A throw-away environment for each peer, with the versions under which it runs, and one question to it."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.peers.answering import Answer, Task, write_task

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
LIMIT_S = 240


@dataclass(frozen=True)
class Peer:
    """`name` is that of the driver and of the list of versions; `binary` is whether it knows one protected group only.

    `borrows_torch` is whether .venv's torch is used: it is large, and there it is a CPU build where one was to be had.
    """

    name: str
    binary: bool = False
    borrows_torch: bool = False


OURS = Peer("ours")
PEERS = (
    Peer("reranking"),
    Peer("fairranktune"),
    Peer("lenskit", binary=True, borrows_torch=True),
    Peer("hyperfair", binary=True),
)


@dataclass(frozen=True)
class Reply:
    """What a peer gave, or why it gave nothing."""

    versions: Mapping[str, str]
    methods: Mapping[str, Answer]
    failure: str = ""


def installed(peer: Peer, folder: Path) -> tuple[Path, str]:
    """The interpreter of a new environment in `folder`, and why it could not be made ("" where it could)."""
    if peer == OURS:
        return Path(sys.executable), ""
    environment = folder / peer.name
    python = environment / "bin" / "python"
    uv = [sys.executable, "-m", "uv"]
    failure = _failure([*uv, "venv", "--quiet", "--python", sys.executable, str(environment)])
    failure = failure or _failure(
        [*uv, "pip", "install", "--quiet", "--no-deps", "--python", str(python),
         "--requirements", str(HERE / "requirements" / f"{peer.name}.txt")]
    )  # fmt: skip
    if not failure and peer.borrows_torch:
        site = next(environment.glob("lib/python*/site-packages"))
        # Read after the environment's own packages, so that only what it lacks comes from there.
        (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return python, failure


def replied(peer: Peer, python: Path, task: Task, folder: Path) -> Reply:
    """The peer's answer to a task, from its own process."""
    asked, given = folder / f"{peer.name}-task.json", folder / f"{peer.name}-answer.json"
    asked.write_text(write_task(task), encoding="utf-8")
    given.unlink(missing_ok=True)
    failure = _failure([str(python), "-m", f"tests.benchmarks.peers.drive_{peer.name}", str(asked), str(given)])
    if failure:
        return Reply({}, {}, failure)
    answer = json.loads(given.read_text(encoding="utf-8"))
    return Reply(answer["versions"], {name: Answer(**method) for name, method in answer["methods"].items()})


def _failure(command: list[str]) -> str:
    """What a command complains of, in one line: of a traceback its last, the exception. "" where it succeeds."""
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    except subprocess.TimeoutExpired:
        return f"no answer within {LIMIT_S} s"
    if done.returncode == 0:
        return ""
    said = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
    if any(line.startswith("Traceback") for line in said):
        said = said[-1:]
    return " ".join(said)[:400] or f"exit code {done.returncode} and no word"
