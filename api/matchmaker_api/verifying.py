"""Whether the logs of a data folder are as they were written, and whether lists come out again byte for byte."""

from __future__ import annotations

import json
from collections import Counter, deque
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from matchmaker.errors import GenerationGoneError, InputError, NotFoundError, SourceError
from matchmaker.files import write_bytes
from matchmaker_api.assemble import connect
from matchmaker_api.state import decision_log, safeguard_log
from matchmaker_api.state.chain import Chain
from matchmaker_api.state.decision_log import DecisionLog
from matchmaker_api.state.links import Head, Report

_LOGS: Final = (decision_log.LOG, safeguard_log.LOG)


def verified_logs(data: Path, anchors: Path | None = None) -> dict[str, Any]:
    """Every log of the folder, read whole: how many records hold, up to which head, and the first that does not.

    `anchors` is a file of heads that were kept elsewhere, against which a cut end shows. Raises StateError where a log
    cannot be read, SourceError or InputError for anchors that cannot be used.
    """
    known = _anchors(anchors)
    logs = [_told(name, _chain(data, name).verify(known.get(name, []))) for name in _LOGS]
    return {"holds": all(log["first_bad"] is None for log in logs), "logs": logs}


def write_heads(data: Path, path: Path) -> None:
    """Write the present heads of all logs to a file. Raises StateError, NoSpaceError or SourceError."""
    heads = {name: asdict(_chain(data, name).head()) for name in _LOGS}
    write_bytes(path, json.dumps(heads, indent=2).encode() + b"\n")


def replayed_runs(data: Path, most: int) -> dict[str, Any]:
    """Ask the latest logged questions again and hold each list against its record.

    `same`, `changed` (what the list rests on has changed since, and `reasons` say what), `differs` (nothing known has),
    and `not_asked` with the reason (the run or its index is no longer kept).
    """
    log = DecisionLog(data)
    events = log.events(log.chain.head(), filters=False, crossed=False)
    runs = [event.run_id for event in deque(events, maxlen=most)]
    records = log.records_of(runs)
    outcomes: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    differing = []
    with connect(data) as matchmaker:
        for run_id in runs:
            try:
                found = matchmaker.replay(run_id, records[run_id])
            except (NotFoundError, GenerationGoneError, InputError) as error:
                outcomes["not_asked"] += 1
                reasons[error.message.replace(run_id, "…")] += 1
                continue
            outcomes[found.outcome] += 1
            if found.reason:
                reasons[found.reason] += 1
            if found.outcome == "differs":
                differing.append(run_id)
    counted = {outcome: outcomes[outcome] for outcome in ("same", "changed", "differs", "not_asked")}
    return {"asked": len(runs), **counted, "reasons": dict(reasons), "differing": differing}


def replay_line(found: dict[str, Any]) -> str:
    """What came of asking again, in a sentence."""
    counted = ", ".join(f"{found[outcome]} {outcome}" for outcome in ("same", "changed", "differs", "not_asked"))
    reasons = "".join(f"; {count} × {reason}" for reason, count in found["reasons"].items())
    return f"asked again: {found['asked']} lists: {counted}{reasons}"


def _chain(data: Path, name: str) -> Chain:
    return Chain(data / safeguard_log.FOLDER / name)


def _told(name: str, report: Report) -> dict[str, Any]:
    bad = None if report.first_bad is None else f"record {report.first_bad.seq}: {report.first_bad.reason}"
    return {
        "log": name, "records": report.records, "first_bad": bad, "unfinished_bytes": report.unfinished,
        "torn_ends": report.torn, "head": {"seq": report.head.seq, "hash": report.head.hash, "end": report.head.end},
    }  # fmt: skip


def _anchors(path: Path | None) -> dict[str, list[Head]]:
    if path is None:
        return {}
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
        return {name: [Head(**given[name])] for name in _LOGS if name in given}
    except OSError as error:
        raise SourceError(f"cannot read {path}: {error.strerror}", hint="give a file written by --heads") from error
    except (ValueError, TypeError) as error:
        raise InputError(f"{path} holds no heads: {error}", hint="give a file written by --heads") from error
