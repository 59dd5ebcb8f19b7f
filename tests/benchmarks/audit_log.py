"""What an audit of many lists costs: `python -m tests.benchmarks.audit_log [LISTS]`.

Writes a decision log of invented lists of 20 places (attributes, funnel counts, scores, digests) to a temporary folder,
then runs `matchmaker audit exposure` and `funnel` on it as processes of their own, which read the log, check its chain
and resample. Printed are seconds and the peak memory of each, beside one pass over the file with SHA-256, which any
check of it needs.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from matchmaker.audit.records import record_of
from matchmaker.domain.events import ListEvent
from matchmaker_api.state.decision_log import DecisionLog
from matchmaker_api.state.safeguard_log import software
from tests.unit.audit.events import many_events

AT_ONCE = 2_000
DIFFERENT = 2_000  # inventing a list takes longer than reading one: these are written again and again as other runs


def main(arguments: list[str]) -> int:
    """Write the log, run both audits, print."""
    lists = int(arguments[0]) if arguments else 100_000
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        log = DecisionLog(data)
        log.pseudonyms.key()
        records = [_record(event) for event in many_events(DIFFERENT, seed=1)]
        for start in range(0, lists, AT_ONCE):
            log.chain.append_all(_again(records, range(start, min(start + AT_ONCE, lists))))
        size = log.chain.path.stat().st_size
        print(f"{lists:,} lists, {size / 1e6:.0f} MB, {size / lists:.0f} bytes each")
        begun = time.perf_counter()
        with log.chain.path.open("rb") as file:
            hashlib.file_digest(file, "sha256")
        print(f"{'one pass with SHA-256':<24}{time.perf_counter() - begun:8.1f} s")
        for kind in ("exposure", "funnel"):
            seconds, peak = _ran(["audit", kind, "--data", folder, "--format", "json"])
            print(f"{'audit ' + kind:<24}{seconds:8.1f} s {peak / 2**20:8.2f} GiB")
    return 0


def _again(records: list[dict[str, Any]], numbers: range) -> list[dict[str, Any]]:
    """Records as those of other runs."""
    chosen = ((records[number % len(records)], number) for number in numbers)
    return [{**record, "event": {**record["event"], "run_id": f"{number:032x}"}} for record, number in chosen]


def _record(event: ListEvent) -> dict[str, Any]:
    """A record as the log writes it, with digests of nothing."""
    nothing = hashlib.sha256(event.run_id.encode()).hexdigest()
    return {
        "kind": "list", "actor": {"role": "researcher", "id": ""}, "software_version": software(),
        "query_digest": nothing, "reference_date": "2026-06-30", "model_version": "tfidf-svd",
        "rests_on": {"income": "FY26"}, "weights": {"relevance": 0.9, "recency": 0.1}, "policy": "default",
        "components": {"relevance": list(event.shown.scores), "recency": list(event.shown.scores)},
        "safeguards": {"allow": len(event.shown.people)}, "terms": {"unknown": len(event.shown.people)},
        "explanations_digest": nothing, "answer_digest": nothing, "event": record_of(event),
    }  # fmt: skip


def _ran(words: list[str]) -> tuple[float, float]:
    """Wall seconds and peak memory (KiB) of a command."""
    program = Path(sys.executable).with_name("matchmaker")
    begun = time.perf_counter()
    with tempfile.TemporaryFile() as nowhere:
        child = subprocess.Popen([program, *words], stdout=nowhere, env={**os.environ, "PYTHONHASHSEED": "0"})
        _, status, used = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"matchmaker {' '.join(words)} ended with {status}")
    child.returncode = 0
    return time.perf_counter() - begun, used.ru_maxrss


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
