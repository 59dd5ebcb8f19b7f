"""How every driver speaks: a task in one JSON file, an answer in another. Standard library only, any environment.

A task: `k`, `target` (group → share, as "11/20"), `protected` (the groups whose scores were lowered), `alpha`, and
`lists`, each with `groups` and `scores` of a pool, best score first. An answer: `versions`, and for every method
`orders` (indices into the pool, or null where the call raised), `seconds` (one per order that came back) and `errors`.
"""

from __future__ import annotations

import json
import platform
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from importlib.metadata import version
from pathlib import Path


@dataclass(frozen=True)
class Pool:
    """`groups[i]` and `scores[i]` belong to candidate i; the best score comes first."""

    groups: list[str]
    scores: list[float]


@dataclass(frozen=True)
class Task:
    """What every method is asked: the first k of each pool, for the target."""

    k: int
    target: Mapping[str, Fraction]
    protected: frozenset[str]
    alpha: float
    lists: list[Pool]

    @property
    def binary(self) -> bool:
        """Whether there is one protected group and one other."""
        return len(self.target) == 2 and len(self.protected) == 1


@dataclass(frozen=True)
class Answer:
    """What one method gave; `seconds` are processor time, `errors` the texts of exceptions, one per missing order."""

    orders: list[list[int] | None] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


# Given a pool, everything that may be made ready before the clock starts; the result is what is timed.
Prepared = Callable[[Pool], Callable[[], Sequence[int]]]


def read_task(text: str) -> Task:
    """The task of a JSON text."""
    given = json.loads(text)
    return Task(
        k=given["k"],
        target={group: Fraction(share) for group, share in given["target"].items()},
        protected=frozenset(given["protected"]),
        alpha=given["alpha"],
        lists=[Pool(**pool) for pool in given["lists"]],
    )


def write_task(task: Task) -> str:
    """The JSON text of a task."""
    return json.dumps(
        {
            "k": task.k,
            "target": {group: str(share) for group, share in task.target.items()},
            "protected": sorted(task.protected),
            "alpha": task.alpha,
            "lists": [asdict(pool) for pool in task.lists],
        }
    )


def asked(method: Prepared, pools: Sequence[Pool]) -> Answer:
    """One order per pool, each call timed by itself, after one call that is not counted."""
    answer = Answer()
    _order(method, pools[0])
    for pool in pools:
        order, seconds, error = _order(method, pool)
        answer.orders.append(order)
        if order is None:
            answer.errors.append(error)
        else:
            answer.seconds.append(seconds)
    return answer


def _order(method: Prepared, pool: Pool) -> tuple[list[int] | None, float, str]:
    try:
        ready = method(pool)
        # Time of the processor, not of the wall: a machine that is busy with others would multiply the longer calls.
        begun = time.process_time()
        order = ready()
        seconds = time.process_time() - begun
        return [int(candidate) for candidate in order], seconds, ""
    except Exception as error:  # whatever a peer raises is a finding, and the table shows it
        return None, 0.0, f"{type(error).__name__}: {error}"


def drive(methods: Callable[[Task], Mapping[str, Prepared]], packages: Sequence[str]) -> None:
    """A driver's whole work: `python -m tests.benchmarks.peers.drive_x TASK ANSWER`."""
    task = read_task(Path(sys.argv[1]).read_text(encoding="utf-8"))
    answers = {name: asdict(asked(method, task.lists)) for name, method in methods(task).items()}
    versions = {"python": platform.python_version(), **{package: version(package) for package in packages}}
    Path(sys.argv[2]).write_text(json.dumps({"versions": versions, "methods": answers}), encoding="utf-8")
