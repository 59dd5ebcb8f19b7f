"""A writer of a log killed at any step, or at any moment: what was acknowledged is there, and the log goes on."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from matchmaker_api.state.chain import Chain
from matchmaker_api.state.links import head_file

# Each call that changes the disk is one step. A write dies half-way, so that it leaves half a record.
_AT_A_STEP = """
import os, signal, sys
from pathlib import Path
from matchmaker_api.state.chain import Chain
left = int(sys.argv[2])
def counted(call, half=None):
    def step(*given, **named):
        global left
        left -= 1
        if left == 0:
            if half is not None:
                half(*given)
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*given, **named)
    return step
pwrite = os.pwrite
os.pwrite = counted(os.pwrite, lambda handle, data, start: pwrite(handle, data[: len(data) // 2], start))
for name in ("open", "fsync", "ftruncate", "rename", "link"):
    setattr(os, name, counted(getattr(os, name)))
log = Chain(Path(sys.argv[1]))
for number in range(2):
    print(log.append({"number": number, "text": "x" * 200}), flush=True)
"""
_FOR_EVER = """
import sys
from pathlib import Path
from matchmaker_api.state.chain import Chain
log = Chain(Path(sys.argv[1]))
while True:
    print(log.append_all([{"text": "x" * 3000}] * 3)[-1], flush=True)
"""
_KILLS = 12


def goes_on(log: Chain, acknowledged: int) -> None:
    """The promise, after a writer died."""
    report = log.verify()
    assert report.first_bad is None
    assert report.records >= acknowledged
    assert log.append({"after": True}) == report.records + 1
    assert log.verify().first_bad is None


@pytest.mark.parametrize("begun", [False, True], ids=["a new log", "a log with an unfinished end"])
def test_a_writer_killed_at_any_step_loses_nothing_that_it_acknowledged(tmp_path: Path, begun: bool) -> None:
    ended = step = halves = 0
    while not ended:
        step += 1
        log = Chain(tmp_path / f"{step}.jsonl")
        if begun:
            log.append({"before": True})
            log.path.write_bytes(log.path.read_bytes() + b'{"half')
        command = [sys.executable, "-c", _AT_A_STEP, str(log.path), str(step)]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60, check=False)
        assert done.returncode in (0, -signal.SIGKILL)
        ended = done.returncode == 0
        goes_on(log, acknowledged=int((done.stdout.split() or [b"1" if begun else b"0"])[-1]))
        halves += log.verify().torn > begun
    assert step > 15 and halves == 2  # both appends died once in the middle of their record


def test_a_writer_killed_at_any_moment_loses_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    log, moments = Chain(tmp_path / "log.jsonl"), random.Random(7)
    for _ in range(_KILLS):
        writer = subprocess.Popen([sys.executable, "-c", _FOR_EVER, str(log.path)], stdout=subprocess.PIPE)
        assert writer.stdout is not None
        writer.stdout.readline()  # it has begun
        try:
            writer.wait(moments.uniform(0, 0.1))
        except subprocess.TimeoutExpired:
            writer.kill()
        rest = writer.communicate()[0].split()
        acknowledged = int(rest[-1]) if rest else 0
        assert writer.returncode == -signal.SIGKILL
        goes_on(log, acknowledged)
    assert log.head().seq > 3 * _KILLS
    assert head_file(log.path).exists()
