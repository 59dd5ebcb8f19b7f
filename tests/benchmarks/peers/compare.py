"""`make bench`: our re-rankers beside the peers that still run, on the same lists in one run.

Each peer works in a throw-away environment of its own, made here from `requirements/`, and is only called, never
copied. A peer that cannot be made to run stays in the table, with what it said. Exit code 1: one of our methods broke a
floor that it promises to hold and the pool allows, failed the test that it promises to pass, or gave no list.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from matchmaker.fairness.tests import fair_table
from tests.benchmarks.peers.answering import Task
from tests.benchmarks.peers.environments import OURS, PEERS, Peer, Reply, installed, replied
from tests.benchmarks.peers.lists import Setting, settings
from tests.benchmarks.peers.scoring import Scores, scored

LISTS = 200
# Geyik et al. (2019): these three hold every floor for up to three groups. FA*IR promises its test, not the floors.
UP_TO_THREE_GROUPS = frozenset({"detgreedy", "detcons", "detrelaxed"})
BY_SCORE = "by score"


@dataclass(frozen=True)
class Row:
    """A line of a table: who, and how they did; a peer that did not run has its reason in `scores.why`."""

    setting: str
    peer: str
    scores: Scores


def compared(setting: Setting, replies: dict[Peer, Reply]) -> list[Row]:
    """Every method of everybody on one setting, ours first."""
    table = _table(setting.task)
    rows = []
    for peer, reply in replies.items():
        if reply.failure:
            rows.append(Row(setting.heading, peer.name, Scores("–", 0, len(setting.task.lists), reply.failure)))
        for method, answer in reply.methods.items():
            rows.append(Row(setting.heading, peer.name, scored(method, answer, setting.task, table)))
    return rows


def _table(task: Task) -> Sequence[int] | None:
    if not task.binary:
        return None
    (protected,) = task.protected
    return fair_table(task.k, task.target[protected], task.alpha).m_adjusted


def broken_promises(rows: list[Row], task: Task) -> list[str]:
    """What our methods promise and did not do in one setting, one sentence each."""
    found = []
    for row in (row for row in rows if row.peer == OURS.name and row.scores.method != BY_SCORE):
        method, scores = row.scores.method, row.scores
        if scores.unanswered:
            found.append(f"{method}: {scores.unanswered} lists unanswered ({scores.why})")
        if scores.broken and promises_floors(method, len(task.target)):
            found.append(f"{method}: broke a floor in {scores.broken:.1%} of the lists")
        if scores.fails_test and method == "fair-star":
            found.append(f"{method}: fails its own test in {scores.fails_test:.1%} of the lists")
    return [f"{sentence} — {rows[0].setting}" for sentence in found]


def promises_floors(method: str, groups: int) -> bool:
    """Whether one of our methods promises every floor that the pool allows, for that many groups."""
    return method != "fair-star" and (method not in UP_TO_THREE_GROUPS or groups <= 3)


def printed(rows: list[Row]) -> str:
    """One setting as a Markdown table."""
    lines = [
        f"\n{rows[0].setting} ({rows[0].scores.lists} lists)\n",
        "| who | method | broken floor | broken prefixes | fails FA*IR test | nDCG [95 %] | exposure of protected |"
        " CPU ms per list |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    return "\n".join([*lines, *map(_line, rows)])


def _line(row: Row) -> str:
    s = row.scores
    if s.ndcg is None:
        return f"| {row.peer} | {s.method} | not run: {s.why} | | | | | |"
    test = "–" if s.fails_test is None else f"{s.fails_test:.1%}"
    around = "" if s.ndcg_low is None else f" [{s.ndcg_low:.4f}, {s.ndcg_high:.4f}]"
    lost = f" ({s.unanswered} of {s.lists} unanswered: {s.why})" if s.unanswered else ""
    return (
        f"| {row.peer} | {s.method}{lost} | {s.broken:.1%} | {s.broken_prefixes:.2f} | {test} |"
        f" {s.ndcg:.4f}{around} | {s.exposure:.3f} | {s.milliseconds:.3f} |"
    )


def everybody(asked: list[Setting], folder: Path) -> Iterator[tuple[Setting, dict[Peer, Reply]]]:
    """Every setting with what we and the peers gave, one process after the other."""
    made = {peer: installed(peer, folder) for peer in (OURS, *PEERS)}
    for setting in asked:
        replies = {}
        for peer, (python, failure) in made.items():
            if peer.binary and not setting.task.binary:
                failure = "takes one protected group, see the tables of two groups"
            replies[peer] = Reply({}, {}, failure) if failure else replied(peer, python, setting.task, folder)
        yield setting, replies


def main() -> int:
    """Print one table per setting and write JSON; 1 where ours did not do what it promises."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, help="write the figures as JSON")
    parser.add_argument("--lists", type=int, default=LISTS, help="lists per gap")
    options = parser.parse_args()
    versions: dict[str, Mapping[str, str]] = {}
    rows: list[Row] = []
    failures: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for setting, replies in everybody(settings(options.lists), Path(folder)):
            found = compared(setting, replies)
            print(printed(found), flush=True)
            versions |= {peer.name: reply.versions for peer, reply in replies.items() if reply.versions}
            failures += broken_promises(found, setting.task)
            rows += found
    print(_footing(versions, failures))
    if options.out:
        figures = [{"setting": row.setting, "peer": row.peer, **asdict(row.scores)} for row in rows]
        document = {"versions": versions, "failures": failures, "figures": figures}
        options.out.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return 1 if failures else 0


def _footing(versions: Mapping[str, Mapping[str, str]], failures: list[str]) -> str:
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    ran = [f"{peer}: " + ", ".join(f"{package} {v}" for package, v in each.items()) for peer, each in versions.items()]
    verdict = [f"NOT AS PROMISED {failure}" for failure in failures] or ["ours: everything as promised"]
    return "\n".join([f"\n{datetime.now(UTC):%Y-%m-%d}, {machine}", *ran, *verdict])


if __name__ == "__main__":
    sys.exit(main())
